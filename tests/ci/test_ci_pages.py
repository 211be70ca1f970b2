"""The pages for users' CI: what they say to copy is valid, and each command in them does what they say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from lxml import etree

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "ci"
DATA = ROOT / "tests" / "output" / "data"
PROGRAMS = Path(sys.executable).parent

#: What builds of users install, and what they have besides: not tried here.
_OTHERS = re.compile(r"pip install|pipx install|reviewdog -f|pre-commit install")

pytestmark = pytest.mark.skipif(
    not (PROGRAMS / "ctct-migrate").exists(), reason="the program is not installed"
)


def blocks(page: str, language: str) -> list[str]:
    text = (PAGES / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def documents(page: str) -> list[Any]:
    """The YAML that a page gives to copy."""
    return [yaml.safe_load(block) for block in blocks(page, "yaml")]


def commands(page: str) -> Iterator[str]:
    """Every command line that a page says to run, in CI or in a shell."""
    for block in blocks(page, "sh"):
        yield from block.splitlines()
    for document in documents(page):
        if "jobs" in document:
            for job in document["jobs"].values():
                yield from (step["run"] for step in job["steps"] if "run" in step)
        yield from document.get("v1-documents", {}).get("script", ())
    for block in blocks(page, "groovy"):
        yield from re.findall(r"sh '(.*)'$", block, re.M)


EVERY = [
    (page.name, command)
    for page in sorted(PAGES.glob("*.md"))
    for command in dict.fromkeys(commands(page.name))
    if not _OTHERS.search(command)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a folder `mails`: one document with errors, one that is right."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "mails").mkdir()
    for name in ("bad/flags-without-texts.xml", "good/campaign-002.xml"):
        shutil.copy(ROOT / "samples" / name, folder / "mails")
    if os.name == "posix":  # where Jenkins' page has its environment
        (folder / ".venv").mkdir()
        (folder / ".venv" / "bin").symlink_to(PROGRAMS)
    return folder


def checked_sarif(text: str) -> set[str]:
    schema = json.loads((DATA / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    log = json.loads(text)
    assert jsonschema_rs.validator_for(schema).is_valid(log)
    return {result["ruleId"] for result in log["runs"][0]["results"]}


def checked_gitlab(text: str) -> set[str]:
    schema = json.loads((DATA / "gitlab-code-quality.json").read_text(encoding="utf-8"))
    issues = json.loads(text)
    assert jsonschema_rs.validator_for(schema).is_valid(issues)
    assert {issue["location"]["path"] for issue in issues} == {"mails/flags-without-texts.xml"}
    return {issue["description"].split()[0] for issue in issues}


def checked_rdjson(text: str) -> set[str]:
    schema = json.loads((DATA / "rdjson.json").read_text(encoding="utf-8"))
    found = json.loads(text)
    assert jsonschema_rs.validator_for(schema).is_valid(found)
    return {each["code"]["value"] for each in found["diagnostics"]}


def checked_checkstyle(text: str) -> set[str]:
    root = etree.fromstring(text.encode())
    dtd = etree.DTD((DATA / "checkstyle.dtd").open())
    assert dtd.validate(root), dtd.error_log
    return {error.get("source").split(".")[1] for error in root.iter("error")}


def checked_junit(text: str) -> set[str]:
    root = etree.fromstring(text.encode())
    assert root.tag == "testsuites"
    suites = {suite.get("name"): suite for suite in root}
    assert set(suites) == {"mails/flags-without-texts.xml", "mails/campaign-002.xml"}
    for suite in root:
        failures = [case for case in suite if case.find("failure") is not None]
        assert int(suite.get("failures")) == len(failures)
        assert int(suite.get("tests")) == len(suite.findall("testcase"))
    return {case.get("name").split()[0] for case in root.iter("testcase") if len(case)}


def checked_github(text: str) -> set[str]:
    lines = text.splitlines()
    form = (
        r"::(error|warning|notice) title=(CT\d{3}) [\w-]+,file=mails/[\w.-]+\.xml,line=\d+,.*::.+"
    )
    found = [re.fullmatch(form, line) for line in lines]
    assert all(found), lines
    return {match[2] for match in found if match}


def checked_text(text: str) -> set[str]:
    return set(re.findall(r"^(?:error|warning)\[(CT\d{3})\]", text, re.M))


CHECKS = {
    "sarif": checked_sarif, "gitlab": checked_gitlab, "rdjson": checked_rdjson,
    "checkstyle": checked_checkstyle, "junit": checked_junit, "github": checked_github,
}  # fmt: skip


@pytest.mark.skipif(os.name != "posix", reason="the commands are for a POSIX shell")
@pytest.mark.parametrize(("page", "command"), EVERY, ids=[command for _, command in EVERY])
def test_a_command_does_what_the_page_says(page: str, command: str, folder: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={
            **os.environ, "NO_COLOR": "1",
            "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    if "--baseline" in command:
        assert (done.returncode, done.stdout) == (0, ""), done.stderr  # all is known
        return
    assert done.stderr == ""
    assert done.returncode == (0 if "--exit-zero" in command else 1)
    form = re.search(r"--format (\w+)", command)
    written = re.search(r"(?:--output|>) (\S+)", command)
    text = (folder / written[1]).read_text(encoding="utf-8") if written else done.stdout
    check = CHECKS[form[1]] if form else checked_text
    assert check(text) == {"CT408", "CT409", "CT410", "CT411"}


def test_every_form_that_the_pages_speak_of_is_tried() -> None:
    tried = {form for _, command in EVERY for form in re.findall(r"--format (\w+)", command)}
    assert tried == {"github", "gitlab", "rdjson", "junit", "checkstyle"}  # SARIF by the action


@pytest.mark.skipif(find_spec("check_jsonschema") is None, reason="check-jsonschema is missing")
@pytest.mark.parametrize(
    ("page", "schema"), [("github.md", "github-workflows"), ("gitlab.md", "gitlab-ci")]
)
def test_what_is_to_be_copied_is_valid(page: str, schema: str, tmp_path: Path) -> None:
    given = blocks(page, "yaml")
    assert len(given) >= 3
    files = []
    for number, block in enumerate(given):
        files.append(tmp_path / f"{number}.yml")
        files[-1].write_text(block, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, *files], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(find_spec("pre_commit") is None, reason="pre-commit is not installed")
def test_the_configuration_for_pre_commit_is_valid_and_names_the_hooks(tmp_path: Path) -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    ours = {hook["id"] for hook in hooks}
    for number, block in enumerate(blocks("pre-commit.md", "yaml")):
        file = tmp_path / f"{number}.yaml"
        file.write_text(block, encoding="utf-8")
        command = [sys.executable, "-m", "pre_commit", "validate-config", file]
        subprocess.run(command, check=True, cwd=tmp_path)
        for repository in yaml.safe_load(block)["repos"]:
            assert {hook["id"] for hook in repository["hooks"]} <= ours
    assert all(
        hook["id"] in (PAGES / "pre-commit.md").read_text(encoding="utf-8") for hook in hooks
    )


def test_the_page_for_github_lists_the_inputs_of_the_action() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    rows = re.findall(
        r"^\| `([\w-]+)` \| .* \| (.*) \|$", (PAGES / "github.md").read_text(encoding="utf-8"), re.M
    )
    assert [name for name, _ in rows] == list(action["inputs"])
    for name, default in rows:
        known = action["inputs"][name].get("default")
        if known:
            assert default == f"`{known}`", name
    for document in documents("github.md"):
        for job in document["jobs"].values():
            for step in job["steps"]:
                if "/ctct-migrate@" in step.get("uses", ""):
                    assert set(step["with"]) <= set(action["inputs"])
