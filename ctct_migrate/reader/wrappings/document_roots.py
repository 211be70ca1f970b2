"""How a v1 document begins and where it ends, in a text that holds more than it."""

from __future__ import annotations

import re

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.resources import NAMES

#: Roots of v1 documents (reference, v1-atom: Transport, Other payloads).
ROOTS = ("entry", "feed", "service", *dict.fromkeys((*NAMES, "Folder")))
_NAME = rf"(?:[A-Za-z]\w*:)?(?:{'|'.join(ROOTS)})"

#: What follows the `<` of a document's first tag or of its declaration.
AFTER_LESS_THAN = rf"(?:\?xml[\s\\+%]|{_NAME}(?![\w.\-]))"

#: The beginning of a document.
BEGINNING = late_compile(rf"<(?={AFTER_LESS_THAN})")

#: What may stand before the root.
_PROLOG = late_compile(r"\ufeff?(?:\s++|<\?[^<]*?\?>|<!--.*?-->)*+", re.S)
_ROOT = late_compile(rf"<({_NAME})(?=[\s/>])")

#: Characters at the beginning of a text in which its root is looked for.
_HEAD = 1 << 16


def root_name(text: str) -> str | None:
    """The name (with its prefix) of the root of the v1 document that `text` begins with; None
    where it begins with none."""
    head = text[:_HEAD]
    prolog = _PROLOG.match(head)
    match = _ROOT.match(head, prolog.end() if prolog else 0)
    return match[1] if match else None


def end_of_document(text: str, start: int) -> int | None:
    """The index after the end tag of the document that begins at `start`; None where the root is
    none of v1's, or is not closed."""
    name = root_name(text[start : start + _HEAD])
    if name is None:
        return None
    at = text.find(f"</{name}", start)
    end = text.find(">", at) if at >= 0 else -1
    return end + 1 if end >= 0 else None


def is_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing like a second document stands outside `start`..`end`."""
    return BEGINNING.search(text, end) is None and BEGINNING.search(text, 0, start) is None
