"""What the README shows is what the commands print."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest
from expectations import SAMPLES

ROOT = SAMPLES.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SESSIONS = re.findall(r"^```\n\$ (ctct-migrate .+)\n((?:.*\n)*?)```$", README, re.M)


def as_pattern(shown: str) -> str:
    """What is shown as a regular expression: a line `…` stands for any number of lines."""
    return "(?:.*\n)*".join(map(re.escape, shown.split("…\n")))


@pytest.mark.parametrize(("command", "shown"), SESSIONS, ids=[c for c, _ in SESSIONS])
def test_a_command_prints_what_is_shown(command: str, shown: str) -> None:
    _, *arguments = shlex.split(command)
    done = subprocess.run(
        [sys.executable, "-m", "ctct_migrate", *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode in (0, 1), done.stderr
    assert re.fullmatch(as_pattern(shown), done.stdout), done.stdout


def test_the_commands_that_are_shown_are_the_main_ones() -> None:
    assert {command.split()[1] for command, _ in SESSIONS} >= {"lint", "fix", "convert", "send"}


def test_the_example_in_python_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    (example,) = re.findall(r"^```python\n((?:.*\n)*?)```$", README, re.M)
    monkeypatch.chdir(ROOT)
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(compile(example, "README.md", "exec"), {})
    assert "29 CT310 `cmp_grt_name` is not a greeting name" in printed.getvalue()
    assert "{'scheduled_date': '2013-05-10T11:07:43.626Z'}" in printed.getvalue()


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", README)
    assert [link for link in links if not (ROOT / Path(link)).exists()] == []
