"""The rows of documents in a ledger: finding those that a document may be, and writing down where
it was found.

Which of them it is, is decided elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from ctct_migrate.sender.ledger.records import (
    Digests,
    KnownDocument,
    LedgerDocument,
    RequestKind,
    State,
)

_KNOWN = """
SELECT d.id, d.path, d.entry, d.sha256, d.resource, d.number, d.name, d.rival, d.plan = :plan,
  r.id, r.state, r.planned, r.content, r.target_id
FROM document d LEFT JOIN request r ON r.document_id = d.id AND r.kind = :kind
WHERE d.resource = :resource AND
"""

_BY_NUMBER = "d.number = :number"

#: A document of another number is another document, whatever its name.
_BY_NAME = "d.name = :name AND (d.number IS NULL OR :number IS NULL)"

_NAMELESS = "d.name = '' AND d.number IS NULL"

#: Content is looked up first where many documents may have one name.
_OF_CONTENT = "d.id IN (SELECT document_id FROM request WHERE content = :content)"

#: More than these are never looked at to say what a document may be.
_ENOUGH = 50


class Documents:
    """The rows of documents, as one plan after the other sees them."""

    def __init__(self, db: sqlite3.Connection):
        self._db = db
        self._plan = db.execute("SELECT coalesce(max(plan), 0) FROM document").fetchone()[0]

    def begin_plan(self) -> None:
        """From now on no document was seen."""
        self._plan += 1

    def equal(
        self, document: LedgerDocument, kind: RequestKind, content: str
    ) -> list[KnownDocument]:
        """The documents that have the number, or the name, and the content of `document`; without
        number and name those of its content."""
        found = []
        if document.number is not None:
            found += self._known(f"{_BY_NUMBER} AND r.content = :content", document, kind, content)
        if document.name:
            found += self._known(f"{_BY_NAME} AND {_OF_CONTENT}", document, kind, content)
        elif document.number is None:
            found += self._known(f"{_NAMELESS} AND {_OF_CONTENT}", document, kind, content)
        return [each for each in found if each.digests.content == content]

    def alike(self, document: LedgerDocument, kind: RequestKind) -> list[KnownDocument]:
        """The documents that have the number or the name of `document` and that the plan has not
        seen, in the order they were entered, as far as there are not too many."""
        found: dict[int, KnownDocument] = {}
        for where, wanted in ((_BY_NUMBER, document.number), (_BY_NAME, document.name)):
            if wanted:
                unseen = f"{where} AND d.plan < :plan LIMIT {_ENOUGH}"
                found |= {each.row: each for each in self._known(unseen, document, kind, "")}
        return [found[row] for row in sorted(found)]

    def _known(
        self, where: str, document: LedgerDocument, kind: RequestKind, content: str
    ) -> list[KnownDocument]:
        values = {
            "kind": kind, "resource": document.resource, "number": document.number,
            "name": document.name, "content": content, "plan": self._plan,
        }  # fmt: skip
        return [_known(row) for row in self._db.execute(_KNOWN + where, values)]

    def add(self, document: LedgerDocument, found: float) -> int:
        """Enter a new document, found at that moment (seconds since 1970); its row."""
        cursor = self._db.execute(
            "INSERT INTO document (path, entry, sha256, resource, number, name, found, plan)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*_values(document), found, self._plan),
        )
        return cursor.lastrowid or 0

    def move(self, row: int, document: LedgerDocument, found: float) -> None:
        """Write down where a document was found, and what its number and name are today."""
        self._db.execute(
            "UPDATE document SET path = ?, entry = ?, sha256 = ?, resource = ?, number = ?,"
            " name = ?, found = ?, plan = ? WHERE id = ?",
            (*_values(document), found, self._plan, row),
        )

    def set_rival(self, row: int, rival: int | None) -> None:
        """Write down which document this one may be; None: it is decided that it is none."""
        self._db.execute("UPDATE document SET rival = ? WHERE id = ?", (rival, row))

    def remove(self, row: int) -> None:
        """Take out a document that turned out to be another one, with its requests, none of which
        was ever sent."""
        self._db.execute("UPDATE document SET rival = NULL WHERE rival = ?", (row,))
        self._db.execute(
            "DELETE FROM progress WHERE request_id IN"
            " (SELECT id FROM request WHERE document_id = ?)",
            (row,),
        )
        self._db.execute(
            "DELETE FROM job_row WHERE member_id IN (SELECT id FROM request WHERE document_id = ?)",
            (row,),
        )
        self._db.execute("DELETE FROM request WHERE document_id = ?", (row,))
        self._db.execute("DELETE FROM document WHERE id = ?", (row,))


def _known(row: Sequence[Any]) -> KnownDocument:
    document = LedgerDocument(row[1], entry_of(row[2]), *row[3:7])
    state = None if row[10] is None else State(row[10])
    digests = Digests(row[11] or "", row[12] or "")
    return KnownDocument(row[0], document, row[7], bool(row[8]), row[9], state, digests, row[13])


def entry_of(stored: int) -> int | None:
    """A document's entry, as records have it: -1 is stored for none."""
    return None if stored < 0 else stored


def _values(document: LedgerDocument) -> tuple[Any, ...]:
    entry = -1 if document.entry is None else document.entry
    return (
        document.path, entry, document.sha256, document.resource, document.number, document.name,
    )  # fmt: skip
