"""Each of libxml2's elements leads to the element of the located tree that stands at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from ctct_migrate import read
from ctct_migrate.reader.node_places import NodePlaces

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.mark.parametrize(
    "path", sorted((SAMPLES / "good").glob("*.xml"))[::5], ids=lambda p: p.name
)
def test_one_by_one_is_as_all_at_once(path: Path) -> None:
    document = read(path.read_bytes())
    assert document.root is not None
    assert document.tree is not None
    places = NodePlaces(document.root, document.tree)
    for node, element in zip(document.root.iter("*"), document.tree.walk(), strict=True):
        assert places[node] is element
        assert NodePlaces(document.root, document.tree)[node] is element
        assert document.node(element.number) is node
    assert len(places) == len(list(document.root.iter("*")))


def test_an_element_of_another_document_has_no_place() -> None:
    document, other = read(b"<Campaign><Name/></Campaign>"), etree.fromstring(b"<a><b/></a>")
    assert document.root is not None
    assert document.tree is not None
    places = NodePlaces(document.root, document.tree)
    assert other not in places
    assert other[0] not in places
    assert places.get(document.root[0]) is document.tree.elements[0]
