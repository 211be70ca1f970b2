"""What can be written into a ledger, and read from it.

Each method that writes is one transaction, on the disk when it returns.  A failure to write is a
LedgerError, after which the ledger is as it was before.  Used by one thread.
"""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ctct_migrate.file_lock import HeldLock
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.sender.ledger.documents import Documents, entry_of
from ctct_migrate.sender.ledger.job_rows import JobRows
from ctct_migrate.sender.ledger.migrations import MIGRATIONS
from ctct_migrate.sender.ledger.opening import LedgerError, locked, now, opened, read, trouble
from ctct_migrate.sender.ledger.progress import StepProgress
from ctct_migrate.sender.ledger.records import (
    Attempt,
    Body,
    CrossReferenced,
    Digests,
    KnownDocument,
    LedgerDocument,
    LedgerRequest,
    RequestContent,
    RequestKind,
    RequestRecord,
    State,
)
from ctct_migrate.sender.ledger.reference_rows import ReferenceRows

#: Calls older than this many seconds count for no quota, and are forgotten.
_FORGOTTEN = 2 * 86_400

_REQUESTS = """
SELECT r.id, d.id, d.path, d.entry, d.sha256, d.resource, d.number, d.name, r.kind, r.state,
  r.planned, r.content, r.target_id, r.code, r.words, r.pointer, r.status, r.note, r.kept,
  (SELECT count(*) FROM attempt WHERE request_id = r.id),
  (SELECT max(started) FROM attempt WHERE request_id = r.id), r.changed, d.found
FROM request r JOIN document d ON d.id = r.document_id
"""


class Ledger:
    """An open ledger.  Made by `open` (to write) or `copy` (to look)."""

    def __init__(self, path: Path, db: sqlite3.Connection, lock: HeldLock | None):
        self.path = path
        self._db = db
        self._documents, self._progress = Documents(db), StepProgress(db)
        self._jobs, self._references = JobRows(db), ReferenceRows(db)
        self._lock = lock
        self._run = 0
        self._nested = False

    @classmethod
    def open(
        cls,
        path: Path,
        server: str,
        *,
        target: str = DEFAULT_TARGET,
        steps: Sequence[str] = MIGRATIONS,
    ) -> Ledger:
        """The ledger at `path`, made if it is missing, to write to; what an earlier run left in
        flight is in doubt from now on.  `server` is the base URL, `target` the name of the target;
        a ledger serves one of each.  Raises LedgerError when another process holds it, when it is
        damaged, of a newer version, of another server or target, or cannot be written."""
        lock = locked(path)
        try:
            ledger = cls(path, opened(path, steps), lock)
            ledger._bind(server, target)
            ledger._begin_run()
        except BaseException:
            lock.release()
            raise
        return ledger

    @classmethod
    def copy(cls, path: Path) -> Ledger:
        """A copy, in memory, of the ledger at `path` (an empty one if there is none): for
        `status` and for planning.  Nothing on the disk is locked or changed."""
        return cls(path, read(path), None)

    def close(self) -> None:
        """End the run, and let go of the file."""
        try:
            if self._run:
                with self._change() as db:
                    db.execute("UPDATE run SET ended = ? WHERE id = ?", (now(), self._run))
        except LedgerError:
            pass  # a run without an end reads as one that was killed, which harms nobody
        finally:
            self._db.close()
            if self._lock is not None:
                self._lock.release()

    def __enter__(self) -> Ledger:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # Transactions

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever is written inside is one transaction."""
        if self._nested:
            yield
            return
        with self._change():
            self._nested = True
            try:
                yield
            finally:
                self._nested = False

    @contextmanager
    def _change(self) -> Iterator[sqlite3.Connection]:
        if self._nested:
            yield self._db
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise LedgerError(f"{self.path}: {trouble(error)}") from None

    # The run

    def _bind(self, server: str, target: str) -> None:
        known, served = self._meta("server"), self._meta("target")
        if known is None:
            with self._change() as db:
                db.execute("INSERT INTO meta VALUES ('server', ?)", (server.encode(),))
                db.execute("INSERT INTO meta VALUES ('target', ?)", (target.encode(),))
                db.execute("INSERT INTO meta VALUES ('salt', ?)", (os.urandom(16),))
        elif known.decode() != server:
            raise LedgerError(
                f"{self.path}: belongs to {known.decode()}, not to {server}; give each server a"
                " --ledger of its own"
            )
        elif served is not None and served.decode() != target:
            raise LedgerError(
                f"{self.path}: was written for {served.decode()}, not for {target}; give each target"
                " a --ledger of its own"
            )

    def _begin_run(self) -> None:
        moment = now()
        with self._change() as db:
            program = f"ctct-migrate {version('ctct-migrate')}"
            self._run = db.execute(
                "INSERT INTO run (pid, host, program, started) VALUES (?, ?, ?, ?)",
                (os.getpid(), socket.gethostname(), program, moment),
            ).lastrowid or 0  # fmt: skip
            db.execute(
                "UPDATE request SET state = ?, note = 'the run ended before the answer came',"
                " changed = ? WHERE state = ?",
                (State.IN_DOUBT, moment, State.IN_FLIGHT),
            )
            db.execute("DELETE FROM call WHERE started < ?", (moment - _FORGOTTEN,))

    def bind_account(self, account: str, title: str) -> None:
        """Note whose account the ledger belongs to: its id, and how people call it.  Raises
        LedgerError when it belongs to another: what was sent to one account would be taken for sent
        to the other."""
        known = self._meta("account")
        if known is None:
            with self._change() as db:
                db.execute("INSERT INTO meta VALUES ('account', ?)", (account.encode(),))
                db.execute("INSERT INTO meta VALUES ('account title', ?)", (title.encode(),))
        elif known.decode() != account:
            owner = (self._meta("account title") or known).decode()
            raise LedgerError(
                f"{self.path}: belongs to {owner}, not to {title}; give each account a"
                " --ledger of its own"
            )

    def _meta(self, name: str) -> bytes | None:
        row = self._db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    @property
    def server(self) -> str | None:
        """The base URL that the ledger belongs to; None in one that was never written to."""
        known = self._meta("server")
        return known.decode() if known is not None else None

    @property
    def target(self) -> str:
        """Name of the target that the ledger was written for; of one that was never written to, the
        default."""
        known = self._meta("target")
        return known.decode() if known is not None else DEFAULT_TARGET

    @property
    def salt(self) -> bytes:
        """What API keys are hashed with."""
        return self._meta("salt") or b""

    # Planning

    def begin_plan(self) -> None:
        """Documents that are entered from now on belong to a new plan."""
        self._documents.begin_plan()

    def equal(
        self, document: LedgerDocument, kind: RequestKind, digests: Digests
    ) -> list[KnownDocument]:
        """The documents that say the same as `document`, each with its request of that kind."""
        return self._documents.equal(document, kind, digests.content)

    def alike(self, document: LedgerDocument, kind: RequestKind) -> list[KnownDocument]:
        """The documents with the number or the name of `document` which the current plan does not
        have yet, each with its request of that kind."""
        return self._documents.alike(document, kind)

    def enter(
        self,
        document: LedgerDocument,
        kind: RequestKind,
        content: RequestContent,
        row: int | None = None,
    ) -> LedgerRequest:
        """The request of a document, planned if it is new.  `row` says which document of the
        ledger it is, which is then where it was found; None: a new one.  What is known already is
        returned as it stands; whether it is to be planned anew is the caller's to see."""
        with self._change() as db:
            if row is None:
                row = self._documents.add(document, now())
            else:
                self._documents.move(row, document, now())
            known = db.execute(
                "SELECT id FROM request WHERE document_id = ? AND kind = ?", (row, kind)
            ).fetchone()
            if known is not None:
                return self.request(known[0])
            cursor = db.execute(
                "INSERT INTO request (document_id, kind, state, planned, content, body, given,"
                " parameters, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (row, kind, State.PLANNED, *_columns(content), now()),
            )
            self._progress.enter(cursor.lastrowid or 0, content.parts)
            return self.request(cursor.lastrowid or 0)

    def set_rival(self, row: int, rival: int | None) -> None:
        """Write down which document the one of `row` may be; None: that is decided."""
        with self._change():
            self._documents.set_rival(row, rival)

    def remove(self, row: int) -> None:
        """Take out a document that is another one after all, and of which nothing was sent."""
        with self._change():
            self._documents.remove(row)

    def replan(self, request: int, content: RequestContent | None = None) -> None:
        """Plan a request anew: with what the document gives today, or (None) with what it has.
        Steps of a creation that are done stay done, and what was planned for them is kept; what
        replaces a resource begins from the first step when the document has changed."""
        with self._change() as db:
            db.execute(
                "UPDATE request SET state = ?, code = NULL, words = '', pointer = NULL,"
                " status = NULL, note = '', changed = ? WHERE id = ?",
                (State.PLANNED, now(), request),
            )
            if content is not None:
                db.execute(
                    "UPDATE request SET planned = ?, content = ?, body = ?, given = ?,"
                    " parameters = ? WHERE id = ?",
                    (*_columns(content), request),
                )
                kind = db.execute("SELECT kind FROM request WHERE id = ?", (request,)).fetchone()
                if kind != (RequestKind.CREATE,):
                    self._progress.restart(request)
                self._progress.replan(request, content.parts)

    def retry(self, codes: Iterable[str] = ()) -> list[LedgerRequest]:
        """Plan what failed or is blocked anew (of the given codes, or all); those requests."""
        wanted = set(codes)
        found = [
            request
            for request in self.requests(State.FAILED, State.BLOCKED)
            if request.kind is not RequestKind.BULK
            and (not wanted or request.record.code in wanted)
        ]
        with self.together():
            for request in found:
                self.replan(request.id)
        return found

    # Requests about many

    def enter_job(
        self, document: LedgerDocument, content: RequestContent, members: Sequence[int]
    ) -> LedgerRequest:
        """A new request about many, made of the requests `members`, which are in flight from now
        on."""
        with self.together():
            job = self.enter(document, RequestKind.BULK, content)
            self._jobs.enter(job.id, members)
            self._jobs.set_states(members, State.IN_FLIGHT, now())
            return job

    def open_jobs(self) -> list[LedgerRequest]:
        """The requests about many whose members are not settled, in the order they were entered."""
        return [self.request(number) for number in self._jobs.open()]

    def members(self, job: int) -> list[int]:
        """The members of a request about many, in order; none of one that is settled."""
        return self._jobs.members(job)

    def close_job(self, job: int, state: State, record: RequestRecord) -> None:
        """Record what became of a request about many; its members are its own no longer."""
        with self._change() as db:
            self._jobs.close(job)
            self._settle(db, job, state, record)

    def known_jobs(self) -> frozenset[str]:
        """The ids on the server of all requests about many."""
        return self._jobs.target_ids()

    # Sending

    def begin(
        self,
        request: int,
        key: str,
        method: str,
        path: str,
        *,
        started: float,
        body: Body | None,
        step: str = "",
    ) -> int:
        """Record, before a byte goes out, that a request is in flight: the number of the attempt.
        `body` is what is sent (the whole, if the step sends a part), if it is not what was planned;
        `key` the hash of the API key that
        the call counts for; `started` seconds since 1970."""
        with self._change() as db:
            self._count(db, key, started)
            db.execute(
                "UPDATE request SET state = ?, changed = ? WHERE id = ?",
                (State.IN_FLIGHT, started, request),
            )
            if body is not None:
                db.execute("UPDATE request SET body = ? WHERE id = ?", (_packed(body), request))
            return db.execute(
                "INSERT INTO attempt (request_id, run_id, method, path, started, step)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (request, self._run, method, path, started, step),
            ).lastrowid or 0  # fmt: skip

    def finish(
        self,
        attempt: int,
        request: int,
        state: State,
        record: RequestRecord,
        *,
        outcome: str,
        done: str = "",
    ) -> None:
        """Record what became of an attempt, and of its request; `done` names the step that the
        server has now."""
        with self._change() as db:
            if done:
                self._progress.finish(request, done)
            db.execute(
                "UPDATE attempt SET ended = ?, status = ?, outcome = ? WHERE id = ?",
                (now(), record.status, outcome, attempt),
            )
            self._settle(db, request, state, record)

    def settle(self, request: int, state: State, record: RequestRecord) -> None:
        """Record what became of a request without an attempt."""
        with self._change() as db:
            self._settle(db, request, state, record)

    def reach(self, request: int, step: str, state: State, record: RequestRecord) -> None:
        """Record that the server has a step of a request, without an attempt; `state` is done, or
        planned where there are others to come."""
        with self._change() as db:
            self._progress.finish(request, step)
            self._settle(db, request, state, record)

    def done_parts(self, request: int) -> dict[str, str]:
        """The steps of a request that the server has, each with the digest of what was planned for
        it; empty for a request of one step."""
        return self._progress.done(request)

    def _settle(
        self, db: sqlite3.Connection, request: int, state: State, record: RequestRecord
    ) -> None:
        db.execute(
            "UPDATE request SET state = ?, target_id = coalesce(?, target_id), kept = json_patch(kept, ?),"
            " code = ?, words = ?, pointer = ?, status = ?, note = ?, changed = ? WHERE id = ?",
            (
                state, record.target_id, _patch(record.kept), record.code, record.words,
                record.pointer, record.status, record.note, now(), request,
            ),
        )  # fmt: skip

    def count_call(self, key: str, started: float) -> None:
        """Record a call that is not an attempt."""
        with self._change() as db:
            self._count(db, key, started)

    def _count(self, db: sqlite3.Connection, key: str, started: float) -> None:
        db.execute("INSERT INTO call (key, started) VALUES (?, ?)", (key, started))

    # Numbers of v1

    def refer(self, resource: str, answers: Mapping[str, CrossReferenced]) -> None:
        """Record what the server said that numbers of a resource have become."""
        with self._change():
            self._references.put(resource, answers)

    def referred(self, resource: str, number: str) -> CrossReferenced | None:
        """What the server said that a number has become; None if it was not asked."""
        return self._references.get(resource, number)

    # Looking

    def calls_since(self, key: str, moment: float) -> list[float]:
        """When calls of a key were made after `moment`, in order (seconds since 1970)."""
        rows = self._db.execute(
            "SELECT started FROM call WHERE key = ? AND started > ? ORDER BY started", (key, moment)
        )
        return [row[0] for row in rows]

    def calls_in_a_day(self) -> int:
        """How many calls were made in the last 24 hours, by all keys."""
        row = self._db.execute(
            "SELECT count(*) FROM call WHERE started > ?", (now() - 86_400,)
        ).fetchone()
        return int(row[0])

    def request(self, number: int) -> LedgerRequest:
        """The request of that number."""
        return _request(self._db.execute(f"{_REQUESTS} WHERE r.id = ?", (number,)).fetchone())

    def requests(self, *states: State) -> list[LedgerRequest]:
        """The requests in those states (all, if none is given), in the order they were entered."""
        marks = ", ".join("?" for _ in states)
        where = f"WHERE r.state IN ({marks})" if states else ""
        rows = self._db.execute(f"{_REQUESTS} {where} ORDER BY r.id", states)
        return [_request(row) for row in rows]

    def about(self, resource: str, number: str) -> list[LedgerRequest]:
        """The requests of the documents of a resource that have a v1 number, in the order they
        were entered."""
        where = "WHERE d.number = ? AND d.resource = ?"
        rows = self._db.execute(f"{_REQUESTS} {where} ORDER BY r.id", (number, resource))
        return [_request(row) for row in rows]

    def counts(self) -> dict[State, int]:
        """How many requests are in each state that any is in."""
        rows = self._db.execute("SELECT state, count(*) FROM request GROUP BY state")
        return {State(state): count for state, count in rows}

    def body(self, request: int) -> Body:
        """What is, or was, sent."""
        row = self._db.execute("SELECT body FROM request WHERE id = ?", (request,)).fetchone()
        body: Body = json.loads(zlib.decompress(row[0]))
        return body

    def given(self, request: int) -> Body:
        """The properties of the body that name other resources, as the document has them; empty
        where there are none, or where that is not known."""
        row = self._db.execute("SELECT given FROM request WHERE id = ?", (request,)).fetchone()
        given: Body = json.loads(row[0]) if row[0] else {}
        return given

    def parameters(self, request: int) -> dict[str, str]:
        """What belongs to the request and not to the body: texts of query parameters, by name."""
        row = self._db.execute("SELECT parameters FROM request WHERE id = ?", (request,)).fetchone()
        parameters: dict[str, str] = json.loads(row[0])
        return parameters

    def attempts(self, request: int) -> list[Attempt]:
        """Every time that a request was sent, in order."""
        rows = self._db.execute(
            "SELECT method, path, started, ended, status, outcome, step FROM attempt"
            " WHERE request_id = ? ORDER BY id",
            (request,),
        )
        return [Attempt(*row) for row in rows]

    def id_of(self, resource: str, number: str) -> str | None:
        """The id on the server of what a v1 number of a resource became, or None."""
        row = self._db.execute(
            "SELECT r.target_id FROM document d JOIN request r ON r.document_id = d.id"
            " WHERE d.number = ? AND d.resource = ? AND r.target_id IS NOT NULL"
            " AND r.state != ? ORDER BY r.changed DESC LIMIT 1",
            (number, resource, State.SKIPPED),
        ).fetchone()
        return row[0] if row else None


def _columns(content: RequestContent) -> tuple[Any, ...]:
    """What a document gives, as the columns `planned`, `content`, `body`, `given`, `parameters`."""
    return (
        content.digests.planned, content.digests.content, _packed(content.body),
        json.dumps(content.given) if content.given else None, json.dumps(dict(content.parameters)),
    )  # fmt: skip


def _patch(kept: Mapping[str, str]) -> str:
    """What changes what is kept (RFC 7396): an empty text takes away."""
    return json.dumps({name: value or None for name, value in kept.items()})


def _packed(body: Mapping[str, Any]) -> bytes:
    return zlib.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode())


def _request(row: Sequence[Any]) -> LedgerRequest:
    document = LedgerDocument(row[2], entry_of(row[3]), *row[4:8])
    return LedgerRequest(
        row[0], row[1], document, RequestKind(row[8]), State(row[9]), Digests(row[10], row[11]),
        RequestRecord(*(*row[12:18], json.loads(row[18]))), *row[19:23],
    )  # fmt: skip
