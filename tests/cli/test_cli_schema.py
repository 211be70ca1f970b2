"""`schema`: the XSDs for tools that validate."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import jsonschema_rs
import pytest
from lxml import etree


def test_what_is_written_validates(run, folder: Path) -> None:
    status, out, err = run("schema", "new/xsd")
    assert (status, out, err) == (0, "new/xsd/atom.xsd\n", "")
    schema = etree.XMLSchema(file="new/xsd/atom.xsd")
    assert schema.validate(etree.parse("good.xml"))
    wrong = Path("good.xml").read_text(encoding="utf-8").replace("<Subject>", "<Subjekt>")
    assert not schema.validate(etree.fromstring(wrong.replace("</Subject>", "</Subjekt>").encode()))
    assert run("schema", "new/xsd").status == 0


@pytest.mark.skipif(shutil.which("xmllint") is None, reason="there is no xmllint")
def test_xmllint_takes_it(run, folder: Path) -> None:
    run("schema", "xsd")
    command = ["xmllint", "--noout", "--schema", "xsd/atom.xsd", "good.xml"]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_folder_that_cannot_be_made_is_one_line(run, folder: Path) -> None:
    status, out, err = run("schema", "good.xml/xsd")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "good.xml" in err


def test_the_schema_of_the_configuration_is_printed(run, folder: Path) -> None:
    status, out, err = run("schema", "--configuration")
    assert (status, err) == (0, "")
    schema = json.loads(out)
    assert "time-zone" in schema["properties"]
    assert not jsonschema_rs.is_valid(schema, {"time-zome": "Z"})


@pytest.mark.parametrize("arguments", [(), ("xsd", "--configuration")])
def test_a_folder_or_the_configuration_is_asked_for(run, folder: Path, arguments) -> None:
    status, out, err = run("schema", *arguments)
    assert (status, out) == (2, "")
    assert "FOLDER" in err
    assert not Path("xsd").exists()
