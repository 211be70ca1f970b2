"""Places in the text of an editor: any text, in any of the three encodings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.language_server.editor_source import editor_source
from ctct_migrate.language_server.editor_text import UNITS, EditorPlace, EditorText
from ctct_migrate.source import Source

#: What goes wrong: astral characters, all line ends, what only Python takes for line ends, a byte
#: order mark, a half of a pair, letters of two and three bytes.
ALPHABET = st.sampled_from("a<>\n\r\t\u20ac\u00e9\U0001f600\u2028\x85\x0b\ufeff\ud83d") | st.just(
    "\r\n"
)
TEXTS = st.lists(ALPHABET, max_size=30).map("".join)
ENCODINGS = st.sampled_from(sorted(UNITS))


@given(TEXTS, ENCODINGS)
def test_places_come_back(text: str, encoding: str) -> None:
    editor = EditorText(text, encoding)
    for index in range(len(text) + 1):
        inside_line_end = text[index - 1 : index + 1] == "\r\n" and index > 0
        assert editor.index(editor.place(index)) == index - inside_line_end


@given(TEXTS, ENCODINGS)
def test_a_place_is_the_units_of_its_line(text: str, encoding: str) -> None:
    """Held to the encoding itself: what stands before a place in its line has as many units as it says."""
    editor, size = EditorText(text, encoding), {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    for index in range(len(text) + 1):
        if text[max(0, index - 1) : index + 1] == "\r\n":
            continue  # inside a line end, which is no place
        *lines, before = re.split("\r\n|\r|\n", text[:index])
        units = len(before.encode(codec, "surrogatepass")) // size
        assert editor.place(index) == (len(lines), units)


@given(TEXTS, ENCODINGS)
def test_places_are_those_of_the_source(text: str, encoding: str) -> None:
    """Lines and columns of diagnostics and those of the editor are the same."""
    text = text.replace("\ud83d", "\ufffd")
    made = editor_source("a.xml", text)
    assert made.source.text == text[made.shift :]
    in_characters = EditorText(made.source.text, "utf-32")
    for index in range(len(made.source.text) + 1):
        position = made.source.position(index)
        if made.source.text[index - 1 : index + 1] != "\r\n":
            assert in_characters.place(index) == (position.line - 1, position.column - 1)


@given(TEXTS, TEXTS, ENCODINGS, st.data())
def test_edits_of_an_editor_are_applied(
    text: str, new: str, encoding: str, data: st.DataObject
) -> None:
    editor = EditorText(text, encoding)
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    first, last = editor.index(editor.place(start)), editor.index(editor.place(end))
    changed = editor.changed(editor.place(start), editor.place(end), new)
    assert changed.text == text[:first] + new + text[last:]
    afresh = EditorText(changed.text, encoding)
    assert changed.lines == afresh.lines
    places = [changed.place(index) for index in range(len(changed.text) + 1)]
    assert places == [afresh.place(index) for index in range(len(changed.text) + 1)]


@pytest.mark.parametrize("encoding", sorted(UNITS))
def test_places_outside_are_drawn_in(encoding: str) -> None:
    editor = EditorText("ab\r\n\U0001f600", encoding)
    assert editor.index(EditorPlace(0, 99)) == 2
    assert editor.index(EditorPlace(7, 0)) == 5
    assert editor.index(EditorPlace(-1, 3)) == 0
    assert editor.place(99) == editor.place(5)


def test_a_place_inside_a_character_is_that_character() -> None:
    assert EditorText("\U0001f600b", "utf-16").index(EditorPlace(0, 1)) == 0
    assert EditorText("\U0001f600b", "utf-8").index(EditorPlace(0, 3)) == 0


@pytest.mark.parametrize(
    "declared",
    ["ISO-8859-1", "windows-1252", "utf-8", "l1", "us-ascii", "shift_jis", "no-such", "utf-16"],
)
def test_every_value_survives_the_declared_encoding(declared: str) -> None:
    text = f'<?xml version="1.0" encoding="{declared}"?>\n<a>\u20ac \U0001f600 \u0141</a>'
    source = editor_source("a.xml", text).source
    assert len(source.text) == len(text)
    assert source.text[source.text.index("<a>") :] == "<a>\u20ac \U0001f600 \u0141</a>"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-8"])
def test_the_saved_file_says_whether_there_is_a_mark(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?><a>\u20ac</a>'
    file = tmp_path / "a.xml"
    file.write_bytes(text.encode(encoding))
    made = editor_source("a.xml", text, file)
    assert made.source.data == file.read_bytes()
    assert made.source.text == text


def test_a_utf_8_file_that_declares_utf_16_stays_what_it_is(tmp_path: Path) -> None:
    """What programs on Windows write often; the mistake is seen in the editor as well."""
    text = '<?xml version="1.0" encoding="utf-16"?><a/>'
    file = tmp_path / "a.xml"
    file.write_text(text)
    source = editor_source("a.xml", text, file).source
    assert isinstance(source, Source)
    assert source.decoding.contradicted
