"""CT840 and CT841: what a target has no place for and somebody may miss.

A table says of a row how much it matters that its value is not sent (`Row.weight`).  Here the engine
is asked what became of these rows in one payload.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ctct_migrate.diagnostics import Diagnostic, Marking, Rule, Severity
from ctct_migrate.mapping.compiled_table import key_of
from ctct_migrate.mapping.outcome import MappingOutcome
from ctct_migrate.mapping.rows import Row, Table
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.rules.payload_view import PayloadChild, PayloadView

LOST = Rule(
    "CT840", "lost-content", Severity.WARNING,
    summary="Something that matters and that the target has no place for",
    why="An API that came later keeps less than v1 did. What it has no place for is not in the body, and those who get the e-mail will not have it.",
    bad="<EmailTextContent>&lt;Text&gt;See you on Sunday.&lt;/Text&gt;</EmailTextContent>",
    good="<!-- no EmailTextContent -->\n<PermissionReminder>NO</PermissionReminder>", how="Look whether it is missed. The value is in the list of what was dropped.",
    fact="reference, mapping-v3", target="v3", marking=Marking.UNNECESSARY,
)  # fmt: skip
LOST_SETTING = Rule(
    "CT841", "lost-setting", Severity.INFO,
    summary="A setting that the target has no place for",
    why="An API that came later does some things by itself that v1 let the author choose, and leaves others out.",
    bad="<IncludeForwardEmail>YES</IncludeForwardEmail>\n<ForwardEmailLinkText>Pass it on</ForwardEmailLinkText>",
    good="<IncludeForwardEmail>NO</IncludeForwardEmail>",
    how="Nothing has to be done. The value is in the list of what was dropped.",
    fact="reference, mapping-v3", target="v3", marking=Marking.UNNECESSARY,
)  # fmt: skip

RULES = (LOST, LOST_SETTING)

#: What a flag says that asks for something; one that says anything else asks for nothing.
_ASKED = "YES"


class Loss(NamedTuple):
    """One value that is not sent: its row, the element, and why."""

    row: Row
    child: PayloadChild
    reason: str


def remarks(view: PayloadView) -> Iterator[Diagnostic]:
    """What of a payload is lost that somebody may miss."""
    losses = losses_of(view)
    flags = {loss.row.path for loss in losses}
    for row, child, reason in losses:
        if row.flag in flags:
            continue  # its flag speaks for it
        rule = LOST if row.weight is Severity.WARNING else LOST_SETTING
        with_it = [each.child for each in losses if each.row.flag == row.path]
        message = f"`{child.name}` is dropped: {reason}"
        if with_it or child.text == _ASKED:
            message = f"`{child.name}` is {_ASKED}, and {reason}"
        yield view.report.at(
            rule, *child.name_span, message, label="lost", help=(rule.how,), element=child.path, severity=row.weight,
            labels=[(*each.name_span, "lost with it") for each in with_it],
        )  # fmt: skip


def losses_of(view: PayloadView) -> list[Loss]:
    """What of a payload is lost that somebody may miss, in the order of the table."""
    table = view.table
    if view.shape is Shape.RECORD or not table.weighed:
        return []
    rows = lost_rows(table, view.shape or Shape.CREATE, view.outcome)
    placed = ((row, view.child_of(node), reason) for row, node, reason in rows)
    found = [Loss(row, child, reason) for row, child, reason in placed if child is not None]
    return sorted(found, key=lambda each: table.weighed.index(each.row.path))


def lost_rows(
    table: Table, shape: Shape, outcome: MappingOutcome
) -> Iterator[tuple[Row, Any, str]]:
    """The rows with a weight whose values are lost: row, lxml element and reason.  A flag counts
    where it asks for something, and so does what depends on it."""
    plan = _plan(table, shape)
    candidates: list[tuple[Row, Any, str]] = [
        (row, node, reason)
        for row, node, attribute, fate, reason in outcome.aside
        if row.weight is not None and fate is Fate.DROPPED and not attribute
    ]
    for key, row in plan.never_sent:
        if key in outcome.found:
            candidates.append((row, outcome.found[key], row.reason))
    flags = plan.flags
    asked = {path: _text(outcome.found.get(key)) for path, key in flags.items()}
    for row, node, reason in candidates:
        text = _text(node)
        says = text == _ASKED if row.path in flags else bool(text)
        if says and (not row.flag or asked[row.flag] == _ASKED):
            yield row, node, reason


class _Plan(NamedTuple):
    """The rows of a table with a weight that a shape never sends, with the keys of their elements; and
    the keys of flags, by their paths."""

    never_sent: tuple[tuple[str, Row], ...]
    flags: Mapping[str, str]


@cache
def _plan(table: Table, shape: Shape) -> _Plan:
    sent = {row.path for row in table.rows if row.pointer and shape in row.shapes}
    space = table.namespace
    return _Plan(
        tuple(
            (key_of(row.path, space), row)
            for row in table.rows
            if row.weight is not None and not row.pointer and row.path not in sent
        ),
        {row.flag: key_of(row.flag, space) for row in table.rows if row.flag},
    )


def _text(node: Any) -> str:
    """The text in an lxml element, without white space around it; empty for none."""
    if node is None:
        return ""
    return ("".join(node.itertext()) if len(node) else node.text or "").strip()
