"""Standard output and standard error that take nothing, or only a part."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from program import completed
from sampling import some

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no sh")

COMMANDS = [
    "convert good.xml",
    "convert good.xml bad.xml good.xml",
    "convert --explain good.xml",
    "lint bad.xml",
    "lint --format json bad.xml",
    "fix --diff bad.xml",
    "rules --format json",
    "explain CT310",
    "report m.jsonl",
    "--help",
    "--version",
]


def sh(command: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    line = command.replace("ctct-migrate", f'"{sys.executable}" -m ctct_migrate')
    return subprocess.run(
        ["bash", "-c", line], capture_output=True, check=False, env=os.environ | environment
    )


@pytest.fixture
def documents(folder: Path) -> Path:
    line = b'{"source":"a.xml","status":"converted"}\n'
    (folder / "m.jsonl").write_bytes(line)
    return folder


@pytest.mark.parametrize(
    ("command", "unbuffered"),
    [*((each, "") for each in COMMANDS), *((each, "1") for each in some(COMMANDS, 4))],
)
def test_a_disk_that_fills_up_in_the_middle_of_a_write(documents, command, unbuffered):
    if command.startswith("report"):
        pytest.importorskip("jinja2", reason="Jinja2 is not installed (the extra report)")
    whole = completed(*command.split()).stdout.encode()
    room = max(1, (len(whole) - 1) // 1024)
    (documents / "out").write_bytes(b"#" * (1024 * room - len(whole) // 2))
    done = sh(
        f"ulimit -f {room}; ctct-migrate {command} >>out", PYTHONUNBUFFERED=unbuffered
    )  # half of it fits
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == b"ctct-migrate: standard output: File too large"


@pytest.mark.parametrize(
    "command",
    [
        "convert --source-map out good.xml",
        "lint --format json -o out bad.xml",
        "lint --format json -o new/out bad.xml",
    ],
)
def test_a_file_that_cannot_be_written_is_named(documents, command):
    (documents / "bad.xml").write_bytes((documents / "bad.xml").read_bytes() * 9)
    done = sh(f"ulimit -f 1; ctct-migrate {command} >/dev/null")
    assert done.returncode == 2
    name = "new/out: No such file or directory" if "new" in command else "out: File too large"
    assert done.stderr.decode() == f"ctct-migrate: {name}\n"
    assert not (documents / "out").exists()


@pytest.mark.parametrize("command", some(COMMANDS, 4))
def test_a_standard_output_that_is_closed(documents, command):
    if command.startswith("report"):
        pytest.importorskip("jinja2", reason="Jinja2 is not installed (the extra report)")
    done = sh(f"ctct-migrate {command} >&-")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == b"ctct-migrate: standard output: it is closed"
    assert b"Traceback" not in done.stderr


def test_closed_streams_that_nothing_is_written_to_are_no_error(documents):
    assert sh("ctct-migrate convert good.xml -o out.jsonl >&-").returncode == 0
    assert (documents / "out.jsonl").stat().st_size > 0
    assert sh("ctct-migrate lint good.xml 2>&-").returncode == 0
    assert sh("ctct-migrate lint - <&-").returncode == 1  # an empty document


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_standard_error_that_takes_nothing(documents, unbuffered):
    for command in ("lint nosuch.xml", "convert bad.xml", "lint --nosuch", "nosuch"):
        done = sh(f"ctct-migrate {command} 2>/dev/full", PYTHONUNBUFFERED=unbuffered)
        assert (command, done.returncode) == (command, 2)
