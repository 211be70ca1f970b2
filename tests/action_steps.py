"""The steps of the action for GitHub, run by bash as the runner does it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

ROOT = Path(__file__).resolve().parents[1]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
BASH = shutil.which("bash")


class Ran(NamedTuple):
    status: int
    out: str
    outputs: dict[str, str]


def run_step(name: str, known: dict[str, str], folder: Path, **environment: str) -> Ran:
    """Runs a step's script in `folder`.  `known` is what expressions stand for, inputs besides their
    defaults: `{"inputs.paths": "mails"}`."""
    assert BASH is not None
    defaults = {
        f"inputs.{key}": value.get("default", "") for key, value in ACTION["inputs"].items()
    }
    values = {**defaults, **known}

    def resolved(text: str) -> str:
        return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: values[match[1]], text)

    step = STEPS[name]
    own = {key: resolved(text) for key, text in step["env"].items()}
    script, outputs = folder / ".script.sh", folder / ".outputs"
    script.write_text(step["run"], encoding="utf-8")
    outputs.write_text("", encoding="utf-8")
    done = subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", script],
        cwd=folder, env={**os.environ, "GITHUB_OUTPUT": str(outputs), **own, **environment},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", timeout=300,
    )  # fmt: skip
    written = dict(line.split("=", 1) for line in outputs.read_text().splitlines())
    return Ran(done.returncode, done.stdout, written)
