"""Drops: what of a document has no place in v2, quickly.

The list stands in every line of JSON Lines output, so that it is made from lxml's tree, by the
rows alone, without the located tree wherever the lines can be told without it (`start_lines`).  The
accounting (`trace`) says more, slowly; a test holds the two to each other.

An item is an element with a text, or, where it has none, with attributes: their values then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from ctct_migrate.clark_names import local_name
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.codecs import SPACE
from ctct_migrate.mapping.compiled_table import clark
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.engine import MappingOutcome
from ctct_migrate.mapping.envelope_rows import EXTENSION
from ctct_migrate.mapping.rows import Row, Table
from ctct_migrate.mapping.start_lines import lines_of
from ctct_migrate.mapping.trace import Place
from ctct_migrate.payload import Dropped, Fate, Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import ATOM, XML

_CONTENT = f"{{{ATOM}}}content"


#: Something dropped: the lxml element, and what `Dropped` has of it: path, value, reason.  A bare
#: tuple, since there are eight in every document.
_Item = tuple[Any, str, str, str]


@dataclass(frozen=True, slots=True)
class _DropRows:
    """The rows of a table that drop something in one shape, by Clark name: of the payload's own
    attributes, of its children, of what is further inside (by the names on the way to it, with a row
    where something is dropped and None on the way there), of the envelope's children, and of
    attributes of these; `sent` are the paths of what goes into the body."""

    own: Mapping[str, Row]
    payload: Mapping[str, Row]
    inner: Mapping[str, Mapping[tuple[str, ...], Row | None]]
    envelope: Mapping[str, Row]
    attributes: Mapping[str, Mapping[str, Row]]
    sent: frozenset[str]


@cache
def _drop_rows(table: Table, shape: Shape) -> _DropRows:
    own: dict[str, Row] = {}
    payload: dict[str, Row] = {}
    inner: dict[str, dict[tuple[str, ...], Row | None]] = {}
    envelope: dict[str, Row] = {}
    attributes: dict[str, dict[str, Row]] = {}
    here = [row for row in table.rows if row.pointer.startswith("/") and shape in row.shapes]
    sent = {row.path for row in here}
    values = frozenset(row.path for row in here if not row.number)
    for row in table.rows:
        in_shape = bool(row.pointer) and shape in row.shapes
        if row.fate is not Fate.DROPPED or in_shape or row.path in sent:
            continue
        name = row.path.removeprefix("entry/")
        if name == row.path and "/" in name and "@" not in name:
            way = tuple(clark(each.rstrip("*"), table.namespace) for each in name.split("/"))
            inside = inner.setdefault(way[0], {})
            inside[way[1:]] = row
            for end in range(2, len(way)):
                inside.setdefault(way[1:end], None)
        elif name.startswith("@"):
            own[name[1:]] = row
        elif name == row.path:
            payload[clark(name, table.namespace)] = row
        elif "/@" in name:
            name, _, attribute = name.partition("/@")
            attributes.setdefault(clark(f"atom:{name}", None), {})[attribute] = row
        else:
            envelope[clark(f"atom:{name}", None)] = row
    return _DropRows(own, payload, inner, envelope, attributes, values)


def dropped(
    document: Document, place: Place, table: Table, shape: Shape, outcome: MappingOutcome
) -> tuple[Dropped, ...]:
    """What is not in the body and has no counterpart in v2, in document order."""
    rows = _drop_rows(table, shape)
    if place.envelope is None:
        items = list(_payload(place.payload, place.payload.tag.rpartition("}")[2], rows, outcome))
    else:
        items = list(_envelope(place, table, rows, outcome))
    nodes = [item[0] for item in items]
    lines = lines_of(document.source, nodes)
    if lines is None:
        lines = _located_lines(document, nodes)
    return tuple(
        [
            Dropped(path, line, value.strip(SPACE), reason)
            for (_, path, value, reason), line in zip(items, lines, strict=True)
        ]
    )


def _located_lines(document: Document, nodes: list[Any]) -> list[int]:
    """The lines by the located tree."""
    located = document.by_node
    return [document.source.position(located[node].start).line for node in nodes]


def _envelope(
    place: Place, table: Table, rows: _DropRows, outcome: MappingOutcome
) -> Iterator[_Item]:
    for child, name in _numbered(place.envelope):
        tag, path = child.tag, f"entry/{name}"
        row = rows.envelope.get(tag)
        if row is not None and not row.deep:
            text = child.text if not len(child) else decoded(child)
            if text and not text.isspace():
                yield (child, path, text, row.reason)
        elif row is not None:
            yield from _deep(child, path, row.reason)
        elif tag == _CONTENT:
            inner = place.payload.tag.rpartition("}")[2]  # it may be spelt in several ways
            yield from _payload(place.payload, f"{path}/{inner}", rows, outcome)
        elif tag in rows.attributes:
            yield from _attributes(child, path, rows.attributes[tag], rows.sent, outcome)
        elif child is place.payload:  # outside `content`, where it does not belong
            yield from _payload(child, path, rows, outcome)
        elif not tag.startswith(f"{{{ATOM}}}"):
            yield from _deep(child, path, table.worded(EXTENSION))


def _attributes(
    node: Any, path: str, rows: Mapping[str, Row], sent: frozenset[str], outcome: MappingOutcome
) -> Iterator[_Item]:
    """The attributes of an element that has no text, in one item; but for one that an id was
    read from, or that is in the body."""
    rel = node.get("rel")
    values = [
        (name, value)
        for name, value in node.items()
        if name in rows
        and value.strip()
        and (at := _of(rows[name].path, rel)) not in outcome.numbers
        and at not in sent
    ]
    if values:
        reason = rows[values[0][0]].reason
        yield (node, path, values[0][1] if len(values) == 1 else _shown(values), reason)


@lru_cache(maxsize=512)
def _of(path: str, rel: str | None) -> str:
    """The path of an attribute of the link of some `rel`: `entry/link[edit]/@href`."""
    element, _, attribute = path.rpartition("/")
    return f"{element}[{rel}]/{attribute}"


def _payload(payload: Any, path: str, rows: _DropRows, outcome: MappingOutcome) -> Iterator[_Item]:
    """What of the payload itself is dropped: by rows that drop, and by what the engine set
    aside.  The engine has found the children already, in their order, and none twice."""
    for name, row in rows.own.items():
        if (value := payload.get(name, "")) and not value.isspace():
            yield (payload, f"{path}/@{name}", value, row.reason)
    found = outcome.found
    aside = _set_aside(payload, path, outcome) if outcome.aside else {}
    for tag, child in found.items():
        if tag in rows.inner:
            yield from _inside(child, path, rows.inner[tag], aside.get(tag, []))
        elif tag in aside:
            yield from aside[tag]
        if tag in rows.payload:
            yield from _child(child, path, rows.payload[tag])


def _inside(
    top: Any, path: str, rows: Mapping[tuple[str, ...], Row | None], aside: list[_Item]
) -> list[_Item]:
    """What rows drop further inside a child of the payload, and what of it was set aside, in
    document order."""
    found = list(aside)
    waiting: list[tuple[Any, str, tuple[str, ...]]] = [(top, f"{path}/{local_name(top.tag)}", ())]
    while waiting:
        node, at, way = waiting.pop()
        for child, name in _numbered(node):
            below = (*way, child.tag)
            if below not in rows:
                continue
            row = rows[below]
            if row is None:
                if len(child):
                    waiting.append((child, f"{at}/{name}", below))
            elif (text := decoded(child)) and not text.isspace():
                found.append((child, f"{at}/{name}", text, row.reason))
    if len(found) < 2:
        return found
    order = {node: number for number, node in enumerate(top.iter())}
    return sorted(found, key=lambda item: order.get(item[0], -1))


def _child(child: Any, path: str, row: Row) -> Iterator[_Item]:
    """What a row drops of a child of the payload."""
    name = f"{path}/{local_name(child.tag)}"
    if row.deep:
        yield from _deep(child, name, row.reason)
    elif (text := decoded(child)) and not text.isspace():
        yield (child, name, text, row.reason)


def _set_aside(payload: Any, path: str, outcome: MappingOutcome) -> dict[str, list[_Item]]:
    """What the engine set aside, by the key under which it found the child of the payload that it
    stands in, or the payload itself."""
    aside: dict[str, list[_Item]] = {}
    for row, node, attribute, _, reason in outcome.aside:
        value = node.get(attribute, "") if attribute else _value(row, node)
        if not value or value.isspace():
            continue
        key, top = "", node
        if node is not payload:
            while (parent := top.getparent()) is not payload:
                top = parent
            key = top.tag
        # Unless something repeats, the path of a row is the element's.
        again = node is not payload and next(node.itersiblings(node.tag, preceding=True), None)
        once = "*" not in row.path and (again is None or again is False)
        name = row.path if once else _path_below(payload, node, attribute)
        aside.setdefault(key, []).append((node, f"{path}/{name}", value, reason))
    return aside


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
        inner = len(node)
        text = decoded(node) if inner else node.text
        given = node.items()
        values = [(n, v) for n, v in given if _tells(n) and v.strip()] if given else given
        if text and not text.isspace():
            yield (node, path, text, reason)
            for name, value in values:
                if name != "type":  # which says what kind of text it is (RFC 4287, 3.1.1)
                    yield (node, f"{path}/@{name}", value, reason)
        elif values:
            yield (node, path, values[0][1] if len(values) == 1 else _shown(values), reason)
        if inner:
            below = [(child, f"{path}/{name}") for child, name in _numbered(node)]
            waiting += reversed(below)


def _tells(name: str) -> bool:
    return not name.startswith(f"{{{XML}}}")


def _shown(values: list[tuple[str, str]]) -> str:
    return " ".join(f'{name}="{value}"' for name, value in values)


def _numbered(parent: Any) -> Iterable[tuple[Any, str]]:
    """The child elements with their local names, numbered where a name comes again."""
    children = list(parent.iterchildren("*"))
    tags = tuple([child.tag for child in children])
    names = _names(tags) if len(tags) <= _USUAL else _names.__wrapped__(tags)
    return zip(children, names, strict=True)


#: So many children have the elements of which most documents of one program have the same.
_USUAL = 64


@lru_cache(maxsize=512)
def _names(tags: tuple[str, ...]) -> tuple[str, ...]:
    """The local names of siblings, given by their Clark names, numbered where one comes again."""
    names = [local_name(tag) for tag in tags]
    repeated = Counter(names)
    seen = Counter[str]()
    for at, name in enumerate(names):
        if repeated[name] > 1:
            seen[name] += 1
            names[at] = f"{name}[{seen[name]}]"
    return tuple(names)
