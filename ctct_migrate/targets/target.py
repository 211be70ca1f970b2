"""What a target is, as plain values: a server, and how each resource comes to be on it.

A target is declared once, in `targets/NAME/__init__.py`; what it makes of one resource, in
`targets/NAME/RESOURCE.py`, as a `Delivery`.  The sender runs any delivery, the sandbox answers any,
and neither knows a resource or a target by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ctct_migrate.contract.contract import Contract
from ctct_migrate.mapping.rows import Table
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.schema_files import schema_directory


class Recovery(StrEnum):
    """How it is found out what became of a call whose answer was lost."""

    KEY = "by key"  #: the collection is searched for the resource's key, and what is found compared
    READ = "by reading"  #: what is there is read and compared before the call is made again
    NEVER = "never"  #: it cannot be found out; the request stays in doubt


@dataclass(frozen=True, slots=True)
class Step:
    """One call of a delivery.

    name      what the step is called in the ledger: `create`, `update`, `lists`
    method    `POST`, `PUT`, `PATCH`, `DELETE`
    path      below the base URL, without a slash before it; `{name}` stands for an id: of the
              resource itself (`{id}`), of one that it refers to (`{campaign}`), or one that an
              earlier step kept
    part      JSON pointer of the part of the body that is sent; empty for all of it
    query     query parameters; a value that begins with `/` is a pointer into the body's `request`
    keeps     names of ids to keep from the answer, with their JSON pointers in it
    recovery  how a lost answer is found again
    reads     path that reads what the step wrote, for `Recovery.READ`; empty for `path` itself
    answers   the JSON type of a right answer, and properties that it must hold as text
    """

    name: str
    method: str
    path: str
    part: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    recovery: Recovery = Recovery.NEVER
    reads: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """How a target lists the resources of one kind.

    path       of the listing, below the base URL
    query      query parameters of it, such as the size of a page
    rows       JSON pointer of the array in an answer; empty where the answer is the array
    id         name of the property that holds the id
    key        name of the property that holds the key, empty where the target has none
    since      name of the query parameter that limits a listing to what changed after a moment,
               empty where there is none
    """

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    rows: str = ""
    id: str = "id"
    key: str = ""
    since: str = ""


@dataclass(frozen=True, eq=False)
class Delivery:
    """What a target makes of one resource.

    resource    slug of the resource
    table       how its body is made
    schema      name of the JSON Schema of the body, in `schemas/TARGET`
    create      the calls that bring a new one into being; empty where the target takes none
    update      the calls that replace one that is there; empty where the target takes none
    item        path that reads one, with `{id}`; empty where one cannot be read
    collection  how they are listed, or None
    privileges  what the caller must be allowed to do, by method, and `list` for listing them
    dates       names of the properties that say when it was sent or last changed, best first; empty
                for all that the schema calls a date-time, in the schema's order
    replaces    whether an update empties what its body leaves out
    """

    resource: str
    table: Table
    schema: str
    create: tuple[Step, ...] = ()
    update: tuple[Step, ...] = ()
    item: str = ""
    collection: Collection | None = None
    privileges: Mapping[str, str] = field(default_factory=dict)
    dates: tuple[str, ...] = ()
    replaces: bool = True


@dataclass(frozen=True, eq=False)
class Target:
    """A server that documents are converted for, and sent to.

    name        in options, manifests and ledgers: `v2`; also the folder of its schemas
    title       how messages call it: `v2`
    base_url    where it is, with a slash at its end
    per_second  calls that one key may make in any second
    per_day     calls that one key may make in a day
    """

    name: str
    title: str
    base_url: str
    per_second: int
    per_day: int

    @cached_property
    def contract(self) -> Contract:
        """The JSON Schemas of its bodies."""
        return Contract(schema_directory() / self.name)

    @cache  # noqa: B019 - targets live as long as the program
    def delivery(self, resource: str) -> Delivery | None:
        """What it makes of the resource of that slug; None where it has no place for it."""
        module = f"{__package__}.{self.name}.{resource}"
        if find_spec(module) is None:
            return None
        found: Any = import_module(module).DELIVERY
        assert isinstance(found, Delivery)
        return found

    def deliveries(self) -> Mapping[str, Delivery]:
        """What it makes of every resource that it has a place for, by slug, in the order of the
        list of resources."""
        found = ((slug, self.delivery(slug)) for slug in BY_SLUG)
        return {slug: delivery for slug, delivery in found if delivery is not None}

    def table(self, resource: str) -> Table | None:
        """How the body of a resource is made; None where the target has no place for it."""
        delivery = self.delivery(resource)
        return None if delivery is None else delivery.table
