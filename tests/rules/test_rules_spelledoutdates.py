"""Dates in words, and other names for elements and states: read as they were meant."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN
from hypothesis import given
from hypothesis import strategies as st
from rule_cases import applied

from ctct_migrate import lint, read
from ctct_migrate.diagnostics import Safety
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.names.other_names import _STATES
from ctct_migrate.rules.values.date_values import date_mistake
from ctct_migrate.rules.values.spelled_out_dates import as_rfc3339
from ctct_migrate.v1 import vocabulary

SAFE, UNSAFE = Safety.SAFE, Safety.UNSAFE


@pytest.mark.parametrize(
    ("text", "right", "safety"),
    [
        ("Sat, 28 Sep 2030 05:22:42 GMT", "2030-09-28T05:22:42Z", SAFE),
        ("28 Sep 2030 05:22:42 +0100", "2030-09-28T05:22:42+01:00", SAFE),
        ("Sat Sep 28 05:22:42 EDT 2030", "2030-09-28T05:22:42-04:00", SAFE),
        ("2030-01-28 09:00 EST", "2030-01-28T09:00:00-05:00", SAFE),
        ("2030-01-28T09:00:00 PST", "2030-01-28T09:00:00-08:00", SAFE),
        ("2030-09-28 09:00 EST", "2030-09-28T09:00:00-05:00", UNSAFE),  # not in September
        ("Tue, 28 Sep 2030 05:22:42 GMT", "2030-09-28T05:22:42Z", UNSAFE),  # a Saturday
        ("2030-09-28T09:00:00 America/New_York", "2030-09-28T09:00:00-04:00", SAFE),
        ("20300928T052242Z", "2030-09-28T05:22:42Z", SAFE),
        ("September 28th, 2030 at 9:00 p.m. UTC", "2030-09-28T21:00:00Z", SAFE),
        ("Sept. 28, 2030 9:00 AM", "2030-09-28T09:00:00Z", UNSAFE),
        ("28.09.2030 05:22", "2030-09-28T05:22:00Z", UNSAFE),
        ("28 September 2030", "2030-09-28T00:00:00Z", UNSAFE),
        ("1285651362", "2010-09-28T05:22:42Z", UNSAFE),
    ],
)
def test_a_date_that_is_spelled_out(text: str, right: str, safety: Safety) -> None:
    mistake = date_mistake(text)
    assert mistake is not None
    assert mistake.rule.code == "CT603"
    assert (mistake.replacement, mistake.safety) == (right, safety)
    assert date_mistake(right) is None


@pytest.mark.parametrize(
    "text",
    [
        "next Tuesday", "28 Sep", "Sep 2030", "28 Sep 2030 GMT", "13:00 PM 28 Sep 2030", "",
        "28 Sep Oct 2030", "28 Sep 2030 05:22:42 Mars/Olympus", "28 Sep 2030 and more", "12345678901",
    ],
)  # fmt: skip
def test_what_is_no_date_or_more_than_one_has_no_reading(text: str) -> None:
    mistake = date_mistake(text)
    assert mistake is not None
    assert mistake.replacement is None


def test_a_day_that_there_is_not() -> None:
    mistake = date_mistake("30 Feb 2030 05:22:42 GMT")
    assert mistake is not None
    assert (mistake.rule.code, mistake.replacement) == ("CT604", None)


WORDS = ["Sep", "28", "2030", "05:22", "AM", "EST", "Tue", "-0500", "2030-09-28", "28.09.2030", "Z"]


@given(st.lists(st.sampled_from([*WORDS, "x", "/", "٣"]), max_size=8).map(" ".join) | st.text())
def test_no_text_is_too_odd(text: str) -> None:
    spelled = as_rfc3339(text)
    assert spelled is None or spelled.text.isascii()
    date_mistake(text)


def test_other_names_lead_into_the_vocabulary() -> None:
    for resource in RESOURCES.values():
        assert set(resource.aliases.values()) <= set(vocabulary().names(resource.name))
        assert set(resource.aliases.values()).isdisjoint(resource.aliases)
    assert set(_STATES.values()) <= set(vocabulary().states())


@pytest.mark.parametrize(
    ("right", "written"),
    [
        ("EmailContent", "EmailBody"), ("EmailTextContent", "TextContent"), ("FromName", "SenderName"),
        ("OrganizationState", "State"), ("OrganizationCity", "City"), ("OrganizationPostalCode", "ZipCode"),
    ],
)  # fmt: skip
def test_an_element_by_another_name_is_one_guess(right: str, written: str) -> None:
    data = CAMPAIGN.replace(f"{right}>", f"{written}>").encode()
    (said,) = lint(read(data))
    assert (said.code, said.fixes[0].safety) == ("CT302", UNSAFE)
    assert applied(data, said.fixes[0]) == CAMPAIGN.encode()


def test_another_name_beside_the_right_one_is_unknown() -> None:
    data = CAMPAIGN.replace("<Subject>", "<State>TX</State><Subject>").encode()
    assert [each.code for each in lint(read(data))] == ["CT301"]


@pytest.mark.parametrize("state", ["Mass", "Mass.", "M.A.", "Massachusetts"])
def test_a_state_by_another_name(state: str) -> None:
    data = CAMPAIGN.replace(">MA<", f">{state}<").encode()
    (said,) = lint(read(data))
    assert (said.code, said.fixes[0].safety) == ("CT313", SAFE)
    assert applied(data, said.fixes[0]) == CAMPAIGN.encode()
