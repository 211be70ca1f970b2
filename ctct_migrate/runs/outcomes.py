"""What became of one document: values that a worker hands back and that outputs and the manifest
are written from.

`outcome` makes them from the payloads and diagnostics of a document.  How diagnostics look is not known here: the
text for users is handed in, ready.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from enum import StrEnum
from functools import lru_cache
from typing import Any

import orjson

from ctct_migrate.diagnostics import Diagnostic, Safety, Severity
from ctct_migrate.inputs.input import Input
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.payload import Payload
from ctct_migrate.runs.resource_dates import date_in_body, date_in_text
from ctct_migrate.source import Source


class ResourceStatus(StrEnum):
    """What became of a resource."""

    CONVERTED = "converted"  #: its body was written
    SKIPPED = "skipped"  #: nothing is made of it, and nothing is wrong with it
    REFUSED = "refused"  #: it has errors, so there is no body
    UNREADABLE = "unreadable"  #: its bytes could not be had, or ended the process at work on them
    UNWRITTEN = "unwritten"  #: its body could not be written where it belongs


@dataclass(frozen=True, slots=True)
class ReportedDiagnostic:
    """A diagnostic, as much of it as a report needs.

    line, column  1-based; `fix` is "safe", "unsafe" or empty for none
    excerpt       the line it is about, or the part of it around the guilty text, which is
                  `excerpt[start:end]`
    """

    code: str
    severity: str
    line: int
    column: int
    message: str
    fix: str
    excerpt: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ResourceOutcome:
    """One resource of a document, or what stands for it where there is none.

    entry     0-based number in a feed, else None
    resource  slug of the resource (`contact_list`), None if it is not known
    body      the JSON in UTF-8 on one line, None where it was refused
    dropped   the JSON array of what is not in it: `{"path", "line", "value", "reason"}`
    drops     path and reason of the same, numbers of siblings left out
    number    its own v1 id, if it was converted and has one
    references  v1 ids of the other resources that it names, by their slugs, if it was converted
    request   query parameters that the body is sent with, by name
    part      0-based number among the bodies that parts of the resource became, else None
    date      when it was sent, or else last changed, as far as the document tells: ISO 8601
    """

    entry: int | None
    resource: str | None
    status: ResourceStatus
    body: bytes | None = None
    dropped: bytes = b"[]"
    drops: tuple[tuple[str, str], ...] = ()
    date: str | None = None
    codes: tuple[str, ...] = ()
    findings: tuple[ReportedDiagnostic, ...] = ()
    number: str | None = None
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    request: Mapping[str, str] = field(default_factory=dict)
    part: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentOutcome:
    """What became of one document (or one entry of a large feed).

    resources    one or more
    text         what is to be shown of it, ready for printing; empty for nothing
    source_maps  for each body, in their order, a JSON object on one line that says where in the XML
                 its properties come from; empty where nobody asked for them
    """

    resources: tuple[ResourceOutcome, ...]
    text: str = ""
    source_maps: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether anything in it has errors."""
        return any(resource.status is ResourceStatus.REFUSED for resource in self.resources)


#: Encodes a JSON value on one line, in UTF-8.
Encode = Callable[[Any], bytes]


def compact(value: Any) -> bytes:
    """JSON on one line, as short as it gets, in UTF-8."""
    try:
        return orjson.dumps(value)
    except TypeError:  # a lone surrogate, which UTF-8 does not have: as an escape
        return json.dumps(value, separators=(",", ":")).encode("ascii")


def outcome(
    item: Input,
    source: Source,
    payloads: Iterable[Payload],
    diagnostics: Iterable[Diagnostic],
    *,
    text: str = "",
    source_maps: tuple[str, ...] = (),
    target: str = DEFAULT_TARGET,
    names: Callable[[], Mapping[int | None, str | None]] | None = None,
    detailed: bool = True,
    listed: bool = True,
    encode: Encode = compact,
) -> DocumentOutcome:
    """The outcome of a document that was read as `source`.

    Entries are numbered as `source` has them; those of a large feed become the file's.  `names`
    gives the slug of the resource of each entry that is known, and is called only if something was
    refused.  `target` is the name of the target that the payloads are for.
    Not `detailed` leaves out what only a manifest needs, not `listed` what is dropped.
    """
    found: dict[int | None, list[Diagnostic]] = {}
    lent = item.part is not None and bool(item.part.head)
    for diagnostic in diagnostics:
        # What is wrong with a head that is only lent is why the entry was refused.
        entry = 0 if lent and diagnostic.entry is None else diagnostic.entry
        found.setdefault(entry, []).append(diagnostic)
    resources: dict[int | None, ResourceOutcome] = {}
    parts: dict[int | None, list[ResourceOutcome]] = {}
    for payload in payloads:
        if payload.part is not None:
            made = _converted(item, payload, (), source, target, detailed, listed, encode)
            parts.setdefault(payload.entry, []).append(made)
            continue
        resources[payload.entry] = _converted(
            item, payload, found.pop(payload.entry, ()), source, target, detailed, listed, encode
        )
    known = names() if names and found else {}
    for entry, about in found.items():
        wrong = any(diagnostic.severity is Severity.ERROR for diagnostic in about)
        if entry is None and not wrong and resources:
            continue  # warnings about the feed as a whole refuse nothing
        status = ResourceStatus.REFUSED if wrong else ResourceStatus.SKIPPED
        resources[entry] = ResourceOutcome(
            _number(item, entry), known.get(entry), status,
            date=date_in_text(target, known.get(entry), source.text, entry) if detailed else None,
            codes=_codes(about), findings=_findings(item, source, about) if detailed else (),
        )  # fmt: skip
    for entry, name in known.items():
        if (
            entry not in resources and entry not in parts
        ):  # the feed as a whole is refused, and its entries with it
            resources[entry] = ResourceOutcome(
                _number(item, entry),
                name,
                ResourceStatus.REFUSED,
                codes=_codes(found.get(None, ())),
            )
    ordered = sorted({*resources, *parts}, key=lambda entry: -1 if entry is None else entry)
    own = ([resources[entry]] if entry in resources else [] for entry in ordered)
    of_each = zip(own, (parts.get(entry, []) for entry in ordered), strict=True)
    return DocumentOutcome(
        tuple(each for found in of_each for group in found for each in group), text, source_maps
    )


def _number(item: Input, entry: int | None) -> int | None:
    return entry if item.part is None else item.part.number(entry)


def _converted(
    item: Input,
    payload: Payload,
    about: Iterable[Diagnostic],
    source: Source,
    target: str,
    detailed: bool,
    listed: bool,
    encode: Encode,
) -> ResourceOutcome:
    dropped = payload.dropped if listed else ()
    date = None
    if detailed:
        date = date_in_body(target, payload.resource, payload.body) or date_in_text(
            target, payload.resource, source.text, payload.entry
        )
    return ResourceOutcome(
        _number(item, payload.entry),
        payload.resource,
        ResourceStatus.CONVERTED,
        encode(payload.body),
        encode(
            [
                {"path": drop.path, "line": drop.line, "value": drop.value, "reason": drop.reason}
                for drop in dropped
            ]
        )
        if dropped
        else b"[]",
        tuple(dict.fromkeys((_unnumbered(drop.path), drop.reason) for drop in dropped))
        if detailed
        else (),
        date,
        _codes(about),
        _findings(item, source, about) if detailed else (),
        payload.number,
        payload.references,
        payload.request,
        payload.part,
    )


@lru_cache(4096)
def _unnumbered(path: str) -> str:
    """The path without the numbers of siblings: few paths differ otherwise."""
    return _INDEX.sub("", path)


_INDEX = late_compile(r"\[\d+\]")


def _codes(about: Iterable[Diagnostic]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(diagnostic.code for diagnostic in about))


def _findings(
    item: Input, source: Source, about: Iterable[Diagnostic]
) -> tuple[ReportedDiagnostic, ...]:
    part = item.part
    return tuple(_finding(source, each) for each in about if part is None or part.is_own(each))


#: Characters of an excerpt, and how many of them may stand before the guilty text.
_WIDTH, _BEFORE = 160, 48


def _finding(source: Source, diagnostic: Diagnostic) -> ReportedDiagnostic:
    span = diagnostic.span
    line = source.line(span.start.line)
    first = span.start.column - 1
    last = span.end.column - 1 if span.end.line == span.start.line else len(line)
    low = max(0, first - _BEFORE) if len(line) > _WIDTH else 0
    low += len(line[low:first]) - len(line[low:first].lstrip())  # indentation says nothing here
    excerpt = line[low : low + _WIDTH].expandtabs(1)
    safeties = {fix.safety for fix in diagnostic.fixes}
    fix = "safe" if Safety.SAFE in safeties else "unsafe" if safeties else ""
    return ReportedDiagnostic(
        diagnostic.code, diagnostic.severity.value, span.start.line, span.start.column,
        diagnostic.message, fix, excerpt, min(first - low, len(excerpt)),
        min(max(last - low, first - low), len(excerpt)),
    )  # fmt: skip
