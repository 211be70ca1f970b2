"""The demo does the main job on the samples, and ends well."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from expectations import SAMPLES, read_samples, sample_paths

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


def test_it_shows_every_code_that_the_bad_samples_expect(output: str) -> None:
    expected = {e.code for sample in read_samples("bad") for e in sample.expectations[None]}
    assert expected <= set(re.findall(r"\[(CT\d{3})\]", output))


def test_its_table_has_a_v2_id_for_each_good_document(output: str) -> None:
    table = output[output.rindex("$ ctct-migrate send") :]
    for path in sample_paths("good", "dialects"):
        rows = [line for line in table.splitlines() if path.name in line]
        assert len(rows) == (3 if path.stem == "feed-of-three" else 1), path.name
        assert all(re.search(r"\bdone\b.*\b\d+\b", row) for row in rows), rows


def test_it_schedules_each_campaign_that_has_a_schedule(output: str) -> None:
    table = output[output.rindex("$ ctct-migrate send") :]
    for path in sample_paths("good", "dialects"):
        if "schedule" in path.stem:
            (row,) = (line for line in table.splitlines() if path.name in line)
            assert re.search(r"\b20\d\d-\d\d-\d\d[T ]\d\d:\d\d", row), row


def test_it_ends_badly_when_a_bad_document_is_good(tmp_path: Path) -> None:
    """The exit status of `lint samples/bad` is held, not swallowed."""
    (tmp_path / "ctct-migrate").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "ctct-migrate").chmod(0o755)
    done = subprocess.run(
        [ROOT / "demo"], env={**os.environ, "BIN": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert "exit status 0, expected 1" in done.stderr
