"""What a bulk activity of a target is, as plain values: one request about many contacts.

A target declares its activities in `targets/NAME/bulk.py`, as `BULK`.  What one row of a request
holds is declared by columns, each of which says how v1's forms call it, how the target calls it,
and where its value stands in a contact's own body and in the row.  Converting contacts, converting
forms, comparing and sending all read these columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any

from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.payload import Shape
from ctct_migrate.unseen import without_nothing

if TYPE_CHECKING:
    from ctct_migrate.mapping.rows import Choices
    from ctct_migrate.targets.target import Step


@dataclass(frozen=True, slots=True)
class ColumnPlace:
    """Where a value stands in a JSON object.

    path  a name; a name and 0, for the only item of an array; or a name, 0 and a name, for a property
          of the object that is that item: `("addresses", 0, "city")`
    item  for a value in an array of `{"name": …, "value": …}`, to which `path` leads: the name;
          empty for any other value
    chosen   the path, where it depends on what the user chose; None for nowhere
    element  the v1 element whose custom field it is, where the account's label of it is a part of the
             path; else empty
    needed   whether somebody has to say that label, or that the value is left out
    """

    path: tuple[str | int, ...]
    item: str = ""
    chosen: Callable[[Choices], tuple[str | int, ...] | None] | None = None
    element: str = ""
    needed: bool = False

    def under(self, choices: Choices) -> ColumnPlace | None:
        """The place, given what the user chose; None for nowhere."""
        if self.chosen is None:
            return self
        path = self.chosen(choices)
        return None if path is None else ColumnPlace(path, self.item)


@dataclass(frozen=True, slots=True)
class BulkColumn:
    """One column of a bulk request.

    name      how the target calls it in `column_names`; empty where the target ignores it
    headings  how v1's forms called it, in capitals, the usual name first
    row       where its value stands in a row; None where the target ignores it
    contact   where its value stands in the body that creates a contact; the first that is there
    exported  how the target calls it in an export, where that is another name
    aliases   what people write for the heading though v1 has another word for it, in capitals
    code      for values that the target has in a form of its own, such as codes: that of a text, None
              where there is none
    noun      what such a value is: `a country`
    help      what to do about a value that is none; empty for what is said of any wrong value
    joined    what is put between the values of several columns that have one place in a row
    """

    name: str
    headings: tuple[str, ...]
    row: ColumnPlace | None
    contact: tuple[ColumnPlace, ...] = ()
    exported: str = ""
    aliases: tuple[str, ...] = ()
    code: Callable[[str], str | None] | None = None
    noun: str = "a country"
    help: str = ""
    joined: str = ""


@dataclass(frozen=True, slots=True)
class RowParts:
    """What a contact's body becomes in a row.

    values    the row: a JSON object, or the address alone
    left_out  JSON pointers of what the row has no place for
    unfit     why the request would change what the body says, in a clause; empty where it would not
    """

    values: Any
    left_out: tuple[str, ...] = ()
    unfit: str = ""


@dataclass(frozen=True, slots=True)
class BulkOption:
    """What becomes of another parameter of v1's forms: the property, and its value for each of v1's
    words; the word itself where there are none."""

    property: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def value(self, word: str) -> Any:
        """The value that a word becomes."""
        return self.values.get(word, word)


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

    listing    path of the newest jobs, below the base URL
    query      query parameters of that, in which `{type}` stands for the activity's type
    rows       JSON pointer of the array in its answer; empty where the answer is the array
    item       path of one, with `{id}`
    id, state, created, errors  names of the properties of a job that hold its id, its status, when it
               came into being, and its errors
    type       name of the property that holds its type; empty where a job does not say it
    contacts, error_count  JSON pointers of how many contacts it was about, and how many errors it has
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
    query: Mapping[str, str] = field(default_factory=dict)
    rows: str = ""
    id: str = "id"
    type: str = "type"
    state: str = "status"
    created: str = "created_date"
    errors: str = "errors"
    contacts: str = "/contact_count"
    error_count: str = "/error_count"

    def query_of(self, type_: str) -> dict[str, str]:
        """The query parameters that list the jobs of a type."""
        return {name: value.replace("{type}", type_) for name, value in self.query.items()}

    def is_complete(self, job: Mapping[str, Any]) -> bool:
        """Whether a job did its work."""
        return str(job.get(self.state)).casefold() == self.complete.casefold()

    def has_failed(self, job: Mapping[str, Any]) -> bool:
        """Whether a job gave up."""
        return str(job.get(self.state)).casefold() in {each.casefold() for each in self.failed}


@dataclass(frozen=True, eq=False)
class BulkActivity:
    """One kind of bulk request.

    name     in options and file names, and of its JSON Schema in `schemas/TARGET`: `addcontacts`
    type     how the target calls it in its records: `ADD_CONTACTS`
    v1       v1's names of it, as forms have them (`activityType`), the usual one first
    step     the call that starts it
    columns  what a row may hold, the address first; empty for a request without rows
    limits   how much one request may hold; None for a request without rows
    rows     JSON pointer of the array of rows
    plain    whether a row is the address alone, and not an object
    lists    JSON pointers of the arrays that hold the ids of the lists
    states   what stands in their place for the lists that v1 kept itself, by v1's names of them: name
             and value of a property
    headed   JSON pointer of the names of its columns; empty where the request does not list them
    fixed    properties that every such request has
    options  what becomes of other parameters of forms, by v1's names
    contact_lists  JSON pointer of the ids of the lists in a contact's body; `*` stands for any item
    parts    what a contact's body becomes in a row; None for what the columns say
    schema_name  name of its JSON Schema, where that is not its own
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
    rows: str = "/import_data"
    plain: bool = False
    lists: tuple[str, ...] = ("/lists",)
    states: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    headed: str = ""
    fixed: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, BulkOption] = field(default_factory=dict)
    contact_lists: str = "/lists/*/id"
    parts: Callable[[Mapping[str, Any]], RowParts] | None = None
    schema_name: str = ""
    takes: Mapping[str, Shape] = field(default_factory=dict)
    kept: tuple[ColumnPlace, ...] = ()
    creates: bool = False

    def with_rows(self, body: dict[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
        """A copy of a body with these rows."""
        found: dict[str, Any] = with_value(body, self.rows, list(rows))
        return found

    @property
    def address(self) -> BulkColumn:
        """The column of the address.  Raises IndexError for a request without rows."""
        return self.columns[0]

    @property
    def schema(self) -> str:
        """Name of its JSON Schema in `schemas/TARGET`."""
        return self.schema_name or self.name

    @property
    def contact_address(self) -> str:
        """JSON pointer of the address in a contact's body."""
        return pointer_of(self.address.contact[0].path)

    @property
    def row_address(self) -> str:
        """JSON pointer of the address in a row; empty where the row is the address, or there are no
        rows."""
        row = self.columns[0].row if self.columns and not self.plain else None
        return "" if row is None else pointer_of(row.path)

    def address_in(self, row: Any) -> str:
        """The address of a row of a body."""
        found = at(row, self.row_address)
        return found if isinstance(found, str) else ""

    def rows_in(self, body: Any) -> list[Any]:
        """The rows of a body; none where it has none."""
        found = at(body, self.rows)
        return found if isinstance(found, list) else []

    def lists_in(self, body: Any) -> tuple[str, ...]:
        """The ids of the lists of a body; none of those that stand there as a state."""
        found = at(body, self.lists[0])
        return tuple(found) if isinstance(found, list) else ()

    def lists_of(self, contact: Any) -> tuple[str, ...]:
        """The ids of the lists that a contact's body names."""
        array, _, inner = self.contact_lists.partition("/*")
        found = at(contact, array)
        return tuple(at(each, inner) for each in found) if isinstance(found, list) else ()

    def whole(
        self, lists: Sequence[str], names: Sequence[str] = (), rows: Sequence[Any] = (),
        options: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """A body: of these lists, with these names of its columns if it has such, with these rows if
        it takes any, and what other parameters of a form said."""
        body: dict[str, Any] = dict(self.fixed)
        given = options or {}
        for name, option in self.options.items():
            if name in given:
                body[option.property] = option.value(given[name])
        if self.limits is not None:
            _set(body, self.rows, list(rows))
        states = [self.states[each] for each in lists if each in self.states]
        body.update(states)
        for pointer in () if states else self.lists:
            _set(body, pointer, list(lists))
        if self.headed:
            _set(body, self.headed, list(names))
        return body


def _set(body: dict[str, Any], pointer: str, value: Any) -> None:
    """Puts a value at a JSON pointer, and makes the objects that lead to it."""
    *way, name = pointer.split("/")[1:]
    for each in way:
        body = body.setdefault(each, {})
    body[name] = value


def pointer_of(path: Sequence[str | int]) -> str:
    """The JSON pointer of a path."""
    return "".join(f"/{token}" for token in path)


def by_v1_name(activities: Mapping[str, BulkActivity]) -> Mapping[str, BulkActivity]:
    """The activities by each of v1's names of them."""
    return {name: each for each in activities.values() for name in each.v1}


def address_key(address: str) -> str:
    """An address without letter case, white space and what cannot be seen, by which contacts are told
    apart."""
    return "".join(without_nothing(address).split()).casefold()


def put(values: dict[str, Any], place: ColumnPlace, value: Any, joined: str = "") -> None:
    """Puts a value into a row, and makes the objects and arrays that lead to it; behind `joined`
    where there is one.  Places of one array have to come in the order of its items."""
    path = place.path
    name = str(path[0])
    if joined and name in values:
        values[name] = f"{values[name]}{joined}{value}"
    elif place.item:
        values.setdefault(name, []).append({"name": place.item, "value": value})
    elif len(path) == 1:
        values[name] = value
    elif len(path) == 2:
        values[name] = [value]
    else:
        array = values.setdefault(name, [{}])
        array[0][path[2]] = value
