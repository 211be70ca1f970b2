"""An update is written only onto an activity of the format that its body was made for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from sampling import some
from v3_bench import FUTURE, V3Bench, campaign, codes, states, v3_bench

from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.sender import OnNameTaken
from ctct_migrate.sender.deeds import EQUAL

FORMATS = ["1", "2", "5"]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[V3Bench]:
    with v3_bench(tmp_path) as made:
        yield made


def there(bench: V3Bench, form: str, **more: str) -> None:
    """A campaign of a format, which v1 knew by the number 77."""
    seed = {
        "number": "77",
        "name": "Spring news",
        "format_type": int(form),
        "html_content": "<html><body>[[trackingImage]]Old</body></html>",
        "contact_list_ids": ["1"],
        **more,
    }
    bench.box.seed(campaigns=[seed])


def update(form: str, text: str = "New") -> Payload:
    """The update of it, for a format."""
    return campaign(
        "a.xml", number="77", shape=Shape.UPDATE, text=text, choices=Choices(format_type=form)
    )


@pytest.mark.parametrize(
    ("form", "given", "more"),
    some(
        product(FORMATS, FORMATS, ({}, {"current_status": "Scheduled", "scheduled_date": FUTURE})),
        7,
    ),
)
def test_nothing_is_written_onto_another_format(
    bench: V3Bench, form: str, given: str, more: dict[str, str]
) -> None:
    there(bench, form, **more)
    before = bench.campaigns["Spring news"], bench.schedules
    for _ in range(2):  # the same command again
        report = bench.send(update(given))
        if form == given:
            assert states(report) == ["done"]
            continue
        assert (states(report), codes(report)) == (["blocked"], [["CT652"]])
        (shown,) = report.results[0].diagnostics
        assert f"`--format-type {form}`" in shown.label
        assert (bench.campaigns["Spring news"], bench.schedules) == before
        assert bench.changes() == []
    assert bench.schedules == before[1]
    report = bench.send(update(form))
    assert states(report) == ["done"]
    assert bench.schedules == before[1]
    written = bench.campaigns["Spring news"]["activity"]["html_content"]
    assert ("New" in written) is (form != "2")


def test_the_right_format_updates_and_says_so(bench: V3Bench) -> None:
    there(bench, "5")
    bench.send(update("1"))
    report = bench.send(update("5"))
    assert states(report) == ["done"]
    assert report.results[0].request.record.note == ""
    assert [call for call in bench.changes() if call.startswith("PUT")] == [
        "PUT emails/activities/{id} 200"
    ]
    again = bench.send(update("5", "Newer"))
    assert again.results[0].request.record.note == ""


def test_what_is_equal_is_said_to_be_equal(bench: V3Bench, tmp_path: Path) -> None:
    there(bench, "5")
    bench.send(update("5"))
    before = bench.changes()
    bench.ledger = tmp_path / "other.ledger"
    report = bench.send(update("5"))
    assert report.results[0].request.record.note == EQUAL
    assert bench.changes() == before


@pytest.mark.parametrize("form", ["1", "2"])
def test_a_new_campaign_does_not_replace_one_of_another_format(bench: V3Bench, form: str) -> None:
    there(bench, form)
    before = bench.campaigns
    report = bench.send(campaign("a.xml"), on_name_taken=OnNameTaken.UPDATE)
    assert (states(report), codes(report)) == (["blocked"], [["CT652"]])
    (shown,) = report.results[0].diagnostics
    assert f"`--shape update --format-type {form}`" in shown.label
    assert bench.campaigns == before
    assert bench.changes() == []


def test_a_format_that_no_body_is_for(bench: V3Bench) -> None:
    there(bench, "3")
    report = bench.send(update("1"))
    assert (states(report), codes(report)) == (["blocked"], [["CT652"]])
    assert "--format-type" not in report.results[0].diagnostics[0].label
    assert bench.changes() == []


def test_a_body_that_does_not_say_its_format_is_not_written(bench: V3Bench) -> None:
    there(bench, "5")
    report = bench.send(replace(update("5"), made_for={}))
    assert states(report) == ["blocked"]
    assert bench.changes() == []
