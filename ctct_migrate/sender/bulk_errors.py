"""The errors of a bulk job, and which of its rows each is about.

Servers write an error as a text, `Line 2: Invalid birthday`, or as an object with the message, the
number of the line and the address (reference, v2-resources, Activity record).  An address says
which row is meant.  A line alone does not quite: whether the line of the columns' names counts is
stated nowhere, so that the first row is line 1 or line 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.targets.bulk_activity import address_key

_LINE = late_compile(
    r"\s*(?:line|row)\s*(?:number|no\.?)?\s*#?\s*(\d{1,9})\b[\s:.,–-]*(.*)", re.I | re.S
)
_PART = r"[^\s<>()\[\],;:\"'@]"
_ADDRESS = late_compile(rf"(?<!{_PART}){_PART}++@(?:{_PART}|@)++")

#: What the first row is called, if the line of the columns' names counts, and if it does not.
WITH_HEADING, WITHOUT_HEADING = 2, 1


@dataclass(frozen=True, slots=True)
class JobError:
    """One error.

    words    the server's, without the line
    line     number of the line, or None
    address  that it names, in the form in which addresses are compared; empty for none
    """

    words: str
    line: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class RowErrors:
    """The errors of a job by rows.

    rows       words, by the 0-based number of the row
    maybe      rows that may be meant instead of those, where the first row's line is not known
    unplaced   errors that no row can be given for
    """

    rows: Mapping[int, str] = field(default_factory=dict)
    maybe: frozenset[int] = frozenset()
    unplaced: tuple[JobError, ...] = ()


def errors_of(record: Mapping[str, Any], name: str = "errors") -> list[JobError]:
    """The errors in the property `name` of a job's record, in whichever form."""
    found = record.get(name)
    if not isinstance(found, list):
        return []
    return [_error(each) for each in found]


def _error(given: Any) -> JobError:
    if not isinstance(given, Mapping):
        text = str(given)
        match = _LINE.fullmatch(text)
        line = int(match[1]) if match else None
        return JobError((match[2] if match else text).strip(), line, _address_in(text))
    words = str(given.get("message") or "").strip()
    inside = _error(words)
    number = str(given.get("line_number") or "")
    line = int(number) if number.isascii() and number.isdigit() else inside.line
    address = address_key(str(given.get("email_address") or "")) or inside.address
    return JobError(inside.words or words, line, address)


def _address_in(text: str) -> str:
    match = _ADDRESS.search(text)
    return address_key(match[0].rstrip(".")) if match else ""


def first_line(errors: Sequence[JobError], addresses: Sequence[str]) -> int | None:
    """The number that the first row has as a line, as far as the errors themselves show it; None
    where they do not.  `addresses` are those of the rows, in the form in which they are compared."""
    rows = {address: number for number, address in enumerate(addresses)}
    for each in errors:
        if each.line is not None and each.address in rows:
            return each.line - rows[each.address]
    lines = [each.line for each in errors if each.line is not None and each.address not in rows]
    if any(line < WITH_HEADING for line in lines):
        return WITHOUT_HEADING
    if any(line > len(addresses) for line in lines):
        return WITH_HEADING
    return None


def by_rows(errors: Sequence[JobError], addresses: Sequence[str], first: int | None) -> RowErrors:
    """The errors by rows; `first` is what `first_line` gave, or what was found out otherwise."""
    rows = {address: number for number, address in enumerate(addresses)}
    found: dict[int, str] = {}
    maybe: set[int] = set()
    unplaced = []
    for each in errors:
        number = rows.get(each.address)
        if number is None and each.line is not None:
            number = each.line - (WITH_HEADING if first is None else first)
            if first is None:
                maybe |= {each.line - WITHOUT_HEADING} & set(range(len(addresses)))
        if number is None or not 0 <= number < len(addresses):
            unplaced.append(each)
            continue
        words = [known for known in [found.get(number)] if known]
        found[number] = "; ".join([*words, each.words])
    return RowErrors(found, frozenset(maybe - found.keys()), tuple(unplaced))


def rows_in_question(
    errors: Sequence[JobError], addresses: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """The pairs of rows that a line may mean: with the line of the columns' names, and without."""
    known = set(addresses)
    for each in errors:
        if each.line is not None and each.address not in known:
            pair = (each.line - WITH_HEADING, each.line - WITHOUT_HEADING)
            if pair[0] >= 0 and pair[1] < len(addresses):
                yield pair
