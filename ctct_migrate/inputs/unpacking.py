"""Packed streams (gzip, bzip2, xz, zstd), read within limits.

What does not belong here: archives, which hold several files; and what is in the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, cast

from ctct_migrate.inputs.byte_sources import InputLimits, Readable, UnreadableInput, bomb, buffered


def unpacked(stream: BinaryIO, kind: str, limits: InputLimits) -> BinaryIO:
    """The bytes that `stream` holds in packed form.  Reading raises `UnreadableInput` if they are
    damaged or more than `limits.ratio` times as many; opening does if zstd is not installed."""
    counted = _Counted(stream)
    source = cast("BinaryIO", counted)
    if kind == "gzip":
        import gzip

        return buffered(_Unpacked(cast("BinaryIO", gzip.GzipFile(fileobj=source)), counted, limits))
    if kind == "bzip2":
        import bz2

        return buffered(_Unpacked(cast("BinaryIO", bz2.BZ2File(source)), counted, limits))
    if kind == "xz":
        import lzma

        return buffered(_Unpacked(cast("BinaryIO", lzma.LZMAFile(source)), counted, limits))
    return buffered(_Unpacked(cast("BinaryIO", _Zstd(source)), counted, limits))


class _Counted(Readable):
    """A stream that knows how many bytes have been taken from it."""

    def __init__(self, source: BinaryIO):
        super().__init__(source)
        self.taken = 0

    def some(self, size: int) -> bytes:
        data = self.source.read(size)
        self.taken += len(data)
        return data


class _Unpacked(Readable):
    """The output of a decompressor, within `limits.ratio`; its errors become `UnreadableInput`, and
    come again however often one asks."""

    def __init__(self, source: BinaryIO, packed: _Counted, limits: InputLimits):
        super().__init__(source)
        self.packed, self.limits = packed, limits
        self.given = 0
        self.problem: UnreadableInput | OSError | None = None
        # One step of decompressing at a time, so that an error in the next one takes nothing along.
        self.step = cast("Callable[[int], bytes]", getattr(source, "read1", source.read))

    def some(self, size: int) -> bytes:
        if self.problem is None:
            try:
                return self._counted(self._step(size))
            except (UnreadableInput, OSError) as problem:
                self.problem = problem
        raise self.problem

    def _counted(self, data: bytes) -> bytes:
        self.given += len(data)
        if self.given > max(self.limits.whole, self.packed.taken * self.limits.ratio):
            raise UnreadableInput(bomb(self.limits))
        return data

    def _step(self, size: int) -> bytes:
        import lzma
        import zlib

        try:
            return self.step(size)
        except EOFError:
            raise UnreadableInput("it is damaged: its packed data ends too early") from None
        except (OSError, zlib.error, lzma.LZMAError, ValueError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            why = str(error).rpartition("while decompressing data: ")[2]  # after zlib's number
            raise UnreadableInput(f"it is damaged: it cannot be unpacked ({why})") from None

    def close(self) -> None:
        if not self.closed:
            self.packed.close()
        super().close()


class _Zstd(Readable):
    """What a stream holds in zstd's frames.  The package's own reader takes a frame that breaks
    off for one that ends; raises EOFError for that, OSError for damage."""

    def __init__(self, source: BinaryIO):
        super().__init__(source)
        try:
            import zstandard
        except ImportError:
            raise UnreadableInput(
                "it is packed with zstd: pip install 'ctct-migrate[zstd]'"
            ) from None
        self.frames, self.error = zstandard.ZstdDecompressor(), zstandard.ZstdError
        self.frame: zstandard.ZstdDecompressionObj | None = None
        self.packed = b""
        self.data = memoryview(b"")

    def some(self, size: int) -> bytes:
        while not self.data:
            # A frame's checksum, its last bytes, is looked at alone, so that the data before it
            # has been given when it turns out to be wrong.
            if len(self.packed) <= _CHECKSUM:
                self.packed += self.source.read(_ZSTD_STEP)
            if not self.packed:
                if self.frame is not None:
                    raise EOFError
                return b""
            given = self.packed[:-_CHECKSUM] or self.packed
            self.packed = self.packed[len(given) :]
            self.data = memoryview(self._unpacked(given))
        data, self.data = bytes(self.data[:size]), self.data[size:]
        return data

    def _unpacked(self, packed: bytes) -> bytes:
        frame = self.frame or self.frames.decompressobj(write_size=_ZSTD_STEP * 16)
        try:
            data = frame.decompress(packed)
        except self.error as error:
            raise OSError(str(error)) from None
        self.packed = frame.unused_data + self.packed
        self.frame = None if frame.eof else frame
        return data


#: Packed bytes that are given to zstd at a time: 32 MiB come out of them at the most (RFC 8878,
#: 3.1.1.2: a block of four bytes holds up to 128 KiB).
_ZSTD_STEP = 1024

#: Bytes of a frame's checksum (RFC 8878, 3.1.1).
_CHECKSUM = 4
