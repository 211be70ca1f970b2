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

from ctct_migrate import Fix, Safety, lint, read
from ctct_migrate.cli.fix_output import refused_lines
from ctct_migrate.fixing import Refusal
from ctct_migrate.fixing.harm import Harm
from ctct_migrate.runs import atomic_files

DONE = "bad.xml:23 CT311 Write `NO`"
LEFT = "bad.xml:26:21: CT310 error: `cmp_grt_name` is not a greeting name"


def test_safe_fixes_are_written(run, folder):
    status, out, err = run("fix", "bad.xml", "good.xml")
    assert Path("bad.xml").read_text() == MENDED
    assert Path("good.xml").read_text() == GOOD
    assert (status, err) == (1, "")
    assert out.splitlines() == [DONE, LEFT, "1 mistake in 1 document fixed; 1 error left"]


def test_twice_changes_nothing_more(run, folder):
    run("fix", "bad.xml")
    before = Path("bad.xml").stat()
    status, out, _ = run("fix", "bad.xml")
    assert (status, out) == (1, f"{LEFT}\n1 error left\n")
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
    fixed = text.replace("<ViewAsWebpage>no", "<ViewAsWebpage>NO")
    assert Path("bad.xml").read_bytes() == fixed.encode()
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
    assert out.splitlines() == [DONE, LEFT, "1 mistake in 1 document can be fixed; 1 error left"]
    assert Path("bad.xml").read_text() == BAD
    assert run("fix", "good.xml", "--check") == (0, "", "")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_the_encoding_stays(run, folder, encoding):
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    text = BAD.replace("UTF-8", declared).replace(">Flowers<", ">Blüten<")
    Path("bad.xml").write_bytes(text.encode(encoding))
    run("fix", "bad.xml")
    fixed = text.replace("<ViewAsWebpage>no", "<ViewAsWebpage>NO")
    assert Path("bad.xml").read_bytes() == fixed.encode(encoding)


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
    replace = atomic_files.replace

    def changed(path: Path, data: bytes, expected: bytes) -> None:
        path.write_text("somebody else's work")
        replace(path, data, expected)

    monkeypatch.setattr(atomic_files, "replace", changed)
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
        atomic_files.replace(Path("bad.xml"), b"new", BAD.encode())
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
        "ctct-migrate: all.zip: 1 mistake in it has a fix, but fix does not write into archives "
        "and packed files: unpack it, run fix on the files, and pack them again\n"
        "ctct-migrate: bad.xml.gz: 1 mistake in it has a fix, but fix does not write into archives "
        "and packed files: unpack it, run fix on the files, and pack them again\n"
    )
    assert {name: Path(name).read_bytes() for name in before} == before
    status, out, err = run("fix", "all.zip", "--diff")
    assert (status, err.count("unpack it")) == (1, 1)
    assert out.startswith("--- all.zip!/bad.xml\n")
    status, out, err = run("fix", "all.zip", "--check")
    assert (status, err.count("unpack it")) == (1, 1)
    assert "can be fixed" not in out + err
    assert "CT311" not in out
    Path("bad.xml").write_text(BAD)
    status, out, _ = run("fix", "all.zip", "bad.xml", "--check")
    assert "1 mistake in 1 document can be fixed" in out


def test_standard_input_is_mended_to_standard_output(run, folder):
    status, out, err = run("fix", "-", stdin=BAD.encode())
    assert status == 1
    assert out == MENDED
    assert err.splitlines()[0] == DONE.replace("bad.xml", "-")
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


def test_quiet_prints_nothing(run, folder):
    for options in (["--check"], ["--diff"], []):
        assert run("fix", "bad.xml", "missing.xml", "-q", *options).out == ""
    assert Path("bad.xml").read_text() == MENDED
    assert run("fix", "bad.xml", "-q") == (1, "", "")


def test_fixes_are_listed_in_the_order_of_the_file(run, folder):
    text = BAD.replace("</Subject>", "").replace("us<", "Germany<").replace("<Name>", "<name>")
    text = text.replace("Flowers</Org", "A &nbsp; B &nbsp; C</Org").replace("</Name>", "</name>")
    Path("bad.xml").write_text(text)
    out = run("fix", "bad.xml", "--check").out.splitlines()
    numbers = [int(line.split(":")[1].split()[0]) for line in out[:-1] if ": CT" not in line]
    assert numbers == sorted(numbers)
    assert len(numbers) >= 3
    assert sum("(×2)" in line for line in out) == 1


def test_of_what_is_left_the_first_are_listed(run, folder):
    names = "".join(f"<Foo{number}>x</Foo{number}>" for number in range(30))
    Path("bad.xml").write_text(BAD.replace("<Name>", names + "<Name>"))
    out = run("fix", "bad.xml").out.splitlines()
    listed = [line for line in out if ": CT" in line]
    assert len(listed) == 10
    assert out[-2].endswith(" more with ctct-migrate lint")


def test_fixes_that_would_do_harm_are_named_with_the_reason():
    (found, *_) = lint(read(BAD.encode()))
    made = Fix("Write `NO`", Safety.SAFE, ())
    at = found.span.start
    refused = [Refusal(found, made, at, "one\x1b"), Refusal(found, made, at, "two")]
    assert list(refused_lines("a.xml", [*refused, refused[0], refused[0]])) == [
        "a.xml:23 CT311 not fixed: Write `NO`, nor 2 more (one␛)",
        "a.xml:23 CT311 not fixed: Write `NO` (two)",
    ]


def test_what_was_refused_is_counted(run, folder, monkeypatch):
    monkeypatch.setattr("ctct_migrate.fixing.passes.harm", lambda *_, **__: Harm("it is Monday"))
    status, out, _ = run("fix", "bad.xml")
    assert status == 1
    assert out.splitlines()[0] == "bad.xml:23 CT311 not fixed: Write `NO` (it is Monday)"
    assert out.splitlines()[-1] == "1 fix refused; 2 errors left"
    assert Path("bad.xml").read_text() == BAD


ZONED = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289/schedules/1</id>
  <title type="text"></title>
  <updated>2009-10-19T18:34:53.105Z</updated>
  <author><name>Joe</name></author>
  <content type="application/vnd.ctct+xml">
    <Schedule xmlns="http://ws.constantcontact.com/ns/1.0/"
      id="http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289/schedules/1">
      <ScheduledTime>2090-11-13T20:03:35</ScheduledTime>
    </Schedule>
  </content>
</entry>
"""


def test_the_time_zone_is_written(run, folder):
    Path("zone.xml").write_text(ZONED)
    status, out, _ = run("fix", "zone.xml", "--time-zone", "America/New_York")
    assert status == 0
    assert out == (
        "zone.xml:9 CT602 Write `2090-11-13T20:03:35-05:00`\n1 mistake in 1 document fixed\n"
    )
    assert Path("zone.xml").read_text() == ZONED.replace("20:03:35<", "20:03:35-05:00<")
    assert run("lint", "zone.xml") == (0, "", "")


def test_that_of_a_configuration_is_only_assumed(run, folder):
    Path("zone.xml").write_text(ZONED)
    Path("ctct-migrate.toml").write_text('time-zone = "America/New_York"')
    assert run("fix", "zone.xml") == (0, "", "")
    assert Path("zone.xml").read_text() == ZONED
