"""CT431: blanks around a URL; for the rules of resources that have one."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Severity
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import plural
from ctct_migrate.rules.values.meanings import readable
from ctct_migrate.rules.values.url_blanks import has_blank

BLANK_IN_URL = Rule(
    "CT431", "blank-around-url", Severity.WARNING,
    summary="A blank beside a URL",
    why="v1's documentation has a blank before the end tag of `ImageURL`, and its server wrote one. It is no part of the URL, and is left out of the JSON; a program that copies the text copies a URL that leads nowhere.",
    bad="<Image>\n  <FileName>spring.jpg</FileName>\n  <ImageURL>http://img.example.com/spring.jpg </ImageURL>\n</Image>\n",
    good="<Image>\n  <FileName>spring.jpg</FileName>\n  <ImageURL>http://img.example.com/spring.jpg</ImageURL>\n</Image>\n",
    how="Take the blank out.", fact="reference, v1-resources, Image", concern=Concern.V1,
)  # fmt: skip


RULES = (BLANK_IN_URL,)


def check_url(context: Context, name: str) -> Iterator[Diagnostic]:
    """The blanks around the URL in the payload's child `name`."""
    element = context.field(name)
    if element is None or not readable(context, element) or len(element.filled) != 1:
        return
    run = element.filled[0]
    if run.cdata or not has_blank(run.value):
        return
    first, last = context.value_span(element)
    before, after = (run.start, first, ""), (last, run.end, "")
    edits = [edit for edit in (before, after) if edit[0] < edit[1]]
    start, end = (edits[-1][0], edits[-1][1])
    count = end - start
    yield context.report.at(
        BLANK_IN_URL, start, end, f"{plural(count, 'blank')} {'stands' if count == 1 else 'stand'} beside the URL in `{name}`",
        label="no part of the URL", help=(BLANK_IN_URL.how,), element=context.path(element),
        fixes=context.report.fix("Take it out", *edits),
    )  # fmt: skip
