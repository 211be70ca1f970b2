"""GitLab's code quality report: one JSON array, an object a diagnostic, in the form of Code Climate.

The keys are those that GitLab documents (Code Quality, "Code quality report format"):
`description`, `check_name`, `fingerprint`, `severity` and `location`.  Fingerprints are those of the
baseline, with the document's path and a count where one would come twice: GitLab drops repeated ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

from ctct_migrate.baseline import fingerprint
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.output.cells import shown
from ctct_migrate.output.ci_paths import ci_path
from ctct_migrate.output.document_report import DocumentReport, Style
from ctct_migrate.output.jsons import dumped

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """One array, an element a line."""
    before, seen = "[\n", Counter[str]()
    for report in reports:
        for found in report.diagnostics:
            mark = f"{ci_path(report.source.path)}\0{fingerprint(report.source, found)}"
            seen[mark] += 1
            yield before + dumped(_issue(found, f"{mark}\0{seen[mark]}"))
            before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _issue(found: Diagnostic, mark: str) -> dict[str, Any]:
    start, end = found.span.start, found.span.end
    text = found.message + (f": {found.label}" if found.label else "")
    return {
        "description": f"{found.code} {shown(text)}",
        "check_name": found.name,
        "fingerprint": blake2b(mark.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
        "severity": _SEVERITIES[found.severity],
        "location": {
            "path": shown(ci_path(found.path).removeprefix("./")),
            "lines": {"begin": start.line, "end": end.line},
        },
    }
