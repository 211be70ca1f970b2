"""A start tag without its `<` is found among words, each of which might have been its name."""

from __future__ import annotations

import pytest

from ctct_migrate.reader.breaking import first_break
from ctct_migrate.reader.candidates import Candidate, far, names_in

WORDS = "a word and another " * 8


@pytest.mark.parametrize("tag", ["Subject>", 'Subject id="5">', "Subject\n>"])
def test_the_tag_is_found_after_words(tag: str) -> None:
    data = f"<a><b>{WORDS}</b>\n{tag}c</Subject></a>".encode()
    broken = first_break(data)
    assert broken is not None
    found = list(far(data, broken, names_in(data)))
    place = data.index(b"Subject")
    assert Candidate(place, place, b"<") in found
