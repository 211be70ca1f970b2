"""Items of events in v2, which v1 did not have (reference, v2-resources, Eventspot; Item and
attribute)."""

from __future__ import annotations

from ctct_migrate.mapping.rows import Table
from ctct_migrate.targets.target import Collection, Delivery
from ctct_migrate.targets.v2.event import PRIVILEGES
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import created, deleted, replaced

_PATH = "eventspot/events/{event}/items"

#: Reference, v2-resources, Eventspot.
DELIVERY = Delivery(
    "item",
    Table.without_source("item", V2.title, V2.contract),
    schema="item",
    create=created(_PATH),
    update=replaced(_PATH),
    remove=deleted(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=Collection(_PATH, key="name"),
    privileges=PRIVILEGES,
)  # fmt: skip
