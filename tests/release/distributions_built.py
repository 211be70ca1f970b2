"""How the distributions of a release are built in tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]


class Distributions(NamedTuple):
    """What a release consists of, and the wheel that is made without the detour over the sdist."""

    sdist: Path
    wheel: Path
    wheel_of_tree: Path


def build(*arguments: str | os.PathLike[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", *arguments, ROOT],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
