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

#: Before a group that stands beside the diagnostics that it counts.
_COUNTED = "\x02"

#: Characters of a code.
_CODE = 5


def told(source: Source, found: Iterable[Diagnostic], style: Style) -> str:
    """A document's diagnostics, drawn one by one, and after them their groups, as text: which of the
    two is shown is known when the run has seen more documents."""
    paint, every = Paint(style), list(found)
    pieces = [each.code + "\n".join(lines(source, [each], paint)) + "\n" for each in every]
    groups = tallied(source, every)
    pieces += [_COUNTED + group for group in (groups.split(PIECE) if groups else ())]
    return PIECE.join(pieces)


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
    """The diagnostics of one run; `grouped`, they are counted, and shown at its end; `held`, they
    are shown at its end, counted if they are of many documents."""

    def __init__(self, style: Style, *, grouped: bool = False, held: bool = False):
        from ctct_migrate.output.grouped import Groups

        self._style = style
        self._paint = Paint(style)
        self._groups = Groups() if grouped else None
        self._held: list[str] | None = [] if held and not grouped else None
        self._documents = 0
        self._codes: dict[str, None] = {}
        self._aged = 0

    def take(self, text: str) -> None:
        """Takes what is to be shown of one document."""
        pieces = text.split(PIECE) if text else []
        if self._held is not None:
            self._hold(pieces)
            return
        for piece in pieces:
            if self._groups is None:
                if not piece.startswith(_COUNTED):
                    self._print(piece[:_CODE], piece[_CODE:])
            elif self._documents == 0:
                self._count(piece)
            elif piece.startswith(_COUNTED):
                self._count(piece.removeprefix(_COUNTED))

    def _hold(self, pieces: list[str]) -> None:
        """Keeps what is to be shown of one document, until it is known in which form."""
        from ctct_migrate.output.automatic import MANY, MUCH
        from ctct_migrate.output.grouped import Groups

        assert self._held is not None
        self._held += pieces
        self._documents += bool(pieces)
        if self._documents > MANY or len(self._held) > 2 * MUCH:
            held, self._held, self._groups = self._held, None, Groups()
            for piece in held:
                if piece.startswith(_COUNTED):
                    self._count(piece.removeprefix(_COUNTED))

    def draw(self, source: Source, found: Diagnostic) -> None:
        """Takes one diagnostic that is not drawn yet."""
        if self._groups is not None:
            self._groups.add(DocumentReport(source, (found,)))
        elif self._held is not None:
            self._held += told(source, [found], self._style).split(PIECE)
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
        for piece in self._held or ():
            if not piece.startswith(_COUNTED):
                self._print(piece[:_CODE], piece[_CODE:])
        if self._groups is not None:
            from ctct_migrate.output.grouped import drawn

            click.echo("".join(drawn(self._groups, self._paint)), err=True, nl=False, color=True)
            self._codes = dict.fromkeys(self._groups.codes)
        if self._aged > 1:
            click.echo(aged_note(self._aged, self._paint), err=True, color=True)
        if self._codes:
            from ctct_migrate.output.drawing import explained

            click.echo(explained(list(self._codes), self._paint), err=True, color=True)
