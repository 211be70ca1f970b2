"""Diagnostics as the protocol has them (LSP 3.17, Diagnostic)."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from ctct_migrate.configuration import ConfigurationError
from ctct_migrate.diagnostics import Diagnostic, Marking, Severity
from ctct_migrate.language_server.analysis import Analysis
from ctct_migrate.language_server.editor_text import EditorPlace, EditorText
from ctct_migrate.output.explanation_addresses import explanation_for_editors
from ctct_migrate.rules.registry import find
from ctct_migrate.source import Span

#: What diagnostics say that they are from.
NAME = "ctct-migrate"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}

_TAGS = {
    Marking.UNNECESSARY: types.DiagnosticTag.Unnecessary,
    Marking.DEPRECATED: types.DiagnosticTag.Deprecated,
}


def range_of(start: EditorPlace, end: EditorPlace) -> types.Range:
    """A range of the protocol."""
    return types.Range(types.Position(*start), types.Position(*end))


def place_of(position: types.Position) -> EditorPlace:
    """A position of the protocol as a place."""
    return EditorPlace(position.line, position.character)


def _range(analysis: Analysis, span: Span) -> types.Range:
    return range_of(*analysis.snapshot.places(span))


def published(analysis: Analysis, *, related: bool = True) -> list[types.Diagnostic]:
    """What an editor shows of a version of a document.  `related` says whether the client takes
    related places; what stands there is put into the message otherwise."""
    if analysis.failure:
        return [not_checked(analysis)]
    if not analysis.is_read:
        return [too_large(analysis)]
    return [diagnostic_of(analysis, each, related=related) for each in analysis.wanted]


def diagnostic_of(
    analysis: Analysis, diagnostic: Diagnostic, *, related: bool = True
) -> types.Diagnostic:
    """One diagnostic."""
    lines = [diagnostic.message + (f" ({diagnostic.label})" if diagnostic.label else "")]
    lines += diagnostic.help
    places = None
    if related:
        places = [
            types.DiagnosticRelatedInformation(
                types.Location(analysis.snapshot.uri, _range(analysis, label.span)),
                label.text or "see here",
            )
            for label in diagnostic.labels
        ]
    else:
        lines += [f"line {label.span.start.line}: {label.text}" for label in diagnostic.labels]
    rule = find(diagnostic.code)
    marking = rule.marking if rule is not None else Marking.NONE
    link = explanation_for_editors(diagnostic.code)
    return types.Diagnostic(
        range=_range(analysis, diagnostic.span),
        message="\n".join(lines),
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.code,
        code_description=types.CodeDescription(link) if link else None,
        source=NAME,
        tags=[_TAGS[marking]] if marking in _TAGS else None,
        related_information=places or None,
        data={"name": diagnostic.name, "fixes": len(diagnostic.fixes)},
    )


def too_large(analysis: Analysis) -> types.Diagnostic:
    """What is said of a document that is not read."""
    return types.Diagnostic(
        range=_first_line(analysis),
        message=f"This document has {len(analysis.snapshot.text.text):,} characters, too many to be "
        "checked while you type: run `ctct-migrate lint` on the file, or raise the setting "
        "`largest-document`.",
        severity=types.DiagnosticSeverity.Information,
        source=NAME,
    )


def not_checked(analysis: Analysis) -> types.Diagnostic:
    """What is said of a document whose check was ended by an error of ours: alone, so that what was
    found in an older version does not look as if it still stood there."""
    return types.Diagnostic(
        range=_first_line(analysis),
        message="This document could not be checked: an internal error ended the check "
        f"({analysis.failure}). Please report it; the log of the server says where it happened.",
        severity=types.DiagnosticSeverity.Error,
        source=NAME,
    )


def _first_line(analysis: Analysis) -> types.Range:
    text = analysis.snapshot.text
    return range_of(EditorPlace(0, 0), text.place(len(text.line(0))))


def of_configuration(file: Path, error: ConfigurationError, encoding: str) -> types.Diagnostic:
    """What is wrong with a configuration, at its place in the file.  `encoding` is the one in which
    the client counts columns: utf-8, utf-16 or utf-32."""
    line, column = error.at or (1, 1)
    text = EditorText(_line(file, line), encoding)
    quotes = 2 if text.text[column - 1 : column] in ("'", '"') and error.word else 0
    start = text.place(column - 1)
    end = text.place(column - 1 + max(1, len(error.word) + quotes))
    message = str(error).removeprefix(str(file)).removeprefix(" [tool.ctct-migrate]")
    message = message.removeprefix(f": line {line}, column {column}").removeprefix(": ")
    return types.Diagnostic(
        range=range_of(EditorPlace(line - 1, start.column), EditorPlace(line - 1, end.column)),
        message=message.removeprefix(" [tool.ctct-migrate]: "),
        severity=types.DiagnosticSeverity.Error,
        source=NAME,
    )


def _line(file: Path, number: int) -> str:
    """A line (1-based) of a file, without its end; empty where it cannot be read."""
    try:
        text = file.read_text("utf-8-sig", errors="replace")
    except OSError:
        return ""
    return "".join(text.split("\n")[number - 1 : number])
