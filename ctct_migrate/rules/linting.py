"""`lint`: all diagnostics of a document, in the order of the text.

The fast way first: a document of which `verdict` says that there is nothing to report is not
looked at again.  Otherwise every family has its look, whatever the others found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from datetime import tzinfo

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import OTHER_PAYLOADS, Document
from ctct_migrate.rules import verdict


def lint(
    document: Document, shape: Shape | str | None = None, *, time_zone: tzinfo | None = None
) -> list[Diagnostic]:
    """Every mistake in `document`, sorted by place.  Never raises on bad input.

    `shape` is what the document is to become (`create`, `update` or `record`), for the rules that
    depend on it; None when that is not known.  `time_zone` is the zone of dates that name none;
    without it they are mistakes.  Raises ValueError for a shape that there is not.
    """
    wanted = None if shape is None else Shape(shape)
    if verdict.is_clean(document, wanted):
        return []
    return inspect(document, wanted, time_zone)


def inspect(
    document: Document, shape: Shape | None, time_zone: tzinfo | None = None
) -> list[Diagnostic]:
    """As `lint`, without the fast way."""
    from ctct_migrate.rules import registry, suppression

    if document.wrapping is not None:
        from ctct_migrate.rules import unwrapping

        inside = unwrapping.check(document, lambda inner: inspect(inner, shape, time_zone))
        return sorted(_distinct(list(inside)), key=_place)

    def looked_at(each: Document) -> list[Diagnostic]:
        return _found(each, shape, time_zone)

    found = looked_at(document)
    if document.root is None:
        from ctct_migrate.rules import repaired

        found = repaired.reread(document, found, looked_at) or found
    found = suppression.apply(document, found, registry.find, registry.words())
    return sorted(_distinct(found), key=_place)


def _found(document: Document, shape: Shape | None, time_zone: tzinfo | None) -> list[Diagnostic]:
    """What the families say of a document as the readers have read it, in no order."""
    from ctct_migrate.rules import reading, remainder

    found = list(reading.refusal(document))
    if not found:
        found.extend(_bounded(document, _all(document, shape, time_zone)))
        found.extend(remainder.check(document, found, time_zone))
    return list(_distinct(_numbered(document, found)))


def _place(diagnostic: Diagnostic) -> tuple[int, int, str]:
    span = diagnostic.span
    return span.start.offset, span.end.offset, diagnostic.code


def _numbered(document: Document, found: list[Diagnostic]) -> list[Diagnostic]:
    """`found` with the entry's number where a diagnostic on the document stands in an entry of a
    feed."""
    if document.kind != "feed" or all(d.entry is not None for d in found):
        return found
    places = [
        (
            document.source.offset(entry.element.start),
            document.source.offset(entry.element.end),
            entry.index,
        )
        for entry in document.entries
        if entry.element is not None
    ]
    starts = [start for start, _, _ in places]
    numbered = []
    for diagnostic in found:
        at = diagnostic.span.start.offset
        place = bisect_right(starts, at) - 1
        index = places[place][2] if place >= 0 and at < places[place][1] else None
        if diagnostic.entry is None and index is not None:
            diagnostic = replace(diagnostic, entry=index)
        numbered.append(diagnostic)
    return numbered


def _distinct(found: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Each code once for each place."""
    seen = set()
    for diagnostic in found:
        key = (diagnostic.code, diagnostic.span)
        if key not in seen:
            seen.add(key)
            yield diagnostic


#: Diagnostics of one document that any may have …
_MOST = 3_000
#: … and characters that each further one needs.
_CHARACTERS = 125


def _bounded(document: Document, found: Iterator[Diagnostic]) -> Iterator[Diagnostic]:
    """`found`, up to as many as somebody may want to read; the last one says that there are more,
    and is an error, so that nothing is made of what was not looked at."""
    left = _MOST + len(document.source.text) // _CHARACTERS
    for diagnostic in found:
        yield diagnostic
        left -= 1
        if left == 0:
            from ctct_migrate.rules import reading

            yield reading.too_many(document, diagnostic)
            return


def _all(document: Document, shape: Shape | None, zone: tzinfo | None) -> Iterator[Diagnostic]:
    from ctct_migrate.rules import envelope, reading, registry, remainder, wellformed
    from ctct_migrate.rules.context import Context, Reporter

    yield from reading.check(document)
    yield from wellformed.check(document)
    yield from envelope.namespaces(Reporter(document.source), document.problems)
    yield from remainder.feed_parts(document)
    for entry in document.entries:
        if entry.payload is not None and entry.payload.name in OTHER_PAYLOADS:
            continue  # said so already
        context = Context(document, entry, shape, zone)
        for family in registry.ENTRY_FAMILIES:
            yield from family.check(context)
