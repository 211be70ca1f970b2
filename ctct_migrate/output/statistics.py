"""How often each code was found, most frequent first: a table, or a JSON array."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ctct_migrate.diagnostics import Safety
from ctct_migrate.output.document_report import DocumentReport, SeverityTally, Style, summary
from ctct_migrate.output.paint import Paint


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """`   12  CT310 greeting-name  error, 12 fixable`, and the summary; nothing for nothing."""
    found, fixable, tally = _counts(reports)
    paint = Paint(style)
    width = max((len(str(number)) for number in found.values()), default=0)
    for (code, name, severity), number in _ranked(found):
        fixes = fixable[code, name, severity]
        ending = f", {fixes} can be fixed" if fixes else ""
        yield f"{number:>{width}}  {code} {name}: {paint(severity, severity)}{ending}\n"
    if tally.found:
        yield f"\n{summary(tally)}\n"


def render_json(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """An array of `{code, name, severity, count, fixable}`."""
    from ctct_migrate.output.jsons import dumped

    found, fixable, _ = _counts(reports)
    rows = [
        {"code": key[0], "name": key[1], "severity": key[2], "count": n, "fixable": fixable[key]}
        for key, n in _ranked(found)
    ]
    yield dumped(rows, indent=2) + "\n"


_Key = tuple[str, str, str]


def _counts(
    reports: Iterable[DocumentReport],
) -> tuple[Counter[_Key], Counter[_Key], SeverityTally]:
    found: Counter[_Key] = Counter()
    fixable: Counter[_Key] = Counter()
    tally = SeverityTally()
    for report in reports:
        tally = tally.plus(report)
        for diagnostic in report.diagnostics:
            key = (diagnostic.code, diagnostic.name, diagnostic.severity.value)
            found[key] += 1
            fixable[key] += any(fix.safety is Safety.SAFE for fix in diagnostic.fixes)
    return found, fixable, tally


def _ranked(found: Counter[_Key]) -> list[tuple[_Key, int]]:
    return sorted(found.items(), key=lambda item: (-item[1], item[0]))
