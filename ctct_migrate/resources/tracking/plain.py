"""Whether the rules of tracking events would report nothing, asked of the texts of an event alone.

The fast path asks it of millions of events; nothing is imported here that makes diagnostics.  A
test holds it to what the rules report.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.dates import read_date
from ctct_migrate.rules.fast.fields import URIS, Fields

TIME = "EventTime"

#: The feeds of events, each with the event that it has (reference, v1-resources, Campaign and
#: contact event feeds).
FEEDS = {
    "sends": "SentEvent",
    "opens": "OpenEvent",
    "clicks": "ClickEvent",
    "bounces": "BounceEvent",
    "forwards": "ForwardEvent",
    "optouts": "OptoutEvent",
}

_EVENT = late_compile(
    r"/(campaigns|contacts)/([0-9]+)/events/([^/\s]+)/([0-9]+),([0-9A-Za-z]+),([0-9]+)\s*\Z",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class EventId(NamedTuple):
    """The URI of an event, taken apart.

    whose, owner  `campaigns` or `contacts`, and the number of the one whose feed it stood in
    feed          `sends`
    campaign, other, milliseconds  the parts of the id itself
    """

    whose: str
    owner: str
    feed: str
    campaign: str
    other: str
    milliseconds: str


def event_id(uri: str) -> EventId | None:
    """The parts of an event's URI; None for what is none.

    >>> event_id("http://x/ws/customers/joe/contacts/7/events/opens/5,7,1217955004534").milliseconds
    '1217955004534'
    """
    found = _EVENT.search(uri)
    return None if found is None else EventId(*found.groups())


def milliseconds(time: str) -> int | None:
    """A date in milliseconds of the epoch, with what is less than one left out; None for what is no
    certain moment."""
    try:
        instant = read_date(time).instant
        return None if instant is None else (instant - _EPOCH) // _MILLISECOND
    except OverflowError:  # the offset leads out of the calendar
        return None


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about, and that it asks about the ids."""
    return frozenset({TIME, URIS})


def is_plain_in(feed: str, fields: Fields) -> bool:
    """Whether an event of the kind that `feed` has (`sends`) has an id that says the time, the
    campaign and the contact that the event says."""
    uris = fields.get(URIS, "").split("\n")
    parts = event_id(uris[0])
    if parts is None or (parts.feed != feed and parts.feed in FEEDS):
        return False
    if milliseconds(fields.get(TIME, "")) != int(parts.milliseconds):
        return False
    return names(uris[1:], parts.whose, parts.owner) and names(
        uris[1:], "campaigns", parts.campaign
    )


def names(uris: list[str], collection: str, number: str) -> bool:
    """Whether one of the URIs is that of the resource with a number in a collection."""
    end = f"/{collection}/{number}"
    return any(uri.strip().endswith(end) for uri in uris)
