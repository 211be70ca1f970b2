"""The rows of the ledger about what v1's numbers have become on the server."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping

from ctct_migrate.sender.ledger.records import CrossReferenced


def plain_number(number: str) -> str:
    """A number without zeros before it: numbers are compared as numbers."""
    return number.lstrip("0") or "0"


class ReferenceRows:
    """Those of one open database.  Transactions are the caller's."""

    def __init__(self, db: sqlite3.Connection):
        self._db = db

    def put(self, resource: str, answers: Mapping[str, CrossReferenced]) -> None:
        """What the server said of numbers of a resource (its slug)."""
        self._db.executemany(
            "INSERT OR REPLACE INTO cross_reference VALUES (?, ?, ?, ?, ?)",
            [
                (resource, plain_number(number), said.target_id, json.dumps(dict(said.kept)), said.asked)
                for number, said in answers.items()
            ],
        )  # fmt: skip

    def get(self, resource: str, number: str) -> CrossReferenced | None:
        """What the server said of a number; None if it was not asked."""
        row = self._db.execute(
            "SELECT target_id, kept, asked FROM cross_reference WHERE resource = ? AND number = ?",
            (resource, plain_number(number)),
        ).fetchone()
        return None if row is None else CrossReferenced(row[0], json.loads(row[1]), row[2])
