"""JSON pointers (RFC 6901, without its escapes: no property that is pointed to has `/` or `~`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def at(value: Any, pointer: str) -> Any:
    """What stands at a JSON pointer in a JSON value; None where there is nothing."""
    for name in pointer.split("/")[1:]:
        if isinstance(value, list):
            value = value[int(name)] if name.isdigit() and int(name) < len(value) else None
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
        index = int(name)
        changed = list(value)
        changed[index] = with_value(value[index], slash + rest, new)
        return changed
    inner = value.get(name) if not slash else value[name]
    return {**value, name: with_value(inner, slash + rest, new)}
