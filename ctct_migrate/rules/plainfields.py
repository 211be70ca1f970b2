"""Plain fields: what the families' `plain` are asked about, on the fast path.

From lxml's tree, without positions, in microseconds.  Nothing is judged here.
"""

from __future__ import annotations

from typing import Any

from ctct_migrate.mapping.content import decoded
from ctct_migrate.reader.tree import ATOM

#: The key of what the envelope of a schedule says: no name of an element.
ENVELOPE = "@entry"

_ID, _LINK = f"{{{ATOM}}}id", f"{{{ATOM}}}link"


def fields_of(payload: Any, envelope: Any = None) -> dict[str, str]:
    """The texts of a payload's children by their local names, as they stand there.

    A child that holds elements has the first one's start tag and the last one's end tag around
    all text in them, without prefixes and attributes: `<Text>Hi</Text>`.  Under `ENVELOPE` stand
    the id and the targets of the links of `envelope`, the Atom entry, in lines.
    """
    fields = {
        child.tag.rpartition("}")[2]: _structured(child) if len(child) else child.text or ""
        for child in payload.iterchildren("*")
    }
    lines = []
    if envelope is not None:
        lines += [decoded(each).strip() for each in envelope.iterchildren(_ID)]
        lines += [each.get("href", "").strip() for each in envelope.iterchildren(_LINK)]
    fields[ENVELOPE] = "\n".join(lines)
    return fields


def _structured(element: Any) -> str:
    """An element that holds more than text."""
    inner = list(element.iterchildren("*"))
    if not inner:
        return decoded(element)
    first, last = (each.tag.rpartition("}")[2] for each in (inner[0], inner[-1]))
    text = "".join(element.itertext("*"))
    before, behind = element.text or "", inner[-1].tail or ""
    text = text[len(before) : len(text) - len(behind)]
    return f"{before}<{first}>{text}</{last}>{behind}"
