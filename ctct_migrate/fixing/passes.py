"""Passes: fixes are made until none is left, since one may bring another mistake to light.

Each pass takes as many fixes as touch different places, and makes them if that does no harm
(`harm`).  If it does, the largest harmless set is looked for by halving: all of one half, then all
of the other, down to single fixes; what does harm alone is refused.  A pass costs as many looks at
the document as it needs, one in the usual case.  A fix of many places that does harm as a whole is
taken apart into those of the diagnostics that it stands for.

The passes are all or nothing in three cases, in which the document stays as it was: a document
that could not be parsed still cannot be (safe fixes alone: whatever was guessed, nothing confirms
it), two passes undo each other, or they do not come to an end.  So what `fix` returns is a fixed
point: fixing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety, Severity
from ctct_migrate.fixing.choosing import TakenFix, edited, is_sound
from ctct_migrate.fixing.harm import Harm, Look, harm
from ctct_migrate.fixing.loss import TOO_MUCH, deletes_unseen, is_lost, is_weighed_anew
from ctct_migrate.fixing.offsets import Offsets
from ctct_migrate.fixing.zones import zoned
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.rules import lint
from ctct_migrate.rules.values.date_values import NO_ZONE
from ctct_migrate.source import Position, Source

#: More passes than nested mistakes have ever needed.
_PASSES = 50

#: How much one pass looks at while it searches for a harmless set: bytes, documents, and
#: diagnostics, each of which is worded again in each document.
_SEARCHED = 4_000_000
_LOOKS = 64
_WORDED = 4_000


@dataclass(frozen=True, slots=True)
class Applied:
    """A fix that was applied: the diagnostic that it was for, as it was found, and where that
    stands in the document as it was given."""

    diagnostic: Diagnostic
    fix: Fix
    position: Position


@dataclass(frozen=True, slots=True)
class Refusal:
    """A fix that was not applied since it would have done harm: `reason` says which, and
    `position` is where it is about in the document as it was given."""

    diagnostic: Diagnostic
    fix: Fix
    position: Position
    reason: str


@dataclass(frozen=True, slots=True)
class Fixing:
    """What `fix` made of a document.

    data     its bytes with the fixes applied; those of the document where there were none
    applied  the fixes that were applied, in the order of the document as it was given
    refused  those that were not, since they would have done harm, in the same order
    left     every diagnostic that the result still has, in its own order; none is left out by
             `chosen`
    """

    data: bytes
    applied: tuple[Applied, ...]
    refused: tuple[Refusal, ...]
    left: tuple[Diagnostic, ...]


Chosen = Callable[[Sequence[Diagnostic]], Iterable[Diagnostic]]
"""Those of the diagnostics whose fixes are wanted."""


@dataclass(frozen=True, slots=True)
class FixCandidate:
    """A fix that may be made, and the diagnostic that it is for."""

    diagnostic: Diagnostic
    fix: Fix


class Passes:
    """The passes over one document.

    unsafe        whether guesses are applied as well
    shape, zone, target  as `lint` has them; `target` may name several, with commas between them
    writes_zone   whether dates that name no zone get that of `zone`
    """

    def __init__(
        self, *, unsafe: bool, shape: Shape | str | None, zone: tzinfo | None, target: str,
        writes_zone: bool,
    ):  # fmt: skip
        self._unsafe, self._shape, self._zone, self._target = unsafe, shape, zone, target
        self._writes_zone = writes_zone and zone is not None

    def run(self, document: Document, chosen: Chosen) -> Fixing:
        """Applies the fixes of the diagnostics that `chosen` picks, pass by pass."""
        source = document.source
        first = look = self.look(document)
        seen = {source.data}
        history: list[Offsets] = []
        applied: list[Applied] = []
        weighed = source
        while True:
            search = _Search(self, look)
            refused = search.run(self.candidates(look, chosen(look.found)))
            if not search.kept:
                break
            applied += [
                Applied(each.diagnostic, each.fix, _origin(source, history, each.diagnostic))
                for each in search.kept
            ]
            history.append(search.offsets)
            look = search.look
            if is_weighed_anew(look, [each.diagnostic for each in search.kept]):
                weighed = look.document.source
            elif is_lost(weighed, look.document.source):
                return self._undone(first, applied, TOO_MUCH)
            if look.document.source.data in seen or len(history) == _PASSES:
                return self._undone(first, applied, "it is undone by other fixes of the document")
            seen.add(look.document.source.data)
        if applied and not look.is_parsed and not self._unsafe:
            return self._undone(
                first,
                applied,
                "fixing this alone is not enough: other errors still make the document unreadable",
            )
        reported = [
            Refusal(each.diagnostic, each.fix, _origin(source, history, each.diagnostic), reason)
            for each, reason in refused
        ]
        return Fixing(
            look.document.source.data,
            tuple(sorted(applied, key=lambda each: each.position)),
            tuple(sorted(reported, key=lambda each: each.position)),
            self._left(look),
        )

    def _undone(self, first: Look, applied: Iterable[Applied], reason: str) -> Fixing:
        """The document as it was, and why."""
        refused = [
            Refusal(each.diagnostic, each.fix, each.position, reason)
            for each in sorted(applied, key=lambda each: each.position)
        ]
        return Fixing(first.document.source.data, (), tuple(refused), self._left(first))

    def _left(self, look: Look) -> tuple[Diagnostic, ...]:
        return tuple(each for each in look.found if not self._is_zone(each))

    def look(self, document: Document) -> Look:
        """A document with what is found in it."""
        found = lint(document, self._shape, time_zone=self._zone, target=self._target)
        if self._writes_zone and self._zone is not None:
            without = lint(document, self._shape, target=self._target)
            found = sorted([*found, *zoned(without, self._zone)], key=lambda each: each.span)
        return Look(document, found)

    def _is_zone(self, diagnostic: Diagnostic) -> bool:
        """Whether a diagnostic only says that a zone could be written."""
        return self._writes_zone and diagnostic.code == NO_ZONE.code

    def candidates(self, look: Look, wanted: Iterable[Diagnostic]) -> list[FixCandidate]:
        """The best allowed fix of each diagnostic that is wanted.  One that deletes what nobody was
        shown waits until the document can be parsed."""
        found, source = [], look.document.source
        for diagnostic in wanted:
            for each in diagnostic.fixes:
                if self._unsafe or each.safety is Safety.SAFE:
                    waits = not look.is_parsed and deletes_unseen(diagnostic, each, source)
                    if is_sound(each, source) and not waits:
                        found.append(FixCandidate(diagnostic, each))
                    break
        return found

    def tried(
        self, look: Look, candidates: Sequence[FixCandidate], allowed: int
    ) -> tuple[Look, Offsets, Harm]:
        """The document with the fixes of some candidates, and the harm that they do."""
        source = look.document.source
        edits = [edit for each in candidates for edit in each.fix.edits]
        offsets = Offsets(source, edits)
        document = Document(_with_data(source, edited(source, edits)))
        unread = (
            look.is_parsed and document.root is None and document.form is None
        )  # which is asked sooner than all else
        now = Look(document, ()) if unread else self.look(document)
        fixed = [each.diagnostic for each in candidates]
        done = harm(look, now, offsets, fixed, unsafe=self._unsafe, allowed=allowed)
        if not done.reason and is_lost(source, document.source) and not is_weighed_anew(now, fixed):
            done = Harm(TOO_MUCH)
        return now, offsets, done


class _Search:
    """The search for the largest harmless set of fixes of one pass.

    kept           what it found
    look, offsets  the document with them, and where things are in it; not set while nothing is kept
    """

    def __init__(self, passes: Passes, look: Look):
        self._passes, self._before = passes, look
        self.kept: list[FixCandidate] = []
        self.look = look
        self.offsets = Offsets(look.document.source, ())
        self._new = 0
        size = max(1, len(look.document.source.data))
        self._looks = max(2, min(_LOOKS, _SEARCHED // size, _WORDED // max(1, len(look.found))))
        self._refused: list[tuple[FixCandidate, str]] = []

    def run(self, candidates: list[FixCandidate]) -> list[tuple[FixCandidate, str]]:
        """Fills `kept`; returns what was refused, with the reason."""
        self._grow(candidates)
        return self._refused

    def _grow(self, candidates: list[FixCandidate]) -> None:
        """Keeps as many of the candidates as do no harm beside those that are kept already."""
        taken = TakenFix()
        for each in self.kept:
            taken.takes(each.fix)
        more = [each for each in candidates if taken.takes(each.fix)]
        if not more:
            return
        if not self._looks:
            self._refused += [(each, _TOO_MANY) for each in more]
            return
        self._looks -= 1
        both = [*self.kept, *more]
        alone = len(more) == 1
        trade = alone and more[0].diagnostic.severity is Severity.ERROR
        look, offsets, harm = self._passes.tried(self._before, both, self._new + trade)
        if not harm.reason:
            self.kept, self.look, self.offsets, self._new = both, look, offsets, harm.new
        elif alone:
            members = self._passes.candidates(self._before, more[0].diagnostic.members)
            if not members:
                self._refused.append((more[0], harm.reason))
            others = [each for each in candidates if each is not more[0]]
            self._grow([*members, *others])
        else:
            half = len(candidates) // 2
            self._grow(candidates[:half])
            self._grow(candidates[half:])


_TOO_MANY = "too many fixes of this document do harm to try them one by one"


def _with_data(source: Source, data: bytes) -> Source:
    """A source at the same place of its file, with other bytes."""
    return Source(source.path, data, first_line=source.first_line, first_offset=source.first_offset)


def _origin(source: Source, history: Sequence[Offsets], diagnostic: Diagnostic) -> Position:
    """Where a diagnostic stands in the document before all passes."""
    if not history:
        return diagnostic.span.start
    offset = diagnostic.span.start.offset
    for each in reversed(history):
        offset = each.before(offset)
    return source.position(source.character(offset))
