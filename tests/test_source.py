"""Source: places of a document, from characters to lines and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.source import Source

TEXTS = st.text(alphabet="ab\t\r\n<é€😀", max_size=40)


@given(TEXTS, st.data(), st.integers(1, 5))
def test_an_index_leads_to_a_place_and_the_place_back(
    text: str, data: st.DataObject, first_line: int
) -> None:
    source = Source("a.xml", text.encode(), first_line=first_line)
    index = data.draw(st.integers(0, len(text)))
    place = source.position(index)
    assert source.index(place.line, place.column) == index


@pytest.mark.parametrize(
    ("line", "column", "expected"),
    [
        (1, 1, 0),
        (2, 1, 4),
        (2, 2, 5),
        (1, 9, 8),  # counted on into the next lines
        (1, 0, 0),
        (0, 5, 0),
        (4, 1, 9),
        (99, 1, 9),
        (3, 99, 9),
    ],
)
def test_a_place_outside_the_text_is_drawn_to_it(line: int, column: int, expected: int) -> None:
    assert Source("a.xml", b"ab\r\ncd\rz\n").index(line, column) == expected
