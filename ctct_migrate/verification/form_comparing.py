"""Comparing: the bodies that are said to be of a form with what it converts to.

A request about many contacts says the same in any order of its rows, lists and columns, in any
letter case of the names of its columns, and however many requests its rows are spread over.  Rows
are matched by their addresses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ctct_migrate.diagnostics import Diagnostic
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
from ctct_migrate.targets.bulk_activity import address_key
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
    for payload in payloads:
        said = _said(payload.body)
        homes.update(dict.fromkeys(said, payload))
        wanted.update(said)
    for body in bodies:
        found.update(_said(body.value))
    return sorted(_differences(report, form, homes, wanted, found), key=lambda each: each.span)


def _differences(
    report: Reporter,
    form: FormRequest,
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
        if len(key) > 2 and ("import_data", key[1]) not in (found if here is None else wanted):
            continue  # the whole row is missing, or too many, and that is reported
        count += 1
        what = " of ".join(reversed(key[1:])) if len(key) > 1 else key[0]
        start = end = form.start
        if there is not None:
            spans = homes[key].source_map
            at = next((each for each in _above(there[1]) if each in spans), None)
            if at is not None:
                start = report.source.character(spans[at].start.offset)
                end = report.source.character(spans[at].end.offset)
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


def _above(pointer: str) -> Iterator[str]:
    """A pointer, what it stands in, and the first thing in it."""
    while pointer:
        yield pointer
        yield f"{pointer}/email_addresses/0"
        pointer = pointer.rpartition("/")[0]


def _said(body: Mapping[str, Any]) -> _Said:
    said = _Said()
    for name, value in body.items():
        pointer = f"/{name}"
        if name == "import_data" and isinstance(value, list):
            for number, row in enumerate(value):
                _row(said, row, f"{pointer}/{number}")
        elif name in ("lists", "column_names") and isinstance(value, list):
            noun = "list" if name == "lists" else "column"
            for number, each in enumerate(value):
                text = str(each).upper() if noun == "column" else str(each)
                said[name, f"{noun} `{text}`"] = True, f"{pointer}/{number}"
        elif value not in (None, "", [], {}):
            said[(f"`{name}`",)] = value, pointer
    return said


def _row(said: _Said, row: Any, pointer: str) -> None:
    addresses = row.get("email_addresses") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not addresses or not isinstance(addresses, list):
        said["import_data", f"row {pointer.rpartition('/')[2]}"] = row, pointer
        return
    key = ("import_data", f"contact `{address_key(str(addresses[0]))}`")
    said[key] = (True if len(addresses) == 1 else addresses), pointer
    for path, value, at in _leaves({k: v for k, v in row.items() if k != "email_addresses"}):
        said[(*key, f"`{path}`")] = value, f"{pointer}{at}"


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
