"""The one schema for foreign tools refuses what the vocabulary refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from ctct_migrate.v1 import vocabulary
from ctct_migrate.v1.whole_schema import write_whole_schema

SAMPLES = Path(__file__).parents[2] / "samples"


def _documents() -> Iterator[tuple[str, etree._Element]]:
    for path in sorted(SAMPLES.rglob("*.xml")):
        try:
            yield path.name, etree.fromstring(path.read_bytes())
        except etree.XMLSyntaxError:
            continue


def _broken(root: etree._Element) -> Iterator[etree._Element]:
    """The document with one of its leaves removed, renamed, or given another text."""
    for number, leaf in enumerate(each for each in root.iter("*") if not len(each)):
        for change in range(3):
            copy = etree.fromstring(etree.tostring(root))
            found = [each for each in copy.iter("*") if not len(each)][number]
            if change == 0 and found.getparent() is not None:
                found.getparent().remove(found)
            elif change == 1:
                found.tag = f"{leaf.tag}X"
            else:
                found.text = "something else"
            yield copy


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_whole_schema(tmp_path_factory.mktemp("schemas"))


def test_the_samples_get_the_verdict_of_the_vocabulary(whole: Path) -> None:
    schema = etree.XMLSchema(file=str(whole))
    verdicts = set()
    for name, root in _documents():
        valid = vocabulary().is_valid(root)
        assert schema.validate(root) == valid, (name, schema.error_log)
        verdicts.add(valid)
    assert verdicts == {True, False}


@pytest.mark.parametrize(
    "path", sorted((SAMPLES / "good").glob("*.xml"))[::4], ids=lambda p: p.stem
)
def test_broken_samples_get_the_verdict_of_the_vocabulary(whole: Path, path: Path) -> None:
    schema = etree.XMLSchema(file=str(whole))
    for broken in _broken(etree.fromstring(path.read_bytes())):
        assert schema.validate(broken) == vocabulary().is_valid(broken), etree.tostring(broken)


def test_another_reader_of_xsd_takes_it_too(whole: Path) -> None:
    schema = xmlschema.XMLSchema(str(whole))
    good = sorted((SAMPLES / "good").glob("*.xml"))
    assert good
    for path in good[:10]:
        root = etree.fromstring(path.read_bytes())
        assert schema.is_valid(root) == vocabulary().is_valid(root), path.name
