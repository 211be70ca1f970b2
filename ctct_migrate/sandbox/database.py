"""What the sandbox keeps: one SQLite file with campaigns, schedules, lists, addresses, and a
record of every call.

The file outlives the process: a sandbox that is started on it again, after an end of any kind,
goes on where it was.  This module knows rows, not HTTP: what may be stored is decided in
`campaigns`, `schedules` and `account`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Marks a file as a sandbox's (PRAGMA application_id), and the version of its tables.
APPLICATION_ID = 0x63746273
VERSION = 1

#: Ids of campaigns begin where v1's numbers of 2010 were, so that they look like them.
FIRST_CAMPAIGN = 1_100_000_000_001

_TABLES = """
CREATE TABLE campaign (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  status TEXT NOT NULL,
  modified_date TEXT NOT NULL,
  record TEXT NOT NULL
);
CREATE TABLE schedule (
  campaign_id INTEGER PRIMARY KEY REFERENCES campaign(id) ON DELETE CASCADE,
  id TEXT NOT NULL,
  scheduled_date TEXT NOT NULL
);
CREATE TABLE contact_list (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE,
  record TEXT NOT NULL
);
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


class SandboxError(Exception):
    """The sandbox cannot do its work; the message is one line for users."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that was made to `/v2`.

    number       1 and on, in order of arrival
    key          digest of the API key, which itself is written nowhere; empty without one
    method       GET, POST, PUT …
    path         with `/v2`, without the query
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


_CALL_NAMES = tuple(Call.__dataclass_fields__)


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
                f"BEGIN; {_TABLES} INSERT INTO sqlite_sequence VALUES ('campaign',"
                f" {FIRST_CAMPAIGN - 1}); PRAGMA application_id={APPLICATION_ID};"
                f" PRAGMA user_version={VERSION}; COMMIT;"
            )

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
        for table in ("schedule", "campaign", "contact_list", "address", "call"):
            self._db.execute(f"DELETE FROM {table}")
        self._db.execute("DELETE FROM sqlite_sequence")
        self._db.execute(
            "INSERT INTO sqlite_sequence VALUES ('campaign', ?)", (FIRST_CAMPAIGN - 1,)
        )

    # Campaigns

    def campaign(self, number: str) -> dict[str, Any] | None:
        """The record of a campaign, or None."""
        row = self._db.execute(
            "SELECT record FROM campaign WHERE id = ?", (int(number),)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def campaigns(
        self, *, status: str = "", modified_since: str = "", after: int = 0, limit: int = -1
    ) -> list[dict[str, Any]]:
        """Records in order of their ids: those of `status` (empty: any), modified at or after
        `modified_since` (as stored), with ids above `after`, at most `limit` (-1: all)."""
        rows = self._db.execute(
            "SELECT record FROM campaign WHERE id > ? AND modified_date >= ?"
            " AND (? = '' OR status = ?) ORDER BY id LIMIT ?",
            (after, modified_since, status, status, limit),
        )
        return [json.loads(row[0]) for row in rows]

    def add_campaign(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Store a new campaign, under its own id if it has one; the record with its id."""
        cursor = self._db.execute(
            "INSERT INTO campaign (id, name, status, modified_date, record)"
            " VALUES (?, ?, ?, ?, '')",
            (record.get("id"), record["name"], record["status"], record["modified_date"]),
        )
        stored = {"id": str(cursor.lastrowid), **record}
        self.save_campaign(stored)
        return stored

    def save_campaign(self, record: Mapping[str, Any]) -> None:
        """Store a campaign that is there, in place of what it was."""
        self._db.execute(
            "UPDATE campaign SET name = ?, status = ?, modified_date = ?, record = ? WHERE id = ?",
            (
                record["name"],
                record["status"],
                record["modified_date"],
                json.dumps(record),
                int(record["id"]),
            ),
        )

    def remove_campaign(self, number: str) -> None:
        """Take a campaign away, and its schedule with it."""
        self._db.execute("DELETE FROM campaign WHERE id = ?", (int(number),))

    def campaign_named(self, name: str) -> str | None:
        """The id of the campaign of that name, or None."""
        row = self._db.execute("SELECT id FROM campaign WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    # Schedules

    def schedule(self, campaign: str) -> dict[str, str] | None:
        """The schedule of a campaign, or None."""
        row = self._db.execute(
            "SELECT id, scheduled_date FROM schedule WHERE campaign_id = ?", (int(campaign),)
        ).fetchone()
        return {"id": row[0], "scheduled_date": row[1]} if row else None

    def save_schedule(self, campaign: str, schedule: Mapping[str, str]) -> None:
        """Store the schedule of a campaign, in place of one that it may have."""
        self._db.execute(
            "INSERT OR REPLACE INTO schedule (campaign_id, id, scheduled_date) VALUES (?, ?, ?)",
            (int(campaign), schedule["id"], schedule["scheduled_date"]),
        )

    def remove_schedule(self, campaign: str) -> None:
        """Take the schedule of a campaign away."""
        self._db.execute("DELETE FROM schedule WHERE campaign_id = ?", (int(campaign),))

    # Contact lists

    def contact_list(self, number: str) -> dict[str, Any] | None:
        """The record of a contact list, or None."""
        row = self._db.execute(
            "SELECT record FROM contact_list WHERE id = ?", (int(number),)
        ).fetchone()
        return json.loads(row[0]) if row else None

    def contact_lists(self) -> list[dict[str, Any]]:
        """All records, in order of their ids."""
        rows = self._db.execute("SELECT record FROM contact_list ORDER BY id")
        return [json.loads(row[0]) for row in rows]

    def save_contact_list(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """Store a contact list, new if it has no id or an id that is free; the record with its
        id."""
        number = record.get("id")
        if number is None:
            row = self._db.execute(
                "INSERT INTO contact_list (name, record) VALUES (?, '')", (record["name"],)
            )
            number = str(row.lastrowid)
        stored = {**record, "id": number}
        self._db.execute(
            "INSERT INTO contact_list (id, name, record) VALUES (?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, record = excluded.record",
            (int(number), record["name"], json.dumps(stored)),
        )
        return stored

    def remove_contact_list(self, number: str) -> None:
        """Take a contact list away."""
        self._db.execute("DELETE FROM contact_list WHERE id = ?", (int(number),))

    def contact_list_named(self, name: str) -> str | None:
        """The id of the contact list of that name, or None."""
        row = self._db.execute("SELECT id FROM contact_list WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

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

    def calls(self, after: int = 0) -> list[Call]:
        """The calls with numbers above `after`, in order."""
        rows = self._db.execute(
            f"SELECT {', '.join(_CALL_NAMES)} FROM call WHERE number > ? ORDER BY number", (after,)
        )
        return [
            Call(**{**dict(zip(_CALL_NAMES, row, strict=True)), "counted": bool(row[-1])})
            for row in rows
        ]

    def state(self) -> dict[str, Any]:
        """Everything that is stored but the calls, as JSON: `campaigns` (records by id),
        `schedules` (lists by the campaign's id), `lists` (records by id), `addresses` (status by
        address)."""
        rows = self._db.execute("SELECT campaign_id, id, scheduled_date FROM schedule")
        return {
            "campaigns": {record["id"]: record for record in self.campaigns()},
            "schedules": {str(r[0]): [{"id": r[1], "scheduled_date": r[2]}] for r in rows},
            "lists": {record["id"]: record for record in self.contact_lists()},
            "addresses": {row["email_address"]: row["status"] for row in self.addresses()},
        }
