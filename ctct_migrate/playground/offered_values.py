"""Values to choose from, where a mistake has no fix since only the author knows what was meant: those
that the XSD allows at that place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.playground.pasted_text import PastedText
from ctct_migrate.source import Span
from ctct_migrate.v1.facts import Value
from ctct_migrate.v1.vocabulary import vocabulary

#: Diagnostics of a document that get values: more than this nobody chooses by hand.
OFFERED = 40

#: Between the names of a path.
_SEPARATOR = "/"

_TAG = re.compile(r"</?([\w.-]+:)?[\w.-]+[^<>]*>\s*\Z")


def offered_values(diagnostic: Diagnostic, pasted: PastedText) -> list[dict[str, Any]]:
    """What may be put in place of the guilty text, or in where something is missing: for each value
    its `title`, and the `text` that replaces the page's units from `start` to `end`.  Empty where
    there is a fix, or no list of values."""
    if diagnostic.fixes:
        return []
    name, values = _allowed(diagnostic.element)
    if not values:
        return []
    text = pasted.source.text
    span = diagnostic.span
    start, end = (pasted.source.index(each.line, each.column) for each in (span.start, span.end))
    own = re.compile(rf"<([\w.-]+:)?{re.escape(name)}(\s[^<>]*)?>\Z")
    if (
        start < end
        and text[end : end + 1] == "<"
        and own.search(text, text.rfind("<", 0, start), start)
    ):
        return list(_edits(values, pasted, span, "", ""))
    for label in diagnostic.labels:
        if label.span.start == label.span.end and f"<{name}>" in label.text:
            at = pasted.source.index(label.span.start.line, label.span.start.column)
            prefix, gap = _around(text, at)
            tag = f"{prefix}{name}"
            return list(_edits(values, pasted, label.span, f"{gap}<{tag}>", f"</{tag}>"))
    return []


def _allowed(element: str) -> tuple[str, Sequence[Value]]:
    """The name of the element at a path, and its values; none where any text will do."""
    root, _, path = element.partition(_SEPARATOR)
    fact = vocabulary().element(root, path) if path else None
    values = fact.enumeration if fact is not None else ()
    return element.rpartition(_SEPARATOR)[2], [each for each in values if each.spelling_of is None]


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
