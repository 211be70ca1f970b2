"""Workers: order, crashes, interrupts, and that none of it is loaded when it is not needed."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ctct_migrate.inputs.byte_sources import Held
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.inputs.paths import inputs
from ctct_migrate.runs.work import Done, Unchanged, processors, run, run_changed
from ctct_migrate.source import Source


def made(count: int, **special: bytes) -> list[Input | InputError]:
    """Inputs whose bytes are their numbers, but for the special ones (`_7=b"DIE"`)."""
    return [
        Input(f"{n}.xml", f"{n}.xml", Held(special.get(f"_{n}", b"%d" % n)), 1000)
        for n in range(count)
    ]


def work(source: Source, item: Input) -> tuple[str, bytes, int]:
    if source.data == b"DIE":
        os.kill(os.getpid(), signal.SIGKILL)
    if source.data == b"EXIT":
        os._exit(3)
    if source.data == b"RAISE":
        raise KeyError("what")
    if source.data == b"FULL":
        raise MemoryError
    if source.data == b"SLOW":
        time.sleep(0.2)
    return item.name, source.data, os.getpid()


def reported(results: object) -> list[tuple[str, bytes] | str]:
    return [r.value[:2] if isinstance(r, Done) else str(r) for r in results]  # type: ignore[attr-defined]


@pytest.mark.parametrize("jobs", [None, 1, 2, 5])
def test_results_come_in_the_order_of_the_inputs(jobs):
    items = made(500, _3=b"SLOW", _100=b"SLOW")
    items.insert(250, InputError("x", "is not there"))
    expected = [(f"{n}.xml", b"%d" % n) for n in range(500)]
    expected[3], expected[100] = ("3.xml", b"SLOW"), ("100.xml", b"SLOW")
    results = reported(run(items, work, jobs=jobs))
    assert results[250] == "x: is not there"
    assert results[:250] + results[251:] == expected


def test_the_work_is_spread():
    pids = {r.value[2] for r in run(made(500), work, jobs=3) if isinstance(r, Done)}
    assert os.getpid() not in pids
    assert 1 < len(pids) <= 3


def test_one_input_is_worked_on_here():
    (result,) = run(made(1), work, jobs=8)
    assert isinstance(result, Done)
    assert result.value[2] == os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="processes are not copied there")
def test_a_few_are_worked_on_in_a_process_of_their_own():
    results = list(run(made(5), work))
    pids = {result.value[2] for result in results if isinstance(result, Done)}
    assert len(pids) == 1
    assert os.getpid() not in pids
    items: list[Input | InputError] = [*made(5, _1=b"DIE", _4=b"EXIT"), InputError("x", "gone")]
    assert reported(run(items, work)) == [
        ("0.xml", b"0"),
        "1.xml: the process that worked on it was ended by SIGKILL; the other documents are done",
        ("2.xml", b"2"),
        ("3.xml", b"3"),
        "4.xml: the process that worked on it ended; the other documents are done",
        "x: gone",
    ]


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_document_that_kills_its_worker_is_told_and_the_rest_is_done(jobs):
    items = made(400, _0=b"DIE", _77=b"DIE", _200=b"EXIT", _399=b"DIE")
    results = reported(run(items, work, jobs=jobs))
    killed = "the process that worked on it was ended by SIGKILL; the other documents are done"
    for n, result in enumerate(results):
        if n in (0, 77, 399):
            assert result == f"{n}.xml: {killed}"
        elif n == 200:
            assert result == (
                "200.xml: the process that worked on it ended; the other documents are done"
            )
        else:
            assert result == (f"{n}.xml", b"%d" % n)


@pytest.mark.parametrize("jobs", [None, 2])
def test_a_mistake_of_ours_is_one_line_and_the_rest_is_done(jobs):
    results = reported(run(made(3, _1=b"RAISE", _2=b"FULL"), work, jobs=jobs))
    assert results[0] == ("0.xml", b"0")
    assert results[1].startswith("1.xml: internal error at test_runs_work.py:")
    assert results[1].endswith("KeyError: 'what'; please report it")
    assert results[2] == "2.xml: there is not enough memory to work on it"


def test_nothing_comes_of_nothing():
    assert list(run([], work)) == []
    error = InputError("x", "y")
    assert list(run([error], work)) == [error]


def test_inputs_are_asked_for_as_they_are_needed():
    asked = 0

    def counted() -> object:
        nonlocal asked
        for item in made(5000):
            asked += 1
            yield item

    results = run(counted(), work, jobs=2)
    next(results)
    assert asked < 1000
    results.close()


def test_large_inputs_go_a_few_at_a_time():
    asked = 0

    def large() -> object:
        nonlocal asked
        for n in range(100):
            asked += 1
            yield Input(f"{n}", f"{n}", Held(b"x"), 900_000)

    results = run(large(), work, jobs=1)
    next(results)
    assert asked < 8
    results.close()


def _hashed(source: Source, item: Input, sha256: str) -> str | None:
    """The document, if the SHA-256 is its."""
    return source.text if sha256 == hashlib.sha256(source.data).hexdigest() else None


def test_what_is_known_is_not_worked_on():
    items = made(200)
    known = {f"{n}.xml": hashlib.sha256(b"%d" % n).hexdigest() for n in range(0, 200, 2)}
    known["4.xml"] = "another"
    for jobs in (None, 2):
        results = list(run_changed(items, _hashed, lambda item: known.get(item.name), jobs=jobs))
        done = [r.item.name for r in results if isinstance(r, Done)]
        assert done == [f"{n}.xml" for n in range(200) if n % 2 or n == 4]
        assert sum(isinstance(r, Unchanged) for r in results) == 99
        assert all(r.value == r.item.name[:-4] for r in results if isinstance(r, Done))


_prepared: list[int] = []


def _prepare() -> None:
    _prepared.append(os.getpid())


def _was_prepared(source: Source, item: Input) -> bool:
    return bool(_prepared)


@pytest.mark.parametrize("jobs", [None, 2])
def test_processes_are_prepared(jobs):
    _prepared.clear()
    results = run(made(200), _was_prepared, jobs=jobs, prepare=_prepare)
    assert all(result.value for result in results if isinstance(result, Done))


def test_files_that_vanish_or_change_meanwhile(tmp_path):
    for n in range(300):
        (tmp_path / f"{n:03}.xml").write_bytes(b"%d" % n)
    stream = inputs([tmp_path])
    items = [next(stream)]
    items += list(stream)
    (tmp_path / "200.xml").unlink()
    (tmp_path / "201.xml").write_bytes(b"changed")
    results = reported(run(items, work, jobs=2))
    assert results[200] == f"{tmp_path / '200.xml'}: there is no such file or folder"
    assert results[201] == (str(tmp_path / "201.xml"), b"changed")
    assert len(results) == 300


def test_workers_end_when_nobody_asks_any_more():
    results = run(made(2000), work, jobs=2)
    workers = {r.value[2] for r in (next(results) for _ in range(200)) if isinstance(r, Done)}
    results.close()
    for pid in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


_ENDLESS = """
import sys, time
from ctct_migrate.inputs.byte_sources import Held
from ctct_migrate.inputs.input import Input
from ctct_migrate.runs.work import run

def work(source, item):
    time.sleep(0.002)
    return item.name

def endless():
    n = 0
    while True:
        yield Input(str(n), str(n), Held(b"x"), 1000)
        n += 1

if __name__ == "__main__":
    try:
        for result in run(endless(), work, jobs=2):
            print(result.value, flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(130)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts are sent otherwise there")
def test_an_interrupt_ends_everything_at_once_and_in_order(tmp_path):
    script = tmp_path / "endless.py"
    script.write_text(_ENDLESS)
    printed = tmp_path / "out"
    with printed.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, script], stdout=out, stderr=subprocess.PIPE, start_new_session=True,
            cwd=Path(__file__).parents[2],
        )  # fmt: skip
        while printed.stat().st_size < 500 and process.poll() is None:
            time.sleep(0.01)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all processes
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, b"")
    lines = printed.read_text().split()
    assert lines[-1] == "interrupted"
    assert lines[:-1] == [str(n) for n in range(len(lines) - 1)]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # no worker is left


def test_little_is_loaded_for_one_file(tmp_path):
    (tmp_path / "a.xml").write_bytes(b"<a/>")
    code = (
        "import sys; from ctct_migrate.inputs.paths import inputs\n"
        "from ctct_migrate.runs.work import run\n"
        f"[*run(inputs([{str(tmp_path / 'a.xml')!r}]), lambda source, item: 1)]\n"
        "print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    ).stdout.split()  # fmt: skip
    heavy = {"multiprocessing", "pebble", "zipfile", "tarfile", "zstandard", "lzma", "bz2", "gzip",
             "glob", "tempfile", "sqlite3", "rich", "pyarrow", "jinja2", "hashlib"}  # fmt: skip
    ours = {"ctct_migrate.inputs.archives", "ctct_migrate.inputs.feeds", "ctct_migrate.inputs.zips"}
    # Some may come with lxml or click; only what this room adds is looked at.
    before = subprocess.run(
        [sys.executable, "-c", "import sys, ctct_migrate.source, ctct_migrate.diagnostics, click\n"
         "print(*sys.modules)"], capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    ).stdout.split()  # fmt: skip
    assert not (heavy | ours) & (set(loaded) - set(before))


def test_there_is_a_processor():
    assert processors() >= 1
