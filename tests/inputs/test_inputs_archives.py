"""Archives: every kind, one in another, hostile, damaged, and locked."""

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from archives_made import tarred, zipped

from ctct_migrate.inputs.paths import Input, InputError, InputLimits, UnreadableInput, inputs

ENTRY = b"<entry xmlns='http://www.w3.org/2005/Atom'><id>%d</id></entry>"
FILES = {"2010/a.xml": ENTRY % 1, "2011/b.xml": ENTRY % 2, "notes.txt": b"no"}


BOMB = (
    "it unpacks to more than 200 times its size, as a zip bomb does; --limit ratio moves that limit"
)


def zstd(data: bytes) -> bytes:
    return pytest.importorskip("zstandard").compress(data)


PACKINGS = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstd,
}


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(*paths: Path | str, **options: object) -> list[tuple[str, object]]:
    """Name and bytes of each input (or why it cannot be read), or name and message."""
    results: list[tuple[str, object]] = []
    for item in inputs([str(path) for path in paths], **options):  # type: ignore[arg-type]
        if isinstance(item, InputError):
            results.append((item.name, item.message))
            continue
        try:
            results.append((item.name, item.source().data))
        except UnreadableInput as problem:
            results.append((item.name, str(problem)))
    return results


@pytest.mark.parametrize("packing", PACKINGS)
def test_tars_in_every_packing(tmp_path, packing):
    path = put(tmp_path, f"x.tar{packing}", PACKINGS[packing](tarred(FILES)))
    assert read(path) == [(f"{path}!/2010/a.xml", ENTRY % 1), (f"{path}!/2011/b.xml", ENTRY % 2)]


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_zips_by_every_method(tmp_path, method):
    path = put(tmp_path, "x.zip", zipped(FILES, method))
    assert read(path) == [(f"{path}!/2010/a.xml", ENTRY % 1), (f"{path}!/2011/b.xml", ENTRY % 2)]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_forms_and_long_names(tmp_path, form):
    name = "d" * 90 + "/" + "e" * 60 + ".xml"
    path = put(tmp_path, "x.tar", tarred({name: ENTRY % 1}, form))
    assert read(path) == [(f"{path}!/{name}", ENTRY % 1)]


def test_a_tar_from_before_posix(tmp_path):
    data = bytearray(tarred({"a.xml": ENTRY % 1}, tarfile.USTAR_FORMAT))
    data[257:265] = bytes(8)
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    path = put(tmp_path, "old.tar", bytes(data))
    assert read(path) == [(f"{path}!/a.xml", ENTRY % 1)]


@pytest.mark.parametrize("packing", [".gz", ".bz2", ".xz", ".zst"])
def test_single_packed_documents(tmp_path, packing):
    path = put(tmp_path, f"a.xml{packing}", PACKINGS[packing](ENTRY % 7))
    assert read(path) == read(tmp_path) == [(str(path), ENTRY % 7)]
    (item,) = inputs([path])
    assert (item.path, item.relative) == (None, "a.xml")


def test_several_gzip_members_are_one_document(tmp_path):
    path = put(tmp_path, "a.xml.gz", gzip.compress(b"<a>") + gzip.compress(b"</a>"))
    assert read(path) == [(str(path), b"<a></a>")]


def test_named_files_are_known_by_what_is_in_them(tmp_path):
    a = put(tmp_path, "download", zipped({"a.xml": ENTRY % 1}))
    b = put(tmp_path, "other.bin", gzip.compress(tarred({"b.xml": ENTRY % 2})))
    assert read(a, b) == [(f"{a}!/a.xml", ENTRY % 1), (f"{b}!/b.xml", ENTRY % 2)]


def test_also_where_their_names_say_that_they_are_documents(tmp_path):
    a = put(tmp_path, "docx.xml", zipped({"a.xml": ENTRY % 1}))
    b = put(tmp_path, "b.xml", gzip.compress(ENTRY % 2))
    assert read(a, b) == [(f"{a}!/a.xml", ENTRY % 1), (str(b), ENTRY % 2)]
    outer = put(tmp_path, "z.zip", zipped({"a.xml": a.read_bytes()}))
    assert read(f"{outer}!/a.xml") == [(f"{outer}!/a.xml!/a.xml", ENTRY % 1)]


# -- Places in archives


@pytest.mark.parametrize("outer", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
def test_every_name_that_is_shown_can_be_named(tmp_path, outer, monkeypatch):
    files = {
        "2010/a.xml": ENTRY % 1,
        "2010/deep/b.xml": ENTRY % 2,
        "2010.xml": ENTRY % 3,
        "./c.xml": ENTRY % 4,
        "../x\n.xml": ENTRY % 5,
        "in.zip": zipped({"2010/a.xml": ENTRY % 6, "bang!/é.xml": ENTRY % 7}),
        "d.xml.gz": gzip.compress(ENTRY % 8),
    }
    put(tmp_path, "a.bin", outer(files))
    monkeypatch.chdir(tmp_path)
    items = list(inputs(["a.bin"]))
    assert len(items) == 8
    for item in items:
        (again,) = inputs([item.name])
        assert (again.name, again.relative) == (item.name, item.relative)
        assert again.read() == item.read() if again.name == item.name else True
    assert [name for name, _ in read("a.bin!/2010")] == [
        "a.bin!/2010/a.xml", "a.bin!/2010/deep/b.xml",
    ]  # fmt: skip
    assert read("a.bin!/in.zip!/2010/") == [("a.bin!/in.zip!/2010/a.xml", ENTRY % 6)]
    assert len(read("a.bin!/in.zip")) == 2
    assert len(read("a.bin!/")) == 8


def test_places_in_lists_and_in_folders_whose_names_look_like_places(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bang!" / "z.zip!").mkdir(parents=True)
    (tmp_path / "bang!" / "z.zip!" / "a.xml").write_bytes(ENTRY % 1)
    put(tmp_path / "bang!", "y.zip", zipped({"2010/a.xml": ENTRY % 2}))
    put(tmp_path, "list", b"bang!/z.zip!/a.xml\nbang!/y.zip!/2010/a.xml\n")
    found = [(item.name, item.relative, item.read()) for item in inputs(["@list"])]
    assert found == [
        ("bang!/z.zip!/a.xml", "bang!/z.zip!/a.xml", ENTRY % 1),
        ("bang!/y.zip!/2010/a.xml", "bang!/y.zip/2010/a.xml", ENTRY % 2),
    ]


def test_places_that_there_are_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("link.xml")
        member.type, member.linkname = tarfile.SYMTYPE, "a.xml"
        archive.addfile(member)
    put(tmp_path, "l.tar", out.getvalue())
    put(tmp_path, "a.zip", zipped({"a.xml": ENTRY % 1, "in.zip": zipped({"b.xml": ENTRY % 2})}))
    missing = "there is no such file or folder in the archive"
    for place, name, said in (
        ("a.zip!/b.xml", "a.zip!/b.xml", missing),
        ("a.zip!/in.zip!/c.xml", "a.zip!/in.zip!/c.xml", missing),
        ("a.zip!/a.xm", "a.zip!/a.xm", missing),
        ("b.zip!/a.xml", "b.zip!/a.xml", "there is no such file or folder"),
        ("l.tar!/link.xml", "l.tar!/link.xml", "it is a link to another member; name that instead"),
    ):
        assert read(place) == [(name, said)]
    assert "it is not an archive" in read("a.zip!/a.xml!/b.xml")[0][1]


def test_archives_in_folders_are_found_by_name(tmp_path):
    put(tmp_path, "a.tgz", gzip.compress(tarred({"1.xml": ENTRY % 1})))
    put(tmp_path, "b.xml", ENTRY % 2)
    put(tmp_path, "c.zip", zipped({"3.xml": ENTRY % 3}))
    put(tmp_path, "d.jar", zipped({"4.xml": ENTRY % 4}))
    items = list(inputs([tmp_path]))
    assert [item.relative for item in items] == ["a.tgz/1.xml", "b.xml", "c.zip/3.xml"]


def test_archives_from_standard_input():
    for data in (zipped(FILES), tarred(FILES), gzip.compress(tarred(FILES))):
        found = read("-", stdin=lambda data=data: io.BytesIO(data))
        assert found == [("-!/2010/a.xml", ENTRY % 1), ("-!/2011/b.xml", ENTRY % 2)]
    assert read("-", stdin=lambda: io.BytesIO(gzip.compress(ENTRY % 1))) == [("-", ENTRY % 1)]


@pytest.mark.parametrize("outer", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
@pytest.mark.parametrize("inner", [zipped, tarred, lambda files: gzip.compress(tarred(files))])
def test_archives_in_archives_one_deep(tmp_path, outer, inner):
    kind = "zip" if inner is zipped else "tar.gz"
    deepest = zipped({"c.xml": ENTRY % 3})
    within = inner({"a.xml": ENTRY % 1, "deep.zip": deepest, "z.xml.gz": gzip.compress(ENTRY % 2)})
    path = put(tmp_path, "x.bin", outer({"first.xml": ENTRY % 0, f"in.{kind}": within}))
    assert read(path) == [
        (f"{path}!/first.xml", ENTRY % 0),
        (f"{path}!/in.{kind}!/a.xml", ENTRY % 1),
        (f"{path}!/in.{kind}!/deep.zip", "archives are opened one in another, and no deeper"),
        (f"{path}!/in.{kind}!/z.xml.gz", ENTRY % 2),
    ]


def test_members_can_be_read_out_of_order_and_elsewhere(tmp_path):
    import pickle

    z = put(tmp_path, "x.zip", zipped(FILES))
    t = put(tmp_path, "x.tar", tarred(FILES))
    items = [pickle.loads(pickle.dumps(item)) for item in inputs([z, t])]
    data = [item.read() for item in reversed(items)]
    assert data == [ENTRY % 2, ENTRY % 1, ENTRY % 2, ENTRY % 1]
    assert all(len(pickle.dumps(item)) < 500 for item in items)  # places, not bytes


def test_hidden_and_foreign_members_are_passed_over(tmp_path):
    files = {
        "__MACOSX/._a.xml": b"",
        ".git/a.xml": b"",
        "a/.b.xml": b"",
        ".svn\\a.xml": b"",
        "./c.xml": ENTRY % 1,
    }
    path = put(tmp_path, "x.zip", zipped(files))
    assert read(path) == [(f"{path}!/./c.xml", ENTRY % 1)]


def test_an_archive_without_xml(tmp_path):
    path = put(tmp_path, "x.zip", zipped({"notes.txt": b"no"}))
    empty = put(tmp_path, "y.zip", zipped({}))
    assert read(path, empty) == [
        (str(path), "this archive holds no XML file"),
        (str(empty), "this archive holds no XML file"),
    ]


def test_hostile_names_stay_inside(tmp_path):
    names = ["../../evil.xml", "/etc/cron.d/evil.xml", "C:\\evil.xml", "a/../../b.xml"]
    for archive in (zipped, tarred):
        path = put(tmp_path, "x.bin", archive(dict.fromkeys(names, ENTRY % 1)))
        items = list(inputs([path]))
        assert [item.name.split("!/")[1] for item in items] == names
        places = [Path(item.relative) for item in items]
        assert all(not place.is_absolute() and ".." not in place.parts for place in places)
        assert all(item.read() == ENTRY % 1 for item in items)


def test_two_members_of_one_name_are_two_documents(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.xml", ENTRY % 1)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.xml", ENTRY % 2)
    path = put(tmp_path, "x.zip", out.getvalue())
    assert [data for _, data in read(path)] == [ENTRY % 1, ENTRY % 2]


def test_names_that_are_not_utf8(tmp_path):
    data = zipped({"cafX.xml": ENTRY % 1}).replace(b"cafX", b"caf\x82")  # code page 437
    z = put(tmp_path, "x.zip", data)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as tar:
        tar.addfile(tarfile.TarInfo("café.xml"))
    t = put(tmp_path, "x.tar", out.getvalue())
    assert [name.split("!/")[1] for name, _ in read(z, t)] == ["café.xml", "caf\\xe9.xml"]


def test_links_in_archives(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, kind, target in (
            ("d/in.xml", tarfile.SYMTYPE, "../real.xml"),
            ("hard.xml", tarfile.LNKTYPE, "real.xml"),
            ("out.xml", tarfile.SYMTYPE, "../../etc/passwd"),
            ("root.xml", tarfile.SYMTYPE, "/etc/passwd"),
            ("dev.xml", tarfile.CHRTYPE, ""),
        ):
            member = tarfile.TarInfo(name)
            member.type, member.linkname = kind, target
            archive.addfile(member)
        member = tarfile.TarInfo("real.xml")
        member.size = len(ENTRY % 1)
        archive.addfile(member, io.BytesIO(ENTRY % 1))
    path = put(tmp_path, "x.tar", out.getvalue())
    leads_out = "it is a link that leads out of the archive"
    assert read(path) == [
        (f"{path}!/out.xml", leads_out),
        (f"{path}!/root.xml", leads_out),
        (f"{path}!/real.xml", ENTRY % 1),
    ]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, target in (("in.xml", "real.xml"), ("out.xml", "/etc/passwd")):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o120777 << 16
            archive.writestr(info, target)
        archive.writestr("real.xml", ENTRY % 1)
    path = put(tmp_path, "x.zip", out.getvalue())
    assert read(path) == [(f"{path}!/out.xml", leads_out), (f"{path}!/real.xml", ENTRY % 1)]


# -- Bombs


def test_a_zip_bomb_is_not_unpacked_and_the_rest_is_read(tmp_path):
    bomb = zipped({"a.xml": ENTRY % 1, "bomb.xml": bytes(40_000_000), "z.xml": ENTRY % 2})
    path = put(tmp_path, "x.zip", bomb)
    assert read(path) == [
        (f"{path}!/a.xml", ENTRY % 1),
        (f"{path}!/bomb.xml", BOMB),
        (f"{path}!/z.xml", ENTRY % 2),
    ]


def test_members_that_lie_about_their_size(tmp_path):
    data = bytearray(zipped({"a.xml": bytes(3_000_000)}))
    directory = data.rindex(b"PK\x01\x02")
    struct.pack_into("<L", data, directory + 24, 100)  # unpacked size
    path = put(tmp_path, "x.zip", bytes(data))
    ((_, message),) = read(path)
    assert message == "it is damaged inside the archive (wrong checksum or length)"


def test_overlapping_members_are_held_to_the_archives_size(tmp_path):
    """The construction of David Fifield's bomb: one body, thousands of directory entries."""
    body = zipped({"0.xml": b"<a>" + bytes(1_000_000)})
    start = body.rindex(b"PK\x01\x02")
    end = body.rindex(b"PK\x05\x06")
    entry, tail = body[start:end], bytearray(body[end:])
    directory = b"".join(entry.replace(b"0.xml", b"%d.xml" % (n % 10)) for n in range(5000))
    struct.pack_into("<2H2L", tail, 8, 5000, 5000, len(directory), start)
    path = put(tmp_path, "x.zip", body[:start] + directory + bytes(tail))
    results = [item for item in inputs([path]) if isinstance(item, InputError)]
    assert "as a bomb's do" in results[0].message


@pytest.mark.parametrize("count", [2, 20_000])
def test_files_that_overlap_in_a_zip_are_reported_once(tmp_path, count):
    body = zipped({"0.xml": ENTRY % 1})
    start = body.rindex(b"PK\x01\x02")
    end = body.rindex(b"PK\x05\x06")
    entry, tail = body[start:end], bytearray(body[end:])
    directory = b"".join(entry.replace(b"0.xml", b"%d.xml" % (n % 10)) for n in range(count))
    struct.pack_into("<2H2L", tail, 8, count, count, len(directory), start)
    path = put(tmp_path, "x.zip", body[:start] + directory + bytes(tail))
    problems = [item for item in inputs([path]) if isinstance(item, InputError)]
    assert [problem.name for problem in problems] == [str(path)]
    assert "overlap" in problems[0].message


def sparse_tar(map_: str) -> bytes:
    """A tar with a file with holes (GNU's format 1.0 in PAX records) and one without."""
    data = map_.encode().ljust(512, b"\0") + (ENTRY % 1)
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo("GNUSparseFile.0/a.xml")
        info.size = len(data)
        info.pax_headers = {
            "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a.xml",
            "GNU.sparse.realsize": str(len(ENTRY % 1) + 1000),
        }  # fmt: skip
        archive.addfile(info, io.BytesIO(data))
        other = tarfile.TarInfo("b.xml")
        other.size = len(ENTRY % 2)
        archive.addfile(other, io.BytesIO(ENTRY % 2))
    return buffer.getvalue()


def test_a_file_with_holes_is_read_from_a_tar(tmp_path):
    path = put(tmp_path, "x.tar", sparse_tar(f"1\n1000\n{len(ENTRY % 1)}\n"))
    items = list(inputs([path]))  # the tar is closed again before they are read
    contents = [item.content.read(1 << 20) for item in items]
    assert contents == [bytes(1000) + (ENTRY % 1), ENTRY % 2]


@pytest.mark.parametrize("map_", ["1\n1000\n99999\n", "x\n", "5\n1\n"])
def test_a_damaged_map_of_holes_is_one_line(tmp_path, map_):
    path = put(tmp_path, "x.tar", sparse_tar(map_))
    problems = 0
    for item in inputs([path]):
        if isinstance(item, InputError):
            problems += 1
            assert "_TarFile" not in item.message
        else:
            with suppress(UnreadableInput):
                item.content.read(1 << 20)
                continue
            problems += 1
    assert problems <= 1


def damaged(at: int, new: bytes, *, right: bool) -> bytes:
    """A tar of three with bytes of its second header replaced; `right`: its checksum is too."""
    data = bytearray(tarred({f"{n}.xml": (ENTRY % n) + b" " * 700 for n in range(3)}))
    header = 512 + -(-len((ENTRY % 0) + b" " * 700) // 512) * 512
    data[header + at : header + at + len(new)] = new
    if right:
        block = data[header : header + 512]
        block[148:156] = b" " * 8
        data[header + 148 : header + 156] = b"%06o\0 " % sum(block)
    return bytes(data)


@pytest.mark.parametrize(
    ("at", "new", "right"),
    [
        (148, b"777777", False),  # the checksum
        (124, b"00000000017\0", True),  # a size that is too small
        (124, b"00000003017\0", True),  # too large
        (124, b"77777777777\0", True),  # far too large
        (124, b"zzzzzzzzzzzz", True),  # no number
        (0, bytes(512), False),  # no header at all
        (0, b"\xff" * 512, False),
    ],
)
def test_a_broken_header_in_a_tar_is_one_line(tmp_path, at, new, right):
    path = put(tmp_path, "x.tar", damaged(at, new, right=right))
    problems = [item for item in inputs([path]) if isinstance(item, InputError)]
    assert [problem.name for problem in problems] == [str(path)]
    others = [item.content.read(1 << 20) for item in inputs([path]) if isinstance(item, Input)]
    assert all(data.startswith(b"<") and data.rstrip().endswith(b">") for data in others)


@pytest.mark.parametrize("packing", [".gz", ".bz2", ".xz", ".zst"])
def test_packed_bombs(tmp_path, packing):
    path = put(tmp_path, f"a.xml{packing}", PACKINGS[packing](bytes(60_000_000)))
    ((_, message),) = read(path)
    assert message == BOMB
    tar = PACKINGS[packing](tarred({"a.xml": ENTRY % 1, "b.xml": bytes(60_000_000)}))
    path = put(tmp_path, f"a.tar{packing}", tar)
    assert "200 times" in read(path)[-1][1]


def test_limits_can_be_moved(tmp_path):
    path = put(tmp_path, "a.xml.gz", gzip.compress(bytes(3_000_000)))
    assert "200 times" in read(path)[0][1]
    assert read(path, limits=InputLimits(ratio=2000))[0][1] == bytes(3_000_000)
    many = put(tmp_path, "m.zip", zipped({f"{n}.xml": ENTRY % n for n in range(20)}))
    assert len(read(many)) == 20
    assert read(many, limits=InputLimits(count=5))[-1] == (
        str(many), "it has more than 5 members; --limit count moves that limit",
    )  # fmt: skip
    assert "unpack to more than 200 bytes" in read(many, limits=InputLimits(total=200))[-1][1]
    assert "larger than 20 bytes" in read(many, limits=InputLimits(size=20))[0][1]


# -- Damaged and locked


def test_an_encrypted_zip_is_told_once(tmp_path):
    data = bytearray(zipped({f"{n}.xml": ENTRY % n for n in range(3)}))
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    path = put(tmp_path, "x.zip", bytes(data))
    assert read(path) == [
        (
            str(path),
            "3 of its files cannot be read without a password, the first of them 0.xml; "
            "unpack it first",
        )
    ]


def test_a_damaged_member_does_not_take_the_others_with_it(tmp_path):
    data = bytearray(zipped({"a.xml": ENTRY % 1 * 50, "b.xml": ENTRY % 2}, zipfile.ZIP_STORED))
    data[60] ^= 0xFF
    path = put(tmp_path, "x.zip", bytes(data))
    assert read(path) == [
        (f"{path}!/a.xml", "it is damaged inside the archive (wrong checksum or length)"),
        (f"{path}!/b.xml", ENTRY % 2),
    ]


def test_cut_off_archives(tmp_path):
    z, t = zipped(FILES), tarred({"a.xml": ENTRY % 1, "b.xml": ENTRY % 2 * 100})
    cut_zip = put(tmp_path, "x.zip", z[:-40])
    assert "the directory at its end is missing" in read(cut_zip)[-1][1]
    cut_tar = put(tmp_path, "x.tar", t[:2500])
    assert read(cut_tar) == [
        (f"{cut_tar}!/a.xml", ENTRY % 1),
        (str(cut_tar), "the archive breaks off in b.xml"),
    ]
    packed = gzip.compress(t)
    cut_gz = put(tmp_path, "x.tar.gz", packed[: len(packed) // 2])
    assert "damaged" in read(cut_gz)[-1][1]
    single = put(tmp_path, "y.xml.gz", gzip.compress(ENTRY % 1 * 500)[:-12])
    assert "damaged" in read(single)[0][1]


def test_a_tar_that_is_damaged_in_the_middle(tmp_path):
    data = bytearray(tarred({f"{n}.xml": ENTRY % n for n in range(4)}, tarfile.USTAR_FORMAT))
    data[2048:2058] = b"\xff" * 10  # the third member's header
    path = put(tmp_path, "x.tar", bytes(data))
    results = read(path)
    assert [name for name, _ in results] == [f"{path}!/0.xml", f"{path}!/1.xml", str(path)]
    assert "the archive is damaged" in results[-1][1]


def test_headers_that_claim_to_be_megabytes_long(tmp_path):
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1 << 40
    path = put(
        tmp_path,
        "x.tar",
        tarred({"a.xml": b""})[:512] + header.tobuf(tarfile.GNU_FORMAT) + bytes(1024),
    )
    assert "a header is longer than any name" in read(path)[-1][1]


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "x.tar.zst", "x.txz"])
@pytest.mark.parametrize("data", [b"", b"not an archive", b"PK", bytes(2000)])
def test_no_archive_at_all(tmp_path, name, data):
    path = put(tmp_path, name, data)
    results = read(path)
    assert len(results) == 1
    assert results[0][0] == str(path)
    assert str(results[0][1]).startswith(
        ("it is not an archive, whatever", "it is not a zip archive, or")
    )


def test_garbage_never_raises(tmp_path):
    import random

    chance = random.Random(7)
    originals = [zipped(FILES), tarred(FILES), gzip.compress(tarred(FILES)), zstd(tarred(FILES))]
    for trial in range(400):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path = put(tmp_path, "x.bin", bytes(data[: chance.randint(1, len(data))]))
        for name, said in read(path):
            assert name.startswith(str(path)), trial
            assert isinstance(said, bytes | str)


def test_zstd_without_its_package_says_how_to_get_it(tmp_path, monkeypatch):
    import sys

    path = put(tmp_path, "a.xml.zst", zstd(ENTRY % 1))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    assert read(path) == [(str(path), "it is packed with zstd: pip install 'ctct-migrate[zstd]'")]


def test_zip64_and_self_extracting_archives(tmp_path):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", allowZip64=True) as archive:
        for n in range(70_000):  # more than the directory's old counter holds
            archive.writestr(f"{n}.txt", b"")
        with archive.open("a.xml", "w", force_zip64=True) as member:
            member.write(ENTRY % 1)
    path = put(tmp_path, "x.zip", b"#!/bin/sh\nexit\n" + out.getvalue())
    items = list(inputs([path]))
    assert [item.name if isinstance(item, Input) else item.message for item in items] == [
        f"{path}!/a.xml"
    ]


def test_the_directory_of_a_large_zip_takes_no_memory(tmp_path):
    import tracemalloc

    path = put(tmp_path, "x.zip", zipped({f"{n:05}.xml": b"<a/>" for n in range(20_000)}))
    tracemalloc.start()
    count = sum(1 for _ in inputs([path]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 4_000_000  # zipfile.ZipFile: 14 MB
