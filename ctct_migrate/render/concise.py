"""One line a diagnostic, `path:line:column: CT310 error: message`, which editors and grep
understand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.render.cells import shown
from ctct_migrate.render.report import Report, Style


def render(reports: Iterable[Report], style: Style) -> Iterator[str]:
    """The lines of each document; nothing before or after."""
    for report in reports:
        yield "".join(f"{line(found)}\n" for found in report.diagnostics)


def line(found: Diagnostic) -> str:
    """The line of one diagnostic, without its end."""
    start = found.span.start
    return (
        f"{shown(found.path)}:{start.line}:{start.column}: "
        f"{found.code} {found.severity.value}: {shown(found.message)}"
    )
