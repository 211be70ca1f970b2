"""Rows of bulk requests, made of the bodies that create contacts one by one.

Everything that stops a contact from being created has stopped it before: whoever has opted out has
no such body.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.targets.bulk_activity import (
    BulkActivity,
    ColumnPlace,
    address_key,
    pointer_of,
    put,
)


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One contact of a bulk request.

    lists     ids of the lists, sorted, each once
    address   the address as it is sent
    values    what stands for it in the request: a JSON object, or the address alone
    columns   indices, in the columns of the activity, of what it has
    left_out  JSON pointers of what the contact's body says and the row has no place for; empty for
              a request that has no columns, such as a removal, which needs the address alone
    unfit     why the request would change what the body says, in a clause; empty where it would not
    """

    lists: tuple[str, ...]
    address: str
    values: Any
    columns: frozenset[int]
    left_out: tuple[str, ...] = ()
    unfit: str = ""

    @property
    def key(self) -> str:
        """What two rows of one contact have in common: its address without letter case and white
        space."""
        return address_key(self.address)


def list_order(number: str) -> tuple[int, str]:
    """How the ids of lists are sorted: as numbers, where they are numbers."""
    return (len(number), number) if number.isdecimal() else (1_000, number)


def row_of(activity: BulkActivity, contact: Mapping[str, Any]) -> BulkRow:
    """The row of a contact.

    `contact` is the body that creates it.  Raises KeyError for a body without an address, which no
    contract lets pass.
    """
    lists = tuple(sorted(set(activity.lists_of(contact)), key=list_order))
    address = at(contact, activity.contact_address)
    if address is None:
        raise KeyError(activity.contact_address)
    if activity.parts is not None:
        made = activity.parts(contact)
        return BulkRow(lists, address, made.values, frozenset(), made.left_out, made.unfit)
    by_path, by_item, kept = _plan(activity)
    found: dict[int, tuple[int, Any]] = {}
    beside: list[tuple[_Path, Any]] = []
    left_out: list[_Path] = []
    for path, item, value in _leaves(contact):
        place = by_item.get(item) if item else by_path.get(path)
        if place is None:
            if path in kept:
                beside.append((path, value))
            else:
                left_out.append(path)
            continue
        index, rank = place
        # A second place says the same in other words, as a state does beside its code.
        if index not in found or rank < found[index][0]:
            found[index] = rank, value
    values: dict[str, Any] = {}
    for index in sorted(found):
        row = activity.columns[index].row
        assert row is not None, "columns without a place are not in the plan"
        put(values, row, found[index][1])
    for path, value in beside:
        if path[0] in values:
            put(values, kept[path], value)
    return BulkRow(
        lists,
        address,
        values,
        frozenset(found),
        tuple(map(pointer_of, left_out)) if activity.headed else (),
    )


_Path = tuple[str | int, ...]


@cache
def _plan(
    activity: BulkActivity,
) -> tuple[dict[_Path, tuple[int, int]], dict[str, tuple[int, int]], dict[_Path, ColumnPlace]]:
    """The index of the column that takes a value of a contact's body, with its rank among the
    places of that column: by its path, and by its name in an array of names and values.  And what
    goes along with others, by its path."""
    by_path: dict[_Path, tuple[int, int]] = {}
    by_item: dict[str, tuple[int, int]] = {}
    for index, column in enumerate(activity.columns):
        for rank, place in enumerate(column.contact if column.row is not None else ()):
            if place.item:
                by_item[place.item] = index, rank
            else:
                by_path[place.path] = index, rank
    return by_path, by_item, {place.path: place for place in activity.kept}


#: What says nothing of its own: the lists are those of the group, and the id is the account's.
_ELSEWHERE = frozenset({"id", "lists"})


def _leaves(contact: Mapping[str, Any]) -> Iterator[tuple[_Path, str, Any]]:
    """What a contact's body says: the path of each value, and its name where it stands in an array
    of names and values."""
    for name, value in contact.items():
        if name in _ELSEWHERE:
            continue
        if not isinstance(value, list):
            if value is not None and value != "":
                yield (name,), "", value
            continue
        for index, each in enumerate(value):
            if not isinstance(each, dict):
                yield (name, index), "", each
            elif "value" in each and "name" in each:
                yield (name, index), each["name"], each["value"]
            else:
                for key, inner in each.items():
                    if inner is not None and inner != "" and (name, key) not in _CONSENT:
                        yield (name, index, key), "", inner


#: Who opted in, and when, is not part of an import.
_CONSENT = frozenset({("email_addresses", "opt_in_source")})


def without(contact: Mapping[str, Any], pointers: Iterable[str]) -> dict[str, Any]:
    """A contact's body without what stands at JSON pointers, and without objects and arrays that are
    empty then: with `BulkRow.left_out`, what its row says."""
    found: dict[str, Any] = _kept(contact, "", frozenset(pointers))
    return found


def _kept(value: Any, pointer: str, gone: frozenset[str]) -> Any:
    """What is left of a value, None where nothing is."""
    if pointer in gone:
        return None
    if isinstance(value, Mapping):
        parts = {name: _kept(each, f"{pointer}/{name}", gone) for name, each in value.items()}
        left = {name: each for name, each in parts.items() if each is not None}
        return left if left or not pointer else None
    if isinstance(value, list):
        items = [_kept(each, f"{pointer}/{index}", gone) for index, each in enumerate(value)]
        return [each for each in items if each is not None] or None
    return value
