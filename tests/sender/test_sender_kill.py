"""The short form of the kill test; `make kill` is the long one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_twenty_kills():
    done = subprocess.run(
        [sys.executable, "-m", "bench.kill", "--campaigns", "10", "--kills", "20", "--json"],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.stderr == ""
    figures = json.loads(done.stdout)
    assert figures["mistakes"] == []
    assert figures["kills"] == 20
    assert figures["kills_under_way"] > 0
    assert figures["attempts_left_in_flight"] > 0
    assert done.returncode == 0
