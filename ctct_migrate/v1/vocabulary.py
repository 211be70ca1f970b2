"""The vocabulary: questions about v1's names and values, answered from the XSDs.

A plain traversal with lxml of the schema documents, made as far as it is asked for; `xmlschema`,
which understands all of XSD, takes a hundred times as long to import, and is used in
`vocabulary.explain` alone (the tests hold the two readings together).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

from ctct_migrate.late_dataclass import replace
from ctct_migrate.resources import BY_TAG, NAMES, RESOURCES
from ctct_migrate.resources.resource import ATOM_NAMESPACE
from ctct_migrate.schema_files import schema_directory
from ctct_migrate.v1 import content_models
from ctct_migrate.v1.facts import AttributeFact, ElementFact, TypeKind
from ctct_migrate.v1.types import FACTS, Types
from ctct_migrate.v1.xsd_documents import Declarations, declarations, documentation

#: The schema of the envelopes; each resource has one of its own.
ENVELOPE_SCHEMA = "atom.xsd"

#: What a document may begin with: the envelopes, then the payloads.
ENVELOPES = ("entry", "feed")
ROOTS = (*ENVELOPES, *NAMES)

_ENTRY, _FEED, _CONTENT = (f"{{{ATOM_NAMESPACE}}}{name}" for name in ("entry", "feed", "content"))


class _Place(NamedTuple):
    """An element where it may stand: the declaration of its parent, what lists it there, its own
    declaration, its complex type, and what may stand in it."""

    book: _Book
    parent: etree._Element | None
    particle: etree._Element
    declaration: etree._Element
    content: etree._Element | None
    particles: dict[str, etree._Element]

    @property
    def holds_payload(self) -> bool:
        """Whether it is the `content` of an entry, in which a payload stands."""
        return self.content is not None and self.content.get("name") == "Content"


class ElementOutline(NamedTuple):
    """The names of an element in one place.

    name      its local name
    children  names of the elements that may stand in it, in the schema's order
    open      whether any markup may stand in it, unchecked
    """

    name: str
    children: tuple[str, ...]
    open: bool


class _Book:
    """One XSD of a directory with what it includes and imports, read when first asked."""

    def __init__(self, directory: Path, file: str):
        self._directory, self._file = directory, file

    @cached_property
    def declared(self) -> Declarations:
        """Its global declarations."""
        return declarations(self._directory, self._file)

    @cached_property
    def types(self) -> Types:
        """Its types."""
        return Types(self.declared)

    @cached_property
    def compiled(self) -> etree.XMLSchema:
        """The schema, ready to validate."""
        return etree.XMLSchema(file=str(self._directory / self._file))


class Vocabulary:
    """What the XSDs of one directory say; read when first asked.

    Raises `OSError` or `lxml.etree.LxmlError`, on first use, for a directory whose schemas are
    missing or wrong.
    """

    def __init__(self, directory: Path | None = None):
        self.directory = schema_directory() / "v1" if directory is None else directory
        self._books: dict[str, _Book] = {}
        self._places: dict[tuple[str, str], _Place | None] = {}
        self._facts: dict[tuple[str, str], ElementFact] = {}
        self._read: dict[tuple[etree._Element | None, etree._Element], ElementFact] = {}
        self._paths: dict[str, dict[str, tuple[str, ...]]] = {}

    def schema(self, root: str) -> etree.XMLSchema:
        """The compiled schema of `entry`, of `feed`, or of a payload.  That of the envelopes lets
        any payload pass.  Raises KeyError for another root."""
        return self._book(root).compiled

    def is_valid(self, root: etree._Element) -> bool:
        """Whether a document, given by its root element, is right as far as XSD can say.  It is
        not where its root is not an element of v1's (an Atom `link` alone is).  Never raises for a
        document; one with unresolved entities, which malformed documents alone have after
        recovery, may be refused for these."""
        return self.invalid_part(root) is None

    def invalid_part(self, root: etree._Element) -> tuple[etree._Element, etree.XMLSchema] | None:
        """The part of a document that is not right as far as XSD can say, with the schema that
        refuses it: the whole envelope, or a payload.  None for a valid document."""
        if root.tag not in (_ENTRY, _FEED):
            resource = BY_TAG.get(root.tag)
            schema = self.schema(resource.name if resource else "entry")
            return None if resource and _holds(schema, root) else (root, schema)
        envelope = self.schema("entry")
        if not _holds(envelope, root):
            return root, envelope
        for payload in _payloads(root):
            resource = BY_TAG.get(payload.tag)
            if resource is None:
                return payload, envelope
            schema = self.schema(resource.name)
            if not _holds(schema, payload):
                return payload, schema
        return None

    def count_of_errors(self, root: etree._Element) -> int:
        """How many errors libxml2 finds in a document, given by its root element, at least; 0
        exactly for a valid one."""
        if root.tag in (_ENTRY, _FEED):
            parts = [root, *_payloads(root)]
        else:
            parts = [root]
        return sum(map(self._errors_of_part, parts))

    def _errors_of_part(self, part: etree._Element) -> int:
        is_envelope = part.tag in (_ENTRY, _FEED)
        resource = BY_TAG.get(part.tag)
        if resource is None and not is_envelope:
            return 1
        schema = self.schema("entry" if resource is None else resource.name)
        if _holds(schema, part):
            return 0
        log: Any = schema.error_log  # a copy: it has to be taken after the validation
        return max(1, len(log))

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

    def outline(self, root: str, path: str = "") -> ElementOutline | None:
        """As `element`, the names alone: sooner than the facts, for whoever wants all of them."""
        place = self._place(root, path)
        if place is None:
            return None
        name = content_models.name_of(place.particle)[1]
        return ElementOutline(name, _names_in(place), content_models.is_open(place.content))

    def children(self, root: str, path: str = "") -> tuple[str, ...]:
        """Names of the elements that may stand at `path` below `root`, in the schema's order;
        none where there is no such path."""
        place = self._place(root, path)
        return _names_in(place) if place else ()

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

    def required_by_schema(self, root: str) -> frozenset[str]:
        """Names of the elements that a root has to have as children by its content model, whatever the
        document is for.  Sooner than by way of the facts."""
        place = self._place(root, "")
        return frozenset(
            name
            for name, particle in (place.particles if place else {}).items()
            if content_models.is_required(place.declaration if place else None, particle)
        )

    def undocumented(self, root: str) -> frozenset[str]:
        """Names of the children of a root that are in documents, though not in v1's
        documentation.  Sooner than by way of the facts."""
        return self._marked(root, "undocumented")

    def read_only(self, root: str) -> frozenset[str]:
        """Names of the children of a root that only the server writes.  Sooner than by way of the
        facts."""
        return self._marked(root, "read-only")

    def _marked(self, root: str, mark: str) -> frozenset[str]:
        """Names of the children of a root that the schema marks so."""
        place = self._place(root, "")
        return frozenset(
            name
            for name, particle in (place.particles if place else {}).items()
            if particle.get(f"{FACTS}{mark}") == "true"
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

    def _book(self, root: str) -> _Book:
        file = ENVELOPE_SCHEMA if root in ENVELOPES else f"{RESOURCES[root].slug}.xsd"
        if file not in self._books:
            self._books[file] = _Book(self.directory, file)
        return self._books[file]

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
        book = self._book(root)
        found = next((e for name, e in book.declared.elements.items() if name[1] == root), None)
        return None if found is None else self._put(book, None, found)

    def _inside(self, root: str, path: str) -> _Place | None:
        above, _, name = path.rpartition("/")
        parent = self._place(root, above)
        if parent is None:
            return None
        if parent.holds_payload:
            payload = self._root(name) if name in RESOURCES else None
            return payload and payload._replace(parent=parent.declaration)
        particle = parent.particles.get(name)
        return None if particle is None else self._put(parent.book, parent.declaration, particle)

    def _put(self, book: _Book, parent: etree._Element | None, particle: etree._Element) -> _Place:
        declaration = content_models.declaration_of(book.declared, particle)
        definition = content_models.complex_type(book.declared, declaration)
        particles = content_models.particles(definition)
        return _Place(book, parent, particle, declaration, definition, particles)

    def _placed(self, root: str, path: str, place: _Place) -> ElementFact:
        """The fact of a place.  A payload is the same below each root; it is read once."""
        key = (place.parent, place.particle)
        known = self._read.get(key)
        if known is None:
            known = self._read[key] = self._fact(root, path, place)
        is_there = known.root == root and known.path == path
        return known if is_there else replace(known, root=root, path=path)

    def _fact(self, root: str, path: str, place: _Place) -> ElementFact:
        namespace, name = content_models.name_of(place.particle)
        book, parent = place.book, place.parent
        held, is_open = book.types.of(place.declaration), content_models.is_open(place.content)
        kind = TypeKind.MARKUP if is_open else held.kind if held else TypeKind.ELEMENTS
        # A contact's `ContactList` has the name of a payload, and is none.
        is_payload = parent is not None and content_models.is_global(place.particle)
        return ElementFact(
            root=root,
            path=path,
            name=name,
            namespace=namespace,
            documentation=documentation(place.declaration),
            required=not is_payload and content_models.is_required(parent, place.particle),
            repeatable=not is_payload and content_models.is_repeatable(parent, place.particle),
            required_when=place.particle.get(f"{FACTS}required", ""),
            read_only=place.particle.get(f"{FACTS}read-only") == "true",
            undocumented=place.particle.get(f"{FACTS}undocumented") == "true",
            type_kind=kind,
            type=held,
            attributes=tuple(
                _attribute(book, node) for node in content_models.attributes(place.content)
            ),
            other_attributes=content_models.other_attributes(place.content),
            children=_names_in(place),
            open=is_open,
            extensible=not place.holds_payload and content_models.is_extensible(place.content),
        )


def _attribute(book: _Book, node: etree._Element) -> AttributeFact:
    held = book.types.of(node)
    assert held is not None, f"attribute {node.get('name')} has no type"
    required = node.get("use") == "required"
    return AttributeFact(node.get("name", ""), documentation(node), required, held)


def _names_in(place: _Place) -> tuple[str, ...]:
    return NAMES if place.holds_payload else tuple(place.particles)


def _holds(schema: etree.XMLSchema, root: etree._Element) -> bool:
    try:
        return schema.validate(root)
    except etree.XMLSchemaValidateError:  # libxml2 from 2.13 on gives up at an entity's node
        return False


def _payloads(root: etree._Element) -> Iterator[etree._Element]:
    """The elements in the `content` of a valid entry, or of the entries of a valid feed."""
    for entry in (root,) if root.tag == _ENTRY else root.iterchildren(_ENTRY):
        for wrapper in entry.iterchildren(_CONTENT):
            yield from wrapper.iterchildren("*")


def _below(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the schemas that come with the package."""
    return Vocabulary()
