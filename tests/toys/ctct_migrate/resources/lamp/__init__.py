"""Lamp: a made-up resource."""

from __future__ import annotations

from ctct_migrate.resources.resource import OWN_PATHS, Reference, Resource

LAMP = Resource(
    name="Lamp",
    noun="lamp",
    collection="posters/{poster}/lamps",
    key="Label",
    references=(Reference("poster", OWN_PATHS, owner=True, required=True),),
)
