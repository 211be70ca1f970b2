"""What a manifest says, counted: the figures and lists of the report.

Reads lines, knows neither HTML nor where the documents are.  What it keeps does not grow with the
number of lines, but for one small row for each of the first documents (`LISTED`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import field
from enum import StrEnum
from functools import cache
from typing import Any

from ctct_migrate.diagnostics import Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.resources import RESOURCES
from ctct_migrate.runs.manifest import Line, valid
from ctct_migrate.runs.outcomes import ResourceStatus

#: Rows of the list of documents: what a browser searches without effort.
LISTED = 50_000

#: Examples of one code, and documents named for one cause.
EXAMPLES, NAMED = 3, 8

#: Characters of a message or a name that are kept.
_LONGEST = 300


class DocumentFate(StrEnum):
    """What became of a resource, as a reader of the report sees it."""

    CONVERTED = "converted"
    WARNED = "converted, with warnings"
    SKIPPED = "skipped"
    FIXABLE = "refused, can be fixed automatically"
    REFUSED = "refused, needs a person"
    UNREADABLE = "unreadable"
    UNWRITTEN = "not written"

    @property
    def needs_a_person(self) -> bool:
        """Whether nothing but a person can help."""
        return self in (DocumentFate.REFUSED, DocumentFate.UNREADABLE, DocumentFate.UNWRITTEN)


@dataclass(frozen=True, slots=True)
class Example:
    """A diagnostic where it was found: the excerpt before, in and after the guilty text."""

    place: str
    message: str
    before: str
    guilty: str
    after: str


@dataclass(slots=True)
class Code:
    """What was found of one code: times (as far as the manifest tells of each), documents, and the
    first examples."""

    code: str
    severity: str
    times: int = 0
    documents: int = 0
    examples: list[Example] = field(default_factory=list)


@dataclass(slots=True)
class Cause:
    """Why documents need a person: a code, or what could not be read or written."""

    title: str
    documents: int = 0
    places: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A resource in the list: `place` is the document with the number of its entry."""

    place: str
    resource: str
    fate: DocumentFate
    date: str
    codes: str
    message: str


@dataclass(slots=True)
class Summary:
    """All of it.  `kinds` counts fates by resource; `events` counts what is counted over time
    (`Resource.counted_as`) by month, `2010-09`.  `years` counts fates by year; "" is for documents that tell no date.  `packed`
    counts what can be fixed automatically, but stands in an archive or a packed file."""

    lines: int = 0
    sources: int = 0
    fates: Counter[DocumentFate] = field(default_factory=Counter)
    resources: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[DocumentFate]] = field(default_factory=dict)
    events: dict[str, Counter[str]] = field(default_factory=dict)
    years: dict[str, Counter[DocumentFate]] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    dropped: Counter[tuple[str, str]] = field(default_factory=Counter)
    causes: dict[str, Cause] = field(default_factory=dict)
    rows: list[SummaryRow] = field(default_factory=list)
    unlisted: int = 0
    packed: int = 0

    @property
    def fixable(self) -> int:
        """How many can be fixed automatically."""
        return self.fates[DocumentFate.FIXABLE]

    @property
    def needing(self) -> int:
        """How many need a person."""
        return sum(count for fate, count in self.fates.items() if fate.needs_a_person)


def summary(lines: Iterable[Line]) -> Summary:
    """The summary of a manifest's lines."""
    result = Summary()
    plain: list[SummaryRow] = []
    last = None
    for line in map(valid, lines):  # those of earlier versions may not be
        fate = _fate(line)
        result.lines += 1
        result.sources += line["source"] != last
        last = line["source"]
        result.fates[fate] += 1
        result.packed += fate is DocumentFate.FIXABLE and line.get("packed") is True
        resource = str(line.get("resource") or "unknown")
        result.resources[resource] += 1
        result.kinds.setdefault(resource, Counter())[fate] += 1
        date = str(line.get("date") or "")
        if (event := _counted().get(resource)) is not None and _MONTH.match(date):
            result.events.setdefault(date[:7], Counter())[event] += 1
        result.years.setdefault(_year(date), Counter())[fate] += 1
        _count_codes(result, line)
        for path, reason in _pairs(line.get("dropped")):
            result.dropped[path, reason] += 1
        if fate.needs_a_person:
            _count_cause(result, line)
        row = SummaryRow(
            _place(line), str(line.get("resource") or ""), fate, date[:10],
            " ".join(map(str, _listed(line, "codes"))), _message(line),
        )  # fmt: skip
        listed = result.rows if fate is not DocumentFate.CONVERTED else plain
        if len(listed) < LISTED:
            listed.append(row)
    # What is fine comes after what is not, as far as there is room.
    result.rows += plain[: LISTED - len(result.rows)]
    result.unlisted = result.lines - len(result.rows)
    return result


#: How a date begins.
_MONTH = late_compile(r"\d{4}-(?:0[1-9]|1[0-2])-", re.ASCII)


@cache
def _counted() -> dict[str, str]:
    """What is counted over time, by the slug of the resource."""
    return {each.slug: each.counted_as for each in RESOURCES.values() if each.counted_as}


def _fate(line: Line) -> DocumentFate:
    status = line["status"]
    found = _diagnostics(line)
    if status == ResourceStatus.CONVERTED.value:
        worth = any(d.get("severity") != Severity.INFO.value for d in found)
        return DocumentFate.WARNED if worth else DocumentFate.CONVERTED
    if status == ResourceStatus.SKIPPED.value:
        return DocumentFate.SKIPPED
    if status == ResourceStatus.UNREADABLE.value:
        return DocumentFate.UNREADABLE
    if status == ResourceStatus.UNWRITTEN.value:
        return DocumentFate.UNWRITTEN
    errors = [d for d in found if d.get("severity") == Severity.ERROR.value]
    fixable = bool(errors) and all(d.get("fix") == "safe" for d in errors)
    return DocumentFate.FIXABLE if fixable else DocumentFate.REFUSED


def _year(date: str) -> str:
    return date[:4] if date[:4].isdecimal() else ""


def _place(line: Line) -> str:
    entry = line.get("entry")
    return str(line["source"]) if entry is None else f"{line['source']}, entry {entry}"


def _diagnostics(line: Line) -> list[Line]:
    return [d for d in _listed(line, "diagnostics") if isinstance(d, dict)]


def _listed(line: Line, name: str) -> list[Any]:
    """A list of the line; empty for whatever else stands there."""
    value = line.get(name)
    return value if isinstance(value, list) else []


def _pairs(dropped: object) -> list[tuple[str, str]]:
    return [(str(k), str(v)) for k, v in dropped.items()] if isinstance(dropped, dict) else []


def _clipped(text: object) -> str:
    text = str(text or "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _blamed(line: Line) -> Line | None:
    """The diagnostic that keeps a document from being converted, or the first."""
    found = _diagnostics(line)
    errors = [d for d in found if d.get("severity") == Severity.ERROR.value]
    unmended = [d for d in errors if d.get("fix") != "safe"]
    return next(iter(unmended or errors or found), None)


def _message(line: Line) -> str:
    blamed = _blamed(line)
    return _clipped(blamed.get("message") if blamed else line.get("message"))


def _count_codes(result: Summary, line: Line) -> None:
    found = _diagnostics(line)
    for diagnostic in found:
        name = str(diagnostic.get("code"))
        code = result.codes.setdefault(name, Code(name, str(diagnostic.get("severity") or "")))
        code.times += 1
        if len(code.examples) < EXAMPLES:
            code.examples.append(_example(line, diagnostic))
    for name in dict.fromkeys(map(str, _listed(line, "codes"))):
        result.codes.setdefault(name, Code(name, "")).documents += 1


def _example(line: Line, diagnostic: Line) -> Example:
    excerpt = str(diagnostic.get("excerpt") or "")
    mark = [at for at in _listed(diagnostic, "mark") if isinstance(at, int)]
    start, end = mark if len(mark) == 2 else (0, 0)
    where = f"{_clipped(line['source'])}:{diagnostic.get('line')}:{diagnostic.get('column')}"
    return Example(
        where,
        _clipped(diagnostic.get("message")),
        excerpt[:start],
        excerpt[start:end],
        excerpt[end:],
    )


def _count_cause(result: Summary, line: Line) -> None:
    blamed = _blamed(line)
    if blamed:
        title, said = str(blamed.get("code")), f"line {blamed.get('line')}: {blamed.get('message')}"
    else:
        # What is particular to one document does not make a cause of its own.
        title = (
            DocumentFate.UNREADABLE
            if line["status"] == ResourceStatus.UNREADABLE.value
            else DocumentFate.UNWRITTEN
        )
        title, said = str(title.value), str(line.get("message") or "")
    cause = result.causes.setdefault(title, Cause(title))
    cause.documents += 1
    if len(cause.places) < NAMED:
        cause.places.append((_clipped(_place(line)), _clipped(said)))
