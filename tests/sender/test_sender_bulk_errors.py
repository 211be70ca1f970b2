"""Errors of bulk jobs, in the forms in which servers write them, and the rows that they are about."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.sender.bulk_errors import (
    WITH_HEADING,
    WITHOUT_HEADING,
    by_rows,
    errors_of,
    first_line,
    rows_in_question,
)

ADDRESSES = [f"p{number}@example.com" for number in range(5)]


def rows(*errors: Any, first: int | None = None) -> dict[int, str]:
    found = errors_of({"errors": list(errors)})
    return dict(by_rows(found, ADDRESSES, first or first_line(found, ADDRESSES)).rows)


@pytest.mark.parametrize(
    ("error", "line", "words"),
    [
        ("Line 2: Invalid birthday", 2, "Invalid birthday"),
        ("line 12 - Bad phone", 12, "Bad phone"),
        ("Row 3 Invalid Email Address", 3, "Invalid Email Address"),
        ("Lines are long", None, "Lines are long"),
        ({"message": "Bad", "line_number": 4}, 4, "Bad"),
        ({"message": "Line 5: Bad", "line_number": None}, 5, "Bad"),
        ({"message": "Bad", "line_number": "6", "email_address": ""}, 6, "Bad"),
        ({}, None, ""),
        (None, None, "None"),
    ],
)
def test_the_forms_of_errors(error: Any, line: int | None, words: str):
    (found,) = errors_of({"errors": [error]})
    assert (found.line, found.words) == (line, words)


@pytest.mark.parametrize("errors", [None, "none", 3, {}])
def test_what_is_no_list_has_no_errors(errors: Any):
    assert errors_of({"errors": errors}) == []
    assert errors_of({}) == []


def test_an_address_says_which_row_is_meant():
    error = {"message": "Bad", "line_number": 99, "email_address": "P3@Example.com"}
    assert rows(error) == {3: "Bad"}
    assert rows("Line 7: p1@example.com is not valid.") == {1: "p1@example.com is not valid."}


def test_one_address_shows_how_lines_are_counted():
    known = {"message": "Bad", "line_number": 1, "email_address": "p0@example.com"}
    assert rows(known, "Line 3: Worse") == {0: "Bad", 2: "Worse"}


def test_a_line_that_only_one_reading_allows():
    assert rows("Line 1: Bad", "Line 3: Worse") == {0: "Bad", 2: "Worse"}
    assert rows("Line 6: Bad", "Line 3: Worse") == {4: "Bad", 1: "Worse"}


def test_where_nothing_shows_it_both_rows_are_known():
    found = errors_of({"errors": ["Line 3: Bad"]})
    assert first_line(found, ADDRESSES) is None
    placed = by_rows(found, ADDRESSES, None)
    assert (dict(placed.rows), placed.maybe) == ({1: "Bad"}, {2})
    assert list(rows_in_question(found, ADDRESSES)) == [(1, 2)]


def test_two_errors_of_one_row_are_both_kept():
    assert rows("Line 3: Bad", "Line 3: Worse", first=WITH_HEADING) == {1: "Bad; Worse"}


@pytest.mark.parametrize("error", ["The file is broken", "Line 99: Bad", "who@example.com is bad"])
def test_what_has_no_row_is_not_lost(error: str):
    found = errors_of({"errors": [error]})
    placed = by_rows(found, ADDRESSES, WITH_HEADING)
    assert not placed.rows
    assert [each.words for each in placed.unplaced] == [found[0].words]


@given(
    first=st.sampled_from([WITH_HEADING, WITHOUT_HEADING]),
    wrong=st.sets(st.integers(0, 4), min_size=1),
    is_object=st.booleans(),
)
def test_no_row_is_missed_however_lines_are_counted(first: int, wrong: set[int], is_object: bool):
    errors = [
        {"message": "Bad", "line_number": row + first, "email_address": ADDRESSES[row]}
        if is_object
        else f"Line {row + first}: Bad"
        for row in sorted(wrong)
    ]
    found = errors_of({"errors": errors})
    placed = by_rows(found, ADDRESSES, first_line(found, ADDRESSES))
    assert wrong <= placed.rows.keys() | placed.maybe
    if first_line(found, ADDRESSES) is not None:
        assert placed.rows.keys() == wrong
