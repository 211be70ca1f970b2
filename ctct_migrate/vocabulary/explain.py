"""Why a document is not valid, in the words of `xmlschema`: the safety net of the rules.

For a document that `Vocabulary.is_valid` refuses though no rule found a mistake in it.  Slow, and
`xmlschema` is imported in here alone, when it is needed.  The rules' own messages are better;
wherever this one shows up, a rule is missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from ctct_migrate.vocabulary.documents import ENTRANCE
from ctct_migrate.vocabulary.vocabulary import Vocabulary, vocabulary

if TYPE_CHECKING:
    import xmlschema


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first reason why a document is not valid.

    number  of the element that it is about: 0-based, in document order, as in `Element.number`
    path    of that element in plain names: `entry/content/Campaign/Status`
    reason  one sentence, in the words of `xmlschema`, without namespaces
    """

    number: int
    path: str
    reason: str


def explain_invalid(
    document: bytes | etree._Element, facts: Vocabulary | None = None
) -> Refusal | None:
    """Why a well-formed document (its bytes, or its root as lxml parsed it) is not valid; None if
    it is.  Raises `lxml.etree.XMLSyntaxError` for bytes that are not well-formed."""
    root = _parsed(document) if isinstance(document, bytes) else document
    schema = _schema((facts or vocabulary()).directory)
    error = next(schema.iter_errors(root, use_location_hints=False), None)
    return None if error is None else _refusal(root, error)


@cache
def _schema(directory: Path) -> xmlschema.XMLSchema:
    import xmlschema

    return xmlschema.XMLSchema(str(directory / ENTRANCE), allow="local", defuse="never")


def _parsed(document: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    return etree.fromstring(document, parser)


def _refusal(root: etree._Element, error: Any) -> Refusal:
    guilty = error.elem if error.elem is not None else root
    number = next((at for at, each in enumerate(root.iter("*")) if each is guilty), 0)
    names = [etree.QName(each).localname for each in guilty.iterancestors("*")]
    path = "/".join([*reversed(names), etree.QName(guilty).localname])
    return Refusal(number, path, _plain(error.reason or str(error)))


def _plain(reason: str) -> str:
    """A reason without namespaces, prefixes, objects of Python's, or Python's way of quoting."""
    for pattern, plain in _PLAIN:
        reason = pattern.sub(plain, reason)
    return " ".join(reason.split())


#: In this order.
_PLAIN = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"\{[^{}\s]*\}", ""),
        (r"(?<!\w)'([^']*)'", r"`\1`"),
        (r"`(?:\w+:)?@?(\w+)`", r"`\1`"),
        (r"missing key field `(?:\w+:)?(\w+)[^`]*`.*", r"`\1` is missing"),
        (r"\w+\(path=[`\"']?(?:\w+:)?(\w+).*field selects.*", r"there is more than one `\1`"),
    )
)
