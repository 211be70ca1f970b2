"""JSON Lines: the objects of `jsons`, one a line, as soon as each document is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate.output.document_report import DocumentReport, Style
from ctct_migrate.output.jsons import dumped, fields


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """The lines of each document; nothing before or after."""
    for report in reports:
        yield "".join(dumped(fields(found)) + "\n" for found in report.diagnostics)
