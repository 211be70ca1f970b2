"""`verify`: whether v2 bodies, made by any program, say what a document says.

The differences are found in `mapping.equivalence`; here they become diagnostics on the XML's lines.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.mapping.equivalence import (
    Difference,
    DifferenceKind,
    LocatedDifference,
    differences,
    shape_of,
)
from ctct_migrate.mapping.rows import Options
from ctct_migrate.mapping.tables import TABLES
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.rules import verdict
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversions import NOT_EQUIVALENT
from ctct_migrate.rules.linting import inspect
from ctct_migrate.rules.phrases import clip
from ctct_migrate.rules.verdict import Seen


@dataclass(frozen=True, slots=True)
class Body:
    """A v2 JSON value, and the number of the entry that it is said to be of (None if unsaid)."""

    value: Any
    entry: int | None


def verify(
    document: Document,
    bodies: Sequence[Body],
    shape: Shape | None = None,
    *,
    time_zone: tzinfo | None = None,
) -> list[Diagnostic]:
    """What makes `bodies` differ from what `document` converts to, in the document's order; empty
    if they are equivalent.

    Bodies are matched to entries by number where they have one, else in order.  `shape` is what
    the bodies are for; None to tell it from each.  A document that cannot be converted gives its
    own errors.
    """
    errors = [each for each in inspect(document, shape, time_zone) if each.stops_conversion]
    if document.root is None:
        return errors
    seen = list(verdict.outcomes(document, Options(shape or Shape.CREATE, time_zone)))
    found: list[Diagnostic] = []
    waiting = [body for body in bodies if body.entry is None]
    numbered: dict[int | None, Body] = {
        body.entry: body for body in bodies if body.entry is not None
    }
    for place in seen:
        body = numbered.pop(place.index, None) or (waiting.pop(0) if waiting else None)
        mine = [each for each in errors if each.entry == place.index]
        if mine:
            found.extend(mine)
        elif body is None:
            found.append(_alone(document, place))
        else:
            found.extend(_differences(document, place, body, shape, time_zone))
    found.extend(_left_over(document, len(waiting) + len(numbered)))
    return found


def _differences(
    document: Document, place: Seen, body: Body, shape: Shape | None, zone: tzinfo | None
) -> Iterator[Diagnostic]:
    table = TABLES[place.payload.tag.rpartition("}")[2]]
    report = Reporter(document.source, place.index)
    if not isinstance(body.value, dict):
        yield report.at(
            NOT_EQUIVALENT, 0, 0, f"this is no v2 body: `{_shown(body.value)}`",
            label="expected a JSON object", help=(NOT_EQUIVALENT.how,),
        )  # fmt: skip
        return
    wanted = shape or shape_of(table.resource, body.value)
    options = Options(wanted, zone)
    for each in differences(document, place, table, options, body.value):
        yield _worded(document, place, each)


def _worded(document: Document, place: Seen, located: LocatedDifference) -> Diagnostic:
    difference = located.difference
    message, label = _words(difference)
    return Diagnostic(
        path=document.path,
        entry=place.index,
        span=located.span,
        severity=NOT_EQUIVALENT.severity,
        code=NOT_EQUIVALENT.code,
        name=NOT_EQUIVALENT.name,
        message=message,
        label=label,
        help=(f"JSON pointer: {difference.pointer}",),
        element=located.element.path,
    )


def _words(difference: Difference) -> tuple[str, str]:
    name = f"`{difference.pointer.removeprefix('/')}`"
    expected, found = _shown(difference.expected), _shown(difference.found)
    if difference.kind is DifferenceKind.MISSING:
        return f"the JSON has no {name}", f"expected `{expected}`"
    if difference.kind is DifferenceKind.UNEXPECTED:
        return f"the JSON has {name} `{found}`, the XML has not", "nothing here says so"
    return f"{name} is `{found}` in the JSON", f"expected `{expected}`"


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return clip(text)


def _alone(document: Document, place: Seen) -> Diagnostic:
    entry = next(each for each in document.entries if each.index == place.index)
    payload = entry.payload
    assert payload is not None
    return Reporter(document.source, place.index).at(
        NOT_EQUIVALENT, payload.name_start, payload.name_end,
        f"the JSON has no body for this {payload.name}", label="expected one",
        help=(NOT_EQUIVALENT.how,), element=payload.path,
    )  # fmt: skip


def _left_over(document: Document, count: int) -> Iterator[Diagnostic]:
    if count:
        bodies = "1 body" if count == 1 else f"{count} bodies"
        yield Reporter(document.source).at(
            NOT_EQUIVALENT, 0, 0, f"the JSON has {bodies} more than the XML has entries",
            help=(NOT_EQUIVALENT.how,),
        )  # fmt: skip
