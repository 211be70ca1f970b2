"""The body that a document becomes, for somebody who wants to see it beside the document."""

from __future__ import annotations

import json
from typing import Any

from ctct_migrate.api.conversion import convert
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.language_server.analysis import Analysis
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.resources import RESOURCES
from ctct_migrate.targets import TARGETS


@dataclass(frozen=True)
class ShownBody:
    """What a document becomes.

    text     the JSON, with line ends; empty where there is no body yet
    message  one line for the user: what is shown, or why there is nothing to show
    ok       whether there is a body
    whole    whether every entry has one that can have one
    """

    text: str
    message: str
    ok: bool
    whole: bool = False


def shown_body(analysis: Analysis, target: str, choices: Choices) -> ShownBody:
    """The body of a v1 document for a target: the bare JSON of one resource, a list for several.
    Raises ValueError for a target that there is not."""
    title = TARGETS[target].title if target in TARGETS else target
    if not analysis.is_v1:
        return ShownBody("", "This is not a v1 document that becomes a body.", False)
    conversion = convert(
        analysis.snapshot.document, _shape(analysis, choices),
        time_zone=analysis.configuration.zone, target=target, choices=choices,
    )  # fmt: skip
    stopping = [each for each in conversion.diagnostics if each.stops_conversion]
    if not conversion:
        why = _stopped(stopping) if stopping else f"nothing in it becomes a body of {title}."
        return ShownBody("", f"No {title} body yet: {why}", False)
    bodies = [_body(each) for each in conversion]
    shown = bodies[0] if len(bodies) == 1 else bodies
    text = json.dumps(shown, indent=2, ensure_ascii=False) + "\n"
    message = f"{title}: {len(bodies):,} {'body' if len(bodies) == 1 else 'bodies'}"
    dropped = sum(len(each.dropped) for each in conversion)
    if dropped:
        message += f"; {dropped:,} values have no place in {title}"
    if stopping:
        message += f". Not all of it: {_stopped(stopping)}"
    return ShownBody(text, message, True, not stopping)


def _shape(analysis: Analysis, choices: Choices) -> Shape:
    """What it is converted to: a record where it can only be recorded."""
    names = {each.resource or "" for each in analysis.snapshot.document.entries}
    known = [RESOURCES[name] for name in names if name in RESOURCES]
    if known and all(each.is_recorded_alone(choices) for each in known):
        return Shape.RECORD
    return analysis.shape


def _body(payload: Payload) -> Any:
    """The body alone, or beside the query parameters that it is sent with."""
    if not payload.request:
        return payload.body
    return {"request": dict(payload.request), "body": payload.body}


def _stopped(stopping: list[Diagnostic]) -> str:
    """How many errors stand in the way, and the first of them."""
    first, number = stopping[0], len(stopping)
    errors = "1 error stands" if number == 1 else f"{number:,} errors stand"
    which = "It is" if number == 1 else "The first is"
    return f"{errors} in the way. {which} in line {first.span.start.line}: {first.message}."
