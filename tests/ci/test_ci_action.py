"""The action for GitHub: its steps are run by bash, as the runner does it, with the inputs of a workflow."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from action_steps import ACTION, BASH, ROOT, STEPS, Ran, run_step

PROGRAMS = Path(sys.executable).parent

needs_bash = pytest.mark.skipif(
    BASH is None or os.name != "posix", reason="there is no bash as Linux has it"
)
needs_program = pytest.mark.skipif(
    not (PROGRAMS / "ctct-migrate").exists(), reason="the program is not installed"
)


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
        {"paths": "$(touch pwned)\n`touch pwned`\n; touch pwned\n--output=pwned"},
        {"paths": "spring mails", "target": "v2; touch pwned"},
        {"paths": "spring mails", "format": "sarif; touch pwned"},
        {"paths": "spring mails", "format": "sarif", "sarif_file": "a\nstatus=0\n$(touch pwned)"},
        {"paths": "spring mails", "fail_on": "error $(touch pwned)"},
        {"paths": "\n\n"},
    ],
)
def test_no_input_is_run_and_nonsense_fails_the_job(folder: Path, inputs: dict[str, str]) -> None:
    done = lint(folder, inputs.pop("paths"), **inputs)
    assert done.status == 2, done.out
    assert not (folder / "pwned").exists()
    assert done.outputs.get("status", "2") == "2"


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
