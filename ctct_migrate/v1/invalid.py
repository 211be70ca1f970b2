"""Why a document is not valid, in the words of an XSD engine: the safety net of the rules.

For a document that `Vocabulary.is_valid` refuses though no rule found a mistake in it.  Slow, and
`xmlschema` is imported in here alone, when it is needed.  The rules' own messages are better;
wherever this one shows up, a rule is missing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from ctct_migrate.clark_names import local_name, namespace
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.resources import RESOURCES
from ctct_migrate.v1.vocabulary import ENVELOPE_SCHEMA, Vocabulary, vocabulary

if TYPE_CHECKING:
    import xmlschema


@dataclass(frozen=True, slots=True)
class SchemaRefusal:
    """The first reason why a document is not valid.

    number  of the element that it is about: 0-based, in document order, as in `Element.number`
    path    of that element in plain names: `entry/content/Campaign/Status`
    reason  one sentence in an engine's words, without namespaces
    """

    number: int
    path: str
    reason: str


def explain_invalid(
    document: bytes | etree._Element, facts: Vocabulary | None = None
) -> SchemaRefusal | None:
    """Why a well-formed document (its bytes, or its root as lxml parsed it) is not valid; None
    exactly when `Vocabulary.is_valid` of the same `facts` says that it is.  Raises
    `lxml.etree.XMLSyntaxError` for bytes that are not well-formed."""
    root = _parsed(document) if isinstance(document, bytes) else document
    book = facts or vocabulary()
    refused = book.invalid_part(root)
    if refused is None:
        return None
    part, schema = refused
    return _by_xmlschema(root, part, book) or _by_libxml2(root, part, schema)


def _by_xmlschema(
    root: etree._Element, part: etree._Element, book: Vocabulary
) -> SchemaRefusal | None:
    """The reason in the words of `xmlschema`, which speaks better; None where it sees none."""
    import xmlschema

    name = local_name(part.tag)
    file = f"{RESOURCES[name].slug}.xsd" if name in RESOURCES else ENVELOPE_SCHEMA
    try:
        schema = _schema(book.directory / file)
        error = next(schema.iter_errors(part, use_location_hints=False), None)
    except xmlschema.XMLSchemaException as failure:
        # Some mistakes in xsi:type make older releases raise, instead of reporting them.
        return _refusal(root, part, str(failure))
    except Exception:  # a year of eleven digits, markup a thousand deep: libxml2 says why
        return None
    if error is None:
        return None
    guilty: Any = error.elem if error.elem is not None else part
    return _refusal(root, guilty, error.reason or str(error))


def _by_libxml2(
    root: etree._Element, part: etree._Element, schema: etree.XMLSchema
) -> SchemaRefusal:
    """The reason in the words of libxml2, from its log of the last validation."""
    log: Any = schema.error_log
    entry = next(iter(log), None)
    if entry is None:
        return _refusal(root, part, "an entity is not defined")
    return _refusal(root, _at(part, entry.path or ""), entry.message)


def _at(part: etree._Element, path: str) -> etree._Element:
    """The element at a path of libxml2's, which takes `part` for the root and writes prefixes as
    the document does; `part` where there is none."""
    spaces: dict[str, str] = {}
    for each in part.iter("*") if ":" in path else ():
        if each.prefix is not None:
            spaces[each.prefix] = namespace(each.tag)
    try:
        found: Any = etree.ElementTree(part).xpath(path, namespaces=spaces) if path else []
    except etree.XPathError:
        return part
    return next((each for each in found if isinstance(each, etree._Element)), part)


@cache
def _schema(file: Path) -> xmlschema.XMLSchema:
    import xmlschema

    return xmlschema.XMLSchema(str(file), allow="local", defuse="never")


def _parsed(document: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    return etree.fromstring(document, parser)


def _refusal(root: etree._Element, guilty: etree._Element, reason: str) -> SchemaRefusal:
    number = next((at for at, each in enumerate(root.iter("*")) if each is guilty), 0)
    names = [local_name(each.tag) for each in guilty.iterancestors("*")]
    path = "/".join([*reversed(names), local_name(guilty.tag)])
    reason = reason[:_LONGEST]
    for pattern, plain in _PLAIN:
        reason = pattern.sub(plain, reason)
    return SchemaRefusal(number, path, " ".join(reason.split(" ")))


#: Characters of an engine's words that are kept: they may quote a whole text of the document.
_LONGEST = 2_000

#: What is taken out of the engines' words, in this order: namespaces, Python's way of quoting,
#: prefixes, the language of identity constraints.
_PLAIN = tuple(
    (late_compile(pattern), plain)
    for pattern, plain in (
        (r"\{[^{}\s]*\}", ""),
        (r"(?<!\w)'([^']*)'", r"`\1`"),
        (r"`(?:\w+:)?@?(\w+)`", r"`\1`"),
        (r"missing key field `(?:\w+:)?(\w+)[^`]*`.*", r"`\1` is missing"),
        (r"\w+\(path=[`\"']?(?:\w+:)?(\w+).*field selects.*", r"there is more than one `\1`"),
        (r"^Element `[^`]*`(?:, attribute `[^`]*`)?: (?:\[facet `\w+`\] )?", ""),
    )
)
