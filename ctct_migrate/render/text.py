"""The form for people, in the manner of rustc and ruff.

    error[CT310]: `cmp_grt_name` is not a greeting name
      --> campaign.xml:23:21
       |
    23 |       <GreetingName>cmp_grt_name</GreetingName>
       |                     ^^^^^^^^^^^^ expected FirstName, LastName, FirstAndLastName or None
       |
       = help: None leaves the name out of the greeting
       = more: ctct-migrate explain CT310

A fix follows as a `help:` of its own, with the lines that it changes.  One summary line ends the
output; where there is nothing to report there is no output at all, the summary included.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.render.paint import Paint
from ctct_migrate.render.report import Report, Style, Tally, summary
from ctct_migrate.source import Source


def render(reports: Iterable[Report], style: Style) -> Iterator[str]:
    """The diagnostics of each document, a blank line after each, and the summary."""
    tally = Tally()
    paint = Paint(style)
    for report in reports:
        tally = tally.plus(report)
        for diagnostic in report.diagnostics:
            yield "\n".join(lines(report.source, diagnostic, paint)) + "\n\n"
    if tally.found:
        yield summary(tally) + "\n"


def lines(source: Source, diagnostic: Diagnostic, paint: Paint) -> Iterator[str]:
    """The lines of one diagnostic, without line ends."""
    # Imported with the first diagnostic: most documents have none.
    from ctct_migrate.render.drawing import drawing

    return drawing(source, diagnostic, paint)
