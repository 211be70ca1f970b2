"""The sandbox's clock: that of the machine, and the time that was made to pass besides.

How far it is ahead is kept in the database, so that a sandbox that is started again goes on at the
same time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ctct_migrate.sandbox.database import Store

_NAME = "seconds ahead"

#: Seconds that can be made to pass in all: 100 years.
_MOST = 100 * 366 * 86_400


class Clock:
    """The clock of one sandbox, which keeps in `store` how far it is ahead."""

    def __init__(self, store: Store):
        self._store = store
        self._ahead = float(store.setting(_NAME) or 0)

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._ahead)

    def advance(self, seconds: float) -> None:
        """Make time pass.  Raises ValueError for less than nothing and for more than 100 years."""
        ahead = self._ahead + seconds
        if not (seconds >= 0 and ahead <= _MOST):  # so that NaN is refused too
            raise ValueError("seconds is at least 0, and at most 100 years in all")
        with self._store.trial() as trial:
            self._store.save_setting(_NAME, repr(ahead))
            trial.keep = True
        self._ahead = ahead

    def reset(self) -> None:
        """Show the machine's time again; for a store that was cleared."""
        self._ahead = 0.0
