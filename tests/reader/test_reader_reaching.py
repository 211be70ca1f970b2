"""How far an edit gets: what is found by parsing a part of a text is what parsing all of it finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutants import mutants
from sampling import some

from ctct_migrate.reader.breaking import first_break, reach
from ctct_migrate.reader.candidates import far, names_in, near
from ctct_migrate.reader.reaching import Reach

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
#: Samples in UTF-8, which is what is parsed.
PATHS = [
    path
    for path in sorted((SAMPLES / "good").glob("*.xml"))
    if not path.stem.startswith("encoding")
]

#: What changes how all that follows is read, and what does not.
PIECES = ("", "<", ">", "</", "/>", '"', "'", "<!--", "-->", "<![CDATA[", "]]>", "<?xml ?>", "&", "<a>", "</a>", "x")  # fmt: skip


@pytest.mark.parametrize("path", some(PATHS, 6), ids=lambda path: path.stem)
def test_what_stands_ahead_of_an_edit_makes_no_difference(path: Path) -> None:
    tried = 0
    for mutant in some(mutants(path.read_text("utf-8")), 60):
        data = mutant.text.encode("utf-8", "surrogatepass")
        broken = first_break(data)
        if broken is None:
            continue
        names, edits = names_in(data), Reach(data, broken)
        for edit in (*near(data, broken.at, names), *far(data, broken, names)):
            assert edits.of_edit(*edit) == reach(edit.applied(data))
            tried += 1
    assert tried > 100


@given(st.data())
def test_nor_of_any_edit(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(PATHS)).read_bytes()
    at = data.draw(st.integers(0, len(text)))
    text = text[:at] + data.draw(st.sampled_from(PIECES)).encode() + text[at + 1 :]
    broken = first_break(text)
    if broken is None:
        return
    start = data.draw(st.integers(max(0, broken.at - 9_000), len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    put = data.draw(st.lists(st.sampled_from(PIECES), max_size=3).map("".join)).encode()
    assert Reach(text, broken).of_edit(start, end, put) == reach(text[:start] + put + text[end:])


@pytest.mark.parametrize(
    ("text", "start", "put"),
    [
        (b"<a><b/><b/></a><c/>", 7, b"<a>"),  # what stands after the root element is then inside
        (b"<a><b><c/></b><d/></e></a>", 3, b"<e>"),  # the end tag that broke it then fits
        (b"<a><b><c/><d/></b><e/>", 6, b"</b></a>"),  # the end comes too early
        (b"<a><b><c/><d/></b>", 6, b"<b>"),  # one more is open at the end
    ],
)
def test_what_is_open_after_an_edit_makes_a_difference(text: bytes, start: int, put: bytes) -> None:
    broken = first_break(text)
    assert broken is not None
    edited = text[:start] + put + text[start:]
    assert Reach(text, broken).of_edit(start, start, put) == reach(edited)
