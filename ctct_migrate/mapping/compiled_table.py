"""Compiled tables: a table, made ready for one shape, as values.

All that does not depend on the document is decided here, so that the engine has only to look up, read and
put.  No document is seen here.  `compiling` makes them.

A row is *direct* if its element stands in the payload itself and nothing else has a say in its
property: the engine reads it as it comes upon the element.  The others are *late*: they are run
afterwards, in the order of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property
from typing import Any, NamedTuple

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import Composition, Condition, Row, Table, WholeObject
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import ATOM
from ctct_migrate.resources import Resource
from ctct_migrate.v1 import vocabulary

#: What joins the Clark names of a key: `{…}FromEmail` and `{…}EmailAddress`.
_JOIN = "\n"


#: What stands in a pointer for any item of a list.
ITEM = "*"


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
        return self.names == (ITEM,)


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
    return vocabulary().read_only(resource)


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
