"""JUnit XML, as CI servers read it: a suite a document, a case a diagnostic.

Errors are failures; warnings and infos pass, with what they say in `system-out`, so that the
verdict is that of the exit status.  A document without errors has one case that passes.  The
suites carry their counts, the root does not, so that a suite can be written when its document is
done (the schema that Jenkins publishes has those attributes optional).

Written with lxml, which is loaded anyway; `junitparser` is well kept, but takes longer to import
than a document to lint, and holds all suites at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.output.cells import shown
from ctct_migrate.output.ci_paths import ci_path
from ctct_migrate.output.document_report import DocumentReport, Style

#: What XML 1.0 has no way to write, `shown` aside.
_FORBIDDEN = late_compile("[\ufffe\uffff]")


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """One `testsuites` with a `testsuite` for each document.  ASCII; the rest is references."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ctct-migrate lint">\n'
    for report in reports:
        suite = _suite(report)
        etree.indent(suite, level=1)
        yield f"  {etree.tostring(suite, encoding='us-ascii').decode('ascii')}\n"
    yield "</testsuites>\n"


def safe(text: str) -> str:
    """`text` without what a terminal would obey, or XML has no way to write."""
    return _FORBIDDEN.sub("\ufffd", shown(text))


def _suite(report: DocumentReport) -> etree._Element:
    path = safe(ci_path(report.source.path))
    found = report.diagnostics
    failures = sum(diagnostic.severity is Severity.ERROR for diagnostic in found)
    tests = max(len(found), 1)
    counts = {"tests": str(tests), "failures": str(failures), "errors": "0", "skipped": "0"}
    suite = etree.Element("testsuite", {"name": path, **counts})
    if not found:
        etree.SubElement(suite, "testcase", name="lint", classname=path, file=path)
    for diagnostic in found:
        _case(suite, path, diagnostic)
    return suite


def _case(suite: etree._Element, path: str, diagnostic: Diagnostic) -> None:
    start = diagnostic.span.start
    name = f"{diagnostic.code} {diagnostic.name} at {start.line}:{start.column}"
    attributes = {"name": name, "classname": path, "file": path, "line": str(start.line)}
    case = etree.SubElement(suite, "testcase", attributes)
    sentences = [diagnostic.label, *diagnostic.help]
    where = f"{path}:{start.line}:{start.column}: {diagnostic.code} {safe(diagnostic.message)}"
    text = "\n".join([where, *(safe(sentence) for sentence in sentences if sentence)])
    if diagnostic.severity is Severity.ERROR:
        message = safe(diagnostic.message)
        etree.SubElement(case, "failure", message=message, type=diagnostic.code).text = text
    else:
        etree.SubElement(case, "system-out").text = f"{diagnostic.severity.value}: {text}"
