"""`convert` over many documents: its manners on a terminal, and with whatever an archive holds."""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_documents import BAD, GOOD

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals")

Run = Callable[..., Any]

PROGRAM = (sys.executable, "-m", "ctct_migrate")


class Terminal:
    """A program with a terminal of its own, in which Ctrl-C can be typed."""

    def __init__(self, *arguments: str | Path, stdout: int | None = None):
        process, self.leader = pty.fork()
        if process == 0:
            if stdout is not None:
                os.dup2(stdout, 1)
            os.environ.update(TERM="xterm", COLUMNS="100", NO_COLOR="1")
            os.execv(sys.executable, [*PROGRAM, *map(str, arguments)])
        self.process = process
        self.seen = ""

    def read(self) -> str:
        """What is shown up to the end of the program."""
        while True:
            try:
                data = os.read(self.leader, 65_536)
            except OSError:  # the program has ended
                break
            if not data:
                break
            self.seen += data.decode("utf-8", "replace")
        return self.seen

    def type(self, text: bytes) -> None:
        os.write(self.leader, text)

    def status(self) -> int:
        """The exit status."""
        status = os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])
        os.close(self.leader)
        return status


def slowly(folder: Path) -> Path:
    """A list of documents, the last of which is a pipe that nobody has written to yet."""
    os.mkfifo(folder / "slow.xml")
    listed = folder / "list.txt"
    listed.write_text("bad.xml\ngood.xml\nslow.xml\n")
    return listed


def written(pipe: Path, text: str) -> None:
    """Writes into a pipe, so long after the program has opened it that it has reason for a bar."""
    with pipe.open("w") as stream:
        time.sleep(1.0)
        stream.write(text)


def test_a_bar_above_which_diagnostics_stand_whole(run: Run, folder: Path) -> None:
    wanted = run("convert", "bad.xml", "good.xml", "-o", "a.jsonl", "--color", "never").err
    terminal = Terminal("convert", f"@{slowly(folder)}", "-o", folder / "b.jsonl")
    written(folder / "slow.xml", GOOD)
    seen = terminal.read()
    assert terminal.status() == 1
    shown = re.sub(r"\x1b\[[\d;]*m", "", seen)
    assert re.search(r"\d documents  \d+/s", shown)
    assert "\x1b[?25h" in seen  # the cursor is there again
    # Line by line, with what was erased taken away.
    lines = [line.rpartition("\x1b[2K")[2].strip("\r") for line in shown.split("\n")]
    lines = [re.sub(r"\x1b\[\??\d*[a-zA-Z]", "", line) for line in lines]
    diagnostics = wanted.partition("1 converted")[0]
    assert diagnostics.strip().splitlines()[0] in lines
    left = [line for line in lines if line.strip() and "documents  " not in line]
    assert left == [*filter(str.strip, diagnostics.splitlines()), "2 converted, 1 with errors"]
    assert (folder / "b.jsonl").read_text().count("\n") == 2


@pytest.mark.parametrize("quiet", [True, False])
def test_no_bar_if_quiet_or_if_the_output_is_on_the_same_terminal(
    folder: Path, quiet: bool
) -> None:
    listed = slowly(folder)
    terminal = Terminal("convert", f"@{listed}", *(["-q", "-o", "x.jsonl"] if quiet else []))
    written(folder / "slow.xml", GOOD)
    seen = terminal.read()
    terminal.status()
    assert "documents  " not in seen
    assert "\x1b[2K" not in seen


def test_lint_draws_one_where_its_output_goes_elsewhere(folder: Path) -> None:
    for arguments in (["-o", "found.txt"], ["-o", "found.txt", "-q"]):
        terminal = Terminal("lint", f"@{slowly(folder)}", *arguments)
        written(folder / "slow.xml", GOOD)
        seen = terminal.read()
        assert terminal.status() == 1
        assert ("documents  " in seen) == ("-q" not in arguments)
        assert "CT310" in (folder / "found.txt").read_text()
        (folder / "slow.xml").unlink()


def test_ctrl_c_ends_it_at_once_and_the_run_can_be_gone_on_with(run: Run, folder: Path) -> None:
    (folder / "in").mkdir()
    for number in range(1800):
        (folder / "in" / f"{number:04}.xml").write_text(GOOD)
    arguments = ["convert", "in", "-j", "2", "-o", "out.jsonl", "--manifest", "m"]
    terminal = Terminal(*arguments)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if (folder / "m").exists() and (folder / "m").stat().st_size:
            break
        time.sleep(0.01)
    terminal.type(b"\x03")
    seen = terminal.read()
    assert terminal.status() == 130
    assert "Traceback" not in seen
    assert "ctct-migrate: interrupted; --resume goes on from what is written" in seen
    assert not (folder / "out.jsonl").exists()
    part = [json.loads(line) for line in (folder / "out.jsonl.part").read_text().splitlines()]
    assert [Path(line["source"]).name for line in part] == [
        f"{number:04}.xml" for number in range(len(part))
    ]
    assert run(*arguments, "--resume").status == 0
    whole = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    assert [Path(line["source"]).name for line in whole] == [f"{n:04}.xml" for n in range(1800)]


@pytest.mark.parametrize(
    ("manifest", "said"), [(["--manifest", "m"], "; --resume goes on"), ([], "")]
)
def test_an_interrupt_is_told_in_one_line(folder: Path, manifest: list[str], said: str) -> None:
    os.mkfifo(folder / "slow.xml")
    program = subprocess.Popen(
        [*PROGRAM, "convert", "good.xml", "slow.xml", "-o", "out.jsonl", *manifest],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with (folder / "slow.xml").open("w"):  # it reads
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=60)
    assert program.returncode == 130
    assert err.splitlines() == [
        f"ctct-migrate: interrupted{said}" + " from what is written" * bool(said)
    ]


def test_the_same_bytes_for_every_number_of_processes(run: Run, folder: Path) -> None:
    (folder / "documents").mkdir()
    for number in range(120):
        path = folder / "documents" / f"{number}.xml"
        path.write_text(BAD if number % 9 == 0 else GOOD)
    seen = set()
    for jobs in (["-j1"], ["-j2"], ["-j5"], []):
        done = run("convert", "documents", "-o", "out.jsonl", "--manifest", "m", "--force", *jobs)
        seen.add((done, (folder / "out.jsonl").read_bytes(), (folder / "m").read_bytes()))
    assert len(seen) == 1


def test_a_mistake_in_a_configuration_is_one_line(run: Run, folder: Path) -> None:
    (folder / "ctct-migrate.toml").write_text("nonsense = 1\n")
    for output in (["-o", "out.jsonl"], ["-o", "out"], []):
        status, out, err = run("convert", "good.xml", "bad.xml", *output)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert "nonsense" in err
    assert not (folder / "out.jsonl").exists()
    assert not (folder / "out.jsonl.part").exists()


@pytest.mark.parametrize("manifest", [True, False])
def test_a_full_disk_is_one_error(folder: Path, manifest: bool) -> None:
    for number in range(60):
        (folder / f"{number}.xml").write_text(GOOD)
    arguments = [*PROGRAM, "convert", ".", "-o", "out.jsonl", *["--manifest", "m"] * manifest]

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))

    done = subprocess.run(arguments, capture_output=True, preexec_fn=full, check=False)
    assert done.returncode == 2
    lines = [line for line in done.stderr.decode().splitlines() if line.startswith("ctct-migrate")]
    assert len(lines) == 1
    assert "file too large" in lines[0]
    assert ("--resume goes on" in lines[0]) == manifest
    assert not (folder / "out.jsonl").exists()
    if manifest:
        again = subprocess.run([*arguments, "--resume"], capture_output=True, check=False)
        assert again.returncode == 1  # bad.xml
        assert (folder / "out.jsonl").read_text().count("\n") == 61


def test_whatever_an_archive_holds_the_rest_is_converted(run: Run, folder: Path) -> None:
    source = folder / "in"
    source.mkdir()
    (source / "empty.xml").write_bytes(b"")
    (source / "good.xml").write_text(GOOD)
    (source / os.fsdecode(b"caf\xe9.xml")).write_text(GOOD)
    (source / "circle").symlink_to(source)
    (source / "nowhere.xml").symlink_to("gone.xml")
    (source / "damaged.zip").write_bytes(b"PK\x03\x04 and no more")
    with zipfile.ZipFile(source / "x.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../up.xml", GOOD)
        archive.writestr("bomb.xml", b"<a>" + b" " * 40_000_000)
    done = run("convert", source, "-o", "out", "--manifest", "m", "-q")
    assert done.status == 2
    assert "Traceback" not in done.err
    written = sorted(
        os.fsencode(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*.json")
    )
    assert written == [b"caf_xe9.json", b"good.json", b"x.zip/up.json"]
    said = {line["source"]: line["status"] for line in map(json.loads, (folder / "m").open())}
    assert {Path(name).name: status for name, status in said.items()} == {
        "caf\\xe9.xml": "converted", "good.xml": "converted", "up.xml": "converted",
        "empty.xml": "refused", "nowhere.xml": "unreadable", "damaged.zip": "unreadable",
        "bomb.xml": "unreadable",
    }  # fmt: skip


def test_what_is_passed_over_is_counted(run: Run, tmp_path: Path):
    folder = tmp_path / "archive"
    folder.mkdir()
    for name in ("a.xml", ".b.xml", "notes.txt", "._a.xml"):
        (folder / name).write_text(GOOD)
    status, _, err = run("convert", str(folder), "-o", str(tmp_path / "out.jsonl"))
    assert status == 0
    assert err == "1 converted; 2 files passed over: 1 not .xml, 1 hidden\n"


class TestLess:
    """With a manifest, what was found is recorded: a summary by code is enough."""

    def many(self, folder: Path) -> None:
        for number in range(30):
            (folder / f"bad-{number}.xml").write_text(BAD)

    def test_a_manifest_prints_groups(self, run, folder):
        self.many(folder)
        done = run("convert", ".", "-o", "out", "--manifest", "m.jsonl")
        assert done.status == 1
        assert len(done.err.splitlines()) < 15
        assert "error[CT310] greeting-name: 31 in 31 documents\n" in done.err
        assert done.err.count("= more:") == 1
        assert done.err.splitlines()[-1].startswith("1 converted, 31 with errors")

    def test_the_groups_are_the_same_for_any_number_of_processes(self, run, folder):
        self.many(folder)
        one, two = (
            run("convert", "*.xml", "-o", f"out{jobs}", "--manifest", f"m{jobs}", "-j", jobs).err
            for jobs in "12"
        )
        assert one == two

    def test_without_one_many_are_grouped_as_lint_does(self, run, folder):
        self.many(folder)
        for target in (("-o", "out"), (), ("-o", "one.json"), ("-j", "2")):
            done = run("convert", ".", *target)
            assert done.err.count("error[CT310]") == 1
            assert "error[CT310] greeting-name: 31 in 31 documents\n" in done.err
            assert done.err.count("= more:") == 1

    def test_without_one_each_of_a_few_is_shown(self, run, folder):
        self.many(folder)
        done = run("convert", "bad.xml", "bad-1.xml", "bad-2.xml", "-o", "out")
        assert done.err.count("error[CT310]") == 3
        assert done.err.count("  --> ") == 6
        assert done.err.count("= more:") == 1

    def test_quiet_with_a_manifest_prints_errors_of_the_run_alone(self, run, folder):
        done = run("convert", "bad.xml", "good.xml", "-o", "out", "--manifest", "m.jsonl", "-q")
        assert (done.status, done.err) == (1, "")
        done = run("convert", "bad.xml", "no.xml", "-o", "out2", "--manifest", "m2.jsonl", "-q")
        assert done.status == 2
        assert done.err.startswith("ctct-migrate: no.xml: ")
        assert done.err.count("\n") == 1

    def test_quiet_without_one_prints_errors_but_no_warnings(self, run, folder):
        Path("warned.xml").write_text(GOOD.replace(">Draft<", ">Scheduled<"))
        done = run("convert", "bad.xml", "warned.xml", "-o", "out", "-q")
        assert "error[CT310]" in done.err
        assert "warning" not in done.err
