"""Naming: what each element of an entry is meant to be.

Walks the envelope and the payload side by side with the vocabulary.  An element whose name is not
known where it stands is a misspelling of one that is, one that belongs elsewhere, or unknown; the
finding is a value here, and `names` words it.  All other families look elements up by the names
found here, so that a misspelt element is not missing as well.
"""

from __future__ import annotations

from dataclasses import field
from functools import cache, lru_cache
from typing import Literal

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.document import OTHER_PAYLOADS, Document, Entry, other_payload
from ctct_migrate.reader.tree import ATOM, CTCT, Element
from ctct_migrate.resources import NAMES, SPELLINGS
from ctct_migrate.rules.names.other_names import element_called
from ctct_migrate.rules.nearness import nearest, squeezed
from ctct_migrate.v1.lexicon import Lexicon, lexicon

FindingKind = Literal["misspelt", "misplaced", "unknown", "repeated"]

#: Children of an entry that may stand in it once (RFC 4287, 4.1.2).
_ONCE_IN_ENTRY = (
    "id",
    "title",
    "updated",
    "author",
    "content",
    "published",
    "rights",
    "source",
    "summary",
)


#: The element that says by its `id` which address of the account is meant.
ADDRESS_LINK = "Email"

#: Names with the same prefix or suffix that are not taken for unknown.
_AFFIXED = 4

#: Misplaced elements in one another that are looked into.
_DEEPEST = 30

#: Names that are not known, all different, for which known ones are sought in one entry.
_MOST_NAMES = 500


@dataclass(frozen=True, slots=True)
class NameFinding:
    """Something about an element's name.

    parent   what the element stands in is meant to be (`Campaign`)
    meant    misspelt, repeated: the right name
    homes    misplaced: names of the elements it belongs in
    first    repeated: the earlier one
    """

    kind: FindingKind
    element: Element
    parent: str
    meant: str = ""
    homes: tuple[str, ...] = ()
    first: Element | None = None


@dataclass(slots=True)
class Naming:
    """What was found in one entry.

    resource   the payload name of the resource that is meant, or None
    meant      right names of misspelt elements
    fields     the payload's children by right name, misplaced ones after those in their place
    parts      the entry's children by right name
    affixed    names that have the same prefix or suffix, with the right ones
    displaced  elements that stand in a wrong place, by their plain names
    strays     the same elements, with the paths of the places that they belong in
    """

    resource: str | None = None
    meant: dict[Element, str] = field(default_factory=dict)
    fields: dict[str, list[Element]] = field(default_factory=dict)
    parts: dict[str, list[Element]] = field(default_factory=dict)
    affixed: dict[str, str] = field(default_factory=dict)
    displaced: dict[str, list[Element]] = field(default_factory=dict)
    strays: dict[Element, str] = field(default_factory=dict)
    findings: list[NameFinding] = field(default_factory=list)


def _links_to_an_address(child: Element, allowed: frozenset[str]) -> bool:
    """Whether an `Email`, which says by its `id` which address is meant, holds the address itself:
    `<Email>joe@example.com</Email>` for `<EmailAddress>`."""
    if child.name != ADDRESS_LINK or "EmailAddress" not in allowed or child.parent is None:
        return False
    alone = not child.elements and child.attribute("id") is None
    return alone and "@" in child.text and child.parent.child("EmailAddress") is None


@cache
def _squeezed(allowed: frozenset[str]) -> dict[str, str]:
    """Names by what is left of them without letter case and separators."""
    return {squeezed(name): name for name in sorted(allowed)}


@lru_cache(maxsize=1024)
def _nearest(name: str, allowed: frozenset[str]) -> str | None:
    """As `nearest`; the same names come in one entry of a feed after the other."""
    return nearest(name, sorted(allowed))


@lru_cache(maxsize=1024)
def _homes(facts: Lexicon, name: str, resources: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The right spelling of a name, and the elements that it belongs in, in documents of some resources;
    empty for a name that is not known there."""
    known, homes = "", list[str]()
    for resource in resources:
        places_there = facts.places(resource)
        exact = [(name, places_there[name])] if name in places_there else []
        for each, places in (*exact, *places_there.items()):
            if each == name or (squeezed(each) == squeezed(name) and len(name) > 4):
                known = known or each
                homes += (place for place in places if place not in homes)
                break
    return known, tuple(homes)


def name_elements(document: Document, entry: Entry) -> Naming:
    """The naming of one entry."""
    work = _Walk(entry)
    if entry.element is not None:
        if entry.element.name != "entry":
            work.found("misspelt", entry.element, "", meant="entry")
        work.envelope(entry.element)
    if entry.payload is not None:
        work.payload(entry.payload)
    return work.naming


def rightly_named(entry: Entry) -> Naming:
    """As `name_elements`, of an entry in which all names are right, each as often as it may be there."""
    naming = Naming()
    for child in entry.element.elements if entry.element is not None else ():
        if child is not entry.payload and child.space in (ATOM, CTCT, None):
            naming.parts.setdefault(child.name, []).append(child)
    if entry.payload is not None:
        naming.resource = entry.resource
        for child in entry.payload.elements:
            naming.fields.setdefault(child.name, []).append(child)
    return naming


class _Walk:
    def __init__(self, entry: Entry):
        self.entry = entry
        self.naming = Naming()
        self.facts = lexicon()
        self._depth = 0
        self._affix: tuple[str, str] | None = None
        self._near: dict[tuple[str, str, str], str | None] = {}
        self._homes: dict[tuple[str, str], tuple[str, tuple[str, ...]] | None] = {}

    def found(
        self, kind: FindingKind, element: Element, parent: str, *, meant: str = "",
        homes: tuple[str, ...] = (), first: Element | None = None,
    ) -> None:  # fmt: skip
        self.naming.findings.append(NameFinding(kind, element, parent, meant, homes, first))
        if kind == "misspelt":
            self.naming.meant[element] = meant
        elif kind == "misplaced":
            self.naming.displaced.setdefault(element.name, []).append(element)

    # -- the envelope -----------------------------------------------------------------------

    def envelope(self, element: Element) -> None:
        """The children of `entry`."""
        parts = self.naming.parts
        for child in element.elements:
            if child is self.entry.payload or child.name in OTHER_PAYLOADS + NAMES:
                continue  # the family `envelope` says that it stands outside
            if child.space not in (ATOM, CTCT) and child.space is not None:
                continue  # an extension (RFC 4287, 6)
            name = self._name(child, "entry", self.facts.children("entry"))
            if name is None:
                continue
            same = parts.setdefault(name, [])
            if same and name in _ONCE_IN_ENTRY:
                self.found("repeated", child, "entry", meant=name, first=same[0])
            same.append(child)
            if name != "content":
                self._below(child, f"entry/{name}", name)

    # -- the payload ------------------------------------------------------------------------

    def payload(self, element: Element) -> None:
        """The payload and what is in it."""
        name: str | None = SPELLINGS.get(element.name, element.name)
        if name not in NAMES:
            if other_payload(element.name) is not None:
                return
            name = nearest(element.name, NAMES)
            if name is None:
                self.found("unknown", element, "content")
                return
            self.found("misspelt", element, "content", meant=name)
        self.naming.resource = name
        self._affix = self._find_affix(element, self.facts.children(str(name)))
        self._below(element, str(name), str(name))

    def _below(self, element: Element, path: str, parent: str) -> None:
        """The children of an element that the vocabulary knows as `path`."""
        if parent in self.facts.contents:
            return
        allowed = self.facts.children(path)
        top = element is self.entry.payload
        if not allowed and not top:
            return  # it holds text alone: the family `names` speaks of markup inside
        seen: dict[str, Element] = {}
        for child in element.elements:
            if path.startswith("entry/") and child.space not in (ATOM, CTCT, None):
                self.found("unknown", child, parent)  # no extension is allowed in there
                continue
            name = self._name(child, parent, allowed, path=path)
            if name is None:
                continue
            if name in seen and not self.facts.repeats(path, name):
                self.found("repeated", child, parent, meant=name, first=seen[name])
            seen.setdefault(name, child)
            if top:
                self.naming.fields.setdefault(name, []).append(child)
            self._below(child, f"{path}/{name}", name)

    # -- one name ---------------------------------------------------------------------------

    def _name(
        self, child: Element, parent: str, allowed: frozenset[str], *, path: str = ""
    ) -> str | None:
        """What `child` is meant to be among `allowed`; None when it does not belong here."""
        name = child.name
        if name in allowed:
            if not _links_to_an_address(child, allowed):
                return name
            self.found("misspelt", child, parent, meant="EmailAddress")
            return "EmailAddress"
        near = self._nearest(name, allowed, (parent, path))
        if near is not None and squeezed(near) == squeezed(name):
            self.found("misspelt", child, parent, meant=near)
            return near
        bare = self._without_affix(name, allowed)
        if bare is not None:
            self.naming.affixed[name] = bare
            self.found("misspelt", child, parent, meant=bare)
            return bare
        home = self._home(name, path or parent)
        if home is not None:
            right, homes = home
            self.found("misplaced", child, parent, meant=right, homes=homes)
            if right != name:
                self.naming.displaced.setdefault(right, []).append(child)
            self._keep_displaced(child, right, homes)
            self._stray(child, right, homes)
            return None
        other = element_called(self.naming.resource, name, allowed)
        if other is not None and child.parent is not None and child.parent.child(other) is None:
            near = other
        if near is not None:
            self.found("misspelt", child, parent, meant=near)
            return near
        self.found("unknown", child, parent)
        if path and not path.startswith("entry") and child.closed:
            self._inside_unknown(child)
        return None

    def _find_affix(self, payload: Element, allowed: frozenset[str]) -> tuple[str, str] | None:
        """What stands before, or after, the right names of the payload's children in all of them
        (`CtctName`, `CtctSubject` …), squeezed; None where a right name is there as well."""
        right, names = _squeezed(allowed), {child.name for child in payload.elements}
        odd = [whole for whole in sorted({squeezed(name) for name in names}) if whole not in right]
        if not _AFFIXED <= len(odd) <= _MOST_NAMES:
            return None
        found: dict[tuple[str, str], set[str]] = {}
        for whole in odd:
            for inner in right:
                if whole.endswith(inner):
                    found.setdefault((whole[: -len(inner)], ""), set()).add(right[inner])
                elif whole.startswith(inner):
                    found.setdefault(("", whole[len(inner) :]), set()).add(right[inner])
        best = max(found, key=lambda affix: len(found[affix]), default=None)
        if best is None or len(found[best]) < _AFFIXED or found[best] & names:
            return None
        return best

    def _without_affix(self, name: str, allowed: frozenset[str]) -> str | None:
        """The right name of an element that has the affix of all names here; else None."""
        if self._affix is None:
            return None
        (before, after), whole = self._affix, squeezed(name)
        if not (whole.startswith(before) and whole.endswith(after)):
            return None
        return _squeezed(allowed).get(whole[len(before) : len(whole) - len(after)])

    def _nearest(self, name: str, allowed: frozenset[str], place: tuple[str, str]) -> str | None:
        """As `nearest`, once for each name in each place; after very many names nothing is near."""
        key = (name, *place)
        if key not in self._near:
            many = len(self._near) >= _MOST_NAMES
            self._near[key] = None if many else _nearest(name, allowed)
        return self._near[key]

    def _home(self, name: str, here: str) -> tuple[str, tuple[str, ...]] | None:
        """As `_found_home`, once for each name in each place."""
        key = (name, here)
        if key not in self._homes:
            many = len(self._homes) >= _MOST_NAMES
            self._homes[key] = None if many else self._found_home(name, here)
        return self._homes[key]

    def _found_home(self, name: str, here: str) -> tuple[str, tuple[str, ...]] | None:
        """The right spelling of a name that the vocabulary knows elsewhere, and the elements that
        it belongs in; None when it is not known elsewhere."""
        known, homes = _homes(self.facts, name, self._resources())
        elsewhere = tuple(home for home in homes if home != here)
        return (known, elsewhere) if elsewhere else None

    def _resources(self) -> tuple[str, ...]:
        """Payload names of the resources that the entry may be: the one that it is; where it has no
        payload, those of which most of what stands in it would be children."""
        if self.naming.resource is not None:
            return (self.naming.resource,)
        if self.entry.payload is not None:
            return (self.entry.payload.name,)
        element = self.entry.element
        names = {child.name for child in element.elements} if element is not None else set()
        shared = {each: len(names & self.facts.children(each)) for each in NAMES}
        most = max(shared.values(), default=0)
        return tuple(each for each in NAMES if shared[each] == most)

    def _stray(self, child: Element, right: str, homes: tuple[str, ...]) -> None:
        """What is in a misplaced element is looked at as if it stood where it belongs."""
        path = self.facts.path_to(self._resources()[0], homes[0], right)
        if path is None or self._depth >= _DEEPEST:
            return
        self.naming.strays[child] = path
        self._depth += 1
        self._below(child, path, right)
        self._depth -= 1

    def _inside_unknown(self, unknown: Element) -> None:
        """Children of the payload that somebody put into an element of their own are misplaced,
        not missing."""
        payload, places = self.entry.payload, self.facts.places(self._resources()[0])
        waiting = unknown.elements[::-1]
        while waiting:
            child = waiting.pop()
            homes = places.get(child.name, ())
            if payload is None or self._resources()[0] not in homes or child.parent is None:
                waiting += child.elements[::-1]
                continue
            self.found("misplaced", child, child.parent.name, meant=child.name, homes=homes)
            self._keep_displaced(child, child.name, (payload.name,))
            self._stray(child, child.name, (self._resources()[0],))

    def _keep_displaced(self, child: Element, right: str, homes: tuple[str, ...]) -> None:
        """A child of the payload or of the entry that stands elsewhere is not missing."""
        payload = self.entry.payload
        if payload is not None and payload.name in homes:
            self.naming.fields.setdefault(right, []).append(child)
        elif "entry" in homes:
            self.naming.parts.setdefault(right, []).append(child)
