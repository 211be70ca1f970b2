"""What of the reports of a run is listed: errors alone, or only so many diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.late_dataclass import replace
from ctct_migrate.output.document_report import DocumentReport


def errors_only(reports: Iterable[DocumentReport]) -> Iterator[DocumentReport]:
    """The reports with their errors alone; the others are not counted either."""
    for report in reports:
        errors = tuple(each for each in report.diagnostics if each.severity is Severity.ERROR)
        yield replace(report, diagnostics=errors)


def limited(reports: Iterable[DocumentReport], most: int) -> Iterator[DocumentReport]:
    """The reports with the first `most` errors, and the first `most` warnings and infos, of the
    run; what comes after them is counted, and not listed."""
    left = {True: most, False: most}
    for report in reports:
        listed: list[Diagnostic] = []
        unlisted: list[Diagnostic] = []
        for each in report.diagnostics:
            kind = each.severity is Severity.ERROR
            left[kind] -= 1
            (listed if left[kind] >= 0 else unlisted).append(each)
        yield replace(report, diagnostics=tuple(listed), unlisted=tuple(unlisted))
