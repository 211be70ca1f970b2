"""A file of JSON Lines, plain or packed: a line for each body, with its source, entry, resource,
and what was dropped.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, cast

from ctct_migrate.inputs.byte_sources import InputLimits
from ctct_migrate.inputs.input import Input
from ctct_migrate.inputs.unpacking import unpacked
from ctct_migrate.runs.disk import write_all
from ctct_migrate.runs.document_records import Form
from ctct_migrate.runs.outcomes import ResourceOutcome, compact
from ctct_migrate.runs.outputs import KeptBody, OutputError, refuse_existing, unlike
from ctct_migrate.runs.resume import Known


class LinesOutput:
    """JSON Lines, plain or packed: `{"source", "entry", "resource", "body", "dropped"}`, and before
    `dropped` the `request` of a body that is sent with query parameters.

    Packed files are made of members (frames) of about a mebibyte, each whole in itself, so that
    a run that broke off can be gone on with at the end of one.
    """

    def __init__(self, path: Path, *, force: bool, resume: Known | None):
        self.path, self.part = path, path.with_name(f"{path.name}.part")
        self.name = str(path)
        self.form: Form = line_of_body
        self._packing = _PACKINGS.get(path.suffix.lower(), _plain)
        self._packing(b"")  # so that what is not installed is missed now, and not after an hour
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
        return self._size >= _MEMBER or len(self._lines) >= _LINES

    @property
    def seamless(self) -> bool:
        """Whether it has no members."""
        return self._packing is _plain

    @property
    def pending(self) -> bool:
        """Whether a member has been begun."""
        return bool(self._lines)

    def holds(self, output: str) -> bool:
        """Whether `output` is this file."""
        return output == self.name

    def put(self, item: Input, entry: int | None, data: bytes, part: str = "") -> str:
        """Takes a line."""
        self._lines.append(data)
        self._size += len(data)
        return self.name

    def commit(self) -> int:
        """Writes the lines that were taken."""
        if self._lines:
            stream = self._opened()
            try:
                write_all(stream, self._packing(b"".join(self._lines)))
            except OSError:
                stream.truncate(self._end)
                raise
            self._end = stream.tell()
            self._lines, self._size = [], 0
        return self._end

    def _opened(self) -> BinaryIO:
        """The file, positioned after what was committed."""
        if self._stream is None:
            if self._end and not self.part.exists():
                self.path.rename(self.part)
            self._stream = cast("BinaryIO", self.part.open("r+b" if self._end else "wb", 0))
            self._stream.truncate(self._end)
            self._stream.seek(self._end)
        return self._stream

    def compact(self, keep: Iterable[KeptBody]) -> int:
        """Writes the file anew without the lines that do not count."""
        self._opened().close()
        spare = self.path.with_name(f"{self.path.name}.new")
        try:
            with self._unpacked() as old, spare.open("wb") as new:
                batch: list[bytes] = []
                size = 0
                for line, (kept, _) in zip(old, keep, strict=True):
                    if kept:
                        batch.append(line)
                        size += len(line)
                    if size >= _MEMBER or len(batch) >= _LINES:
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
        return unpacked(stream, kind, InputLimits(ratio=1 << 40)) if kind else stream

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


#: Bytes of lines in one member of a packed file, about, and in one writing of a plain one; and
#: lines at the most.
_MEMBER, _LINES = 1 << 20, 1_000


def line_of_body(name: str, resource: ResourceOutcome) -> bytes:
    """The line of JSON Lines for a body of the document `name`, with its line end."""
    entry = b"null" if resource.entry is None else b"%d" % resource.entry
    request = b',"request":' + compact(dict(resource.request)) if resource.request else b""
    return b"".join(
        (b'{"source":', compact(name), b',"entry":', entry, b',"resource":',
         compact(resource.resource), b',"body":', resource.body or b"null", request, b',"dropped":',
         resource.dropped, b"}\n")
    )  # fmt: skip


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
