"""Registrant: somebody who registered for an event (reference, v1-resources, Registrant)."""

from __future__ import annotations

from ctct_migrate.resources.resource import OWN_PATHS, Dialect, Reference, Resource

REGISTRANT = Resource(
    name="Registrant",
    noun="registrant",
    collection="events/{event}/registrants",
    #: Long and opaque; the documentation breaks them over lines.
    id_form=r"[^/?#\s]+",
    dialect=Dialect.PLAIN,
    read_only=True,
    references=(Reference("event", OWN_PATHS, owner=True, required=True),),
    rules="ctct_migrate.resources.registrant.rules",
    plain="ctct_migrate.resources.registrant.plain",
)
