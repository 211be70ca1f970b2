"""One diagnostic as people see it: header, place, excerpt, help, and what its fixes would do."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.render.cells import shown
from ctct_migrate.render.excerpt import Mark, excerpt, framed, gutter_width
from ctct_migrate.render.paint import Paint
from ctct_migrate.render.suggestion import suggestion
from ctct_migrate.source import Source


def drawing(source: Source, diagnostic: Diagnostic, paint: Paint) -> Iterator[str]:
    """The lines of one diagnostic, without line ends."""
    role = diagnostic.severity.value
    marks = [Mark(diagnostic.span, diagnostic.label, role)]
    marks += [Mark(label.span, label.text, "secondary") for label in diagnostic.labels]
    width = gutter_width(marks)
    edge = paint("gutter", " " * width + " |")
    note = paint("gutter", " " * width + " =")
    start = diagnostic.span.start
    title = paint(role, f"{role}[{paint.link(diagnostic.code, diagnostic.code)}]")
    yield title + paint("title", f": {shown(diagnostic.message)}")
    yield f"{' ' * width}{paint('gutter', '-->')} {shown(diagnostic.path)}:{start.line}:{start.column}"
    yield edge
    yield from framed(excerpt(source, marks, paint), width, paint)
    yield edge
    for sentence in diagnostic.help:
        yield f"{note} {paint('title', 'help')}: {shown(sentence)}"
    more = f"ctct-migrate explain {diagnostic.code}"
    yield f"{note} {paint('title', 'more')}: {paint.link(diagnostic.code, more)}"
    for fix in diagnostic.fixes:
        yield from suggestion(source, fix, width, paint)
