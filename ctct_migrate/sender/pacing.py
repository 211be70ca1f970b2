"""When the next call may go out: never more than so many in any second, nor in any day.

Own code, though aiolimiter and its like are well kept: those are leaky buckets, which keep a rate
on average and let twice the number through in one window after a pause.  The guarantee here is
about *every* window, as the server sees it, and over restarts; it has to know when a call's bytes
were really written (on a new connection that is long after its start), and the earlier calls of
the same key, from the ledger.

The server's clock is not ours: two calls may take differently long to it.  `MARGIN` is what is
given away to that; 95 % of the rate leaves no more than 0.052 s.

Days: the reference does not say when a key's day begins.  At most so many calls in any 24 hours
are right wherever it does.  What other programs did with the key is not known; then the server
says that the day is used up, and `hold` waits as told.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable

from ctct_migrate.late_dataclass import dataclass

#: Seconds that each window is longer than the second that is promised.
MARGIN = 0.04

#: At most so many seconds of what a call takes on this machine, from its leave to its bytes (above
#: all the ledger's way to the disk), are made up for by giving leave earlier.  Well below MARGIN,
#: so that the promise holds even if a call takes no time at all.
_HEAD_START = 0.02

#: The window when the server keeps saying "too fast", in seconds.
_SLOWEST = 16.0

_DAY = 86_400.0

#: Answers without a complaint after which the pace is raised again by a tenth.
_CALM = 20


def workers(per_second: int) -> int:
    """How many jobs are under way at a time: enough to keep the rate when an answer takes some
    seconds, and when some jobs wait to ask about what is in doubt."""
    return min(64, max(8, 4 * per_second))


@dataclass(slots=True, eq=False)
class Slot:
    """Leave to make one call.  `at` is when it reaches the server, as far as that is known, in
    monotonic seconds; None while its bytes are not written yet."""

    granted: float
    at: float | None = None

    def sent(self) -> None:
        """To be called when the request's bytes are written, or when it is clear that none will
        be."""
        if self.at is None:
            self.at = time.monotonic()


class DayUsedUp(Exception):
    """The day's calls are made.  `until` is when the next may be, in seconds since 1970."""

    def __init__(self, until: float):
        super().__init__("the day's calls are used up")
        self.until = until


class Pacing:
    """The pace of one API key's calls.

    per_second  calls in any one-second window, at least 1
    per_day     calls in any 24 hours
    earlier     when calls were made before, in seconds since 1970, in order
    pause       how to wait; what it raises goes to whoever asked for a slot
    """

    def __init__(
        self,
        per_second: int,
        per_day: int,
        earlier: Iterable[float] = (),
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ):
        self._pause = pause
        self._per_second = per_second
        self._per_day = per_day
        self._window = 1.0 + MARGIN
        self._day = deque(earlier)
        self._slots: deque[Slot] = deque()
        self._turn = asyncio.Lock()
        self._hold = 0.0
        self._used_up = 0.0
        self._calm = 0
        # A call of a run that was killed may have reached the server a little after it was
        # recorded; a clock that was set back makes it "in the future".
        wall, mono = time.time(), time.monotonic()
        for moment in list(self._day)[-per_second:]:
            at = mono - max(0.0, wall - moment - 0.25)
            self._slots.append(Slot(at, at))

    async def slot(self) -> Slot:
        """Leave to call, as soon as there is any; in order of asking.  Raises DayUsedUp."""
        async with self._turn:
            while True:
                self._check_day()
                wait = self._wait(time.monotonic())
                if wait <= 0:
                    break
                await self._pause(wait)
            slot = Slot(time.monotonic())
            self._slots.append(slot)
            self._day.append(time.time())
            return slot

    def _wait(self, now: float) -> float:
        """Seconds until the next call may start, as far as is known now; 0 or less: none.

        Sleeps are short while a call's bytes are still to be written, since its time is not
        known yet."""
        while self._slots and self._slots[0].at is not None and self._slots[0].at <= now - _SLOWEST:
            self._slots.popleft()
        since = now - self._window
        recent = sorted(
            now if slot.at is None else slot.at
            for slot in self._slots
            if slot.at is None or slot.at > since
        )
        waits = [self._hold - now]
        if len(recent) >= self._per_second:
            waits.append(recent[-self._per_second] + self._window - self._head_start - now)
        wait = max(waits)
        unknown = any(slot.at is None for slot in self._slots)
        return min(wait, 0.01) if unknown else wait

    @property
    def _head_start(self) -> float:
        """The least time that a recent call took from its leave to its bytes."""
        taken = [slot.at - slot.granted for slot in self._slots if slot.at is not None]
        return min(_HEAD_START, *taken[-4 * self._per_second :]) if taken else 0.0

    def _check_day(self) -> None:
        wall = time.time()
        if wall < self._used_up:
            raise DayUsedUp(self._used_up)
        while self._day and self._day[0] <= wall - _DAY:
            self._day.popleft()
        if len(self._day) >= self._per_day:
            raise DayUsedUp(self._day[-self._per_day] + _DAY)

    @property
    def left_today(self) -> int:
        """How many calls the day has left, as far as is known."""
        return max(0, self._per_day - len(self._day))

    def slow_down(self, retry_after: float | None) -> None:
        """The server said "too fast": nothing for a second, or as long as it said (seconds), and
        then more slowly."""
        self._hold = max(self._hold, time.monotonic() + max(self._window, retry_after or 0.0))
        self._window = min(self._window * 1.5, _SLOWEST)
        self._calm = 0

    def answered(self) -> None:
        """A call went through: after some of them in a row, a little faster again."""
        self._calm += 1
        if self._calm >= _CALM:
            self._calm = 0
            self._window = max(self._window * 0.9, 1.0 + MARGIN)

    def hold_until(self, moment: float) -> None:
        """The server said that the day is used up: nothing before `moment` (seconds since 1970)."""
        self._used_up = moment
