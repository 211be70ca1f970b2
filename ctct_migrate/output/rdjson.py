"""Reviewdog's diagnostic format, `rdjson`: one JSON object with all diagnostics and their fixes.

Its columns count the bytes of a line in UTF-8, from 1, and the end of a range is exclusive
(reviewdog, `proto/rdf/reviewdog.proto`).  A suggestion has one range: a fix of several edits becomes
one replacement, from the first of them to the last.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety, Severity
from ctct_migrate.output.cells import shown
from ctct_migrate.output.ci_paths import ci_path
from ctct_migrate.output.document_report import DocumentReport, Style
from ctct_migrate.output.jsons import dumped
from ctct_migrate.output.places import character
from ctct_migrate.source import Position, Source

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.INFO: "INFO"}

#: Characters from the first edit of a fix to its last beyond which the fix is left out.
_LONGEST = 20_000


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """One object, a diagnostic a line."""
    yield '{"source": {"name": "ctct-migrate"}, "diagnostics": ['
    before = "\n"
    for report in reports:
        for found in report.diagnostics:
            yield before + dumped(_diagnostic(report.source, found, style.links))
            before = ",\n"
    yield "\n]}\n"


def _diagnostic(source: Source, found: Diagnostic, links: str) -> dict[str, Any]:
    text = "\n".join(part for part in (found.message, found.label, *found.help) if part)
    code = {"value": found.code}
    if links.startswith("http"):
        code["url"] = links + found.code
    place = _range(source, found.span.start, found.span.end)
    diagnostic: dict[str, Any] = {
        "message": text or found.name,
        "location": {"path": shown(ci_path(found.path)), "range": place},
        "severity": _SEVERITIES[found.severity],
        "code": code,
    }
    # Of guesses none is offered: reviewdog shows each as something to accept.
    fixes = [fix for fix in found.fixes if fix.edits and fix.safety is Safety.SAFE]
    suggestions = [each for each in (_suggestion(source, fix) for fix in fixes) if each]
    if suggestions:
        diagnostic["suggestions"] = suggestions
    return diagnostic


def _suggestion(source: Source, fix: Fix) -> dict[str, Any] | None:
    edits = sorted(fix.edits)
    places = [(character(source, e.offset), character(source, e.end_offset)) for e in edits]
    first, last = places[0][0], places[-1][1]
    if last - first > _LONGEST:
        return None
    pieces, at = [], first
    for edit, (low, high) in zip(edits, places, strict=True):
        pieces += [source.text[at:low], edit.text]
        at = high
    start, end = source.position(first), source.position(last)
    return {"range": _range(source, start, end), "text": "".join(pieces)}


def _range(source: Source, start: Position, end: Position) -> dict[str, Any]:
    return {"start": _position(source, start), "end": _position(source, end)}


def _position(source: Source, position: Position) -> dict[str, int]:
    before = source.line(position.line)[: position.column - 1]
    return {"line": position.line, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
