"""Payloads: what the engine made, as the values that other packages work with.

For `conversion`: `payload_of` makes the `Payload` of what the engine gave,
`complaints_of` says where what was in the way stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.complaints import Complaint
from ctct_migrate.mapping.drops import dropped
from ctct_migrate.mapping.engine import MappingOutcome
from ctct_migrate.mapping.ids import references_of
from ctct_migrate.mapping.rows import ConversionOptions, Table
from ctct_migrate.mapping.trace import Place, Trace, value_range
from ctct_migrate.payload import Account, Dropped, Payload
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.source import Span


class MappedPlace(Place, Protocol):
    """A payload of a document, and what the engine made of it."""

    @property
    def outcome(self) -> MappingOutcome:
        """What the engine made of it."""

    @property
    def table(self) -> Table:
        """The table that the engine ran."""

    @property
    def owner(self) -> MappedPlace | None:
        """The payload that it is a part of; None for a whole one."""

    @property
    def part(self) -> int | None:
        """0-based number among the parts of its owner; None for a whole one."""


@dataclass(frozen=True, slots=True)
class LocatedComplaint:
    """A complaint, the entry that it is about (0-based, None outside feeds), the element, and the
    guilty text."""

    complaint: Complaint
    entry: int | None
    element: Element
    span: Span


class _Making:
    """What is made of an outcome only when somebody asks for it."""

    __slots__ = ("_trace", "document", "mapped", "options", "table")

    def __init__(
        self, document: Document, mapped: MappedPlace, table: Table, options: ConversionOptions
    ):
        self.document, self.mapped, self.table, self.options = document, mapped, table, options
        self._trace: Trace | None = None

    def trace(self) -> Trace:
        if self._trace is None:
            self._trace = Trace(self.document, self.mapped, self.table, self.options)
        return self._trace

    def accounts(self) -> tuple[Account, ...]:
        return self.trace().accounts

    def drops(self) -> tuple[Dropped, ...]:
        mapped = self.mapped
        return dropped(self.document, mapped, self.table, self.options.shape, mapped.outcome)

    def spans(self) -> Mapping[str, Span]:
        return self.trace().source_map


def payload_of(document: Document, mapped: MappedPlace, options: ConversionOptions) -> Payload:
    """The `Payload` of an outcome that has a body.  Source map, accounting and drops are made when
    they are first asked for, from `document`, which is kept until then."""
    outcome, table = mapped.outcome, mapped.table
    assert outcome.body is not None, "no payload without a body"
    making = _Making(document, mapped, table, options)
    owner = mapped.owner
    if owner is None:
        references = references_of(BY_SLUG[table.resource], mapped.payload, mapped.envelope)
    else:
        number = owner.outcome.number
        references = {owner.table.resource: (number,)} if number is not None else {}
    return Payload(
        source=document.path,
        entry=mapped.index,
        resource=table.resource,
        shape=options.shape,
        body=outcome.body,
        number=outcome.number,
        accounts=making.accounts,
        drops=making.drops,
        spans=making.spans,
        references=references,
        request=outcome.request,
        part=mapped.part,
        made_for=table.chosen(options.shape, options.choices),
    )


def complaints_of(document: Document, mapped: MappedPlace) -> tuple[LocatedComplaint, ...]:
    """What was in the way of a body, each with its place."""
    located = document.by_node
    found = []
    for complaint in mapped.outcome.complaints:
        element = located[mapped.payload if complaint.node is None else complaint.node]
        if complaint.node is None or complaint.node is mapped.payload:
            start, end = element.name_start, element.name_end
        else:
            text = document.source.text
            start, end = value_range(element, complaint.attribute, text)
        span = document.source.span(start, end)
        found.append(LocatedComplaint(complaint, mapped.index, element, span))
    return tuple(found)


__all__ = ["LocatedComplaint", "MappedPlace", "complaints_of", "payload_of"]
