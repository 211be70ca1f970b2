"""JSON pointers (RFC 6901, without its escapes: no property that is pointed to has `/` or `~`).

A token may also say which item of an array is meant by what that has: `[role=primary_email]` is the
first item, an object, whose `role` is `primary_email`.  Letter case of the value does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def at(value: Any, pointer: str) -> Any:
    """What stands at a JSON pointer in a JSON value; None where there is nothing."""
    for name in pointer.split("/")[1:]:
        if isinstance(value, list):
            index = _index(value, name)
            value = None if index is None else value[index]
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
    return value


def with_value(value: Any, pointer: str, new: Any) -> Any:
    """A copy of a JSON value with another value at a JSON pointer, whose last token alone may be
    of a property that is not there.  Raises KeyError or IndexError where the way there is not."""
    if not pointer:
        return new
    name, slash, rest = pointer[1:].partition("/")
    if isinstance(value, list):
        index = _index(value, name)
        if index is None:
            raise IndexError(name)
        changed = list(value)
        changed[index] = with_value(value[index], slash + rest, new)
        return changed
    inner = value.get(name) if not slash else value[name]
    return {**value, name: with_value(inner, slash + rest, new)}


def _index(items: list[Any], name: str) -> int | None:
    """Which item of an array a token means; None for none."""
    if name.startswith("["):
        property_, _, wanted = name[1:-1].partition("=")
        wanted = wanted.casefold()
        for index, item in enumerate(items):
            if isinstance(item, Mapping) and str(item.get(property_)).casefold() == wanted:
                return index
        return None
    return int(name) if name.isdigit() and int(name) < len(items) else None
