"""SARIF 2.1.0 (OASIS Standard, 27 March 2020), which code scanners and editors read.

One run; the driver's rules are the whole catalogue, with their help, and the results follow one
by one.  Lines and columns are 1-based and count code points, as everywhere here (`columnKind`).
A region's `charOffset` leaves out the byte order mark, its `byteOffset` counts it.

Plain dictionaries, held to the published JSON Schema by a test: `sarif-om` has had no release
since 2019 and `sarif-pydantic` would bring pydantic along for a dozen objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import PurePath
from typing import Any

from ctct_migrate.baseline import fingerprint
from ctct_migrate.diagnostics import Diagnostic, Edit, Fix, Label, Rule, Severity
from ctct_migrate.output.document_report import DocumentReport, Style
from ctct_migrate.output.explanation import explanation_markdown
from ctct_migrate.output.jsons import dumped
from ctct_migrate.output.places import character, edited
from ctct_migrate.source import Source, Span

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """One log; written as documents are done."""
    from ctct_migrate.rules.registry import catalogue

    rules = catalogue()
    index = {rule.code: at for at, rule in enumerate(rules)}
    driver = {
        "name": "ctct-migrate",
        "version": _version(),
        "rules": [_rule(rule, style.links) for rule in rules],
    }
    yield f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{\n'
    yield f'"tool": {dumped({"driver": driver})},\n"columnKind": "unicodeCodePoints",\n'
    yield '"results": ['
    before = "\n"
    for report in reports:
        for diagnostic in report.diagnostics:
            yield before + dumped(_result(report.source, diagnostic, index))
            before = ",\n"
    yield "\n]}]}\n"


@cache
def _version() -> str:
    from importlib.metadata import version

    return version("ctct-migrate")


def _rule(rule: Rule, links: str) -> dict[str, Any]:
    """`reportingDescriptor` (SARIF 3.49)."""
    markdown = explanation_markdown(rule)
    descriptor: dict[str, Any] = {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": f"{rule.summary}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.how or rule.why, "markdown": markdown},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"since": rule.since, "fact": rule.fact, "concern": rule.concern.value},
    }
    return descriptor | ({"helpUri": links + rule.code} if links else {})


def _result(source: Source, diagnostic: Diagnostic, index: dict[str, int]) -> dict[str, Any]:
    """`result` (SARIF 3.27)."""
    text = diagnostic.message + (f": {diagnostic.label}" if diagnostic.label else "")
    location: dict[str, Any] = {"physicalLocation": _physical(source, diagnostic.span)}
    if diagnostic.element:
        location["logicalLocations"] = [{"fullyQualifiedName": diagnostic.element}]
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "level": _LEVELS[diagnostic.severity],
        "message": {"text": "\n".join([text, *diagnostic.help])},
        "locations": [location],
        "partialFingerprints": {"ctctMigrate/v1": fingerprint(source, diagnostic)},
    }
    if diagnostic.code in index:
        result["ruleIndex"] = index[diagnostic.code]
    if diagnostic.labels:
        result["relatedLocations"] = [_related(source, label) for label in diagnostic.labels]
    if diagnostic.fixes:
        result["fixes"] = [_fix(source, fix) for fix in diagnostic.fixes]
    if diagnostic.entry is not None:
        result["properties"] = {"entry": diagnostic.entry}
    return result


def _related(source: Source, label: Label) -> dict[str, Any]:
    return {
        "physicalLocation": _physical(source, label.span),
        "message": {"text": label.text or "see here"},
    }


def _physical(source: Source, span: Span) -> dict[str, Any]:
    bytes_ = {
        "byteOffset": span.start.offset,
        "byteLength": span.end.offset - span.start.offset,
    }
    return {"artifactLocation": _artifact(source.path), "region": _region(source, span) | bytes_}


def _region(source: Source, span: Span) -> dict[str, int]:
    """A text region (SARIF 3.30), without its bytes."""
    region = {
        "startLine": span.start.line,
        "startColumn": span.start.column,
        "endLine": span.end.line,
        "endColumn": span.end.column,
    }
    if source.first_offset:  # a part of a larger file: its characters are not known from here
        return region
    start = character(source, span.start.offset)
    end = character(source, span.end.offset)
    return region | {"charOffset": start, "charLength": end - start}


def _artifact(path: str) -> dict[str, str]:
    """`artifactLocation` (SARIF 3.4): a relative reference, or a `file:` URI."""
    if path == "-":
        return {"uri": "stdin"}
    pure = PurePath(path)
    if pure.is_absolute():
        return {"uri": pure.as_uri()}
    from urllib.parse import quote

    return {"uri": quote(pure.as_posix(), errors="replace")}


def _fix(source: Source, fix: Fix) -> dict[str, Any]:
    """`fix` (SARIF 3.55)."""
    change = {
        "artifactLocation": _artifact(source.path),
        "replacements": [_replacement(source, edit) for edit in sorted(fix.edits)],
    }
    return {
        "description": {"text": fix.title},
        "artifactChanges": [change],
        "properties": {"safety": fix.safety.value},
    }


def _replacement(source: Source, edit: Edit) -> dict[str, Any]:
    """`replacement` (SARIF 3.57); of a text file, so that its regions are text regions."""
    return {
        "deletedRegion": _region(source, edited(source, edit)),
        "insertedContent": {"text": edit.text},
    }
