"""One line a diagnostic, `path:line:column: CT310 error: message`, which editors and grep
understand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate.output.document_report import DocumentReport, Style


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """The lines of each document; nothing before or after."""
    for report in reports:
        yield "".join(f"{found}\n" for found in report.diagnostics)
