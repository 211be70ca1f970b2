"""Checkstyle XML, which Jenkins, reviewdog and many others read: a `file` a document that has
something to report, an `error` a diagnostic.

Checkstyle publishes no schema; the elements and attributes are those of its `XMLLogger`.  Written
with lxml, which is loaded anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.output.ci_paths import ci_path
from ctct_migrate.output.document_report import DocumentReport, Style
from ctct_migrate.output.junit import safe

#: The version of Checkstyle whose form this is.
_VERSION = "10.0"


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """One `checkstyle` with a `file` for each document.  ASCII; the rest is references."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="{_VERSION}">\n'
    for report in reports:
        if report.diagnostics:
            file = _file(report)
            etree.indent(file, level=1)
            yield f"  {etree.tostring(file, encoding='us-ascii').decode('ascii')}\n"
    yield "</checkstyle>\n"


def _file(report: DocumentReport) -> etree._Element:
    file = etree.Element("file", {"name": safe(ci_path(report.source.path))})
    for found in report.diagnostics:
        etree.SubElement(file, "error", _attributes(found))
    return file


def _attributes(found: Diagnostic) -> dict[str, str]:
    start = found.span.start
    text = found.message + (f": {found.label}" if found.label else "")
    return {
        "line": str(start.line), "column": str(start.column), "severity": found.severity.value,
        "message": safe(text), "source": f"ctct-migrate.{found.code}.{found.name}",
    }  # fmt: skip
