"""CT450 to CT453: whether an event's id says what the event says.

The URI of an event holds the campaign or the contact in whose feed it stood, the kind of event, the
campaign's number, and the time in milliseconds of the epoch (reference, v1-resources, Campaign and
contact event feeds).  The record is made of the elements; what the id says besides is a check.

Decided here, since the sources leave it open: none of it is an error, since numbers disagree within
events that the documentation printed (reference, v1-clients, Campaign and contact events), and that
the campaign's number in the id is another one is an information alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources.tracking.plain import (
    FEEDS,
    TIME,
    EventId,
    event_id,
    milliseconds,
    names,
)
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.phrases import article, quoted

_FEEDS = "reference, v1-resources, Campaign and contact event feeds"
_URI = "http://api.constantcontact.com/ws/customers/joe"


def _event(uri: str, payload: str = "OpenEvent") -> str:
    """An example: an event of campaign 1103500000001 and contact 51 whose own URI is as given."""
    return f"""\
<{payload} xmlns="http://ws.constantcontact.com/ns/1.0/" id="{_URI}/{uri}">
  <Contact id="{_URI}/contacts/51"><EmailAddress>ada@example.org</EmailAddress></Contact>
  <Campaign id="{_URI}/campaigns/1103500000001"><Name>Spring news</Name></Campaign>
  <EventTime>2008-08-05T16:50:04.534Z</EventTime>
</{payload}>
"""


_GOOD = _event("contacts/51/events/opens/1103500000001,51,1217955004534")

TIME_DIFFERS = Rule(
    "CT450", "event-time-differs", Severity.WARNING,
    summary="An event whose id names another moment than its EventTime",
    why="The last part of an event's id is its time in milliseconds of the epoch. Where the two differ, one of them was changed after the server wrote it, such as by a program that shifted dates into another zone.",
    bad=_event("contacts/51/events/opens/1103500000001,51,1217969404534"), good=_GOOD,
    how="The record has EventTime. If the id is right, write its moment there.", fact=_FEEDS,
)  # fmt: skip
CAMPAIGN_DIFFERS = Rule(
    "CT451", "event-campaign-differs", Severity.INFO,
    summary="An event whose id has another campaign's number than its Campaign",
    why="The first part of an event's id is the number of the campaign. In an event of v1's own documentation the two differ, so that it may be the server's way; the record has the number of Campaign.",
    bad=_event("contacts/51/events/opens/1103500000002,51,1217955004534"), good=_GOOD,
    how="Nothing has to be done, unless events were put together out of several.", fact=_FEEDS,
)  # fmt: skip
FEED_DIFFERS = Rule(
    "CT452", "event-of-another-feed", Severity.WARNING,
    summary="An event that stood in the feed of another campaign or contact",
    why="The URI of an event begins with that of the campaign or the contact in whose feed it stood, and the event is about that one. The record has what the elements say.",
    bad=_event("contacts/52/events/opens/1103500000001,51,1217955004534"), good=_GOOD,
    how="Write the number that is meant in both.", fact=_FEEDS,
)  # fmt: skip
KIND_DIFFERS = Rule(
    "CT453", "event-of-another-kind", Severity.WARNING,
    summary="An event that stood in the feed of another kind of events",
    why="The feed of `opens` has an OpenEvent in each entry, that of `clicks` a ClickEvent, and so on. The record is made of what the element is called.",
    bad=_event("contacts/51/events/clicks/1103500000001,51,1217955004534"), good=_GOOD,
    how="Find out which of the two is right, and write it in both.", fact=_FEEDS,
)  # fmt: skip

RULES = (TIME_DIFFERS, CAMPAIGN_DIFFERS, FEED_DIFFERS, KIND_DIFFERS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def check(context: Context) -> Iterator[Diagnostic]:
    """Whether the id of an event says what the event says."""
    payload = context.payload
    own = payload.attribute("id") if payload is not None else None
    parts = event_id(own.value) if own is not None else None
    if payload is None or own is None or parts is None:
        return
    yield from _check_time(context, payload, own, parts)
    yield from _check_kind(context, payload, own, parts)
    whose = "Campaign" if parts.whose == "campaigns" else "Contact"
    yield from _check_number(context, own, parts, FEED_DIFFERS, whose, parts.owner)
    if whose == "Contact" or parts.owner != parts.campaign:
        yield from _check_number(context, own, parts, CAMPAIGN_DIFFERS, "Campaign", parts.campaign)


def _check_time(
    context: Context, payload: Element, own: Attribute, parts: EventId
) -> Iterator[Diagnostic]:
    element = context.field(TIME)
    known = milliseconds(element.text) if element is not None else None
    if element is None or known is None or known == int(parts.milliseconds):
        return
    yield context.report.at(
        TIME_DIFFERS, *context.value_span(element), f"the id of the event says {_moment(parts.milliseconds)}",
        label="this is another moment", help=(TIME_DIFFERS.how,), element=context.path(element),
        labels=[(*_last(own, parts.milliseconds), "the moment in milliseconds")],
    )  # fmt: skip


def _check_kind(
    context: Context, payload: Element, own: Attribute, parts: EventId
) -> Iterator[Diagnostic]:
    expected = FEEDS.get(parts.feed)
    if expected is None or expected == context.resource:
        return
    yield context.report.at(
        KIND_DIFFERS, payload.name_start, payload.name_end,
        f"{article(payload.name)} {quoted(payload.name)} whose id is in a feed of {quoted(parts.feed)}",
        label=f"expected `{expected}`", help=(KIND_DIFFERS.how,), element=context.path(payload),
        labels=[(own.value_start, own.value_end, "its id")],
    )  # fmt: skip


def _check_number(
    context: Context, own: Attribute, parts: EventId, rule: Rule, name: str, number: str
) -> Iterator[Diagnostic]:
    """Whether the child `name` is the one with that number."""
    child = context.field(name)
    uri = child.attribute("id") if child is not None else None
    collection = f"{name.lower()}s"
    if child is None or uri is None or names([uri.value], collection, number):
        return
    if f"/{collection}/" not in uri.value:
        return  # it has been said that this is none
    where = "stood in the feed of" if rule is FEED_DIFFERS else "has an id of"
    yield context.report.at(
        rule, uri.value_start, uri.value_end, f"the event {where} {name.lower()} {number}",
        label=f"this is another {name.lower()}", help=(rule.how,), element=f"{context.path(child)}/@id",
        labels=[(own.value_start, own.value_end, "the id of the event")],
    )  # fmt: skip


def _last(own: Attribute, text: str) -> tuple[int, int]:
    """Where `text` ends an attribute's value; the whole value where it is written in another way."""
    start, end = own.value_start, own.value_end
    return (end - len(text), end) if end - start == len(own.value) else (start, end)


def _moment(text: str) -> str:
    """Milliseconds of the epoch as a date, or as they are where the calendar has none such."""
    try:
        moment = _EPOCH + timedelta(milliseconds=int(text))
    except OverflowError:
        return f"{text} milliseconds"
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
