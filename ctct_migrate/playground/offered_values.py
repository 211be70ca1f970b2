"""Values to choose from, where a mistake has no fix since only the author knows what was meant: those
that the XSD allows at that place; of states those of the country beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, unescape

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.playground.pasted_text import PastedText
from ctct_migrate.reader.document import Document
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.values.states import values_in_country
from ctct_migrate.source import Span
from ctct_migrate.v1.facts import ElementFact, Value
from ctct_migrate.v1.vocabulary import vocabulary

#: Diagnostics of a document that get values: more than this nobody chooses by hand.
OFFERED = 40

#: Between the names of a path.
_SEPARATOR = "/"

_TAG = late_compile(r"</?([\w.-]+:)?[\w.-]+[^<>]*>\s*\Z")


def offered_values(
    diagnostic: Diagnostic, pasted: PastedText, document: Document | None
) -> list[dict[str, Any]]:
    """What may be put in place of the guilty text, or in where something is missing: for each value
    its `title`, and the `text` that replaces the page's units from `start` to `end`.  Empty where
    there is a fix, no list of values, or a value of the list: then it is not the list that says what
    is right.  `document` is what v1's reader made of the text, None if it did not read it."""
    if diagnostic.fixes:
        return []
    fact = _fact(diagnostic.element)
    if fact is None or not fact.enumeration:
        return []
    name, values = fact.name, [each for each in fact.enumeration if each.spelling_of is None]
    if document is not None and any(each.country for each in values):
        values = _in_country(diagnostic, document, name, values)
    text = pasted.source.text
    span = diagnostic.span
    start, end = (pasted.source.index(each.line, each.column) for each in (span.start, span.end))
    own = re.compile(rf"<([\w.-]+:)?{re.escape(name)}(\s[^<>]*)?>\Z")
    if (
        start < end
        and text[end : end + 1] == "<"
        and own.search(text, text.rfind("<", 0, start), start)
    ):
        if fact.accepts(unescape(text[start:end])):
            return []
        return list(_edits(values, pasted, span, "", ""))
    for label in diagnostic.labels:
        if label.span.start == label.span.end and f"<{name}>" in label.text:
            at = pasted.source.index(label.span.start.line, label.span.start.column)
            prefix, gap = _around(text, at)
            tag = f"{prefix}{name}"
            return list(_edits(values, pasted, label.span, f"{gap}<{tag}>", f"</{tag}>"))
    return []


def _fact(element: str) -> ElementFact | None:
    """What the XSD says of the element at a path, which begins with its root."""
    root, _, path = element.partition(_SEPARATOR)
    return vocabulary().element(root, path) if path else None


def _in_country(
    diagnostic: Diagnostic, document: Document, name: str, values: list[Value]
) -> list[Value]:
    """Those of the states that are in the country of the entry that the diagnostic is about."""
    for entry in document.entries:
        if entry.index == diagnostic.entry:
            return values_in_country(Context(document, entry, None), name, values)
    return values


def _edits(
    values: Sequence[Value], pasted: PastedText, span: Span, before: str, after: str
) -> Iterator[dict[str, Any]]:
    start, end = pasted.units(span)
    for each in values:
        meaning = f": {each.documentation}" if each.documentation else ""
        text = f"{before}{escape(each.value)}{after}"
        yield {"title": f"{each.value}{meaning}", "start": start, "end": end, "text": text}


def _around(text: str, at: int) -> tuple[str, str]:
    """The prefix of the tag before a place, with its colon, and the white space to put before another
    element: a new line like the one of that tag, unless more stands on it."""
    line = text[text.rfind("\n", 0, at) + 1 : at]
    rest = text[at : text.find("\n", at) if "\n" in text[at:] else len(text)]
    match = _TAG.search(line)
    prefix = (match[1] or "") if match else ""
    indent = line[: len(line) - len(line.lstrip())]
    return prefix, "" if rest.strip() or "\n" not in text else f"\n{indent}"
