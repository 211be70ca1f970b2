"""Allowed values and limits stand in the schemas alone: change one there, and all that is said of
it follows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from example_documents import CAMPAIGN

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with the package and its schemas, as in a checkout."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "ctct_migrate", tmp_path / "ctct_migrate", ignore=ignored)
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    return tmp_path


def _run(copy: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-m", "ctct_migrate", *arguments],
        cwd=copy, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    return done.stdout


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_an_enumeration_of_the_xsd(copy: Path) -> None:
    _replace(
        copy / "schemas/v1/campaign.xsd",
        'enumeration value="FirstAndLastName"',
        'enumeration value="Nickname"',
    )
    document = copy / "a.xml"
    document.write_text(CAMPAIGN.replace(">FirstName<", ">NickNames<"), "utf-8")
    (found,) = json.loads(_run(copy, "lint", "--format", "json", str(document)))
    assert found["code"] == "CT310"
    assert "Nickname" in found["label"]
    assert "FirstAndLastName" not in found["label"]
    assert found["fixes"][0]["edits"][0]["text"] == "Nickname"
    document.write_text(CAMPAIGN.replace(">FirstName<", ">FirstAndLastName<"), "utf-8")
    (found,) = json.loads(_run(copy, "lint", "--format", "json", str(document)))
    assert found["code"] == "CT310"
    explained = _run(copy, "explain", "CT310")
    assert "Nickname" in explained
    assert "FirstAndLastName" not in explained


def test_a_limit_of_the_json_schema(copy: Path) -> None:
    path = copy / "schemas/v2/campaign.json"
    schema = json.loads(path.read_text("utf-8"))

    def shorten(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "name" and isinstance(value, dict) and value.get("maxLength") == 80:
                    value["maxLength"] = 7
                shorten(value)
        elif isinstance(node, list):
            for value in node:
                shorten(value)

    shorten(schema)
    path.write_text(json.dumps(schema), "utf-8")
    document = copy / "a.xml"
    document.write_text(CAMPAIGN, "utf-8")
    (found,) = json.loads(_run(copy, "lint", "--format", "json", str(document)))
    assert found["code"] == "CT701"
    assert "7" in found["message"] + found["label"]


def test_a_new_element_of_the_xsd_is_known(copy: Path) -> None:
    _replace(
        copy / "schemas/v1/campaign.xsd",
        '<xs:element name="ShowAgent"',
        '<xs:element name="ShowBroker"',
    )
    document = copy / "a.xml"
    document.write_text(CAMPAIGN.replace("<Name>", "<ShowAgent>x</ShowAgent><Name>"), "utf-8")
    codes = {
        each["code"] for each in json.loads(_run(copy, "lint", "--format", "json", str(document)))
    }
    assert codes & {"CT301", "CT302"}
