"""One run at a time writes a file: a lock of the operating system on a file beside it.

It ends with the process however it ends, and the file is taken away where the process ends in
order, so that a lock is never in the way later.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ctct_migrate.runs.outputs import OutputError, unwritable


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock of the file that is, or will be, at `path`; of what is there and no file (a
    device, a pipe) there is none.  Raises `OutputError` if another process holds it, or nothing
    can be written there."""
    from filelock import FileLock, Timeout

    target = path.resolve()
    if target.exists() and not target.is_file():
        yield
        return
    if not target.parent.is_dir():  # which the lock would make
        raise OutputError(f"{path} cannot be written: there is no folder {path.parent}")
    place = Path(f"{target}-lock")
    holder = _holder(place)
    lock = FileLock(place, thread_local=False)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise OutputError(f"{path}: another run{holder} is writing it") from None
    except (OSError, NotImplementedError) as error:
        raise OutputError(f"{path} cannot be written: {unwritable(error)}") from None
    try:
        with suppress(OSError):  # Windows lets nobody write it
            place.write_text(f"{os.getpid()}\n")
        yield
    finally:
        with suppress(OSError):
            place.unlink()  # before it is let go: whoever comes next makes a new one
        lock.release()


def _holder(place: Path) -> str:
    """The process that holds the lock, if that can be told."""
    try:
        text = place.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
    return f" (process {text})" if text.isdecimal() else ""
