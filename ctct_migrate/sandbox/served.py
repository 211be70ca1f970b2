"""What a sandbox serves: each resource of a target, with what is peculiar to it.

Derived from the target's deliveries; a resource needs no line here.  What a server does with one
resource beyond creating, reading, replacing, deleting and listing it stands in
`sandbox/TARGET/RESOURCE.py`, as a `Behaviour`; most resources have none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from ctct_migrate.contract.contract import Contract
from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sandbox import blanks
from ctct_migrate.sandbox.answers import Answer, Error
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.requests import ServerRequest
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.target import Delivery

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ServedAccount:
    """The account that a call is about, while it is answered."""

    store: Store
    options: SandboxOptions
    request: ServerRequest


class Behaviour:
    """What a server does with one resource besides the usual; this one does nothing.

    more      further endpoints of one resource: method, what follows its path, privilege, function
    listed    names of the properties that a listing shows; empty for all
    most_listed  how many a page of a listing holds at most (reference, v2-contract, Endpoints)
    most      how many there may be in an account; None for any number
    first_id  the number that the first one gets
    sets      properties that the server sets in a new record, whatever its body says
    sample    properties of a record that was there before anybody called, where nothing is said of
              it: those that its schema requires and that nobody can guess from it
    """

    more: tuple[tuple[str, str, str, Callable[[ServedAccount, Record], Answer]], ...] = ()
    listed: tuple[str, ...] = ()
    most_listed: int = 50
    most: int | None = None
    first_id: int = 1
    sets: Mapping[str, Any] = MappingProxyType({})
    sample: Mapping[str, Any] = MappingProxyType({})

    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterable[Error]:
        """What the account refuses a body for, which keeps the contract; `current` is the record
        that an update replaces, None for a create."""
        return ()

    def prepared(self, account: ServedAccount, body: Any, current: Record | None) -> Any:
        """The body as it is checked and stored."""
        return body

    def before(self, body: Mapping[str, Any]) -> Mapping[str, Any]:
        """Properties of a record for which a document has an update with that body, as it was
        before."""
        return {}

    def kept(self, current: Record) -> frozenset[str]:
        """Names of properties that an update leaves as they are, besides the read-only ones."""
        return frozenset()

    def stored(self, account: ServedAccount, owner: str, record: Record | None) -> None:
        """Is called after a record was stored, or, with None, after one was deleted for good."""

    def completed(self, account: ServedAccount, record: Record, current: Record | None) -> Record:
        """A record that is to be stored, with what the server makes of it itself; `current` is the one
        that it replaces, None for a new one."""
        return record

    def left(self, account: ServedAccount, record: Record) -> Record | None:
        """What a deletion leaves of a record; None for nothing."""
        return None

    def shown(self, account: ServedAccount, record: Record) -> Record:
        """The record as the server answers it."""
        return record


@dataclass(frozen=True, eq=False)
class Served:
    """One resource of a target.

    slug       of the resource
    delivery   how the target takes it
    contract   the target's JSON Schemas
    owner      slug of the resource that it lives in; empty for none
    singleton  the only id it can have in its owner; empty for any
    behaviour  what is peculiar to it
    """

    slug: str
    delivery: Delivery
    contract: Contract
    owner: str
    singleton: str
    behaviour: Behaviour

    @property
    def kept_names(self) -> tuple[str, ...]:
        """Names of the ids besides its own that the first step of its creation keeps: the server
        gives each resource one of each."""
        first = self.delivery.create[0] if self.delivery.create else None
        return tuple(name for name in (first.keeps if first else ()) if name not in self.own_names)

    @property
    def own_names(self) -> frozenset[str]:
        """Names that are kept of what the schema says, and that are no further ids."""
        return frozenset({"id", *blanks.names(self.contract, self.slug)})

    def shown(self, account: ServedAccount, record: Record) -> Record:
        """A record as the server answers it: of what takes several steps, what the first one wrote,
        with the ids that the server gave."""
        answer = self.behaviour.shown(account, record)
        first = self.delivery.create[0] if self.delivery.create else None
        if first is None or not (first.part or self.kept_names):
            return answer
        answer = {**(at(answer, first.part) or {}), "id": record["id"]}
        for name, pointer in first.keeps.items():
            if name == "id":
                put(answer, pointer, record["id"])
            elif name in self.kept_names:
                put(answer, pointer, kept_id(name, record["id"]))
        return answer

    def unique_key(self, record: Any) -> str:
        """What of a body or a record nothing else in its place may have; empty for nothing.  Nobody says
        that the names of files are unique."""
        return "" if self.delivery.apart else self.delivery.key_of(record)

    @property
    def noun(self) -> str:
        """How the server's messages call it."""
        return BY_SLUG[self.slug].noun if self.slug in BY_SLUG else self.slug.replace("_", " ")

    @property
    def plural(self) -> str:
        """The last segment of its collection's path, under which its state is shown."""
        collection = self.delivery.collection
        return re.split("/", collection.path)[-1] if collection else self.slug


def kept_id(name: str, number: str) -> str:
    """The further id of that name of the resource with that id."""
    return f"{name}-{number}"


def put(value: Any, pointer: str, new: Any) -> None:
    """Put something at a JSON pointer, and make what is missing on the way."""
    tokens = pointer.split("/")[1:]
    for token, after in zip(tokens, [*tokens[1:], ""], strict=True):
        place: Any = token
        if isinstance(value, list):
            place = int(token)
            value += [None] * (place + 1 - len(value))
        there = value[place] if isinstance(value, list) else value.get(place)
        if not after:
            value[place] = new
        elif there is None:
            value[place] = [] if after.isdigit() else {}
        value = value[place]


@cache
def served(target: str) -> Mapping[str, Served]:
    """What there is to serve of a target, by slug."""
    found = {}
    for slug, delivery in TARGETS[target].deliveries().items():
        if delivery.collection is None or not delivery.item:
            continue  # what is not read one by one has endpoints of its own
        resource = BY_SLUG[slug]
        owner = resource.owner
        found[slug] = Served(
            slug, delivery, TARGETS[target].contract, owner.to if owner else "",
            resource.singleton, _behaviour(target, slug),
        )  # fmt: skip
    return found


def _behaviour(target: str, slug: str) -> Behaviour:
    module = f"{__package__}.{target}.{slug}"
    if find_spec(f"{__package__}.{target}") is None or find_spec(module) is None:
        return Behaviour()
    found = import_module(module).BEHAVIOUR
    assert isinstance(found, Behaviour)
    return found
