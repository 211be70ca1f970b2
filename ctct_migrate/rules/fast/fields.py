"""Plain fields: the texts that the questions of `plain` are asked about, on the fast path.

From the elements that the mapping engine has found, without positions, in microseconds.  Nothing
is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from lxml import etree

from ctct_migrate.mapping.content import decoded
from ctct_migrate.reader.tree import ATOM

Fields = Mapping[str, str]
"""Texts of a payload's children by their local names."""

#: The key of what the envelope says: no name of an element.
ENVELOPE = "@entry"

#: The key of the `id` attributes inside the payload, its own first.
URIS = "@uris"

#: The key of the id of the resource that the document names, where it names one.
NUMBER = "@number"

#: The key of what is there where an entry of a feed says no more than a listing of its resource does.
LISTED = "@listed"

#: Keys that are no names of elements.
ASIDE = frozenset({ENVELOPE, URIS, NUMBER, LISTED})

#: What stands for elements.
MARKUP = "<>"

_NONE: Mapping[Any, str | None] = {}

_IDS = etree.XPath("descendant-or-self::*/@id", smart_strings=False)
_ID, _LINK = f"{{{ATOM}}}id", f"{{{ATOM}}}link"


def fields_of(
    found: Mapping[Any, Any], envelope: Any, names: Mapping[str, str], *,
    texts: Mapping[Any, str | None] = _NONE, with_envelope: bool = False, with_uris: bool = False,
    wrapped: frozenset[str] = frozenset(),
) -> dict[str, str]:  # fmt: skip
    """The texts of a payload's children by their local names, as they stand there: of those in
    `names`, local names by Clark names.  `found` has the lxml elements by Clark name, and `texts` the
    texts of some that hold nothing else, so that these are not read again (`MappingOutcome`).

    A child that holds elements is `MARKUP`, but for those in `wrapped`, which have the first
    element's start tag and the last one's end tag around all text in them, without prefixes and
    attributes: `<Text>Hi</Text>`.  `with_envelope` adds, under `ENVELOPE`, the id and
    the targets of the links of `envelope`, the Atom entry, in lines; `with_uris` adds, under `URIS`,
    the ids of the payload and of what is in it, in lines.
    """
    fields = {names[tag]: text or "" for tag, text in texts.items() if tag in names}
    for tag in found.keys() - texts.keys():
        name = names.get(tag)
        if name is not None:
            child = found[tag]
            fields[name] = _structured(child, name in wrapped) if len(child) else child.text or ""
    if with_envelope:
        fields[ENVELOPE] = "\n".join(_uris(envelope)) if envelope is not None else ""
    if with_uris:
        fields[URIS] = "\n".join(cast(list[str], _IDS(found[""])))
    return fields


def _uris(envelope: Any) -> Iterator[str]:
    for element in envelope.iterchildren(_ID, _LINK):
        yield (element.get("href", "") if element.tag == _LINK else decoded(element)).strip()


def _structured(element: Any, wrapped: bool) -> str:
    """An element that holds more than text."""
    first = element[0]
    if not isinstance(first.tag, str):  # a comment
        first = next(element.iterchildren("*"), None)
        if first is None:
            return decoded(element)
    if not wrapped:
        return MARKUP
    last = next(element.iterchildren("*", reversed=True))
    text = "".join(element.itertext())
    before, following = element.text or "", last.tail or ""
    text = text[len(before) : len(text) - len(following)]
    names = (each.tag.rpartition("}")[2] for each in (first, last))
    return f"{before}<{next(names)}>{text}</{next(names)}>{following}"
