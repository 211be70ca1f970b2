"""One click: the fix that a page wants applied, or all safe ones, by way of `fix`, which does no harm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ctct_migrate.api.reading import read
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.fixing import Fixing, fixed
from ctct_migrate.playground.inspection import as_pasted, bodies_of
from ctct_migrate.playground.pasted_text import PastedText
from ctct_migrate.playground.question import ChosenFix, Question
from ctct_migrate.source import Source


def with_fixes(question: Question) -> dict[str, Any]:
    """The document of a question with one fix, or all safe ones: its `text`, the titles of what was
    `applied`, and what was `refused`, with reasons.  Never raises on bad input."""
    pasted = as_pasted(question.text)
    if bodies_of(pasted.source) is not None:
        return {"text": question.text, "applied": [], "refused": []}
    source = pasted.source
    applied: list[dict[str, str]] = []
    refused: list[dict[str, str]] = []
    for target in question.targets:
        result = _fixed(source, target, question, pasted)
        applied += [{"code": e.diagnostic.code, "title": e.fix.title} for e in result.applied]
        refused += [
            {"code": e.diagnostic.code, "title": e.fix.title, "reason": e.reason}
            for e in result.refused
        ]
        source = Source(source.path, result.data)
        if question.fix is not None and (applied or refused):
            break
    unchanged = source.data == pasted.source.data
    return {
        "text": question.text if unchanged else pasted.changed(source.data),
        "applied": applied,
        "refused": list({tuple(each.items()): each for each in refused}.values()),
    }


def _fixed(source: Source, target: str, question: Question, pasted: PastedText) -> Fixing:
    wanted = question.fix
    return fixed(
        read(source),
        unsafe=wanted is not None,
        shape=question.shape,
        time_zone=question.zone,
        target=target,
        writes_zone=question.zone is not None,
        chosen=None if wanted is None else _OnlyThis(wanted, pasted),
    )


class _OnlyThis:
    """Chooses one fix in the first pass, and none later."""

    def __init__(self, wanted: ChosenFix, pasted: PastedText):
        self._wanted, self._pasted, self._done = wanted, pasted, False

    def __call__(self, found: Sequence[Diagnostic]) -> Iterable[Diagnostic]:
        if self._done:
            return ()
        self._done = True
        wanted = self._wanted
        for each in found:
            if each.code != wanted.code:
                continue
            if self._pasted.units(each.span) != (wanted.start, wanted.end):
                continue
            fixes = tuple(fix for fix in each.fixes if fix.title == wanted.title)
            if fixes:
                return (replace(each, fixes=fixes),)
        return ()
