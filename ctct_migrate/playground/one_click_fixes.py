"""One click: the fix that a page wants applied, or all safe ones, by way of `fix`, which does no harm."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ctct_migrate.api.reading import read
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.fixing import fixed
from ctct_migrate.late_dataclass import replace
from ctct_migrate.playground.inspection import as_pasted, bodies_of
from ctct_migrate.playground.pasted_text import PastedText
from ctct_migrate.playground.question import ChosenFix, Question


def with_fixes(question: Question) -> dict[str, Any]:
    """The document of a question with one fix, or all safe ones: its `text`, the titles of what was
    `applied`, and what was `refused`, with reasons.  Never raises on bad input."""
    pasted = as_pasted(question.text)
    if bodies_of(pasted.source) is not None:
        return {"text": question.text, "applied": [], "refused": []}
    wanted = question.fix
    result = fixed(
        read(pasted.source),
        unsafe=wanted is not None,
        shape=question.shape,
        time_zone=question.zone,
        target=",".join(question.targets),
        writes_zone=question.zone is not None,
        chosen=None if wanted is None else _OnlyThis(wanted, pasted),
    )
    return {
        "text": pasted.changed(result.data) if result.applied else question.text,
        "applied": [{"code": e.diagnostic.code, "title": e.fix.title} for e in result.applied],
        "refused": [
            {"code": e.diagnostic.code, "title": e.fix.title, "reason": e.reason}
            for e in result.refused
        ],
    }


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
