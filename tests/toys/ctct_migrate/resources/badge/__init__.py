"""Badge: a made-up resource of dialect B."""

from __future__ import annotations

from ctct_migrate.resources.resource import Dialect, Resource

BADGE = Resource(
    name="Badge",
    noun="badge",
    collection="library/badges",
    key="Motto",
    dialect=Dialect.PLAIN,
)
