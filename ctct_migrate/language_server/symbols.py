"""The outline of a document: its entries, resources and elements, and of bodies their properties."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from ctct_migrate.bodies.json_places import PlacedValue
from ctct_migrate.language_server.analysis import Analysis
from ctct_migrate.language_server.body_places import bodies_of, delivery_of
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.tree import Element

#: Characters of a value that are shown.
_SHOWN = 60

#: Symbols of one document; more make an outline that nobody reads.
_MOST = 5_000

#: What names a resource to people, the first that is there.
_TITLES = ("Name", "EmailAddress", "FileName", "Title", "title")


@dataclass(frozen=True)
class Symbol:
    """A part of a document.

    name          what it is called: an element's name, a property's
    detail        what people know it by, or its value; may be empty
    holds         whether it holds other parts
    start, end    where it stands, in characters of `source.text`
    name_start, name_end  where its name stands
    inside        the parts in it
    """

    name: str
    detail: str
    holds: bool
    start: int
    end: int
    name_start: int
    name_end: int
    inside: tuple[Symbol, ...] = ()


def symbols(analysis: Analysis) -> list[Symbol]:
    """The outline; empty for what is no document of v1 and no body."""
    left = [_MOST]
    if analysis.body_target:
        return list(_of_bodies(analysis, left))
    tree = analysis.snapshot.document.tree if analysis.is_v1 else None
    return [] if tree is None else [_of_element(tree, left)]


def _of_element(element: Element, left: list[int]) -> Symbol:
    left[0] -= 1
    inside = []
    for each in element.elements:
        if left[0] <= 0:
            break
        inside.append(_of_element(each, left))
    return Symbol(
        element.qname, _detail(element), bool(inside), element.start, element.end,
        element.name_start, element.name_end, tuple(inside),
    )  # fmt: skip


def _detail(element: Element) -> str:
    """The value of an element that holds text; of others the value that names them."""
    if not element.elements:
        return _cut(element.text or next((each.value for each in element.attributes), ""))
    content = element.child("content")
    payload = content.elements[0] if content is not None and content.elements else None
    if payload is not None:  # of an entry, whose own title says less
        return f"{payload.name} {_detail(payload)}".strip()
    for name in _TITLES:
        found = element.child(name)
        if found is not None and not found.elements and found.text.strip():
            return _cut(found.text)
    return ""


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _of_bodies(analysis: Analysis, left: list[int]) -> Iterator[Symbol]:
    bodies = bodies_of(analysis.snapshot.source)
    for body in islice(bodies, _MOST):
        delivery = delivery_of(analysis.body_target, body)
        name = delivery.resource if delivery is not None else "body"
        yield _of_value(name, body.value, left, body.value.value)


def _of_value(name: str, value: PlacedValue, left: list[int], whole: Any = None) -> Symbol:
    left[0] -= 1
    inside = []
    for each, inner in value.inside.items():
        if left[0] <= 0:
            break
        inside.append(
            _of_value(f"[{each}]" if isinstance(value.value, list) else each, inner, left)
        )
    detail = "" if value.inside else _cut(str(value.value))
    if isinstance(whole, dict) and isinstance(whole.get("name"), str):
        detail = _cut(whole["name"])
    start, end = value.name_place
    name_end = end if value.name_start is not None else start + 1
    return Symbol(
        name, detail, bool(inside), start, value.end, start, min(name_end, value.end), tuple(inside)
    )
