"""The ledger's tables, and the steps from each version of them to the next.

A step, once released, is never changed: another is added below it.  The version stands in
`PRAGMA user_version`, and is the number of steps that were taken.  `PRAGMA application_id` marks
the file as a ledger.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Sequence

from ctct_migrate.sender.ledger.digests import content_digest, exact_digest, one_line

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

#: A document is known by what it says; where it was found is only where it was found last, and two
#: documents can have been found at one place (a feed whose entries moved).  `number` and `name`
#: are its key, `request.content` is a digest of what is sent that white space does not change.
#: `found` is when it was last seen, `plan` the number of the plan that saw it; `rival` is the
#: document that it may be, as long as nobody said whether it is.
_SECOND = """
CREATE TABLE document_2 (
  id INTEGER PRIMARY KEY, path TEXT NOT NULL, entry INTEGER NOT NULL, sha256 TEXT NOT NULL,
  resource TEXT NOT NULL, number TEXT, name TEXT NOT NULL,
  found REAL, plan INTEGER NOT NULL DEFAULT 0, rival INTEGER
);
INSERT INTO document_2 (id, path, entry, sha256, resource, number, name, found)
  SELECT d.id, d.path, d.entry, d.sha256, d.resource, d.number, one_line(d.name),
    (SELECT max(changed) FROM request WHERE document_id = d.id)
  FROM document d;
DROP TABLE document;
ALTER TABLE document_2 RENAME TO document;
CREATE INDEX document_number ON document (number, plan);
CREATE INDEX document_name ON document (name, plan);
CREATE INDEX document_plan ON document (plan);

ALTER TABLE request ADD COLUMN content TEXT NOT NULL DEFAULT '';
UPDATE request SET content = content_digest(body, planned,
  (SELECT name FROM document WHERE id = document_id));
CREATE INDEX request_content ON request (content);
"""

#: Any resource of any target: `kept` is a JSON object of what answers said that is worth keeping,
#: text by name (ids, moments); `given` a JSON object of the body's properties that name other
#: resources, as the document gave them, before ids were changed; NULL where there are none, and in
#: ledgers that are older.  What creates a thing or replaces the one that is there, is to `place` it.
_THIRD = """
ALTER TABLE request ADD COLUMN kept TEXT NOT NULL DEFAULT '{}';
UPDATE request SET kept = json_patch('{}', json_object(
  'campaign_id', campaign_id, 'scheduled_date', scheduled_date));
ALTER TABLE request DROP COLUMN campaign_id;
ALTER TABLE request DROP COLUMN scheduled_date;
ALTER TABLE request ADD COLUMN given TEXT;
UPDATE request SET kind = 'place' WHERE kind = 'schedule';
INSERT INTO meta SELECT 'target', CAST('v2' AS BLOB) FROM meta WHERE name = 'server';
"""

#: Deliveries of several steps.  `parameters` is a JSON object of what belongs to the request and not
#: to its body (texts of query parameters, by name).  `progress` has the steps of a request that has
#: more than one: `part` is the digest of what the document gave for the step, `done` when the server
#: was known to have it; NULL while it has not.
_FOURTH = """
ALTER TABLE request RENAME COLUMN v2_id TO target_id;
ALTER TABLE request ADD COLUMN parameters TEXT NOT NULL DEFAULT '{}';
ALTER TABLE attempt ADD COLUMN step TEXT NOT NULL DEFAULT '';
CREATE TABLE progress (
  request_id INTEGER NOT NULL REFERENCES request (id), step TEXT NOT NULL, part TEXT NOT NULL,
  done REAL, PRIMARY KEY (request_id, step)
) WITHOUT ROWID;
"""

#: Requests about many: `request_id` is such a request, `member_id` the request of one contact of it,
#: `place` its 0-based number there.  The rows go when it is settled.
_FIFTH = """
CREATE TABLE job_row (
  request_id INTEGER NOT NULL REFERENCES request (id), place INTEGER NOT NULL,
  member_id INTEGER NOT NULL REFERENCES request (id), PRIMARY KEY (request_id, place)
) WITHOUT ROWID;
CREATE INDEX job_row_member ON job_row (member_id);
"""

#: Targets whose ids are not v1's numbers: what the server said that a number of a resource has become.
#: `number` is without zeros before it; `target_id` NULL: the server does not know it; `kept` a JSON
#: object of what else it said; `asked` when, in seconds since 1970.
_SIXTH = """
CREATE TABLE cross_reference (
  resource TEXT NOT NULL, number TEXT NOT NULL, target_id TEXT, kept TEXT NOT NULL DEFAULT '{}',
  asked REAL NOT NULL, PRIMARY KEY (resource, number)
) WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH, _SIXTH)


def _content_of(body: bytes, planned: str, name: str) -> str:
    """The content digest of a request of the first version, from the body that was sent; empty
    when that is not the body that the document gave."""
    sent = json.loads(zlib.decompress(body))
    for given in (sent, {**sent, "name": name}):  # it may have been sent under another name
        if exact_digest(given) == planned:
            return content_digest(given)
    return ""


def migrate(db: sqlite3.Connection, steps: Sequence[str] = MIGRATIONS) -> None:
    """Bring an open database to the newest version, in one transaction."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version >= len(steps):
        return
    db.create_function("one_line", 1, one_line, deterministic=True)
    db.create_function("content_digest", 3, _content_of, deterministic=True)
    # A table is made anew by a step: what refers to it is looked at again when all are done.
    db.execute("PRAGMA foreign_keys = OFF")
    missing = "".join(steps[version:])
    db.executescript(
        f"BEGIN IMMEDIATE; {missing} PRAGMA application_id = {APPLICATION_ID};"
        f" PRAGMA user_version = {len(steps)}; COMMIT;"
    )
