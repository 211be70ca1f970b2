"""What protects the promises of a run, each against the sandbox's own record: the slack for calls
of a killed run, the wait before a lost request is asked about, all pages of a listing."""

from __future__ import annotations

import time
import urllib.request

import pytest
from sender_payloads import (
    FUTURE,
    LATER,
    QUICK,
    Bench,
    campaign,
    campaign_body,
    schedule,
    states,
    update,
)

from ctct_migrate.sandbox import Fault, FaultKind, RecordedCall
from ctct_migrate.sender import Credentials, Ledger, OnNameTaken, Planner, State, Submission
from ctct_migrate.sender.creating import ADOPTED

#: Seconds to leave a lost request alone: enough to be seen in the record.
SETTLE = 0.6


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    """Waits are those that are tested."""
    monkeypatch.setattr("ctct_migrate.sender.calling._PAUSE", 0.01)


def get(bench: Bench, path: str) -> RecordedCall:
    """Make a call as another process would, and return it as the sandbox received it."""
    request = urllib.request.Request(
        f"{bench.box.base_url}/{path}?api_key={bench.box.api_key}",
        headers={"Authorization": f"Bearer {bench.box.access_token}"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(request, timeout=10).close()
    return bench.box.calls()[-1]


@pytest.mark.parametrize("late", [0.15, 0.2, 0.25])
def test_a_call_of_a_killed_run_that_arrived_late_counts_from_its_arrival(bench: Bench, late):
    """The killed run wrote its call down, and the call reached the server `late` seconds after
    that.  The next run must leave a whole second after the arrival, not after the record."""
    credentials = Credentials(bench.box.api_key, bench.box.access_token)
    # The ledger exists before the clock matters.
    assert bench.send(campaign("a.xml", "One")).is_done
    with Ledger.open(bench.ledger, f"{bench.box.base_url}/") as ledger:
        key = credentials.key_hash(ledger.salt)
        arrived = get(bench, "lists").received
        wall = time.time() - (time.monotonic() - arrived)
        ledger.count_call(key, wall - late)
    before = len(bench.box.calls())
    assert bench.send(campaign("b.xml", "Two"), calls_per_second=1, preflight=False).is_done
    first = bench.box.calls()[before].received
    assert first - arrived >= 1.0


LOST = {
    "campaign": ("^POST .*/campaigns$", [campaign("c.xml", "One", "1")]),
    "update": ("^PUT", [update("u.xml", "Old", "5001", subject="New")]),
    "schedule": ("schedules$", [schedule("s.xml", FUTURE, "5001")]),
    "moved schedule": ("^PUT .*/schedules", [schedule("s.xml", LATER, "5001")]),
}


@pytest.mark.parametrize("fault", [FaultKind.CLOSE_BEFORE, FaultKind.CLOSE_AFTER, FaultKind.HTML])
@pytest.mark.parametrize("what", LOST)
def test_a_lost_request_is_left_alone_before_the_server_is_asked(bench: Bench, what, fault):
    match, documents = LOST[what]
    bench.box.seed(campaigns=[{"id": "5001", **campaign_body("Old")}])
    if what == "moved schedule":
        assert bench.send(schedule("s.xml", FUTURE, "5001")).is_done
    bench.box.inject(Fault(kind=fault, match=match if "PUT" in match else "^POST", times=1))
    before = len(bench.box.calls())
    assert bench.send(*documents, settle=SETTLE).is_done
    calls = bench.box.calls()[before:]
    lost = next(i for i, call in enumerate(calls) if call.method != "GET")
    assert calls[lost + 1].method == "GET"
    assert calls[lost + 1].received - calls[lost].received >= SETTLE


@pytest.mark.parametrize("what", LOST)
def test_what_a_killed_run_left_in_flight_is_left_alone_too(bench: Bench, what):
    """It may have gone out the moment before the process died, however long ago it was begun."""
    _, documents = LOST[what]
    bench.box.seed(campaigns=[{"id": "5001", **campaign_body("Old")}])
    if what == "moved schedule":
        assert bench.send(schedule("s.xml", FUTURE, "5001")).is_done
    with Ledger.open(bench.ledger, f"{bench.box.base_url}/") as ledger:
        plan = Planner(ledger, QUICK).plan(Submission(each) for each in documents)
        (item,) = plan.sending
        ledger.begin(item.request, "k", "POST", "p", started=time.time(), body=None)
    killed = time.monotonic()
    before = len(bench.box.calls())
    assert bench.send(*documents, settle=SETTLE, preflight=False).is_done
    assert bench.box.calls()[before].received - killed >= SETTLE - 0.05


@pytest.mark.parametrize("taken", [OnNameTaken.FAIL, OnNameTaken.RENAME, OnNameTaken.SKIP])
@pytest.mark.parametrize("preflight", [True, False])
def test_a_campaign_in_doubt_is_found_behind_the_first_page(bench: Bench, taken, preflight):
    """An account of 120 campaigns is listed 50 to a page; the one in doubt comes last."""
    many = [{"id": str(5000 + i), **campaign_body(f"N{i}")} for i in range(120)]
    bench.box.seed(campaigns=many)
    bench.box.inject(Fault(kind=FaultKind.CLOSE_AFTER, match="^POST", times=1))
    report = bench.send(campaign("c.xml", "One"), on_name_taken=taken, preflight=preflight)
    assert states(report) == [State.DONE]
    assert report.results[0].request.record.note == ADOPTED
    posts = [call for call in bench.box.calls() if call.method == "POST"]
    assert len(posts) == 1
    assert len(bench.campaigns) == 121
    assert report.results[0].target_id == bench.campaigns["One"]["id"]


@pytest.mark.parametrize("place", [0, 49, 50, 99, 100, 119])
def test_a_taken_name_is_found_on_every_page(bench: Bench, place: int):
    many = [{"id": str(5000 + i), **campaign_body(f"N{i}")} for i in range(120)]
    bench.box.seed(campaigns=many)
    report = bench.send(campaign("c.xml", f"N{place}"), on_name_taken=OnNameTaken.SKIP)
    assert states(report) == [State.SKIPPED]
    assert not [call for call in bench.box.calls() if call.method == "POST"]
