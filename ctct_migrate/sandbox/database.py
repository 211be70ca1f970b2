"""What the sandbox keeps: one SQLite file with the resources of an account, its addresses, and a
record of every call.

The file outlives the process: a sandbox that is started on it again, after an end of any kind,
goes on where it was.  This module knows rows, not HTTP, and no resource by name: what may be
stored is decided in `resources` and `account`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ctct_migrate.late_dataclass import dataclass

#: Marks a file as a sandbox's (PRAGMA application_id), and the version of its tables.
APPLICATION_ID = 0x63746273
VERSION = 2

_TABLES = """
-- `kind` is the slug of the resource, `parent` the id of the one that it lives in, or empty; `key`
-- is what has to be unique, NULL where nothing has.  Ids sort as numbers.
CREATE TABLE resource (
  kind TEXT NOT NULL, parent TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL,
  key TEXT, status TEXT NOT NULL, modified_date TEXT NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (kind, parent, id), UNIQUE (kind, parent, key)
) WITHOUT ROWID;
CREATE TABLE counter (kind TEXT PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE address (
  email_address TEXT PRIMARY KEY COLLATE NOCASE,
  status TEXT NOT NULL,
  posted_on TEXT
) WITHOUT ROWID;
CREATE TABLE call (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  query TEXT NOT NULL,
  received REAL NOT NULL,
  received_at TEXT NOT NULL,
  answered REAL,
  status INTEGER,
  fault TEXT NOT NULL DEFAULT '',
  counted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX call_by_key ON call (key, counted, received_at);
"""

#: Made in any file that lacks it: what was stored before is the same.
_LATER_TABLES = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

_ON_LIST = """
FROM resource WHERE kind = ? AND parent = '' AND EXISTS (
  SELECT 1 FROM json_each(record, '$.lists') WHERE json_extract(value, '$.id') = ?
)"""


class SandboxError(Exception):
    """The sandbox cannot do its work; the message is one line for users."""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call of the API.

    number       1 and on, in order of arrival
    key          digest of the API key, which itself is written nowhere; empty without one
    method       GET, POST, PUT …
    path         from the server's root (`/v2/campaigns`), without the query
    query        the query without the API key
    received     when the request's head had arrived: seconds of the machine's monotonic clock,
                 comparable between sandboxes of one machine
    received_at  the same on the wall clock, ISO 8601 in UTC
    answered     when the answer was ready to go (monotonic), or the connection was cut; None
                 while the call is under way, and for good if the sandbox or the client ended then
    status       of the answer; None when there was none
    fault        the faults that struck, joined by `+`; empty: none
    counted      whether it counted for the rate limits (a refused call does not)
    """

    number: int
    key: str
    method: str
    path: str
    query: str
    received: float
    received_at: str
    answered: float | None
    status: int | None
    fault: str
    counted: bool


class Trial:
    """A transaction under way; `keep` says whether its changes stay."""

    keep = False


_CALL_NAMES = tuple(RecordedCall.__dataclass_fields__)


class Store:
    """The rows of one SQLite file.  Used by one thread; changes are made inside `trial`."""

    def __init__(self, path: str, *, read_only: bool = False):
        """Open the file at `path`, made if it is missing.  Raises SandboxError when it is no
        sandbox's, or cannot be opened."""
        try:
            mode = "ro" if read_only else "rwc"
            self._db = sqlite3.connect(
                f"{Path(path).absolute().as_uri()}?mode={mode}",
                uri=True,
                isolation_level=None,
                check_same_thread=False,
            )
            if not read_only:
                self._prepare(path)
        except sqlite3.Error as error:
            raise SandboxError(
                f"{path}: cannot be used as the sandbox's database: {error}"
            ) from None

    def _prepare(self, path: str) -> None:
        """Make the tables in an empty file; refuse a file that is something else."""
        db = self._db
        mark = db.execute("PRAGMA application_id").fetchone()[0]
        version = db.execute("PRAGMA user_version").fetchone()[0]
        empty = not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
        if not empty and mark != APPLICATION_ID:
            db.close()
            raise SandboxError(f"{path}: is a database of something else")
        if not empty and version != VERSION:
            db.close()
            raise SandboxError(f"{path}: is of version {version} of the sandbox, not {VERSION}")
        # NORMAL with a write-ahead log outlives the end of the process, if not a power cut.
        db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
        db.execute("PRAGMA foreign_keys=ON")
        if empty:
            db.executescript(
                f"BEGIN; {_TABLES} PRAGMA application_id={APPLICATION_ID};"
                f" PRAGMA user_version={VERSION}; COMMIT;"
            )
        db.executescript(_LATER_TABLES)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def trial(self) -> Iterator[Trial]:
        """A transaction, which is undone on an exception, and unless `keep` is set to True."""
        trial = Trial()
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield trial
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT" if trial.keep else "ROLLBACK")

    def clear(self) -> None:
        """Forget everything, calls included; ids begin again."""
        for table in ("resource", "counter", "address", "call", "setting", "sqlite_sequence"):
            self._db.execute(f"DELETE FROM {table}")

    # What the server itself keeps

    def setting(self, name: str) -> str | None:
        """The text that is kept under a name, or None."""
        row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def save_setting(self, name: str, value: str) -> None:
        """Keep a text under a name."""
        self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def next_number(self, kind: str) -> int:
        """The next number of a kind, which is used up by asking: 1 and on."""
        self._db.execute(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET last = last + 1",
            (kind,),
        )
        row = self._db.execute("SELECT last FROM counter WHERE kind = ?", (kind,)).fetchone()
        return int(row[0])

    # Resources

    def resource(self, kind: str, parent: str, number: str) -> dict[str, Any] | None:
        """The record of the resource of that slug and id in its parent (empty: in none), or
        None."""
        row = self._db.execute(
            "SELECT record FROM resource WHERE (kind, parent, id) = (?, ?, ?)",
            (kind, parent, number),
        ).fetchone()
        return json.loads(row[0]) if row else None

    def resources(
        self,
        kind: str,
        parent: str | None = "",
        *,
        status: str = "",
        modified_since: str = "",
        after: int = 0,
        limit: int = -1,
    ) -> list[dict[str, Any]]:
        """Records in order of their ids: those in `parent` (None: in any), of `status` (empty:
        any), modified at or after `modified_since` (as stored), with ids above `after`, at most
        `limit` (-1: all)."""
        rows = self._db.execute(
            "SELECT record FROM resource WHERE kind = ? AND (? IS NULL OR parent = ?)"
            " AND number > ? AND modified_date >= ? AND (? = '' OR status = ?)"
            " ORDER BY number LIMIT ?",
            (kind, parent, parent, after, modified_since, status, status, limit),
        )
        return [json.loads(row[0]) for row in rows]

    def by_parent(self, kind: str) -> dict[str, list[dict[str, Any]]]:
        """Records by the id of the resource that they live in."""
        found: dict[str, list[dict[str, Any]]] = {}
        rows = self._db.execute(
            "SELECT parent, record FROM resource WHERE kind = ? ORDER BY number", (kind,)
        )
        for parent, record in rows:
            found.setdefault(parent, []).append(json.loads(record))
        return found

    def count(self, kind: str, parent: str = "") -> int:
        """How many there are in a parent."""
        row = self._db.execute(
            "SELECT count(*) FROM resource WHERE (kind, parent) = (?, ?)", (kind, parent)
        ).fetchone()
        return int(row[0])

    def on_list(self, kind: str, number: str) -> list[dict[str, Any]]:
        """The records whose `lists` have one of that id, in order of their own ids."""
        rows = self._db.execute(f"SELECT record {_ON_LIST} ORDER BY number", (kind, number))
        return [json.loads(row[0]) for row in rows]

    def count_on_list(self, kind: str, number: str) -> int:
        """How many records have one of that id in `lists`."""
        row = self._db.execute(f"SELECT count(*) {_ON_LIST}", (kind, number)).fetchone()
        return int(row[0])

    def with_key(self, kind: str, parent: str, value: str) -> str | None:
        """The id of the resource whose key is `value`, or None."""
        row = self._db.execute(
            "SELECT id FROM resource WHERE (kind, parent, key) = (?, ?, ?)", (kind, parent, value)
        ).fetchone()
        return str(row[0]) if row else None

    def add(
        self, kind: str, parent: str, record: Mapping[str, Any], *, key: str = "", first: int = 1
    ) -> dict[str, Any]:
        """Store a new resource, under its own id if it has one, else under the next number, which
        is at least `first`; the record with its id.  `key` is what has to be unique; empty for
        nothing."""
        number = record.get("id")
        if number is None:
            row = self._db.execute("SELECT last FROM counter WHERE kind = ?", (kind,)).fetchone()
            number = str(max(first, int(row[0]) + 1 if row else 0))
        stored = {"id": str(number), **{n: v for n, v in record.items() if n != "id"}}
        self._db.execute(
            "INSERT INTO counter VALUES (?, ?)"
            " ON CONFLICT (kind) DO UPDATE SET last = max(last, excluded.last)",
            (kind, int(number)),
        )
        self.save(kind, parent, stored, key=key)
        return stored

    def save(self, kind: str, parent: str, record: Mapping[str, Any], *, key: str = "") -> None:
        """Store a resource in place of what it was; `key` is what has to be unique."""
        self._db.execute(
            "INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                kind, parent, record["id"], int(record["id"]), key or None,
                record.get("status") or "", record.get("modified_date") or "", json.dumps(record),
            ),
        )  # fmt: skip

    def put(
        self, kind: str, record: Mapping[str, Any], *, key: str = "", status: str = "",
        modified: str = "", parent: str = "",
    ) -> None:  # fmt: skip
        """Store a record under its `id`, which may be any text, in place of what it was; a new one
        comes after those there are.  `key` is what has to be unique, empty for nothing; `status` and
        `modified` are what listings go by."""
        row = self._db.execute(
            "SELECT number FROM resource WHERE (kind, parent, id) = (?, ?, ?)",
            (kind, parent, record["id"]),
        ).fetchone()
        number = int(row[0]) if row else self.next_number(f"{kind} in order")
        self._db.execute(
            "INSERT OR REPLACE INTO resource VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (kind, parent, record["id"], number, key or None, status, modified, json.dumps(record)),
        )

    def page(
        self, kind: str, after: int, limit: int, *, status: str | None = None
    ) -> list[tuple[int, dict[str, Any]]]:
        """Records that live in no other, with the numbers that they came in by, in that order: at
        most `limit` of those with numbers above `after`, of a status (None: of any)."""
        rows = self._db.execute(
            "SELECT number, record FROM resource WHERE kind = ? AND parent = '' AND number > ?"
            " AND (? IS NULL OR status = ?) ORDER BY number LIMIT ?",
            (kind, after, status, status, limit),
        )
        return [(int(row[0]), json.loads(row[1])) for row in rows]

    def newest(
        self, kind: str, limit: int, *, before: tuple[str, int] | None = None, after: str = "",
        until: str = "",
    ) -> list[tuple[str, int, dict[str, Any]]]:  # fmt: skip
        """Records that live in no other, the last modified first, each with its moment and number:
        at most `limit` of those behind `before` in this order (None: from the first), modified after
        one moment and before another (empty: at any time)."""
        moment, number = before or ("\uffff", 0)
        rows = self._db.execute(
            "SELECT modified_date, number, record FROM resource WHERE kind = ? AND parent = ''"
            " AND (modified_date, number) < (?, ?) AND modified_date > ?"
            " AND (? = '' OR modified_date < ?) ORDER BY modified_date DESC, number DESC LIMIT ?",
            (kind, moment, number, after, until, until, limit),
        )
        return [(str(row[0]), int(row[1]), json.loads(row[2])) for row in rows]

    def holding(self, kind: str, path: str, value: str) -> list[dict[str, Any]]:
        """The records whose array at a path of SQLite's JSON (`$.lists`) holds a text."""
        rows = self._db.execute(
            "SELECT record FROM resource WHERE kind = ? AND parent = '' AND EXISTS ("
            "SELECT 1 FROM json_each(record, ?) WHERE value = ?) ORDER BY number",
            (kind, path, value),
        )
        return [json.loads(row[0]) for row in rows]

    def count_of(self, kind: str, status: str) -> int:
        """How many there are of a status that live in no other."""
        row = self._db.execute(
            "SELECT count(*) FROM resource WHERE kind = ? AND parent = '' AND status = ?",
            (kind, status),
        ).fetchone()
        return int(row[0])

    def discard(self, kind: str, number: str) -> None:
        """Take one record away that lives in no other, and in which none lives."""
        self._db.execute(
            "DELETE FROM resource WHERE (kind, parent, id) = (?, '', ?)", (kind, number)
        )

    def remove(self, kind: str, parent: str, number: str) -> None:
        """Take a resource away, and all that lives in it."""
        self._db.execute(
            "DELETE FROM resource WHERE (kind, parent, id) = (?, ?, ?)", (kind, parent, number)
        )
        self._db.execute("DELETE FROM resource WHERE parent = ?", (number,))

    # Addresses

    def addresses(self, status: str = "") -> list[dict[str, str]]:
        """The account's e-mail addresses of a status (empty: any), in order."""
        rows = self._db.execute(
            "SELECT email_address, status FROM address WHERE ? = '' OR status = ?"
            " ORDER BY email_address",
            (status, status),
        )
        return [{"email_address": row[0], "status": row[1]} for row in rows]

    def address_status(self, address: str) -> str | None:
        """The status of an address (letter case does not count), or None if it is unknown."""
        row = self._db.execute(
            "SELECT status FROM address WHERE email_address = ?", (address,)
        ).fetchone()
        return str(row[0]) if row else None

    def save_address(self, address: str, status: str, posted_on: str | None = None) -> None:
        """Store an address; `posted_on` is the day (`YYYY-MM-DD`) of a POST that made it."""
        self._db.execute(
            "INSERT OR REPLACE INTO address (email_address, status, posted_on) VALUES (?, ?, ?)",
            (address, status, posted_on),
        )

    def addresses_posted(self, day: str) -> int:
        """How many addresses came by POST on a day."""
        row = self._db.execute(
            "SELECT count(*) FROM address WHERE posted_on = ?", (day,)
        ).fetchone()
        return int(row[0])

    # Calls

    def begin_call(
        self, key: str, method: str, path: str, query: str, received: float, received_at: str
    ) -> int:
        """Record a call that has arrived; its number."""
        cursor = self._db.execute(
            "INSERT INTO call (key, method, path, query, received, received_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (key, method, path, query, received, received_at),
        )
        return cursor.lastrowid or 0

    def count_call(self, number: int) -> None:
        """Record that a call counts for the rate limits."""
        self._db.execute("UPDATE call SET counted = 1 WHERE number = ?", (number,))

    def end_call(self, number: int, answered: float, status: int | None, fault: str) -> None:
        """Record what became of a call."""
        self._db.execute(
            "UPDATE call SET answered = ?, status = ?, fault = ? WHERE number = ?",
            (answered, status, fault, number),
        )

    def calls_counted(self, key: str, day: str) -> int:
        """How many calls of a key counted on a day (`YYYY-MM-DD`, UTC)."""
        row = self._db.execute(
            "SELECT count(*) FROM call WHERE key = ? AND counted = 1"
            " AND received_at BETWEEN ? AND ? || 'U'",
            (key, day, day),
        ).fetchone()
        return int(row[0])

    def calls(self, after: int = 0) -> list[RecordedCall]:
        """The calls with numbers above `after`, in order."""
        rows = self._db.execute(
            f"SELECT {', '.join(_CALL_NAMES)} FROM call WHERE number > ? ORDER BY number", (after,)
        )
        return [
            RecordedCall(**{**dict(zip(_CALL_NAMES, row, strict=True)), "counted": bool(row[-1])})
            for row in rows
        ]

    def address_states(self) -> dict[str, str]:
        """The status of each address."""
        return {row["email_address"]: row["status"] for row in self.addresses()}
