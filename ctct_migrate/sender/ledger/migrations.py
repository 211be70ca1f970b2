"""The ledger's tables, and the steps from each version of them to the next.

A step, once released, is never changed: another is added below it.  The version stands in
`PRAGMA user_version`, and is the number of steps that were taken.  `PRAGMA application_id` marks
the file as a ledger.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

#: `ctLg`.
APPLICATION_ID = 0x63744C67

_FIRST = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- One `send` that held the ledger.  `ended` stays NULL when the process was killed.
CREATE TABLE run (
  id INTEGER PRIMARY KEY, pid INTEGER NOT NULL, host TEXT NOT NULL, program TEXT NOT NULL,
  started REAL NOT NULL, ended REAL
);

-- `entry` is -1 for a document that is no entry of a feed: NULLs would not be unique.
CREATE TABLE document (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, entry INTEGER NOT NULL, sha256 TEXT NOT NULL,
  resource TEXT NOT NULL, number TEXT, name TEXT NOT NULL,
  UNIQUE (path, entry)
);
CREATE INDEX document_number ON document (number);
CREATE INDEX document_sha256 ON document (sha256);

-- `body` is what is sent, as compressed JSON; `planned` the SHA-256 of what the document gave.
CREATE TABLE request (
  id INTEGER PRIMARY KEY, document_id INTEGER NOT NULL REFERENCES document (id),
  kind TEXT NOT NULL, state TEXT NOT NULL, planned TEXT NOT NULL, body BLOB NOT NULL,
  v2_id TEXT, campaign_id TEXT, scheduled_date TEXT,
  code TEXT, words TEXT NOT NULL DEFAULT '', pointer TEXT, status INTEGER,
  note TEXT NOT NULL DEFAULT '', changed REAL NOT NULL, UNIQUE (document_id, kind)
);
CREATE INDEX request_state ON request (state);

CREATE TABLE attempt (
  id INTEGER PRIMARY KEY, request_id INTEGER NOT NULL REFERENCES request (id),
  run_id INTEGER NOT NULL REFERENCES run (id), method TEXT NOT NULL, path TEXT NOT NULL,
  started REAL NOT NULL, ended REAL, status INTEGER, outcome TEXT NOT NULL DEFAULT ''
);
CREATE INDEX attempt_request ON attempt (request_id);

-- Every call, by a salted hash of the API key it was made with: what the quotas are counted from.
CREATE TABLE call (id INTEGER PRIMARY KEY, key TEXT NOT NULL, started REAL NOT NULL);
CREATE INDEX call_key ON call (key, started);
"""

MIGRATIONS: tuple[str, ...] = (_FIRST,)


def migrate(db: sqlite3.Connection, steps: Sequence[str] = MIGRATIONS) -> None:
    """Bring an open database to the newest version, in one transaction."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version >= len(steps):
        return
    missing = "".join(steps[version:])
    db.executescript(
        f"BEGIN IMMEDIATE; {missing} PRAGMA application_id = {APPLICATION_ID};"
        f" PRAGMA user_version = {len(steps)}; COMMIT;"
    )
