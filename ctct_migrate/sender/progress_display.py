"""Showing how a run goes: a bar on a terminal, a line a minute elsewhere, or a JSON object an event.

Each is a listener of events with an `end`.  What became of the documents is not shown here.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict
from datetime import UTC, datetime
from typing import IO, Any, Protocol

from ctct_migrate.sender.events import Called, Event, Lacking, Planned, Settled, Waiting
from ctct_migrate.sender.ledger import State

#: Seconds between two lines where there is no terminal.
_MINUTE = 60.0

#: States in which a request needs somebody's attention.
_BAD = (State.FAILED, State.IN_DOUBT, State.BLOCKED)


class Progress(Protocol):
    """What shows how a run goes."""

    def __call__(self, event: Event) -> None:
        """Take an event."""

    def end(self) -> None:
        """The run is over."""


class NoProgress:
    """Shows nothing."""

    def __call__(self, event: Event) -> None:
        """Take an event."""

    def end(self) -> None:
        """The run is over."""


def progress(stream: IO[str], log_format: str, *, quiet: bool = False) -> Progress:
    """The right one for a stream: `json`, or `text` on a terminal or elsewhere; none if `quiet`."""
    if quiet:
        return NoProgress()
    if log_format == "json":
        return JsonLines(stream)
    if stream.isatty():
        return Bar(stream)
    return Lines(stream)


class SendTally:
    """The counts of a run."""

    def __init__(self) -> None:
        self.total = self.calls = 0
        self.states: Counter[State] = Counter()
        self.began = time.monotonic()

    def add(self, event: Event) -> None:
        """Count an event."""
        if isinstance(event, Planned):
            self.total += event.requests
        elif isinstance(event, Settled):
            self.states[event.state] += 1
        elif isinstance(event, Called):
            self.calls += 1

    @property
    def settled(self) -> int:
        """How many requests came to an end."""
        return sum(self.states.values())

    @property
    def bad(self) -> int:
        """How many of them need attention."""
        return sum(self.states[state] for state in _BAD)

    @property
    def rate(self) -> float:
        """Calls a second, on average."""
        return self.calls / max(time.monotonic() - self.began, 0.001)

    @property
    def left(self) -> float | None:
        """Seconds that are left, if it goes on like this; None while that cannot be told."""
        passed = time.monotonic() - self.began
        if not self.settled:
            return None
        return max(0.0, passed / self.settled * (self.total - self.settled))


class Lines:
    """A line a minute, and one for each longer wait."""

    def __init__(self, stream: IO[str], every: float = _MINUTE):
        self._stream, self._every = stream, every
        self._tally = SendTally()
        self._last = time.monotonic()

    def __call__(self, event: Event) -> None:
        """Count, and write a line if a minute is over."""
        self._tally.add(event)
        if isinstance(event, Waiting):
            self._write(f"waiting until {clock(event.until)}: {event.why}")
        elif isinstance(event, Lacking):
            self._write(event.words)
        elif time.monotonic() - self._last >= self._every:
            self._last = time.monotonic()
            self._write(self._state())

    def end(self) -> None:
        """Nothing: what became of the run is told elsewhere."""

    def _state(self) -> str:
        tally = self._tally
        left = "" if tally.left is None else f", {duration(tally.left)} left"
        bad = f", {tally.bad} with problems" if tally.bad else ""
        return (
            f"{tally.settled} of {tally.total} requests{bad}, {tally.calls} calls,"
            f" {tally.rate:.1f} a second{left}"
        )

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()


class Bar:
    """A bar with counts, rate and time left."""

    def __init__(self, stream: IO[str]):
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        self._tally = SendTally()
        self._bar = RichProgress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}"), TimeRemainingColumn(),
            console=Console(file=getattr(stream, "stream", stream)), transient=True,
        )  # fmt: skip
        self._task = self._bar.add_task("sending", total=None, detail="")
        self._bar.start()

    def __call__(self, event: Event) -> None:
        """Count, and move the bar."""
        self._tally.add(event)
        tally = self._tally
        if isinstance(event, Lacking):
            self._bar.console.print(event.words, markup=False, highlight=False)
        if isinstance(event, Waiting):
            detail = f"waiting until {clock(event.until)}: {event.why}"
        else:
            bad = f", [red]{tally.bad} with problems[/red]" if tally.bad else ""
            detail = f"{tally.rate:.1f} calls/s{bad}"
        self._bar.update(
            self._task, total=tally.total or None, completed=tally.settled, detail=detail
        )

    def end(self) -> None:
        """Take the bar away."""
        self._bar.stop()


class JsonLines:
    """An object for each event: `time` (ISO 8601, UTC), `event`, and the event's own properties."""

    def __init__(self, stream: IO[str]):
        self._stream = stream

    def __call__(self, event: Event) -> None:
        """Write an event."""
        if isinstance(event, Settled):
            self.write("settled", request_json(event))
        else:
            self.write(type(event).__name__.lower(), asdict(event))

    def write(self, name: str, properties: dict[str, Any]) -> None:
        """Write an event of that name."""
        moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        value = {"time": moment, "event": name, **properties}
        self._stream.write(json.dumps(value) + "\n")  # ASCII: right in any locale
        self._stream.flush()

    def end(self) -> None:
        """Nothing is left to be written."""


def request_json(event: Settled) -> dict[str, Any]:
    """A settled request, as it is logged."""
    request = event.request
    record = request.record
    return {
        "path": request.document.path, "entry": request.document.entry,
        "resource": request.document.resource, "kind": request.kind, "state": event.state,
        "target_id": record.target_id, **record.kept, "code": record.code, "words": record.words,
        "note": record.note,
    }  # fmt: skip


def duration(seconds: float) -> str:
    """Seconds as people say them."""
    if seconds < 100:
        return f"{max(seconds, 0.1):.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def clock(moment: float) -> str:
    """A moment, in seconds since 1970, in UTC."""
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d %H:%M:%S} UTC"
