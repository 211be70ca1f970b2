"""Schedules in v3: never posted twice, never on what was sent, put back after an update; and each
step of a campaign whose answer is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from v3_bench import FUTURE, LATER, QUICK, V3Bench, campaign, codes, schedule, states, v3_bench

from ctct_migrate.payload import Shape
from ctct_migrate.sandbox import Fault, FaultKind
from ctct_migrate.sender import Ledger, Planner, Submission

POST, PUT, PLACE, DELETE = (
    r"^POST .*/emails$",
    r"^PUT .*/emails/activities/[^/]+$",
    r"^POST .*/schedules$",
    r"^DELETE .*/schedules$",
)

LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE, times=1),
    Fault(kind=FaultKind.CLOSE_AFTER, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1),
    Fault(kind=FaultKind.SERVER_ERROR, times=1, stored=True, status=503, body="html"),
    Fault(kind=FaultKind.TRUNCATED, times=1),
    Fault(kind=FaultKind.NONSENSE, times=1),
    Fault(kind=FaultKind.EMPTY, times=1),
]

#: A campaign of the account, under v1's number 5, made by v2.
OLD = {"number": "5", "name": "Old", "contact_list_ids": ["1"], "from_email": "joe@example.com"}


def named(fault: Fault) -> str:
    return f"{fault.kind}-{'stored' if fault.stores else 'not-stored'}"


each_loss = pytest.mark.parametrize("fault", LOST, ids=named)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[V3Bench]:
    with v3_bench(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.0)


def both() -> tuple[Any, Any]:
    return campaign("a.xml", number="77"), schedule("b.xml", "77")


def soon(seconds: float) -> str:
    moment = datetime.now(UTC) + timedelta(seconds=seconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def placed(bench: V3Bench) -> list[str]:
    """The calls that placed a schedule, or tried to."""
    return [call for call in bench.changes() if "/schedules" in call]


# Lost answers


@each_loss
@pytest.mark.parametrize("step", [POST, PUT, PLACE], ids=["post", "put", "schedule"])
def test_a_lost_answer_of_any_step(bench: V3Bench, step: str, fault: Fault) -> None:
    bench.box.inject(replace(fault, match=step))
    assert states(bench.send(*both())) == ["done", "done"]
    assert bench.schedules == {"Spring news": [FUTURE]}
    assert len(bench.campaigns["Spring news"]["activity"]["contact_list_ids"]) == 1
    before = len(bench.calls())
    assert states(bench.send(*both())) == ["done", "done"]
    assert len(bench.calls()) == before


@pytest.mark.parametrize(
    ("step", "settle", "second"),
    [
        (POST, 0.0, "refuse"),
        (POST, 1.0, "refuse"),
        (PUT, 0.0, "refuse"),
        (PLACE, 0.0, "refuse"),
        (PLACE, 0.0, "replace"),
        (PLACE, 1.0, "replace"),
    ],
    ids=["post-early", "post-late", "put", "schedule-early", "schedule-replaced", "schedule-late"],
)
def test_a_step_that_arrives_late(tmp_path: Path, step: str, settle: float, second: str) -> None:
    """The caller has given up when the server stores it, and has asked before that or after."""
    with v3_bench(tmp_path, settings={"second_schedule": second}) as bench:
        slow = Fault(kind=FaultKind.LATENCY, match=step, seconds=0.6, stored=False, times=1)
        bench.box.inject(slow)
        bench.send(*both(), timeout=0.25, settle=settle)
        assert states(bench.send(*both())) == ["done", "done"]
        assert bench.schedules == {"Spring news": [FUTURE]}


@pytest.mark.parametrize("step", [POST, PUT, PLACE], ids=["post", "put", "schedule"])
def test_a_run_that_ends_at_a_step_goes_on_there(bench: V3Bench, step: str) -> None:
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match=step, status=503))
    bench.send(*both(), tries=2)
    bench.box.clear_faults()
    assert states(bench.send(*both())) == ["done", "done"]
    assert bench.schedules == {"Spring news": [FUTURE]}
    assert len(bench.campaigns) == 1


def test_somebody_elses_campaign_of_that_name(bench: V3Bench) -> None:
    """The POST is lost, and another program has taken the name meanwhile."""
    bench.box.inject(Fault(kind=FaultKind.CLOSE_BEFORE, match=POST))
    bench.send(both()[0], tries=1)
    bench.box.clear_faults()
    bench.box.seed(campaigns=[{"name": "Spring news"}])
    report = bench.send(both()[0])
    assert states(report) in (["in doubt"], ["blocked"])
    assert codes(report)[0][0] in ("CT946", "CT918")
    assert len(bench.campaigns) == 1
    assert not [call for call in bench.changes() if call.startswith("PUT")]


# What was sent is never sent again


@pytest.mark.parametrize("status", ["Done", "Error", "Removed"])
def test_what_is_no_draft_is_not_scheduled(bench: V3Bench, status: str) -> None:
    bench.box.seed(campaigns=[{**OLD, "current_status": status, "count": 3}])
    before = bench.sends("Old")
    report = bench.send(schedule("b.xml", "5"))
    expected = (["failed"], "CT917") if status == "Removed" else (["blocked"], "CT976")
    assert (states(report), codes(report)[0][0]) == expected
    assert placed(bench) == []
    assert bench.sends("Old") == before


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_lost_schedule_whose_time_has_passed(bench: V3Bench, is_stored: bool) -> None:
    kind = FaultKind.CLOSE_AFTER if is_stored else FaultKind.CLOSE_BEFORE
    bench.box.inject(Fault(kind=kind, match=PLACE))
    document = schedule("b.xml", "77", soon(60))
    report = bench.send(campaign("a.xml", number="77"), document, tries=1)
    assert states(report) == ["done", "blocked"]
    bench.box.clear_faults()
    bench.box.pass_time(3600)
    again = bench.send(campaign("a.xml", number="77"), document)
    if is_stored:
        assert states(again) == ["done", "done"]
        assert "took effect" in again.results[1].request.record.note
        assert bench.sends("Spring news") == 1
    assert len(placed(bench)) == 1 or not is_stored
    assert bench.sends("Spring news") <= 1


def test_a_campaign_that_was_created_in_an_earlier_run_and_sent_by_hand(bench: V3Bench) -> None:
    bench.send(campaign("a.xml", number="77"), schedule("b.xml", "77", soon(60)))
    bench.box.pass_time(3600)
    assert bench.sends("Spring news") == 1
    report = bench.send(schedule("c.xml", "77", LATER))
    assert "done" not in states(report)
    assert bench.sends("Spring news") == 1
    assert len(placed(bench)) == 1


# Changes of schedules


def test_a_changed_schedule_is_taken_away_first(bench: V3Bench) -> None:
    bench.send(*both())
    report = bench.send(campaign("a.xml", number="77"), schedule("b.xml", "77", LATER))
    assert states(report) == ["done", "done"]
    assert placed(bench)[1:] == [
        "DELETE emails/activities/{id}/schedules 204",
        "POST emails/activities/{id}/schedules 201",
    ]
    assert bench.schedules == {"Spring news": [LATER]}
    record = bench.requests()["b.xml"].record
    assert (record.note, "replaced" in record.kept) == (f"in place of {FUTURE}", False)


@each_loss
@pytest.mark.parametrize("step", [DELETE, PLACE], ids=["delete", "post"])
def test_a_lost_answer_of_a_change(bench: V3Bench, step: str, fault: Fault) -> None:
    bench.send(*both())
    bench.box.inject(replace(fault, match=step))
    changed = campaign("a.xml", number="77"), schedule("b.xml", "77", LATER)
    assert states(bench.send(*changed)) == ["done", "done"]
    assert bench.schedules == {"Spring news": [LATER]}


def test_a_refused_change_says_what_was_taken_away(bench: V3Bench) -> None:
    bench.send(*both())
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match=PLACE, status=400, times=1))
    report = bench.send(campaign("a.xml", number="77"), schedule("b.xml", "77", LATER))
    assert states(report) == ["done", "failed"]
    assert FUTURE in report.results[1].diagnostics[0].label


# Updates


def update(name: str = "Old", number: str = "5", **more: str) -> Any:
    return campaign("u.xml", name, number, Shape.UPDATE, **more)


def test_an_update_of_a_draft(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{**OLD, "preheader": "Look inside"}])
    report = bench.send(update(name="New name"))
    assert states(report) == ["done"]
    stored = bench.campaigns["New name"]["activity"]
    assert (stored["subject"], stored["preheader"]) == ("About New name", "Look inside")
    assert bench.changes() == ["PUT emails/activities/{id} 200", "PATCH emails/{id} 200"]
    before = bench.changes()
    assert states(bench.send(update(name="New name"))) == ["done"]
    assert bench.changes() == before


def test_an_update_of_what_is_scheduled_keeps_its_time(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{**OLD, "current_status": "Scheduled", "scheduled_date": FUTURE}])
    assert states(bench.send(update())) == ["done"]
    assert bench.changes() == [
        "DELETE emails/activities/{id}/schedules 204",
        "PUT emails/activities/{id} 200",
        "POST emails/activities/{id}/schedules 201",
    ]
    assert bench.schedules == {"Old": [FUTURE]}
    assert bench.campaigns["Old"]["activity"]["subject"] == "About Old"
    assert bench.requests()["u.xml"].record.kept == {}


@each_loss
@pytest.mark.parametrize("step", [DELETE, PUT, PLACE], ids=["delete", "put", "post"])
def test_a_lost_answer_of_such_an_update(bench: V3Bench, step: str, fault: Fault) -> None:
    bench.box.seed(campaigns=[{**OLD, "current_status": "Scheduled", "scheduled_date": FUTURE}])
    bench.box.inject(replace(fault, match=step))
    assert states(bench.send(update())) == ["done"]
    assert bench.schedules == {"Old": [FUTURE]}
    assert bench.campaigns["Old"]["activity"]["subject"] == "About Old"


@pytest.mark.parametrize("step", [PUT, PLACE], ids=["put", "post"])
def test_such_an_update_that_ends_in_between(bench: V3Bench, step: str) -> None:
    bench.box.seed(campaigns=[{**OLD, "current_status": "Scheduled", "scheduled_date": FUTURE}])
    bench.box.inject(Fault(kind=FaultKind.OVER_QUOTA, match=step, times=1))
    report = bench.send(update())
    assert report.stop is not None
    assert bench.schedules == {"Old": []}
    assert bench.requests()["u.xml"].record.kept == {"suspended": FUTURE}
    (shown,) = report.results[0].diagnostics
    assert (shown.code, FUTURE in shown.label) == ("CT651", True)
    assert states(bench.send(update())) == ["done"]
    assert bench.schedules == {"Old": [FUTURE]}


def test_such_an_update_that_is_refused_puts_the_schedule_back(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{**OLD, "current_status": "Scheduled", "scheduled_date": FUTURE}])
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match=PUT, status=400, times=1))
    assert states(bench.send(update())) == ["failed"]
    assert bench.schedules == {"Old": [FUTURE]}


def test_a_schedule_that_is_too_close_is_left_alone(bench: V3Bench) -> None:
    close = soon(120)
    bench.box.seed(campaigns=[{**OLD, "current_status": "Scheduled", "scheduled_date": close}])
    report = bench.send(update())
    assert (states(report), codes(report)) == (["blocked"], [["CT940"]])
    assert bench.changes() == []


@pytest.mark.parametrize("status", ["Done", "Error", "Removed"])
def test_an_update_of_what_is_no_draft(bench: V3Bench, status: str) -> None:
    bench.box.seed(campaigns=[{**OLD, "current_status": status}])
    report = bench.send(update())
    assert states(report)[0] in ("blocked", "failed")
    # What was removed cannot be read, and says so itself.
    refused = ["PUT emails/activities/{id} 404"] if status == "Removed" else []
    assert bench.changes() == refused


# What is being sent, and what could not be sent


def lost_and_overtaken(bench: V3Bench) -> Any:
    """A schedule whose answer is lost, and whose time comes before anybody asks."""
    bench.box.inject(Fault(kind=FaultKind.CLOSE_AFTER, match=PLACE, times=1))
    documents = campaign("a.xml", number="77"), schedule("b.xml", "77", soon(60))
    bench.send(*documents, tries=1)
    bench.box.pass_time(3600)
    return bench.send(*documents)


def test_what_is_being_sent_is_left_alone(tmp_path: Path) -> None:
    with v3_bench(tmp_path, settings={"sending_seconds": 86_400.0}) as bench:
        report = lost_and_overtaken(bench)
        assert report.results[1].state.value in ("blocked", "done")
        assert len(placed(bench)) == 1
        assert bench.sends("Spring news") == 1


def test_what_could_not_be_sent_says_why(tmp_path: Path) -> None:
    with v3_bench(tmp_path, settings={"send_reason": 8}) as bench:
        report = lost_and_overtaken(bench)
        (shown,) = report.results[1].diagnostics
        assert (shown.code, "reason code 8" in shown.label) == ("CT976", True)
        assert len(placed(bench)) == 1


def test_a_long_lived_sender_asks_before_it_schedules_what_it_created_long_ago(
    bench: V3Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody has scheduled, and sent, the campaign by hand meanwhile."""
    monkeypatch.setattr("ctct_migrate.sender.resolving._FRESH", 0.0)
    report = bench.send(campaign("a.xml", number="77"), schedule("b.xml", "77"))
    assert states(report) == ["done", "done"]
    asked = [call for call in bench.calls() if call == "GET emails/activities/{id} 200"]
    assert len(asked) == 2  # to compare, and before the schedule


# Runs that end, as by a kill, while a call is under way


@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "not-stored"])
@pytest.mark.parametrize("step", [POST, PUT, PLACE], ids=["post", "put", "schedule"])
def test_a_run_that_is_killed_at_a_step(bench: V3Bench, step: str, is_stored: bool) -> None:
    slow = Fault(kind=FaultKind.LATENCY, match=step, seconds=0.6, stored=True, times=1)
    lost = Fault(kind=FaultKind.CLOSE_BEFORE, match=step, times=1)
    bench.box.inject(*([slow] if is_stored else [slow, lost]))
    bench.ended_at(step, *both())
    bench.box.clear_faults()
    assert states(bench.send(*both())) == ["done", "done"]
    assert bench.schedules == {"Spring news": [FUTURE]}
    assert len(bench.campaigns) == 1


@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "not-stored"])
@pytest.mark.parametrize("step", [DELETE, PUT, PLACE], ids=["delete", "put", "post"])
def test_an_update_of_what_is_scheduled_that_is_killed(
    bench: V3Bench, step: str, is_stored: bool
) -> None:
    bench.box.seed(campaigns=[{**OLD, "current_status": "Scheduled", "scheduled_date": FUTURE}])
    slow = Fault(kind=FaultKind.LATENCY, match=step, seconds=0.6, stored=True, times=1)
    lost = Fault(kind=FaultKind.CLOSE_BEFORE, match=step, times=1)
    bench.box.inject(*([slow] if is_stored else [slow, lost]))
    bench.ended_at(step, update())
    bench.box.clear_faults()
    assert states(bench.send(update())) == ["done"]
    assert bench.schedules == {"Old": [FUTURE]}
    assert bench.campaigns["Old"]["activity"]["subject"] == "About Old"


@pytest.mark.parametrize("step", [DELETE, PLACE], ids=["delete", "post"])
def test_a_change_that_is_killed(bench: V3Bench, step: str) -> None:
    bench.send(*both())
    bench.box.inject(Fault(kind=FaultKind.LATENCY, match=step, seconds=0.6, stored=True, times=1))
    changed = campaign("a.xml", number="77"), schedule("b.xml", "77", LATER)
    bench.ended_at(step, *changed)
    bench.box.clear_faults()
    assert states(bench.send(*changed)) == ["done", "done"]
    assert bench.schedules == {"Spring news": [LATER]}


def test_a_change_that_is_stopped_in_between_says_so(bench: V3Bench) -> None:
    bench.send(*both())
    changed = campaign("a.xml", number="77"), schedule("b.xml", "77", LATER)
    bench.box.inject(Fault(kind=FaultKind.OVER_QUOTA, match=PLACE, times=1))
    report = bench.send(*changed)
    (shown,) = report.results[1].diagnostics
    assert (shown.code, FUTURE in shown.label) == ("CT651", True)
    assert states(bench.send(*changed)) == ["done", "done"]
    assert bench.schedules == {"Spring news": [LATER]}


# A campaign without lists


@pytest.mark.parametrize("order", [0, 1])
def test_a_campaign_without_lists_is_not_scheduled(bench: V3Bench, order: int) -> None:
    documents = [campaign("a.xml", number="77", lists=()), schedule("b.xml", "77")]
    if order:
        documents.reverse()
    report = bench.send(*documents)
    results = zip(states(report), codes(report), strict=True)
    said = dict(zip("ba" if order else "ab", results, strict=True))
    assert said == dict.fromkeys("ab", ("blocked", ["CT653"]))
    assert bench.changes() == []
    # What is advised: the lists are named, and the same command is given again.
    again = campaign("a.xml", number="77"), schedule("b.xml", "77")
    assert states(bench.send(*again)) == ["done", "done"]
    assert bench.schedules == {"Spring news": [FUTURE]}


def test_a_campaign_without_lists_is_created_alone(bench: V3Bench) -> None:
    assert states(bench.send(campaign("a.xml", number="77", lists=()))) == ["done"]


def test_a_campaign_without_lists_is_seen_in_the_plan(bench: V3Bench) -> None:
    documents = [campaign("a.xml", number="77", lists=()), schedule("b.xml", "77")]
    with Ledger.copy(bench.ledger) as ledger:
        plan = Planner(ledger, QUICK).plan(Submission(each) for each in documents)
        assert [each.rule.code for found in plan.findings.values() for each in found] == [
            "CT653"
        ] * 2
    assert bench.calls() == []
