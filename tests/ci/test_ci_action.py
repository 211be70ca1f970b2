"""The action for GitHub: its steps are run by bash, as the runner does it, with the inputs of a workflow."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"] if "name" in step}
PROGRAMS = Path(sys.executable).parent
BASH = shutil.which("bash")

needs_bash = pytest.mark.skipif(
    BASH is None or os.name != "posix", reason="there is no bash as Linux has it"
)
needs_program = pytest.mark.skipif(
    not (PROGRAMS / "ctct-migrate").exists(), reason="the program is not installed"
)


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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    mails = tmp_path / "spring mails"
    mails.mkdir()
    shutil.copy(ROOT / "samples" / "bad" / "flags-without-texts.xml", mails / "bad.xml")
    shutil.copy(ROOT / "samples" / "good" / "campaign-002.xml", mails / "good.xml")
    warned = (ROOT / "samples" / "good" / "campaign-002.xml").read_text(encoding="utf-8")
    warned = re.sub(r"<Status>\w+</Status>", "<Status>Scheduled</Status>", warned)
    (mails / "warned.xml").write_text(warned, encoding="utf-8")
    return tmp_path


def lint(folder: Path, paths: str, **inputs: str) -> Ran:
    given = {f"inputs.{name.replace('_', '-')}": value for name, value in inputs.items()}
    known = {"steps.install.outputs.programs": str(PROGRAMS), "inputs.paths": paths, **given}
    return run_step("Lint", known, folder)


@needs_bash
@needs_program
def test_mistakes_are_annotations_and_the_verdict_comes_at_the_end(folder: Path) -> None:
    done = lint(folder, "spring mails/bad.xml\r\n\nspring mails/good.xml\n")
    assert done.status == 0  # so that what comes between, an upload, is done
    assert done.outputs == {"status": "1"}
    assert "::error title=CT409" in done.out
    assert "file=spring mails/bad.xml,line=25" in done.out
    for status in ("0", "1"):
        verdict = run_step("Verdict", {"steps.lint.outputs.status": status}, folder)
        assert verdict.status == int(status)


@needs_bash
@needs_program
@pytest.mark.parametrize(
    ("name", "fail_on", "status"),
    [("warned", "error", "0"), ("warned", "warning", "1"), ("bad", "never", "0")],
)
def test_fail_on(folder: Path, name: str, fail_on: str, status: str) -> None:
    done = lint(folder, f"spring mails/{name}.xml", fail_on=fail_on)
    assert done.outputs["status"] == status, done.out


@needs_bash
@needs_program
def test_sarif_is_written_for_the_upload(folder: Path) -> None:
    done = lint(folder, "spring mails", format="sarif", sarif_file="a b.sarif", target="v2,v3")
    assert done.outputs == {"status": "1", "sarif-file": "a b.sarif"}
    log = json.loads((folder / "a b.sarif").read_text(encoding="utf-8"))
    uris = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
    }
    assert "spring%20mails/bad.xml" in uris


@needs_bash
@needs_program
@pytest.mark.parametrize(
    "inputs",
    [
        {"paths": "$(touch pwned)"},
        {"paths": "`touch pwned`\n; touch pwned\n--output=pwned"},
        {"paths": "spring mails", "target": "v2; touch pwned"},
        {"paths": "spring mails", "format": "sarif; touch pwned"},
        {"paths": "spring mails", "format": "sarif", "sarif_file": "a\nstatus=0\n$(touch pwned)"},
        {"paths": "spring mails", "fail_on": "error $(touch pwned)"},
        {"paths": "missing.xml"},
        {"paths": "\n \n".replace(" ", "")},
    ],
)
def test_no_input_is_run_and_nonsense_fails_the_job(folder: Path, inputs: dict[str, str]) -> None:
    done = lint(folder, inputs.pop("paths"), **inputs)
    assert done.status == 2, done.out
    assert not (folder / "pwned").exists()
    assert done.outputs.get("status", "2") == "2"


@needs_bash
@pytest.mark.skipif(
    find_spec("build") is None or find_spec("hatchling") is None, reason="build is not installed"
)
def test_it_is_installed_in_an_environment_of_its_own(tmp_path: Path) -> None:
    """pip installs the package alone; what it needs is taken from where the tests run, since to
    fetch that takes long, and the hooks for pre-commit do it."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", tmp_path, ROOT]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    programs = tmp_path / "path"
    programs.mkdir()
    (programs / "python").symlink_to(sys.executable)
    libraries = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
    known = {"github.action_path": str(wheel), "runner.temp": str(tmp_path / "run ner")}
    environment = {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "PIP_NO_DEPS": "1",
        "PIP_NO_INDEX": "1", "PYTHONPATH": libraries,
    }  # fmt: skip
    done = run_step("Install ctct-migrate", known, tmp_path, **environment)
    assert done.status == 0, done.out
    assert re.search(r"^ctct-migrate \d", done.out, re.M)
    installed = Path(done.outputs["programs"])
    assert installed == tmp_path / "run ner" / "ctct-migrate" / "bin"
    assert (installed / "ctct-migrate").exists()


@needs_bash
@pytest.mark.parametrize("version", ["0.1.0; touch pwned", "$(touch pwned)", "0.1.0 --pre", "a\nb"])
def test_a_version_is_a_version(tmp_path: Path, version: str) -> None:
    known = {"github.action_path": "", "runner.temp": "", "inputs.version": version}
    done = run_step("Install ctct-migrate", known, tmp_path)
    assert done.status == 2
    assert "::error" in done.out
    assert not (tmp_path / "pwned").exists()


def test_no_expression_stands_in_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_each_output_is_one_that_a_step_writes() -> None:
    for name, output in ACTION["outputs"].items():
        assert f"{name}=" in STEPS["Lint"]["run"]
        assert output["value"] == "${{ steps.lint.outputs." + name + " }}"
