"""The bar: on terminals, and nowhere else."""

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ctct_migrate.runs.progress_bar import sizes, tracked

_SLOW = """
import sys, time
from ctct_migrate.inputs.byte_sources import Held
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.runs.progress_bar import tracked
from ctct_migrate.runs.work import Done, Unchanged
def results():
    for n in range({count}):
        time.sleep(0.02)
        item = Input("a", "a", Held(b""), 4)
        yield InputError("a", "b") if n == 0 else Unchanged(item) if n % 2 else Done(item, n)
for n, _ in enumerate(tracked(results(), sys.argv[1:], quiet={quiet})):
    if n == {count} - 5:
        sys.stderr.write("a mess")
        sys.stderr.write("age\\n")
print("done")
"""


def on_a_terminal(code: str, *paths: str) -> str:
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", code, *paths], stdin=follower, stdout=follower, stderr=follower,
        cwd=Path(__file__).parents[2], env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )  # fmt: skip
    os.close(follower)
    seen = b""
    while True:
        try:
            data = os.read(leader, 65_536)
        except OSError:  # the terminal is closed
            break
        if not data:
            break
        seen += data
    assert process.wait() == 0
    return seen.decode()


def screen(seen: str) -> list[str]:
    """The lines that a terminal shows in the end, colours left out."""
    lines, row, column = [""], 0, 0
    for found in re.finditer(r"\x1b\[([?\d;]*)([A-Za-z])|([^\x1b])", seen):
        number, command, character = found.groups()
        if command == "K" and number == "2":
            lines[row] = ""
        elif command == "A":
            row -= int(number or 1)
        elif character == "\r":
            column = 0
        elif character == "\n":
            row += 1
            lines += [""] * (row == len(lines))
        elif character:
            lines[row] = f"{lines[row]:<{column}}"[:column] + character + lines[row][column + 1 :]
            column += 1
    return [line.rstrip() for line in lines]


def test_a_bar_with_rate_and_time_left(tmp_path):
    for n in range(60):
        (tmp_path / f"{n}.xml").write_bytes(b"<a/>")
    seen = on_a_terminal(_SLOW.format(count=60, quiet=False), str(tmp_path))
    reported = re.sub(r"\x1b\[[\d;]*m", "", seen)
    assert re.search(r"━ \d+ documents  \d+/s \d:\d\d:\d\d", reported)
    assert [line for line in screen(seen) if line] == ["a message", "done"]


def test_a_bar_without_an_end_where_the_end_is_not_known(tmp_path):
    seen = on_a_terminal(_SLOW.format(count=60, quiet=False), "-")
    assert re.search(r"\d+ documents  \d+/s +\r", re.sub(r"\x1b\[[\d;]*m", "", seen))
    assert [line for line in screen(seen) if line] == ["a message", "done"]


def test_quiet_and_quick_runs_draw_nothing(tmp_path):
    (tmp_path / "a.xml").write_bytes(b"<a/>")
    for code in (_SLOW.format(count=50, quiet=True), _SLOW.format(count=6, quiet=False)):
        assert on_a_terminal(code, str(tmp_path)).split() == ["a", "message", "done"]


def test_nothing_is_drawn_into_pipes(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _SLOW.format(count=50, quiet=False), str(tmp_path)],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert (done.stdout, done.stderr) == ("done\n", "a message\n")


def test_results_pass_unchanged():
    assert list(tracked(iter("abc"), [], stream=io.StringIO())) == ["a", "b", "c"]


def test_sizes_of_what_is_to_be_read(tmp_path):
    for name in ("a.xml", "b/c.atom", "b/n.txt", ".git/x.xml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"<a/>")
    assert list(sizes([tmp_path])) == [4, 4]
    with zipfile.ZipFile(tmp_path / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(10):
            archive.writestr(f"{n}.xml", b"x" * 1000)
        archive.writestr("n.txt", b"x")
    assert sorted(sizes([tmp_path])) == [4, 4, 10_000]
    assert list(sizes(["-"])) == [None]
    assert list(sizes([tmp_path / "none.zip", tmp_path])) == [None]
    (tmp_path / "b.xml.gz").write_bytes(b"")
    assert None in list(sizes([tmp_path]))
