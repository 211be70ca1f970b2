"""The form that is used when none is asked for: `text` for some documents, `grouped` for many.

What was found is held back until it is known which: no more than the reports of `MANY` documents,
or `MUCH` diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from ctct_migrate.output import grouped, text
from ctct_migrate.output.document_report import DocumentReport, Style

#: More documents with something to report than this, or more diagnostics, are grouped.
MANY, MUCH = 10, 500


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """As `text` or `grouped` has it."""
    waiting = iter(reports)
    held: list[DocumentReport] = []
    paths: set[str] = set()
    number = 0
    for report in waiting:
        held.append(report)
        if report.found:
            paths.add(report.source.path)
            number += len(report.found)
        if len(paths) > MANY or number > MUCH:
            yield from grouped.render(chain(held, waiting), style)
            return
    yield from text.render(held, style)
