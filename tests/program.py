"""The program's command lines, run in the process of the tests: starting a process for each costs
half a second.  Tests of signals, terminals, limits and processes start one of their own."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, chdir, contextmanager
from pathlib import Path
from typing import IO

from ctct_migrate.cli import main

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def completed(
    *arguments: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes = b"",
) -> subprocess.CompletedProcess[str]:
    """Runs a command line to its end: its exit status, standard output and standard error.

    env  the whole environment; None: that of the tests
    cwd  the working folder; None: that of the tests
    """
    given = [str(argument) for argument in arguments]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with ExitStack() as stack:
            stack.enter_context(_handlers_kept())
            stack.enter_context(chdir(cwd or Path.cwd()))
            stack.enter_context(_environment(os.environ if env is None else env))
            stack.enter_context(_written_to(1, "stdout", out))
            stack.enter_context(_written_to(2, "stderr", err))
            stack.enter_context(_read_from(stdin))
            status = _status(given)
        return subprocess.CompletedProcess(given, status, _text(out), _text(err))


def _status(arguments: list[str]) -> int:
    kept = sys.argv
    sys.argv = ["ctct-migrate", *arguments]
    try:
        main(arguments)
    except SystemExit as exit_:
        return int(exit_.code or 0)
    finally:
        sys.argv = kept
    return 0


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return io.TextIOWrapper(file, encoding="utf-8", newline="").read()


@contextmanager
def _environment(wanted: Mapping[str, str]) -> Iterator[None]:
    kept = dict(os.environ)
    wanted = dict(wanted)
    os.environ.clear()
    os.environ.update(wanted)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(kept)


@contextmanager
def _written_to(number: int, name: str, file: IO[bytes]) -> Iterator[None]:
    """What is written to a stream, by Python or to its descriptor, goes into a file."""
    kept = os.dup(number)
    stream = getattr(sys, name)
    stream.flush()
    os.dup2(file.fileno(), number)
    errors = "strict" if name == "stdout" else "backslashreplace"
    own = open(number, "w", encoding="utf-8", errors=errors, closefd=False)  # noqa: SIM115
    setattr(sys, name, own)
    try:
        yield
    finally:
        own.flush()
        setattr(sys, name, stream)
        os.dup2(kept, number)
        os.close(kept)


@contextmanager
def _read_from(data: bytes) -> Iterator[None]:
    kept = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(data))
    try:
        yield
    finally:
        sys.stdin = kept


@contextmanager
def _handlers_kept() -> Iterator[None]:
    kept = {number: signal.getsignal(number) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
