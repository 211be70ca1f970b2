"""Who may open a ledger, and what is done about one that is damaged, foreign or from the future.

A ledger is never made anew over something that is there.  One that is damaged is copied aside,
and left.  One process writes at a time: it holds a lock of the operating system on a file beside
the ledger, which ends with the process however it ends, so that no lock is ever left over.
"""

from __future__ import annotations

import hashlib
import shutil
import socket
import sqlite3
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from ctct_migrate.file_lock import FileInUseError, HeldLock
from ctct_migrate.sender.ledger.migrations import APPLICATION_ID, MIGRATIONS, migrate

#: What a ledger consists of, beside its main file.
_PARTS = ("", "-wal", "-shm")

#: How a ledger is opened to look at it: with its log; or as a file that nobody changes.
_LOOKING, _FROZEN = "mode=ro", "mode=ro&immutable=1"


class LedgerError(Exception):
    """The ledger cannot be used; the message is one line for users."""


def locked(path: Path) -> HeldLock:
    """The lock of the ledger at `path`, held.  Raises LedgerError, naming the process that holds
    it, when another does."""
    refuse_foreign(path)
    try:
        return HeldLock(path)
    except FileInUseError:
        raise LedgerError(f"{path}: is in use by {_holder(path)}") from None
    except FileNotFoundError:
        raise LedgerError(f"{path}: there is no folder {path.parent}") from None
    except OSError as error:
        raise LedgerError(f"{path}: {trouble(error)}") from None


def _holder(path: Path) -> str:
    """The process whose run has not ended, as far as the ledger tells."""
    try:
        db = connected(path, _LOOKING)
        row = db.execute(
            "SELECT pid, host FROM run WHERE ended IS NULL ORDER BY id DESC"
        ).fetchone()
        db.close()
    except (LedgerError, sqlite3.Error):
        row = None
    if row is None:
        return "another process, which has just begun"
    host = f" on {row[1]}" if row[1] != socket.gethostname() else ""
    return f"process {row[0]}{host}"


def opened(path: Path, steps: Sequence[str] = MIGRATIONS) -> sqlite3.Connection:
    """The database at `path`, made if it is missing, checked and migrated.  Raises LedgerError."""
    if path.exists() and not path.is_file():
        raise LedgerError(f"{path}: is not a file")
    try:
        with ExitStack() as stack:
            db = connected(path)
            stack.callback(db.close)
            if path.stat().st_size:
                _check(db, path, steps)
            db.execute("PRAGMA journal_mode = WAL")
            # FULL: a transaction is on the disk before a byte that it speaks of goes out.
            db.execute("PRAGMA synchronous = FULL")
            migrate(db, steps)
            db.execute("PRAGMA foreign_keys = ON")
            stack.pop_all()
    except sqlite3.Error as error:
        if _is_damage(error):
            raise _damaged(path, str(error)) from None
        raise LedgerError(f"{path}: {trouble(error)}") from None
    except OSError as error:
        raise LedgerError(f"{path}: {trouble(error)}") from None
    return db


def refuse_foreign(path: Path) -> None:
    """Raise LedgerError for what is not a ledger by its first bytes: neither a database of SQLite nor
    marked as ours.  Such a file is not locked, copied or changed."""
    try:
        if not path.exists():
            return
        if not path.is_file():
            raise LedgerError(f"{path}: is not a file")
        with path.open("rb") as file:
            head = file.read(_HEADER)
    except OSError as error:
        raise LedgerError(f"{path}: cannot be read: {(error.strerror or '').lower()}") from None
    if head and not _is_mark(head) and not head.startswith(_SQLITE):
        raise LedgerError(f"{path}: is not a ledger")


def _is_mark(head: bytes) -> bool:
    return head[_MARK:] == APPLICATION_ID.to_bytes(4, "big")


def _is_marked(path: Path) -> bool:
    """Whether a file says of itself that it is a ledger."""
    with path.open("rb") as file:
        return _is_mark(file.read(_HEADER))


#: How a database begins, and where in its header the application id stands: 4 bytes, up to the end
#: of what is read here (SQLite, Database File Format, 1.3).
_SQLITE, _MARK, _HEADER = b"SQLite format 3\0", 68, 72


def connected(path: Path, mode: str = "mode=rwc") -> sqlite3.Connection:
    """A connection, unchecked; `mode` as SQLite's URIs have it."""
    uri = f"{path.absolute().as_uri()}?{mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5.0)


def read(path: Path, steps: Sequence[str] = MIGRATIONS) -> sqlite3.Connection:
    """The ledger at `path`, copied into memory: nothing of it is locked or changed.  An older one
    is migrated there.  Raises LedgerError."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    if not path.exists():
        migrate(memory, steps)
        return memory
    refuse_foreign(path)
    try:
        try:
            _copied(path, _LOOKING, memory, steps)
        except sqlite3.OperationalError:
            # A write-ahead log that is closed cannot be looked into where nothing may be written.
            _copied(path, _FROZEN, memory, steps)
        migrate(memory, steps)
    except sqlite3.Error as error:
        if _is_damage(error):
            raise _damaged(path, str(error)) from None
        raise LedgerError(f"{path}: {trouble(error)}") from None
    return memory


def _copied(path: Path, mode: str, memory: sqlite3.Connection, steps: Sequence[str]) -> None:
    db = connected(path, mode)
    try:
        _check(db, path, steps)
        db.backup(memory)
    finally:
        db.close()


def _check(db: sqlite3.Connection, path: Path, steps: Sequence[str]) -> None:
    """Raise LedgerError unless the file is a ledger, whole, and of a version that is known."""
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    mark = db.execute("PRAGMA application_id").fetchone()[0]
    if mark != APPLICATION_ID:
        if tables:
            raise LedgerError(f"{path}: is a database of another program, not a ledger")
        return  # begun by a process that was killed before it could make the tables
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > len(steps):
        raise LedgerError(
            f"{path}: was written by a newer ctct-migrate (its version is {version}, the newest"
            f" that is known here is {len(steps)}): use that one"
        )
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise _damaged(path, found.splitlines()[-1])


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _damaged(path: Path, why: str) -> LedgerError:
    """What is said about a damaged ledger, which is copied aside first (once, however often it is
    opened)."""
    if not _is_marked(path):  # somebody else's, as far as one can tell: it is not copied about
        return LedgerError(f"{path}: is not a ledger, or damaged from its first page on ({why})")
    name = f"{path.name}.damaged-{_fingerprint(path)}"
    copy = path.with_name(name)
    try:
        if not copy.exists():
            for part in _PARTS:
                source = path.with_name(path.name + part)
                if source.exists():
                    shutil.copy2(source, copy.with_name(name + part))
        kept = f"it was copied to {copy}, and is left as it is"
    except OSError as error:
        kept = f"it is left as it is, and could not be copied aside ({trouble(error)})"
    return LedgerError(
        f"{path}: is damaged or no ledger ({why}); {kept}. With a new --ledger, what was sent"
        " already is recognised by its name on the server"
    )


def _fingerprint(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:12]


def trouble(error: sqlite3.Error | OSError) -> str:
    """What went wrong, in one clause for users."""
    if isinstance(error, OSError):
        return f"cannot be written: {(error.strerror or str(error)).lower()}"
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return _TROUBLES.get(code, f"cannot be used: {error}")


_TROUBLES = {
    sqlite3.SQLITE_FULL: "cannot be written: the disk is full",
    sqlite3.SQLITE_IOERR: "cannot be written: the disk fails or is full",
    sqlite3.SQLITE_READONLY: "cannot be written: it is read-only",
    sqlite3.SQLITE_PERM: "cannot be written: permission denied",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: no such folder, or permission denied",
    sqlite3.SQLITE_BUSY: "cannot be written: another program holds the database",
    sqlite3.SQLITE_LOCKED: "cannot be written: another program holds the database",
}


def now() -> float:
    """Seconds since 1970."""
    return time.time()
