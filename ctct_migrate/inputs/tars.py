"""The members of a tar, one at a time, in constant memory.

`tarfile` does the reading.  What is added: it does not remember the members that have passed, it
says so when an archive breaks off or is damaged in the middle (which `tarfile` takes for the
end), and it refuses headers that claim to be megabytes long.
"""

from __future__ import annotations

import io
import lzma
import os
import struct
import tarfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Self, cast

from ctct_migrate.inputs.byte_sources import (
    Broken,
    ByteSource,
    Readable,
    Slice,
    UnreadableInput,
    all_of,
    buffered,
    reason,
)
from ctct_migrate.inputs.file_names import shown
from ctct_migrate.late_dataclass import dataclass

#: Bytes that the data of a header (a long name, PAX records) may have.
_LONGEST = 1 << 20

#: Bytes of a passing member that are asked for at once, and lost if the archive breaks off there.
_STEP = 8192

_WITH_DATA = (
    tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE,
    tarfile.SOLARIS_XHDTYPE,
)  # fmt: skip

#: How `tarfile` notices the end: a block of zeros, or nothing at all.
_ENDS = (tarfile.EOFHeaderError, tarfile.EmptyHeaderError)  # type: ignore[attr-defined]


def is_old(start: bytes) -> bool:
    """Whether what begins with `start` is a tar without a mark (before POSIX.1-1988), by the
    checksum of its first header."""
    try:
        tarfile.TarInfo.frombuf(start[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.TarError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class TarEntry:
    """A member; see `archives.Member`."""

    info: tarfile.TarInfo
    content: ByteSource

    @property
    def name(self) -> str:
        """The name as stored."""
        return self.info.name

    @property
    def size(self) -> int:
        """Bytes of its content."""
        return self.info.size

    @property
    def packed(self) -> None:
        """Not known: a tar is packed as a whole."""

    @property
    def encrypted(self) -> bool:
        """Tars never are."""
        return False

    @property
    def special(self) -> bool:
        """Whether it is neither a file nor a link."""
        return not (self.info.isreg() or self.info.issym() or self.info.islnk())

    @property
    def target(self) -> str | None:
        """Where it leads, if it is a link; for a hard link, a name in the archive."""
        if self.info.islnk():
            return ""
        return self.info.linkname if self.info.issym() else None


def members(stream: BinaryIO, path: str | None, depth: int = 0) -> Iterator[TarEntry]:
    """The members of the tar in `stream`, in order; each must be used before the next is asked
    for.  With the `path` of the file that `stream` is the whole of, contents are places in that
    file and last.  Raises OSError, and `UnreadableInput` where the tar is damaged; contents that do not
    last raise `Broken` with `depth` for that."""
    try:
        if path is not None:
            stream = open(path, "rb")  # noqa: SIM115 - seekable; closed by ExitStack
        with stream, _archive(stream, seekable=path is not None) as archive:
            last = tarfile.TarInfo()
            while info := archive.next():
                # Not remembered: 200,000 of them are 200 MB.
                archive.members.clear()  # type: ignore[attr-defined]
                watched = archive.fileobj
                if isinstance(watched, _Watched):
                    watched.headers.clear()
                last = info
                if path is not None and info.issparse():
                    yield TarEntry(info, _Sparse(path, info.offset))
                elif path is not None:
                    if info.offset_data + info.size > os.fstat(stream.fileno()).st_size:
                        raise UnreadableInput(f"the archive breaks off in {shown(info.name)}")
                    if info.isreg() and not _ends_where_it_says(stream, info):
                        raise CutMember(wrong_size(info))
                    yield TarEntry(info, Slice(path, info.offset_data, info.size))
                else:
                    yield TarEntry(info, _TarMember(archive, info, depth))
            if archive.damage:
                if isinstance(archive.fileobj, _Watched) and archive.fileobj.is_cut(last):
                    raise CutMember(wrong_size(last))
                raise UnreadableInput(archive.damage)
            if path is not None and _is_lone_zero_block(stream, archive.offset):
                raise UnreadableInput(
                    "the archive is damaged: zeros stand where a header is expected; what comes later is lost"
                )
            while path is None and stream.read(1 << 16):
                pass  # the checksum of what a tar is packed with stands after the tar's own end
    except _DAMAGES as error:
        raise UnreadableInput(damage(error)) from None


def _ends_where_it_says(stream: BinaryIO, info: tarfile.TarInfo) -> bool:
    """Whether a header, or the end, is after a member.  Where neither is, whether zeros fill its
    last block and no header stands inside it: else bytes are missing from it, or were added, or
    the size in its header is not that of what was packed."""
    end = info.offset_data + info.size
    rest = -end % tarfile.BLOCKSIZE
    stream.seek(end)
    padding, following = stream.read(rest), stream.read(tarfile.BLOCKSIZE)
    if not any(following) or is_old(following):
        return True
    if any(padding):
        return False
    stream.seek(info.offset_data)
    watched, left = _Watched(stream), info.size + rest
    while left > 0 and (data := watched.read(min(left, 1 << 16))):
        left -= len(data)
    return not any(at < end for at in watched.headers)


def wrong_size(info: tarfile.TarInfo) -> str:
    """The message about a member that does not end where its header says."""
    return f"the archive is damaged: the header of {shown(info.name)} gives a wrong size"


def _is_lone_zero_block(stream: BinaryIO, at: int) -> bool:
    """Whether one block of zeros stands at `at`; a tar ends with two, or without any."""
    stream.seek(at)
    first, second = stream.read(tarfile.BLOCKSIZE), stream.read(tarfile.BLOCKSIZE)
    return bool(first) and not any(first) and any(second)


@dataclass(frozen=True, slots=True)
class _Sparse:
    """A member with holes, which are not in the file: its header at `at` in the tar at `path`
    says where."""

    path: str
    at: int

    def open(self) -> BinaryIO:
        """Its bytes, holes and all, as a stream, which raises `UnreadableInput` where it is damaged."""
        stream = open(self.path, "rb")  # noqa: SIM115 - closed with the member
        stream.seek(self.at)
        try:
            archive = _archive(stream, seekable=True)
            info = archive.next()
            member = archive.extractfile(info) if info is not None else None
        except _DAMAGES as error:
            raise UnreadableInput(damage(error)) from None
        if member is None:
            raise UnreadableInput("the archive is damaged")
        return buffered(_Holey(cast("BinaryIO", member), stream))

    def read(self, limit: int) -> bytes:
        """Its bytes."""
        with self.open() as stream:
            return all_of(stream, limit)


class _Holey(Readable):
    """The bytes of a sparse member; closes the tar with it."""

    def __init__(self, member: BinaryIO, archive: BinaryIO):
        super().__init__(member)
        self.archive = archive

    def some(self, size: int) -> bytes:
        try:
            return self.source.read(size)
        except _DAMAGES as error:
            raise UnreadableInput(damage(error)) from None

    def close(self) -> None:
        super().close()
        self.archive.close()


#: What `tarfile` raises, with the modules it uses, for bytes that are not tar: its own errors, and
#: those of numbers, names and lists in headers that it does not look at first.
_DAMAGES = (
    tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, ValueError, LookupError,
    ArithmeticError, AttributeError, TypeError, RuntimeError, struct.error,
)  # fmt: skip


def damage(error: Exception) -> str:
    """The message about one of `_DAMAGES`."""
    return f"the archive is damaged: {error}"


def _archive(stream: BinaryIO, *, seekable: bool) -> _TarFile:
    archive = _TarFile.open(
        fileobj=stream, mode="r:" if seekable else "r|", tarinfo=_Info,
        encoding="utf-8", errors="surrogateescape",
    )  # fmt: skip
    if not seekable:
        archive.fileobj = _Watched(cast("BinaryIO", archive.fileobj))  # type: ignore[assignment]
    return archive


class CutMember(UnreadableInput):
    """An archive is damaged, and the member before the damage is not what was packed."""


class _Watched:
    """A stream whose last bytes are known, and the places of the headers in what was read of it."""

    def __init__(self, stream: BinaryIO):
        self.stream = stream
        self.kept = b""
        self.headers: set[int] = set()

    def read(self, size: int | None = None) -> bytes:
        """As the stream's, which it is taken from."""
        data = self.stream.read() if size is None else self.stream.read(size)
        text = self.kept + data
        base = self.stream.tell() - len(text)
        at = text.find(_MARK)
        while at >= 0:
            start = at - _MARK_AT
            if start >= 0 and is_old(text[start:]):
                self.headers.add(base + start)
            at = text.find(_MARK, at + 1)
        self.kept = text[-2 * tarfile.BLOCKSIZE :]
        return data

    def seek(self, position: int) -> int:
        """Reads on up to a place, which is not before this one."""
        while (left := position - self.tell()) > 0 and self.read(min(left, 1 << 16)):
            pass
        if left < 0:
            raise tarfile.StreamError("seeking backwards is not allowed")
        return self.tell()

    def tell(self) -> int:
        """Bytes that were read."""
        return self.stream.tell()

    def close(self) -> None:
        """Closes the stream."""
        self.stream.close()

    def is_cut(self, info: tarfile.TarInfo) -> bool:
        """Whether a member, the last that was read before what should be a header, does not end
        where it says."""
        end = info.offset_data + info.size
        base = self.tell() - len(self.kept)
        padding = self.kept[max(end - base, 0) : max(end + -end % tarfile.BLOCKSIZE - base, 0)]
        return any(padding) or any(info.offset_data <= at < end for at in self.headers)


#: The mark of a header (POSIX.1-1988), and where it stands in it.
_MARK, _MARK_AT = b"ustar", 257


class _TarFile(tarfile.TarFile):
    """A tar with a note of where it stopped being one."""

    damage = ""


class _Info(tarfile.TarInfo):
    """A header that tells a damaged one from the end."""

    @classmethod
    def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> Self:
        info = super().frombuf(buf, encoding, errors)
        if info.type in _WITH_DATA and info.size > _LONGEST:
            raise tarfile.HeaderError("a header is longer than any name")
        return info

    @classmethod
    def fromtarfile(cls, tarfile: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(tarfile)
        except _ENDS:
            raise
        except _HEADER_ERROR as error:
            cast("_TarFile", tarfile).damage = damage(error)
            raise


_HEADER_ERROR = tarfile.HeaderError


@dataclass(frozen=True, slots=True)
class _TarMember:
    """A member that is just passing."""

    archive: tarfile.TarFile
    info: tarfile.TarInfo
    depth: int

    def open(self) -> BinaryIO:
        """Its bytes as a stream, which raises `Broken` where the archive breaks off."""
        try:
            stream = self.archive.extractfile(self.info)
        except _DAMAGES as error:
            raise Broken(damage(error), self.depth) from None
        return buffered(_Passing(cast("BinaryIO", stream or io.BytesIO()), self.depth))

    def read(self, limit: int) -> bytes:
        """Its bytes."""
        with self.open() as stream:
            return all_of(stream, limit)


class _Passing(Readable):
    """The bytes of a member, all errors being the archive's, and coming again."""

    def __init__(self, member: BinaryIO, depth: int):
        super().__init__(member)
        self.depth = depth
        self.problem: Broken | None = None

    def some(self, size: int) -> bytes:
        if self.problem is None:
            try:
                return self.source.read1(min(size, _STEP))  # type: ignore[attr-defined, no-any-return]
            except Broken as problem:
                self.problem = problem
            except UnreadableInput as problem:
                self.problem = Broken(str(problem), self.depth)
            except OSError as error:
                self.problem = Broken(reason(error), self.depth)
            except _DAMAGES as error:
                self.problem = Broken(damage(error), self.depth)
        raise self.problem
