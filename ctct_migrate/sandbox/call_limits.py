"""How often an API key may call: so many calls in any one second, so many a day.

Reference, v2-contract, Transport: 4 a second and 10,000 a day per API key.  The reference does
not say how the gateway counts.  Here the second is any window of one second (the stricter
reading), the day is the calendar day in UTC, and calls that the gateway refuses count for neither
(else a client that is told to wait could never catch up).  Times are handed in; this module looks
at no clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from enum import Enum


class Excess(Enum):
    """Which limit a call is over."""

    SECOND = "second"
    DAY = "day"


class RateLimits:
    """The counts of every key.

    per_second, per_day  calls allowed
    counted              how many calls of a key were counted on a day, as `YYYY-MM-DD`, before
                         this process began: the quota survives a restart
    """

    def __init__(self, per_second: int, per_day: int, counted: Callable[[str, str], int]):
        self._per_second = per_second
        self._per_day = per_day
        self._counted = counted
        self._recent: dict[str, deque[float]] = {}
        self._days: dict[str, tuple[str, int]] = {}

    def admit(self, key: str, monotonic: float, wall: datetime) -> Excess | None:
        """Count a call of `key` at these times (seconds; aware, in UTC), unless it is over a
        limit: then the limit, and it is not counted."""
        recent = self._recent.setdefault(key, deque())
        while recent and monotonic - recent[0] >= 1:
            recent.popleft()
        day = wall.date().isoformat()
        known, calls = self._days.get(key, ("", 0))
        if known != day:
            calls = self._counted(key, day)
        self._days[key] = day, calls
        if calls >= self._per_day:
            return Excess.DAY
        if len(recent) >= self._per_second:
            return Excess.SECOND
        recent.append(monotonic)
        self._days[key] = day, calls + 1
        return None

    def forget(self) -> None:
        """Begin again, with nothing counted in this process."""
        self._recent.clear()
        self._days.clear()
