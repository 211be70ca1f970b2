"""What the report counts over time: opens, clicks and bounces, in months, quarters or years."""

from __future__ import annotations

from collections import Counter

import pytest

from ctct_migrate.report.over_time import over_time
from ctct_migrate.report.page import page
from ctct_migrate.report.summary import summary


def months(*names: str) -> dict[str, Counter[str]]:
    return {name: Counter(opens=1) for name in names}


@pytest.mark.parametrize(
    ("found", "labels"),
    [
        (("2010-09",), ["2010-09"]),
        (("2010-11", "2011-02"), ["2010-11", "2010-12", "2011-01", "2011-02"]),
        (("2010-01", "2011-03"), ["2010 Q1", "2010 Q2", "2010 Q3", "2010 Q4", "2011 Q1"]),
        (("2003-05", "2014-08"), [str(year) for year in range(2003, 2015)]),
        (("0001-01", "2010-09"), ["0001-01", "2010-09"]),
    ],
)
def test_spans_fit_into_a_chart(found: tuple[str, ...], labels: list[str]) -> None:
    names, spans = over_time(months(*found))
    assert names == ["opens"]
    assert [label for label, _ in spans] == labels
    assert sum(counts[0] for _, counts in spans) == len(found)


def test_nothing_counted_is_no_chart() -> None:
    assert over_time({}) == ([], [])


def line(resource: str, date: str | None) -> dict[str, object]:
    return {
        "source": "a.xml", "entry": 0, "sha256": "0", "resource": resource, "shape": "record",
        "status": "converted", "codes": [], "output": "o", "date": date,
    }  # fmt: skip


def test_a_page_shows_opens_clicks_and_bounces_and_each_resource() -> None:
    lines = [
        line("open_event", "2010-09-28T07:40:01.000Z"), line("open_event", "2010-10-01T00:00:00.000Z"),
        line("click_event", "2010-09-28T07:41:00.000Z"), line("bounce_event", "2010-09-28T05:23:10.000Z"),
        line("sent_event", "2010-09-28T05:22:43.105Z"), line("open_event", None),
        line("open_event", "nonsense"),
    ]  # fmt: skip
    told = summary(lines)
    assert told.events == {
        "2010-09": Counter(opens=1, clicks=1, bounces=1), "2010-10": Counter(opens=1)
    }  # fmt: skip
    html = page(told, "run.jsonl")
    assert "Bounces, clicks and opens over time" in html
    assert "<title>2010-09: 1 clicks</title>" in html
    assert '<td>open_event</td><td class="n">4</td>' in html


def test_a_page_about_campaigns_has_no_such_chart() -> None:
    assert "over time" not in page(summary([line("campaign", "2010-09-28T07:40:01Z")]), "run.jsonl")
