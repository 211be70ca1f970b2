"""Namespaces of a located tree: what they are, and what they are meant to be.

`resolve` sets `Element.namespace` and `Attribute.namespace` from the declarations in scope
(Namespaces in XML 1.0).  `repair` sets `Element.space`, the namespace that an element is meant to
be in, and notes one `Problem` for each place where the two differ for a reason of their own: a
declaration that is missing or wrong is one mistake, however many elements inherit it.

The rules then read `space` and need not know that a namespace was wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.tree import (
    ATOM,
    CTCT,
    XHTML,
    XML,
    Attribute,
    Element,
    LeafElement,
    UnreadElement,
)
from ctct_migrate.resources import Dialect

XMLNS = "http://www.w3.org/2000/xmlns/"

#: Roots and children of an envelope, by their names in any letter case (reference, v1-atom, "The
#: envelope").  An element of another name in a foreign namespace is an extension (RFC 4287, 6).
_ENVELOPE = frozenset({"entry", "feed"})


def resolve(root: Element) -> list[Problem]:
    """Sets the namespaces below and at `root`; notes each undeclared prefix once, where it is
    first used."""
    problems: list[Problem] = []
    missing: set[str] = set()
    base: _Scope = {"": None, "xml": XML, "xmlns": XMLNS}
    _resolve([(root, base)], missing, problems)
    return problems


_Scope = dict[str, str | None]
"""Namespaces by their prefixes."""


def _resolve(
    stack: list[tuple[Element, _Scope]], missing: set[str], problems: list[Problem]
) -> None:
    """Sets the namespaces of the elements on a `stack` and below them; adds to the prefixes that are
    `missing`, and to the `problems`."""
    while stack:
        element, scope = stack.pop()
        declared: dict[str, str | None] = {}
        for attribute in element.attributes:
            if attribute.prefix == "xmlns":
                attribute.namespace = XMLNS
                declared[attribute.name] = attribute.value
            elif attribute.name == "xmlns" and not attribute.prefix:
                attribute.namespace = XMLNS
                declared[""] = attribute.value or None
        if declared:
            scope = {**scope, **declared}
        element.namespace = element.space = scope.get(element.prefix)
        if element.prefix not in scope and element.prefix not in missing:
            missing.add(element.prefix)
            start = element.name_start
            problems.append(_undeclared(element.prefix, start, element))
        for attribute in element.attributes:
            if attribute.prefix and attribute.namespace is None:
                attribute.namespace = scope.get(attribute.prefix)
                if attribute.prefix not in scope and attribute.prefix not in missing:
                    missing.add(attribute.prefix)
                    problems.append(_undeclared(attribute.prefix, attribute.start, element))
        if isinstance(element, UnreadElement) and element.is_unread:
            element.when_read(partial(_resolve_inside, scope=scope))
            continue
        for child in reversed(element.children):
            if isinstance(child, LeafElement) and child.prefix in scope:
                child.namespace = child.space = scope[child.prefix]
            elif isinstance(child, Element):
                stack.append((child, scope))


def _resolve_inside(element: Element, scope: _Scope) -> None:
    """Sets the namespaces of what stands in an element, in which nothing is wrong with them."""
    _resolve([(child, scope) for child in reversed(element.elements)], set(), [])


def _undeclared(prefix: str, start: int, element: Element) -> Problem:
    return Problem("undeclared-prefix", start, start + len(prefix), element, {"prefix": prefix})


#: Levels below an envelope or a payload that are looked at: twice as many as the format has.
_DEEPEST = 12


#: Children that their parents cannot be without, and that no extension is called by.
_NEEDED = {"entry": "content", "author": "name", "contributor": "name"}


class _Repair:
    """One walk over a tree; a mistake is reported once for each declaration that makes it."""

    def __init__(self, payloads: Mapping[str, Dialect], content: frozenset[str]):
        self.payloads, self.content = payloads, content
        self.meant: str | None = CTCT
        self.problems: list[Problem] = []
        self._declared: dict[Element, dict[str, Attribute]] = {}
        self._told: set[tuple[int, str | None]] = set()

    def envelope(self, element: Element, depth: int = 0) -> None:
        """`element` is an entry or a feed, or stands in one."""
        self._set(element, ATOM)
        if depth > _DEEPEST:
            return
        for child in element.elements:
            if child.name in self.payloads or element.name.lower() == "content":
                self.payload(child)
            elif self._is_extension(child, element):
                continue
            else:
                self.envelope(child, depth + 1)

    def _is_extension(self, child: Element, parent: Element) -> bool:
        """A child in a namespace of its own is an extension, unless that is Atom's misspelt, the
        payload's, or the one that the envelope itself is wrongly in."""
        space = child.namespace
        if child.name == _NEEDED.get(parent.name) and not any(
            each.name == child.name and each.namespace == ATOM for each in parent.elements
        ):
            return False  # what the parent cannot be without, and has not
        return bool(
            space and space not in (ATOM, CTCT, parent.namespace) and not resembles(space, ATOM)
        )

    def payload(self, element: Element) -> None:
        """`element` is a payload: it and what is in it belong to the payload's namespace."""
        self.meant = self._dialect(element).payload_namespace
        self._set(element, self.meant)
        self._below_payload(element)

    def _dialect(self, element: Element) -> Dialect:
        """The dialect of a payload; of one that is not known, such as a misspelt one, that of the
        known one whose name is nearest, else the one that it looks like."""
        known = self.payloads.get(element.name)
        if known is not None:
            return known
        near = _nearest(element.name, self.payloads)
        if near is not None:
            return self.payloads[near]
        parent = element.parent
        looks_plain = parent is not None and bool(parent.prefix) and element.namespace is None
        return Dialect.PLAIN if looks_plain else Dialect.CTCT

    def _below_payload(self, element: Element, depth: int = 0) -> None:
        if depth > _DEEPEST:
            return
        if element.name in self.content:
            element.when_read(partial(_wrap, space=self.meant))
            return
        for child in element.elements:
            if child.name.lower() == "link" and self.meant is not None:
                child.space = ATOM
                if child.namespace != ATOM:
                    self._note(child, ATOM)
                continue
            self._set(child, self.meant)
            if isinstance(child, UnreadElement) and child.name not in self.content:
                child.when_read(partial(_mean_inside, space=self.meant, depth=depth + 1))
            elif not isinstance(child, LeafElement):
                self._below_payload(child, depth + 1)

    def _set(self, element: Element, meant: str | None) -> None:
        element.space = meant
        if element.namespace != meant:
            self._note(element, meant)

    def _declaration(self, element: Element) -> Attribute | None:
        """The attribute, on `element` or above it, that puts `element` into its namespace."""
        at: Element | None = element
        while at is not None:
            if at.attributes:
                declared = self._declared.get(at)
                if declared is None:
                    declared = self._declared[at] = _declarations(at)
                if element.prefix in declared:
                    return declared[element.prefix]
            at = at.parent
        return None

    def _note(self, element: Element, meant: str | None) -> None:
        attribute = self._declaration(element)
        parent = element.parent
        inherits = parent is not None and parent.namespace == element.namespace
        if (
            inherits
            and parent is not None
            and parent.space == meant
            and (attribute is None or attribute.start < element.start)
        ):
            return  # reported at the parent
        if element.prefix and attribute is None:
            return  # reported as an undeclared prefix
        own = attribute is not None and attribute.start > element.start
        # The declaration is to blame where it stands on the element itself, or where it is wrong
        # for everything; one that is right for the envelope is merely not the payload's.
        blamed = (
            attribute
            if own or (attribute is not None and attribute.value not in (ATOM, CTCT))
            else None
        )
        key = (blamed.start if blamed is not None else element.start, meant)
        if key in self._told:
            return
        self._told.add(key)
        kind = "atom-namespace" if meant == ATOM else "payload-namespace"
        if blamed is not None and blamed.value_end > blamed.value_start:
            start, end = blamed.value_start, blamed.value_end
        elif blamed is not None:
            start, end = blamed.start, blamed.end
        else:
            start, end = element.name_start, element.name_end
        detail = {"meant": meant, "found": element.namespace, "attribute": blamed}
        self.problems.append(Problem(kind, start, end, element, detail))


def _mean_inside(element: Element, space: str | None, depth: int) -> None:
    """Sets the namespaces that what stands in a child of a payload is meant to be in, where it is in these."""
    if depth > _DEEPEST:
        return
    for child in element.elements:
        child.space = ATOM if child.name.lower() == "link" else space
        if child.space == space:
            _mean_inside(child, space, depth + 1)


def _wrap(element: Element, space: str | None) -> None:
    """Sets the namespace that EmailTextContent's wrapper is meant to be in; all else inside a content
    is somebody's HTML."""
    for child in element.elements:
        if child.name == "Text" and child.namespace != XHTML:
            child.space = space


def _declarations(element: Element) -> dict[str, Attribute]:
    """The first declaration of each prefix (empty for none) in the start tag of `element`."""
    found: dict[str, Attribute] = {}
    for attribute in element.attributes:
        if attribute.prefix == "xmlns":
            found.setdefault(attribute.name, attribute)
        elif not attribute.prefix and attribute.name == "xmlns":
            found.setdefault("", attribute)
    return found


def _nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of `known` that is `name` misspelt by a letter, or in another letter case."""
    small = name.lower()
    for each in known:
        if each.lower() == small:
            return each
    from rapidfuzz.distance import OSA

    return next((k for k in known if OSA.distance(small, k.lower(), score_cutoff=1) <= 1), None)


def resembles(found: str, meant: str) -> bool:
    """Whether a namespace is another one misspelt: padded, in another letter case, with https, or
    a slash or a letter or two away."""

    def bare(uri: str) -> str:
        uri = uri.strip().casefold()
        for scheme in ("https://", "http://"):
            uri = uri.removeprefix(scheme)
        return uri.removeprefix("www.").rstrip("/")

    if bare(found) == bare(meant):
        return True
    from rapidfuzz.distance import OSA

    return OSA.distance(bare(found), bare(meant), score_cutoff=3) <= 3


def repair(
    root: Element, payloads: Mapping[str, Dialect], content: frozenset[str]
) -> list[Problem]:
    """Sets `space` below and at `root`, and notes what was wrong.

    `payloads` are the names of payload elements with their dialects, `content` the names of those
    that hold HTML.
    """
    work = _Repair(payloads, content)
    if root.name.lower() in _ENVELOPE:
        work.envelope(root)
    elif root.name in payloads:
        work.payload(root)
    return work.problems
