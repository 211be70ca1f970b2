"""Reader: a made-up resource."""

from __future__ import annotations

from ctct_migrate.resources.resource import Resource

READER = Resource(
    name="Reader",
    noun="reader",
    collection="readers",
    key="Address",
)
