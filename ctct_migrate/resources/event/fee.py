"""Fee: what people pay for an event.  v1 had fees inside the event (reference, v1-resources, Event)."""

from __future__ import annotations

from ctct_migrate.resources.resource import Dialect, Reference, Resource

FEE = Resource(
    name="Fee",
    noun="fee",
    collection="events/{event}/fees",
    key="Label",
    id_form=r"[^/?#\s]+",
    dialect=Dialect.PLAIN,
    references=(Reference("event", (), owner=True, required=True),),
)
