"""A payload as the mapping engine reads it: what libxml2 read, or a copy under the right names.

The engine works on lxml's trees, and on names that are right.  So that one misspelt name or one
lost end tag does not hide what a target refuses or loses, it is then given a copy of the payload as
it was meant (`_Copy`).
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from contextlib import suppress
from copy import deepcopy
from itertools import islice
from typing import Any, Protocol, cast

from lxml import etree

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.content import LITTER
from ctct_migrate.reader.characters import FORBIDDEN
from ctct_migrate.reader.node_places import NodePlaces
from ctct_migrate.reader.tree import ATOM, Element, LeafElement, Markup, Text
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.v1.lexicon import lexicon


class ReadPayload(Protocol):
    """A payload and its envelope, as lxml has them; `origins` leads from their elements to those
    of the located tree.  `is_as_read` says whether the payload is what libxml2 read, some names or its
    namespace aside, and all names in the envelope are right."""

    payload: Any
    envelope: Any
    is_as_read: bool

    def origins(self) -> Mapping[Any, Element]:
        """The elements of the located tree, by lxml's."""


def read_payload(context: Context, payload: Element, resource: str) -> ReadPayload:
    """What libxml2 read, where all names in it are right; else a copy under the right names."""
    document = context.document
    if document.root is None or document.problems:
        return _Copy(context, payload, resource)
    if not context.naming.findings:
        return _Original(context, payload)
    if _is_right_but_for_names(context, payload, resource):
        return _Renamed(context, payload, resource)
    return _Copy(context, payload, resource)


class _Original:
    """The payload as libxml2 read it."""

    is_as_read = True

    def __init__(self, context: Context, payload: Element):
        self.document = context.document
        node, envelope = self.document.node, context.envelope
        self.payload = node(payload.number)
        self.envelope = node(envelope.number) if envelope is not None else None

    def origins(self) -> Mapping[Any, Element]:
        return self.document.by_node


def _is_right_but_for_names(context: Context, payload: Element, resource: str) -> bool:
    """Whether all that a copy has to have otherwise than what libxml2 read is some names."""
    space, naming = RESOURCES[resource].dialect.payload_namespace, context.naming
    if payload.name != resource or payload.namespace != space:
        return False
    if any(each.kind != "misspelt" or each.element is payload for each in naming.findings):
        return False
    if any(len(found) > 1 or found[0].namespace != space for found in naming.fields.values()):
        return False
    if any(isinstance(child, Markup) for child in payload.children):
        return False
    contents, waiting = lexicon().contents, [payload]
    while waiting:
        element = waiting.pop()
        if any(attribute.prefix for attribute in element.attributes):
            return False
        if naming.meant.get(element, element.name) in contents:
            continue
        if any(isinstance(child, Markup) and child.kind == "pi" for child in element.children):
            return False
        waiting += [each for each in element.elements if not isinstance(each, LeafElement)]
    return True


def _is_right_but_for_its_namespace(context: Context, payload: Element) -> bool:
    """Whether a copy of a payload in the namespace that was meant holds all that stands in it."""
    naming = context.naming
    return (
        not naming.findings
        and all(len(found) == 1 for found in naming.fields.values())
        and not payload.filled
        and payload.name in RESOURCES
    )


class _Copy:
    """The payload and what of its envelope the engine looks at, as lxml's elements, under the
    names and in the places that were meant."""

    def __init__(self, context: Context, payload: Element, resource: str):
        self.meant, self.document = context.naming.meant, context.document
        self.is_as_read = _is_right_but_for_its_namespace(context, payload)
        self._origins: dict[Any, Element] = {}
        self.space = RESOURCES[resource].dialect.payload_namespace
        self.payload = self._copied(context, payload, resource)
        self.envelope: Any = None
        if context.envelope is not None:
            self.envelope = self._shell(None, context.envelope, "entry", ATOM)
            for name in ("id", "link"):
                for part in context.naming.parts.get(name, ()):
                    self._fill(self._shell(self.envelope, part, name, ATOM), part)

    def origins(self) -> Mapping[Any, Element]:
        return self._origins

    def _copied(self, context: Context, payload: Element, resource: str) -> Any:
        """The copy of the payload, and of its fields."""
        space = self.space
        self.payload = self._shell(None, payload, resource, space)
        for name, found in context.naming.fields.items():
            if name in lexicon().contents and self._is_as_read(found[0]):
                self._take(found[0], name)
            else:
                self._fill(self._shell(self.payload, found[0], name, space), found[0])
        return self.payload

    def _is_as_read(self, content: Element) -> bool:
        """Whether a content can be copied as libxml2 read it."""
        if self.document.root is None:
            return False
        return content.namespace == self.space or _says_the_same_in_any_namespace(
            content, self.document.source.text
        )

    def _shell(self, parent: Any, element: Element, name: str, space: str | None) -> Any:
        """A copy of an element and its attributes, without what stands in it."""
        tag: str = f"{{{space}}}{name}" if space else name
        names: Any = {None: space} if space else None
        try:
            copy = self._made(parent, tag, names)
        except ValueError:  # no name by XML's rules
            copy = self._made(parent, "x", None)
        self._origins[copy] = element
        for attribute in element.attributes:
            if attribute.prefix or attribute.name == "xmlns":
                continue
            with suppress(ValueError):
                copy.set(attribute.name, _characters(attribute.value))
        return copy

    def _take(self, element: Element, name: str) -> None:
        """Puts a copy of what libxml2 read into the payload: HTML is not held to any names."""
        copy = deepcopy(self.document.node(element.number))
        copy.tag, copy.tail = f"{{{self.space}}}{name}" if self.space else name, None
        self.payload.append(copy)
        self._origins[copy] = element

    def _made(self, parent: Any, tag: str, names: Any) -> Any:
        if parent is None:
            return etree.Element(tag, nsmap=names)
        return etree.SubElement(parent, tag, nsmap=names)

    def _fill(self, copy: Any, element: Element) -> None:
        """Puts copies of what stands in `element` into `copy`; not recursive, since HTML nests
        deeply."""
        waiting = [(copy, element)]
        while waiting:
            copy, element = waiting.pop()
            last: Any = None
            runs: list[str] = []  # lxml copies a text whole whenever something is added to it
            for child in element.children:
                if isinstance(child, Text):
                    runs.append(_characters(child.value))
                    continue
                if isinstance(child, Markup) and child.kind != "comment":
                    continue
                _write(copy, last, runs)
                if isinstance(child, Element):
                    last = self._shell(copy, child, self.meant.get(child, child.name), child.space)
                    waiting.append((last, child))
                else:
                    last = _comment(copy, child)
            _write(copy, last, runs)


#: What makes the HTML of two elements differ that differ in the namespaces of what stands in them alone:
#: prefixes, processing instructions, and the wrapper of EmailTextContent.
_OF_NAMESPACES = late_compile(r"<\?|</?[\w.-]++:|\s[\w.-]++:[\w.-]++\s*=|<Text[\s/>]")

_DEFAULT_NAMESPACE = late_compile(r"""\sxmlns\s*=\s*["']([^"']*)["']""")


def _says_the_same_in_any_namespace(content: Element, text: str) -> bool:
    """Whether the HTML that is made of a content is the same in whatever namespace its elements are."""
    if content.prefix or any(attribute.prefix for attribute in content.attributes):
        return False
    if content.namespace not in _UNSEEN or not content.has_elements:
        return False
    written = text[content.open_end : content.close_start]
    if _OF_NAMESPACES.search(written) is not None:
        return False
    return _UNSEEN.issuperset(_DEFAULT_NAMESPACE.findall(written))


#: Namespaces that the HTML does not name: none at all, and those that say nothing to its readers.
_UNSEEN = frozenset({None, "", *LITTER})


class _Renamed(_Copy):
    """The same of a payload in which all that is not as it was meant is some names."""

    def _copied(self, context: Context, payload: Element, resource: str) -> Any:
        copy = deepcopy(self.document.node(payload.number))
        copy.tail = None
        last = payload.number + cast(float, _COUNT(copy))
        for element, name in self.meant.items():
            if payload.number < element.number < last:
                found = next(islice(copy.iter("*"), element.number - payload.number, None))
                found.tag = f"{{{element.space}}}{name}" if element.space else name
        self._places = NodePlaces(copy, payload)
        self.is_as_read = all(
            payload.number < each.element.number < last for each in context.naming.findings
        )
        return copy

    def origins(self) -> Mapping[Any, Element]:
        return ChainMap(self._origins, cast(MutableMapping[Any, Element], self._places))


_COUNT = etree.XPath("count(descendant-or-self::*)")


def _write(parent: Any, last: Any, runs: list[str]) -> None:
    """Puts runs of text after `last`, or first into `parent`, and forgets them."""
    if runs and last is None:
        parent.text = "".join(runs)
    elif runs:
        last.tail = "".join(runs)
    runs.clear()


_HYPHENS = late_compile("-(?=-)")


def _comment(parent: Any, comment: Markup) -> Any:
    # A comment that is not a comment by XML's rules is copied as one: hyphens apart, none at the end.
    node = etree.Comment(_HYPHENS.sub("- ", _characters(comment.value)).rstrip("-"))
    parent.append(node)
    return node


def _characters(text: str) -> str:
    """`text` without what lxml does not take; as long as before."""
    return FORBIDDEN.sub("\ufffd", text)
