"""Sending to v3: the order of calls, ids, rights, schedules that are never posted twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from v3_bench import V3Bench, campaign, codes, schedule, states, v3_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[V3Bench]:
    with v3_bench(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)


def test_the_order_of_calls(bench: V3Bench) -> None:
    report = bench.send(campaign("a.xml", number="77"), schedule("b.xml", "77"))
    print(bench.calls(), codes(report), [d for r in report.results for d in r.diagnostics])
    assert states(report) == ["done", "done"]
