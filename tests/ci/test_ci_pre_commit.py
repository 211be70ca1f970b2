"""The hooks for pre-commit, as another repository uses them: installed by pre-commit itself, and run on
files that were just committed there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from clone import is_clone

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"

#: What pip prints where no index can be reached, or the index has no such package.
_NO_INDEX = (
    "No matching distribution found",
    "Could not find a version",
    "NewConnectionError",
    "ReadTimeoutError",
    "Name or service not known",
)

pytestmark = [
    pytest.mark.skipif(find_spec("pre_commit") is None, reason="pre-commit is not installed"),
    pytest.mark.skipif(not is_clone(), reason="this is not a clone that git can read"),
]


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
        cwd=folder, capture_output=True, encoding="utf-8", check=True,
    )  # fmt: skip
    return done.stdout


def hooks(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the hooks of this clone on the repository in `folder`.  pip compiles nothing, which would
    take half of the time."""
    # Git tells its hooks where the repository is; a test that such a hook runs has its own.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    home = folder.parent / "home"
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "try-repo", str(ROOT), *arguments, "--color", "never"],
        cwd=folder,
        env={**kept, "PRE_COMMIT_HOME": str(home), "PIP_NO_COMPILE": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=300,
    )  # fmt: skip
    log = home / "pre-commit.log"
    why = done.stdout + (log.read_text(encoding="utf-8") if log.exists() else "")
    if done.returncode == 3 and any(sign in why for sign in _NO_INDEX):
        pytest.skip("pip cannot install the package here: no index can be reached")
    return done


def test_the_hooks_fix_and_report_what_is_committed(tmp_path: Path) -> None:
    """One run of both, in the order of their names, since installing takes long."""
    work = tmp_path / "work"
    (work / "mails" / "spring sale").mkdir(parents=True)
    lost = work / "mails" / "spring sale" / "schedule é.xml"
    shutil.copy(SAMPLES / "bad" / "schedule-lost-plus.xml", lost)
    shutil.copy(SAMPLES / "bad" / "flags-without-texts.xml", work / "mails")
    shutil.copy(SAMPLES / "good" / "campaign-002.xml", work / "mails")
    (work / "notes.txt").write_text("<Campaign>, but this is a text\n", encoding="utf-8")
    git(work, "init", "-q")
    git(work, "config", "core.quotePath", "false")
    git(work, "add", "-A")
    git(work, "commit", "-qm", "mails")

    done = hooks(work, "--all-files", "--verbose")
    said = done.stdout
    assert done.returncode == 1, said
    fix, lint = said[said.index("ctct-migrate fix...") :].split("ctct-migrate lint...", 1)

    # What is certain is fixed, and that fails the commit, so that somebody looks at it.
    assert "- files were modified by this hook" in fix
    assert "1 mistake in 1 document fixed" in fix
    assert git(work, "status", "--porcelain") == ' M "mails/spring sale/schedule é.xml"\n'
    assert b"2012-05-07T08:00:00+02:00" in lost.read_bytes()

    # What is left is reported at its place; the text file is not looked at.
    assert "- exit code: 1" in lint
    assert "error[CT409]" in lint
    assert "--> mails/flags-without-texts.xml:25:26" in lint
    assert "3 documents: 4 errors" in lint
