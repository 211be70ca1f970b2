"""CT8: what conversion changes, drops or cannot do.

What became of each part of a document stands in its accounting (`Payload.accounting`); here is
only what its author should be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Marking, Rule, Severity
from ctct_migrate.mapping.emptying import emptied_by
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.context import Context, Reporter
from ctct_migrate.rules.conversion.built_in import MadeOutcome, is_built_in
from ctct_migrate.rules.fast.raw_payload import RawSubject, path_of, start_tags
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.phrases import listing, quoted
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS
from ctct_migrate.v1 import vocabulary

DROPPED = Rule(
    "CT801", "dropped-element", Severity.INFO,
    summary="An element that has no place in the body",
    why="It was seen in documents though v1's documentation does not have it. v1 took it; the API that the document is converted for has no property for it, so its value is left out.",
    bad="<ShowAgent>YES</ShowAgent>", good="<ViewAsWebpage>NO</ViewAsWebpage>",
    how="Nothing has to be done. The value is in the list of what was dropped.",
    fact="reference, v1-atom, Campaign: seen in the wild and not in the documentation",
    marking=Marking.UNNECESSARY,
)  # fmt: skip
EMPTIES = Rule(
    "CT803", "update-empties", Severity.WARNING,
    summary="Properties that the update would empty",
    why="PUT replaces the whole resource: what is left out of the body is emptied on the server.",
    bad="<!-- no GreetingString -->", good="<GreetingString>Greetings!</GreetingString>",
    how="Add what should stay, or accept that it is emptied.",
    fact="reference, v2-contract, Endpoints: PUT replaces",
)  # fmt: skip
UNACCOUNTED = Rule(
    "CT804", "unaccounted", Severity.ERROR,
    summary="A part of the document that the conversion could not read",
    why="Whatever is in the document has to be in the v2 JSON or in the list of what was dropped. This part is in neither, so no JSON is made.",
    bad="<!-- ctct-migrate: ignore CT302 -->\n<ViewAsWebpage>perhaps</ViewAsWebpage>",
    good="<ViewAsWebpage>YES</ViewAsWebpage>",
    how="Correct the value as the label says.", fact="design: nothing is lost in silence",
)  # fmt: skip
NOT_EQUIVALENT = Rule(
    "CT850", "not-equivalent", Severity.ERROR,
    summary="A v2 body that does not say what the XML says",
    why="`verify` compares a v2 body, made by any program, with what the XML converts to.",
    bad="", good="",
    how="Correct the program that made the body, at the property named.",
    fact="reference, v2-contract, v1 to v2",
)  # fmt: skip

#: Properties that a message names at most.
_SHOWN = 5

RULES = (DROPPED, EMPTIES, UNACCOUNTED, NOT_EQUIVALENT)


def may_report(signs: Signs) -> bool:
    """Whether a conversion can drop or empty anything."""
    return signs.asked is Shape.UPDATE or not (signs.has_right_names and signs.is_documented)


def check(context: Context) -> Iterator[Diagnostic]:
    """What conversion does to one resource that its author should know."""
    if context.resource is None:
        return
    title = TARGETS[context.target].title
    for name in sorted(vocabulary().undocumented(context.resource)):
        element = context.field(name)
        if element is not None and (element.text.strip() or element.has_elements):
            start, end = element.name_start, element.name_end
            yield context.report.at(
                DROPPED, start, end, f"{title} has no place for `{name}`: {quoted(element.text.strip())} is dropped"
                if element.text.strip() else f"{title} has no place for `{name}`: it is dropped",
                label="dropped", help=(DROPPED.how,), element=element.path,
            )  # fmt: skip
    if context.shape is Shape.UPDATE:
        yield from _emptied(context)


def _emptied(context: Context) -> Iterator[Diagnostic]:
    """What an update would empty."""
    from ctct_migrate.rules.fast.fast_path import outcome_of

    payload = context.payload
    assert payload is not None
    options = ConversionOptions(Shape.UPDATE, context.zone, context.target, context.choices)
    made = outcome_of(context.document, context.entry, options)
    if made is not None and not is_built_in(made):
        yield from _empties(context.report, payload, made, payload.path)


def remarks(
    source: Source, root: Any, emptied: Sequence[RawSubject], target: str
) -> Iterator[Diagnostic]:
    """What updates would empty, given in the order of a document in which nothing is wrong; `root` is its
    root element, `target` the name of the target.  Raises UnclearPlace."""
    tags = start_tags(source.text, root, [each.payload for each in emptied])
    for each, tag in zip(emptied, tags, strict=True):
        report = Reporter(source, each.index, (target,))
        yield from _empties(report, tag, each, path_of(each.payload))


def _empties(
    report: Reporter, payload: Element, made: MadeOutcome, path: str
) -> Iterator[Diagnostic]:
    """What the update by a payload, of which the start tag counts, would empty."""
    names = [f"`{pointer[1:]}`" for pointer in emptied_by(made.table, made.outcome)]
    if not names:
        return
    shown = (
        listing(names)
        if len(names) <= _SHOWN
        else f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more properties"
    )
    noun = BY_SLUG[made.table.resource].noun
    yield report.at(
        EMPTIES, payload.name_start, payload.name_end, f"the update would empty {shown}",
        label=f"PUT replaces the whole {noun}", help=(EMPTIES.how,), element=path,
    )  # fmt: skip
