"""From a failure to the place in the XML that it is about.

A server's JSON pointer leads into the body that was sent; the payload's source map leads from
there to the document.  A failure without a pointer is placed by what it means: a postal address
that is missing at the organization, a taken name at the Name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.payload import Payload
from ctct_migrate.sender.list_map import LISTS
from ctct_migrate.source import Position, Span
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Failure

_FOOTER = (
    "/message_footer/organization_name",
    "/message_footer/address_line_1",
    "/message_footer/city",
    "/message_footer/country",
    "/message_footer",
)

#: Where a failure without a pointer is shown: the first of these that the document has.
_PLACES: dict[str, tuple[str, ...]] = {
    catalogue.ADDRESS_MISSING.code: _FOOTER,
    catalogue.ADDRESS_REFUSED.code: ("/from_email", "/reply_to_email"),
    catalogue.NAME_TAKEN.code: ("/name",),
    catalogue.NAME_TWICE.code: ("/name",),
    catalogue.DOUBT_DIFFERS.code: ("/name",),
    catalogue.LIST_UNKNOWN.code: (f"/{LISTS}/0/id", f"/{LISTS}"),
}

#: Where what is about a whole document is shown: at the time of a schedule, at the beginning of a
#: campaign (its root), else at what a campaign has in any case.
_ANYWHERE = ("/scheduled_date", "", "/name", "/subject")

_START = Span(Position(1, 1, 0), Position(1, 1, 0))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from.

    path, entry  as the user knows the document
    payload      makes the payload, whose source map is asked for when there is something to show;
                 None when the document is not at hand any more
    lists        for each contact list that is sent, which of the document's it was
    """

    path: str
    entry: int | None
    payload: Callable[[], Payload | None]
    lists: Sequence[int] = ()


def diagnostics(
    origin: Origin, failures: Sequence[Failure], body: Mapping[str, Any]
) -> tuple[Diagnostic, ...]:
    """Failures as diagnostics of the document, at the places they are about."""
    payload = origin.payload() if failures else None
    return tuple(_diagnostic(origin, payload, failure, body) for failure in failures)


def _diagnostic(
    origin: Origin, payload: Payload | None, failure: Failure, body: Mapping[str, Any]
) -> Diagnostic:
    rule = failure.rule
    pointer, span = _place(origin, payload, failure, body)
    help_ = [rule.how]
    if failure.status is not None:
        key = f" {failure.key}" if failure.key else ""
        help_.insert(0, f"the server answered {failure.status}{key}")
    return Diagnostic(
        origin.path, origin.entry, span, rule.severity, rule.code, rule.name,
        message=_message(failure), label=failure.words, help=tuple(help_),
        element=_element(payload, pointer),
    )  # fmt: skip


def _message(failure: Failure) -> str:
    summary = failure.rule.summary
    if failure.pointer and failure.rule is catalogue.SCHEMA_REFUSED:
        return f"The server refuses `{failure.pointer.strip('/')}` of this document"
    return summary


def _place(
    origin: Origin, payload: Payload | None, failure: Failure, body: Mapping[str, Any]
) -> tuple[str, Span]:
    spans: Mapping[str, Span] = payload.source_map if payload is not None else {}
    for sent in _candidates(failure, body):
        pointer = _in_document(sent, origin.lists)
        if pointer in spans:
            return pointer, spans[pointer]
    pointer = next((pointer for pointer in (*_ANYWHERE, *spans) if pointer in spans), "")
    span = spans.get(pointer, _START)
    return pointer, span if pointer else Span(span.start, span.start)


def _candidates(failure: Failure, body: Mapping[str, Any]) -> Iterator[str]:
    """Pointers into what was sent, best first."""
    if failure.pointer:
        parts = failure.pointer.split("/")
        for length in range(len(parts), 1, -1):
            yield "/".join(parts[:length])
        # What is missing is shown where its neighbours are.
        if len(parts) > 2 and parts[1] == "message_footer":
            yield from _FOOTER
    if failure.rule is catalogue.LIST_UNKNOWN:
        named = set(re.findall(r"\d+", failure.words))
        for index, entry in enumerate(body.get(LISTS) or ()):
            if entry.get("id") in named:
                yield f"/{LISTS}/{index}/id"
    yield from _PLACES.get(failure.rule.code, ())


def _in_document(pointer: str, lists: Sequence[int]) -> str:
    """A pointer into the payload's body, before the lists' numbers were mapped."""
    match = re.match(rf"/{LISTS}/(\d+)(.*)", pointer)
    if match is None or int(match[1]) >= len(lists):
        return pointer
    return f"/{LISTS}/{lists[int(match[1])]}{match[2]}"


def _element(payload: Payload | None, pointer: str) -> str:
    """The v1 path of what a pointer came from, without positions, as diagnostics have it."""
    if payload is None or not pointer:
        return ""
    found = (account.path for account in payload.accounting if account.pointer == pointer)
    return re.sub(r"\[\d+\]", "", next(found, ""))
