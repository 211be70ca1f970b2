"""What of an entry a target has no place for, and how much that matters.

A table says of a row how much it matters that its value is not sent (`Row.weight`).  Here the engine
is asked what became of these rows in one entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ctct_migrate.mapping.compiled_table import key_of
from ctct_migrate.mapping.engine import run
from ctct_migrate.mapping.outcome import MappingOutcome
from ctct_migrate.mapping.rows import ConversionOptions, Row, Table
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.conversion.meant_payload import read_payload
from ctct_migrate.targets import TARGETS

#: What a flag says that asks for something; one that says anything else asks for nothing.
_ASKED = "YES"


class Loss(NamedTuple):
    """One value that is not sent: its row, the element, and why."""

    row: Row
    element: Element
    reason: str


def losses_of(context: Context) -> list[Loss]:
    """What of an entry is lost that somebody may miss, in the order of the table."""
    resource, payload = context.resource, context.payload
    if resource is None or payload is None:
        return []
    table = TARGETS[context.target].table(RESOURCES[resource].slug)
    if table is None or not any(row.weight for row in table.rows) or context.shape is Shape.RECORD:
        return []
    read = read_payload(context, payload, resource)
    shape = context.shape or Shape.CREATE
    options = ConversionOptions(shape, context.zone, context.target, context.choices)
    outcome = run(table, read.payload, read.envelope, options)
    origins = read.origins()
    found = [
        Loss(row, origins[node], reason)
        for row, node, reason in lost_rows(table, shape, outcome)
        if node in origins
    ]
    order = {id(row): number for number, row in enumerate(table.rows)}
    return sorted(found, key=lambda each: order.get(id(each.row), 0))


def lost_rows(
    table: Table, shape: Shape, outcome: MappingOutcome
) -> Iterator[tuple[Row, Any, str]]:
    """The rows with a weight whose values are lost: row, lxml element and reason.  A flag counts
    where it asks for something, and so does what depends on it."""
    sent = {row.path for row in table.rows if row.pointer and shape in row.shapes}
    candidates: list[tuple[Row, Any, str]] = [
        (row, node, reason)
        for row, node, attribute, fate, reason in outcome.aside
        if row.weight is not None and fate is Fate.DROPPED and not attribute
    ]
    for row in table.rows:
        if row.weight is not None and not row.pointer and row.path not in sent:
            node = outcome.found.get(key_of(row.path, table.namespace))
            if node is not None:
                candidates.append((row, node, row.reason))
    flags = {row.flag for row in table.rows if row.flag}
    asked = {flag: _text(outcome.found.get(key_of(flag, table.namespace))) for flag in flags}
    for row, node, reason in candidates:
        text = _text(node)
        says = text == _ASKED if row.path in flags else bool(text)
        if says and (not row.flag or asked[row.flag] == _ASKED):
            yield row, node, reason


def _text(node: Any) -> str:
    """The text in an lxml element, without white space around it; empty for none."""
    return "".join(node.itertext()).strip() if node is not None else ""
