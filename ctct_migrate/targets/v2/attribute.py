"""Attributes of items of events in v2, which v1 did not have (reference, v2-resources, Eventspot;
Item and attribute)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.mapping.rows import Table
from ctct_migrate.targets import body_answers
from ctct_migrate.targets.target import Collection, Delivery, FixedValue
from ctct_migrate.targets.v2.event import PRIVILEGES
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import created, deleted, replaced

_PATH = "eventspot/events/{event}/items/{item}/attributes"


def _is_sold(record: Mapping[str, Any]) -> bool:
    """Whether any of an attribute were sold or claimed: then fewer are left than there were."""
    total, left = record.get("quantity_total"), record.get("quantity_available")
    return isinstance(total, int) and isinstance(left, int) and left < total


#: Reference, v2-resources, Eventspot: PUT cannot rename an attribute once any were sold or claimed.
DELIVERY = Delivery(
    "attribute",
    Table.without_source("attribute", V2.title, V2.contract),
    schema="attribute",
    create=created(_PATH),
    update=replaced(_PATH),
    remove=deleted(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=Collection(_PATH, key="name"),
    privileges=PRIVILEGES,
    held=(FixedValue("/name", _is_sold, body_answers.SOLD),),
)  # fmt: skip
