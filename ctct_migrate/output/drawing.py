"""One diagnostic as people see it: header, place, excerpt, help, and what its fixes would do.

Several elements that are missing at one place are drawn together, with one excerpt.

Where to read more is said once for all diagnostics of a run, by `explained`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.output.cells import shown
from ctct_migrate.output.excerpt import Underlining, excerpt, framed, gutter_width
from ctct_migrate.output.paint import Paint
from ctct_migrate.output.repetition import new_help
from ctct_migrate.output.suggestion import suggestion
from ctct_migrate.source import Source


def drawing(source: Source, diagnostics: Sequence[Diagnostic], paint: Paint) -> Iterator[str]:
    """The lines of one diagnostic, or of several about one place, which share an excerpt; without
    line ends."""
    first = diagnostics[0]
    marks = [Underlining(each.span, each.label, each.severity.value) for each in diagnostics]
    for each in diagnostics:
        marks += [Underlining(label.span, label.text, "secondary") for label in each.labels]
    width = gutter_width(marks)
    edge = paint("gutter", " " * width + " |")
    note = paint("gutter", " " * width + " =")
    start = first.span.start
    for each in diagnostics:
        role = each.severity.value
        title = paint(role, f"{role}[{paint.link(each.code, each.code)}]")
        yield title + paint("title", f": {shown(each.message)}")
    arrow = paint("gutter", "-->")
    entry = "" if first.entry is None else f" (entry {first.entry})"
    yield f"{' ' * width}{arrow} {shown(first.path)}:{start.line}:{start.column}{entry}"
    yield edge
    yield from framed(excerpt(source, marks, paint), width, paint)
    helps = [sentence for each in diagnostics for sentence in new_help(each)]
    if helps:
        yield edge
    for sentence in helps:
        yield f"{note} {paint('title', 'help')}: {shown(sentence)}"
    for each in diagnostics:
        for fix in each.fixes:
            yield from suggestion(source, fix, width, paint)


def explained(codes: Sequence[str], paint: Paint) -> str:
    """The line that says where to read more about `codes`, of which there is at least one: it
    stands once, after all diagnostics."""
    more = f"{paint('title', 'more')}: {paint.link(codes[0], f'ctct-migrate explain {codes[0]}')}"
    others = [paint.link(code, code) for code in codes[1:_NAMED]]
    if others:
        more += f" (or {', '.join(others)}{', …' if len(codes) > _NAMED else ''})"
    return f"{paint('gutter', '=')} {more}"


#: Codes that the line names; all of them stand above it.
_NAMED = 4
