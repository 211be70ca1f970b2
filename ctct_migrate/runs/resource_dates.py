"""When a resource was sent or last changed, for manifests and reports.

A body says it in properties that the target's delivery names, or else in any that its JSON Schema
calls a date-time.  A document that has no body says it in the elements that these properties are
made of, or else in Atom's `updated`; its text is searched for them, since it may not be
well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.payload import Shape
from ctct_migrate.targets import TARGETS

_ENTRY = late_compile(r"<(?:[^\s<>:/]+:)?entry[\s>]")


def date_in_body(target: str, resource: str, body: Mapping[str, Any]) -> str | None:
    """The date (ISO 8601) in a body of the resource of that slug; None where it has none."""
    for name in _properties(target, resource):
        if isinstance(value := body.get(name), str):
            return value
    return None


def date_in_text(target: str, resource: str | None, text: str, entry: int | None) -> str | None:
    """The date in the XML of a document, or of the entry of that number (0-based) in a feed.
    `resource` is None where it is not known."""
    names = _elements(target, resource)
    low, high = _passage(text, entry)
    found = {match[1]: match[2].strip() for match in _pattern(names).finditer(text, low, high)}
    return next((found[name] for name in names if name in found), None)


@cache
def _properties(target: str, resource: str) -> tuple[str, ...]:
    """Names of the properties that hold the date, best first."""
    delivery = TARGETS[target].delivery(resource)
    if delivery is None:
        return ()
    if delivery.dates:
        return delivery.dates
    contract = TARGETS[target].contract
    pointers = contract.properties(delivery.schema, Shape.RECORD)
    return tuple(
        pointer[1:]
        for pointer in pointers
        if pointer.count("/") == 1
        and contract.limits(delivery.schema, pointer).format == "date-time"
    )


@cache
def _elements(target: str, resource: str | None) -> tuple[str, ...]:
    """Names of the elements that hold the date, best first."""
    names: list[str] = []
    table = TARGETS[target].table(resource) if resource else None
    if resource and table is not None:
        for name in _properties(target, resource):
            names += [row.path for row in table.rows if row.pointer == f"/{name}"]
    return (*dict.fromkeys(name for name in names if name.isalnum()), "updated")


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"<(?:[^\s<>:/]+:)?({'|'.join(names)})>\s*(\d{{4}}-\d\d-\d\d[T \d:.+Z-]*)")


def _passage(text: str, entry: int | None) -> tuple[int, int]:
    """Where the entry stands, roughly: enough to find a date in it."""
    if entry is None:
        return 0, len(text)
    starts = _starts(text)[entry : entry + 2]
    low, high = [*starts, len(text), len(text)][:2]
    return low, high


@lru_cache(maxsize=1)
def _starts(text: str) -> list[int]:
    """Where the entries of a document begin; every entry of a feed asks for the same one."""
    return [match.start() for match in _ENTRY.finditer(text)]
