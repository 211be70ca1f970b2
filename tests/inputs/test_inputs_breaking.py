"""Archives that break off or are damaged: what comes before the break, one error, no exception."""

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from archives_made import tarred, zipped

from ctct_migrate.inputs.paths import Input, InputError, UnreadableInput, inputs

zstandard = pytest.importorskip("zstandard")

_NOISE = random.Random(5)
FILES = {
    f"{n}.xml": b"<entry>%s</entry>" % _NOISE.randbytes(_NOISE.choice((10, 400, 900))).hex().encode()
    for n in range(6)
}  # fmt: skip
DOCUMENTS = list(FILES.items())

PACKINGS = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.ZstdCompressor(write_checksum=True).compress,
}

#: What the decompressors make of a beginning.
BEGINNINGS = {
    "": bytes,
    ".gz": lambda data: zlib.decompressobj(31).decompress(data),
    ".bz2": lambda data: bz2.BZ2Decompressor().decompress(data),
    ".xz": lambda data: lzma.LZMADecompressor().decompress(data),
    ".zst": lambda data: zstandard.ZstdDecompressor().decompressobj().decompress(data),
}


class Pipe(io.RawIOBase):
    """What can only be written to."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def piped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip as it is written to a pipe: lengths stand after the members."""
    out = Pipe()
    with zipfile.ZipFile(out, "w", method) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            archive.writestr(name, data)
    return out.data


def read(path: Path) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The documents in an archive, by their names in it, and what is said on standard error."""
    documents, said = [], []
    for item in inputs([path]):
        if isinstance(item, InputError):
            said.append(str(item))
            continue
        try:
            documents.append((item.name.removeprefix(f"{path}!/"), item.source().data))
        except UnreadableInput as problem:
            said.append(str(item.error(problem)))
    assert all("\n" not in each for each in said)
    return documents, said


@pytest.mark.parametrize("packing", PACKINGS)
def test_a_tar_that_breaks_off_gives_what_comes_before_and_one_error(tmp_path, packing):
    plain = tarred(FILES)
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        ends = [member.offset_data + member.size for member in archive]
    whole = PACKINGS[packing](plain)
    path = tmp_path / f"x.tar{packing}"
    for size in [*range(300, len(whole), 97), *range(len(whole) - 24, len(whole))]:
        path.write_bytes(whole[:size])
        documents, said = read(path)
        there = BEGINNINGS[packing](whole[:size])
        assert documents == DOCUMENTS[: sum(end <= len(there) for end in ends)], size
        assert len(said) == 1 or (not said and packing == "" and size >= ends[-1])
        assert all(each.startswith(f"{path}: ") for each in said)


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_a_wrong_checksum_at_the_end_is_told_and_takes_nothing_along(tmp_path, packing):
    whole = bytearray(PACKINGS[packing](tarred(FILES)))
    at = {".gz": len(whole) - 8, ".zst": len(whole) - 4}[packing]
    whole[at] ^= 1
    path = tmp_path / f"x.tar{packing}"
    path.write_bytes(whole)
    documents, (said,) = read(path)
    assert documents == DOCUMENTS
    assert said.startswith(f"{path}: it is damaged: ")


@pytest.mark.parametrize("outer", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
def test_what_breaks_off_in_an_archive_is_told_once(tmp_path, outer):
    inner = gzip.compress(tarred(FILES))
    path = tmp_path / "x.bin"
    path.write_bytes(outer({"in.tgz": inner[:-400], "z.xml": b"<z/>"}))
    documents, (said,) = read(path)
    assert documents[0][0] == "in.tgz!/0.xml"
    assert documents[-1] == ("z.xml", b"<z/>")
    assert said.startswith(f"{path}!/in.tgz: it is damaged: its packed data ends too early (in ")
    whole = gzip.compress(tarred({"in.tgz": inner, "z.xml": b"<z/>"}))
    path.write_bytes(whole[:-400])
    documents, (said,) = read(path)
    assert documents == []  # it is less than what is read at once
    assert said == f"{path}: it is damaged: its packed data ends too early (in in.tgz)"


@pytest.mark.parametrize(
    ("write", "method"),
    [(zipped, zipfile.ZIP_STORED), (zipped, zipfile.ZIP_DEFLATED), (zipped, zipfile.ZIP_LZMA),
     (piped, zipfile.ZIP_DEFLATED)],
)  # fmt: skip
def test_a_zip_that_breaks_off_gives_what_comes_before_and_one_error(tmp_path, write, method):
    whole = write(FILES, method)
    with zipfile.ZipFile(io.BytesIO(write(FILES, method))) as archive:
        starts = [info.header_offset for info in archive.infolist()]
    ends = [*starts[1:], whole.index(b"PK\x01\x02")]
    path = tmp_path / "x.zip"
    for size in [*range(40, len(whole) - 22, 97), *ends]:
        path.write_bytes(whole[:size])
        documents, said = read(path)
        assert documents == DOCUMENTS[: sum(end <= size for end in ends)], size
        assert said == [
            f"{path}: the archive is cut off: the directory at its end is missing; the files "
            "before the cut are read"
        ]


def test_a_damaged_member_of_a_zip_that_breaks_off_is_told(tmp_path):
    whole = bytearray(zipped(FILES, zipfile.ZIP_STORED))
    whole[60] ^= 1
    path = tmp_path / "x.zip"
    path.write_bytes(whole[:-100])
    documents, said = read(path)
    assert documents == DOCUMENTS[1:]
    assert [each.partition(": ")[0] for each in said] == [f"{path}!/0.xml", str(path)]


def test_bombs_and_directories_in_zips_that_break_off(tmp_path):
    path = tmp_path / "x.zip"
    files = {"d/": b"", "a.xml": b"<a/>", "big.xml": bytes(30_000_000), "z.xml": b"<z/>"}
    for write in (zipped, piped):
        path.write_bytes(write(files)[:-30])
        documents, said = read(path)
        assert documents == [("a.xml", b"<a/>"), ("z.xml", b"<z/>")]
        assert "unpacks to more than 200 times" in said[0]


def test_a_bomb_in_a_packed_tar_is_told_once(tmp_path):
    path = tmp_path / "x.tar.gz"
    files = {"a.xml": b"<a/>", "big.xml": bytes(30_000_000), "z.xml": b"<z/>"}
    path.write_bytes(gzip.compress(tarred(files)))
    documents, (said,) = read(path)
    assert documents == [("a.xml", b"<a/>")]
    assert said.startswith(f"{path}: it unpacks to more than 200 times its size, as a zip bomb")


def test_a_feed_in_a_packed_tar_that_breaks_off_gives_its_entries_and_one_error(tmp_path):
    entries = b"".join(
        b"<entry>%s</entry>\n" % _NOISE.randbytes(1000).hex().encode() for _ in range(900)
    )
    whole = gzip.compress(tarred({"f.xml": b"<feed>" + entries + b"</feed>"}))
    path = tmp_path / "x.tar.gz"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    documents, (said,) = read(path)
    assert 594 < len(documents) <= 600
    assert said == f"{path}: it is damaged: its packed data ends too early (in f.xml)"


@pytest.mark.parametrize("size", [1, 2, 100, 1023, 1024, 1025, 5000])
def test_zstd_frames_of_any_size_one_after_the_other(tmp_path, size):
    data = _NOISE.randbytes(20_000).hex().encode()
    frames = [data[at : at + size] for at in range(0, min(len(data), size * 40), size)]
    path = tmp_path / "a.xml.zst"
    path.write_bytes(b"".join(PACKINGS[".zst"](frame) for frame in frames))
    assert read(path) == ([(str(path), b"".join(frames))], [])


def _rich() -> bytes:
    """A tar with all that headers can hold."""
    long = "é" * 60 + "/"
    parts = [
        tarred({f"{long}1.xml": b"x" * 300}, **{"GNU.sparse.map": "0,10,20,30", "mtime": "1.5"}),
        tarred(
            {f"{long}2.xml": b"2\n0\n10\n50\n10\n" + b"x" * 512},
            **{"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": "900"},
        ),
        tarred({"3.xml": b"x" * 30}, **{"GNU.sparse.size": "40", "GNU.sparse.offset": "3"}),
        tarred({"n" * 150 + ".xml": b"<a/>"}, tarfile.GNU_FORMAT),
    ]
    return b"".join(part.rstrip(b"\0") + bytes(-len(part.rstrip(b"\0")) % 512) for part in parts)


def _originals() -> list[bytes]:
    small = {
        "a.xml": b"<a>" + b"1" * 200 + b"</a>",
        "in.zip": zipped({"b.xml": b"<b/>" * 30}),
        "in.tar.gz": gzip.compress(tarred({"c.xml": b"<c/>" * 30})),
        "d.xml.gz": gzip.compress(b"<d/>" * 40),
        "e.tar.zst": PACKINGS[".zst"](tarred({"c.xml": b"<c/>" * 30})),
        "f.xml.xz": lzma.compress(b"<d/>" * 40),
    }
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    tars = [tarred(small), _rich()]
    return [
        *(zipped(small, method) for method in methods),
        piped(small),
        *(pack(tar) for pack in PACKINGS.values() for tar in tars),
        *(pack(b"<a/>" * 500) for pack in PACKINGS.values()),
    ]


def _mended(data: bytearray) -> None:
    """Puts right the checksums of tar headers, so that what is wrong after them is come to."""
    for at in range(0, len(data) - 511, 512):
        if data[at + 257 : at + 262] == b"ustar":
            data[at + 148 : at + 156] = b" " * 8
            data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])


def _flipped(data: bytearray, at: int, chance: random.Random) -> None:
    data[at] ^= 1 << chance.randrange(8)


def _filled(data: bytearray, at: int, chance: random.Random) -> None:
    data[at : at + 8] = b"\xff" * chance.choice((4, 8))


def _cut_out(data: bytearray, at: int, chance: random.Random) -> None:
    del data[at : at + chance.randrange(9)]


def _put_in(data: bytearray, at: int, chance: random.Random) -> None:
    data[at:at] = chance.randbytes(chance.randrange(9))


_DAMAGES: tuple[Callable[[bytearray, int, random.Random], None], ...] = (
    _flipped, _flipped, _filled, _cut_out, _put_in,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_no_damage_raises(tmp_path, seed):
    chance, originals = random.Random(seed), _originals()
    path = tmp_path / "x.bin"
    for _ in range(600):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.choice((1, 1, 2, 3, 8))):
            if data:
                chance.choice(_DAMAGES)(data, chance.randrange(len(data)), chance)
        if chance.random() < 0.4:
            data = data[: chance.randint(1, len(data) or 1)]
        if chance.random() < 0.5:
            _mended(data)
        path.write_bytes(data)
        read(path)


def test_an_entry_of_a_zip_that_lies_beyond_all_files_is_damaged(tmp_path):
    data = bytearray(zipped({"a.xml": b"<a/>"}))
    entry = data.rindex(b"PK\x01\x02")
    extra = struct.pack("<2HQ", 1, 8, 1 << 63)
    end = data.rindex(b"PK\x05\x06")
    struct.pack_into("<H", data, entry + 30, len(extra))
    struct.pack_into("<L", data, entry + 42, 0xFFFFFFFF)
    struct.pack_into("<L", data, end + 12, end - entry + len(extra))
    data[end:end] = extra
    path = tmp_path / "x.zip"
    path.write_bytes(data)
    (item,) = inputs([path])
    assert isinstance(item, Input)
    with pytest.raises(UnreadableInput, match="damaged inside the archive"):
        item.read()


def _lost(data: bytes, at: int, length: int) -> bytes:
    return data[:at] + data[at + length :]


def _added(data: bytes, at: int, length: int) -> bytes:
    return data[:at] + b"<x/>" * (length // 4) + data[at:]


@pytest.mark.parametrize("packing", ["", ".gz"])
@pytest.mark.parametrize("change", [_lost, _added])
@pytest.mark.parametrize("length", [4, 100, 512, 700])
def test_a_tar_with_bytes_lost_or_added_in_a_member_gives_one_line_and_no_rubbish(
    tmp_path, packing, change, length
):
    plain = tarred(FILES)
    with tarfile.open(fileobj=io.BytesIO(plain)) as archive:
        members = {member.name: member for member in archive}
    path = tmp_path / f"x.tar{packing}"
    for name in list(FILES)[1:-1]:
        at = members[name].offset_data + 10
        path.write_bytes(PACKINGS[packing](change(plain, at, length)))
        documents, (said,) = read(path)
        before = [each for each in DOCUMENTS if each[0] < name]
        assert documents == before, (name, at)
        assert said == f"{path}: the archive is damaged: the header of {name} gives a wrong size"


@pytest.mark.parametrize("packing", ["", ".gz"])
def test_a_document_before_a_damaged_header_is_read(tmp_path, packing):
    plain = bytearray(tarred(FILES))
    with tarfile.open(fileobj=io.BytesIO(bytes(plain))) as archive:
        at = archive.getmember("3.xml").offset
    plain[at : at + 100] = b"x" * 100
    path = tmp_path / f"x.tar{packing}"
    path.write_bytes(PACKINGS[packing](bytes(plain)))
    documents, (said,) = read(path)
    assert documents == DOCUMENTS[:3]
    assert said.startswith(f"{path}: the archive is damaged: ")
