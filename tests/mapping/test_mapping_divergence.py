"""How two values are shown that differ."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.mapping.divergence import diverging, literal

LITERALS: list[tuple[Any, str]] = [
    (True, "true"),
    (None, "null"),
    (5, "5"),
    ("5", '"5"'),
    ("a b ", '"a b "'),
    ("a\u00a0b", '"a\\u00a0b"'),
    ("\u200b\u202e", '"\\u200b\\u202e"'),
    ("\x7f\x9b", '"\\u007f\\u009b"'),
    ("é 中 😀", '"é 中 😀"'),
    ("\ud800", '"\\ud800"'),
    ('"\n', '"\\"\\n"'),
]


@pytest.mark.parametrize(("value", "shown"), LITERALS)
def test_literals(value: Any, shown: str) -> None:
    assert literal(value) == shown


@given(st.text(max_size=50))
def test_a_literal_is_json_and_can_be_seen(text: str) -> None:
    assert json.loads(literal(text)) == text
    assert literal(text).isprintable() or not text.isprintable()


_texts = st.text(st.sampled_from(list("ab \n\t\u00a0é😀<")), max_size=300)


@given(_texts, _texts)
def test_two_that_differ_are_shown_differently(one: str, other: str) -> None:
    shown = diverging(one, other)
    if one != other:
        assert shown.expected != shown.found
        if shown.at is not None:
            assert one[: shown.at] == other[: shown.at]
            assert one[shown.at : shown.at + 1] != other[shown.at : shown.at + 1]
    assert max(len(shown.expected), len(shown.found)) < 400
