"""Searches over the bytes of a document: as good as slower ones that need no care."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st

from ctct_migrate import lint, read
from ctct_migrate.rules.fast.rare_bytes import WordSearch, is_around
from ctct_migrate.rules.fast.suspects import INSTANCE, may_name_instance
from ctct_migrate.source import Source

WORDS = (b"{{", b"${", b"<$", b"&#$", b" at 0x", b"#&lt;")
SEARCH = WordSearch(b"{$#", WORDS)
PIECES = st.sampled_from([*WORDS, b"{", b"$", b"#", b"&", b"<", b" at ", b"0x", b"x"])


@given(st.lists(PIECES, max_size=12).map(b"".join))
@example(b"{" * 9 + b"x{{")
def test_words_are_found_where_they_are(data: bytes) -> None:
    assert SEARCH.is_any_in(data) == any(word in data for word in WORDS)


@given(
    st.lists(st.sampled_from([b"&#1", b"#1", b"#", b"2", b"&", b";"]), max_size=20).map(b"".join)
)
def test_a_pattern_is_found_around_a_byte(data: bytes) -> None:
    pattern = re.compile(rb"#(?<=&#)12;")
    assert is_around(b"#", pattern, data) == (b"&#12;" in data)


def _campaign(namespace: str, encoding: str = "UTF-8") -> bytes:
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n'
        f'<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" xmlns:i="{namespace}">'
        '<Name i:nil="true"/></Campaign>'
    ).encode(encoding)


@given(
    st.sets(st.sampled_from(range(len(INSTANCE)))),
    st.sampled_from(["&#{};", "&#x{:x};", "&#x00{:X};"]),
)
def test_a_namespace_is_seen_however_it_is_spelt(spelt_out: set[int], form: str) -> None:
    name = "".join(
        form.format(ord(letter)) if at in spelt_out else letter
        for at, letter in enumerate(INSTANCE)
    )
    assert may_name_instance(Source("a.xml", _campaign(name)))
    assert may_name_instance(Source("a.xml", _campaign(name, "UTF-16")))


def test_what_is_said_does_not_depend_on_the_spelling_of_a_namespace() -> None:
    plain, spelt = (
        [each.code for each in lint(read(_campaign(name)))]
        for name in (INSTANCE, INSTANCE.replace("-", "&#45;"))
    )
    assert plain == spelt


def test_a_document_without_the_namespace_is_not_searched() -> None:
    text = '<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/"><Name>It&#39;s &#8217;</Name></Campaign>'
    assert not may_name_instance(Source("a.xml", text.encode()))
