"""What v2 has for events and v1 had not: items that are sold, their attributes, promocodes, and the
status, which v2 changes by a call of its own (reference, v2-resources, Eventspot)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Dialect, Reference, Resource

#: Ids are texts that the server chooses.
_ANY_ID = r"[^/?#\s]+"

_IN_EVENT = (Reference("event", (), owner=True, required=True),)

ITEM = Resource(
    name="Item",
    noun="item",
    collection="events/{event}/items",
    key="Name",
    id_form=_ANY_ID,
    dialect=Dialect.PLAIN,
    references=_IN_EVENT,
)

ATTRIBUTE = Resource(
    name="Attribute",
    noun="attribute",
    collection="events/{event}/items/{item}/attributes",
    key="Name",
    id_form=_ANY_ID,
    dialect=Dialect.PLAIN,
    references=(Reference("item", (), owner=True, required=True),),
)

PROMOCODE = Resource(
    name="Promocode",
    noun="promocode",
    collection="events/{event}/promocodes",
    key="CodeName",
    id_form=_ANY_ID,
    dialect=Dialect.PLAIN,
    references=_IN_EVENT,
)

EVENT_STATUS = Resource(
    name="EventStatus",
    noun="event status",
    collection="events",
    id_form=_ANY_ID,
    dialect=Dialect.PLAIN,
)
