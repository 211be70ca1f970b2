"""From a failure to the place in the XML that it is about.

A server's JSON pointer leads into the body that was sent; the payload's source map leads from
there to the document.  A failure without a pointer is placed by what it means: a taken name at the
key; where the delivery says; or at the property whose name is a word of what the server said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.payload import Account, Payload
from ctct_migrate.sender.references import named_ids, owner_of
from ctct_migrate.source import Position, Span
from ctct_migrate.targets import account_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Failure
from ctct_migrate.targets.target import Delivery

#: What is about the key of a resource, where the delivery does not say another place.
_ABOUT_KEY = frozenset(
    {catalogue.NAME_TAKEN.code, catalogue.NAME_TWICE.code, catalogue.DOUBT_DIFFERS.code}
)

#: What is about a number that the document says of itself, or of what it lives in, unless a place is
#: known.
_ABOUT_NUMBER = frozenset(
    {
        catalogue.NOT_FOUND.code,
        account_rules.NUMBER_UNKNOWN.code,
        account_rules.NAMED_UNKNOWN.code,
        account_rules.NUMBER_THERE.code,
    }
)

#: Where a document says ids: `entry/content/Campaign/@id`, `entry/id`, `entry/link/@href`.
_IDS = late_compile(r"(?:/@id|/id|/@href)$")

#: The payload's own id, in an entry or bare.
_OWN_ID = late_compile(r"(?:[^@]*/content/)?[^/@]+/@id")

_START = Span(Position(1, 1, 0), Position(1, 1, 0))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from.

    path, entry  as the user knows the document
    payload      makes the payload, whose source map is asked for when there is something to show;
                 None when the document is not at hand any more
    delivery     how the target takes the resource
    origins      for each list of ids that is sent, by pointer, which of the document's each was
    ids_of_target  whether the ids are the target's own (`Payload.ids_of_target`)
    """

    path: str
    entry: int | None
    payload: Callable[[], Payload | None]
    delivery: Delivery
    origins: Mapping[str, Sequence[int]] = field(default_factory=dict)
    ids_of_target: bool = False


def key_pointer(delivery: Delivery) -> str | None:
    """JSON pointer of what a resource is known by: its key, or else its moment; None where it has
    neither."""
    return delivery.key or delivery.future or None


def diagnostics(
    origin: Origin, failures: Sequence[Failure], body: Mapping[str, Any]
) -> tuple[Diagnostic, ...]:
    """Failures as diagnostics of the document, at the places they are about."""
    payload = origin.payload() if failures else None
    made = [_diagnostic(origin, payload, failure, body) for failure in failures]
    # What is sent at two places of a body may come from one place of the document.
    return tuple({(each.code, each.span, each.label): each for each in made}.values())


def _diagnostic(
    origin: Origin, payload: Payload | None, failure: Failure, body: Mapping[str, Any]
) -> Diagnostic:
    rule = failure.rule
    element, span = _place(origin, payload, failure, body)
    help_ = [failure.how or rule.how]
    if failure.status is not None:
        key = f" {failure.key}" if failure.key else ""
        help_.insert(0, f"the server answered {failure.status}{key}")
    return Diagnostic(
        origin.path, origin.entry, span, rule.severity, rule.code, rule.name,
        message=_message(failure), label=failure.words, help=tuple(help_),
        element=element,
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
    if payload is not None and failure.rule.code in _ABOUT_NUMBER and not failure.pointer:
        account = _naming(payload)
        if account is not None:
            return _plain(account.path), account.span
    for sent in _candidates(origin.delivery, failure, body, spans):
        pointer = _in_document(sent, origin.origins)
        if pointer in spans:
            return _element(payload, pointer), spans[pointer]
    pointer = next((each for each in _anywhere(origin.delivery, spans) if each in spans), "")
    span = spans.get(pointer, _START)
    return _element(payload, pointer), span if pointer else Span(span.start, span.start)


def _naming(payload: Payload) -> Account | None:
    """What in the document says the number that the server does not know (its owner's, where it
    lives in another resource): the id of the payload itself, else the first one (of the entry, or
    a link)."""
    number = owner_of(payload) or payload.number
    if number is None:
        return None
    says = re.compile(rf"(?<!\d){re.escape(number)}(?!\d)")
    found = [
        each for each in payload.accounting if _IDS.search(each.path) and says.search(each.value)
    ]
    found.sort(key=lambda each: (not _OWN_ID.fullmatch(each.path), each.path.count("/")))
    return found[0] if found else None


def _anywhere(delivery: Delivery, spans: Mapping[str, Span]) -> Iterator[str]:
    """Where what is about a whole document is shown: at its moment if it has one, at its beginning
    (the root), else at its key, or at the first thing that it has."""
    yield from filter(None, (delivery.future,))
    yield ""
    yield key_pointer(delivery) or ""
    yield from spans


def _candidates(
    delivery: Delivery, failure: Failure, body: Mapping[str, Any], spans: Mapping[str, Span]
) -> Iterator[str]:
    """Pointers into what was sent, best first."""
    if failure.pointer:
        parts = failure.pointer.split("/")
        for length in range(len(parts), 1, -1):
            yield "/".join(parts[:length])
        if len(parts) > 2:  # what is missing is shown where its neighbours are
            yield from (pointer for pointer in spans if pointer.startswith(f"/{parts[1]}/"))
    for pointer in delivery.shown_at.get(failure.rule.code, ()):
        yield from _items(delivery, pointer, failure, body)
    if failure.rule.code in _ABOUT_KEY and (about := key_pointer(delivery)):
        yield about
        yield delivery.created_key
    if failure.status is not None and failure.pointer is None:
        yield from _worded(delivery, failure, spans)


def _worded(delivery: Delivery, failure: Failure, spans: Mapping[str, Span]) -> Iterator[str]:
    """Pointers of properties whose names are words of what the server said: names that are no
    English words first, then in the order of the words."""
    words = re.findall(r"\w+", f"{failure.words} {failure.key}")
    order = {word: place for place, word in reversed(list(enumerate(words)))}
    named: dict[str, list[str]] = {}
    for pointer in spans:
        for name in reversed([part for part in pointer.split("/") if part and not part.isdigit()]):
            named.setdefault(name, []).append(pointer)
    for step in (*delivery.create, *delivery.update):
        for name, head in step.adds.items():
            named.setdefault(name, []).extend(p for p in spans if f"{p}/".startswith(f"{head}/"))
    found = sorted(order.keys() & named.keys(), key=lambda word: ("_" not in word, order[word]))
    for name in found:
        # The property itself before what stands in it.
        yield from sorted(named[name], key=lambda pointer: pointer.rstrip("0123456789/").count("/"))


def _items(
    delivery: Delivery, pointer: str, failure: Failure, body: Mapping[str, Any]
) -> Iterator[str]:
    """A pointer; where it has a `*`, those of the ids that the server's words name, the first, and
    the list."""
    head, star, tail = pointer.partition("/*")
    if not star:
        yield pointer
        return
    words = set(re.findall(r"[\w-]+", failure.words))
    for each in named_ids(delivery, body):
        if each.id in words and each.pointer.startswith(f"{head}/"):
            yield each.pointer
    yield f"{head}/0{tail}"
    yield head


def _in_document(pointer: str, origins: Mapping[str, Sequence[int]]) -> str:
    """A pointer into the payload's body, before ids were changed."""
    for head, indices in origins.items():
        match = re.match(rf"{re.escape(head)}/(\d+)(.*)", pointer)
        if match is not None and int(match[1]) < len(indices):
            return f"{head}/{indices[int(match[1])]}{match[2]}"
    return pointer


def _element(payload: Payload | None, pointer: str) -> str:
    """The v1 path of what a pointer came from, without positions, as diagnostics have it."""
    if payload is None or not pointer:
        return ""
    found = (account.path for account in payload.accounting if account.pointer == pointer)
    return _plain(next(found, ""))


def _plain(path: str) -> str:
    """A v1 path without positions."""
    return re.sub(r"\[\d+\]", "", path)
