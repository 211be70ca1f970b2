"""Standard output and standard error as every command has them.

What is written is there in full, or there is an error: never a part of it and exit status 0.  What
a stream's encoding lacks is written as an escape, and a line end as it is, so that JSON Lines and
fixed documents gain no CR on Windows.

All text passes `Drawn`, which lets nothing through that a terminal would obey, whoever forgot to
draw it.
"""

from __future__ import annotations

import errno
import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from ctct_migrate.output.drawn import drawn, exact

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_NUMBER = 1  #: of standard output (POSIX, `STDOUT_FILENO`)
_ESCAPES = "backslashreplace"


def prepare() -> None:
    """Makes `sys.stdout` and `sys.stderr` such streams.  Of those that were closed before the
    program began, standard error (`2>&-`) takes anything, standard input is empty, and to write
    to standard output is an error."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        # Opened for reading: it holds the number, which no other file must get.
        sys.stdout = _text(_StandardOutput(os.open(os.devnull, os.O_RDONLY)), "utf-8")
    else:
        sys.stdout = _prepared(exact(sys.stdout))
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    elif isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors=_ESCAPES, newline="\n")
    sys.stdout, sys.stderr = drawn(sys.stdout), drawn(sys.stderr)


def in_utf_8() -> TextIO:
    """Standard output, from now on in UTF-8 whatever the locale: for JSON and pages, whose encoding
    is fixed."""
    stream = exact(sys.stdout)
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8")
    return sys.stdout


def drop() -> None:
    """Leaves nothing for the interpreter to flush at its exit, which would fail again."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class _StandardOutput(FileIO):
    """The file of standard output, whose errors tell that it is this one."""

    def __init__(self, number: int):
        super().__init__(number, "w", closefd=False)

    def write(self, data: ReadableBuffer, /) -> int:
        """Writes as much as the system takes, as files do.  Raises OSError."""
        try:
            return super().write(data)
        except OSError as error:
            closed = error.errno == errno.EBADF
            said = "it is closed" if closed else error.strerror
            raise OSError(error.errno, said, "standard output") from None


def _prepared(stream: TextIO) -> TextIO:
    if not isinstance(stream, TextIOWrapper):
        return stream
    # Without a buffer (`PYTHONUNBUFFERED`, `python -u`) Python passes over it in silence that a
    # file takes a part of what is written.
    raw = getattr(stream.buffer, "raw", stream.buffer)
    if type(raw) is not FileIO or raw.fileno() != _NUMBER:
        stream.reconfigure(errors=_ESCAPES, newline="\n")
        return stream
    stream.flush()
    return _text(_StandardOutput(_NUMBER), stream.encoding, by_line=raw.isatty())


def _text(raw: FileIO, encoding: str, *, by_line: bool = False) -> TextIOWrapper:
    return TextIOWrapper(
        BufferedWriter(raw), encoding, _ESCAPES, newline="\n", line_buffering=by_line
    )
