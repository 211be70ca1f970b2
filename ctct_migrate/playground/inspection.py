"""Inspections: all that a page shows of a document, as a JSON value.

Everything said is what `convert` says; here it only becomes plain values, with places in UTF-16
units of the page's text.  What v1 alone minded is a warning, as in `convert`: a document without
errors has a body.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from ctct_migrate.api.conversion import Conversion, convert
from ctct_migrate.api.reading import read
from ctct_migrate.bodies import BodyRequest, read_bodies
from ctct_migrate.bodies.json_places import placed
from ctct_migrate.bodies.reading_bodies import is_body, is_recognised
from ctct_migrate.diagnostics import Diagnostic, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.feedheads import feed_accounts
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.mapping.trace import DECLARATION
from ctct_migrate.payload import Account, Payload
from ctct_migrate.playground.offered_values import OFFERED, offered_values
from ctct_migrate.playground.pasted_text import PastedText
from ctct_migrate.playground.question import Question
from ctct_migrate.readback import convert_bodies
from ctct_migrate.reader.document import Document
from ctct_migrate.rules.several_targets import joined
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS, target_named

#: Diagnostics that a page is given; all are counted.
LISTED = 400

#: Payloads that a page is given to choose from; all are counted.
CHOICES = 2_000

#: Characters of a document below which it is said where its entries stand, and what became of the
#: feed's own parts.
DETAILED = 500_000

#: What a document of v1 holds, also as a text in JSON.
_HOLDS_V1 = late_compile(r"xmlns|<\\?/?(?:entry|feed)\b")

#: How JSON begins that is an object or a list of them.
_JSON = late_compile(r'\s*(?:\[\s*)?\{\s*["}]|\s*\[\s*\]')


def inspected(question: Question) -> dict[str, Any]:
    """What a page shows of its document: `syntax`, `counts`, `safe` (how many diagnostics have a safe
    fix), `diagnostics`, `results` (for each target: `payloads` to choose from, and `body`), `withheld` (how many
    of the diagnostics have values to choose from that are not given) and `located` (whether it is said where entries stand).
    Never raises on bad input."""
    pasted = as_pasted(question.text)
    conversions, syntax, document = _converted(pasted.source, question)
    around = _Around(pasted)
    is_located = len(question.text) < DETAILED
    if document is not None and is_located and any(conversions.values()):
        around = _Around(pasted, feed_accounts(document), _entries(document, pasted))
    found = _joined({name: each.diagnostics for name, each in conversions.items()})
    listed = _worst_first(found)[:LISTED]
    counts = Counter(each.severity for each in found)
    return {
        "syntax": syntax,
        "counts": {severity.value: counts[severity] for severity in Severity},
        "safe": sum(_is_safely_fixed(each) for each in found),
        "diagnostics": [
            _diagnostic(
                each, pasted, offered_values(each, pasted, document) if number < OFFERED else []
            )
            for number, each in enumerate(listed)
        ],
        "withheld": sum(bool(offered_values(each, pasted, document)) for each in listed[OFFERED:]),
        "located": is_located,
        "results": [
            _result(name, each, around, question.chosen) for name, each in conversions.items()
        ],
    }


def as_pasted(text: str) -> PastedText:
    """A text of a page, known by the name that says what it seems to be."""
    return PastedText(text, "document.json" if _JSON.match(text) else "document.xml")


def bodies_of(source: Source) -> str | None:
    """The target whose JSON bodies a text holds, `DEFAULT_TARGET` if that is not plain; None for a
    text that holds none."""
    if not _JSON.match(source.text):
        return None
    for name in TARGETS:
        if is_recognised(source, name):
            return name
    is_json = is_body(source, BodyRequest(DEFAULT_TARGET)) or not _HOLDS_V1.search(source.text)
    return DEFAULT_TARGET if is_json else None


def _converted(
    source: Source, question: Question
) -> tuple[dict[str, Conversion], str, Document | None]:
    """The conversion for each target, what the text is, and the document that it is, if it is one of
    v1."""
    origin = bodies_of(source)
    if origin is not None:
        return {name: _of_bodies(source, origin, name, question) for name in question.targets}, "json", None  # fmt: skip
    document = read(source)
    made = {
        name: convert(document, question.shape, time_zone=question.zone, target=name)
        for name in question.targets
    }
    return made, "form" if document.form is not None else "xml", document


def _of_bodies(source: Source, origin: str, target: str, question: Question) -> Conversion:
    if origin == target:
        return read_bodies(source, BodyRequest(target))
    return convert_bodies(
        source, question.shape, origin=origin, target=target, time_zone=question.zone
    )


def _joined(found: Mapping[str, Sequence[Diagnostic]]) -> list[Diagnostic]:
    """The diagnostics of all targets, each once, in the order of the document."""
    if len(found) == 1:
        return list(*found.values())
    return sorted(joined(found), key=lambda each: each.span)


def _worst_first(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics by severity, those of one severity in the order of the document."""
    order = list(Severity)
    return sorted(found, key=lambda each: order.index(each.severity))


def _is_safely_fixed(diagnostic: Diagnostic) -> bool:
    return any(each.safety is Safety.SAFE for each in diagnostic.fixes)


def _diagnostic(
    diagnostic: Diagnostic, pasted: PastedText, offers: list[dict[str, Any]]
) -> dict[str, Any]:
    start, end = pasted.units(diagnostic.span)
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": list(diagnostic.help),
        "targets": list(diagnostic.targets),
        "start": start,
        "end": end,
        "line": diagnostic.span.start.line,
        "column": diagnostic.span.start.column,
        "fixes": [
            {"title": each.title, "safe": each.safety is Safety.SAFE} for each in diagnostic.fixes
        ],
        "offers": offers,
        "places": [
            {
                "start": pasted.units(each.span)[0],
                "end": pasted.units(each.span)[1],
                "line": each.span.start.line,
                "text": each.text,
            }
            for each in diagnostic.labels
        ],
    }


# -- bodies ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Around:
    """What payloads stand in: the text, what became of the feed's own parts, and where its entries
    begin and end, by their numbers."""

    pasted: PastedText
    head: Sequence[Account] = ()
    entries: Mapping[int | None, tuple[int, int]] = field(default_factory=dict)


def _entries(document: Document, pasted: PastedText) -> dict[int | None, tuple[int, int]]:
    return {
        each.index: (pasted.unit(each.element.start), pasted.unit(each.element.end))
        for each in document.entries
        if each.element is not None
    }


def _result(target: str, conversion: Conversion, around: _Around, chosen: str) -> dict[str, Any]:
    """What became of a document for one target."""
    payloads = list(conversion)
    payload = next((each for each in payloads if key_of(each) == chosen), None)
    if payload is None and payloads:
        payload = payloads[0]
    return {
        "target": target,
        "title": target_named(target).title,
        "errors": sum(each.severity is Severity.ERROR for each in conversion.diagnostics),
        "made": len(payloads),
        "payloads": [
            {
                "key": key_of(each),
                "title": _title(each),
                "range": around.entries.get(each.entry),
            }
            for each in payloads[:CHOICES]
        ],
        "body": None if payload is None else _body(payload, around.pasted, around.head),
    }


def key_of(payload: Payload) -> str:
    """What tells a payload from the others of its document: `3`, or `3.0` for a part of one."""
    entry = "" if payload.entry is None else str(payload.entry)
    return entry if payload.part is None else f"{entry}.{payload.part}"


def _title(payload: Payload) -> str:
    """`Entry 4: contact`."""
    name = payload.resource.replace("_", " ")
    return name if payload.entry is None else f"Entry {payload.entry + 1}: {name}"


def _body(payload: Payload, pasted: PastedText, head: Sequence[Account]) -> dict[str, Any]:
    """A body as text, with the place of each part of it, and where in the document that is from."""
    text = json.dumps(payload.body, indent=2, ensure_ascii=False)
    shown = PastedText(text, "body.json")
    spans = payload.source_map
    places = []
    for pointer, value in placed(shown.source.text)[0].everything():
        if pointer not in spans:
            continue
        start = value.start if value.name_start is None else value.name_start
        places.append([pointer, shown.unit(start), shown.unit(value.end), *pasted.units(spans[pointer])])  # fmt: skip
    return {
        "key": key_of(payload),
        "resource": payload.resource.replace("_", " "),
        "shape": payload.shape.value,
        "request": dict(payload.request),
        "text": text,
        "places": places,
        "accounts": [_account(each, pasted) for each in _accounts(payload, head)],
    }


def _accounts(payload: Payload, head: Sequence[Account]) -> list[Account]:
    """What became of each part of a payload, then of the feed that it is in.  What a JSON body says
    in no place of its own, since XML has it besides, is left out."""
    accounts = payload.accounting
    if accounts and accounts[0].path.startswith("/"):
        return [each for each in accounts if each.value and each.reason != DECLARATION]
    return [*accounts, *head]


def _account(account: Account, pasted: PastedText) -> list[Any]:
    """Path, start, end, fate, pointer, reason, and value of one line of the accounting."""
    start, end = pasted.units(account.span)
    value = " ".join(account.value[:200].split())
    if len(value) > 60:
        value = value[:59] + "…"
    return [account.path, start, end, account.fate.value, account.pointer, account.reason, value]


def opened(data: bytes) -> dict[str, Any]:
    """The text of a file, and the encoding that it was read in; `note` says what a page cannot show
    of it, since a page has characters and no bytes."""
    source = Source("document", data)
    document = Document(source)
    decoding = source.decoding
    note = ""
    if decoding.contradicted or not decoding.known:
        note = f"The file declares the encoding {decoding.declared}, and was read as {decoding.encoding}."  # fmt: skip
    elif source.undecodable is not None:
        note = f"The file has bytes that are not {decoding.encoding}. They are kept."  # fmt: skip
    return {"text": document.source.text, "encoding": decoding.encoding, "note": note}
