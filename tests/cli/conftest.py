"""Command lines, run in this process; and a folder with documents to run them on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from cli_documents import BAD, GOOD
from program import completed


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def run() -> Callable[..., Outcome]:
    """`run("lint", "a.xml", stdin=b"…")`: exit status, standard output and standard error."""

    def ran(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
        done = completed(*arguments, stdin=stdin)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return ran


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: `good.xml`, `bad.xml`."""
    (tmp_path / "good.xml").write_text(GOOD)
    (tmp_path / "bad.xml").write_text(BAD)
    monkeypatch.chdir(tmp_path)
    return tmp_path
