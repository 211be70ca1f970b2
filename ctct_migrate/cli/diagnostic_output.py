"""Diagnostics on standard error, beside other work (`convert`, `send`): drawn as they come, or counted
by code where they are recorded elsewhere.

Documents are worked on in several processes, which hand back one text a document: either pieces, each
a code and a diagnostic drawn, with `PIECE` between them; or groups, as `tallied` writes them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.output.document_report import DocumentReport, Style
from ctct_migrate.output.paint import Paint
from ctct_migrate.output.text import AGED, aged_note, lines
from ctct_migrate.source import Source

#: Between the diagnostics.  No document can bring it in: what is drawn has no control characters.
PIECE = "\x01"

#: Characters of a code.
_CODE = 5


def tallied(source: Source, found: Iterable[Diagnostic]) -> str:
    """The groups of a document's diagnostics, as text."""
    from ctct_migrate.output.grouped import Groups

    groups = Groups()
    groups.add(DocumentReport(source, tuple(found)))
    return PIECE.join(
        json.dumps([g.code, g.name, g.severity, g.number, g.fixable, g.documents, g.examples])
        for g in groups.sorted()
    )


class Complaints:
    """The diagnostics of one run; `grouped`, they are counted, and shown at its end."""

    def __init__(self, style: Style, *, grouped: bool = False):
        from ctct_migrate.output.grouped import Groups

        self._paint = Paint(style)
        self._groups = Groups() if grouped else None
        self._codes: dict[str, None] = {}
        self._aged = 0

    def take(self, text: str) -> None:
        """Takes what is to be shown of one document."""
        for piece in text.split(PIECE) if text else ():
            if self._groups is None:
                self._print(piece[:_CODE], piece[_CODE:])
            else:
                self._count(piece)

    def draw(self, source: Source, found: Diagnostic) -> None:
        """Takes one diagnostic that is not drawn yet."""
        if self._groups is not None:
            self._groups.add(DocumentReport(source, (found,)))
        else:
            self._print(found.code, "\n".join(lines(source, [found], self._paint)) + "\n")

    def _print(self, code: str, drawing: str) -> None:
        self._aged += code == AGED
        if code == AGED and self._aged > 1:
            return
        self._codes[code] = None
        click.echo(drawing, err=True, color=True)

    def _count(self, piece: str) -> None:
        from ctct_migrate.output.grouped import Group

        assert self._groups is not None
        code, name, severity, number, fixable, documents, examples = json.loads(piece)
        self._groups.join(
            [Group(code, name, Severity(severity), number, fixable, documents, examples)]
        )

    def finish(self) -> None:
        """Prints what stands after all diagnostics: groups, counts, where to read more."""
        if self._groups is not None:
            from ctct_migrate.output.grouped import drawn

            click.echo("".join(drawn(self._groups, self._paint)), err=True, nl=False, color=True)
            self._codes = dict.fromkeys(self._groups.codes)
        if self._aged > 1:
            click.echo(aged_note(self._aged, self._paint), err=True, color=True)
        if self._codes:
            from ctct_migrate.output.drawing import explained

            click.echo(explained(list(self._codes), self._paint), err=True, color=True)
