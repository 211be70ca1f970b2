"""Comparing: the bodies that are said to be of a form with what it converts to.

A request about many contacts says the same in any order of its rows, lists and columns, in any
letter case of the names of its columns, and however many requests its rows are spread over.  Rows
are matched by their addresses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.json_pointers import at
from ctct_migrate.mapping.divergence import kind, short
from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.forms.form_request import FormRequest
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversion.bodies import NO_PARTNER
from ctct_migrate.rules.conversion.losses import NOT_EQUIVALENT
from ctct_migrate.rules.forms.form_payloads import form_payloads
from ctct_migrate.rules.linting import judge
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkActivity, address_key
from ctct_migrate.verification.json_bodies import Body

#: What a body says: by what it is about, in words, the value and its JSON pointer.
_Said = dict[tuple[str, ...], tuple[Any, str]]

#: Differences that are listed.
_MOST = 1_000


def compare_form(
    document: Document,
    form: FormRequest,
    bodies: Sequence[Body],
    target: str,
    choices: Choices,
) -> list[Diagnostic]:
    """What makes `bodies` differ from what a form converts to, in the form's order; empty if they
    say the same.  A form that cannot be converted gives its own errors."""
    judged = judge(document, Shape.CREATE, None, target, choices)
    errors = [each for each in judged.diagnostics if each.stops_conversion]
    if errors:
        return errors
    payloads = form_payloads(document, form, judged.bodies, target)
    report = Reporter(document.source)
    start = form.start
    if not bodies:
        message = "the JSON has no body for this form"
        return [report.at(NO_PARTNER, start, start, message, help=(NO_PARTNER.how,))]
    for body in bodies:
        if not isinstance(body.value, dict):
            message = f"the JSON is {kind(body.value)}, `{short(body.value)}`"
            return [
                report.at(
                    NOT_EQUIVALENT, start, start, message, label="expected an object",
                    help=(NOT_EQUIVALENT.how,),
                )
            ]  # fmt: skip
    wanted, found = _Said(), _Said()
    homes: dict[tuple[str, ...], Payload] = {}
    activity = TARGETS[target].bulk[payloads[0].resource]
    for payload in payloads:
        said = _said(activity, payload.body)
        homes.update(dict.fromkeys(said, payload))
        wanted.update(said)
    for body in bodies:
        found.update(_said(activity, body.value))
    found_ones = _differences(report, form, activity, homes, wanted, found)
    return sorted(found_ones, key=lambda each: each.span)


def _differences(
    report: Reporter,
    form: FormRequest,
    activity: BulkActivity,
    homes: Mapping[tuple[str, ...], Payload],
    wanted: _Said,
    found: _Said,
) -> Iterator[Diagnostic]:
    count = 0
    for key in dict.fromkeys([*wanted, *found]):
        if count == _MOST:
            return
        there, here = wanted.get(key), found.get(key)
        if there is not None and here is not None and there[0] == here[0]:
            continue
        if len(key) > 2 and (_ROWS, key[1]) not in (found if here is None else wanted):
            continue  # the whole row is missing, or too many, and that is reported
        count += 1
        what = " of ".join(reversed(key[1:])) if len(key) > 1 else key[0]
        start = end = form.start
        if there is not None:
            spans = homes[key].source_map
            above = _above(there[1], activity.row_address)
            place = next((each for each in above if each in spans), None)
            if place is not None:
                start = report.source.character(spans[place].start.offset)
                end = report.source.character(spans[place].end.offset)
        if here is None and there is not None:
            message, label = f"the JSON has no {what}", f"expected `{short(there[0])}`"
        elif there is None and here is not None:
            message, label = f"the JSON has {what}, and the form says nothing of it", ""
        else:
            assert there is not None
            assert here is not None
            message = f"{what} is `{short(here[0])}` in the JSON"
            label = f"expected `{short(there[0])}`"
        pointer = (here or there or ("", ""))[1]
        yield report.at(
            NOT_EQUIVALENT, start, end, message, label=label,
            help=(f"JSON pointer: {pointer}",),
        )  # fmt: skip


def _above(pointer: str, address: str) -> Iterator[str]:
    """A pointer, what it stands in, and the address in it, whose pointer in a row is `address`."""
    while pointer:
        yield pointer
        yield f"{pointer}{address}"
        pointer = pointer.rpartition("/")[0]


#: What stands for the rows in what a body says.
_ROWS = "rows"


def _said(activity: BulkActivity, body: Mapping[str, Any]) -> _Said:
    said = _Said()
    arrays = dict.fromkeys(activity.lists, "list")
    if activity.headed:
        arrays[activity.headed] = "column"
    for number, row in enumerate(activity.rows_in(body) if activity.limits is not None else ()):
        _row(said, activity, row, f"{activity.rows}/{number}")
    for pointer, noun in arrays.items():
        found = at(body, pointer)
        for number, each in enumerate(found if isinstance(found, list) else ()):
            text = str(each).upper() if noun == "column" else str(each)
            said[pointer, f"{noun} `{text}`"] = True, f"{pointer}/{number}"
    spoken = {*arrays, activity.rows}
    for pointer, value in _properties(body, spoken):
        said[(f"`{pointer[1:]}`",)] = value, pointer
    return said


def _properties(
    value: Mapping[str, Any], spoken: Collection[str], above: str = ""
) -> Iterator[tuple[str, Any]]:
    """The properties of a body that say something, with their pointers, but for arrays of which it is
    said elsewhere what is in them; an object is looked into where such an array is in it."""
    for name, each in value.items():
        pointer = f"{above}/{name}"
        if pointer in spoken and isinstance(each, list):
            continue
        if isinstance(each, dict) and any(other.startswith(f"{pointer}/") for other in spoken):
            yield from _properties(each, spoken, pointer)
        elif each not in (None, "", [], {}):
            yield pointer, each


def _row(said: _Said, activity: BulkActivity, row: Any, pointer: str) -> None:
    address = activity.address_in(row)
    if not address or not isinstance(row, dict | str):
        said[_ROWS, f"row {pointer.rpartition('/')[2]}"] = row, pointer
        return
    key = (_ROWS, f"contact `{address_key(address)}`")
    said[key] = True, pointer
    if isinstance(row, str):
        return
    name = activity.row_address[1:].partition("/")[0]
    several = row[name] if isinstance(row[name], list) and len(row[name]) > 1 else None
    said[key] = (True if several is None else several), pointer
    for path, value, inside in _leaves({k: v for k, v in row.items() if k != name}):
        said[(*key, f"`{path}`")] = value, f"{pointer}{inside}"


def _leaves(value: Any, path: str = "", at: str = "") -> Iterator[tuple[str, Any, str]]:
    """The texts of a row, each with its path in words and its pointer; a custom field by its
    number, in either spelling."""
    if isinstance(value, dict) and set(value) == {"name", "value"}:
        number = "".join(filter(str.isdigit, str(value["name"])))
        if value["value"] not in (None, ""):
            yield f"custom field {number}", value["value"], f"{at}/value"
    elif isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(each, f"{path}.{name}" if path else name, f"{at}/{name}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _leaves(each, path, f"{at}/{index}")
    elif value not in (None, ""):
        yield path, value, at
