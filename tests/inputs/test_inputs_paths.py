"""PATH arguments: what they stand for, and what is said of those that stand for nothing."""

import io
import os
import socket
import threading
import zipfile
from pathlib import Path

import pytest

from ctct_migrate.inputs.file_names import mirrored, shown
from ctct_migrate.inputs.paths import Input, InputError, InputLimits, PassedOver, inputs

ENTRY = b"<entry xmlns='http://www.w3.org/2005/Atom'/>"


def tree(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ENTRY + name.encode())
    return root


def found(*paths: object, **options: object) -> list[tuple[str, str]]:
    """Name and place of each input, or name and message of each error."""
    return [
        (item.name, item.message) if isinstance(item, InputError) else (item.name, item.relative)
        for item in inputs([str(path) for path in paths], **options)  # type: ignore[arg-type]
    ]


def test_a_file_is_taken_whatever_its_suffix(tmp_path):
    tree(tmp_path, "a.xml", "b.txt", "c")
    assert [
        place for _, place in found(tmp_path / "a.xml", tmp_path / "b.txt", tmp_path / "c")
    ] == [
        "a.xml",
        "b.txt",
        "c",
    ]


def test_a_plain_file_knows_its_path_and_its_bytes(tmp_path):
    tree(tmp_path, "a.xml")
    (item,) = inputs([tmp_path / "a.xml"])
    assert isinstance(item, Input)
    assert item.path == tmp_path / "a.xml"
    assert item.entry is None
    assert item.source().data == ENTRY + b"a.xml"
    assert item.source().path == str(tmp_path / "a.xml")


def test_a_folder_is_searched_in_order_without_hidden_and_vcs_folders(tmp_path):
    tree(
        tmp_path, "b/2.xml", "b/1.XML", "a.xml", "c.atom", "notes.txt", "b.xml", ".git/x.xml",
        ".hidden.xml", "CVS/y.xml", "b/.svn/z.xml", "b/deep/er/3.entry",
    )  # fmt: skip
    assert [place for _, place in found(tmp_path)] == [
        "a.xml", "b/1.XML", "b/2.xml", "b/deep/er/3.entry", "b.xml", "c.atom",
    ]  # fmt: skip
    assert found(tmp_path)[1][0] == str(tmp_path / "b" / "1.XML")


def test_what_is_passed_over_is_counted(tmp_path):
    tree(
        tmp_path, "a.xml", "notes.txt", "b/logo.png", ".a.xml", "b/.b.zip", ".DS_Store", "._a.xml",
        ".git/x.xml", ".git/config", "CVS/y.xml", "b/c.xml",
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for name in ("in/", "in/a.xml", "in/.b.xml", "in/c.txt", "__MACOSX/._a.xml", ".svn/d.xml"):
            archive.writestr(name, ENTRY)
    passed = PassedOver()
    assert len(list(inputs([tmp_path], passed=passed))) == 3
    assert passed == PassedOver(others=3, hidden=3)
    assert str(passed) == "6 files passed over: 3 not .xml, 3 hidden"
    assert str(PassedOver(others=1)) == "1 file passed over: 1 not .xml"
    assert str(PassedOver()) == ""


def test_names_are_as_given(tmp_path, monkeypatch):
    tree(tmp_path, "in/a.xml")
    monkeypatch.chdir(tmp_path)
    assert found("in") == [("in/a.xml", "a.xml")]
    assert found("./in/") == [("./in/a.xml", "a.xml")]
    assert found("in/a.xml", ".") == [("in/a.xml", "a.xml"), ("./in/a.xml", "in/a.xml")]


def test_a_folder_without_xml_is_an_error(tmp_path):
    tree(tmp_path, "notes.txt")
    assert found(tmp_path) == [(str(tmp_path), "this folder holds no XML file")]


def test_what_cannot_be_read_does_not_end_the_stream(tmp_path):
    tree(tmp_path, "a.xml")
    results = list(inputs([tmp_path / "none.xml", tmp_path / "a.xml", "nul\0.xml"]))
    assert str(results[0]) == f"{tmp_path / 'none.xml'}: there is no such file or folder"
    assert isinstance(results[1], Input)
    assert str(results[2]) == "nul\\x00.xml: there is no such file or folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path):
    tree(tmp_path, "a.xml")
    (tmp_path / "a.xml").chmod(0)
    (item,) = inputs([tmp_path])
    with pytest.raises(Exception, match="permission denied"):
        item.source()


def test_a_file_that_vanishes_is_an_error_of_its_own(tmp_path):
    tree(tmp_path, "a.xml", "b.xml")
    first, second = inputs([tmp_path])
    (tmp_path / "a.xml").unlink()
    with pytest.raises(Exception, match="there is no such file") as caught:
        first.read()
    assert str(first.error(caught.value)) == (
        f"{tmp_path / 'a.xml'}: there is no such file or folder"
    )
    assert second.read()


def test_a_file_that_grows_beyond_the_limit_is_refused(tmp_path):
    tree(tmp_path, "a.xml")
    (item,) = inputs([tmp_path], limits=InputLimits(size=1000))
    (tmp_path / "a.xml").write_bytes(b"x" * 400_000)
    with pytest.raises(Exception, match="larger than 1000 bytes"):
        item.read()


def test_globs(tmp_path, monkeypatch):
    tree(tmp_path, "2010/a.xml", "2011/a.xml", "2011/deep/b.xml", "2011/n.txt", "x[1].xml")
    monkeypatch.chdir(tmp_path)
    assert found("20*/*.xml") == [("2010/a.xml", "2010/a.xml"), ("2011/a.xml", "2011/a.xml")]
    assert [name for name, _ in found("**/*.xml")] == [
        "2010/a.xml", "2011/a.xml", "2011/deep/b.xml", "x[1].xml",
    ]  # fmt: skip
    assert [name for name, _ in found("201?")] == [
        "2010/a.xml", "2011/a.xml", "2011/deep/b.xml",
    ]  # fmt: skip
    assert found("x[1].xml") == [("x[1].xml", "x[1].xml")]  # there is a file of that name
    assert found("*.atom") == [("*.atom", "no file matches this pattern")]


def test_lists(tmp_path, monkeypatch):
    tree(tmp_path, "2010/a.xml", "b c.xml", "2011/a.xml")
    (tmp_path / "list.txt").write_bytes(
        "\ufeff2010/a.xml\r\n\n# not this\nb c.xml\nmissing.xml\n2011".encode()
    )
    monkeypatch.chdir(tmp_path)
    assert found("@list.txt") == [
        ("2010/a.xml", "2010/a.xml"),
        ("b c.xml", "b c.xml"),
        ("missing.xml", "there is no such file or folder"),
        ("2011/a.xml", "a.xml"),
    ]
    assert found("@none.txt") == [("@none.txt", "there is no such file or folder")]
    (tmp_path / "@list.txt").write_bytes(ENTRY)
    assert found("@list.txt") == [("@list.txt", "@list.txt")]
    assert found("@-", stdin=lambda: io.BytesIO(b"b c.xml\n")) == [("b c.xml", "b c.xml")]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# nothing\n\n", b"\xef\xbb\xbf"])
def test_a_list_of_nothing_is_an_error_as_an_empty_folder_is(tmp_path, data):
    (tmp_path / "list").write_bytes(data)
    name = f"@{tmp_path / 'list'}"
    assert found(name) == [(name, "this list names no file")]


def test_a_binary_file_is_no_list(tmp_path):
    (tmp_path / "list").write_bytes(b"ok.xml\n\0\0\1\n")
    assert found(f"@{tmp_path / 'list'}")[-1][1] == "line 2 is not a path; is this a list?"


def test_standard_input_once():
    first, second = inputs(["-", "-"], stdin=lambda: io.BytesIO(ENTRY))
    assert (first.name, first.path, first.source().data) == ("-", None, ENTRY)
    assert str(second) == "-: standard input can be read only once"


def test_empty_standard_input_is_an_empty_document():
    (item,) = inputs(["-"], stdin=lambda: io.BytesIO(b""))
    assert item.source().data == b""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes_are_read_when_named_and_not_waited_for_in_folders(tmp_path):
    os.mkfifo(tmp_path / "p.xml")
    assert found(tmp_path)[0][1] == "it is not a file but a pipe, socket or device"
    writer = threading.Thread(target=(tmp_path / "p.xml").write_bytes, args=(ENTRY,))
    writer.start()
    (item,) = inputs([tmp_path / "p.xml"])
    writer.join()
    assert item.source().data == ENTRY


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")
def test_a_socket_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.xml")
        assert found(".") == [("./s.xml", "it is not a file but a pipe, socket or device")]
        assert len(found("s.xml")) == 1  # an error, whatever the system calls it


def test_links_inside_are_read_once_and_circles_end(tmp_path):
    tree(tmp_path, "a/x.xml", "b/y.xml")
    (tmp_path / "a" / "up").symlink_to("..")
    (tmp_path / "b" / "again").symlink_to("../a")
    (tmp_path / "b" / "z.xml").symlink_to("../a/x.xml")
    assert [place for _, place in found(tmp_path)] == ["a/x.xml", "b/y.xml"]


def test_links_out_of_the_folder_and_to_nowhere_are_told(tmp_path):
    tree(tmp_path, "in/a.xml", "out/b.xml")
    (tmp_path / "in" / "b.xml").symlink_to("../out/b.xml")
    (tmp_path / "in" / "c").symlink_to("../out")
    (tmp_path / "in" / "d.xml").symlink_to("nowhere")
    (tmp_path / "in" / "loop.xml").symlink_to("loop.xml")
    assert [message.split(";")[0] for _, message in found(tmp_path / "in")] == [
        "a.xml",
        "this symbolic link leads out of the folder",
        "this symbolic link leads out of the folder",
        "this symbolic link leads nowhere",
        "this symbolic link leads nowhere",
    ]


def test_a_link_that_is_named_is_followed(tmp_path):
    tree(tmp_path, "out/b.xml")
    (tmp_path / "l.xml").symlink_to("out/b.xml")
    (tmp_path / "d").symlink_to("out")
    assert [place for _, place in found(tmp_path / "l.xml", tmp_path / "d")] == ["l.xml", "b.xml"]


def test_names_that_are_not_utf8_or_hold_line_ends(tmp_path):
    raw = os.fsencode(tmp_path)
    for name in (b"caf\xe9.xml", b"two\nlines.xml", b"esc\x1b[31m.xml"):
        try:
            Path(os.fsdecode(raw + b"/" + name)).write_bytes(ENTRY)
        except OSError:
            pytest.skip("the file system takes no such names")
    items = list(inputs([tmp_path]))
    names = [item.name.removeprefix(f"{tmp_path}{os.sep}") for item in items]
    assert names == ["caf\\xe9.xml", "esc\\x1b[31m.xml", "two\\nlines.xml"]
    assert all(item.source().data == ENTRY for item in items)
    assert [item.relative for item in items] == ["caf_xe9.xml", "esc_x1b[31m.xml", "two_nlines.xml"]


def test_many_files_come_lazily(tmp_path):
    tree(tmp_path, *(f"{n // 100:03}/{n:05}.xml" for n in range(500)))
    stream = inputs([tmp_path])
    assert next(stream).relative == "000/00000.xml"
    (tmp_path / "004" / "00499.xml").unlink()  # not looked at yet
    assert sum(1 for _ in stream) == 498


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/b.xml", "a/b.xml"),
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Users\\joe\\a.xml", "C_/Users/joe/a.xml"),
        ("a/./b//c/../d.xml", "a/b/c/d.xml"),
        ("..", "_"),
        ("...xml", "...xml"),
        ("a\x00b", "a_x00b"),
        ('what?"<>|*:', "what_______"),
        ("übung/größe.xml", "übung/größe.xml"),
    ],
)
def test_mirrored_names_stay_inside(name, expected):
    assert mirrored(name) == expected


def test_shown_names_are_one_printable_line():
    assert shown("a\nb\udce9\x1b") == "a\\nb\\xe9\\x1b"
    assert shown("größe.xml") == "größe.xml"
