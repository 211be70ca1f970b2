"""What libxml2 has read, located: the same tree as the scanner's, place by place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xml_strategies import well_formed

from ctct_migrate.reader.locating import locate
from ctct_migrate.reader.scanner import scan
from ctct_migrate.reader.tree import Element, Markup, Text

Told = tuple[object, ...]


def _told(node: Element | Text | Markup) -> Told:
    """All that a node says of itself and of what is in it."""
    if isinstance(node, Markup):
        return node.kind, node.value, node.start, node.end
    if isinstance(node, Text):
        return "text", node.value, node.start, node.end, node.cdata
    attributes = [
        (a.prefix, a.name, a.value, a.start, a.end, a.value_start, a.value_end)
        for a in node.attributes
    ]
    places = (node.start, node.name_start, node.name_end, node.open_end, node.close_start, node.end)
    inside = [_told(child) for child in node.children]
    reported = node.prefix, node.name, node.number, node.self_closing, node.closed
    return *reported, places, attributes, inside


@given(well_formed)
def test_it_is_the_tree_that_the_scanner_gives(text: str) -> None:
    located, scanned = locate(text), scan(text)
    assert located is not None
    assert located.root is not None
    assert scanned.root is not None
    assert _told(located.root) == _told(scanned.root)
    assert [_told(each) for each in located.prolog] == [_told(each) for each in scanned.prolog]


@given(st.text(st.sampled_from(list("<>&;/!?-[]=\"' abCDATA#x\n\r\0é😀\ud800")), max_size=60))
def test_no_text_raises(text: str) -> None:
    locate(text)


@pytest.mark.parametrize(
    "text", ["", "x", "<a>", "<a></b>", "<a/><b/>", "<a/>x", "</a>", "<a></a></a>"]
)
def test_what_is_not_well_formed_is_left_to_the_scanner(text: str) -> None:
    assert locate(text) is None
