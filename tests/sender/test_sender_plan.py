"""What a plan counts before any call is made."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sender_payloads import FUTURE, QUICK, campaign, schedule, update

from ctct_migrate.sender import Ledger, Planner, RequestKind, Submission


@pytest.fixture
def ledger(tmp_path: Path):
    with Ledger.copy(tmp_path / "none.ledger") as empty:
        yield empty


def planned(ledger: Ledger, *payloads, **settings):
    planner = Planner(ledger, replace(QUICK, **settings))
    return planner.plan(Submission(each) for each in payloads)


def test_counts_calls_and_days(ledger: Ledger):
    plan = planned(
        ledger,
        *(campaign(f"c{i}.xml", f"N{i}", str(i)) for i in range(1, 11)),
        schedule("s1.xml", FUTURE, "1"),
        schedule("s2.xml", FUTURE, "99"),
        update("u.xml", "Old", "50"),
    )
    assert plan.counts() == {
        ("campaign", RequestKind.CREATE): 10,
        ("campaign", RequestKind.UPDATE): 1,
        ("schedule", RequestKind.PLACE): 2,
    }
    # 3 to look, 10 creates, 1 new schedule, 2 for the other schedule, 2 for the update.
    assert plan.calls == 18
    assert plan.seconds(4) == 4.5
    assert plan.days(10_000, 10_000) == 1
    assert plan.days(5, 18) == 1
    assert plan.days(5, 17) == 2
    assert plan.days(5, 0) == 5
    assert planned(ledger, preflight=False).calls == 0


def test_a_document_that_is_named_twice_is_one(ledger: Ledger):
    plan = planned(ledger, campaign("c.xml", "One"), campaign("c.xml", "One"))
    assert len(plan.items) == 1


def test_nothing_is_written_to_the_disk(ledger: Ledger, tmp_path: Path):
    planned(ledger, campaign("c.xml", "One"))
    assert list(tmp_path.iterdir()) == []
