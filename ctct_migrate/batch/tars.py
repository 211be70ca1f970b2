"""The members of a tar, one at a time, in constant memory.

`tarfile` does the reading.  What is added: it does not remember the members that have passed, it
says so when an archive breaks off or is damaged in the middle (which `tarfile` takes for the
end), and it refuses headers that claim to be megabytes long.
"""

from __future__ import annotations

import io
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self, cast

from ctct_migrate.batch.contents import Content, Slice, Unreadable, within

#: Bytes that the data of a header (a long name, PAX records) may have.
_LONGEST = 1 << 20

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
    content: Content

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


def members(stream: BinaryIO, path: str | None) -> Iterator[TarEntry]:
    """The members of the tar in `stream`, in order; each must be used before the next is asked
    for.  With the `path` of the file that `stream` is the whole of, contents are places in that
    file and last.  Raises OSError, and `Unreadable` where the tar is damaged."""
    try:
        if path is not None:
            stream = open(path, "rb")  # noqa: SIM115 - seekable; closed by ExitStack
        with stream, _archive(stream, seekable=path is not None) as archive:
            while info := archive.next():
                # Not remembered: 200,000 of them are 200 MB.
                archive.members.clear()  # type: ignore[attr-defined]
                if path is not None and not info.issparse():
                    yield TarEntry(info, Slice(path, info.offset_data, info.size))
                else:
                    yield TarEntry(info, _TarMember(archive, info))
            if archive.damage:
                raise Unreadable(archive.damage)
    except tarfile.TarError as error:
        raise Unreadable(f"the archive is damaged: {error}") from None
    except (EOFError, zlib.error, lzma.LZMAError) as error:
        raise Unreadable(f"the archive is damaged: {error}") from None


def _archive(stream: BinaryIO, *, seekable: bool) -> _TarFile:
    return _TarFile.open(
        fileobj=stream, mode="r:" if seekable else "r|", tarinfo=_Info,
        encoding="utf-8", errors="surrogateescape",
    )  # fmt: skip


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
            cast("_TarFile", tarfile).damage = f"the archive is damaged: {error}"
            raise


_HEADER_ERROR = tarfile.HeaderError


@dataclass(frozen=True, slots=True)
class _TarMember:
    """A member that is just passing."""

    archive: tarfile.TarFile
    info: tarfile.TarInfo

    def open(self) -> BinaryIO:
        """Its bytes as a stream."""
        stream = self.archive.extractfile(self.info)
        return cast("BinaryIO", stream if stream is not None else io.BytesIO())

    def read(self, limit: int) -> bytes:
        """Its bytes."""
        with self.open() as stream:
            return within(stream.read(limit + 1), limit)
