"""Payloads: what the engine made, as the values that the rooms above work with.

The door of this room for `conversion`: `convert_place` runs the engine on one payload of a
document, `payload_of` makes the `Payload` of what it gave, `complaints_of` says where what was in
the way stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from ctct_migrate.mapping.complaints import Complaint
from ctct_migrate.mapping.drops import dropped
from ctct_migrate.mapping.engine import Outcome
from ctct_migrate.mapping.rows import Options, Table
from ctct_migrate.mapping.tables import TABLES
from ctct_migrate.mapping.trace import Place, Trace, value_range
from ctct_migrate.payload import Payload
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.source import Span


class Seen(Place, Protocol):
    """A payload of a document, and what the engine made of it."""

    @property
    def outcome(self) -> Outcome:
        """What the engine made of it."""


@dataclass(frozen=True, slots=True)
class LocatedComplaint:
    """A complaint, the entry that it is about (0-based, None outside feeds), the element, and the
    guilty text."""

    complaint: Complaint
    entry: int | None
    element: Element
    span: Span


def table_of(payload: Any) -> Table:
    """The table for an lxml payload element.  Raises `KeyError` if there is none."""
    return TABLES[payload.tag.rpartition("}")[2]]


def payload_of(document: Document, seen: Seen, options: Options) -> Payload:
    """The `Payload` of an outcome that has a body.  Source map, accounting and drops are made when
    they are first asked for, from `document`, which is kept until then."""
    outcome, table = seen.outcome, table_of(seen.payload)
    assert outcome.body is not None, "no payload without a body"

    @cache
    def trace() -> Trace:
        return Trace(document, seen, table, options)

    return Payload(
        source=document.path,
        entry=seen.index,
        resource=table.resource,
        shape=options.shape,
        body=outcome.body,
        number=outcome.number,
        accounts=lambda: trace().accounts,
        drops=lambda: dropped(document, seen, table, options.shape, outcome),
        spans=lambda: trace().source_map,
    )


def complaints_of(document: Document, seen: Seen) -> tuple[LocatedComplaint, ...]:
    """What was in the way of a body, each with its place."""
    assert document.root is not None
    assert document.tree is not None
    located = dict(zip(document.root.iter("*"), document.tree.walk(), strict=False))
    found = []
    for complaint in seen.outcome.complaints:
        element = located[seen.payload if complaint.node is None else complaint.node]
        if complaint.node is None or complaint.node is seen.payload:
            start, end = element.name_start, element.name_end
        else:
            text = document.source.text
            start, end = value_range(element, complaint.attribute, text)
        span = document.source.span(start, end)
        found.append(LocatedComplaint(complaint, seen.index, element, span))
    return tuple(found)


__all__ = ["LocatedComplaint", "Seen", "complaints_of", "payload_of", "table_of"]
