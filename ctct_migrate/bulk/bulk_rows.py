"""Rows of bulk requests, made of the bodies that create contacts one by one.

Everything that stops a contact from being created has stopped it before: whoever has opted out has
no such body.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ctct_migrate.targets.bulk_activity import BulkActivity, BulkColumn, address_key, put


@dataclass(frozen=True, slots=True)
class BulkRow:
    """One contact of a bulk request.

    lists     ids of the lists, sorted, each once
    address   the address as it is sent
    values    the JSON object in `import_data`
    columns   indices, in the columns of the activity, of what it has
    left_out  JSON pointers of what the contact's body says and the row has no place for; empty for
              a request that has no columns, such as a removal, which needs the address alone
    """

    lists: tuple[str, ...]
    address: str
    values: dict[str, Any]
    columns: frozenset[int]
    left_out: tuple[str, ...] = ()

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

    `contact` is the body that creates it (v2-resources, Contacts).  Raises KeyError or IndexError
    for a body without an address or without the array of lists, which no contract lets pass.
    """
    values: dict[str, Any] = {}
    columns = []
    used: set[tuple[str | int, ...]] = set()
    for index, column in enumerate(activity.columns):
        found = _first(column, contact)
        if found is None:
            continue
        path, value = found
        if column.row is not None:
            # A second place says the same in other words, as a state does beside its code.
            used |= {path, *(place.path for place in column.contact if not place.item)}
            put(values, column.row, value)
            columns.append(index)
    for place in activity.kept:
        value = _at(contact, place.path)
        used.add(place.path)
        if value is not None and _at(values, place.path[:-1]) is not None:
            put(values, place, value)
    address = activity.address.row
    assert address is not None, "every row has an address"
    left_out = (_pointer(path) for path in _leaves(contact) if path not in used)
    return BulkRow(
        tuple(sorted({each["id"] for each in contact["lists"]}, key=list_order)),
        contact["email_addresses"][0]["email_address"],
        values,
        frozenset(columns),
        tuple(left_out) if activity.named else (),
    )


def _first(
    column: BulkColumn, contact: Mapping[str, Any]
) -> tuple[tuple[str | int, ...], Any] | None:
    """The path and the value of a column in a contact's body; None where it has none."""
    for place in column.contact:
        if place.item:
            items = _at(contact, place.path) or ()
            for index, each in enumerate(items):
                if each["name"] == place.item:
                    return (*place.path, index), each["value"]
        elif (value := _at(contact, place.path)) is not None and value != "":
            return place.path, value
    return None


def _at(value: Any, path: Sequence[str | int]) -> Any:
    for token in path:
        if isinstance(value, Mapping):
            value = value.get(str(token))
        elif isinstance(value, list) and isinstance(token, int) and token < len(value):
            value = value[token]
        else:
            return None
    return value


#: What says nothing of its own: the lists are those of the group, the address is what a contact is
#: known by, and who opted in is not part of an import.
_ELSEWHERE = (("id",), ("lists",), ("email_addresses",))


def _leaves(contact: Mapping[str, Any]) -> Iterator[tuple[str | int, ...]]:
    """The paths of what a contact's body says."""
    waiting: list[tuple[tuple[str | int, ...], Any]] = [
        ((name,), contact[name]) for name in contact
    ]
    for path, value in waiting:
        if path in _ELSEWHERE:
            continue
        if isinstance(value, Mapping) and set(value) != {"name", "value"}:
            waiting.extend(((*path, name), each) for name, each in value.items())
        elif isinstance(value, list):
            waiting.extend(((*path, index), each) for index, each in enumerate(value))
        elif value not in (None, ""):
            yield path


def _pointer(path: tuple[str | int, ...]) -> str:
    return "".join(f"/{token}" for token in path)
