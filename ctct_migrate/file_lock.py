"""One process at a time writes a file: a lock of the operating system on a file beside it.

The lock ends with the process however it ends.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import FileLock


class FileInUseError(Exception):
    """Another process holds the lock; the message is that process, as far as it can be told:
    `process 4711`, or empty."""


class HeldLock:
    """The lock of the file that is, or will be, at a path, held: its own file is beside that one,
    with `-lock` at the end of the name.

    `wait` is how many seconds another process is given to let it go.  Raises `FileInUseError` if
    it does not; `FileNotFoundError` if there is no such
    folder; `OSError` or `NotImplementedError` if nothing can be locked there.
    """

    def __init__(self, path: Path, *, wait: float = 0):
        from filelock import FileLock, Timeout

        if not path.parent.is_dir():  # which the lock would make
            raise FileNotFoundError(f"there is no folder {path.parent}")
        self.place = Path(f"{path}-lock")
        holder = _holder(self.place)
        self._lock: FileLock = FileLock(self.place, thread_local=False)
        try:
            self._lock.acquire(timeout=wait)
        except Timeout:
            raise FileInUseError(holder) from None
        with suppress(OSError):  # Windows lets nobody write it
            self.place.write_text(f"{os.getpid()}\n", encoding="utf-8")

    def release(self, *, tidy: bool = False) -> None:
        """Lets it go.  `tidy` takes its file away: whoever opened that in the same microseconds may
        then hold a lock that nobody else sees, which a file that must have one writer cannot
        have."""
        if tidy:
            with suppress(OSError):
                self.place.unlink()  # before it is let go: whoever comes next makes a new one
        self._lock.release()


def _holder(place: Path) -> str:
    """The process that holds the lock, if that can be told."""
    try:
        text = place.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""
    return f"process {text}" if text.isdecimal() else ""
