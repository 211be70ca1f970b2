"""Which requests a request about many is made of, in a ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from ctct_migrate.sender.ledger.records import RequestKind, State


class JobRows:
    """The members of requests about many whose end is not known yet."""

    def __init__(self, db: sqlite3.Connection):
        self._db = db

    def enter(self, job: int, members: Sequence[int]) -> None:
        """Enter the members of a new one, in order."""
        self._db.executemany(
            "INSERT INTO job_row (request_id, place, member_id) VALUES (?, ?, ?)",
            [(job, place, member) for place, member in enumerate(members)],
        )

    def set_states(self, members: Sequence[int], state: State, moment: float) -> None:
        """Record the state of requests that came to it at that moment (seconds since 1970)."""
        self._db.executemany(
            "UPDATE request SET state = ?, changed = ? WHERE id = ?",
            [(state, moment, member) for member in members],
        )

    def open(self) -> list[int]:
        """Those that have members."""
        rows = self._db.execute("SELECT DISTINCT request_id FROM job_row ORDER BY request_id")
        return [row[0] for row in rows]

    def members(self, job: int) -> list[int]:
        """The members of one, in order."""
        rows = self._db.execute(
            "SELECT member_id FROM job_row WHERE request_id = ? ORDER BY place", (job,)
        )
        return [row[0] for row in rows]

    def close(self, job: int) -> None:
        """Forget the members of one."""
        self._db.execute("DELETE FROM job_row WHERE request_id = ?", (job,))

    def target_ids(self) -> frozenset[str]:
        """The ids on the server of all."""
        rows = self._db.execute(
            "SELECT target_id FROM request WHERE kind = ? AND target_id IS NOT NULL",
            (RequestKind.BULK,),
        )
        return frozenset(row[0] for row in rows)
