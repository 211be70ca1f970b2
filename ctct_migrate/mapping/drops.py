"""Drops: what of a document has no place in v2, quickly.

The list stands in every line of JSON Lines output, so that it is made from lxml's tree, by the
rows alone, without the located tree wherever the lines can be told without it (`lines`).  The
accounting (`trace`) says more, slowly; a test holds the two to each other.

An item is an element with a text, or, where it has none, with attributes: their values then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ctct_migrate.mapping.codecs import SPACE
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.engine import Outcome
from ctct_migrate.mapping.envelope import EXTENSION
from ctct_migrate.mapping.lines import lines_of
from ctct_migrate.mapping.plan import clark
from ctct_migrate.mapping.rows import Row, Table
from ctct_migrate.mapping.trace import Place
from ctct_migrate.payload import Dropped, Fate, Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import ATOM, XML

_CONTENT = f"{{{ATOM}}}content"


@dataclass(frozen=True, slots=True)
class _Item:
    """Something dropped: the lxml element, and what `Dropped` has of it."""

    node: Any
    path: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class _DropRows:
    """The rows of a table that drop something in one shape, by Clark name: of the payload's
    children, of the envelope's, and of attributes of the envelope's children."""

    payload: Mapping[str, Row]
    envelope: Mapping[str, Row]
    attributes: Mapping[str, Mapping[str, Row]]


@cache
def _drop_rows(table: Table, shape: Shape) -> _DropRows:
    payload: dict[str, Row] = {}
    envelope: dict[str, Row] = {}
    attributes: dict[str, dict[str, Row]] = {}
    for row in table.rows:
        if row.fate is not Fate.DROPPED or row.pointer:
            continue
        name = row.path.removeprefix("entry/")
        if name == row.path:
            payload[clark(name)] = row
        elif "/@" in name:
            name, _, attribute = name.partition("/@")
            attributes.setdefault(clark(f"atom:{name}"), {})[attribute] = row
        else:
            envelope[clark(f"atom:{name}")] = row
    return _DropRows(payload, envelope, attributes)


def dropped(
    document: Document, place: Place, table: Table, shape: Shape, outcome: Outcome
) -> tuple[Dropped, ...]:
    """What is not in the body and has no counterpart in v2, in document order."""
    rows = _drop_rows(table, shape)
    if place.envelope is None:
        items = list(_payload(place.payload, table.payload, rows, outcome))
    else:
        items = list(_envelope(place, table, rows, outcome))
    lines = lines_of(document.source, [item.node for item in items])
    if lines is None:
        lines = _located_lines(document, items)
    return tuple(
        Dropped(item.path, line, item.value.strip(SPACE), item.reason)
        for item, line in zip(items, lines, strict=True)
    )


def _located_lines(document: Document, items: list[_Item]) -> list[int]:
    """The lines by the located tree."""
    assert document.tree is not None
    assert document.root is not None
    located = dict(zip(document.root.iter("*"), document.tree.walk(), strict=False))
    return [document.source.position(located[item.node].start).line for item in items]


def _envelope(place: Place, table: Table, rows: _DropRows, outcome: Outcome) -> Iterator[_Item]:
    for child, name in _numbered(place.envelope):
        tag, path = child.tag, f"entry/{name}"
        if tag == _CONTENT:
            inside = f"{path}/{table.payload}"
            yield from _payload(place.payload, inside, rows, outcome)
            continue
        row = rows.envelope.get(tag)
        if row is not None and row.deep:
            yield from _deep(child, path, row.reason)
        elif row is not None:
            text = decoded(child)
            if text.strip():
                yield _Item(child, path, text, row.reason)
        elif tag in rows.attributes:
            yield from _attributes(child, path, rows.attributes[tag], outcome)
        elif not tag.startswith(f"{{{ATOM}}}"):
            yield from _deep(child, path, EXTENSION)


def _attributes(node: Any, path: str, rows: Mapping[str, Row], outcome: Outcome) -> Iterator[_Item]:
    """The attributes of an element that has no text, in one item; but for one that the campaign's
    number was read from."""
    rel = node.get("rel")
    values = [
        (name, value)
        for name, value in node.items()
        if name in rows
        and value.strip()
        and f"{rows[name].path.rpartition('/')[0]}[{rel}]/@{name}" not in outcome.numbers
    ]
    if values:
        reason = rows[values[0][0]].reason
        yield _Item(node, path, values[0][1] if len(values) == 1 else _shown(values), reason)


def _payload(payload: Any, path: str, rows: _DropRows, outcome: Outcome) -> Iterator[_Item]:
    """What of the payload itself is dropped: by rows that drop, and by what the engine set
    aside."""
    aside: dict[Any, list[_Item]] = {}
    for row, node, attribute, _, reason in outcome.aside:
        value = node.get(attribute, "") if attribute else _value(row, node)
        if not value or value.isspace():
            continue
        top = node
        if node is not payload:
            while (parent := top.getparent()) is not payload:
                top = parent
        # Unless a row is about something that repeats, its path is the element's.
        name = row.path if "*" not in row.path else _path_below(payload, node, attribute)
        aside.setdefault(top, []).append(_Item(node, f"{path}/{name}", value, reason))
    yield from aside.get(payload, ())
    if not aside and rows.payload.keys().isdisjoint(outcome.found):
        return
    for child in payload.iterchildren("*"):
        yield from aside.get(child, ())
        drop = rows.payload.get(child.tag)
        if drop is None:
            continue
        name = f"{path}/{child.tag.rpartition('}')[2]}"
        if drop.deep:
            yield from _deep(child, name, drop.reason)
        elif decoded(child).strip():
            yield _Item(child, name, decoded(child), drop.reason)


def _value(row: Row, node: Any) -> str:
    """The text of a leaf, or the markup in what may hold any."""
    return row.codec.whole(node) if row.codec.whole is not None else decoded(node)


def _path_below(payload: Any, node: Any, attribute: str) -> str:
    """The path of an element, or of an attribute of it, from the payload's children on."""
    names = [f"@{attribute}"] if attribute else []
    while node is not payload:
        same = list(node.getparent().iterchildren(node.tag))
        number = f"[{same.index(node) + 1}]" if len(same) > 1 else ""
        names.append(f"{node.tag.rpartition('}')[2]}{number}")
        node = node.getparent()
    return "/".join(reversed(names))


def _deep(node: Any, path: str, reason: str) -> Iterator[_Item]:
    """All that an element holds, however deep: an item for each element in it with a text or
    attributes."""
    waiting = [(node, path)]
    while waiting:
        node, path = waiting.pop()
        text = "".join((node.text or "", *_tails(node))) if len(node) else node.text or ""
        values = [(name, value) for name, value in node.items() if _tells(name) and value.strip()]
        if text.strip():
            yield _Item(node, path, text, reason)
            for name, value in values:
                if name != "type":  # which says what kind of text it is (RFC 4287, 3.1.1)
                    yield _Item(node, f"{path}/@{name}", value, reason)
        elif values:
            yield _Item(node, path, values[0][1] if len(values) == 1 else _shown(values), reason)
        if len(node):
            waiting += reversed([(child, f"{path}/{name}") for child, name in _numbered(node)])


def _tails(node: Any) -> list[str]:
    return [child.tail or "" for child in node]


def _tells(name: str) -> bool:
    return not name.startswith(f"{{{XML}}}")


def _shown(values: list[tuple[str, str]]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in values)


def _numbered(parent: Any) -> Iterator[tuple[Any, str]]:
    """The child elements with their local names, numbered where a name comes again."""
    children = list(parent.iterchildren("*"))
    names = [child.tag.rpartition("}")[2] for child in children]
    if len(set(names)) == len(names):
        yield from zip(children, names, strict=True)
        return
    seen: dict[str, int] = {}
    for child, name in zip(children, names, strict=True):
        seen[name] = seen.get(name, 0) + 1
        yield child, f"{name}[{seen[name]}]" if names.count(name) > 1 else name
