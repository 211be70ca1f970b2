"""CSV with places: the rows of a table, and where the cells of a row stand.

Rows are read by Python's `csv`, which is quick; the cells of a row of which something has to be
said are found again by a small scanner, which reads what `csv` reads.  Memory does not grow with
the number of rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import NamedTuple

from ctct_migrate.late_pattern import late_compile


class Cell(NamedTuple):
    """One cell.

    start, end  where it stands in the text, its quotes included
    value       what it holds
    is_quoted   whether it begins with a quote
    is_closed   whether its quotes end; False only at the end of a text
    after       where characters after its closing quote begin; -1 for none
    """

    start: int
    end: int
    value: str
    is_quoted: bool = False
    is_closed: bool = True
    after: int = -1


class CsvRow(NamedTuple):
    """One row: from `start` up to `end` of the text, its line end included, and its values."""

    start: int
    end: int
    values: list[str]


#: Separators: the first two are v1's (reference, v1-resources, Request parameters).
SEPARATORS = (",", "\t", ";", "|")

_LINE = late_compile(r"[^\r\n]*+(?:\r\n|\n|\r|\Z)")

_QUOTED = r'"(?P<quoted>(?:[^"]++|"")*+)(?P<close>"?)'
_CELLS = {
    ",": late_compile(rf"(?:{_QUOTED})?(?P<rest>[^,\r\n]*+)(?P<end>,|\r\n|\n|\r|\Z)"),
    "\t": late_compile(rf"(?:{_QUOTED})?(?P<rest>[^\t\r\n]*+)(?P<end>\t|\r\n|\n|\r|\Z)"),
    ";": late_compile(rf"(?:{_QUOTED})?(?P<rest>[^;\r\n]*+)(?P<end>;|\r\n|\n|\r|\Z)"),
    "|": late_compile(rf"(?:{_QUOTED})?(?P<rest>[^|\r\n]*+)(?P<end>\||\r\n|\n|\r|\Z)"),
}


def cells(text: str, start: int, separator: str) -> tuple[list[Cell], int]:
    """The cells of the row that begins at `start`, and where the next row begins."""
    found = []
    at = start
    while True:
        match = _CELLS[separator].match(text, at)
        assert match is not None, "a cell may be empty"
        quoted = match["quoted"]
        rest = match["rest"]
        end = match.end("rest")
        if quoted is None:
            found.append(Cell(at, end, rest))
        else:
            closed = bool(match["close"])
            after = match.start("rest") if rest else -1
            value = quoted.replace('""', '"') + rest
            found.append(Cell(at, end, value, True, closed, after))
        at = match.end()
        if match["end"] != separator:
            return found, at


class _Lines:
    """The lines of a text from `end` on, and how far they have been taken."""

    def __init__(self, text: str, start: int):
        self._text, self.end = text, start

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.end >= len(self._text):
            raise StopIteration
        match = _LINE.match(self._text, self.end)
        assert match is not None, "a line may be empty"
        self.end = match.end()
        return match[0]


def rows(text: str, start: int, separator: str) -> Iterator[CsvRow]:
    """The rows from `start` on, without blank lines."""
    lines = _Lines(text, start)
    at = start
    while at < len(text):
        try:
            for values in csv.reader(lines, delimiter=separator):
                if values:
                    yield CsvRow(at, lines.end, values)
                at = lines.end
        except csv.Error:  # a cell longer than `csv` takes: the scanner takes any
            found, at = cells(text, at, separator)
            yield CsvRow(found[0].start, at, [cell.value for cell in found])
            lines = _Lines(text, at)
