"""What a run does on a server that fails, refuses, cuts connections and talks nonsense."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sampling import EXHAUSTIVE
from sender_payloads import (
    FUTURE,
    LATER,
    QUICK,
    Bench,
    campaign,
    campaign_body,
    codes,
    schedule,
    states,
    update,
)

from ctct_migrate.sandbox import Fault, FaultKind, Sandbox
from ctct_migrate.sender import OnNameTaken, State, Submission
from ctct_migrate.sender.comparison import differences
from ctct_migrate.sender.events import Planned, Settled, Waiting
from ctct_migrate.targets import TARGETS

DELIVERIES = TARGETS["v2"].deliveries()

POST = "^POST .*/campaigns$"
SCHEDULE = "^(POST|PUT) .*/schedules"

#: A lost answer, whether or not the change was stored.
LOST = [
    Fault(kind=FaultKind.CLOSE_BEFORE),
    Fault(kind=FaultKind.CLOSE_AFTER),
    Fault(kind=FaultKind.CLOSE_AFTER, reset=True),
    Fault(kind=FaultKind.SERVER_ERROR),
    Fault(kind=FaultKind.SERVER_ERROR, stored=True, status=502, body="html"),
    Fault(kind=FaultKind.SERVER_ERROR, status=503, body="empty"),
    Fault(kind=FaultKind.TRUNCATED),
    Fault(kind=FaultKind.TRUNCATED, stored=False),
    Fault(kind=FaultKind.TRUNCATED_TRANSFER),
    Fault(kind=FaultKind.HTML),
    Fault(kind=FaultKind.HTML, stored=False),
    Fault(kind=FaultKind.NONSENSE),
    Fault(kind=FaultKind.NONSENSE, stored=False),
    Fault(kind=FaultKind.EMPTY),
    Fault(kind=FaultKind.EMPTY, stored=False),
]  # fmt: skip


def name(fault: Fault) -> str:
    return f"{fault.kind}-{'stored' if fault.stores else 'not-stored'}"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.01)


@pytest.mark.parametrize("preflight", [True, False])
@pytest.mark.parametrize("fault", LOST, ids=name)
def test_a_lost_post_makes_one_campaign_and_one_schedule(bench: Bench, fault, preflight):
    bench.box.inject(replace(fault, match=POST, times=1), replace(fault, match=SCHEDULE, times=1))
    report = bench.send(
        campaign("c.xml", "One", "1"), schedule("s.xml", FUTURE, "1"), preflight=preflight
    )
    assert report.is_done, report
    assert list(bench.campaigns) == ["One"]
    assert bench.schedules == {"One": [FUTURE]}
    assert report.results[0].target_id == bench.campaigns["One"]["id"]
    # What was stored is adopted; what was not is sent once more.
    created = [c for c in bench.box.calls() if c.method == "POST" and c.path.endswith("/campaigns")]
    assert len(created) == (1 if fault.stores else 2)


@pytest.mark.parametrize("fault", LOST, ids=name)
def test_a_lost_put_is_put_once_more_if_it_was_not_stored(bench: Bench, fault):
    bench.box.seed(campaigns=[{"id": "5001", **campaign_body("Old")}])
    bench.box.inject(replace(fault, match="^PUT", times=1))
    report = bench.send(update("u.xml", "Old", "5001", subject="New"))
    assert report.is_done
    assert bench.campaigns["Old"]["subject"] == "New"
    assert len([c for c in bench.box.calls() if c.method == "PUT"]) == (1 if fault.stores else 2)


@pytest.mark.parametrize("fault", LOST, ids=name)
def test_looking_is_repeated_while_it_fails(bench: Bench, fault):
    bench.box.inject(replace(fault, match="^GET", times=3))
    report = bench.send(campaign("c.xml", "One", "1"), schedule("s.xml", FUTURE, "1"))
    assert report.is_done


def test_a_late_post_is_not_doubled(bench: Bench, monkeypatch):
    """The connection goes, and the server stores the campaign only after it was asked."""
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 1.5)
    late = Fault(kind=FaultKind.LATENCY, match=POST, seconds=1.0, times=1, stored=False)
    bench.box.inject(late)
    report = bench.send(campaign("c.xml", "One", "1"), schedule("s.xml", FUTURE, "1"), timeout=0.5)
    assert report.is_done
    assert list(bench.campaigns) == ["One"]
    assert bench.schedules == {"One": [FUTURE]}
    posts = [c.status for c in bench.box.calls() if c.method == "POST"]
    assert posts == [201, 409, 201]  # the second try meets the first one's campaign


def test_a_server_that_keeps_failing_ends_the_run(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR))
    documents = [campaign(f"{i}.xml", f"N{i}", str(i)) for i in range(30)]
    report = bench.send(*documents)
    assert report.stop is not None
    assert report.stop.failure is not None
    assert report.stop.failure.rule.code == "CT930"
    assert len(bench.calls()) < 60
    bench.box.clear_faults()
    assert bench.send(*documents).is_done
    assert len(bench.campaigns) == 30


def test_a_server_that_fails_on_posts_alone_ends_the_run_with_nothing_lost(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.SERVER_ERROR, match="^POST"))
    documents = [campaign(f"{i}.xml", f"N{i}", str(i)) for i in range(8)]
    report = bench.send(*documents)
    assert not report.is_done
    bench.box.clear_faults()
    assert bench.send(*documents).is_done
    assert len(bench.campaigns) == 8


def test_a_server_that_is_not_there_ends_the_run(bench: Bench):
    bench.box.stop()
    documents = [campaign("c.xml", "One")]
    report = bench.send(*documents)
    assert report.stop.failure.rule.code == "CT935"
    assert report.stop.reason == "the server cannot be reached"
    assert report.calls == 1  # nothing was under way: it is not tried again and again
    assert bench.states() == {"c.xml": State.PLANNED}
    bench.box.start()
    assert bench.send(*documents).is_done


# 401 and the meanings of 403


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (FaultKind.INACTIVE_KEY, "CT911"),
        (FaultKind.EXPIRED_TOKEN, "CT910"),
        (FaultKind.REDIRECT, "CT926"),
    ],
)
def test_what_concerns_the_account_stops_the_run_at_once(bench: Bench, kind, code):
    bench.box.inject(Fault(kind=kind, match=POST, after=2))
    documents = [campaign(f"{i}.xml", f"N{i}", str(i)) for i in range(40)]
    report = bench.send(*documents, calls_per_second=4)  # few at a time
    assert report.stop.failure.rule.code == code
    assert len([c for c in bench.box.calls() if c.method == "POST"]) <= 2 + 8
    assert len(bench.campaigns) == 2
    assert State.FAILED not in bench.states().values()
    bench.box.clear_faults()
    assert bench.send(*documents).is_done
    assert len(bench.campaigns) == 40


def test_over_qps_slows_down_and_loses_nothing(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.OVER_QPS, probability=0.3, times=5))
    began = time.monotonic()
    report = bench.send(*(campaign(f"{i}.xml", f"N{i}") for i in range(10)))
    assert report.is_done
    assert len(bench.campaigns) == 10
    assert time.monotonic() - began > 1.0


def test_the_days_calls_used_up_stops_in_order_and_says_until_when(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.OVER_QUOTA, match=POST, after=3, retry_after="3600"))
    documents = [campaign(f"{i}.xml", f"N{i}") for i in range(10)]
    report = bench.send(*documents)
    assert report.stop.failure.rule.code == "CT913"
    assert 3500 < report.stop.until - time.time() < 3700
    assert len(bench.campaigns) == 3
    bench.box.clear_faults()
    assert bench.send(*documents).is_done


def test_without_a_time_the_next_day_begins_at_midnight_utc(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.OVER_QUOTA, match=POST))
    report = bench.send(campaign("c.xml", "One"))
    until = datetime.fromtimestamp(report.stop.until, UTC)
    assert (until.hour, until.minute) == (0, 1)
    assert until > datetime.now(UTC)


def test_it_waits_for_the_next_day_if_that_is_wished(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.OVER_QUOTA, match=POST, times=2, retry_after="1"))
    report = bench.send(*(campaign(f"{i}.xml", f"N{i}") for i in range(3)), wait=True)
    assert report.is_done
    assert [event for event in bench.events if isinstance(event, Waiting)]


def test_our_own_count_of_the_day_stops_too_and_goes_over_runs(bench: Bench):
    documents = [campaign(f"{i}.xml", f"N{i}") for i in range(10)]
    report = bench.send(*documents, calls_per_day=7)
    assert report.stop.reason == "the day's calls are used up"
    assert report.stop.until - time.time() > 86_000
    assert len(bench.calls()) == 7
    bench.send(*documents, calls_per_day=9)
    assert len(bench.calls()) == 9
    assert bench.send(*documents).is_done


def test_a_missing_permission_blocks_the_schedules_alone_and_says_whom_to_ask(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.INSUFFICIENT_SCOPE))
    documents = [campaign(f"c{i}.xml", f"N{i}", str(i)) for i in range(1, 30)]
    placed = [schedule(f"s{i}.xml", FUTURE, str(i)) for i in range(1, 30)]
    report = bench.send(*documents, *placed)
    assert report.stop is None
    assert len(bench.campaigns) == 29
    assert states(report) == ["done"] * 29 + ["blocked"] * 29
    shown = [each for result in report.results for each in result.diagnostics]
    assert [each.code for each in shown] == ["CT914"]
    assert "API support" in shown[0].help[-1]
    assert "user name and the API key" in shown[0].help[-1]
    assert shown[0].path.startswith("s")
    assert len([c for c in bench.calls() if "schedules" in c]) <= 29
    bench.box.clear_faults()
    assert bench.send(*documents, *placed).is_done
    assert set(map(tuple, bench.schedules.values())) == {(FUTURE,)}


def test_a_privilege_to_look_that_is_missing_does_not_stop_the_run(box, tmp_path):
    denied = ("contacts:lists:read", "account:read")
    with Sandbox(replace(box.options, port=0, database=None, denied_privileges=denied)) as other:
        bench = Bench(other, tmp_path / "other.ledger")
        assert bench.send(campaign("c.xml", "One")).is_done


# In doubt, and not ours


def lose_the_answer(bench: Bench, fault: Fault) -> None:
    """Leave a request in doubt: the run ends before it can ask."""
    bench.box.inject(fault, Fault(kind=FaultKind.EXPIRED_TOKEN, match="^GET .*/campaigns", after=1))
    report = bench.send(campaign("c.xml", "One", "1"))
    assert report.stop is not None
    assert bench.states() == {"c.xml": State.IN_DOUBT}
    bench.box.clear_faults()


def test_a_document_that_changed_while_it_was_in_doubt_and_was_stored(bench: Bench):
    lose_the_answer(bench, Fault(kind=FaultKind.CLOSE_AFTER, match=POST, times=1))
    report = bench.send(campaign("c.xml", "One", "1", subject="New"))
    assert report.is_done
    assert codes(report) == [["CT947"]]
    assert bench.campaigns["One"]["subject"] == "About One"


def test_a_document_that_changed_while_it_was_in_doubt_and_was_not_stored(bench: Bench):
    lose_the_answer(bench, Fault(kind=FaultKind.CLOSE_BEFORE, match=POST, times=1))
    report = bench.send(campaign("c.xml", "One", "1", subject="New"))
    assert report.is_done
    assert codes(report) == [[]]
    assert bench.campaigns["One"]["subject"] == "New"


def test_a_young_campaign_that_differs_stays_in_doubt(bench: Bench):
    lose_the_answer(bench, Fault(kind=FaultKind.CLOSE_BEFORE, match=POST, times=1))
    bench.box.seed(campaigns=[campaign_body("One", subject="Not ours?")])
    for policy in (OnNameTaken.FAIL, OnNameTaken.SKIP, OnNameTaken.RENAME):
        report = bench.send(campaign("c.xml", "One", "1"), on_name_taken=policy)
        assert states(report) == ["in doubt"]
        assert codes(report) == [["CT946"]]
    assert "/subject" in report.results[0].diagnostics[0].label
    assert len(bench.campaigns) == 1
    assert bench.send(campaign("c.xml", "One", "1"), on_name_taken=OnNameTaken.UPDATE).is_done
    assert bench.campaigns["One"]["subject"] == "About One"


def test_an_old_campaign_of_the_name_is_not_ours(bench: Bench):
    lose_the_answer(bench, Fault(kind=FaultKind.CLOSE_BEFORE, match=POST, times=1))
    old = campaign_body("One", subject="Another", created_date="2010-01-01T00:00:00.000Z")
    bench.box.seed(campaigns=[old])
    report = bench.send(campaign("c.xml", "One", "1"))
    assert states(report) == ["blocked"]
    assert codes(report) == [["CT918"]]
    report = bench.send(campaign("c.xml", "One", "1"), on_name_taken=OnNameTaken.RENAME)
    assert report.is_done
    assert set(bench.campaigns) == {"One", "One (2)"}


@pytest.mark.parametrize("kind", [FaultKind.CLOSE_BEFORE, FaultKind.CLOSE_AFTER])
def test_a_renamed_campaign_in_doubt_is_not_renamed_again(bench: Bench, kind):
    bench.box.seed(campaigns=[campaign_body("One", subject="Another")])
    bench.box.inject(Fault(kind=kind, match=POST, times=1))
    report = bench.send(campaign("c.xml", "One", "1"), on_name_taken=OnNameTaken.RENAME)
    assert report.is_done
    assert set(bench.campaigns) == {"One", "One (2)"}


@pytest.mark.parametrize("policy", [OnNameTaken.FAIL, OnNameTaken.SKIP, OnNameTaken.RENAME])
@pytest.mark.parametrize("preflight", [True, False])
def test_a_try_of_an_earlier_run_that_arrives_at_last_is_adopted(bench: Bench, policy, preflight):
    """It was asked about, found to be absent, and planned again; then the run was stopped."""
    name = "One"
    if policy is OnNameTaken.RENAME:
        bench.box.seed(campaigns=[campaign_body("One", subject="Another")])
        name = "One (2)"
    bench.box.inject(
        Fault(kind=FaultKind.CLOSE_BEFORE, match=POST, times=1),
        Fault(kind=FaultKind.EXPIRED_TOKEN, match=POST),
    )
    document = campaign("c.xml", "One", "1", subject="Mine")
    assert bench.send(document, on_name_taken=policy).stop
    assert bench.states() == {"c.xml": State.PLANNED}
    bench.box.clear_faults()
    bench.box.seed(campaigns=[campaign_body(name, subject="Mine")])  # it arrives
    before = len(bench.campaigns)
    report = bench.send(document, on_name_taken=policy, preflight=preflight)
    assert states(report) == ["done"]
    assert len(bench.campaigns) == before
    assert report.results[0].target_id == bench.campaigns[name]["id"]


def test_a_schedule_in_doubt_that_was_changed(bench: Bench):
    bench.send(campaign("c.xml", "One", "1"))
    bench.box.inject(
        Fault(kind=FaultKind.CLOSE_AFTER, match=SCHEDULE, times=1),
        Fault(kind=FaultKind.EXPIRED_TOKEN, match="^GET .*/schedules"),
    )
    assert bench.send(schedule("s.xml", FUTURE, "1")).stop
    bench.box.clear_faults()
    assert bench.send(schedule("s.xml", LATER, "1")).is_done
    assert bench.schedules == {"One": [LATER]}


# Ending in order


def test_stop_finishes_the_calls_under_way(bench: Bench):
    bench.box.inject(Fault(kind=FaultKind.LATENCY, match=POST, seconds=0.5))
    documents = [campaign(f"{i}.xml", f"N{i}") for i in range(200)]

    async def stopped():
        async with bench.sender() as sender:
            sending = asyncio.create_task(sender.send_all(Submission(each) for each in documents))
            # When the first is done, others are under way.
            while not any(isinstance(event, Settled) for event in bench.events):
                await asyncio.sleep(0.01)
            sender.stop("enough")
            return await sending

    report = asyncio.run(stopped())
    assert report.stop.reason == "enough"
    counted = list(bench.states().values())
    assert State.IN_DOUBT not in counted
    assert State.IN_FLIGHT not in counted
    assert 0 < counted.count(State.DONE) == len(bench.campaigns) < 200
    bench.box.clear_faults()
    assert bench.send(*documents).is_done
    assert len(bench.campaigns) == 200


def test_events_tell_what_happens(bench: Bench):
    bench.send(campaign("c.xml", "One", "1"), schedule("s.xml", FUTURE, "1"))
    assert bench.events[0] == Planned(2, 0, 5)
    assert [event.state for event in bench.events if isinstance(event, Settled)] == ["done"] * 2


def test_what_the_ledger_says_is_what_the_server_has(bench: Bench):
    for number, fault in enumerate(LOST):
        bench.box.inject(replace(fault, probability=0.1, match="^(POST|PUT|GET)"))
        assert number < len(LOST)
    many = 24 if EXHAUSTIVE else 10
    documents = [campaign(f"c{i}.xml", f"N{i}", str(i)) for i in range(1, many + 1)]
    documents += [schedule(f"s{i}.xml", FUTURE, str(i)) for i in range(1, many + 1)]
    for _ in range(40):
        if bench.send(*documents).is_done:
            break
    state = bench.box.state()
    assert len(state["campaigns"]) == many
    from ctct_migrate.sender import Ledger

    with Ledger.copy(bench.ledger) as ledger:
        for request in ledger.requests():
            body = ledger.body(request.id)
            record = request.record
            assert request.state is State.DONE
            if request.document.resource == "campaign":
                stored = state["campaigns"][record.target_id]
            else:
                (stored,) = state["schedules"][record.kept["campaign_id"]]
            assert not differences(DELIVERIES[request.document.resource], body, stored)


def test_the_settings_are_checked():
    with pytest.raises(ValueError, match="time zone"):
        replace(QUICK, reschedule_past=datetime(2091, 1, 1))
    with pytest.raises(ValueError):
        replace(QUICK, calls_per_second=0)
