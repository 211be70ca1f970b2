"""The tables of the default target, by the local name of the payload element."""

from __future__ import annotations

from ctct_migrate.mapping.rows import DEFAULT_TARGET, Table
from ctct_migrate.resources import RESOURCES
from ctct_migrate.targets import TARGETS

TABLES: dict[str, Table] = {
    name: table
    for name, resource in RESOURCES.items()
    if (table := TARGETS[DEFAULT_TARGET].table(resource.slug)) is not None
}
