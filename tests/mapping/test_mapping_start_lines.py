"""The lines that are reported without the located tree are those of the located tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate import read
from ctct_migrate.mapping.start_lines import lines_of
from ctct_migrate.reader.document import Document
from ctct_migrate.source import Source

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


def lines_of_tree(document: Document) -> list[int]:
    """The line of every element, by the located tree."""
    assert document.tree is not None
    position = document.source.position
    return [position(element.start).line for element in document.tree.walk()]


def test_every_line_of_the_samples_is_right() -> None:
    reported = 0
    for path in SAMPLES.rglob("*.xml"):
        document = read(path)
        if document.root is None or document.tree is None:
            continue
        elements = list(document.root.iter("*"))
        lines = lines_of(document.source, elements)
        if lines is not None:
            reported += 1
            assert lines == lines_of_tree(document), path.name
    assert reported > 50


#: White space in a tag, and what may stand between tags.
_INSIDE = st.sampled_from(["", " ", "\n", "\r\n", "\n\n  "])
_BETWEEN = st.sampled_from(["", "\n", "\r\n", "x", "<!-- a -->", "&lt;a", "\n\n<![CDATA[b]]>"])


@st.composite
def _markup(draw: st.DrawFn, depth: int = 3) -> str:
    """Elements with few names, so that one is easily taken for another."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        name, space = draw(st.sampled_from(["a", "ab", "n:a"])), draw(_INSIDE)
        attribute = f" title={draw(_INSIDE)}'x'" if draw(st.booleans()) else ""
        inner = draw(_markup(depth - 1)) if depth and draw(st.booleans()) else draw(_BETWEEN)
        parts.append(f"{draw(_BETWEEN)}<{name}{attribute}{space}>{inner}</{name}>{draw(_BETWEEN)}")
    return "".join(parts)


@given(_markup(), st.data())
def test_what_is_told_is_right(markup: str, data: st.DataObject) -> None:
    text = f'<a xmlns:n="urn:n">{markup}</a>'
    document = Document(Source("a.xml", text.encode(), first_line=7))
    assert document.root is not None
    both = list(zip(document.root.iter("*"), lines_of_tree(document), strict=True))
    chosen = data.draw(st.lists(st.sampled_from(both)))
    lines = lines_of(document.source, [element for element, _ in chosen])
    assert lines is None or lines == [line for _, line in chosen]


def test_one_line_and_one_element_twice_are_told() -> None:
    document = read(b"<a><b/><a><b/></a></a>")
    assert document.root is not None
    elements = list(document.root.iter("*"))
    assert lines_of(document.source, elements) == [1, 1, 1, 1]
    assert lines_of(document.source, [elements[1], elements[1], elements[2]]) == [1, 1, 1]


@pytest.mark.parametrize(
    "text",
    [
        "<a>\n<b\n><b/></b></a>", "<a>\n<b\n><bc/></b></a>", "<a>\n<b\n><!-- <b --></b></a>",
        "<a><b>\n</b><b\n>\n<c/></b></a>", "<a><b c='\n>'><b/></b></a>",
    ],
)  # fmt: skip
def test_a_tag_over_two_lines_is_not_taken_for_one_that_begins_where_it_ends(text: str) -> None:
    document = read(text.encode())
    assert document.root is not None
    assert lines_of(document.source, [document.root[-1]]) is None


def test_what_cannot_be_told_is_not_guessed() -> None:
    spread = read(b"<a>\n<b\n/></a>")
    assert spread.root is not None
    assert lines_of(spread.source, [spread.root[0]]) is None
    alone = read(b"<a\n/>")
    assert alone.root is not None
    assert lines_of(alone.source, [alone.root]) is None
    other = read('<?xml version="1.0" encoding="koi8-r"?><a/>'.encode("koi8-r"))
    assert other.root is not None
    assert lines_of(other.source, [other.root]) is None
    wide = read('<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"))
    assert wide.root is not None
    assert lines_of(wide.source, [wide.root]) is None
