"""How a run ends before its time: in order.

Once `Gate.stop` was called, calls under way come to their end, nothing new begins, and everyone
who waits is woken with `Stopped`.
"""

from __future__ import annotations

import asyncio

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.targets.replies import Failure


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a run was stopped.

    reason   one clause
    failure  what the server said, or None
    until    when to go on, in seconds since 1970, or None for any time
    """

    reason: str
    failure: Failure | None = None
    until: float | None = None


class Stopped(Exception):
    """Nothing more is to be begun.  Raised within a run, and not out of it."""

    def __init__(self, stop: Stop):
        super().__init__(stop.reason)
        self.stop = stop


class Gate:
    """Open until it is stopped, once and for good."""

    def __init__(self) -> None:
        self.stopped: Stop | None = None
        self._event = asyncio.Event()

    def stop(self, stop: Stop) -> None:
        """Stop; the first reason stands."""
        if self.stopped is None:
            self.stopped = stop
            self._event.set()

    def check(self) -> None:
        """Raise Stopped if it is."""
        if self.stopped is not None:
            raise Stopped(self.stopped)

    async def pause(self, seconds: float) -> None:
        """Wait.  Raises Stopped as soon as it is."""
        self.check()
        try:
            await asyncio.wait_for(self._event.wait(), max(0.0, seconds))
        except TimeoutError:
            return
        self.check()
