"""The ledger: what it keeps, who may open it, and what is done about one that is not well."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from ctct_migrate.sender import Settings
from ctct_migrate.sender.identity import Arrival, Identities
from ctct_migrate.sender.ledger import (
    Digests,
    Ledger,
    LedgerDocument,
    LedgerError,
    RequestContent,
    RequestKind,
    RequestRecord,
    State,
)
from ctct_migrate.sender.ledger.migrations import APPLICATION_ID, MIGRATIONS

SERVER = "https://api.example.com/v2/"
BODY = {"name": "Größe \U0001f600", "lists": [{"id": "1"}]}


def document(
    path: str = "a.xml", sha256: str = "00", number: str | None = "11", **more
) -> LedgerDocument:
    return LedgerDocument(
        path,
        more.get("entry"),
        sha256,
        more.get("resource", "campaign"),
        number,
        more.get("name", ""),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "test.ledger"


@pytest.fixture
def ledger(path: Path):
    with Ledger.open(path, SERVER) as opened:
        yield opened


def enter(
    ledger: Ledger, entered: LedgerDocument | None = None, kind: RequestKind = RequestKind.CREATE
):
    """The request of a document, as a plan of its own finds it."""
    identities = Identities(ledger, Settings())
    arrival = Arrival(entered or document(), kind, RequestContent(Digests("s", "s"), BODY))
    found = identities.enter(0, arrival)
    return found.request if found else next(identities.rest())[2].request


# What it keeps


def test_a_request_and_its_attempts(ledger: Ledger, path: Path):
    request = enter(ledger)
    assert request.state is State.PLANNED
    attempt = ledger.begin(request.id, "k", "POST", "p", started=5.0, body=None)
    with Ledger.copy(path) as other:  # what is in flight is there for others before begin returns
        assert other.request(request.id).state is State.IN_FLIGHT
        assert other.attempts(request.id)[0].ended is None
    record = RequestRecord(target_id="900", status=201)
    ledger.finish(attempt, request.id, State.DONE, record, outcome="ok")
    found = ledger.request(request.id)
    assert (found.state, found.record.target_id, found.attempts) == (State.DONE, "900", 1)
    assert found.started == 5.0
    (tried,) = ledger.attempts(request.id)
    assert (tried.method, tried.path, tried.outcome, tried.status) == ("POST", "p", "ok", 201)
    assert ledger.body(request.id) == BODY
    assert ledger.id_of("campaign", "11") == "900"
    assert ledger.id_of("campaign", "12") is None
    assert [r.id for r in ledger.about("campaign", "11")] == [request.id]
    assert ledger.counts() == {State.DONE: 1}


def test_it_outlives_its_process(path: Path):
    with Ledger.open(path, SERVER) as ledger:
        enter(ledger)
    with Ledger.open(path, SERVER) as ledger:
        assert enter(ledger).state is State.PLANNED
        assert len(ledger.requests()) == 1


def test_a_write_ahead_log_that_is_synced(ledger: Ledger):
    db = ledger._db
    assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert db.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_what_was_in_flight_is_in_doubt_when_it_is_opened_again(path: Path):
    ledger = Ledger.open(path, SERVER)
    request = enter(ledger)
    ledger.begin(request.id, "k", "POST", "p", started=5.0, body={"name": "renamed"})
    ledger.close()
    with Ledger.open(path, SERVER) as ledger:
        assert ledger.request(request.id).state is State.IN_DOUBT
        assert ledger.body(request.id) == {"name": "renamed"}


def test_calls_are_counted_by_key_and_forgotten_after_two_days(path: Path, monkeypatch):
    with Ledger.open(path, SERVER) as ledger:
        for moment in (1000.0, 2000.0, 2001.0):
            ledger.count_call("k", moment)
        ledger.count_call("other", 2000.0)
        ledger.begin(enter(ledger).id, "k", "POST", "p", started=2002.0, body=None)
        assert ledger.calls_since("k", 1000.0) == [2000.0, 2001.0, 2002.0]
    with Ledger.open(path, SERVER) as ledger:
        assert ledger.calls_since("k", 0.0) == []


def test_retry_plans_what_failed_or_is_blocked(ledger: Ledger):
    states = {
        "a": (State.FAILED, "CT901"),
        "b": (State.BLOCKED, "CT914"),
        "c": (State.DONE, None),
        "d": (State.IN_DOUBT, "CT936"),
        "e": (State.SKIPPED, None),
    }
    numbers = {}
    for name, (state, code) in states.items():
        numbers[name] = enter(ledger, document(name, name, name)).id
        ledger.settle(numbers[name], state, RequestRecord(code=code))
    assert [r.document.path for r in ledger.retry(["CT901"])] == ["a"]
    assert ledger.request(numbers["a"]).record.code is None
    assert [r.document.path for r in ledger.retry()] == ["b"]
    assert ledger.counts()[State.PLANNED] == 2


def test_of_two_equal_documents_found_elsewhere_the_one_that_was_sent_is_meant(ledger: Ledger):
    """Ledgers of the first version can hold one document twice, by its two places."""
    digests = Digests("s", "s")
    for path, state in (("a.xml", State.FAILED), ("b.xml", State.DONE), ("c.xml", State.BLOCKED)):
        request = ledger.enter(document(path), RequestKind.CREATE, RequestContent(digests, BODY))
        ledger.settle(request.id, state, RequestRecord())
    assert enter(ledger, document("elsewhere.xml")).state is State.DONE
    assert enter(ledger, document("a.xml")).state is State.FAILED  # unless it is at its place


# Who may open it


def test_a_second_process_is_told_who_holds_it(path: Path):
    code = (
        "import sys, time; from pathlib import Path\n"
        "from ctct_migrate.sender.ledger import Ledger\n"
        f"ledger = Ledger.open(Path({str(path)!r}), {SERVER!r}); print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LedgerError, match=rf"in use by process {holder.pid}$"):
            Ledger.open(path, SERVER)
        with Ledger.copy(path) as copy:  # looking is free
            assert copy.server == SERVER
    finally:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
    # The lock went with its process, however that ended.
    Ledger.open(path, SERVER).close()


def test_a_second_opening_in_one_process_is_refused_too(ledger: Ledger, path: Path):
    with pytest.raises(LedgerError, match=f"in use by process {os.getpid()}"):
        Ledger.open(path, SERVER)


def test_a_ledger_serves_one_server(path: Path):
    Ledger.open(path, SERVER).close()
    with pytest.raises(LedgerError, match=r"belongs to https://api\.example\.com/v2/"):
        Ledger.open(path, "https://elsewhere.example/v2/")
    Ledger.open(path, SERVER).close()


# What is not well


def damaged(path: Path) -> None:
    """A ledger with a page overwritten."""
    with Ledger.open(path, SERVER) as ledger, ledger.together():
        for number in range(200):
            enter(ledger, document(f"{number}.xml", str(number), str(number)))
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    data = bytearray(path.read_bytes())
    data[4096 * 3 : 4096 * 6] = b"\xa5" * (4096 * 3)
    path.write_bytes(data)


@pytest.mark.parametrize("reading", [False, True])
def test_a_damaged_ledger_is_copied_aside_and_never_overwritten(path: Path, reading: bool):
    damaged(path)
    before = path.read_bytes()
    for _ in range(2):
        with pytest.raises(LedgerError, match="damaged") as caught:
            _ = Ledger.copy(path) if reading else Ledger.open(path, SERVER)
        assert "\n" not in str(caught.value)
    copies = [p for p in path.parent.glob("*.damaged-*") if not p.name.endswith(("-wal", "-shm"))]
    assert len(copies) == 1
    assert copies[0].read_bytes() == path.read_bytes() == before


def test_a_file_that_is_no_database_is_left(path: Path):
    path.write_bytes(b"Dear diary,\n" * 100)
    with pytest.raises(LedgerError, match="is not a ledger"):
        Ledger.open(path, SERVER)
    assert path.read_bytes() == b"Dear diary,\n" * 100


def test_a_database_of_another_program_is_left(path: Path):
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (x)")
    db.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="another program"):
        Ledger.open(path, SERVER)
    assert path.read_bytes() == before


def test_a_folder_and_a_missing_folder(tmp_path: Path):
    with pytest.raises(LedgerError):
        Ledger.open(tmp_path, SERVER)
    with pytest.raises(LedgerError, match="no folder"):
        Ledger.open(tmp_path / "missing" / "x.ledger", SERVER)


def test_an_empty_file_becomes_a_ledger(path: Path):
    path.touch()
    with Ledger.open(path, SERVER) as ledger:
        assert enter(ledger).state is State.PLANNED


@pytest.mark.parametrize("reading", [False, True])
def test_a_ledger_of_a_newer_version_is_refused(path: Path, reading: bool):
    Ledger.open(path, SERVER, steps=(*MIGRATIONS, "CREATE TABLE later (x);")).close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="newer ctct-migrate"):
        _ = Ledger.copy(path) if reading else Ledger.open(path, SERVER)
    assert path.read_bytes() == before


def test_a_ledger_of_an_older_version_is_brought_up_to_date(path: Path):
    with Ledger.open(path, SERVER) as ledger:
        number = enter(ledger).id
    step = "ALTER TABLE request ADD COLUMN later TEXT NOT NULL DEFAULT 'new';"
    with Ledger.open(path, SERVER, steps=(*MIGRATIONS, step)) as ledger:
        assert ledger.request(number).document == document()
        assert ledger._db.execute("SELECT later FROM request").fetchone() == ("new",)
        assert ledger._db.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
        assert ledger._db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_a_migration_that_fails_changes_nothing(path: Path):
    Ledger.open(path, SERVER).close()
    steps = (*MIGRATIONS, "CREATE TABLE later (x); INSERT INTO nowhere VALUES (1);")
    with pytest.raises(LedgerError):
        Ledger.open(path, SERVER, steps=steps)
    with Ledger.open(path, SERVER) as ledger:
        tables = {row[0] for row in ledger._db.execute("SELECT name FROM sqlite_master")}
    assert "later" not in tables


@contextmanager
def files_of_at_most(size: int):
    """Writing beyond `size` bytes fails, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_one_error_and_the_ledger_stays_as_it_was(path: Path):
    ledger = Ledger.open(path, SERVER)
    request = enter(ledger)
    wal = path.with_name(path.name + "-wal")
    with files_of_at_most(wal.stat().st_size + 1000):
        with pytest.raises(LedgerError, match="cannot be written: the disk") as caught:
            ledger.begin(request.id, "k", "POST", "p", started=1.0, body=BODY)
        assert "\n" not in str(caught.value)
    assert ledger.request(request.id).state is State.PLANNED
    assert ledger.attempts(request.id) == []
    ledger.begin(request.id, "k", "POST", "p", started=1.0, body=BODY)  # there is room again
    ledger.close()


def test_sqlites_own_full_disk(path: Path):
    with Ledger.open(path, SERVER) as ledger:
        pages = ledger._db.execute("PRAGMA page_count").fetchone()[0]
        ledger._db.execute(f"PRAGMA max_page_count = {pages}")
        body = {"text": os.urandom(100_000).hex()}
        with pytest.raises(LedgerError, match="the disk is full"):
            ledger.enter(document(), RequestKind.CREATE, RequestContent(Digests("s", "s"), body))


@contextmanager
def as_nobody():
    """What root may do is not a test."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder():
    """A folder that everybody can get to."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_a_read_only_ledger_is_one_error(open_folder: Path):
    path = open_folder / "test.ledger"
    with Ledger.open(path, SERVER) as ledger:
        enter(ledger)
    for each in open_folder.iterdir():
        each.chmod(0o444)
    before = path.read_bytes()
    with as_nobody():
        with pytest.raises(LedgerError, match=r"cannot be (written|opened)") as caught:
            Ledger.open(path, SERVER)
        assert "\n" not in str(caught.value)
        with Ledger.copy(path) as copy:  # it can still be looked at
            assert len(copy.requests()) == 1
    assert path.read_bytes() == before


def test_a_read_only_file_beside_a_lock_that_can_be_taken(open_folder: Path):
    path = open_folder / "test.ledger"
    Ledger.open(path, SERVER).close()
    path.chmod(0o444)
    path.with_name(path.name + "-lock").chmod(0o666)
    with as_nobody(), pytest.raises(LedgerError, match="cannot be written: it is read-only"):
        Ledger.open(path, SERVER)


def test_bodies_are_kept_as_they_were(ledger: Ledger):
    body = {"email_content": "\u2028 \x00 é" * 1000, "n": None, "t": True, "l": [], "f": 1.5}
    number = ledger.enter(
        document(), RequestKind.UPDATE, RequestContent(Digests("s", "s"), body)
    ).id
    assert ledger.body(number) == body
    assert json.dumps(ledger.body(number)) == json.dumps(body)


@pytest.mark.parametrize("data", [b"<entry/>\n", b"{}", bytes(5000), b"\x1f\x8b" + bytes(99)])
@pytest.mark.parametrize("reading", [True, False])
def test_what_is_not_a_ledger_is_neither_copied_nor_locked(path: Path, data: bytes, reading: bool):
    path.write_bytes(data)
    before = sorted(path.parent.iterdir())
    with pytest.raises(LedgerError, match=r"is not a ledger$"):
        Ledger.copy(path) if reading else Ledger.open(path, "https://api.example.com/v2/")
    assert path.read_bytes() == data
    assert sorted(path.parent.iterdir()) == before
