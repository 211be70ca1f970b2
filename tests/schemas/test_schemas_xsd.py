"""The XSDs themselves: usable one by one, documented throughout, and without repetitions."""

import shutil
import subprocess
import sys

import pytest
import xmlschema
from lxml import etree

from ctct_migrate.schema_files import schema_directory

XS = "{http://www.w3.org/2001/XMLSchema}"
FILES = sorted((schema_directory() / "v1").glob("*.xsd"))
CTCT = 'xmlns="http://ws.constantcontact.com/ns/1.0/"'
#: Where facts about v1 are from.
SOURCES = ("reference, v1-atom", "reference, v1-resources", "RFC 4287")


def named(path, *kinds):
    root = etree.parse(str(path)).getroot()
    return [node for kind in kinds for node in root.iter(f"{XS}{kind}") if node.get("name")]


def documentation(node):
    return node.findtext(f"{XS}annotation/{XS}documentation") or ""


def test_there_are_the_schemas_of_the_envelope_and_of_both_resources():
    assert {"atom.xsd", "campaign.xsd", "schedule.xsd"} <= {path.name for path in FILES}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_each_schema_stands_alone_in_both_engines(path):
    etree.XMLSchema(file=str(path))
    assert xmlschema.XMLSchema10(str(path)).built


def test_a_payloads_schema_checks_the_bare_payload():
    schema = etree.XMLSchema(file=str(schema_directory() / "v1" / "campaign.xsd"))
    assert schema.validate(etree.fromstring(f"<Campaign {CTCT}><Name>x</Name></Campaign>"))
    assert not schema.validate(etree.fromstring(f"<Campaign {CTCT}/>"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_element_and_attribute_says_what_it_means_and_where_that_is_from(path):
    for node in named(path, "element", "attribute"):
        meaning, _, origin = documentation(node).rpartition(" (")
        assert meaning, node.get("name")
        assert origin.endswith(")"), node.get("name")
        assert any(source in origin for source in SOURCES), node.get("name")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_value_says_what_it_means_or_which_value_it_spells(path):
    for node in etree.parse(str(path)).iter(f"{XS}enumeration"):
        values = {each.get("value") for each in node.getparent()}
        spelt = node.get("{urn:ctct-migrate:facts}spelling-of")
        if spelt is not None:
            assert spelt in values
            assert not documentation(node)
        elif node.get("value"):
            assert documentation(node), node.get("value")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_value_is_listed_twice(path):
    for restriction in etree.parse(str(path)).iter(f"{XS}restriction"):
        values = [each.get("value") for each in restriction.iter(f"{XS}enumeration")]
        assert len(values) == len(set(values))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_references_to_other_schemas_are_relative(path):
    for node in etree.parse(str(path)).iter(f"{XS}import", f"{XS}include"):
        assert (schema_directory() / "v1" / node.get("schemaLocation")).is_file()
        assert "/" not in node.get("schemaLocation")


def test_the_schemas_are_found_inside_an_installed_package(tmp_path):
    """As in a wheel: the package holds the schemas, and there is no checkout around it."""
    import ctct_migrate.schema_files

    package = tmp_path / "ctct_migrate"
    package.mkdir()
    shutil.copy(ctct_migrate.schema_files.__file__, package)
    shutil.copytree(schema_directory(), package / "schemas")
    program = "import schema_files; print(schema_files.schema_directory())"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=package, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == str(package / "schemas")
