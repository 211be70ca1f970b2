"""Where bodies are written: a folder, or one file of many.

`output_at` tells by the ending of the name.  What they have in common: nothing is overwritten
unless that is asked for, nothing half-written bears its final name, and what has been committed
survives whatever comes.  A file of many is called `NAME.part` until it is complete.

- a folder: a file for each body, the tree of the inputs mirrored: `2010/a.xml` gives
  `2010/a.json`, entry 7 of a feed `2010/a.xml` gives `2010/a/7.json`
- `.jsonl`, `.jsonl.gz`, `.jsonl.zst`: a line for each body, with its source, entry, resource, and
  what was dropped
- `.parquet`: a row for each body (`batch.parquet`)
"""

from __future__ import annotations

import errno
import gzip
import os
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from ctct_migrate.batch.contents import Limits, reason, unpacked
from ctct_migrate.batch.documents import Input
from ctct_migrate.batch.manifest import Known
from ctct_migrate.batch.outcomes import Resource, compact


class OutputError(Exception):
    """Nothing can be written any more: one line."""


class Taken(Exception):
    """One body cannot be written where it belongs: one line.  The others can."""


class Output(Protocol):
    """A place for bodies.

    name  what a manifest calls the file that they are all in; None for a folder of many
    """

    @property
    def name(self) -> str | None: ...  # noqa: D102

    @property
    def due(self) -> bool:
        """Whether it is time to `commit`."""

    def holds(self, output: str) -> bool:
        """Whether what a manifest calls `output` is in this place, and still there."""

    def put(self, item: Input, resource: Resource) -> str:
        """Takes a body, and gives the name of the file that it is, or will be, in.  Raises
        `Taken`, and OSError when nothing can be written."""

    def commit(self) -> int | None:
        """Writes what was taken, for good; gives how far the file reaches then, None for a
        folder.  Raises OSError, and leaves what was committed before."""

    def compact(self, keep: Iterable[bool]) -> int | None:
        """Leaves out bodies that do not count any more: `keep` says so of each, in the order in
        which they were taken, those of earlier runs first.  Gives how far the file reaches."""

    def complete(self) -> None:
        """Gives it its final name.  Raises OSError."""

    def abandon(self, *, resumable: bool) -> None:
        """Leaves what was committed for a later run, or nothing half-done at all."""


def output_at(path: Path, *, force: bool, resume: Known | None) -> Output:
    """The output at `path`, by its ending.  Raises `OutputError` if it is there already, unless
    it may be overwritten or is what `resume` goes on with."""
    name = path.name.lower()
    if name.endswith(_ENDINGS):
        if name.endswith(".zst"):
            _zstd(b"")  # so that it is missed now, and not after an hour
        return LinesOutput(path, force=force, resume=resume)
    if name.endswith(".parquet"):
        from ctct_migrate.batch.parquet import ParquetOutput

        return ParquetOutput(path, force=force, resume=resume)
    if path.exists() and not path.is_dir():
        raise OutputError(
            f"{path}: this is a file; an output is a folder, or ends in {', '.join(_ENDINGS)} or "
            ".parquet"
        )
    return FolderOutput(path, force=force, resume=resume)


def output_name(item: Input, entry: int | None) -> str:
    """The name of a body's file in an output folder."""
    stem, dot, suffix = item.relative.rpartition(".")
    if not dot or "/" in suffix or not stem or stem.endswith("/"):
        stem = item.relative
    return f"{stem}.json" if entry is None else f"{stem}/{entry}.json"


class FolderOutput:
    """A folder with a file for each body."""

    def __init__(self, path: Path, *, force: bool, resume: Known | None):
        self.path, self.force, self.known = path, force, resume
        self.name = None
        self.due = True  # what the manifest does not tell of would be in the way of --resume
        # Which input has which file, in a temporary database: there may be millions.
        self._claims = sqlite3.connect("", isolation_level=None)
        self._claims.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096;"
            "CREATE TABLE claim (name TEXT PRIMARY KEY, source TEXT) WITHOUT ROWID; BEGIN"
        )
        self._made: str | None = None
        self._temporary = path / f".ctct-migrate-{os.getpid()}.tmp"
        if resume:  # a run that was killed could not tidy up
            for left in path.glob(".ctct-migrate-*.tmp"):
                left.unlink(missing_ok=True)

    def holds(self, output: str) -> bool:
        """Whether `output` is a file in this folder."""
        return output.startswith(os.path.join(self.path, "")) and os.path.exists(output)

    def put(self, item: Input, resource: Resource) -> str:
        """Writes the body's file, all at once."""
        name = output_name(item, resource.entry)
        target = os.path.join(self.path, name)
        self._claim(item, name, target)
        data = (resource.body or b"") + b"\n"
        ours = self.known is not None and target in self.known.outputs(item)
        try:
            self._make(os.path.dirname(target))
            self._write(target, data, replacing=self.force or ours)
        except FileExistsError:
            if self.known is not None and _holds(target, data):
                return target  # the run broke off before the manifest told of it
            raise Taken(f"{target} is there already; --force overwrites it") from None
        except (NotADirectoryError, IsADirectoryError):
            raise Taken(f"{target} cannot be written: {_IN_THE_WAY}") from None
        except OSError as error:
            if error.filename is not None and error.errno in _NAME_PROBLEMS:
                raise Taken(f"{target} cannot be written: {reason(error)}") from None
            raise
        return target

    def _make(self, folder: str) -> None:
        if folder == self._made:
            return
        try:
            os.makedirs(folder, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(error.errno, error.strerror, error.filename) from None
        self._made = folder

    def _claim(self, item: Input, name: str, target: str) -> None:
        key = os.path.normcase(name).encode("utf-8", "backslashreplace").decode()
        source = item.name if item.entry is None else f"{item.name}, entry {item.entry}"
        text = source.encode("utf-8", "backslashreplace").decode()
        try:
            self._claims.execute("INSERT INTO claim VALUES (?, ?)", (key, text))
        except sqlite3.IntegrityError:
            first = self._claims.execute("SELECT source FROM claim WHERE name = ?", (key,))
            raise Taken(f"{target} is the output of {first.fetchone()[0]} already") from None

    def _write(self, target: str, data: bytes, *, replacing: bool) -> None:
        """Puts `data` under the name `target`, all at once."""
        temporary = str(self._temporary)
        try:
            with open(temporary, "wb") as stream:
                stream.write(data)
            if replacing or not self._linked(temporary, target):
                os.replace(temporary, target)
            else:
                os.unlink(temporary)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise

    @staticmethod
    def _linked(temporary: str, target: str) -> bool:
        """Gives the file its second name, which fails if there is one of that name, unlike a
        renaming; False where the file system has no such links."""
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

    def skip(self, item: Input) -> None:
        """Notes the files of an input that is not done anew, so that no other input gets them."""
        for output in self.known.outputs(item) if self.known else ():
            with suppress(Taken):
                self._claim(item, os.path.relpath(output, self.path).replace(os.sep, "/"), output)

    def retract(self, target: str) -> None:
        """Takes away the file of a body that is refused by now."""
        with suppress(OSError):
            os.unlink(target)

    def commit(self) -> None:
        """Everything is written as it comes."""

    def compact(self, keep: Iterable[bool]) -> None:
        """Files that do not count any more have been replaced or retracted."""

    def complete(self) -> None:
        """Nothing is left to do."""
        self._claims.close()

    def abandon(self, *, resumable: bool) -> None:
        """What is there is whole, and stays."""
        self._claims.close()


def _holds(path: str, data: bytes) -> bool:
    with open(path, "rb") as stream:
        return stream.read(len(data) + 1) == data


_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})
_IN_THE_WAY = "a file stands where a folder belongs, or the other way about"
_NAME_PROBLEMS = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP, errno.EILSEQ})


class LinesOutput:
    """JSON Lines, plain or packed: `{"source", "entry", "resource", "body", "dropped"}`.

    Packed files are made of members (frames) of about a mebibyte, each whole in itself, so that
    a run that broke off can be gone on with at the end of one.
    """

    def __init__(self, path: Path, *, force: bool, resume: Known | None):
        self.path, self.part = path, path.with_name(f"{path.name}.part")
        self.name = str(path)
        self._packing = _PACKINGS.get(path.suffix.lower(), _plain)
        self._lines: list[bytes] = []
        self._size = 0
        self._stream: BinaryIO | None = None
        self._end = resume.ends.get(str(path), 0) if resume else 0
        refuse_existing(path, self.part, force=force, resume=resume)
        if self._end > self._reached():
            raise OutputError(unlike(path))

    def _reached(self) -> int:
        there = next((path for path in (self.part, self.path) if path.is_file()), None)
        return there.stat().st_size if there else 0

    @property
    def due(self) -> bool:
        """Whether a member is full."""
        return self._size >= _MEMBER

    def holds(self, output: str) -> bool:
        """Whether `output` is this file."""
        return output == str(self.path)

    def put(self, item: Input, resource: Resource) -> str:
        """Takes a line."""
        line = line_of_body(item.name, resource)
        self._lines.append(line)
        self._size += len(line)
        return str(self.path)

    def commit(self) -> int:
        """Writes the lines that were taken."""
        if self._lines:
            stream = self._opened()
            try:
                _write_all(stream, self._packing(b"".join(self._lines)))
            except OSError:
                stream.truncate(self._end)
                raise
            self._end = stream.tell()
            self._lines, self._size = [], 0
        return self._end

    def _opened(self) -> BinaryIO:
        """The file, positioned behind what was committed."""
        if self._stream is None:
            if self._end and not self.part.exists():
                self.path.rename(self.part)
            self._stream = cast("BinaryIO", self.part.open("r+b" if self._end else "wb", 0))
            self._stream.truncate(self._end)
            self._stream.seek(self._end)
        return self._stream

    def compact(self, keep: Iterable[bool]) -> int:
        """Writes the file anew without the lines that do not count."""
        self._opened().close()
        spare = self.path.with_name(f"{self.path.name}.new")
        try:
            with self._unpacked() as old, spare.open("wb") as new:
                batch: list[bytes] = []
                size = 0
                for line, kept in zip(old, keep, strict=True):
                    if kept:
                        batch.append(line)
                        size += len(line)
                    if size >= _MEMBER:
                        new.write(self._packing(b"".join(batch)))
                        batch, size = [], 0
                if batch:
                    new.write(self._packing(b"".join(batch)))
                self._end = new.tell()
        except OSError:
            spare.unlink(missing_ok=True)
            raise
        spare.replace(self.part)
        self._stream = cast("BinaryIO", self.part.open("r+b", 0))
        return self._end

    def _unpacked(self) -> BinaryIO:
        kind = {".gz": "gzip", ".zst": "zstd"}.get(self.path.suffix.lower())
        stream = cast("BinaryIO", self.part.open("rb"))
        return unpacked(stream, kind, Limits(ratio=1 << 40)) if kind else stream

    def complete(self) -> None:
        """Makes sure that the file is on the disk, and gives it its name."""
        if self._stream is None and self._end and not self.part.exists():
            return  # nothing was added to what was complete
        stream = self._opened()
        os.fsync(stream.fileno())
        stream.close()
        self.part.replace(self.path)

    def abandon(self, *, resumable: bool) -> None:
        """Leaves `.part` as it was committed, or takes it away."""
        if self._stream is not None:
            self._stream.close()
            if not resumable:
                self.part.unlink(missing_ok=True)


#: Bytes of lines in one member of a packed file, about, and in one writing of a plain one.
_MEMBER = 1 << 20


def line_of_body(name: str, resource: Resource) -> bytes:
    """The line of JSON Lines for a body of the document `name`, with its line end."""
    entry = "null" if resource.entry is None else str(resource.entry)
    return b'{"source":%s,"entry":%s,"resource":%s,"body":%s,"dropped":%s}\n' % (
        compact(name), entry.encode(), compact(resource.resource), resource.body or b"null",
        resource.dropped,
    )  # fmt: skip


def refuse_existing(path: Path, part: Path, *, force: bool, resume: Known | None) -> None:
    """Raises `OutputError` if an output is there, or a part of one, and may not be overwritten."""
    if force or (resume and str(path) in resume.ends):
        return
    if path.exists() and resume:
        raise OutputError(
            f"{path} is there already, and the manifest does not tell of it; --force overwrites it"
        )
    if path.exists():
        raise OutputError(
            f"{path} is there already; --force overwrites it, --resume goes on with it"
        )
    if part.exists() and not resume:
        raise OutputError(
            f"{part} is left of a run that broke off; --resume goes on with it, --force begins again"
        )


def unlike(path: Path) -> str:
    """The message about an output that is not what its manifest says."""
    return f"{path}: it does not hold what the manifest says it does; run without --resume"


def _write_all(stream: BinaryIO, data: bytes) -> None:
    """Writes all of `data`; a nearly full disk takes a part of it first."""
    at = 0
    while at < len(data):
        at += stream.write(data[at:]) or 0


def _plain(data: bytes) -> bytes:
    return data


def _gzip(data: bytes) -> bytes:
    return gzip.compress(data, compresslevel=4, mtime=0)


def _zstd(data: bytes) -> bytes:
    try:
        import zstandard
    except ImportError:
        raise OutputError("zstd is not installed: pip install 'ctct-migrate[zstd]'") from None
    return zstandard.ZstdCompressor(level=3).compress(data)


_PACKINGS: dict[str, Callable[[bytes], bytes]] = {".gz": _gzip, ".zst": _zstd}
_ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
