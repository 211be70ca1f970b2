"""Our own workflow tests what the project promises.  `make lint` has linters look at it and at the action."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_each_python_that_is_promised_is_tried_on_each_system() -> None:
    (workflow,) = (yaml.safe_load(path.read_text(encoding="utf-8")) for path in WORKFLOWS)
    matrix = workflow["jobs"]["tests"]["strategy"]["matrix"]
    promised = re.findall(r"Python :: (3\.\d+)\b", "\n".join(PROJECT["classifiers"]))
    assert matrix["python"] == promised
    systems = {name.partition("-")[0] for name in matrix["os"]}
    assert systems == {"ubuntu", "macos", "windows"}
    # What is left out of the matrix is what `everything` runs.
    (left_out,) = matrix["exclude"]
    everything = workflow["jobs"]["everything"]
    assert left_out["os"] == everything["runs-on"]
    versions = [
        s["with"]["python-version"] for s in everything["steps"] if "python" in str(s.get("uses"))
    ]
    assert versions == [left_out["python"]]
    assert ".ci/run" in [step.get("run") for step in everything["steps"]]


def test_what_others_wrote_is_pinned_to_a_commit() -> None:
    files = [*WORKFLOWS, ROOT / "action.yml", *sorted((ROOT / "docs" / "ci").glob("*.md"))]
    pins: dict[str, set[str]] = {}
    for path in files:
        for name, pin in re.findall(r"uses: (\S+)@(.+)", path.read_text(encoding="utf-8")):
            if name.endswith("/ctct-migrate"):
                continue
            assert re.fullmatch(r"[0-9a-f]{40} # v\d+(\.\d+)*", pin), f"{path.name}: {name}@{pin}"
            pins.setdefault(name, set()).add(pin)
    assert pins
    assert {name: found for name, found in pins.items() if len(found) > 1} == {}
