"""The short form of the kill test; `make kill` is the long one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sampling import EXHAUSTIVE

ROOT = Path(__file__).parents[2]

#: A few kills of runs for v3; `make kill` has a hundred.
V3 = (("--subject", "v3", "--campaigns", "3", "--contacts", "1", "--due", "15"), 2)


@pytest.mark.parametrize(
    ("arguments", "kills"),
    [
        (("--campaigns", "10"), 12),
        *([V3] if EXHAUSTIVE else []),
    ],
)
def test_some_kills(arguments: tuple[str, ...], kills: int):
    done = subprocess.run(
        [sys.executable, "-m", "bench.kill", *arguments, "--kills", str(kills), "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.stderr == ""
    figures = json.loads(done.stdout)
    assert figures["mistakes"] == []
    assert kills // 2 <= figures["kills"] <= kills  # fewer where nothing was left to hit
    if kills >= 12:  # of a few kills, all may have missed
        assert figures["kills_under_way"] > 0
        assert figures["attempts_left_in_flight"] > 0
    assert done.returncode == 0
