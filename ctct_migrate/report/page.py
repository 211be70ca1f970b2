"""The report of a run: one HTML page that needs nothing else.

`page` makes it of a `Summary` with the template `templates/report.html` (Jinja2, the extra
`report`).  No figure is worked out here.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ctct_migrate.report import charts
from ctct_migrate.report.over_time import over_time
from ctct_migrate.report.summary import Code, DocumentFate, Summary
from ctct_migrate.rules.phrases import listing
from ctct_migrate.rules.registry import find
from ctct_migrate.visible import escaped, shown

#: How the fates are coloured in the page.
_CLASSES = {
    DocumentFate.CONVERTED: "f-converted",
    DocumentFate.WARNED: "f-warned",
    DocumentFate.SKIPPED: "f-warned",
    DocumentFate.FIXABLE: "f-fixable",
    DocumentFate.REFUSED: "f-refused",
    DocumentFate.UNREADABLE: "f-unreadable",
    DocumentFate.UNWRITTEN: "f-unwritten",
}

#: Documents that need a person and are named without a script too (and in print).
_STATIC = 200


class ReportError(Exception):
    """The page cannot be made: one line."""


def page(summary: Summary, manifest: str) -> str:
    """The page about the run that wrote `manifest`.  Raises `ReportError` without Jinja2."""
    try:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined
    except ImportError:
        raise ReportError("the report needs Jinja2: pip install 'ctct-migrate[report]'") from None
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_drawn,
    )  # fmt: skip
    environment.filters["number"] = lambda number: f"{number:,}"
    environment.filters["script"] = script
    most = max((code.documents for code in summary.codes.values()), default=1)
    made = environment.get_template("report.html").render(
        summary=summary,
        manifest=manifest,
        fates=[(fate.value, css, summary.fates[fate]) for fate, css in _CLASSES.items()],
        chart=_chart(summary),
        kinds=[
            (name, count, [summary.kinds[name][fate] for fate in _CLASSES if summary.fates[fate]])
            for name, count in summary.resources.most_common()
        ],
        events=_events(summary),
        years=_years(summary),
        codes=[_told(code, most) for code in _sorted(summary.codes)],
        dropped=[(path, why, count) for (path, why), count in summary.dropped.most_common()],
        causes=[
            (cause, _title(cause.title))
            for cause in sorted(summary.causes.values(), key=lambda cause: -cause.documents)
        ],
        rows=[
            [
                _drawn(each)
                for each in (
                    row.place,
                    row.resource,
                    row.fate.value,
                    row.date,
                    row.codes,
                    row.message,
                )
            ]
            for row in summary.rows
        ],
        static=[row for row in summary.rows if row.fate.needs_a_person][:_STATIC],
        classes={fate.value: css for fate, css in _CLASSES.items()},
    )
    return escaped(made)


def _drawn(value: Any) -> Any:
    """Text as a reader can see all of it: names and messages come from documents and servers, and
    may hold marks that turn the direction of text around."""
    return shown(value) if type(value) is str else value


def script(value: Any) -> Any:
    """JSON that can stand in a `<script>` whatever is in it."""
    from markupsafe import Markup

    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)


def _years(summary: Summary) -> list[tuple[str, list[int]]]:
    """Each year with its counts, in the order of `_CLASSES`; years without documents in between
    are told too, those without a date come last."""
    known = sorted(year for year in summary.years if year)
    labels = [str(year) for year in range(int(known[0]), int(known[-1]) + 1)] if known else []
    if len(labels) > 60:  # a date that is nonsense
        labels = known
    if "" in summary.years:
        labels.append("")
    return [
        (label or "no date", [summary.years.get(label, Counter())[fate] for fate in _CLASSES])
        for label in labels
    ]


def _chart(summary: Summary) -> Any:
    from markupsafe import Markup

    names = [fate.value for fate in _CLASSES]
    svg = charts.stacked_bars(
        dict(_years(summary)),
        names,
        list(_CLASSES.values()),
        "Resources by year and by what became of them",
    )
    return Markup(svg)


def _events(summary: Summary) -> dict[str, Any] | None:
    """The chart of what is counted over time, with its figures; None where nothing is."""
    from markupsafe import Markup

    names, spans = over_time(summary.events)
    if not names:
        return None
    classes = [f"e-{number % _TONES}" for number in range(len(names))]
    title = f"{listing(names)} over time".capitalize()
    totals = [sum(counts[at] for _, counts in spans) for at in range(len(names))]
    return {
        "title": title,
        "names": list(zip(names, classes, totals, strict=True)),
        "chart": Markup(charts.stacked_bars(dict(spans), names, classes, title)),
        "spans": spans,
    }


#: Colours of what is counted over time.
_TONES = 3


def _sorted(codes: dict[str, Code]) -> list[Code]:
    order = {"error": 0, "warning": 1, "info": 2}
    return sorted(codes.values(), key=lambda c: (order.get(c.severity, 3), -c.documents, c.code))


def _told(code: Code, most: int) -> dict[str, Any]:
    from markupsafe import Markup

    rule = find(code.code)
    severity = code.severity or (rule.severity.value if rule else "info")
    return {
        "code": code.code,
        "name": rule.name if rule else "",
        "summary": rule.summary if rule else "",
        "how": rule.how if rule else "",
        "severity": severity,
        "documents": code.documents,
        "times": code.times,
        "examples": code.examples,
        "bar": Markup(charts.bar(code.documents / most, f"s-{severity}")),
    }


def _title(cause: str) -> str:
    rule = find(cause)
    return f"{cause} {rule.name}" if rule else cause
