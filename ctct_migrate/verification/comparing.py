"""Comparing: the bodies that are said to be of a document with what it converts to.

The differences are found in `mapping.equivalence`; here they become diagnostics on the XML's lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.divergence import kind, short
from ctct_migrate.mapping.equivalence import (
    Difference,
    DifferenceKind,
    LocatedDifference,
    differences,
    shape_of,
)
from ctct_migrate.mapping.rows import (
    DEFAULT_TARGET,
    NO_CHOICES,
    OF_REQUEST,
    Choices,
    ConversionOptions,
)
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversion.bodies import NO_PARTNER, OTHER_RESOURCE, UNKNOWN_PROPERTY
from ctct_migrate.rules.conversion.losses import NOT_EQUIVALENT
from ctct_migrate.rules.fast import fast_path
from ctct_migrate.rules.fast.fast_path import MappedPayload
from ctct_migrate.rules.linting import inspect
from ctct_migrate.rules.phrases import with_article
from ctct_migrate.targets import TARGETS
from ctct_migrate.verification.json_bodies import Body
from ctct_migrate.verification.part_bodies import PartBodies
from ctct_migrate.verification.properties import Misnamed, other_resource, sorted_out


def compare(
    document: Document,
    bodies: Sequence[Body],
    shape: Shape | None = None,
    *,
    time_zone: tzinfo | None = None,
    target: str = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> list[Diagnostic]:
    """What makes `bodies` differ from what `document` converts to, in the document's order; empty
    if they are equivalent.

    Bodies are matched to entries by number where they have one, else in order.  `shape` is what
    the bodies are for; None to tell it from each.  A document that cannot be converted gives its
    own errors.
    """
    if document.form is not None:
        from ctct_migrate.verification.form_comparing import compare_form

        return compare_form(document, document.form, bodies, target, choices)
    options = ConversionOptions(shape or Shape.CREATE, time_zone, target, choices)
    errors = [
        each
        for each in inspect(document, shape, time_zone, target, choices)
        if each.stops_conversion
    ]
    if document.root is None:
        return errors
    seen = list(fast_path.outcomes(document, options))
    found: list[Diagnostic] = []
    inner = PartBodies(seen, bodies, shape, options)
    bodies = inner.others
    waiting = [body for body in bodies if body.entry is None]
    numbered: dict[int | None, Body] = {
        body.entry: body for body in bodies if body.entry is not None
    }
    for place in seen:
        body = numbered.pop(place.index, None) or (waiting.pop(0) if waiting else None)
        mine = [each for each in errors if each.entry == place.index]
        if mine:
            found.extend(mine)
            continue
        for part, of_part in inner.of(place):
            if of_part is None:
                found.append(_alone(document, part))
            else:
                found.extend(_differences(document, part, of_part, shape, options))
        if body is not None:
            found.extend(_differences(document, place, body, shape, options))
        elif not inner.stands_alone(place):
            found.append(_alone(document, place))
    found.extend(_left_over(document, len(waiting) + len(numbered) + inner.left))
    return found


def _differences(
    document: Document,
    place: MappedPayload,
    body: Body,
    shape: Shape | None,
    options: ConversionOptions,
) -> Iterator[Diagnostic]:
    table = place.table
    report = Reporter(document.source, place.index)
    element = _payload(document, place)
    at = (element.name_start, element.name_end)
    if not isinstance(body.value, dict):
        yield report.at(
            NOT_EQUIVALENT, *at, f"the JSON is {kind(body.value)}, `{short(body.value)}`",
            label="expected an object", help=(NOT_EQUIVALENT.how,), element=element.path,
        )  # fmt: skip
        return
    sentence = other_resource(table, TARGETS[options.target], body.value)
    if sentence:
        yield report.at(
            OTHER_RESOURCE, *at, sentence, label=f"expected the body of {with_article(BY_SLUG[table.resource].noun)}",
            help=(OTHER_RESOURCE.how,), element=element.path,
        )  # fmt: skip
        return
    wanted = shape or shape_of(table, body.value)
    found = differences(
        document, place, table, replace(options, shape=wanted), body.value, body.request
    )
    rest, misnamed = sorted_out(table, found)
    reported = [_worded(document, place, each) for each in rest]
    reported += [_misnamed(document, place, each) for each in misnamed]
    yield from sorted(reported, key=lambda each: each.span)


def _worded(document: Document, place: MappedPayload, located: LocatedDifference) -> Diagnostic:
    difference = located.difference
    message, label, helps = _words(difference)
    return Diagnostic(
        path=document.path,
        entry=place.index,
        span=located.span,
        severity=NOT_EQUIVALENT.severity,
        code=NOT_EQUIVALENT.code,
        name=NOT_EQUIVALENT.name,
        message=message,
        label=label,
        help=(*helps, _where(difference.pointer)),
        element=located.element.path,
    )


def _where(pointer: str) -> str:
    if pointer.startswith(OF_REQUEST):
        return f"query parameter, in `request` beside the body: {pointer.removeprefix(OF_REQUEST)}"
    return f"JSON pointer: {pointer}"


def _words(difference: Difference) -> tuple[str, str, tuple[str, ...]]:
    """Message, label and help for one difference."""
    name = f"`{difference.pointer.removeprefix('/')}`"
    if difference.kind is DifferenceKind.MISSING:
        return f"the JSON has no {name}", f"expected `{short(difference.expected)}`", ()
    shown = difference.shown
    if difference.kind is DifferenceKind.UNEXPECTED or shown is None:
        found = short(difference.found)
        return f"the JSON has {name}, `{found}`, and the XML says nothing of it", "", ()
    helps = (shown.note,) if shown.note else ()
    if shown.at is None:
        return f"{name} is `{shown.found}` in the JSON", f"expected `{shown.expected}`", helps
    return (
        f"{name} differs from character {shown.at + 1:,} on",
        "the first difference is shown below",
        (f"the XML says `{shown.expected}`", f"the JSON has `{shown.found}`", *helps),
    )


def _misnamed(document: Document, place: MappedPayload, each: Misnamed) -> Diagnostic:
    """The diagnostic for a property that the target does not have."""
    located = each.meant or each.located
    return Reporter(document.source, place.index).at(
        UNKNOWN_PROPERTY,
        located.element.name_start if each.meant is None else _start(document, located),
        located.element.name_end if each.meant is None else _end(document, located),
        each.message, label=each.label, help=(*each.help, f"JSON pointer: {each.pointer}"),
        element=located.element.path,
    )  # fmt: skip


def _start(document: Document, located: LocatedDifference) -> int:
    return document.source.character(located.span.start.offset)


def _end(document: Document, located: LocatedDifference) -> int:
    return document.source.character(located.span.end.offset)


def _payload(document: Document, place: MappedPayload) -> Element:
    return document.by_node[place.payload]


def _alone(document: Document, place: MappedPayload) -> Diagnostic:
    payload = _payload(document, place)
    return Reporter(document.source, place.index).at(
        NO_PARTNER, payload.name_start, payload.name_end,
        f"the JSON has no body for this {payload.name}", label="expected one",
        help=(NO_PARTNER.how,), element=payload.path,
    )  # fmt: skip


def _left_over(document: Document, count: int) -> Iterator[Diagnostic]:
    if count:
        bodies = "1 body" if count == 1 else f"{count} bodies"
        yield Reporter(document.source).at(
            NO_PARTNER, 0, 0, f"the JSON has {bodies} more than the XML has entries",
            help=(NO_PARTNER.how,),
        )  # fmt: skip
