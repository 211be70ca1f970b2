"""Bodies of a target's bulk requests, made of a form that nothing serious was found in.

Rows are read again, so that nothing is kept of forms that are only looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from ctct_migrate.reader.forms.csv_cells import rows
from ctct_migrate.rules.forms.form_look import FormLook, FormTable
from ctct_migrate.targets.bulk_activity import BulkActivity, BulkColumn, address_key, put
from ctct_migrate.v1.form_parameters import FormKind


@dataclass(frozen=True, slots=True)
class FormBody:
    """A body of a form.

    activity  the target's request
    body      its JSON value
    rows      for each of its rows, where that begins in the decoded data; empty without rows
    """

    activity: BulkActivity
    body: dict[str, Any]
    rows: tuple[int, ...] = ()


def bodies(look: FormLook) -> Iterator[FormBody]:
    """The bodies of a form, each below the limits of the target."""
    activity = look.activity
    if activity is None or look.kind is None:
        return
    lists = [each.id for each in look.lists]
    if look.kind is FormKind.CLEAR:
        yield FormBody(activity, {"lists": lists})
    elif look.kind is FormKind.EXPORT:
        yield FormBody(activity, _export(look, lists))
    elif look.table is not None:
        yield from _imports(look, activity, look.table, lists)


def _export(look: FormLook, lists: list[str]) -> dict[str, Any]:
    body: dict[str, Any] = {"file_type": "CSV"}
    if "sortBy" in look.options:
        body["sort_by"] = look.options["sortBy"]
    for name, property in _FLAGS:
        if name in look.options:
            body[property] = look.options[name] == "true"
    body["lists"] = lists
    names = [column.exported or column.name for column, _ in look.exported]
    address = look.adding.address.exported
    body["column_names"] = names if address in names else [address, *names]
    return body


#: reference, mapping-v2, v1 activity request.
_FLAGS = (("exportOptDate", "export_date_added"), ("exportOptSource", "export_added_by"))


def _imports(
    look: FormLook, activity: BulkActivity, table: FormTable, lists: list[str]
) -> Iterator[FormBody]:
    limits = activity.limits
    assert limits is not None, "a request with rows has limits"
    taken = {id(column) for column in activity.columns}
    used = [
        (index, column)
        for index, column in enumerate(table.columns)
        if column is not None and column.row is not None and id(column) in taken
    ]
    whole: dict[str, Any] = {"import_data": [], "lists": lists}
    if activity.named:
        whole["column_names"] = list(dict.fromkeys(column.name for _, column in used))
    # An array lists what it holds in the order of the columns, whatever that of the form.
    order = {id(column): number for number, column in enumerate(activity.columns)}
    used.sort(key=lambda each: order[id(each[1])])
    around = len(orjson.dumps(whole))
    made: list[dict[str, Any]] = []
    starts: list[int] = []
    seen: set[str] = set()
    size = around
    for row in rows(table.decoded.value, table.start, table.separator):
        values = _row(row.values, used, activity, look.choices.address_type)
        if values is None:
            continue
        key = address_key(values["email_addresses"][0])
        if key in seen:
            continue
        seen.add(key)
        length = len(orjson.dumps(values)) + 1
        if made and (len(made) == limits.rows or size + length > limits.bytes):
            yield FormBody(activity, {**whole, "import_data": made}, tuple(starts))
            made, starts, size = [], [], around
        made.append(values)
        starts.append(row.start)
        size += length
    if made:
        yield FormBody(activity, {**whole, "import_data": made}, tuple(starts))


def _row(
    values: list[str],
    used: list[tuple[int, BulkColumn]],
    activity: BulkActivity,
    address_type: str,
) -> dict[str, Any] | None:
    """A row as the target takes it; None for one without an address."""
    made: dict[str, Any] = {}
    for index, column in used:
        text = values[index].strip() if index < len(values) else ""
        if not text:
            continue
        assert column.row is not None, "columns without a place are not used"
        put(made, column.row, column.code(text) if column.code is not None else text)
    for place in activity.kept:
        if place.path[0] in made:
            put(made, place, address_type)
    return made if "email_addresses" in made else None
