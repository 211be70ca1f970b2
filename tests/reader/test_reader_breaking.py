"""Where a text breaks: what is found by parsing a part of it is what parsing all of it finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutants import mutants
from sampling import some

from ctct_migrate.reader.breaking import first_break, reach, reach_of_edit
from ctct_migrate.reader.candidates import far, names_in, near

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
        names = names_in(data)
        for edit in (*near(data, broken.at, names), *far(data, broken, names)):
            assert reach_of_edit(data, broken, *edit) == reach(edit.applied(data))
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
    start = data.draw(st.integers(max(0, broken.at - 2_000), len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    put = data.draw(st.lists(st.sampled_from(PIECES), max_size=3).map("".join)).encode()
    assert reach_of_edit(text, broken, start, end, put) == reach(text[:start] + put + text[end:])
