"""What a resource's properties are when nothing was said of them, read from the contract.

v2 answers properties that were left out or emptied, too.  The reference says that PUT empties and
not what empty looks like; here it is false, "", [] or 0 by the property's type, null where the
contract takes no empty text, and nothing at all where it takes neither (`reply_to_email`,
`message_footer`).  No property is named in this module but the id, which is never blank.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from ctct_migrate.contract.contract import Contract, PropertyLimits

_BLANKS = {"boolean": "false", "integer": "0", "array": "[]"}


@cache
def statuses(contract: Contract, resource: str) -> tuple[str, ...]:
    """The statuses that a resource (its slug) can have; none where it has no status."""
    if "status" not in names(contract, resource):
        return ()
    return contract.limits(resource, "/status").enum


@cache
def read_only(contract: Contract, resource: str) -> frozenset[str]:
    """Names of the properties that only the server writes."""
    return frozenset(
        name
        for name in names(contract, resource)
        if contract.limits(resource, f"/{name}").read_only
    )


def record(contract: Contract, resource: str) -> dict[str, Any]:
    """A resource of which nothing was said, without its id: a new object."""
    found = _blank_properties(contract, resource, "")
    return {name: blank for name, blank in found if name != "id"}


@cache
def names(contract: Contract, resource: str) -> tuple[str, ...]:
    """The properties of a resource itself, without those inside them."""
    return tuple(_inside(contract, resource, ""))


def _inside(contract: Contract, resource: str, at: str) -> list[str]:
    """The names directly below a pointer."""
    below = [
        pointer.removeprefix(f"{at}/")
        for pointer in contract.properties(resource, "record")
        if pointer.startswith(f"{at}/")
    ]
    return [name for name in below if name and "/" not in name]


def _blank_properties(contract: Contract, resource: str, at: str) -> Iterator[tuple[str, Any]]:
    for name in _inside(contract, resource, at):
        known, blank = _blank(contract, resource, contract.limits(resource, f"{at}/{name}"))
        if known:
            yield name, blank


def _blank(contract: Contract, resource: str, limit: PropertyLimits) -> tuple[bool, Any]:
    """Whether a property can be blank, and what it is then."""
    if limit.type in _BLANKS:
        return True, json.loads(_BLANKS[limit.type])
    if limit.type == "object":
        inside = _inside(contract, resource, limit.pointer)
        children = [contract.limits(resource, f"{limit.pointer}/{name}") for name in inside]
        counts = all(child.type == "integer" for child in children)
        found = _blank_properties(contract, resource, limit.pointer)
        return counts, dict(found) if counts else None
    fits = not (limit.enum or limit.pattern or limit.format or limit.min_length)
    return limit.nullable, "" if fits else None
