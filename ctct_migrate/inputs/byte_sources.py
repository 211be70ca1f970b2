"""Where the bytes of an input are, and how many of them are taken.

A `ByteSource` is a place that bytes can be had from, small enough to be handed to another process:
a plain file, a stretch of one, a packed file, or the bytes themselves.  Packed streams are read
through `unpacking`, which refuses what unpacks to far more than it takes up.

What does not belong here: what stands in the bytes, and what users call them.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from typing import BinaryIO, Protocol, cast

from ctct_migrate.late_dataclass import dataclass, replace

MIB = 1 << 20

#: Bytes of the largest document that is held in memory, unless `InputLimits` say otherwise.
SIZE_LIMIT = 64 * MIB

#: How packed streams and archives begin (RFC 1952; the formats' own descriptions).
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
)

PACKED = frozenset({"gzip", "bzip2", "xz", "zstd"})


@dataclass(frozen=True, slots=True)
class InputLimits:
    """What is still taken.  Sizes are bytes.

    whole    up to this size a document is read at once; a larger feed is read entry by entry
    size     the largest document, or entry of a large feed, that is held in memory
    ratio    how many times larger than its packed form something may be, once it has `whole` bytes
    total    what the members of one archive may unpack to
    count    the members of one archive
    """

    whole: int = MIB
    size: int = SIZE_LIMIT
    ratio: int = 200
    total: int = 64 * 1024 * MIB
    count: int = 5_000_000

    def changed(self, wishes: Iterable[str]) -> InputLimits:
        """These limits with some of them changed: `ratio=500`, `size=200M` (K, M, G are powers
        of 1024).  Raises ValueError, with the reason, for what is not a limit."""
        new = {}
        for wish in wishes:
            name, _, value = wish.partition("=")
            match = re.fullmatch(r"(\d{1,12})([KMG]?)", value.strip(), re.I)
            if name not in _NAMES:
                raise ValueError(f"there is no limit `{name}`: it is {', '.join(_NAMES)}")
            if match is None or not int(match[1]) or (match[2] and name in ("ratio", "count")):
                raise ValueError(
                    f"`{value}` is not a value for {name}: write {name}={_NAMES[name]}"
                )
            new[name] = int(match[1]) << {"": 0, "K": 10, "M": 20, "G": 30}[match[2].upper()]
        return replace(self, **new)


#: The limits, with an example each.
_NAMES = {"whole": "1M", "size": "64M", "ratio": "200", "total": "64G", "count": "5000000"}


class UnreadableInput(Exception):
    """Bytes cannot be had; `str(error)` says why, in one line, without a name."""


class Broken(UnreadableInput):
    """The archive that the bytes pass by in breaks off, and its other members are lost with it.

    depth  how many archives that archive stands in: it is told of it, not of the member
    """

    def __init__(self, message: str, depth: int):
        super().__init__(message)
        self.depth = depth


class ByteSource(Protocol):
    """Where bytes are."""

    def open(self) -> BinaryIO:
        """A stream of them.  Raises OSError or `UnreadableInput`."""

    def read(self, limit: int) -> bytes:
        """All of them.  Raises OSError or `UnreadableInput`, the latter if there are more than
        `limit`."""


@dataclass(frozen=True, slots=True)
class File:
    """A plain file; `path` as the operating system has it (undecodable bytes as surrogates)."""

    path: str

    def open(self) -> BinaryIO:
        """The file, opened."""
        return open(self.path, "rb")

    def read(self, limit: int) -> bytes:
        """The file's bytes."""
        # os.read spares the buffers of open(), a third of the time that a small file takes; asked
        # for one byte more than there are, it tells by what it gives that there are no more.
        descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            size = os.fstat(descriptor).st_size
            data = os.read(descriptor, min(size, limit) + 1)
            if 0 < len(data) == size <= limit:
                return data
            pieces, have = [data], len(data)
            while have <= limit and (more := os.read(descriptor, MIB)):
                pieces.append(more)
                have += len(more)
        finally:
            os.close(descriptor)
        return within(b"".join(pieces), limit)


@dataclass(frozen=True, slots=True)
class Slice:
    """`size` bytes of a file from byte `offset` on."""

    path: str
    offset: int
    size: int

    def open(self) -> BinaryIO:
        """The stretch as a stream."""
        whole = open(self.path, "rb")  # noqa: SIM115 - closed with the stream
        whole.seek(self.offset)
        return buffered(_Stretch(whole, self.size))

    def read(self, limit: int) -> bytes:
        """The stretch's bytes."""
        if self.size > limit:
            raise UnreadableInput(too_large(limit))
        with open(self.path, "rb", buffering=0) as whole:
            whole.seek(self.offset)
            data = whole.read(self.size) or b""
            while len(data) < self.size and (more := whole.read(self.size - len(data))):
                data += more
        if len(data) < self.size:
            raise UnreadableInput("the archive ends in the middle of it")
        return data


@dataclass(frozen=True, slots=True)
class Held:
    """Bytes that are in memory already."""

    data: bytes

    def open(self) -> BinaryIO:
        """The bytes as a stream."""
        return io.BytesIO(self.data)

    def read(self, limit: int) -> bytes:
        """The bytes."""
        return within(self.data, limit)


@dataclass(frozen=True, slots=True)
class Packed:
    """A single document in packed form (gzip, bzip2, xz or zstd)."""

    content: ByteSource
    kind: str
    limits: InputLimits

    def open(self) -> BinaryIO:
        """The unpacked bytes as a stream."""
        from ctct_migrate.inputs.unpacking import unpacked

        return unpacked(self.content.open(), self.kind, self.limits)

    def read(self, limit: int) -> bytes:
        """The unpacked bytes."""
        with self.open() as stream:
            return all_of(stream, limit)


def kind_of(start: bytes) -> str | None:
    """`gzip`, `bzip2`, `xz`, `zstd`, `zip` or `tar` for what begins with `start` (at least 512
    bytes, if there are as many), None for anything else."""
    for magic, kind in _MAGIC:
        if start.startswith(magic):
            return kind
    # POSIX.1-1988 and GNU tar; older tars have no mark, and are known by their suffix alone.
    return "tar" if start[257:262] == b"ustar" else None


def buffered(raw: io.RawIOBase) -> BinaryIO:
    """`raw` with a buffer.  Where `raw` raises, `read` gives what came before that, and raises
    when it is asked for more."""
    return cast("BinaryIO", _Buffered(raw, 131_072))


def chained(start: bytes, rest: BinaryIO) -> BinaryIO:
    """`start`, then what `rest` still holds."""
    return buffered(_Chained(start, rest))


def within(data: bytes, limit: int) -> bytes:
    """`data`, if there are at most `limit` bytes; raises `UnreadableInput` if there are more."""
    if len(data) > limit:
        raise UnreadableInput(too_large(limit))
    return data


def all_of(stream: BinaryIO, limit: int) -> bytes:
    """What `stream` still holds.  Raises `UnreadableInput` if that is more than `limit` bytes, and
    what the stream raises where it breaks off."""
    data = within(stream.read(limit + 1), limit)
    return data + stream.read(1)  # nothing, or what made it stop


def too_large(limit: int) -> str:
    """The message about something with more than `limit` bytes."""
    return f"it is larger than {amount(limit)}, the limit for one document; --limit size moves it"


def bomb(limits: InputLimits) -> str:
    """The message about something that unpacks to far more than it takes up."""
    return (
        f"it unpacks to more than {limits.ratio} times its size, as a zip bomb does; "
        "--limit ratio moves that limit"
    )


def amount(size: int) -> str:
    """`64 MiB`, `1.5 GiB`, `312 bytes`."""
    value = float(size)
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    return f"{value:.1f}".removesuffix(".0") + f" {unit}"


def reason(error: OSError) -> str:
    """What went wrong with a file, without its name."""
    if isinstance(error, FileNotFoundError):
        return "there is no such file or folder"
    if isinstance(error, PermissionError):
        return "it may not be read (permission denied)"
    text = error.strerror or str(error) or type(error).__name__
    return text[0].lower() + text[1:]


class _Buffered(io.BufferedReader):
    """A buffer that loses nothing to an error."""

    def read(self, size: int | None = -1) -> bytes:
        left = -1 if size is None else size
        data = self.read1(left)
        if len(data) == size or not data:
            return data
        pieces = [data]
        with suppress(OSError, UnreadableInput):  # whoever asks for more is told
            while left < 0 or (left := left - len(data)) > 0:
                if not (data := self.read1(left)):
                    break
                pieces.append(data)
        return b"".join(pieces)


class Readable(io.RawIOBase):
    """A raw stream made of another one, which it closes: all but `some`."""

    def __init__(self, source: BinaryIO):
        self.source = source

    def readable(self) -> bool:  # noqa: D102
        return True

    def close(self) -> None:  # noqa: D102
        if not self.closed:
            self.source.close()
        super().close()

    def some(self, size: int) -> bytes:
        """Up to `size` bytes, none at the end."""
        raise NotImplementedError

    def readinto(self, target: object) -> int:  # noqa: D102
        view = memoryview(target).cast("B")  # type: ignore[arg-type]
        data = self.some(len(view))
        view[: len(data)] = data
        return len(data)


class _Stretch(Readable):
    """The next `size` bytes of a stream."""

    def __init__(self, source: BinaryIO, size: int):
        super().__init__(source)
        self.left = size

    def some(self, size: int) -> bytes:
        data = self.source.read(min(size, self.left))
        self.left -= len(data)
        return data


class _Chained(Readable):
    """Bytes, then a stream."""

    def __init__(self, start: bytes, source: BinaryIO):
        super().__init__(source)
        self.start = memoryview(start)

    def some(self, size: int) -> bytes:
        if self.start:
            data = bytes(self.start[:size])
            self.start = self.start[size:]
            return data
        return self.source.read(size)
