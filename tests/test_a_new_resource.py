"""A resource and a target are added in the files that CONTRIBUTING.md names, and nothing else has
to be touched: a copy of the package gets those in `tests/toys`, and one line in each of the two
lists, and does with them all that it does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from toy_package import DOCUMENTS, build, run

#: A resource of each dialect, and the body of a create made of its document.
RESOURCES = {
    "coupon": {"title": "Spring bread", "paper": "MATTE", "percent": 15},
    "badge": {"motto": "I read", "shape": "ROUND"},
}
TARGETS = ("v2", "paperboy")

each_resource = pytest.mark.parametrize("resource", RESOURCES)
each_target = pytest.mark.parametrize("target", TARGETS)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the package that has the toys."""
    folder: Path = tmp_path_factory.mktemp("toys")
    return build(folder)


def test_the_copy_is_what_runs(package: Path) -> None:
    code = "import ctct_migrate; print(ctct_migrate.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(package)}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=package, capture_output=True, text=True
    )
    assert Path(found.stdout.strip()).parent == package / "ctct_migrate"


@each_resource
def test_a_good_document_lints_clean(package: Path, resource: str) -> None:
    assert run(package, "lint", DOCUMENTS / f"{resource}.xml") == (0, "", "")


def found_in(package: Path, document: Path) -> dict[str, dict[str, Any]]:
    """What is reported of a document, by the guilty text."""
    status, out, _ = run(package, "lint", "--format", "json", document)
    assert status == 1
    text = document.read_bytes()
    return {text[each["offset"] : each["end_offset"]].decode(): each for each in json.loads(out)}


def test_what_the_schema_says_is_reported_at_its_place(package: Path) -> None:
    found = found_in(package, DOCUMENTS / "coupon-wrong.xml")
    assert set(found) == {"matt", "a lot", "remark", ""}
    missing = found[""]  # what is missing is shown where it belongs
    assert missing["severity"] == "error"
    assert "Title" in missing["message"]
    assert "Matte" in found["matt"]["fixes"][0]["title"]


def test_the_same_in_the_other_dialect(package: Path) -> None:
    found = found_in(package, DOCUMENTS / "badge-wrong.xml")
    assert set(found) == {"rond", ""}
    assert "Motto" in found[""]["message"]
    assert "Round" in found["rond"]["fixes"][0]["title"]


@each_resource
def test_fix_makes_it_right(package: Path, tmp_path: Path, resource: str) -> None:
    document = tmp_path / "fixed.xml"
    shutil.copy(DOCUMENTS / f"{resource}-fixable.xml", document)
    assert run(package, "fix", document)[0] == 0
    assert document.read_text() == (DOCUMENTS / f"{resource}.xml").read_text()


@each_target
@each_resource
def test_it_converts_and_verifies(
    package: Path, tmp_path: Path, resource: str, target: str
) -> None:
    document, body = DOCUMENTS / f"{resource}.xml", tmp_path / "body.json"
    for shape in ("create", "record"):
        status, out, err = run(package, "convert", "--shape", shape, "--target", target, document)
        assert (status, err) == (0, "")
        number = {"id": "5"} if shape == "record" and resource == "coupon" else {}
        assert json.loads(out) == number | RESOURCES[resource]
        body.write_text(out)
        assert run(package, "verify", "--target", target, document, body)[0] == 0
    name = next(iter(RESOURCES[resource]))
    body.write_text(json.dumps(RESOURCES[resource] | {name: "another"}))
    status, out, err = run(package, "verify", "--target", target, document, body)
    assert status == 1
    assert name in out + err


def test_what_a_target_minds_is_said_in_its_name(package: Path, tmp_path: Path) -> None:
    document = tmp_path / "long.xml"
    text = (DOCUMENTS / "coupon.xml").read_text()
    document.write_text(text.replace("<Title>Spring bread", "<Title>Bread in all sizes and shapes"))
    assert run(package, "convert", document)[0] == 0
    status, _, err = run(package, "convert", "--target", "paperboy", document)
    assert status == 1
    assert "the paperboy" in err


@each_target
def test_what_is_dropped_names_the_target(package: Path, target: str) -> None:
    document = DOCUMENTS / "coupon.xml"
    _, out, _ = run(package, "convert", "--format", "jsonl", "--target", target, document)
    (line,) = out.splitlines()
    reasons = {each["path"]: each["reason"] for each in json.loads(line)["dropped"]}
    title = "the paperboy" if target == "paperboy" else target
    assert reasons["entry/content/Coupon/Remark"] == f"{title} has no place for it"


@each_target
@each_resource
def test_it_is_sent_to_a_sandbox(package: Path, tmp_path: Path, resource: str, target: str) -> None:
    document = DOCUMENTS / f"{resource}.xml"
    status, out, err = run(
        package, "send", "--sandbox", "--target", target, document, at=tmp_path
    )  # fmt: skip
    assert status == 0, err
    assert resource in out
    assert f"1 {resource} created" in err
