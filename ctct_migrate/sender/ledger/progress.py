"""The rows of steps in a ledger: how far a request of several steps has come."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping


class StepProgress:
    """The steps of requests that have more than one.

    `parts` are digests of what a document gives for each step, by the step's name: a document that
    changes after some of its steps were done is recognised by them.
    """

    def __init__(self, db: sqlite3.Connection):
        self._db = db

    def enter(self, request: int, parts: Mapping[str, str]) -> None:
        """Enter the steps of a new request, none of them done."""
        self._db.executemany(
            "INSERT INTO progress (request_id, step, part) VALUES (?, ?, ?)",
            [(request, step, part) for step, part in parts.items()],
        )

    def replan(self, request: int, parts: Mapping[str, str]) -> None:
        """Plan the steps that are not done anew."""
        self._db.execute("DELETE FROM progress WHERE request_id = ? AND done IS NULL", (request,))
        self._db.executemany(
            "INSERT OR IGNORE INTO progress (request_id, step, part) VALUES (?, ?, ?)",
            [(request, step, part) for step, part in parts.items()],
        )

    def finish(self, request: int, step: str) -> None:
        """Record that the server has a step, now."""
        self._db.execute(
            "INSERT INTO progress VALUES (:request, :step, '', :now)"
            " ON CONFLICT (request_id, step) DO UPDATE SET done = :now",
            {"request": request, "step": step, "now": time.time()},
        )

    def restart(self, request: int) -> None:
        """Forget which steps are done."""
        self._db.execute("UPDATE progress SET done = NULL WHERE request_id = ?", (request,))

    def done(self, request: int) -> dict[str, str]:
        """The steps that are done, with their digests."""
        rows = self._db.execute(
            "SELECT step, part FROM progress WHERE request_id = ? AND done IS NOT NULL", (request,)
        )
        return dict(rows.fetchall())
