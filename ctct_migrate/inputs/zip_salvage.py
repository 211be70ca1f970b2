"""The members of a zip that has lost the directory at its end: a download that broke off, a full
disk.

Each member stands after a header of its own, which says how long it is; where it does not, since
the archive was written to a pipe, the member is unpacked to find out.  What a header does not say
is who may read the member and whether it is a link.

Facts: PKWARE's APPNOTE.TXT 6.3.10, sections 4.3.7 (local header) and 4.3.9 (data descriptor).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from ctct_migrate.inputs.byte_sources import MIB, File, UnreadableInput
from ctct_migrate.inputs.zips import DEFLATED, LOCAL, ZipEntry, wide
from ctct_migrate.late_dataclass import dataclass

_MARK = b"PK\x03\x04"
_ENCRYPTED, _DESCRIBED = 0x1, 0x8

#: The lengths that a data descriptor may have, with and without a mark, of zip64 and not.
_DESCRIPTORS = {True: (16, 24), False: (12, 20)}

#: Bytes beyond which the end of a member is not looked for.
_FARTHEST = 1 << 32


@dataclass(frozen=True, slots=True)
class _Extent:
    """How long a member is: packed, unpacked, and with what describes it; and its CRC-32."""

    packed: int
    size: int
    crc: int
    length: int


def is_salvageable(archive: File) -> bool:
    """Whether a file begins as a zip does.  Raises OSError."""
    with archive.open() as stream:
        return stream.read(len(_MARK)) == _MARK


def members(archive: File, end: int) -> Iterator[ZipEntry]:
    """The entries of a zip of `end` bytes, as far as they are whole; then raises `UnreadableInput`."""
    at = 0
    with archive.open() as stream:
        while True:
            stream.seek(at)
            head = stream.read(LOCAL.size)
            if len(head) < LOCAL.size or head[: len(_MARK)] != _MARK:
                break
            _, _, flags, method, _, _, crc, packed, size, named, extra = LOCAL.unpack(head)
            rest = stream.read(named + extra)
            size, packed, _ = wide(rest[named:], size, packed, 0)
            extent: _Extent | None = _Extent(packed, size, crc, packed)
            if flags & _DESCRIBED:
                readable = method == DEFLATED and not flags & _ENCRYPTED
                extent = _described(stream) if readable else None
            start = at + LOCAL.size + named + extra
            if extent is None or start + extent.length > end:
                break
            yield ZipEntry(
                archive, rest[:named], flags, method, extent.crc, extent.packed, extent.size, at,
                system=0, attributes=0,
            )  # fmt: skip
            at = start + extent.length
    raise UnreadableInput(
        "the archive is cut off: the directory at its end is missing; the files before the cut "
        "are read"
    )


def _described(stream: BinaryIO) -> _Extent | None:
    """The extent of the deflated member that begins here; None if it is cut off or damaged."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    start, size = stream.tell(), 0
    while not inflate.eof and size < _FARTHEST:
        waiting = inflate.unconsumed_tail or stream.read(1 << 16)
        try:
            data = inflate.decompress(waiting, MIB)
        except zlib.error:
            return None
        if not (waiting or data or inflate.eof):
            return None
        size += len(data)
    if not inflate.eof:
        return None
    packed = stream.tell() - len(inflate.unused_data) - start
    behind = inflate.unused_data + stream.read(26)
    marked = behind.startswith(b"PK\x07\x08")
    for length in _DESCRIPTORS[marked]:
        if len(behind) >= length and behind[length : length + 2] in (b"PK", b"", b"P"):
            (crc,) = struct.unpack_from("<L", behind, 4 if marked else 0)
            return _Extent(packed, size, crc, packed + length)
    return None
