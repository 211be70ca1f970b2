"""The scanner of CSV reads what Python's `csv` reads, and knows where it stands."""

import csv

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ctct_migrate.reader.forms.csv_cells import SEPARATORS, cells, rows

texts = st.text(st.sampled_from('ab,\t;|" \n\r\u00e9\U0001f600'), max_size=60)


def by_csv(text: str, separator: str) -> list[list[str]]:
    lines, rest = [], text
    while rest:
        ends = [rest.find(end) + len(end) for end in ("\r\n", "\n", "\r") if end in rest]
        ends = [end + (rest[end - 1 : end + 1] == "\r\n") for end in ends]
        end = min(ends, default=len(rest))
        lines.append(rest[:end])
        rest = rest[end:]
    return [row for row in csv.reader(lines, delimiter=separator) if row]


@given(texts, st.sampled_from(SEPARATORS))
@example('a,"b\nc', ",")
@example('"a"b"c,d', ",")
@example('a"b",c\r\n\r\n"",""\r', ",")
def test_rows_are_those_of_csv(text, separator):
    assert [row.values for row in rows(text, 0, separator)] == by_csv(text, separator)


@given(texts, st.sampled_from(SEPARATORS))
def test_cells_are_those_of_csv(text, separator):
    at, found = 0, []
    while at < len(text):
        row, end = cells(text, at, separator)
        if text[at:end].strip("\r\n"):  # `csv` gives nothing for a blank line
            found.append([cell.value for cell in row])
        at = end
    assert found == by_csv(text, separator)


@given(texts, st.sampled_from(SEPARATORS))
def test_rows_and_cells_stand_where_they_say(text, separator):
    for row in rows(text, 0, separator):
        found, end = cells(text, row.start, separator)
        assert end == row.end
        assert [cell.value for cell in found] == row.values
        for cell in found:
            raw = text[cell.start : cell.end]
            assert raw.startswith('"') == cell.is_quoted
            if not cell.is_quoted:
                assert raw == cell.value


def test_a_cell_longer_than_csv_takes_is_read():
    long = "x" * 200_000
    found = list(rows(f"a,b\n{long},c\nd,e\n", 0, ","))
    assert [row.values for row in found] == [["a", "b"], [long, "c"], ["d", "e"]]


@pytest.mark.parametrize("text", ["", "\n", "\r\n\r\n"])
def test_blank_lines_are_no_rows(text):
    assert list(rows(text, 0, ",")) == []
