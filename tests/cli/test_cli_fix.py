"""`fix` from end to end: what is written, what is not, and what is said."""

from __future__ import annotations

import gzip
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from cli_documents import BAD, GOOD, MENDED

from ctct_migrate.cli import files


def test_safe_fixes_are_written(run, folder):
    status, out, err = run("fix", "bad.xml", "good.xml")
    assert Path("bad.xml").read_text() == MENDED
    assert Path("good.xml").read_text() == GOOD
    assert (status, err) == (1, "")
    first, *titles, last = out.splitlines()
    assert first == "bad.xml: 1 fixed, 1 error left"
    assert len(titles) == 1
    assert titles[0].startswith("  ")
    assert last == "1 mistake in 1 document fixed; 1 error left"


def test_twice_changes_nothing_more(run, folder):
    run("fix", "bad.xml")
    before = Path("bad.xml").stat()
    status, out, _ = run("fix", "bad.xml")
    assert (status, out) == (1, "1 error left\n")
    assert Path("bad.xml").stat().st_mtime_ns == before.st_mtime_ns


def test_silence_and_0_where_all_is_well(run, folder):
    assert run("fix", "good.xml") == (0, "", "")


def test_0_when_nothing_is_left(run, folder):
    Path("bad.xml").write_text(BAD.replace("cmp_grt_name", "first_name"))
    assert run("fix", "bad.xml").status == 0
    assert run("lint", "bad.xml") == (0, "", "")


def test_guesses_are_for_unsafe(run, folder):
    text = GOOD.replace("      <OrganizationState>MA</OrganizationState>\n", "")
    Path("bad.xml").write_text(text)
    run("fix", "bad.xml")
    assert Path("bad.xml").read_text() == text


def test_what_a_configuration_ignores_is_not_fixed(run, folder):
    Path("ctct-migrate.toml").write_text('ignore = ["CT311"]')
    run("fix", "bad.xml")
    assert Path("bad.xml").read_text() == BAD
    run("fix", "bad.xml", "--no-config", "--select", "CT310")
    assert Path("bad.xml").read_text() == BAD
    run("fix", "bad.xml", "--no-config", "--select", "CT311")
    assert Path("bad.xml").read_text() == MENDED


def test_diff_writes_nothing(run, folder):
    status, out, err = run("fix", "bad.xml", "--diff")
    assert (status, err) == (1, "")
    assert Path("bad.xml").read_text() == BAD
    assert out.startswith("--- bad.xml\n+++ bad.xml\n@@ ")
    assert (
        "\n-      <ViewAsWebpage>no</ViewAsWebpage>\n+      <ViewAsWebpage>NO</ViewAsWebpage>\n"
        in out
    )


@pytest.mark.skipif(shutil.which("patch") is None, reason="there is no patch")
@pytest.mark.parametrize("text", [BAD, BAD.replace("\n", "\r\n"), BAD.rstrip("\n")])
def test_diff_is_what_patch_takes(run, folder, text):
    Path("bad.xml").write_bytes(text.encode())
    diff = run("fix", "bad.xml", "--diff").out
    command = ["patch", "--binary", "-p0"]
    done = subprocess.run(command, input=diff.encode(), capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    mended = text.replace("<ViewAsWebpage>no", "<ViewAsWebpage>NO")
    assert Path("bad.xml").read_bytes() == mended.encode()
    assert run("fix", "bad.xml", "--diff").out == ""


def test_diff_keeps_line_ends(run, folder):
    Path("bad.xml").write_bytes(BAD.replace("\n", "\r\n").encode())
    out = run("fix", "bad.xml", "--diff").out
    assert "+      <ViewAsWebpage>NO</ViewAsWebpage>\r\n" in out


def test_diff_of_a_document_without_a_line_end(run, folder):
    Path("bad.xml").write_text(BAD.replace("\n", "").replace("?>", "?>\n", 1))
    out = run("fix", "bad.xml", "--diff").out
    assert out.count("\\ No newline at end of file\n") == 2


def test_check_writes_nothing(run, folder):
    status, out, _ = run("fix", "bad.xml", "--check")
    assert status == 1
    assert out.startswith("bad.xml: 1 can be fixed, 1 error left\n")
    assert Path("bad.xml").read_text() == BAD
    assert run("fix", "good.xml", "--check") == (0, "", "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_encoding_stays(run, folder, encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = BAD.replace("UTF-8", declared).replace(">Flowers<", ">Blüten<")
    Path("bad.xml").write_bytes(text.encode(encoding))
    run("fix", "bad.xml")
    mended = text.replace("<ViewAsWebpage>no", "<ViewAsWebpage>NO")
    assert Path("bad.xml").read_bytes() == mended.encode(encoding)


@pytest.mark.skipif(os.name != "posix", reason="modes and links are POSIX's")
class TestFiles:
    @pytest.mark.parametrize("mode", [0o600, 0o664, 0o755])
    def test_the_mode_stays(self, run, folder, mode):
        Path("bad.xml").chmod(mode)
        run("fix", "bad.xml")
        assert Path("bad.xml").read_text() == MENDED
        assert stat.S_IMODE(Path("bad.xml").stat().st_mode) == mode

    def test_a_link_stays_one(self, run, folder):
        (folder / "real").mkdir()
        Path("bad.xml").rename("real/file.xml")
        Path("bad.xml").symlink_to("real/file.xml")
        run("fix", "bad.xml")
        assert Path("bad.xml").is_symlink()
        assert Path("real/file.xml").read_text() == MENDED

    def test_nothing_else_is_left_behind(self, run, folder):
        run("fix", "bad.xml")
        assert sorted(path.name for path in Path().iterdir()) == ["bad.xml", "good.xml"]

    @pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anything")
    def test_a_file_that_may_not_be_written_is_one_error(self, run, folder):
        Path("bad.xml").chmod(0o444)
        status, _, err = run("fix", "bad.xml")
        assert status == 2
        assert err == "ctct-migrate: bad.xml: it cannot be written (permission denied)\n"
        assert Path("bad.xml").read_text() == BAD


def test_a_file_that_changes_meanwhile_is_left_alone(run, folder, monkeypatch):
    replace = files.replace

    def changed(path: Path, data: bytes, expected: bytes) -> None:
        path.write_text("somebody else's work")
        replace(path, data, expected)

    monkeypatch.setattr(files, "replace", changed)
    status, out, err = run("fix", "bad.xml", "good.xml")
    assert (status, out) == (2, "")
    assert err == (
        "ctct-migrate: bad.xml: it was changed while it was being fixed, and is left as it is\n"
    )
    assert Path("bad.xml").read_text() == "somebody else's work"
    assert sorted(path.name for path in Path().iterdir()) == ["bad.xml", "good.xml"]


def test_a_failed_write_loses_nothing(folder, monkeypatch):
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        files.replace(Path("bad.xml"), b"new", BAD.encode())
    assert Path("bad.xml").read_text() == BAD
    assert sorted(path.name for path in Path().iterdir()) == ["bad.xml", "good.xml"]


def test_archives_and_packed_files_are_not_written(run, folder):
    with zipfile.ZipFile("all.zip", "w") as archive:
        archive.writestr("bad.xml", BAD)
        archive.writestr("good.xml", GOOD)
    Path("bad.xml.gz").write_bytes(gzip.compress(BAD.encode()))
    before = {name: Path(name).read_bytes() for name in ("all.zip", "bad.xml.gz")}
    status, _, err = run("fix", "all.zip", "bad.xml.gz")
    assert status == 2
    assert err == (
        "ctct-migrate: all.zip!/bad.xml: fix does not write into archives and packed files: "
        "unpack it first\n"
        "ctct-migrate: bad.xml.gz: fix does not write into archives and packed files: "
        "unpack it first\n"
    )
    assert {name: Path(name).read_bytes() for name in before} == before
    assert run("fix", "all.zip", "--diff").out.startswith("--- all.zip!/bad.xml\n")


def test_standard_input_is_mended_to_standard_output(run, folder):
    status, out, err = run("fix", "-", stdin=BAD.encode())
    assert status == 1
    assert out == MENDED
    assert err.splitlines()[0] == "-: 1 fixed, 1 error left"
    assert run("fix", "-", stdin=GOOD.encode()) == (0, GOOD, "")


def test_missing_files_do_not_keep_the_others_from_being_fixed(run, folder):
    status, _, err = run("fix", "missing.xml", "bad.xml")
    assert status == 2
    assert err.count("\n") == 1
    assert Path("bad.xml").read_text() == MENDED


def test_many_in_several_processes(run, folder):
    for number in range(120):
        Path(f"{number}.xml").write_text(BAD)
    status, out, _ = run("fix", ".", "--jobs", "2")
    assert status == 1
    assert out.endswith("121 mistakes in 121 documents fixed; 121 errors left\n")
    assert {path.read_text() for path in Path().iterdir()} == {MENDED, GOOD}


def test_in_its_own_process(folder):
    done = subprocess.run(
        [sys.executable, "-m", "ctct_migrate", "fix", "-"],
        input=BAD.encode(), capture_output=True, check=False,
    )  # fmt: skip
    assert done.stdout == MENDED.encode()
