"""The form for programs: one JSON array, or one JSON object a line (`jsonlines`).

The keys are part of the interface, and so is their absence: exactly those of `fields`.  Output is
ASCII (everything else is escaped), so that it can be written to any stream and no control
character of a document reaches a terminal.  Bytes that could not be decoded, which JSON has no
way to carry, are U+FFFD.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ctct_migrate.diagnostics import Diagnostic, Fix
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.output.document_report import DocumentReport, Style

#: An escape of one half of a surrogate pair that has no other half (the escapes of a pair are
#: matched first, and kept).
_LONE = late_compile(r"(\\ud[89ab]..\\ud[c-f]..)|\\ud[89a-f]..|(\\[^u])")


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """One array, an element a line."""
    before = "[\n"
    for report in reports:
        for diagnostic in report.diagnostics:
            yield before + dumped(fields(diagnostic))
            before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def dumped(value: Any, indent: int | None = None) -> str:
    """`value` as JSON in ASCII, without unpaired surrogates."""
    text = json.dumps(value, indent=indent)
    if "\\ud" not in text:
        return text
    return _LONE.sub(lambda match: match[1] or match[2] or "\\ufffd", text)


def fields(diagnostic: Diagnostic) -> dict[str, Any]:
    """The keys and values of one diagnostic."""
    start, end = diagnostic.span.start, diagnostic.span.end
    return {
        "path": diagnostic.path,
        "entry": diagnostic.entry,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "offset": start.offset,
        "end_offset": end.offset,
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "name": diagnostic.name,
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": list(diagnostic.help),
        "element": diagnostic.element,
        "targets": list(diagnostic.targets),
        "fixes": [_fix(fix) for fix in diagnostic.fixes],
    }


def _fix(fix: Fix) -> dict[str, Any]:
    edits = [
        {"offset": edit.offset, "end_offset": edit.end_offset, "text": edit.text}
        for edit in fix.edits
    ]
    return {"title": fix.title, "safety": fix.safety.value, "edits": edits}
