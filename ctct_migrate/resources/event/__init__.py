"""Event: an event of event marketing, that people register for (reference, v1-resources, Event)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Dialect, Resource

EVENT = Resource(
    name="Event",
    noun="event",
    collection="events",
    id_form=r"[0-9A-Za-z]+",
    dialect=Dialect.PLAIN,
    #: v1 has neither, and no request can be without them (reference, mapping-v2, Event).
    chosen=("event_time_zone", "event_contact"),
    aliases={
        "venue": "EventLocation", "place": "EventLocation", "currency": "CurrencyType",
        "begin": "StartDate", "start": "StartDate", "end": "EndDate", "type": "EventType",
    },
    rules="ctct_migrate.resources.event.rules",
    plain="ctct_migrate.resources.event.plain",
)  # fmt: skip
