"""Diagnostics as the protocol has them (LSP 3.17, Diagnostic)."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from ctct_migrate.configuration import ConfigurationError
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.language_server.analysis import Analysis
from ctct_migrate.language_server.editor_text import EditorPlace
from ctct_migrate.output.explanation_addresses import explanations
from ctct_migrate.source import Span

#: What diagnostics say that they are from.
NAME = "ctct-migrate"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}

#: Rules about what is in a document and goes nowhere: elements and settings that are dropped, parts of
#: forms and properties of bodies that are left out, ids that repeat others, comments without effect.
UNNECESSARY = frozenset(
    {"dropped-element", "lost-content", "lost-setting", "form-left-out", "body-read-only"}
    | {"not-carried", "repeated-id", "unused-ignore"}
)

#: Rules about what a target takes no more.
DEPRECATED = frozenset({"payment-option-dropped"})


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
    tags = [
        tag
        for tag, names in (
            (types.DiagnosticTag.Unnecessary, UNNECESSARY),
            (types.DiagnosticTag.Deprecated, DEPRECATED),
        )
        if diagnostic.name in names
    ]
    links = explanations()
    return types.Diagnostic(
        range=_range(analysis, diagnostic.span),
        message="\n".join(lines),
        severity=_SEVERITIES[diagnostic.severity],
        code=diagnostic.code,
        code_description=types.CodeDescription(links + diagnostic.code) if links else None,
        source=NAME,
        tags=tags or None,
        related_information=places or None,
        data={"name": diagnostic.name, "fixes": len(diagnostic.fixes)},
    )


def too_large(analysis: Analysis) -> types.Diagnostic:
    """What is said of a document that is not read."""
    text = analysis.snapshot.text
    first = range_of(EditorPlace(0, 0), text.place(len(text.line(0))))
    return types.Diagnostic(
        range=first,
        message=f"This document has {len(text.text):,} characters, too many to be checked while you "
        "type: run `ctct-migrate lint` on the file, or raise the setting `largest-document`.",
        severity=types.DiagnosticSeverity.Information,
        source=NAME,
    )


def of_configuration(file: Path, error: ConfigurationError) -> types.Diagnostic:
    """What is wrong with a configuration, at its place in the file."""
    line, column = error.at or (1, 1)
    start = types.Position(line - 1, column - 1)
    message = str(error).removeprefix(str(file)).removeprefix(" [tool.ctct-migrate]")
    message = message.removeprefix(f": line {line}, column {column}").removeprefix(": ")
    end = types.Position(line - 1, column - 1 + max(1, len(error.word)))
    return types.Diagnostic(
        range=types.Range(start, end),
        message=message.removeprefix(" [tool.ctct-migrate]: "),
        severity=types.DiagnosticSeverity.Error,
        source=NAME,
    )
