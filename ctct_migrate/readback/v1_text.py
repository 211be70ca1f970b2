"""A body of a target as the text of a v1 payload: a mapping table, run backwards.

A value is written in the way in which the row's codec reads it: of the ways that v1 had, the first one
that reads as that value.  What no row can say is left over, and told to the caller.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Any
from xml.sax.saxutils import escape

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import (
    CHOICES,
    Chosen,
    ConversionOptions,
    Row,
    Table,
    UnreadableValue,
)
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG, RESOURCES
from ctct_migrate.v1 import vocabulary

#: The account in the URIs that are made up around numbers; no row reads it.
_URI = "http://api.constantcontact.com/ws/customers/account"

#: How v1 wrote what is true and false.
_FLAGS = {True: ("YES", "true", "Yes"), False: ("NO", "false", "No")}


@dataclass(frozen=True, slots=True)
class Written:
    """A value as it stands in the v1 text: where (0-based characters), the JSON pointer of the body that
    it came from, and the name of the payload's child that it is, or is in."""

    start: int
    end: int
    pointer: str
    name: str


@dataclass(slots=True)
class _Node:
    """An element that is being made."""

    name: str
    text: str = ""
    pointer: str = ""
    attributes: dict[str, tuple[str, str]] = field(default_factory=dict)
    children: list[_Node] = field(default_factory=list)

    def child(self, name: str) -> _Node:
        for each in self.children:
            if each.name == name:
                return each
        self.children.append(_Node(name))
        return self.children[-1]


@dataclass(frozen=True, slots=True)
class V1Text:
    """The text of a bare payload, and where each value of the body stands in it, in order."""

    text: str
    written: tuple[Written, ...]


def v1_text(table: Table, body: Mapping[str, Any]) -> V1Text:
    """A body that `table` could have made, as a v1 payload."""
    root = _Node(table.payload)
    done: set[str] = set()  # of several rows that take a value, the first one gives it
    for row in table.rows:
        if row.pointer and not row.path.startswith("entry") and row.pointer[0] == "/":
            for path, pointer, value in _values(row, body, table):
                if pointer not in done and _write(root, row, path, pointer, value, table):
                    done.add(pointer)
    parts: list[str] = []
    written: list[Written] = []
    space = table.namespace
    root.attributes.setdefault("xmlns", (space or "", ""))
    _serialize(root, parts, written, 0, "")
    return V1Text("".join(parts), tuple(written))


def _values(
    row: Row, body: Mapping[str, Any], table: Table
) -> Iterator[tuple[list[str], str, Any]]:
    """The values of a body that a row speaks of: the path of each, with `[n]` for repeated elements,
    its pointer, and the value."""
    head, star, tail = row.pointer.partition("/*")
    if star:
        items = at(body, head)
        for number, item in enumerate(items if isinstance(items, list) else ()):
            value = at(item, tail) if tail else item
            yield row.path.replace("*", f"[{number}]").split("/"), f"{head}/{number}{tail}", value
        return
    pointer = _actual(row.pointer, body, table)
    if pointer:
        yield row.path.split("/"), pointer, at(body, pointer)


def _actual(pointer: str, body: Mapping[str, Any], table: Table) -> str:
    """A pointer of a row as it is in a body: an item of a list that the table tells by a constant
    (`/custom_fields/3/name`) may stand anywhere in it."""
    parent, _, name = pointer.rpartition("/")
    head, _, number = parent.rpartition("/")
    told = {
        place.rpartition("/")[2]: value
        for place, value in table.constants.items()
        if place.rpartition("/")[0] == parent and isinstance(value, str)
    }
    if not number.isdigit() or not told:
        return pointer
    items = at(body, head)
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if isinstance(item, dict) and told.items() <= item.items():
            return f"{head}/{index}/{name}"
    return ""


def _write(root: _Node, row: Row, path: list[str], pointer: str, value: Any, table: Table) -> bool:
    """Puts a value into the tree, unless it says nothing or v1 has no way to write it; says whether
    it did."""
    if value is None or value == "" or isinstance(value, dict | list):
        return False
    text = _text(row, value, table)
    if text is None:
        return False
    node = root
    attribute = path[-1][1:] if path[-1].startswith("@") else ""
    for name in path[:-1] if attribute else path:
        node = node.child(name)
    if attribute:
        node.attributes.setdefault(attribute, (text, pointer))
    elif not node.text:
        node.text, node.pointer = text, pointer
    return True


def _text(row: Row, value: Any, table: Table) -> str | None:
    """A value as v1 wrote it; None where there is no way that reads as that value."""
    codec = row.codec
    if codec.plain:
        return value if isinstance(value, str) else None
    options = ConversionOptions(Shape.RECORD)
    for candidate in _candidates(row, value, table):
        try:
            if codec.read(candidate, options) == value:
                return candidate
        except UnreadableValue:
            continue
    return None


def _candidates(row: Row, value: Any, table: Table) -> Iterator[str]:
    """The ways in which v1 may have written a value, best first."""
    if isinstance(value, bool):
        yield from _FLAGS[value]
        return
    if row.codec.values is not None:
        yield from (text for text, made in row.codec.values().items() if made == value)
    text = str(value)
    if row.path.startswith("EmailTextContent"):
        yield f"<Text>{text}</Text>"
    yield from (text, text.lower())
    fact = vocabulary().element(table.payload, row.path.replace("*", ""))
    if fact is not None:
        yield from (each.value for each in fact.enumeration)
    for resource in BY_SLUG.values():
        yield f"{_URI}/{resource.collection}/{text}"
    yield f"{_URI}/campaigns/1/schedules/{text}"


def _serialize(node: _Node, parts: list[str], written: list[Written], at: int, top: str) -> int:
    """Appends an element, which is in the payload's child named `top`; returns where it ends."""

    def put(text: str) -> None:
        nonlocal at
        parts.append(text)
        at += len(text)

    name = node.name.partition("[")[0]
    put(f"<{name}")
    for attribute, (value, pointer) in sorted(node.attributes.items(), reverse=True):
        put(f' {attribute}="')
        start = at
        put(escape(value, {'"': "&quot;"}))
        if pointer:
            written.append(Written(start, at, pointer, top))
        put('"')
    put(">")
    start = at
    put(escape(node.text, {"\r": "&#13;"}))
    if node.pointer:
        written.append(Written(start, at, node.pointer, top))
    for child in node.children:
        if node.name in RESOURCES:
            put("\n  ")
        at = _serialize(child, parts, written, at, top or child.name.partition("[")[0])
    put(f"</{name}>")
    return at


def chosen_in(table: Table, body: Mapping[str, Any]) -> dict[str, str]:
    """What the caller of a conversion chooses where v1 says nothing, and a body says: the kind of a
    postal address, for one."""
    found = {}
    for pointer, constant in table.constants.items():
        value = at(body, pointer) if pointer.startswith("/") else None
        if isinstance(constant, Chosen) and value in CHOICES.get(constant.name, ()):
            found[constant.name] = str(value)
    return found


def left_over(body: Any, rebuilt: Any, pointer: str = "") -> Iterator[str]:
    """JSON pointers of what a body says and the same made anew of the v1 text does not: of an object
    or a list that is missing altogether, its own pointer alone."""
    if body is None or body in ("", [], {}):
        return
    if isinstance(body, dict) and isinstance(rebuilt, dict):
        for name, value in body.items():
            yield from left_over(value, rebuilt.get(name), f"{pointer}/{name}")
    elif isinstance(body, list) and isinstance(rebuilt, list):
        for number, value in enumerate(body):
            other = rebuilt[number] if number < len(rebuilt) else None
            yield from left_over(value, other, f"{pointer}/{number}")
    elif body != rebuilt and not _same_moment(body, rebuilt):
        yield pointer


def _same_moment(one: Any, other: Any) -> bool:
    from datetime import datetime

    try:
        return datetime.fromisoformat(one) == datetime.fromisoformat(other)
    except (TypeError, ValueError):
        return False
