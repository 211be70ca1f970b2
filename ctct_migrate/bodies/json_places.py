"""JSON with the places of its values.

Python's own `json` says what a text holds, and not where.  This reads a text that `json` has taken
already, and only notes where each value stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import field
from json import JSONDecoder
from typing import Any

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.late_pattern import late_compile

_DECODER = JSONDecoder()
_SPACE = late_compile(r"[ \t\n\r]*")
_UNIT = late_compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u.{4}|\\.|.", re.S
)


@dataclass(frozen=True, slots=True)
class PlacedValue:
    """A JSON value.

    value       what it is
    start, end  where it stands: 0-based characters of the text
    inside      what stands in it, by name or by number; of what an object has twice, the last one
                counts, as in `json`
    name_start, name_end  where its name stands, with the quotes, if it is a property
    repeated    properties that the object has again later, as they stand first
    """

    value: Any
    start: int
    end: int
    inside: Mapping[str, PlacedValue] = field(default_factory=dict)
    name_start: int | None = None
    name_end: int | None = None
    repeated: tuple[PlacedValue, ...] = ()

    def at(self, pointer: str) -> PlacedValue | None:
        """What stands at a JSON pointer (RFC 6901), or None."""
        found: PlacedValue | None = self
        for token in pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            found = found.inside.get(name) if found is not None else None
        return found

    def everything(self, pointer: str = "") -> Iterator[tuple[str, PlacedValue]]:
        """This value and all that stands in it, in order, each with its JSON pointer below
        `pointer`."""
        waiting = [(pointer, self)]
        while waiting:
            where, value = waiting.pop()
            yield where, value
            inner = [
                (f"{where}/{name.replace('~', '~0').replace('/', '~1')}", each)
                for name, each in value.inside.items()
            ]
            waiting += reversed(inner)

    @property
    def name_place(self) -> tuple[int, int]:
        """Where its name stands, with the quotes; of what has no name, where it stands itself."""
        if self.name_start is None or self.name_end is None:
            return self.start, self.end
        return self.name_start, self.name_end


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
    repeated: list[PlacedValue] = []
    at = _skip(text, start + 1)
    while text[at] != "}":
        name, name_end = _DECODER.raw_decode(text, at)
        value, end = placed(text, _skip(text, name_end) + 1)
        if name in inside:
            repeated.append(inside.pop(name))
        inside[name] = replace(value, name_start=at, name_end=name_end)
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    values = {name: each.value for name, each in inside.items()}
    return PlacedValue(values, start, at + 1, inside, repeated=tuple(repeated)), at + 1


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
