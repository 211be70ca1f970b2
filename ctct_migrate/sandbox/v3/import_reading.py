"""How an import is read: how many of its rows are within the limit of bytes, and what is wrong with
each."""

from __future__ import annotations

import json
from collections.abc import Iterable

from ctct_migrate.contract.contract import Violation
from ctct_migrate.late_pattern import late_compile

_ROWS = late_compile(rb'"import_data"\s*:\s*\[')

_IN_A_ROW = late_compile(r"/import_data/(\d+)/")

#: What is checked when a row is carried out, and not when the request arrives.
_VALUES = frozenset({"pattern", "format", "minLength", "maxLength", "enum", "minimum", "maximum"})


def rows_within(body: bytes, most: int) -> int:
    """How many rows of an import's body end within its first `most` bytes."""
    start = _ROWS.search(body)
    if start is None:
        return 0
    # What is cut in two characters' middle is not within either.
    text = body[start.end() : most].decode(errors="ignore")
    decoder, at, count = json.JSONDecoder(), 0, 0
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            _, at = decoder.raw_decode(text, at)
        except ValueError:
            return count
        count += 1


def is_about_a_row(violation: Violation) -> bool:
    """Whether a violation is about a value of one row, which is refused alone, and later."""
    return violation.keyword in _VALUES and bool(_IN_A_ROW.match(violation.pointer))


def row_errors(violations: Iterable[Violation]) -> dict[int, str]:
    """What is wrong with rows, by their 0-based numbers."""
    found: dict[int, str] = {}
    for each in violations:
        match = _IN_A_ROW.match(each.pointer)
        if match is not None and is_about_a_row(each):
            name = each.pointer.rpartition("/")[2]
            found.setdefault(int(match[1]), f"Invalid {name}")
    return found
