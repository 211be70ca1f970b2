"""Whether the tests run in a clone that git can read: not in an unpacked sdist, nor in a folder that
belongs to somebody else."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@cache
def is_clone() -> bool:
    """Whether git knows the repository."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        return False
    command = ["git", "rev-parse", "--verify", "--quiet", "HEAD"]
    return subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0
