"""Whether what the server has is what was sent, and what an update would empty.

Servers answer more than they were sent (ids, dates, blanks for what was left out) and write some
of it in another way.  Two values are the same here when they mean the same: blank is blank however it
is written, a moment is a moment, the order of lists does not matter; what else does not matter is
said by the delivery (`Delivery.forms`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.targets.target import Delivery


def differences(delivery: Delivery, sent: Any, stored: Any, place: str = "") -> list[str]:
    """JSON pointers of what was sent and is not stored so.  The id, and what only the server
    writes, do not count.  `place` is the pointer in the body of what was sent, if that is a part."""
    return [
        pointer
        for pointer, one, other in _pairs(place, sent, stored)
        if _writable(delivery, pointer)
        and not _holds(delivery, pointer, one, other)
        and _value(delivery, pointer, one) != _value(delivery, pointer, other)
    ]


def emptied(delivery: Delivery, sent: Any, stored: Any, place: str = "") -> list[str]:
    """JSON pointers of what the server has, and would not have after a PUT of `sent`, the part of a
    body at `place`; of a whole object that is left out, the object's alone."""
    found: list[str] = []
    for pointer in delivery.table.contract.properties(delivery.schema, "update"):
        if pointer == "/id" or any(pointer.startswith(f"{parent}/") for parent in found):
            continue
        if not pointer.startswith(f"{place}/") or not _writable(delivery, pointer):
            continue
        if any(f"{pointer}/".startswith(f"{kept}/") for kept in delivery.table.kept):
            continue  # what is left out there stays
        inner = pointer.removeprefix(place)
        made_of = delivery.restored.get(pointer)
        if made_of == "" or (made_of and not _blank(at(sent, made_of.removeprefix(place)))):
            continue
        if not _blank(at(stored, inner)) and _blank(at(sent, inner)):
            found.append(pointer)
    return found


def taken_away(delivery: Delivery, sent: Any, stored: Any) -> dict[str, list[str]]:
    """What the server has in a list of which nothing may be lost, and would not have after a PUT of
    `sent`: by the list's pointer, what the lost objects are told apart by."""
    found = {}
    for pointer, name in delivery.gathers.items():
        given = at(sent, pointer)
        if given is None and pointer in delivery.table.kept:
            continue  # what is left out there stays
        kept = {_told_apart(each, name) for each in given or ()}
        there = [_told_apart(each, name) for each in at(stored, pointer) or ()]
        lost = [str(each) for each in there if each is not None and each not in kept]
        if lost:
            found[pointer] = lost
    return found


def _told_apart(item: Any, name: str) -> Any:
    """What an item of a list is told apart by: its property of that name, or itself."""
    return item.get(name) if name else item


def instant(value: object) -> datetime | None:
    """An ISO 8601 date-time with a zone, in UTC, to the millisecond; None for anything else."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _pairs(at: str, sent: Any, stored: Any) -> Iterator[tuple[str, Any, Any]]:
    """What was sent, with what is stored at its place: objects taken apart, lists whole."""
    if not isinstance(sent, Mapping):
        yield at, sent, stored
        return
    other = stored if isinstance(stored, Mapping) else {}
    for name, value in sent.items():
        yield from _pairs(f"{at}/{name}", value, other.get(name))


def _holds(delivery: Delivery, pointer: str, sent: Any, stored: Any) -> bool:
    """Whether a list of objects is stored as it was sent: each object of it once, with more in it
    perhaps, since servers add what they know besides; and no other."""
    if not (isinstance(sent, list) and sent and isinstance(stored, list)):
        return False
    left = [each for each in stored if isinstance(each, Mapping)]
    if len(sent) != len(left) or len(left) != len(stored):
        return False
    for number, item in enumerate(sent):
        if not isinstance(item, Mapping):
            return False
        forms = [f"{pointer}/{number}/{name}" for name in item]
        found = next(
            (
                each
                for each in left
                if all(
                    _value(delivery, form, value) == _value(delivery, form, each.get(name))
                    for form, (name, value) in zip(forms, item.items(), strict=True)
                )
            ),
            None,
        )
        if found is None:
            return False
        left.remove(found)
    return True


def _writable(delivery: Delivery, pointer: str) -> bool:
    if pointer == "/id":
        return False
    try:
        return not delivery.table.contract.limits(delivery.schema, pointer).read_only
    except KeyError:
        return True


def _blank(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_blank(item) for item in value.values())
    return value in (None, "", False, [])


def _value(delivery: Delivery, pointer: str, value: Any) -> Any:
    """A form of `value` that is equal for what is the same."""
    if _blank(value):
        return None
    if isinstance(value, list):
        return frozenset(repr(_item(item)) for item in value)
    if not isinstance(value, str):
        return value
    if moment := instant(value):
        return moment
    text = re.sub(r"\r\n?", "\n", value).strip()
    form = delivery.forms.get(pointer)
    return form(text) if form else text


def _item(value: Any) -> Any:
    """An item of a list: of an object, what is not blank."""
    if isinstance(value, Mapping):
        return sorted((name, str(item)) for name, item in value.items() if not _blank(item))
    return value
