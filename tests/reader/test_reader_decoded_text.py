"""Values of forms: what they decode to, and where each character stands in the file."""

from urllib.parse import quote_plus, unquote_plus

from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.reader.forms import decoded_text
from ctct_migrate.reader.forms.decoded_text import DecodedText

values = st.text(st.sampled_from("aZ9 +%&=,\n\u00e9\u20ac\U0001f600~"), max_size=80)


def encoded_by(value, choices):
    """Each character as it is, where it may be, or encoded."""
    return [
        char if raw and char not in "%+ &" else "%20" if char == " " and raw else quote_plus(char)
        for char, raw in zip(value, choices, strict=True)
    ]


@given(values, st.data())
def test_each_character_knows_its_place(value, data):
    choices = data.draw(st.lists(st.booleans(), min_size=len(value), max_size=len(value)))
    parts = encoded_by(value, choices)
    raw = "".join(parts)
    text = f"data={raw}&lists=1"
    decoded = DecodedText(text, 5, 5 + len(raw))
    assert decoded.value == value
    at = 5
    for index, part in enumerate(parts):
        assert decoded.place(index) == at
        at += len(part)
    assert decoded.place(len(value)) == at


@given(st.text(st.sampled_from("a+%4C3E9eb \u00e9"), max_size=60))
def test_any_text_decodes_as_urllib_has_it(raw):
    decoded = DecodedText(raw, 0, len(raw))
    expected = unquote_plus(raw, errors="surrogateescape")
    assert decoded.value == expected
    places = [decoded.place(index) for index in range(len(expected) + 1)]
    assert places == sorted(places)
    assert places[-1] == len(raw)


def test_long_values_are_decoded_piece_by_piece(monkeypatch):
    monkeypatch.setattr(decoded_text, "_PIECE", 7)
    value = "Zo\u00eb,\U0001f600 %\n" * 40
    raw = quote_plus(value)
    decoded = DecodedText(raw, 0, len(raw))
    assert decoded.value == value
    for index, char in enumerate(value):
        start, end = decoded.span(index, index + 1)
        assert unquote_plus(raw[start:end]) == char


def test_a_file_in_a_multipart_form_is_not_encoded():
    text = "a+b%20c"
    decoded = DecodedText(text, 0, len(text), encoded=False)
    assert (decoded.value, decoded.place(3)) == (text, 3)


def test_lines_and_columns_count_as_editors_do():
    raw = quote_plus("a\r\nb\rc\nd")
    decoded = DecodedText(raw, 0, len(raw))
    places = [decoded.line_and_column(decoded.value.index(char)) for char in "abcd"]
    assert places == [(1, 1), (2, 1), (3, 1), (4, 1)]
