"""How a run is shown: a bar on a terminal, a line a minute elsewhere, JSON for machines."""

from __future__ import annotations

import io
import json
import os
import pty
import time

from ctct_migrate.sender.events import Called, Event, Planned, Settled, Waiting
from ctct_migrate.sender.ledger import (
    Digests,
    LedgerDocument,
    LedgerRequest,
    RequestKind,
    RequestRecord,
    State,
)
from ctct_migrate.sender.progress_display import (
    Bar,
    JsonLines,
    Lines,
    SendTally,
    clock,
    duration,
    progress,
)

CALL = Called("POST", "emailmarketing/campaigns", None, "ok", 0.3)


def settled(state: State) -> Settled:
    document = LedgerDocument("a.xml", None, "00", "campaign", "1")
    request = LedgerRequest(
        1, 1, document, RequestKind.CREATE, state, Digests("s", "s"), RequestRecord(target_id="9"), 1, 1.0, 2.0, 2.0
    )  # fmt: skip
    return Settled(request, state)


EVENTS: list[Event] = [
    Planned(4, 1, 7),
    CALL,
    settled(State.DONE),
    CALL,
    settled(State.FAILED),
    Waiting("the day's calls are used up", 1368184063.0),
]


def test_a_line_a_minute_and_no_more():
    stream = io.StringIO()
    lines = Lines(stream)
    for event in EVENTS[:-1] * 50:
        lines(event)
    assert stream.getvalue() == ""
    lines(EVENTS[-1])
    assert stream.getvalue() == (
        "waiting until 2013-05-10 11:07:43 UTC: the day's calls are used up\n"
    )


def test_what_a_line_says():
    stream = io.StringIO()
    lines = Lines(stream, every=0.0)
    for event in EVENTS[:-1]:
        lines(event)
    last = stream.getvalue().splitlines()[-1]
    assert last.startswith("2 of 4 requests, 1 with problems, 2 calls, ")
    assert last.endswith(" left")


def test_time_left_follows_from_what_was_done():
    tally = SendTally()
    assert tally.left is None
    for event in EVENTS:
        tally.add(event)
    tally.began = time.monotonic() - 10
    assert 9 < (tally.left or 0) < 11
    assert 0.15 < tally.rate < 0.25


def test_a_bar_on_a_terminal_is_gone_at_the_end():
    main, other = pty.openpty()
    with os.fdopen(other, "w") as terminal:
        shown = progress(terminal, "text")
        assert isinstance(shown, Bar)
        for event in EVENTS[:-1]:
            shown(event)
        time.sleep(0.3)
        shown.end()
        terminal.flush()
        out = os.read(main, 65536).decode()
    os.close(main)
    assert "2/4" in out
    assert "1 with problems" in out


def test_an_object_for_each_event():
    stream = io.StringIO()
    shown = progress(stream, "json")
    assert isinstance(shown, JsonLines)
    for event in EVENTS:
        shown(event)
    values = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [value["event"] for value in values] == [
        "planned", "called", "settled", "called", "settled", "waiting"
    ]  # fmt: skip
    assert values[0] | {"requests": 4, "done": 1, "calls": 7} == values[0]
    assert values[2]["state"] == "done"
    assert values[2]["target_id"] == "9"


def test_no_terminal_no_bar():
    assert isinstance(progress(io.StringIO(), "text"), Lines)


def test_words_for_times():
    assert [duration(s) for s in (0, 4.26, 42, 600, 36_000)] == [
        "0.1 s", "4.3 s", "42 s", "10 min", "10.0 h"
    ]  # fmt: skip
    assert clock(0) == "1970-01-01 00:00:00 UTC"
