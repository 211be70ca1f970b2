"""The vocabulary: questions about v1's names and values, answered from the XSDs.

A plain traversal with lxml of the schema documents, made as far as it is asked for; `xmlschema`,
which understands all of XSD, takes a hundred times as long to import, and is used in
`vocabulary.explain` alone (the tests hold the two readings together).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from ctct_migrate.schema_files import schema_directory
from ctct_migrate.v1 import content_models
from ctct_migrate.v1.facts import AttributeFact, ElementFact, TypeKind
from ctct_migrate.v1.types import FACTS, Types
from ctct_migrate.v1.xsd_documents import ENTRANCE, Declarations, declarations, documentation

#: What a document may begin with: the envelopes, then the payloads.
ROOTS = ("entry", "feed", "Campaign", "Schedule")


class _Place(NamedTuple):
    """An element where it may stand: the declaration of its parent, what lists it there, its own
    declaration, its complex type, and what may stand in it."""

    parent: etree._Element | None
    particle: etree._Element
    declaration: etree._Element
    content: etree._Element | None
    particles: dict[str, etree._Element]


class Vocabulary:
    """What the XSDs of one directory say; read when first asked.

    Raises `OSError` or `lxml.etree.LxmlError`, on first use, for a directory whose schemas are
    missing or wrong.
    """

    def __init__(self, directory: Path | None = None):
        self.directory = schema_directory() if directory is None else directory
        self._places: dict[tuple[str, str], _Place | None] = {}
        self._facts: dict[tuple[str, str], ElementFact] = {}
        self._read: dict[tuple[etree._Element | None, etree._Element], ElementFact] = {}
        self._paths: dict[str, dict[str, tuple[str, ...]]] = {}

    def schema(self) -> etree.XMLSchema:
        """The compiled schema, which checks an entry, a feed and a bare payload alike."""
        return self._schema

    def is_valid(self, root: etree._Element) -> bool:
        """Whether a document, given by its root element, is right as far as XSD can say.  It is
        not where its root is no element of v1's (an Atom `link` alone is).  Never raises for a
        document; one with unresolved entities, which malformed documents alone have after
        recovery, may be refused for these."""
        try:
            return self._schema.validate(root)
        except etree.XMLSchemaValidateError:  # libxml2 from 2.13 on gives up at an entity's node
            return False

    def element(self, root: str, path: str = "") -> ElementFact | None:
        """The element at `path` (`FromEmail/EmailAddress`, `content/Campaign/Name`; plain names;
        empty for the root itself) below `root`, one of `entry`, `feed`, `Campaign`, `Schedule`.
        None where the schema has no such element."""
        key = (root, path)
        if key not in self._facts:
            place = self._place(root, path)
            if place is None:
                return None
            self._facts[key] = self._placed(root, path, place)
        return self._facts[key]

    def children(self, root: str, path: str = "") -> tuple[str, ...]:
        """Names of the elements that may stand at `path` below `root`, in the schema's order;
        none where there is no such path."""
        place = self._place(root, path)
        return tuple(place.particles) if place else ()

    def walk(self, root: str) -> Iterator[ElementFact]:
        """The root and every element that may stand below it, parents first."""
        waiting = [""]
        while waiting:
            path = waiting.pop()
            fact = self.element(root, path)
            if fact is None:
                return
            yield fact
            waiting.extend(_below(path, name) for name in reversed(fact.children))

    def places(self, root: str, name: str) -> tuple[str, ...]:
        """The paths below `root` at which an element of that name may stand."""
        return self._by_name(root).get(name, ())

    def names(self, root: str) -> tuple[str, ...]:
        """All names of elements that may stand below `root`, each once."""
        return tuple(self._by_name(root))

    def required(self, root: str) -> Mapping[str, str]:
        """Names of the elements that a root has to have as children, in any case or in some, each
        with when that is: as `ElementFact.required_when` has it, `always` for any case.  Sooner
        than by way of the facts."""
        place = self._place(root, "")
        names = {}
        for name, particle in (place.particles if place else {}).items():
            when = particle.get(f"{FACTS}required", "")
            if not when and content_models.is_required(
                place.declaration if place else None, particle
            ):
                when = "always"
            if when:
                names[name] = when
        return names

    def undocumented(self, root: str) -> frozenset[str]:
        """Names of the children of a root that are in documents, though not in v1's
        documentation.  Sooner than by way of the facts."""
        place = self._place(root, "")
        return frozenset(
            name
            for name, particle in (place.particles if place else {}).items()
            if particle.get(f"{FACTS}undocumented") == "true"
        )

    def states(self, country: str | None = None) -> Mapping[str, str]:
        """Codes of states and provinces with their full names: of the `US`, of Canada (`CA`), or
        of both."""
        fact = self.element("Campaign", "OrganizationState")
        return {
            value.value: value.documentation
            for value in (fact.enumeration if fact else ())
            if country in (None, value.country)
        }

    @cached_property
    def _schema(self) -> etree.XMLSchema:
        return etree.XMLSchema(file=str(self.directory / ENTRANCE))

    @cached_property
    def _declared(self) -> Declarations:
        return declarations(self.directory)

    @cached_property
    def _types(self) -> Types:
        return Types(self._declared)

    def _by_name(self, root: str) -> Mapping[str, tuple[str, ...]]:
        if root not in self._paths:
            found: dict[str, tuple[str, ...]] = {}
            waiting = [""]
            while waiting:
                path = waiting.pop()
                names = self.children(root, path)
                waiting.extend(_below(path, name) for name in reversed(names))
                if path:
                    name = path.rpartition("/")[2]
                    found[name] = (*found.get(name, ()), path)
            self._paths[root] = found
        return self._paths[root]

    def _place(self, root: str, path: str) -> _Place | None:
        key = (root, path)
        if key not in self._places:
            self._places[key] = self._inside(root, path) if path else self._root(root)
        return self._places[key]

    def _root(self, root: str) -> _Place | None:
        if root not in ROOTS:
            return None
        names = [name for name in self._declared.elements if name[1] == root]
        return self._put(None, self._declared.elements[names[0]]) if names else None

    def _inside(self, root: str, path: str) -> _Place | None:
        above, _, name = path.rpartition("/")
        parent = self._place(root, above)
        particle = parent.particles.get(name) if parent else None
        if parent is None or particle is None:
            return None
        return self._put(parent.declaration, particle)

    def _put(self, parent: etree._Element | None, particle: etree._Element) -> _Place:
        declaration = content_models.declaration_of(self._declared, particle)
        definition = content_models.complex_type(self._declared, declaration)
        return _Place(
            parent, particle, declaration, definition, content_models.particles(definition)
        )

    def _placed(self, root: str, path: str, place: _Place) -> ElementFact:
        """The fact of a place.  A payload is the same below each root; it is read once."""
        key = (place.parent, place.particle)
        known = self._read.get(key)
        if known is None:
            known = self._read[key] = self._fact(root, path, place)
        return replace(known, root=root, path=path)

    def _fact(self, root: str, path: str, place: _Place) -> ElementFact:
        namespace, name = content_models.name_of(place.particle)
        held, is_open = self._types.of(place.declaration), content_models.is_open(place.content)
        kind = TypeKind.MARKUP if is_open else held.kind if held else TypeKind.ELEMENTS
        return ElementFact(
            root=root,
            path=path,
            name=name,
            namespace=namespace,
            documentation=documentation(place.declaration),
            required=content_models.is_required(place.parent, place.particle),
            repeatable=content_models.is_repeatable(place.parent, place.particle),
            required_when=place.particle.get(f"{FACTS}required", ""),
            read_only=place.particle.get(f"{FACTS}read-only") == "true",
            undocumented=place.particle.get(f"{FACTS}undocumented") == "true",
            type_kind=kind,
            type=held,
            attributes=tuple(map(self._attribute, content_models.attributes(place.content))),
            children=tuple(place.particles),
            open=is_open,
            extensible=content_models.is_extensible(place.content),
        )

    def _attribute(self, node: etree._Element) -> AttributeFact:
        held = self._types.of(node)
        assert held is not None, f"attribute {node.get('name')} has no type"
        required = node.get("use") == "required"
        return AttributeFact(node.get("name", ""), documentation(node), required, held)


def _below(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the schemas that come with the package."""
    return Vocabulary()
