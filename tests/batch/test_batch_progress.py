"""The bar: on terminals, and nowhere else."""

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ctct_migrate.batch.progress import estimated, tracked

_SLOW = """
import sys, time
from ctct_migrate.batch.progress import tracked
def results():
    for n in range({count}):
        time.sleep(0.02)
        yield n
for n in tracked(results(), sys.argv[1:], quiet={quiet}):
    if n == {count} - 5:
        print("a message", file=sys.stderr)
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


def test_a_bar_with_rate_and_time_left(tmp_path):
    for n in range(60):
        (tmp_path / f"{n}.xml").write_bytes(b"<a/>")
    seen = on_a_terminal(_SLOW.format(count=60, quiet=False), str(tmp_path))
    assert re.search(r"\d+ of 60  \d+/s \S*\d:\d\d:\d\d", re.sub(r"\x1b\[[\d;]*m", "", seen))
    assert "a message" in seen
    assert seen.rstrip().endswith("done")


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


def test_estimates(tmp_path):
    for name in ("a.xml", "b/c.atom", "b/n.txt", ".git/x.xml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"<a/>")
    assert estimated([tmp_path]) == 2
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for n in range(10):
            archive.writestr(f"{n}.xml", b"")
    assert estimated([tmp_path]) == 12
    (tmp_path / "large.xml").write_bytes(b" " * 2_000_000)
    assert estimated([tmp_path]) is None
    assert estimated(["-"]) is None
    assert estimated([tmp_path / "none.zip"]) is None
