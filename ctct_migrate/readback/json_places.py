"""JSON with the places of its values.

Python's own `json` says what a text holds, and not where.  This reads a text that `json` has taken
already, and only notes where each value stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from json import JSONDecoder
from typing import Any

_DECODER = JSONDecoder()
_SPACE = re.compile(r"[ \t\n\r]*")
_UNIT = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.|.", re.S
)


@dataclass(frozen=True, slots=True)
class PlacedValue:
    """A JSON value: what it is, where it stands (0-based characters of the text), and what stands in
    it, by name or by number.  Of what an object has twice, the last one counts, as in `json`."""

    value: Any
    start: int
    end: int
    inside: Mapping[str, PlacedValue] = field(default_factory=dict)
    name_start: int | None = None
    name_end: int | None = None

    def at(self, pointer: str) -> PlacedValue | None:
        """What stands at a JSON pointer (RFC 6901, without its escapes), or None."""
        found: PlacedValue | None = self
        for token in pointer.split("/")[1:]:
            found = found.inside.get(token) if found is not None else None
        return found


def placed(text: str, at: int = 0) -> tuple[PlacedValue, int]:
    """The value that begins at an index of a text that holds JSON, after white space, and where it
    ends.  Raises ValueError, IndexError or RecursionError for a text that holds none."""
    at = _skip(text, at)
    mark = text[at]
    if mark == "{":
        return _object(text, at)
    if mark == "[":
        return _array(text, at)
    value, end = _DECODER.raw_decode(text, at)
    return PlacedValue(value, at, end), end


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match is not None else at


def _object(text: str, start: int) -> tuple[PlacedValue, int]:
    inside: dict[str, PlacedValue] = {}
    at = _skip(text, start + 1)
    while text[at] != "}":
        name, name_end = _DECODER.raw_decode(text, at)
        value, end = placed(text, _skip(text, name_end) + 1)
        inside[name] = PlacedValue(value.value, value.start, value.end, value.inside, at, name_end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return PlacedValue({n: v.value for n, v in inside.items()}, start, at + 1, inside), at + 1


def _array(text: str, start: int) -> tuple[PlacedValue, int]:
    found: list[PlacedValue] = []
    at = _skip(text, start + 1)
    while text[at] != "]":
        value, end = placed(text, at)
        found.append(value)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    inside = {str(number): each for number, each in enumerate(found)}
    return PlacedValue([each.value for each in found], start, at + 1, inside), at + 1


def character_place(text: str, start: int, index: int) -> int:
    """Where the character at `index` of a string's value stands, the string beginning at `start`
    with its quote."""
    for count, match in enumerate(_UNIT.finditer(text, start + 1)):
        if count >= index:
            return match.start()
    return len(text)
