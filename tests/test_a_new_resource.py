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

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOYS = Path(__file__).parent / "toys"
DOCUMENTS = TOYS / "documents"

TARGETS = ("v2", "paperboy")


def added(file: Path, before: str, import_line: str, name: str) -> None:
    """Adds a name to the tuple of one of the two lists, before the text `before`."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1
    text = text.replace(before, f"{name}, {before}")
    first = text.index("\nfrom ctct_migrate")
    file.write_text(f"{text[:first]}\n{import_line}{text[first:]}", encoding="utf-8")


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy of the package that has the toys."""
    folder: Path = tmp_path_factory.mktemp("toys")
    leave = shutil.ignore_patterns("__pycache__", "schemas")
    shutil.copytree(ROOT / "ctct_migrate", folder / "ctct_migrate", ignore=leave)
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    for part in ("ctct_migrate", "schemas"):
        for toy in filter(Path.is_file, (TOYS / part).rglob("*")):
            place = folder / toy.relative_to(TOYS)
            if toy.suffix == ".pyc":
                continue
            assert not place.exists(), "a toy replaces nothing"
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(toy, place)
    lists = folder / "ctct_migrate"
    added(
        lists / "resources" / "__init__.py", "CONTACT_LIST,\n",
        "from ctct_migrate.resources.coupon import COUPON", "COUPON",
    )  # fmt: skip
    added(
        lists / "targets" / "__init__.py", "V2,)",
        "from ctct_migrate.targets.paperboy.target import PAPERBOY", "PAPERBOY",
    )  # fmt: skip
    return folder


def run(package: Path, *words: str | Path, at: Path | None = None) -> tuple[int, str, str]:
    """Exit status, standard output and standard error of a command of the copy."""
    environment = {**os.environ, "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "ctct_migrate", *map(str, words)]
    done = subprocess.run(
        command, env=environment, cwd=at or package, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout, done.stderr


def test_the_copy_is_what_runs(package: Path) -> None:
    code = "import ctct_migrate; print(ctct_migrate.__file__)"
    environment = {**os.environ, "PYTHONPATH": str(package)}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=package, capture_output=True, text=True
    )
    assert Path(found.stdout.strip()).parent == package / "ctct_migrate"


def test_a_good_document_of_a_new_resource_lints_clean(package: Path) -> None:
    assert run(package, "lint", DOCUMENTS / "coupon.xml") == (0, "", "")


def test_what_the_schema_says_is_reported_at_its_place(package: Path) -> None:
    status, out, _ = run(package, "lint", "--format", "json", DOCUMENTS / "coupon-wrong.xml")
    assert status == 1
    text = (DOCUMENTS / "coupon-wrong.xml").read_bytes()
    found = {text[each["offset"] : each["end_offset"]].decode(): each for each in json.loads(out)}
    assert {"matt", "a lot", "remark"} <= set(found)
    missing = found[""]  # what is missing is shown where it belongs
    assert missing["severity"] == "error"
    assert "Title" in missing["message"]
    assert "Matte" in found["matt"]["fixes"][0]["title"]


def test_fix_makes_it_right(package: Path, tmp_path: Path) -> None:
    document = tmp_path / "coupon.xml"
    shutil.copy(DOCUMENTS / "coupon-fixable.xml", document)
    assert run(package, "fix", document)[0] == 0
    assert document.read_text() == (DOCUMENTS / "coupon.xml").read_text()


@pytest.mark.parametrize("target", TARGETS)
def test_it_converts_and_verifies(package: Path, tmp_path: Path, target: str) -> None:
    document = DOCUMENTS / "coupon.xml"
    status, out, err = run(package, "convert", "--target", target, document)
    assert (status, err) == (0, "")
    assert json.loads(out) == {"title": "Spring bread", "paper": "MATTE", "percent": 15}
    status, out, err = run(package, "convert", "--shape", "record", "--target", target, document)
    assert (status, err) == (0, "")
    record = {"id": "5", "title": "Spring bread", "paper": "MATTE", "percent": 15}
    assert json.loads(out) == record
    body = tmp_path / "body.json"
    body.write_text(out)
    assert run(package, "verify", "--target", target, document, body)[0] == 0
    body.write_text(json.dumps(record | {"paper": "GLOSSY"}))
    status, out, err = run(package, "verify", "--target", target, document, body)
    assert status == 1
    assert "paper" in out + err


def test_what_a_target_minds_is_said_in_its_name(package: Path, tmp_path: Path) -> None:
    document = tmp_path / "long.xml"
    text = (DOCUMENTS / "coupon.xml").read_text()
    document.write_text(text.replace("<Title>Spring bread", "<Title>Bread in all sizes and shapes"))
    assert run(package, "convert", document)[0] == 0
    status, _, err = run(package, "convert", "--target", "paperboy", document)
    assert status == 1
    assert "the paperboy" in err


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_dropped_names_the_target(package: Path, target: str) -> None:
    found = run(
        package, "convert", "--format", "jsonl", "--target", target, DOCUMENTS / "coupon.xml"
    )
    (line,) = found[1].splitlines()
    reasons = {each["path"]: each["reason"] for each in json.loads(line)["dropped"]}
    title = "the paperboy" if target == "paperboy" else target
    assert reasons["entry/content/Coupon/Remark"] == f"{title} has no place for it"


@pytest.mark.parametrize("target", TARGETS)
def test_it_is_sent_to_a_sandbox(package: Path, tmp_path: Path, target: str) -> None:
    status, out, err = run(
        package, "send", "--sandbox", "--target", target, DOCUMENTS / "coupon.xml", at=tmp_path
    )
    assert status == 0, err
    assert "coupon" in out
    assert "created" in out
