"""`verify` of what became bodies of their own: the fees of an event."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from ctct_migrate import Choices, Shape, convert, read, verify

EVENT = Path(__file__).parents[2] / "samples" / "archive" / "event-detail.xml"
CHOICES = Choices(event_time_zone="US/Eastern", event_contact="Ada Lunt")


def bodies(shape: Shape, choices: Choices = CHOICES) -> list[dict[str, Any]]:
    return [copy.deepcopy(each.body) for each in convert(read(EVENT), shape, choices=choices)]


def codes(given: Any, shape: Shape, choices: Choices = CHOICES) -> list[str]:
    return [each.code for each in verify(read(EVENT), given, shape, choices=choices)]


@pytest.mark.parametrize("shape", [Shape.CREATE, Shape.RECORD])
def test_all_of_them_in_any_order_are_accepted(shape: Shape) -> None:
    made = bodies(shape)
    assert len(made) == 3
    assert codes(made, shape) == codes([*made[1:], made[0]], shape) == []
    assert codes([made[0], made[2], made[1]], shape) == []


@pytest.mark.parametrize("shape", [Shape.CREATE, Shape.RECORD])
def test_one_alone_is_compared_with_its_own(shape: Shape) -> None:
    for each in bodies(shape):
        assert codes(each, shape) == []


def test_what_differs_is_shown_in_the_fee() -> None:
    made = bodies(Shape.RECORD)
    made[2]["fee"] = 6.0
    (found,) = verify(read(EVENT), made, Shape.RECORD)
    assert found.code == "CT850"
    assert found.element.endswith("EventFee/Fee")
    assert "6.0" in found.message


def test_a_fee_that_is_missing_among_others() -> None:
    made = bodies(Shape.RECORD)
    (found,) = verify(read(EVENT), made[:2], Shape.RECORD)
    assert found.code == "CT854"
    assert "EventFee" in found.message
    assert codes([*made, made[2]], Shape.RECORD) == ["CT854"]


def test_fees_without_an_event_that_is_not_created() -> None:
    made = bodies(Shape.CREATE, Choices())
    assert len(made) == 2
    assert codes(made, Shape.CREATE, Choices()) == []
