"""One run at a time writes an output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ctct_migrate.file_lock import FileInUseError, HeldLock
from ctct_migrate.runs.outputs import OutputError, unwritable


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the lock of the file that is, or will be, at `path`; of what is there and no file (a
    device, a pipe) there is none.  Raises `OutputError` if another process holds it, or nothing
    can be written there."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        yield
        return
    try:
        lock = HeldLock(target)
    except FileInUseError as error:
        holder = f" ({error})" if str(error) else ""
        raise OutputError(f"{path}: another run{holder} is writing it") from None
    except FileNotFoundError:
        raise OutputError(f"{path} cannot be written: there is no folder {path.parent}") from None
    except (OSError, NotImplementedError) as error:
        raise OutputError(f"{path} cannot be written: {unwritable(error)}") from None
    try:
        yield
    finally:
        lock.release(tidy=True)
