"""The form for people, in the manner of rustc and ruff.

    error[CT310]: `cmp_grt_name` is not a greeting name
      --> campaign.xml:23:21
       |
    23 |       <GreetingName>cmp_grt_name</GreetingName>
       |                     ^^^^^^^^^^^^ expected FirstName, LastName, FirstAndLastName or None
       |
       = help: None leaves the name out of the greeting

A fix follows as a `help:` of its own, with the lines that it changes.  What is
missing at one place is drawn with one excerpt.  What many documents say alike
about their age (CT613) is drawn once, and counted.  At the end stand, once each, where to read more
about the codes, and a summary; where there is nothing to report there is no output at all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.output.document_report import (
    DocumentReport,
    SeverityTally,
    Style,
    counted,
    summary,
)
from ctct_migrate.output.paint import Paint
from ctct_migrate.source import Source

#: A schedule whose time is past: what an old document cannot help.  Drawn once in a run.
AGED = "CT613"


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """The diagnostics of each document, a blank line after each, and what stands at the end."""
    tally = SeverityTally()
    paint = Paint(style)
    codes: dict[str, None] = {}
    aged = 0
    for report in reports:
        tally = tally.plus(report)
        fresh = []
        for diagnostic in report.diagnostics:
            if diagnostic.code == AGED:
                aged += 1
                if aged > 1:
                    continue
            codes[diagnostic.code] = None
            fresh.append(diagnostic)
        for _, together in groupby(fresh, _place):
            yield "\n".join(lines(report.source, list(together), paint)) + "\n\n"
    if aged > 1:
        yield aged_note(aged, paint) + "\n"
    yield from ending(tally, list(codes), paint)


def _place(diagnostic: Diagnostic) -> Hashable:
    """What diagnostics that are drawn together have in common: the place at which something is
    missing; what is about a text of the document stands on its own."""
    span = diagnostic.span
    return diagnostic.entry, (span if span.start == span.end else id(diagnostic))


def lines(source: Source, diagnostics: Sequence[Diagnostic], paint: Paint) -> Iterator[str]:
    """The lines of the diagnostics about one place, without line ends."""
    # Imported with the first diagnostic: most documents have none.
    from ctct_migrate.output.drawing import drawing

    return drawing(source, diagnostics, paint)


def aged_note(number: int, paint: Paint) -> str:
    """The line that counts the schedules of a run whose time is past, of which the first was
    drawn."""
    return (
        f"{paint('gutter', '=')} {paint('title', 'note')}: {number:,} schedules are in the past "
        f"({AGED}); the first of them is shown above"
    )


def ending(tally: SeverityTally, codes: list[str], paint: Paint) -> Iterator[str]:
    """The lines after the last diagnostic; nothing where nothing was found."""
    if codes:
        from ctct_migrate.output.drawing import explained

        yield explained(codes, paint) + "\n"
    if tally.unlisted:
        yield f"{counted(tally.unlisted, 'more diagnostic')} not listed (--error-limit)\n"
    if tally.found:
        yield summary(tally) + "\n"
