"""What a campaign's properties are when nothing was said of them, read from the contract.

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

from ctct_migrate.contract.contract import Limits, limits, properties

_RESOURCE = "campaign"
_BLANKS = {"boolean": "false", "integer": "0", "array": "[]"}


@cache
def statuses() -> tuple[str, ...]:
    """The statuses that a campaign can have."""
    return limits(_RESOURCE, "/status").enum


@cache
def read_only() -> frozenset[str]:
    """Names of the properties that only the server writes."""
    return frozenset(name for name in _names() if limits(_RESOURCE, f"/{name}").read_only)


def campaign() -> dict[str, Any]:
    """A campaign of which nothing was said, without its id: a new object."""
    return {name: blank for name, blank in _blank_properties("") if name != "id"}


def _names() -> list[str]:
    """The properties of a campaign itself, without those inside them."""
    return _inside("")


def _inside(at: str) -> list[str]:
    """The names directly below a pointer."""
    below = [
        p.removeprefix(f"{at}/") for p in properties(_RESOURCE, "record") if p.startswith(f"{at}/")
    ]
    return [name for name in below if name and "/" not in name]


def _blank_properties(at: str) -> Iterator[tuple[str, Any]]:
    for name in _inside(at):
        known, blank = _blank(limits(_RESOURCE, f"{at}/{name}"))
        if known:
            yield name, blank


def _blank(limit: Limits) -> tuple[bool, Any]:
    """Whether a property can be blank, and what it is then."""
    if limit.type in _BLANKS:
        return True, json.loads(_BLANKS[limit.type])
    if limit.type == "object":
        children = [limits(_RESOURCE, f"{limit.pointer}/{n}") for n in _inside(limit.pointer)]
        counts = all(child.type == "integer" for child in children)
        return counts, dict(_blank_properties(limit.pointer)) if counts else None
    fits = not (limit.enum or limit.pattern or limit.format or limit.min_length)
    return limit.nullable, "" if fits else None
