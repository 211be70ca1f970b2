"""The demo shows three documents, before and after, and ends well."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from expectations import SAMPLES

ROOT = SAMPLES.parent
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def output() -> str:
    """What the demo prints, with colours left out."""
    environment = {**os.environ, "BIN": str(BIN), "NO_COLOR": "1"}
    done = subprocess.run(
        [ROOT / "demo"], env=environment, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done.stdout


def test_it_can_be_read_at_once(output: str) -> None:
    assert len(output.splitlines()) <= 120


def test_one_document_is_broken(output: str) -> None:
    assert "error[CT310]: `cmp_grt_name` is not a greeting name\n" in output
    assert "1 document: 2 errors, 1 warning; " in output


def test_one_is_fixed(output: str) -> None:
    assert re.findall(r"^    .*<ScheduledTime>(.+)</ScheduledTime>", output, re.M) == [
        "2012-05-07T08:00:00 02:00",
        "2012-05-07T08:00:00+02:00",
    ]


def test_one_is_converted_sent_and_scheduled(output: str) -> None:
    assert "<Subject>Book your May appointment</Subject>" in output
    assert '"subject": "Book your May appointment"' in output
    table = output[output.index("$ ctct-migrate send") :]
    assert re.search(r"campaign-002\.xml +campaign +done +\d+\n", table)
    assert re.search(r"schedule-002\.xml +schedule +done +\d+ +20\d\d-\d\d-\d\dT", table)


def test_it_ends_by_saying_what_was_shown_and_what_to_try(output: str) -> None:
    ending = output[output.rindex("━━") :]
    assert "What was shown, and what to try next" in ending
    commands = {line.split()[0] for line in ending.splitlines() if line.startswith("    ")}
    assert commands >= {"lint", "explain", "fix", "convert", "send"}


def test_no_path_of_this_machine_is_shown(output: str) -> None:
    assert "/tmp" not in output.replace(str(BIN), "")


def test_it_ends_badly_when_a_broken_document_is_good(tmp_path: Path) -> None:
    """The exit status of `lint` is held, not swallowed."""
    (tmp_path / "ctct-migrate").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "ctct-migrate").chmod(0o755)
    done = subprocess.run(
        [ROOT / "demo"], env={**os.environ, "BIN": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "exit status 0, expected 1" in done.stderr
