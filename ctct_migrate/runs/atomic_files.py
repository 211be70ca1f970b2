"""Writing files so that nothing is lost: the new content is there in full, or the old one is."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

#: What a file system says that has no second names for files.
_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})


class Changed(Exception):
    """A file is not any more what was read from it."""


def replace(path: Path, data: bytes, expected: bytes) -> None:
    """Puts `data` into the file at `path` in place of `expected`, all at once; its mode (and its
    owner, as far as that is allowed) stays, and a symbolic link stays one.  Raises `Changed`, and
    leaves the file alone, if it does not hold `expected` any more; OSError if it cannot be
    written."""
    target = path.resolve()
    with _beside(target) as temporary:
        temporary.write(data)
        temporary.flush()
        os.fsync(temporary.fileno())
        status = target.stat()
        with suppress(OSError, AttributeError):
            os.chown(temporary.name, status.st_uid, status.st_gid)
        Path(temporary.name).chmod(stat.S_IMODE(status.st_mode))
        if not os.access(target, os.W_OK):  # a folder of ours does not make the file ours
            raise PermissionError(13, "Permission denied", str(path))
        if target.read_bytes() != expected:
            raise Changed(str(path))
        temporary.close()
        os.replace(temporary.name, target)


def put(target: str, data: bytes, temporary: str, *, replacing: bool) -> None:
    """Makes `data` the file at `target`, all at once; `temporary` is a name in the same file system
    that is free, or left over.  Raises `FileExistsError` if there is something and it is not
    `replacing`; OSError if nothing can be written.

    One name serves for many files, since a folder may get millions.
    """
    try:
        with open(temporary, "wb") as stream:
            stream.write(data)
        if replacing or not _linked(temporary, target):
            os.replace(temporary, target)
        else:
            os.unlink(temporary)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary)
        raise


def put_private(path: Path, data: bytes) -> None:
    """Makes `data` the file at `path`, all at once, readable for its owner alone, and returns when it
    is on the disk.  Raises OSError if it cannot be written; then the old one is there."""
    with _beside(path) as temporary:
        temporary.write(data)
        temporary.flush()
        os.fsync(temporary.fileno())
        temporary.close()
        os.replace(temporary.name, path)
    with suppress(OSError):  # Windows opens no folders
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _linked(temporary: str, target: str) -> bool:
    """Gives a file its second name, which fails if there is one of that name, unlike a renaming;
    False where the file system has no such links."""
    try:
        os.link(temporary, target)
    except (NotImplementedError, AttributeError):
        pass
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        return True
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
    return False


@contextmanager
def output(path: Path) -> Iterator[IO[str]]:
    """A stream of UTF-8 text that becomes the file at `path` when all went well.  What is no
    plain file (`/dev/stdout`, a pipe) is written to directly.  Raises OSError, with the name of
    the file."""
    try:
        with _output(path.resolve()) as stream:
            yield stream
    except OSError as error:
        if error.filename is None or str(error.filename).startswith(str(path.resolve().parent)):
            raise OSError(error.errno, error.strerror, str(path)) from None
        raise


@contextmanager
def _output(target: Path) -> Iterator[IO[str]]:
    if target.exists() and not target.is_file():
        with target.open("w", encoding="utf-8", newline="") as stream:
            yield stream
        return
    with _beside(target) as temporary:
        with os.fdopen(os.dup(temporary.fileno()), "w", encoding="utf-8", newline="") as stream:
            yield stream
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o666 & ~_umask()
        Path(temporary.name).chmod(mode)
        temporary.close()
        os.replace(temporary.name, target)


@contextmanager
def _beside(target: Path) -> Iterator[IO[bytes]]:
    """A temporary file in the same folder; gone afterwards, unless it was given another name."""
    temporary = tempfile.NamedTemporaryFile(  # noqa: SIM115
        dir=target.parent, prefix=f".{target.name}.", suffix=".tmp", delete=False
    )
    try:
        yield temporary
    finally:
        temporary.close()
        Path(temporary.name).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
