"""The directory of a zip archive, read one member at a time, and the members' bytes.

The standard library's `zipfile` reads a directory as a whole, about 700 bytes of memory a member,
in every process that wants one: too much for archives of hundreds of thousands of files.  Here a
member is a value that knows where its bytes are, so that any process can read it alone.
Decompressing is the library's (`zlib`; `zipfile` for the rarer methods).

Facts: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 and
4.3.15 (zip64), 4.3.16 (end), 4.4.4 (flags), 4.5.3 (zip64 extra field).
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from ctct_migrate.inputs.byte_sources import (
    File,
    Readable,
    UnreadableInput,
    all_of,
    buffered,
    too_large,
)
from ctct_migrate.late_dataclass import dataclass

_END = struct.Struct("<4s4H2LH")
_END64_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")

_STORED, DEFLATED = 0, 8
_ENCRYPTED, _UTF8 = 0x1, 0x800
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF

#: A Unix symbolic link, in the upper half of the external attributes (stat.S_IFLNK).
_LINK, _TYPE = 0o120000, 0o170000
_UNIX = 3


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One entry of a zip's directory.

    raw       the name as stored; `name` is its text
    size      bytes when unpacked, as the directory claims; `packed` bytes in the archive
    at        offset of its local header; `crc` the CRC-32 of the unpacked bytes
    """

    archive: File
    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    at: int
    system: int
    attributes: int

    @property
    def name(self) -> str:
        """The name: UTF-8 if it is flagged so or can be read so, else code page 437."""
        try:
            return self.raw.decode("utf-8")
        except UnicodeDecodeError:
            return self.raw.decode("utf-8" if self.flags & _UTF8 else "cp437", "surrogateescape")

    @property
    def encrypted(self) -> bool:
        """Whether a password is needed."""
        return bool(self.flags & _ENCRYPTED)

    @property
    def target(self) -> str | None:
        """Where it leads, if it is a symbolic link: its bytes are the target's name."""
        if self.system != _UNIX or (self.attributes >> 16) & _TYPE != _LINK:
            return None
        try:
            return os.fsdecode(self.content.read(4096))
        except (UnreadableInput, OSError):
            return ""

    @property
    def special(self) -> bool:
        """Whether it is a folder."""
        return self.raw.endswith((b"/", b"\\"))

    @property
    def content(self) -> ZipMember:
        """Where its bytes are."""
        return ZipMember(self.archive.path, self.at, self.method, self.packed, self.size, self.crc)


def members(archive: File) -> tuple[int, Iterator[ZipEntry]]:
    """The size of a zip in bytes, and the entries of its directory, in its order.  Raises OSError,
    and `UnreadableInput` where it is damaged, also while the entries are asked for.  Of a zip that was
    cut off, those before the cut are given first."""
    with archive.open() as stream:
        end = stream.seek(0, os.SEEK_END)
        try:
            size, start, shift = _directory(stream, end)
        except _NoDirectory:
            from ctct_migrate.inputs import zip_salvage

            if not zip_salvage.is_salvageable(archive):
                raise
            return end, zip_salvage.members(archive, end)
    return end, _entries(archive, size, start, shift)


class _NoDirectory(UnreadableInput):
    """A zip has lost its directory."""


def _entries(archive: File, size: int, start: int, shift: int) -> Iterator[ZipEntry]:
    with archive.open() as directory:
        directory.seek(start)
        low = high = claimed = 0
        while size > 0:
            head = directory.read(_ENTRY.size)
            if len(head) < _ENTRY.size or head[:4] != b"PK\x01\x02":
                raise UnreadableInput("the archive's directory is damaged")
            entry, length = _entry(archive, head, directory, shift)
            size -= length
            # Entries stand one after the other, nearly always in the order of the directory.
            end = entry.at + LOCAL.size + len(entry.raw) + entry.packed
            claimed += end - entry.at
            if low <= entry.at < high or entry.at <= low < min(end, high) or claimed > start:
                raise UnreadableInput(
                    "its files overlap in the archive, as a bomb's do; the rest is not read"
                )
            low, high = entry.at, end
            yield entry


def _directory(stream: BinaryIO, end_of_file: int) -> tuple[int, int, int]:
    """Size and offset of the directory, and how far the archive is shifted by what was put before
    it (a self-extracting program)."""
    tail_at = max(0, end_of_file - _END.size - _FULL16)
    stream.seek(tail_at)
    tail = stream.read()
    found = tail.rfind(b"PK\x05\x06")
    if found < 0 or len(tail) - found < _END.size:
        raise _NoDirectory(
            "it is not a zip archive, or is cut off: the directory at its end is missing"
        )
    end_at = tail_at + found
    _, disk, _, _, _, size, start, _ = _END.unpack_from(tail, found)
    if end_at >= _END64_LOCATOR.size:
        stream.seek(end_at - _END64_LOCATOR.size)
        locator = stream.read(_END64_LOCATOR.size)
        if locator[:4] == b"PK\x06\x07":
            # The record stands right before its locator; the locator's offset is wrong where
            # something was put before the archive.
            end_at -= _END64_LOCATOR.size + _END64.size
            stream.seek(max(0, end_at))
            record = stream.read(_END64.size)
            if len(record) < _END64.size or record[:4] != b"PK\x06\x06":
                raise UnreadableInput("the archive's directory is damaged")
            _, _, _, _, disk, _, _, _, size, start = _END64.unpack(record)
    if disk not in (0, _FULL16):
        raise UnreadableInput("it is one part of an archive in several files; join them first")
    shift = end_at - size - start
    if shift < 0:
        raise _NoDirectory("the archive is cut off, or its directory is damaged")
    return size, start + shift, shift


def _entry(archive: File, head: bytes, directory: BinaryIO, shift: int) -> tuple[ZipEntry, int]:
    """The entry that begins with `head`, and its length in bytes."""
    (_, made, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size, _, _,
     attributes, at) = _ENTRY.unpack(head)  # fmt: skip
    rest = directory.read(name_size + extra_size + comment_size)
    if len(rest) < name_size + extra_size + comment_size:
        raise UnreadableInput("the archive's directory is damaged")
    extra = rest[name_size : name_size + extra_size]
    size, packed, at = wide(extra, size, packed, at)
    entry = ZipEntry(
        archive,
        rest[:name_size],
        flags,
        method,
        crc,
        packed,
        size,
        at + shift,
        made >> 8,
        attributes,
    )
    return entry, _ENTRY.size + len(rest)


def wide(extra: bytes, size: int, packed: int, at: int) -> tuple[int, int, int]:
    """The three numbers, those that did not fit taken from the zip64 extra field."""
    if _FULL32 not in (packed, size, at):
        return size, packed, at
    place = 0
    while place + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, place)
        if tag == 1:
            found = [
                value
                for (value,) in struct.iter_unpack("<Q", extra[place + 4 :][: length // 8 * 8])
            ]
            values = [
                (found.pop(0) if found else number) if number == _FULL32 else number
                for number in (size, packed, at)
            ]
            return values[0], values[1], values[2]
        place += 4 + length
    return size, packed, at


@dataclass(frozen=True, slots=True)
class ZipMember:
    """The bytes of a member of the zip at `archive`."""

    archive: str
    at: int
    method: int
    packed: int
    size: int
    crc: int

    def open(self) -> BinaryIO:
        """The unpacked bytes as a stream, which raises `UnreadableInput` where they are damaged."""
        import zipfile

        stream = open(self.archive, "rb")  # noqa: SIM115 - closed with the member
        self._seek(stream)
        info = zipfile.ZipInfo("member")
        info.compress_type, info.CRC = self.method, self.crc
        info.compress_size, info.file_size = self.packed, self.size
        try:
            member = zipfile.ZipExtFile(stream, "r", info, close_fileobj=True)
        except NotImplementedError:
            raise UnreadableInput(_unknown(self.method)) from None
        return buffered(_Checked(cast("BinaryIO", member), self.size))

    def read(self, limit: int) -> bytes:
        """The unpacked bytes."""
        if self.size > limit:
            raise UnreadableInput(too_large(limit))
        if self.method not in (_STORED, DEFLATED):
            with self.open() as stream:
                return all_of(stream, limit)
        if self.packed > self.size + self.size // 8 + 4096:  # more than packing can ever add
            raise UnreadableInput(_DAMAGED)
        with open(self.archive, "rb", buffering=0) as stream:
            self._seek(stream)
            data = stream.read(self.packed) or b""
        if len(data) < self.packed:
            raise UnreadableInput("the archive ends in the middle of it")
        if self.method == DEFLATED:
            inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                data = inflate.decompress(data, self.size + 1)
            except zlib.error:
                raise UnreadableInput(_DAMAGED) from None
        if len(data) != self.size or zlib.crc32(data) != self.crc:
            raise UnreadableInput(_DAMAGED)
        return data

    def _seek(self, stream: BinaryIO | io.FileIO) -> None:
        """To the first packed byte: the local header's own lengths say where that is."""
        if not 0 <= self.at < 1 << 63:
            raise UnreadableInput(_DAMAGED)
        stream.seek(self.at)
        head = stream.read(LOCAL.size) or b""
        if len(head) < LOCAL.size or head[:4] != b"PK\x03\x04":
            raise UnreadableInput(_DAMAGED)
        *_, name_size, extra_size = LOCAL.unpack(head)
        stream.seek(name_size + extra_size, os.SEEK_CUR)


_DAMAGED = "it is damaged inside the archive (wrong checksum or length)"


def _unknown(method: int) -> str:
    return f"it is packed by method {method}, which is not supported; unpack the archive first"


class _Checked(Readable):
    """What `zipfile` unpacks, its errors as `UnreadableInput`, and never more than `size` bytes."""

    def __init__(self, member: BinaryIO, size: int):
        super().__init__(member)
        self.left = size
        self.damaged = False

    def some(self, size: int) -> bytes:
        data = b"" if self.damaged else self._unpacked(size)
        self.left -= len(data)
        self.damaged |= self.left < 0 or (not data and self.left > 0)
        if self.damaged:
            raise UnreadableInput(_DAMAGED)
        return data

    def _unpacked(self, size: int) -> bytes:
        """The next bytes; none at the end, and where they are damaged."""
        import lzma
        import zipfile

        try:
            return self.source.read1(size)  # type: ignore[attr-defined, no-any-return]
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, struct.error):
            self.damaged = True
        except NotImplementedError:  # a dialect of a method that is known
            raise UnreadableInput(_DAMAGED) from None
        except OSError as error:
            if error.errno is not None:
                raise
            self.damaged = True  # what bz2 says of damage
        return b""
