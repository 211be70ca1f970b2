"""Which other resources a body names, and by which ids; and the body with other ids.

Which properties name a resource follows from its references and from the rows of its table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.payload import Payload
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.targets.target import Delivery


class NamingProperty(NamedTuple):
    """A property of a body that names another resource.

    resource  slug of the resource that is named
    pointer   JSON pointer; `*` stands for any item of a list
    """

    resource: str
    pointer: str

    @property
    def top(self) -> str:
        """Name of the property of the body that it is, or is in."""
        return self.pointer.split("/")[1]


class NamedId(NamedTuple):
    """An id in a body: where it stands, the resource that it names, and the id."""

    pointer: str
    resource: str
    id: str


#: Ids of resources, old to new, by slug.
IdMap = Mapping[str, Mapping[str, str]]


def naming_properties(delivery: Delivery) -> tuple[NamingProperty, ...]:
    """The properties of a delivery's bodies that name another resource."""
    return tuple(
        NamingProperty(reference.to, row.pointer)
        for reference in BY_SLUG[delivery.resource].references
        if not reference.owner
        for row in delivery.table.rows
        if row.pointer and row.path in reference.paths
    )


def named_ids(delivery: Delivery, body: Mapping[str, Any]) -> Iterator[NamedId]:
    """The ids of other resources in a body, in order."""
    for resource, pointer in naming_properties(delivery):
        head, star, tail = pointer.partition("/*")
        value = at(body, head)
        if not star:
            if isinstance(value, str):
                yield NamedId(pointer, resource, value)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(found := at(item, tail), str):
                    yield NamedId(f"{head}/{index}{tail}", resource, found)


def given(delivery: Delivery, body: Mapping[str, Any]) -> dict[str, Any]:
    """The properties of a body that name other resources."""
    names = {each.top for each in naming_properties(delivery)}
    return {name: value for name, value in body.items() if name in names}


def mapped(
    delivery: Delivery, body: Mapping[str, Any], new_id: Callable[[str, str], str]
) -> tuple[dict[str, Any], dict[str, list[int]]]:
    """A body with other ids: `new_id` gives one for a slug and an id.  With it, for each list of
    ids, by pointer, which of the document's each item was: two old ids may become one, which is
    then there once."""
    changed = dict(body)
    origins: dict[str, list[int]] = {}
    for resource, pointer in naming_properties(delivery):
        head, star, tail = pointer.partition("/*")
        value = at(changed, head)
        if not star:
            if isinstance(value, str):
                changed = with_value(changed, pointer, new_id(resource, value))
        elif isinstance(value, list):
            pairs = [_renamed(item, tail, resource, new_id) for item in value]
            kept: dict[str, tuple[int, Any]] = {}
            for index, (new, made) in enumerate(pairs):
                kept.setdefault(new, (index, made))
            if [made for _, made in pairs] == value:  # as the document has it, even what is twice
                kept = {str(index): (index, item) for index, item in enumerate(value)}
            changed = with_value(changed, head, [made for _, made in kept.values()])
            origins[head] = [index for index, _ in kept.values()]
    return changed, origins


def _renamed(
    item: Any, tail: str, resource: str, new_id: Callable[[str, str], str]
) -> tuple[str, Any]:
    """The new id of an item of a list, and the item with it."""
    old = at(item, tail)
    if not isinstance(old, str):
        return repr(item), item
    new = new_id(resource, old)
    return new, with_value(item, tail, new)


def chosen(maps: IdMap) -> Callable[[str, str], str]:
    """The new id that `maps` says, else the old one."""
    return lambda resource, old: maps.get(resource, {}).get(old, old)


def owner_of(payload: Payload) -> str | None:
    """The v1 id of the resource that the payload's resource lives in, after that of what that one
    lives in and `/`, as the ledger has numbers (`event/item`); None for none."""
    owner = BY_SLUG[payload.resource].owner
    ids: list[str] = []
    while owner is not None:
        named = payload.references.get(owner.to, ())
        if not named:
            break
        ids.insert(0, named[0])
        owner = BY_SLUG[owner.to].owner if owner.to in BY_SLUG else None
    return "/".join(ids) or None


def number_of(payload: Payload) -> str | None:
    """What the ledger knows the payload's document by (`LedgerDocument.number`)."""
    resource, owner = BY_SLUG[payload.resource], owner_of(payload)
    if resource.owner is None or resource.singleton:
        return payload.number if resource.owner is None else owner
    return None if owner is None or payload.number is None else f"{owner}/{payload.number}"


def is_id(delivery: Delivery | None, text: str) -> bool:
    """Whether a text has the form of the target's ids of a resource."""
    form = delivery.id_form if delivery is not None else ""
    return not form or re.fullmatch(form, text, re.ASCII | re.IGNORECASE) is not None
