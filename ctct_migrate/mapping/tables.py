"""The tables there are, by the local name of the payload element.

A new resource is a new table in a module of its own, and a line here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ctct_migrate.mapping.rows import Table
from ctct_migrate.targets.v2.campaign import CAMPAIGN
from ctct_migrate.targets.v2.schedule import SCHEDULE

TABLES: Mapping[str, Table] = MappingProxyType(
    {table.payload: table for table in (CAMPAIGN, SCHEDULE)}
)
