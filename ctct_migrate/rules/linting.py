"""`lint` and `judge`: all diagnostics of a document, and what of it converts.

The fast way first: a document of which `verdict` says that there is nothing to report is not
looked at again.  Otherwise every family has its look, whatever the others found.

`judge` is the one place that decides whether a document becomes a body: `lint` reports what it
found, `convert` takes what it let pass, so that the two cannot differ.  An entry has no payload
exactly when there is an error about it, or about the document as a whole, that stops the
conversion.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import tzinfo
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.mapping.dates import time_zone as named_zone
from ctct_migrate.mapping.rows import DEFAULT_TARGET, NO_CHOICES, Choices, ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document, Entry, other_payload
from ctct_migrate.rules.fast import fast_path
from ctct_migrate.rules.fast.fast_path import MappedPayload
from ctct_migrate.targets import targets_named

if TYPE_CHECKING:  # what only documents with mistakes need is imported for them
    from ctct_migrate.rules.context import Context
    from ctct_migrate.rules.failures import Failures
    from ctct_migrate.rules.forms.form_bodies import FormBody


@dataclass(frozen=True)
class Judgement:
    """What `judge` found.

    found   gives every mistake, sorted by place; worked out when it is first asked for
    seen    the payloads that become a body, in the order of the entries
    bodies  of a form, its bodies
    """

    found: Callable[[], list[Diagnostic]]
    seen: list[MappedPayload]
    bodies: Sequence[FormBody] = ()

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """Every mistake, sorted by place."""
        return self.found()


def lint(
    document: Document,
    shape: Shape | str | None = None,
    *,
    time_zone: tzinfo | str | None = None,
    target: str | Iterable[str] = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> list[Diagnostic]:
    """Every mistake in `document`, sorted by place.  Never raises on bad input.

    `shape` is what the document is to become (`create`, `update` or `record`): there is an error
    that `stops_conversion` exactly where `convert` would yield no body of that shape.  None when that is not known: what a
    create needs is then asked for, but for what a create alone forbids.  `time_zone` is the zone of
    dates that name none (a `tzinfo`, or a name such as `America/New_York`, `Z` or `+02:00`);
    without it they are mistakes.  `target` is the name of the API that the document is meant for, or
    of several (`v2,v3`, or an iterable of names): what is said for one of them alone then names it
    (`Diagnostic.targets`).  `choices` is what v1's documents leave open (`Choices`).
    Raises ValueError for a shape, a time zone or a target that does not exist.

    `str()` of a diagnostic is its concise line, `a.xml:23:21: CT310 error: …`; `render` draws it
    with its excerpt.
    """
    zone = named_zone(time_zone) if isinstance(time_zone, str) else time_zone
    wanted = None if shape is None else Shape(shape)
    names = targets_named(target)
    if len(names) == 1:
        return judge(document, wanted, zone, names[0], choices).diagnostics
    from ctct_migrate.rules.several_targets import joined

    found = {name: judge(document, wanted, zone, name, choices).diagnostics for name in names}
    return sorted(joined(found), key=_place)


def judge(
    document: Document,
    shape: Shape | None,
    time_zone: tzinfo | None = None,
    target: str = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> Judgement:
    """What is wrong with `document`, and which of its payloads become bodies of `shape` (of a
    create, if that is None).  Never raises on bad input."""
    found = judge_at_first_look(document, shape, time_zone, target, choices)
    return found or judge_slowly(document, shape, time_zone, target, choices)


def judge_at_first_look(
    document: Document,
    shape: Shape | None,
    time_zone: tzinfo | None = None,
    target: str = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> Judgement | None:
    """As `judge`, if nothing is wrong with `document`; None where somebody has to look properly."""
    options = ConversionOptions(shape or Shape.CREATE, time_zone, target, choices)
    try:
        found = fast_path.look(document, options, shape)
    except Exception:  # the slow way meets the same, and says so
        return None
    if found is None:
        return None
    quick = found

    def said() -> list[Diagnostic]:
        remarks = quick.remarks()
        if remarks is None:
            return judge_slowly(document, shape, time_zone, target, choices).diagnostics
        return sorted(_distinct(remarks), key=_place)

    return Judgement(said, found.seen)


def judge_slowly(
    document: Document,
    shape: Shape | None,
    time_zone: tzinfo | None = None,
    target: str = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> Judgement:
    """As `judge`, without the fast way."""
    if document.form is not None:
        from ctct_migrate.rules.forms.form_judging import judge_form

        found, bodies = judge_form(document, document.form, shape, target, choices)
        found.sort(key=lambda each: not each.stops_conversion)  # of two at one place, this one
        ordered = sorted(_distinct(found), key=_place)
        return Judgement(lambda: ordered, [], bodies)
    from ctct_migrate.rules.conversion.converting import decided
    from ctct_migrate.rules.failures import Failures

    failures = Failures(document)
    found = _reported(document, shape, time_zone, target, choices, failures)
    found += failures.diagnostics()
    options = ConversionOptions(shape or Shape.CREATE, time_zone, target, choices)
    found, seen = decided(document, shape, options, found)
    sorted_ = sorted(found, key=_place)
    return Judgement(lambda: sorted_, seen)


def inspect(
    document: Document,
    shape: Shape | None,
    time_zone: tzinfo | None = None,
    target: str = DEFAULT_TARGET,
    choices: Choices = NO_CHOICES,
) -> list[Diagnostic]:
    """As `lint`, without the fast way."""
    return judge_slowly(document, shape, time_zone, target, choices).diagnostics


def _reported(
    document: Document,
    shape: Shape | None,
    time_zone: tzinfo | None,
    target: str,
    choices: Choices,
    failures: Failures,
) -> list[Diagnostic]:
    """What the rules say, each code once for each place, without what comments switch off."""
    from ctct_migrate.rules import habits, registry
    from ctct_migrate.rules.names import doubled_elements
    from ctct_migrate.rules.reading import carrying, invisible, suppression
    from ctct_migrate.rules.wellformed import doubled_brackets

    try:
        if document.wrapping is not None:
            from ctct_migrate.rules.reading import unwrapping

            inside = unwrapping.check(
                document, lambda inner: inspect(inner, shape, time_zone, target, choices)
            )
            return list(_distinct(list(inside)))
    except Exception as error:
        failures.note("`unwrapping`", error)

    steps: list[carrying.Edited] = []
    said: list[Diagnostic] = []
    current = document
    for habit in (invisible, doubled_brackets, doubled_elements):
        try:
            made = habit.changes(current)
            if made:
                each = habit.diagnostic(current, made)
                said.append(carrying.carried(each, steps))
                steps.append(carrying.edited(current, made))
                current = steps[-1].after
        except Exception as error:
            failures.note(f"`{habit.__name__.rpartition('.')[2]}`", error)
    found = _by_best_reading(current, shape, time_zone, target, choices, failures)
    if steps:
        found = [carrying.carried(each, steps) for each in found]
        found = _numbered(document, [*found, *said])
    try:
        found = suppression.apply(
            document, found, registry.codes_of, registry.near_rules, registry.of_runs()
        )
    except Exception as error:
        failures.note("`suppression`", error)
    found = list(_distinct(found))
    try:
        found = habits.joined(document.source, found)
    except Exception as error:
        failures.note("`habits`", error)
    return found


def _by_best_reading(
    document: Document,
    shape: Shape | None,
    time_zone: tzinfo | None,
    target: str,
    choices: Choices,
    failures: Failures,
) -> list[Diagnostic]:
    """What is said of a document as the scanner reads it, or of what a small repair makes of it."""
    from ctct_migrate.rules.failures import Failures

    told: dict[bytes, list[Diagnostic]] = {}

    def looked_at(each: Document) -> list[Diagnostic]:
        """What is said of a repaired document, of which a fix often makes the same bytes; what fails
        at it is reported among the rest."""
        data = each.source.data
        if data not in told:
            quick = judge_at_first_look(each, shape, time_zone, target, choices)
            if quick is not None and not quick.diagnostics:
                told[data] = []
            else:
                aside = Failures(each)
                said = _found(each, shape, time_zone, target, choices, aside)
                told[data] = [*said, *aside.diagnostics()]
        return told[data]

    found = _found(document, shape, time_zone, target, choices, failures)
    try:
        if document.root is None:
            from ctct_migrate.rules.wellformed import repaired

            found = repaired.reread(document, found, looked_at) or found
    except Exception as error:
        failures.note("`repaired`", error)
    return found


def _found(
    document: Document,
    shape: Shape | None,
    time_zone: tzinfo | None,
    target: str,
    choices: Choices,
    failures: Failures,
) -> list[Diagnostic]:
    """What the families say of a document as the readers have read it, in no order."""
    from ctct_migrate.rules.conversion import schema_refusals
    from ctct_migrate.rules.names import text_alone
    from ctct_migrate.rules.reading import leftovers, not_readable

    guarded = failures.guarded
    found = list(guarded("`reading`", lambda: not_readable.refusal(document)))
    if not found:
        found.extend(guarded("`leftovers`", lambda: leftovers.check(document)))
        found.extend(
            _bounded(document, _all(document, shape, time_zone, target, choices, failures))
        )
        try:
            found = text_alone.without_tags_in_text(leftovers.without(document, found))
        except Exception as error:
            failures.note("`leftovers`", error)
        found.extend(
            guarded("`remainder`", lambda: schema_refusals.check(document, list(found), time_zone))
        )
    try:
        found = _numbered(document, found)
    except Exception as error:
        failures.note("its entries", error)
    return list(_distinct(found))


def _place(diagnostic: Diagnostic) -> tuple[int, int, str]:
    span = diagnostic.span
    return span.start.offset, span.end.offset, diagnostic.code


#: What is said of a document that is too large to be read whole is about all of it.
_OF_ALL = "CT010"


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
        if diagnostic.entry is None and index is not None and diagnostic.code != _OF_ALL:
            diagnostic = replace(diagnostic, entry=index)
        numbered.append(diagnostic)
    return numbered


def _distinct(found: list[Diagnostic]) -> Iterator[Diagnostic]:
    """Each code once for each place; where something is missing, once for each thing that is."""
    seen = set()
    for diagnostic in found:
        span = diagnostic.span
        key = (diagnostic.code, span, diagnostic.element if span.start == span.end else "")
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
            from ctct_migrate.rules.reading import not_readable

            yield not_readable.too_many(document, diagnostic)
            return


def _all(
    document: Document,
    shape: Shape | None,
    zone: tzinfo | None,
    target: str,
    choices: Choices,
    failures: Failures,
) -> Iterator[Diagnostic]:
    from ctct_migrate.rules import gating, registry
    from ctct_migrate.rules.context import Context, Reporter
    from ctct_migrate.rules.conversion import schema_refusals
    from ctct_migrate.rules.envelope import envelope
    from ctct_migrate.rules.reading import not_readable
    from ctct_migrate.rules.wellformed import wellformed

    guarded = failures.guarded
    yield from guarded("`reading`", lambda: not_readable.check(document))
    yield from guarded("`wellformed`", lambda: wellformed.check(document))
    yield from guarded(
        "`envelope`",
        lambda: envelope.namespaces(Reporter(document.source), document.problems),
    )
    yield from guarded("`remainder`", lambda: schema_refusals.feed_parts(document))
    try:
        entries = document.entries
    except Exception as error:
        failures.note("its entries", error)
        return
    options = ConversionOptions(shape or Shape.CREATE, zone, target, choices)
    for entry in entries:
        if entry.payload is not None and other_payload(entry.payload.name) is not None:
            continue  # said so already
        if document.cut and _is_empty(entry):
            continue  # nothing can be wrong but what is missing, which may not have been read
        signs = gating.entry_signs(document, entry, options, shape)
        context = Context(document, entry, shape, zone, target, choices, signs)
        has_payload = entry.payload is not None
        for family in registry.ENTRY_FAMILIES if has_payload else gating.OF_ENVELOPES:
            if not gating.looks(family, gating.signs_for(family, context)):
                continue
            name = f"`{family.__name__.rpartition('.')[2]}`"
            said = guarded(name, partial(family.check, context), entry)
            if family in registry.OF_TARGETS:
                said = (replace(each, targets=(target,)) for each in said)
            yield from said
        if gating.own_rules_look(gating.own_signs(context)):
            yield from guarded("the rules of its resource", partial(_own, context), entry)
        context.forget_view()


def _is_empty(entry: Entry) -> bool:
    """Whether nothing stands in an entry, and nothing in its tag but its name."""
    tag = entry.element
    if tag is None or tag.name != "entry" or tag.attributes:
        return False
    return tag.closed and not tag.has_elements and not tag.text.strip(" \t\r\n")


def _own(context: Context) -> Iterable[Diagnostic]:
    """What the rules of an entry's resource say of it."""
    from ctct_migrate.rules.own_rules import own_rules

    return own_rules(context.resource).check(context)
