"""Plans: a table, made ready for one shape.

Compiled once and kept.  All that does not depend on the document is decided here, so that the
engine has only to look up, read and put.  No document is seen here.

A row is *direct* if its element stands in the payload itself and nothing else has a say in its
property: the engine reads it as it comes upon the element.  The others are *late*: they are run
afterwards, in the order of the table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

from ctct_migrate.mapping.rows import (
    OF_COMPOSED,
    OF_REQUEST,
    RECORD,
    Composition,
    Condition,
    OfRequests,
    Row,
    Table,
    WholeObject,
)
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import ATOM
from ctct_migrate.resources import BY_SLUG, Resource
from ctct_migrate.v1 import vocabulary

#: What joins the Clark names of a key: `{…}FromEmail` and `{…}EmailAddress`.
_JOIN = "\n"


#: What stands in a pointer for any item of a list.
_ITEM = "*"


class InEnvelope(NamedTuple):
    """An element of the envelope: its Clark name, and its `rel` if it is a link of some."""

    tag: str
    rel: str


class CompiledRow(NamedTuple):
    """One row, ready to run.  A tuple, since the engine's inner loops unpack it.

    slot       index of the property among those of the body, or of the item
    key        under which the element is found; empty for the payload, or the item, itself
    attribute  name of the attribute to read, or empty for the text
    values     of an enumeration, else None
    read       the codec's function, or None for text as it is
    whole      the codec's, for what may hold child elements
    when       the row's condition, unless it holds in this shape anyway
    place      where the element is, if that is in the envelope
    """

    slot: int
    key: str
    attribute: str
    values: Mapping[str, Any] | None
    read: Callable[[Any, Any], Any] | None
    whole: Callable[[Any], str] | None
    when: Condition | None
    row: Row
    place: InEnvelope | None


#: What the innermost loop needs of a step: slot, values, read; and the step, for the rest.
Direct = tuple[int, Mapping[str, Any] | None, Callable[[Any, Any], Any] | None, CompiledRow]


@dataclass(frozen=True, slots=True)
class Members:
    """Properties of one object of the body, in their order.

    tokens       of the object's pointer; empty for the body itself
    start, stop  the slots of its properties, with their names
    whole        what it needs so as not to be left out
    constants    what it gets besides if anything is in it
    """

    tokens: tuple[str, ...]
    start: int
    stop: int
    names: tuple[str, ...]
    whole: WholeObject | None
    constants: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Items:
    """A list of objects, one for each of some repeated elements.

    tokens     of the list's pointer
    pointer    the same as a string
    slot       index of the list among the body's properties
    parent     key of the element that they stand in; empty for the payload
    tag        Clark name of the repeated element
    known      Clark names of what may stand in one
    cased      Clark names of them by those in small letters, where only the server writes the list
    nested     what else to look into
    steps      what goes into the object of one
    names      the properties of one, by slot; `*` alone for a list of plain values
    constants  what it gets besides
    distinct   whether equal items are sent once
    may_be_empty  whether the list is sent empty where there are no such elements in their parent
    """

    tokens: tuple[str, ...]
    pointer: str
    slot: int
    parent: str
    tag: str
    known: frozenset[str]
    cased: Mapping[str, str]
    nested: tuple[Nested, ...]
    steps: tuple[CompiledRow, ...]
    names: tuple[str, ...]
    constants: Mapping[str, Any]
    may_be_empty: bool
    distinct: bool

    @property
    def is_plain(self) -> bool:
        """Whether the items are plain values and not objects."""
        return self.names == (_ITEM,)


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Elements that repeat, of which one gives each value.

    parent   key of the element that they stand in; empty for the payload
    tag      Clark name of the repeated element
    known    Clark names of what may stand in one
    nested   what else to look into
    steps    what goes into the body
    first    whether the first of the elements alone counts
    """

    parent: str
    tag: str
    known: frozenset[str]
    nested: tuple[Nested, ...]
    steps: tuple[CompiledRow, ...]
    first: bool


@dataclass(frozen=True, slots=True)
class Nested:
    """An element whose children are looked at: its key, and the keys of its children by Clark
    name; `repeats` are those that may come more than once."""

    key: str
    keys: Mapping[str, str]
    repeats: frozenset[str]


@dataclass(frozen=True, eq=False)
class CompiledTable:
    """A table for one shape.

    known    Clark names of what may stand in the payload
    cased    Clark names of children that only the server writes, by those in small letters
    nested   what else to look into, parents first
    direct   direct steps by Clark name
    late     late steps, in the order of the table
    lists    lists of items
    repeated elements that repeat, of which one gives each value
    added    what the body has besides: tokens and values
    body     objects and lists, in the order of the body
    composed values that are made of several: their slots, the slots of their parts, and how
    request  the query parameters that the body is sent with: slots and names
    given    their values where no row gives one
    identified  the resource whose id the number steps read; None where none do
    resource the resource that the table is for; None where none is declared
    needed   whether that id must be there, the same at all places
    numbers  steps that read the id that says which resource the document is
    number_slot  the slot of the property that it goes into; None where none takes it
    slots    the pointer of each slot
    id_tag   Clark name of a child that would repeat the payload's id
    twice    Clark names of children that may stand twice, of which the first counts
    """

    table: Table
    shape: Shape
    known: frozenset[str]
    cased: Mapping[str, str]
    nested: tuple[Nested, ...]
    direct: Mapping[str, Direct]
    late: tuple[CompiledRow, ...]
    lists: tuple[Items, ...]
    repeated: tuple[Alternatives, ...]
    added: tuple[tuple[tuple[str, ...], Any], ...]
    body: tuple[Members | Items, ...]
    composed: tuple[tuple[int, Mapping[str, int], Composition], ...]
    request: tuple[tuple[int, str], ...]
    given: Mapping[str, str]
    identified: Resource | None
    resource: Resource | None
    needed: bool
    numbers: tuple[CompiledRow, ...]
    number_slot: int | None
    slots: tuple[str, ...]
    id_tag: str
    twice: frozenset[str]

    @cached_property
    def steps(self) -> tuple[CompiledRow, ...]:
        """All steps of single elements."""
        return (*(step for *_, step in self.direct.values()), *self.late)

    @cached_property
    def by_slot(self) -> Mapping[int, tuple[CompiledRow, ...]]:
        """The steps that fill a slot."""
        found: dict[int, tuple[CompiledRow, ...]] = {}
        for step in self.steps:
            found[step.slot] = (*found.get(step.slot, ()), step)
        return found

    @cached_property
    def by_path(self) -> Mapping[str, tuple[CompiledRow, ...]]:
        """The steps that read an element, by the path of their rows."""
        found: dict[str, tuple[CompiledRow, ...]] = {}
        for step in self.steps:
            found[step.row.path] = (*found.get(step.row.path, ()), step)
        return found


@cache
def read_only(resource: str) -> frozenset[str]:
    """The children of a payload that only the server writes, as the XSD has it.  v1's own answers
    have some in other letter case (reference, v1-clients, Campaign, Schedule)."""
    known = vocabulary()
    facts = (known.element(resource, name) for name in known.children(resource))
    return frozenset(fact.name for fact in facts if fact is not None and fact.read_only)


def clark(name: str, namespace: str | None) -> str:
    """`Name` → `{namespace}Name`, `namespace` being the payload's (None for none); `atom:link` →
    `{Atom's}link`."""
    prefix, colon, local = name.partition(":")
    if colon and prefix == "atom":
        return f"{{{ATOM}}}{local}"
    return f"{{{namespace}}}{name}" if namespace else name


@cache
def key_of(path: str, namespace: str | None) -> str:
    """The key of the element of a row's path, in a payload of that namespace; a path that begins
    at the envelope is its own."""
    names = [name for name in path.split("/") if not name.startswith("@")]
    if names[:1] == ["entry"]:
        return "/".join(names)
    return _JOIN.join(clark(name.rstrip("*"), namespace) for name in names)


def top_of(key: str) -> str:
    """The key of the payload's child that the element of a key is, or stands in."""
    return key.partition(_JOIN)[0]


def tokens_of(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a JSON pointer whose names need no escaping (RFC 6901, 3)."""
    return tuple(pointer.split("/")[1:])


def pointer_of(tokens: Sequence[str | int]) -> str:
    """The JSON pointer of such tokens."""
    return "".join(f"/{token}" for token in tokens)


@cache
def plan_of(table: Table, shape: Shape) -> CompiledTable:
    """The plan of `table` for `shape`; made once."""
    rows = [row for row in table.rows if row.pointer and shape in row.shapes]
    paths = [row.path for row in table.rows if not row.path.startswith("entry")]
    space = table.namespace
    slots = tuple(dict.fromkeys(_place(row) for row in rows))
    in_body = [row for row in rows if row.pointer.startswith("/")]
    body = tuple(_body(table, shape, in_body, paths, slots))
    sent = shape is not Shape.RECORD
    single = [row for row in rows if "*" not in row.pointer + row.path and not row.number]
    chosen = [row for row in rows if "*" in row.path and "*" not in row.pointer]
    number = next((row.pointer for row in rows if row.number), None)
    by_path, by_slot = Counter(r.path for r in rows), Counter(r.pointer for r in rows)
    direct: dict[str, Direct] = {}
    late: list[CompiledRow] = []
    for row in single:
        step = _step(row, shape, slots.index(row.pointer), space)
        alone = by_path[row.path] == by_slot[row.pointer] == 1 and step.when is None
        if alone and "/" not in row.path and "@" not in row.path:
            direct[step.key] = (step.slot, step.values, step.read, step)
        else:
            late.append(step)
    return CompiledTable(
        table=table,
        shape=shape,
        known=_known(paths, space) | {""},
        cased={name.lower(): name for name in _clark_names(read_only(table.payload), space)},
        nested=tuple(_nested([row.path for row in rows], paths, space)),
        direct=direct,
        late=tuple(late),
        lists=tuple(part for part in body if isinstance(part, Items)),
        repeated=tuple(_repeated(table, shape, chosen, paths, slots)),
        added=tuple(
            (tokens_of(place), value) for place, value in table.added.get(shape, {}).items()
        ),
        body=body,
        composed=tuple(
            (
                slots.index(pointer),
                {
                    name: slots.index(f"{OF_COMPOSED}{name}")
                    for name in (*composition.parts, *composition.reads)
                    if f"{OF_COMPOSED}{name}" in slots
                },
                composition,
            )
            for pointer, composition in table.composed.items()
            if pointer in slots
        ),
        request=tuple(
            (slot, pointer.removeprefix(OF_REQUEST))
            for slot, pointer in enumerate(slots)
            if pointer.startswith(OF_REQUEST) and sent
        ),
        given={
            pointer.removeprefix(OF_REQUEST): value
            for pointer, value in table.constants.items()
            if pointer.startswith(OF_REQUEST) and sent
        },
        identified=_identified(table),
        resource=BY_SLUG.get(table.resource),
        needed=_is_owned(table),
        numbers=tuple(_step(row, shape, -1, space) for row in table.rows if row.number),
        number_slot=None if number is None else slots.index(number),
        slots=slots,
        id_tag=clark("id", space),
        twice=frozenset(_clark_names(_written_twice(table), space)),
    )


def _written_twice(table: Table) -> frozenset[str]:
    resource = BY_SLUG.get(table.resource)
    return resource.written_twice if resource is not None else frozenset()


def _is_owned(table: Table) -> bool:
    """Whether the resource has one id at most, so that it is its owner that says which one it is."""
    resource = BY_SLUG.get(table.resource)
    owner = resource.owner if resource is not None else None
    return (
        resource is not None and bool(resource.singleton) and owner is not None and owner.required
    )


def _identified(table: Table) -> Resource | None:
    resource = BY_SLUG.get(table.resource)
    if resource is not None and resource.owner is not None and _is_owned(table):
        return BY_SLUG.get(resource.owner.to)
    return resource


def _place(row: Row) -> str:
    """The pointer of what the row's value has a slot for: a property, or a whole list."""
    return row.pointer.partition("/*")[0]


def _known(paths: Sequence[str], space: str | None) -> frozenset[str]:
    heads = {path.split("/")[0].rstrip("*") for path in paths if not path.startswith("@")}
    return frozenset(_clark_names(heads, space))


def _clark_names(names: Iterable[str], space: str | None) -> Iterator[str]:
    return (clark(name, space) for name in names)


def _step(row: Row, shape: Shape, slot: int, space: str | None, below: str = "") -> CompiledRow:
    """`row` as a step; `below` is the path of the item that it is relative to."""
    path, codec, when = row.path.removeprefix(below), row.codec, row.when
    attribute = path.rpartition("@")[2] if "@" in path else ""
    values = codec.values() if codec.values is not None else None
    read = None if codec.plain else codec.read
    if when is not None and shape not in when.shapes:
        when = None
    place = _in_envelope(path) if path.startswith("entry/") else None
    return CompiledRow(
        slot, key_of(path, space), attribute, values, read, codec.whole, when, row, place
    )


def _in_envelope(path: str) -> InEnvelope:
    """The place of a path such as `entry/id`, `entry/link[edit]/@href`."""
    name, _, rel = path.split("/")[1].rstrip("]").partition("[")
    return InEnvelope(clark(f"atom:{name}", None), rel)


def _nested(sources: Sequence[str], paths: Sequence[str], space: str | None) -> Iterator[Nested]:
    """What has to be looked into so as to find `sources`, of all the `paths` that are known."""
    wanted: dict[str, None] = {}
    for path in sources:
        names = [name for name in path.split("/") if not name.startswith("@")]
        for depth in range(1, len(names)):
            if names[0] != "entry" and "*" not in "".join(names[: depth + 1]):
                wanted["/".join(names[:depth])] = None
    for path in wanted:
        children = {p[len(path) + 1 :].split("/")[0] for p in paths if p.startswith(path + "/")}
        names = [name for name in children if not name.startswith("@")]
        yield Nested(
            key_of(path, space),
            {clark(name.rstrip("*"), space): key_of(f"{path}/{name}", space) for name in names},
            frozenset(
                clark(name.rstrip("*"), space) for name in names if "*" in name or ":" in name
            ),
        )


def _body(
    table: Table, shape: Shape, rows: list[Row], paths: list[str], slots: Sequence[str]
) -> Iterator[Members | Items]:
    """The rows in groups that go into one object, in their order."""
    groups: list[tuple[tuple[str, ...], list[Row]]] = []
    for row in rows:
        tokens = tokens_of(row.pointer)
        if tokens[-1] != _ITEM:
            tokens = tokens[:-1]
        if not groups or groups[-1][0] != tokens:
            groups.append((tokens, []))
        groups[-1][1].append(row)
    for tokens, group in groups:
        pointer = pointer_of(tokens)
        constants = {
            place.rpartition("/")[2]: value.value if isinstance(value, OfRequests) else value
            for place, value in table.constants.items()
            if place.rpartition("/")[0] == pointer
            and not place.startswith(OF_REQUEST)
            and not (isinstance(value, OfRequests) and shape is Shape.RECORD)
        }
        if tokens[-1:] == (_ITEM,):
            items = _items(tokens[:-1], group, paths, constants, slots, shape, table.namespace)
            empty = shape in table.empty_lists.get(items.pointer, ())
            distinct = items.pointer in table.distinct
            yield replace(items, may_be_empty=empty, distinct=distinct)
        else:
            pointers = tuple(dict.fromkeys(row.pointer for row in group))
            start = slots.index(pointers[0])
            names = tuple(tokens_of(each)[-1] for each in pointers)
            whole = table.wholes.get(pointer)
            yield Members(tokens, start, start + len(names), names, whole, constants)


def _items(
    tokens: tuple[str, ...],
    rows: list[Row],
    paths: list[str],
    constants: Mapping[str, Any],
    slots: Sequence[str],
    shape: Shape,
    space: str | None,
) -> Items:
    stem, star, _ = rows[0].path.partition("*/")
    below = stem + star
    parent, _, name = stem.rpartition("/")
    inside = [path.removeprefix(below) for path in paths if path.startswith(below)]
    names = tuple(dict.fromkeys(tokens_of(row.pointer)[-1] for row in rows))
    pointer = pointer_of(tokens)
    return Items(
        tokens,
        pointer,
        slots.index(pointer),
        key_of(parent, space) if parent else "",
        clark(name, space),
        _known(inside, space) | {""},
        _cased(rows, [clark(name, space), *_known(inside, space)]),
        tuple(_nested([row.path.removeprefix(below) for row in rows], inside, space)),
        tuple(
            _step(row, shape, names.index(tokens_of(row.pointer)[-1]), space, below) for row in rows
        ),
        names,
        constants,
        may_be_empty=False,
        distinct=False,
    )


def _repeated(
    table: Table, shape: Shape, rows: list[Row], paths: list[str], slots: Sequence[str]
) -> Iterator[Alternatives]:
    """Elements that repeat, of which one gives each value, in the order of the rows."""
    space = table.namespace
    stems: dict[str, list[Row]] = {}
    for row in rows:
        stems.setdefault(row.path.partition("*/")[0], []).append(row)
    for stem, group in stems.items():
        below = f"{stem}*/"
        parent, _, name = stem.rpartition("/")
        inside = [path.removeprefix(below) for path in paths if path.startswith(below)]
        yield Alternatives(
            key_of(parent, space) if parent else "",
            clark(name, space),
            _known(inside, space),
            tuple(_nested([row.path.removeprefix(below) for row in group], inside, space)),
            tuple(_step(row, shape, slots.index(row.pointer), space, below) for row in group),
            stem in table.first,
        )


def _cased(rows: Sequence[Row], names: Sequence[str]) -> dict[str, str]:
    """`names` by those in small letters, if the rows are about what only the server writes."""
    if any(row.shapes != RECORD for row in rows):
        return {}
    return {name.lower(): name for name in names}
