"""Rates: the law of the windows, and the proof of a rate from a sandbox's own record."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
from hypothesis import given
from hypothesis import strategies as st
from sandbox_client import PLAIN, Client

from ctct_migrate.sandbox import Sandbox, SandboxOptions
from ctct_migrate.sandbox.call_limits import Excess, RateLimits

START = datetime(2026, 3, 1, 23, 59, 58, tzinfo=UTC)


def nothing(key: str, day: str) -> int:
    return 0


@given(st.lists(st.floats(0, 0.6), max_size=80), st.integers(1, 5))
def test_no_window_holds_more_and_no_call_is_refused_without_need(
    gaps: list[float], limit: int
) -> None:
    limits, now, admitted = RateLimits(limit, 10**6, nothing), 0.0, list[float]()
    for gap in gaps:
        now += gap
        within = [moment for moment in admitted if now - moment < 1]
        excess = limits.admit("k", now, START)
        assert (excess is Excess.SECOND) == (len(within) >= limit)
        if excess is None:
            admitted.append(now)


@given(st.lists(st.integers(0, 20_000), max_size=60), st.integers(0, 9), st.integers(0, 9))
def test_a_day_holds_no_more(gaps: list[int], limit: int, before: int) -> None:
    def counted(key: str, day: str) -> int:
        return before if day == "2026-03-01" else 0

    limits, now, days = RateLimits(10**6, limit, counted), 0.0, dict[str, int]()
    days["2026-03-01"] = before
    for gap in gaps:
        now += gap
        wall = START + timedelta(seconds=now)
        day = wall.date().isoformat()
        excess = limits.admit("k", now, wall)
        assert (excess is Excess.DAY) == (days.get(day, 0) >= limit)
        if excess is None:
            days[day] = days.get(day, 0) + 1


def test_keys_are_counted_apart() -> None:
    limits = RateLimits(1, 2, nothing)
    assert limits.admit("a", 0, START) is None
    assert limits.admit("b", 0, START) is None
    assert limits.admit("a", 0, START) is Excess.SECOND


def test_four_a_second() -> None:
    with Sandbox() as sandbox, Client(sandbox) as client:
        statuses = [client.get("/lists").status_code for _ in range(6)]
        assert statuses == [200] * 4 + [403] * 2
        refused = client.get("/lists").json()[0]["error_key"]
        assert refused == "mashery.not.authorized.over.qps"
        other = httpx.get(
            sandbox.base_url + "/lists",
            params={"api_key": "other"},
            headers={"Authorization": "Bearer t"},
            **PLAIN,
        )
        assert other.status_code == 200
        time.sleep(1.01)
        assert client.get("/lists").status_code == 200


def test_the_day_is_used_up_and_stays_so_over_a_restart() -> None:
    options = SandboxOptions(calls_per_day=3, calls_per_second=100)
    with Sandbox(options) as sandbox, Client(sandbox) as client:
        assert [client.get("/lists").status_code for _ in range(2)] == [200, 200]
        sandbox.stop()
        sandbox.start()
        assert [client.get("/lists").status_code for _ in range(2)] == [200, 403]
        refused = client.get("/lists").json()[0]["error_key"]
        assert refused == "mashery.not.authorized.over.ratelimit"
        assert [call.counted for call in sandbox.calls()] == [True] * 3 + [False] * 2
        sandbox.reset()
        assert client.get("/lists").status_code == 200


def test_the_record_proves_the_rate(sandbox: Sandbox, client: Client) -> None:
    before, clock = datetime.now(UTC), time.monotonic()
    for _ in range(5):
        client.get("/lists", params={"modified_since": "2020-01-01T00:00:00Z"})
        time.sleep(0.05)
    client.get("/nowhere")
    calls = sandbox.calls()
    assert [call.number for call in calls] == [1, 2, 3, 4, 5, 6]
    assert [call.status for call in calls] == [200] * 5 + [404]
    assert {call.method for call in calls} == {"GET"}
    assert calls[0].path == "/v2/lists"
    assert calls[0].query == "modified_since=2020-01-01T00%3A00%3A00Z"
    gaps = [b.received - a.received for a, b in pairwise(calls[:5])]
    assert all(gap >= 0.05 for gap in gaps)
    assert clock <= calls[0].received <= calls[-1].received <= time.monotonic()
    assert before <= datetime.fromisoformat(calls[0].received_at) <= datetime.now(UTC)
    assert sandbox.calls(after=4) == calls[4:]
    # The key is in each URL, and nowhere in the record.
    assert sandbox.api_key not in repr(calls)
    assert len({call.key for call in calls}) == 1
