"""The summary alone, as a line or as a JSON object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import reduce

from ctct_migrate.output.document_report import DocumentReport, SeverityTally, Style, summary


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """One line, also where nothing was found."""
    yield f"{summary(_tally(reports))}\n"


def render_json(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """`{documents, errors, warnings, infos, fixable, fixable_unsafe}`."""
    from ctct_migrate.output.jsons import dumped

    tally = _tally(reports)
    yield dumped({
        "documents": tally.documents, "errors": tally.errors, "warnings": tally.warnings,
        "infos": tally.infos, "fixable": tally.safe, "fixable_unsafe": tally.unsafe,
    }) + "\n"  # fmt: skip


def _tally(reports: Iterable[DocumentReport]) -> SeverityTally:
    return reduce(SeverityTally.plus, reports, SeverityTally())
