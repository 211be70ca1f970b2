"""Wrappings: documents that were copied out of something else, and not taken out of it.

One function, `recognize`, says what a text is wrapped in and how the document is got out; each
module beside knows some kinds.  What is said to the user stands in the rules.  A document that
parses as one of v1's is never asked about.
"""

from __future__ import annotations

from collections.abc import Callable

from ctct_migrate.reader.wrappings import (
    carriers,
    damaged_tags,
    dumps,
    encoded,
    lines,
    literals,
    templates,
    texts,
    views,
)
from ctct_migrate.reader.wrappings.document_roots import BEGINNING, root_name
from ctct_migrate.reader.wrappings.wrapping import Choice, Wrapping
from ctct_migrate.source import Source

__all__ = ["Choice", "Wrapping", "recognize"]

#: Wrappings in wrappings that are looked into.
_DEPTH = 4

#: What a text may be that does not begin as a document does; the first that fits counts.
_AROUND: tuple[Callable[[Source], Wrapping | None], ...] = (
    lines.find_conflict,
    carriers.find_message,
    encoded.find_printable,
    texts.find,
    lines.find_prefixed,
    literals.find,
    views.find_tree_view,
    views.find_breaks,
    views.find_logged,
    encoded.find_percent,
    encoded.find_base64,
    texts.find_in_markup,
    dumps.find,
    templates.find,
    damaged_tags.find,
)
#: What may be wrong with a text that does.
_WITHIN: tuple[Callable[[Source], Wrapping | None], ...] = (
    lines.find_conflict,
    literals.find_bare,
    views.find_tree_view,
    views.find_breaks,
    encoded.find_printable,
    templates.find,
    damaged_tags.find,
)


def recognize(source: Source, depth: int = 0) -> Wrapping | None:
    """What the text of `source`, which does not parse as a v1 document, is wrapped in; None where
    it is nothing known, or holds no v1 document."""
    start = len(source.text) - len(source.text.lstrip("\ufeff \t\r\n"))
    begins = BEGINNING.match(source.text, start) is not None
    for find in _WITHIN if begins else _AROUND:
        found = find(source)
        if found is not None and _holds_document(found, source, depth):
            return found
    return None


def _holds_document(found: Wrapping, source: Source, depth: int) -> bool:
    """Whether what is unwrapped begins as a v1 document, or is wrapped once more."""
    if not found.choices:
        return bool(found.note)
    inner = Source(source.path, found.choices[0].pieces.data)
    if root_name(inner.text) is not None:
        return True
    return depth < _DEPTH and recognize(inner, depth + 1) is not None
