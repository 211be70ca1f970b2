"""Bodies of a target's bulk requests, made of a form that nothing serious was found in.

Rows are read again, so that nothing is kept of forms that are only looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.reader.forms.csv_cells import CsvRow, rows
from ctct_migrate.rules.forms.form_look import FormLook, FormTable
from ctct_migrate.targets.bulk_activity import BulkActivity, address_key, put
from ctct_migrate.v1.form_parameters import FormKind


@dataclass(frozen=True, slots=True, eq=False)
class FormBody:
    """A body of a form.  Its rows are read from the form whenever it is asked for, so that a form
    of a million contacts is not kept in memory as JSON.

    activity    the target's request
    start, end  which part of the decoded data its rows stand in
    violation   what the contract would say of it; empty for nothing
    """

    activity: BulkActivity
    whole: dict[str, Any]
    start: int = 0
    end: int = 0
    violation: str = ""
    reading: RowReading | None = None

    @property
    def body(self) -> dict[str, Any]:
        """Its JSON value, made anew each time."""
        if self.reading is None:
            return self.whole
        made = [values for _, values in self.reading.between(self.start, self.end)]
        return self.activity.with_rows(self.whole, made)

    @property
    def rows(self) -> tuple[int, ...]:
        """For each of its rows, where that begins in the decoded data."""
        if self.reading is None:
            return ()
        return tuple(start for start, _ in self.reading.between(self.start, self.end))


def bodies(look: FormLook) -> Iterator[FormBody]:
    """The bodies of a form, each below the limits of the target."""
    activity = look.activity
    if activity is None or look.kind is None:
        return
    lists = [each.id for each in look.lists]
    if look.kind is FormKind.CLEAR:
        yield _checked(look, FormBody(activity, activity.whole(lists)))
    elif look.kind is FormKind.EXPORT:
        whole = activity.whole(lists, exported_names(look), options=look.options)
        yield _checked(look, FormBody(activity, whole))
    elif look.table is not None:
        yield from _imports(look, activity, look.table, lists)


def exported_names(look: FormLook) -> list[str]:
    """How the target calls the columns of an export, each once, that of the address among them."""
    names = dict.fromkeys(column.exported or column.name for column, _ in look.exported)
    address = look.adding.address.exported
    return list(names) if address in names else [address, *names]


def _checked(look: FormLook, made: FormBody, body: dict[str, Any] | None = None) -> FormBody:
    """A body with what the contract says of it."""
    body = made.body if body is None else body
    contract, name = look.target.contract, made.activity.schema
    if contract.is_valid(name, "create", body):
        return made
    return replace(made, violation=contract.violations(name, "create", body)[0].message)


class RowReading:
    """Rows of a form as the target takes them, each address once."""

    def __init__(self, look: FormLook, activity: BulkActivity, table: FormTable):
        self._activity, self._table = activity, table
        self._address_type = look.choices.address_type
        #: Where each column's value goes; None for nowhere.
        self.places = {
            id(column): column.row.under(look.choices) if column.row is not None else None
            for column in activity.columns
        }
        used = [
            (index, column, place)
            for index, column in enumerate(table.columns)
            if column is not None and (place := self.places.get(id(column))) is not None
        ]
        self.names = list(dict.fromkeys(column.name for _, column, _ in used))
        # An array lists what it holds in the order of the columns, whatever that of the form.
        order = {id(column): number for number, column in enumerate(activity.columns)}
        self._used = sorted(used, key=lambda each: order[id(each[1])])
        self._again: set[int] = set()

    def all(self) -> Iterator[tuple[CsvRow, Any]]:
        """The rows with their values; notes those whose address has come before."""
        seen: set[str] = set()
        for row in rows(self._table.decoded.value, self._table.start, self._table.separator):
            values = self._values(row.values)
            if values is None:
                continue
            key = address_key(self._activity.address_in(values))
            if key in seen:
                self._again.add(row.start)
                continue
            seen.add(key)
            yield row, values

    def between(self, start: int, end: int) -> Iterator[tuple[int, Any]]:
        """The rows of a part of the data, each with where it begins, once `all` has been read."""
        for row in rows(self._table.decoded.value, start, self._table.separator):
            if row.start >= end:
                return
            values = self._values(row.values)
            if values is not None and row.start not in self._again:
                yield row.start, values

    def _values(self, cells: list[str]) -> Any:
        """A row as the target takes it; None for one without an address."""
        made: dict[str, Any] = {}
        for index, column, place in self._used:
            text = cells[index].strip() if index < len(cells) else ""
            if not text:
                continue
            if self._activity.plain:
                return text  # the address, which is the one column
            value = column.code(text) if column.code is not None else text
            if value is not None:  # that it is no code has been reported
                put(made, place, value, column.joined)
        for place in self._activity.kept:
            if place.path[0] in made:
                put(made, place, self._address_type)
        return made if self._activity.address_in(made) else None


def _imports(
    look: FormLook, activity: BulkActivity, table: FormTable, lists: list[str]
) -> Iterator[FormBody]:
    limits = activity.limits
    assert limits is not None, "a request with rows has limits"
    reading = RowReading(look, activity, table)
    whole = activity.whole(lists, reading.names)
    around = len(orjson.dumps(whole))
    made: list[Any] = []
    size, start, end = around, table.start, table.start

    def body() -> FormBody:
        one = FormBody(activity, whole, start, end, reading=reading)
        return _checked(look, one, activity.with_rows(whole, made))

    for row, values in reading.all():
        length = len(orjson.dumps(values)) + 1
        if made and (len(made) == limits.rows or size + length > limits.bytes):
            yield body()
            made, size, start = [], around, row.start
        made.append(values)
        size += length
        end = row.end
    if made:
        yield body()
