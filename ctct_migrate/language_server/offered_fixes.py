"""What an editor may do about the diagnostics at a place: fixes, choices, and all safe fixes at once.

A fix is offered if it does no harm, which is checked as `fix` does it.  Where there is no fix since
only the author knows what is meant, but the schemas say what may stand there, these are offered as
choices.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety
from ctct_migrate.fixing import fixed
from ctct_migrate.fixing.single_fixes import SingleFixes
from ctct_migrate.language_server.analysis import Analysis
from ctct_migrate.language_server.body_places import body_at
from ctct_migrate.language_server.skeletons import Skeleton, allowed
from ctct_migrate.language_server.text_changes import TextChange, changes
from ctct_migrate.language_server.under_cursor import innermost, schema_place
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.characters import escape
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context, value_place
from ctct_migrate.source import Source
from ctct_migrate.v1 import Value, vocabulary

#: The title of all safe fixes at once.
ALL_FIXES = "Fix all that is certain in this document"

#: More choices than these are for completion.
_CHOICES = 12


@dataclass(frozen=True)
class Offer:
    """Something that may be done to a document.

    title         an imperative sentence
    changes       the edits, in characters of `source.text`
    diagnostics   what it is about
    is_preferred  whether its meaning is certain
    number        of a fix, which one of its diagnostic it is, from 0; None for anything else
    """

    title: str
    changes: Sequence[TextChange]
    diagnostics: Sequence[Diagnostic] = ()
    is_preferred: bool = False
    number: int | None = None


class OfferedFixes:
    """What is offered for one analysis; worked out when it is asked for, and kept."""

    def __init__(self, analysis: Analysis):
        self._analysis = analysis
        self._checked: dict[tuple[int, int], str] = {}
        self._lock = Lock()

    def of(self, diagnostic: Diagnostic) -> list[Offer]:
        """What may be done about one of the analysis' diagnostics, the best first.  To check a fix,
        the document is linted with it."""
        if not diagnostic.fixes:
            return list(self._choices(diagnostic))
        return [
            each
            for number, each in enumerate(self.unchecked(diagnostic))
            if not self.harm(diagnostic, number)
        ]

    def unchecked(self, diagnostic: Diagnostic) -> list[Offer]:
        """The fixes of one of the analysis' diagnostics, which may do harm."""
        return [self._offer(diagnostic, number, fix) for number, fix in enumerate(diagnostic.fixes)]

    def _offer(self, diagnostic: Diagnostic, number: int, fix: Fix) -> Offer:
        source, safe = self._analysis.snapshot.source, fix.safety is Safety.SAFE
        made = [
            TextChange(source.character(e.offset), source.character(e.end_offset), e.text)
            for e in fix.edits
        ]
        title = fix.title if safe else f"{fix.title} (a guess)"
        return Offer(title, made, (diagnostic,), safe and number == 0, number)

    def harm(self, diagnostic: Diagnostic, number: int) -> str:
        """Why a fix of one of the analysis' diagnostics is not offered; empty if it is."""
        key = id(diagnostic), number
        with self._lock:
            if key not in self._checked:
                fix = diagnostic.fixes[number]
                self._checked[key] = self._single.harm(self._bare(diagnostic), fix)
            return self._checked[key]

    def _bare(self, diagnostic: Diagnostic) -> Diagnostic:
        """The diagnostic as it was found, whatever severity the configuration gives it."""
        alike = (
            each
            for each in self._analysis.found
            if (each.code, each.span, each.message)
            == (diagnostic.code, diagnostic.span, diagnostic.message)
        )
        return next(alike, diagnostic)

    @cached_property
    def _single(self) -> SingleFixes:
        asked = self._analysis.configuration
        return SingleFixes(
            self._analysis.snapshot.document,
            shape=asked.shape, zone=asked.zone, target=asked.target,
        )  # fmt: skip

    # -- choices -------------------------------------------------------------------------------------

    def _choices(self, diagnostic: Diagnostic) -> Iterator[Offer]:
        if self._analysis.body_target:
            yield from self._values_of_body(diagnostic)
            return
        if not self._analysis.is_v1:
            return
        document = self._analysis.snapshot.document
        source = document.source
        at = source.index(diagnostic.span.start.line, diagnostic.span.start.column)
        name = diagnostic.element.rpartition("/")[2]
        element = innermost(document.tree, at + 1)
        while element is not None and element.path != diagnostic.element:
            if element.path == diagnostic.element.rpartition("/")[0]:
                if not name.startswith("@") and element.child(name) is None:
                    yield from self._additions(diagnostic, element, name)
                return
            element = element.parent
        if element is not None and not element.elements:
            yield from self._values(diagnostic, element)

    def _values(self, diagnostic: Diagnostic, element: Element) -> Iterator[Offer]:
        """The allowed values of an element that has another one."""
        fact = schema_place(self._analysis.snapshot.document, element).fact
        own = [each for each in fact.enumeration if each.spelling_of is None] if fact else []
        if fact is None or not 0 < len(own) <= _CHOICES or fact.accepts(element.text):
            return
        source = self._analysis.snapshot.source
        start, end = value_place(source.text, element)
        if element.self_closing or not element.closed or "<" in source.text[start:end]:
            return
        for value in own:
            change = TextChange(start, end, escape(value.value))
            yield Offer(f"Write `{value.value}`{_meaning(value)}", [change], (diagnostic,))

    def _values_of_body(self, diagnostic: Diagnostic) -> Iterator[Offer]:
        """The allowed values of a property that has another one."""
        source = self._analysis.snapshot.source
        start, end = (
            source.index(each.line, each.column)
            for each in (diagnostic.span.start, diagnostic.span.end)
        )
        there = body_at(source, self._analysis.body_target, start)
        if there is None or not there.on_value or (there.start, there.end) != (start, end):
            return
        limits = there.limits
        if limits is None or there.value.value in limits.enum or len(limits.enum) > _CHOICES:
            return
        for value in limits.enum:
            name = limits.names.get(value)
            title = f"Write `{value}`" + (f": {name}" if name else "")
            yield Offer(title, [TextChange(start, end, json.dumps(value))], (diagnostic,))

    def _additions(self, diagnostic: Diagnostic, parent: Element, name: str) -> Iterator[Offer]:
        """A missing element: with each of its values where they are few, else to be filled in."""
        document = self._analysis.snapshot.document
        stands = schema_place(document, parent)
        path = f"{stands.path}/{name}" if stands.path else name
        if stands.entry is None or not parent.closed or stands.fact is None:
            return
        if name not in stands.fact.children:
            return
        context = Context(document, stands.entry, self._analysis.configuration.shape)
        space = parent.space or parent.namespace or ""
        skeleton = Skeleton(prefix=parent.prefix, space=space, snippet=False)
        fact = vocabulary().element(stands.root, path)
        values = allowed(fact.type if fact is not None else None)
        few = values if 0 < len(values) <= _CHOICES else [""]
        for value in few:
            markup = skeleton.of(stands.root, path, escape(value))
            change = TextChange(*context.insert_into(parent, markup))
            title = f"Add `<{name}>`" + (f" with `{value}`" if value else ", to be filled in")
            yield Offer(title, [change], (diagnostic,))

    # -- all at once ---------------------------------------------------------------------------------

    @cached_property
    def all(self) -> Offer | None:
        """Every safe fix that the configuration wants, as `fix` makes them; None where there is
        none."""
        analysis = self._analysis
        if not analysis.is_v1 or not any(
            fix.safety is Safety.SAFE for each in analysis.wanted for fix in each.fixes
        ):
            return None
        snapshot, asked = analysis.snapshot, analysis.configuration
        path = snapshot.file or Path(snapshot.name)
        result = fixed(
            snapshot.document, shape=asked.shape, time_zone=asked.zone, target=asked.target,
            writes_zone=False, chosen=lambda found: asked.applied(found, path),
        )  # fmt: skip
        if not result.applied:
            return None
        before = snapshot.source
        after = Source(before.path, result.data).text
        return Offer(ALL_FIXES, changes(before.text, after), analysis.wanted, True)


def _meaning(value: Value) -> str:
    said = value.documentation
    return f": {said}" if said and said.lower() != value.value.lower() else ""
