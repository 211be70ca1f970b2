"""Workflow commands, which GitHub shows beside the lines of a change.

`::error file=…,line=…::message`; what a value may not hold is percent-encoded, as the runner's
toolkit does (actions/toolkit, `command.ts`): `%`, CR and LF in messages, `:` and `,` too in
properties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.output.cells import shown
from ctct_migrate.output.ci_paths import ci_path
from ctct_migrate.output.document_report import DocumentReport, Style

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """The commands of each document; nothing before or after."""
    for report in reports:
        yield "".join(_command(diagnostic) for diagnostic in report.diagnostics)


def _command(diagnostic: Diagnostic) -> str:
    start, end = diagnostic.span.start, diagnostic.span.end
    properties = {
        "title": f"{diagnostic.code} {diagnostic.name}",
        "file": ci_path(diagnostic.path),
        "line": str(start.line),
        "endLine": str(end.line),
    }
    if end.line == start.line:  # columns of several lines are refused
        properties |= {"col": str(start.column), "endColumn": str(end.column)}
    written = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    sentences = [diagnostic.message, diagnostic.label, *diagnostic.help]
    message = "\n".join(shown(sentence) for sentence in sentences if sentence)
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{message.translate(_DATA)}\n"


def _property(value: str) -> str:
    return shown(value).translate(_PROPERTY)
