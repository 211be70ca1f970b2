"""What a bulk activity of a target is, as plain values: one request about many contacts.

A target declares its activities in `targets/NAME/bulk.py`, as `BULK`.  What one row of a request
holds is declared by columns, each of which says how v1's forms call it, how the target calls it,
and where its value stands in a contact's own body and in the row.  Converting contacts, converting
forms, comparing and sending all read these columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ctct_migrate.payload import Shape

if TYPE_CHECKING:
    from ctct_migrate.targets.target import Step


@dataclass(frozen=True, slots=True)
class ColumnPlace:
    """Where a value stands in a JSON object.

    path  a name; a name and 0, for the only item of an array; or a name, 0 and a name, for a property
          of the object that is that item: `("addresses", 0, "city")`
    item  for a value in an array of `{"name": …, "value": …}`, to which `path` leads: the name;
          empty for any other value
    """

    path: tuple[str | int, ...]
    item: str = ""


@dataclass(frozen=True, slots=True)
class BulkColumn:
    """One column of a bulk request.

    name      how the target calls it in `column_names`; empty where the target ignores it
    headings  how v1's forms called it, in capitals, the usual name first
    row       where its value stands in a row; None where the target ignores it
    contact   where its value stands in the body that creates a contact; the first that is there
    exported  how the target calls it in an export, where that is another name
    aliases   what people write for the heading though v1 has another word for it, in capitals
    code      for a column of codes: the code that a text is or names, None where there is none
    """

    name: str
    headings: tuple[str, ...]
    row: ColumnPlace | None
    contact: tuple[ColumnPlace, ...] = ()
    exported: str = ""
    aliases: tuple[str, ...] = ()
    code: Callable[[str], str | None] | None = None


@dataclass(frozen=True, slots=True)
class BulkLimits:
    """How much one request may hold.

    rows   contacts at most
    bytes  of JSON in UTF-8, at most
    """

    rows: int
    bytes: int


@dataclass(frozen=True, slots=True)
class BulkJobs:
    """How a target reports the jobs that bulk requests have begun.

    listing    path of the newest jobs, below the base URL; the answer is an array
    item       path of one, with `{id}`
    answered   properties that a job must have, as texts
    complete   the status of a job that did its work
    failed     statuses of one that gave up
    listed     how many the listing holds at most
    kept_days  how many days a job is kept
    from_rows  from how many contacts on many are sent by one request, unless the user says otherwise
    """

    listing: str
    item: str
    answered: tuple[str, ...]
    complete: str
    failed: frozenset[str]
    listed: int
    kept_days: int
    from_rows: int


@dataclass(frozen=True, eq=False)
class BulkActivity:
    """One kind of bulk request.

    name     in options and file names, and of its JSON Schema in `schemas/TARGET`: `addcontacts`
    type     how the target calls it in its records: `ADD_CONTACTS`
    v1       v1's names of it, as forms have them (`activityType`), the usual one first
    step     the call that starts it
    columns  what a row may hold, the address first; empty for a request without rows
    limits   how much one request may hold; None for a request without rows
    named    whether the request lists its columns
    takes    the resources that its rows are made of, by their slugs, each with the shape of the body
             that is read for it
    kept     properties that go along with others of their object: (`addresses`, 0, `address_type`)
    title    how messages call what it does: `adds contacts to lists`
    creates  whether it does for many contacts what creating them does for each
    """

    name: str
    type: str
    v1: tuple[str, ...]
    step: Step
    title: str
    columns: tuple[BulkColumn, ...] = ()
    limits: BulkLimits | None = None
    named: bool = False
    takes: Mapping[str, Shape] = field(default_factory=dict)
    kept: tuple[ColumnPlace, ...] = ()
    creates: bool = False

    @property
    def address(self) -> BulkColumn:
        """The column of the address.  Raises IndexError for a request without rows."""
        return self.columns[0]


def by_v1_name(activities: Mapping[str, BulkActivity]) -> Mapping[str, BulkActivity]:
    """The activities by each of v1's names of them."""
    return {name: each for each in activities.values() for name in each.v1}


def address_key(address: str) -> str:
    """An address without letter case and white space, by which contacts are told apart."""
    return "".join(address.split()).casefold()


def put(values: dict[str, Any], place: ColumnPlace, value: Any) -> None:
    """Puts a value into a row, and makes the objects and arrays that lead to it.  Places of one
    array have to come in the order of its items."""
    path = place.path
    name = str(path[0])
    if place.item:
        values.setdefault(name, []).append({"name": place.item, "value": value})
    elif len(path) == 1:
        values[name] = value
    elif len(path) == 2:
        values[name] = [value]
    else:
        array = values.setdefault(name, [{}])
        array[0][path[2]] = value
