"""Promocodes of events in v2, which v1 did not have (reference, v2-resources, Eventspot; Promocode)."""

from __future__ import annotations

from ctct_migrate.mapping.rows import Table
from ctct_migrate.targets.target import Collection, Delivery
from ctct_migrate.targets.v2.event import PRIVILEGES
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import created, deleted, replaced

_PATH = "eventspot/events/{event}/promocodes"

#: Reference, v2-resources, Eventspot.
DELIVERY = Delivery(
    "promocode",
    Table.without_source("promocode", V2.title, V2.contract),
    schema="promocode",
    create=created(_PATH, "code_name"),
    update=replaced(_PATH, "code_name"),
    remove=deleted(_PATH),
    item=f"{_PATH}/{{id}}",
    # Another code is another word for people to remember: none is made up by numbering.
    collection=Collection(_PATH, key="code_name", numbered=False),
    privileges=PRIVILEGES,
)  # fmt: skip
