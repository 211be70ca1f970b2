"""Document and Entry: what the rest of the program sees of a file that was read.

A `Document` is lazy: `root` is libxml2's tree, made at once and cheaply; `tree` is the located
tree, made only when somebody asks where things are.  Reading never raises; what is wrong is in
`problems`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from lxml import etree

from ctct_migrate.clark_names import local_name
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.resources import NAMES, RESOURCES, SPELLINGS, Dialect
from ctct_migrate.source import Source

if TYPE_CHECKING:  # what reads slowly is imported when something is read slowly
    from ctct_migrate.reader.forms.form_request import FormRequest
    from ctct_migrate.reader.nesting import Names
    from ctct_migrate.reader.problems import Problem
    from ctct_migrate.reader.scanner import Scan
    from ctct_migrate.reader.tree import Element, Markup
    from ctct_migrate.reader.wrappings import Wrapping

#: Payloads that v1 had and that are not declared as resources yet, with their dialects (reference,
#: v1-resources, Two dialects).
_FURTHER_PAYLOADS = {
    **dict.fromkeys(
        ("SiteOwner",), Dialect.CTCT,
    ),
    **dict.fromkeys(
        (
            "Guest", "AttendanceStatus", "PaymentStatus",
        ),
        Dialect.PLAIN,
    ),
}  # fmt: skip

#: Those that no later API has: they can be neither recorded nor created anywhere (reference, mapping-v2,
#: Registrant).
WITHOUT_COUNTERPART = frozenset({"Guest", "AttendanceStatus", "PaymentStatus"})

#: Those that are not converted.
OTHER_PAYLOADS = tuple(name for name in _FURTHER_PAYLOADS if name not in NAMES)

_OTHER_BY_LETTERS = {name.lower(): name for name in OTHER_PAYLOADS}


def other_payload(name: str) -> str | None:
    """The one of `OTHER_PAYLOADS` that an element is by its local name, in whatever letter case and
    with or without separators (`contact_list_member`); None for any other."""
    return _OTHER_BY_LETTERS.get(re.sub(r"[_.\-]", "", name).lower())


#: The dialect of each payload, by its local name.
DIALECTS: Mapping[str, Dialect] = MappingProxyType(
    _FURTHER_PAYLOADS
    | {name: resource.dialect for name, resource in RESOURCES.items()}
    | {other: RESOURCES[name].dialect for other, name in SPELLINGS.items()}
)

#: Those in whose payloads an Atom `link` is in Atom's namespace.
_IN_CTCT = frozenset(name for name, dialect in DIALECTS.items() if dialect is Dialect.CTCT)

#: Every name that a payload may have.
_PAYLOADS = frozenset({*NAMES, *SPELLINGS, *OTHER_PAYLOADS})

_ROOTS = frozenset({"entry", "feed", *_PAYLOADS})

#: One document that is larger than this is not read whole (bytes).
MAX_SIZE = 512 * 1024 * 1024

#: Elements that are counted rather than listed, to find one of them.
_FIRST = 64

Kind = Literal["entry", "feed", "payload", "other"]

#: Problems that libxml2 does not call malformed, or that it is not asked about.
_BEYOND_XML = frozenset({"undeclared-prefix", "doctype", "too-many"})

_DOCTYPE = late_compile(rb"(?:\s++|(?><\?.*?\?>)|(?><!--.*?-->))*+<!DOCTYPE", re.S | re.I)


def parser(*, recover: bool = False) -> etree.XMLParser:
    """A parser of untrusted text: no network, no DTD, no entity expansion, any size of text.  With
    `recover` it reads what it can of a malformed document."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=True, recover=recover, remove_pis=False, remove_comments=False, strip_cdata=True,
    )  # fmt: skip


_PARSER = parser()

#: What libxml2 calls an error though the document is well-formed: the name of a namespace is not a URI
#: by RFC 3986, for a space around it or a letter beyond ASCII.  Names are compared as strings
#: (Namespaces in XML 1.0, 2.3).
_ODD_NAMESPACE = frozenset({etree.ErrorTypes.WAR_NS_URI, etree.ErrorTypes.WAR_NS_URI_RELATIVE})


def _with_odd_namespaces(data: bytes) -> etree._Element | None:
    """The root of a document that the parser has just refused, if it did so for the names of
    namespaces alone; else None."""
    if not _ODD_NAMESPACE.issuperset(entry.type for entry in _PARSER.error_log):
        return None
    lenient = parser(recover=True)
    root = etree.fromstring(data, lenient)
    known = _ODD_NAMESPACE.issuperset(entry.type for entry in lenient.error_log)
    return root if known else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource in a document.

    index     0-based number in a feed, else None
    element   its `entry`, None for a bare payload
    content   its `content`, if it has one
    payload   the payload element, if there is one, wherever it stands
    """

    index: int | None
    element: Element | None
    content: Element | None
    payload: Element | None

    @property
    def resource(self) -> str | None:
        """The name of a payload that converts, such as `Campaign`, or None."""
        name = self.payload.name if self.payload is not None else None
        return name if name in NAMES else SPELLINGS.get(name or "")

    @property
    def dialect(self) -> Dialect:
        """The dialect that it is to be written in: that of its payload; where that is not known,
        the one that it looks like."""
        payload, element = self.payload, self.element
        known = DIALECTS.get(payload.name) if payload is not None else None
        if known is not None:
            return known
        prefixed = element is not None and bool(element.prefix)
        plain = prefixed and (payload is None or payload.namespace is None)
        return Dialect.PLAIN if plain else Dialect.CTCT


@dataclass(frozen=True, slots=True)
class _Located:
    """The slow reading of a document."""

    tree: Element | None
    problems: tuple[Problem, ...]
    prolog: tuple[Markup, ...]
    cut: bool
    uncounted: Mapping[tuple[str, Element | None], int]


class Document:
    """A file that was read.

    >>> document = Document(Source("a.xml", b"<Campaign><Name>A</Name></Campaign>"))
    >>> document.kind, [problem.kind for problem in document.problems]
    ('payload', ['payload-namespace'])
    """

    def __init__(self, source: Source):
        self.source = source
        #: Whether libxml2 and Python surely read the same text, in which all prefixes are declared.
        self._is_surely_read = False

    @property
    def path(self) -> str:
        """What the user knows it by."""
        return self.source.path

    @cached_property
    def root(self) -> etree._Element | None:
        """libxml2's tree, or None where the document is not well-formed, has a DOCTYPE, or is
        not in the encoding that it declares."""
        data, decoding = self.source.data, self.source.decoding
        if len(data) > MAX_SIZE or decoding.contradicted or not decoding.known:
            return None
        head = data
        if decoding.encoding.startswith(("utf-16", "utf-32")):
            head = self.source.text[:65536].encode("utf-8", "replace")
        if _DOCTYPE.match(head, decoding.bom if head is data else 0):
            return None
        try:
            root = etree.fromstring(data, _PARSER)
            self._is_surely_read = decoding.encoding in ("utf-8", "ascii")
            return root
        except etree.XMLSyntaxError:
            return _with_odd_namespaces(data)
        except (ValueError, LookupError):
            return None

    @cached_property
    def nodes(self) -> Sequence[etree._Element]:
        """The elements of `root`, by their number."""
        return () if self.root is None else tuple(self.root.iter("*"))

    def node(self, number: int) -> etree._Element:
        """The element of `root` of that number; raises IndexError where there is none."""
        if self.root is None or number > _FIRST:
            return self.nodes[number]
        return next(islice(self.root.iter("*"), number, None))

    @cached_property
    def by_node(self) -> Mapping[etree._Element, Element]:
        """For each element of `root`, the one of the located tree; empty without one of the
        two."""
        from ctct_migrate.reader.node_places import NodePlaces

        if self.root is None or self.tree is None:
            return {}
        return NodePlaces(self.root, self.tree)

    @cached_property
    def syntax_error(self) -> tuple[int, int, str] | None:
        """libxml2's own `(line, column, message)`, or None when it reads the document."""
        if self.root is not None:
            return None
        try:
            etree.fromstring(self.source.data, parser())
        except etree.XMLSyntaxError as error:
            line, column = error.position
            return line, column, error.msg or ""
        except (ValueError, LookupError):
            return None
        return None

    @cached_property
    def is_misnamed(self) -> bool:
        """Whether the encoding is declared by a name that Python knows and XML parsers do not
        (`latin-1`).  What is not a name at all (`1252`) makes the declaration malformed instead."""
        decoding = self.source.decoding
        if decoding.declared is None or not decoding.known or decoding.contradicted or decoding.bom:
            return False
        if not decoding.declared[0].isalpha():
            return False
        if self.root is not None or decoding.encoding.startswith(("utf-16", "utf-32")):
            return False
        try:
            etree.fromstring(f'<?xml version="1.0" encoding="{decoding.declared}"?><a/>'.encode())
        except (etree.XMLSyntaxError, ValueError, LookupError):
            return True
        return False

    @cached_property
    def form(self) -> FormRequest | None:
        """The form that it is, if it is one of v1's requests for a bulk activity and not XML; else
        None."""
        source = self.source
        if source.data[:1] == b"<" or len(source.data) > MAX_SIZE:
            return None
        from ctct_migrate.reader.forms.form_request import recognize_form

        return recognize_form(source)

    @cached_property
    def nature(self) -> tuple[str, str] | None:
        """`(rule, what it is)` when it is not a v1 document at all."""
        if len(self.source.data) > MAX_SIZE:
            return "too-large", f"{len(self.source.data)} bytes"
        from ctct_migrate.reader.sniffing import sniff

        return sniff(self.source)

    @cached_property
    def wrapping(self) -> Wrapping | None:
        """What the document was copied out of, if it was; None for all others, and for all that
        parse as documents of v1."""
        if len(self.source.data) > MAX_SIZE:
            return None
        if self.root is not None and local_name(self.root.tag) in _ROOTS:
            return None
        from ctct_migrate.reader.wrappings import recognize

        return recognize(self.source)

    @cached_property
    def _located(self) -> _Located:
        from ctct_migrate.reader.locating import locate
        from ctct_migrate.reader.namespaces import repair, resolve
        from ctct_migrate.reader.scanner import scan

        if self.nature is not None or self.wrapping is not None:
            return _Located(None, (), (), True, {})
        names = _names(self.source.text)
        text = self.source.text
        result = None
        if self.root is not None:
            late = (names.content, _IN_CTCT) if self._is_surely_read else ()
            result = locate(text, *late)
        result = result or scan(text, names)
        problems = self._believed(result)
        if result.root is not None:
            problems += resolve(result.root)
            problems += repair(result.root, DIALECTS, names.content)
        return _Located(
            result.root, tuple(problems), tuple(result.prolog), result.cut, result.uncounted
        )

    def _believed(self, result: Scan) -> list[Problem]:
        """What the scanner noted, held against libxml2, which has the last word on what is
        well-formed."""
        if self.root is not None:
            return [problem for problem in result.problems if problem.kind in _BEYOND_XML]
        return list(result.problems)

    @property
    def tree(self) -> Element | None:
        """The root of the located tree, None when there is no element at all."""
        return self._located.tree

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the readers stumbled over, in no particular order."""
        return self._located.problems

    @property
    def uncounted(self) -> Mapping[tuple[str, Element | None], int]:
        """How many more problems there are of a kind in an element than those noted, where there
        are thousands."""
        return self._located.uncounted

    @property
    def prolog(self) -> tuple[Markup, ...]:
        """Comments and processing instructions before the root."""
        return self._located.prolog

    @property
    def cut(self) -> bool:
        """Whether the end of the document could not be read, so that what is not there may just
        not have been reached."""
        return self._located.cut

    @cached_property
    def kind(self) -> Kind:
        """What the root is."""
        tree = self.tree
        if tree is None:
            return "other"
        name = tree.name.lower()
        if name == "entry":
            return "entry"
        if name == "feed":
            return "feed"
        return "payload" if tree.name in _PAYLOADS else "other"

    @cached_property
    def author(self) -> Element | None:
        """The author that a feed names, which its entries inherit (RFC 4287, 4.1.2)."""
        return self.tree.child("author") if self.tree is not None and self.kind == "feed" else None

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The resources in it, in document order."""
        tree = self.tree
        if tree is None or self.kind == "other":
            return ()
        if self.kind == "payload":
            return (Entry(None, None, None, tree),)
        if self.kind == "entry":
            return (_entry(tree, None),)
        entries = [child for child in tree.elements if child.name.lower() == "entry"]
        return tuple(_entry(child, index) for index, child in enumerate(entries))


def _entry(element: Element, index: int | None) -> Entry:
    """What stands in an `entry` element."""
    content = next((c for c in element.elements if c.name.lower() == "content"), None)
    for parent in (content, element):
        if parent is None:
            continue
        for child in parent.elements:
            if child.name in _PAYLOADS:
                return Entry(index, element, content, child)
    # A payload whose name is misspelt still is one, if it is all that the content holds.
    inner = content.elements if content is not None else []
    return Entry(index, element, content, inner[0] if len(inner) == 1 else None)


#: The start tag of a payload.
_PAYLOAD_TAG = late_compile(rf"<(?:[\w.-]{{1,40}}:)?({'|'.join(NAMES)})[\s/>]")


def _names(text: str) -> Names:
    """The names of the format as they are in a document whose first payload is the first in `text`:
    what is a payload in one resource may be something else inside another."""
    from ctct_migrate.reader.nesting import Names
    from ctct_migrate.v1.lexicon import lexicon

    words = lexicon()
    found = _PAYLOAD_TAG.search(text)
    return Names(words.holds_in(found[1] if found else ""), words.leaves, words.contents)
