"""Diagnostics over real sources, made by naming the text that is guilty."""

from ctct_migrate.diagnostics import Diagnostic, Edit, Fix, Label, Safety, Severity
from ctct_migrate.output import DocumentReport, Style, renderer
from ctct_migrate.source import Source, Span

CAMPAIGN = """\
<Campaign>
  <Name>Spring</Name>
  <GreetingName>cmp_grt_name</GreetingName>
</Campaign>
"""


def campaign() -> Source:
    return Source("campaign.xml", CAMPAIGN.encode())


def span(source: Source, guilty: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = source.text.index(guilty, start + 1)
    return source.span(start, start + len(guilty))


def edit(source: Source, guilty: str, text: str) -> Edit:
    where = span(source, guilty)
    return Edit(where.start.offset, where.end.offset, text)


def fix(source: Source, guilty: str, text: str, safety: Safety = Safety.SAFE) -> Fix:
    return Fix(f"write `{text}`", safety, (edit(source, guilty, text),))


def diagnosed(source: Source, guilty: str, *, nth: int = 0, labels=(), **fields) -> Diagnostic:
    defaults = {
        "path": source.path,
        "entry": None,
        "span": span(source, guilty, nth),
        "severity": Severity.ERROR,
        "code": "CT310",
        "name": "greeting-name",
        "message": f"`{guilty}` is not a greeting name",
        "label": "expected FirstName or None",
        "labels": tuple(Label(span(source, where), text) for where, text in labels),
    }
    return Diagnostic(**{**defaults, **fields})


def rendered(format: str, *reports: DocumentReport, **style) -> str:
    return "".join(renderer(format)(reports, Style(**style)))
