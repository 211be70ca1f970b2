"""Items of events in v2, which v1 did not have (reference, v2-resources, Eventspot; Item and
attribute)."""

from __future__ import annotations

from ctct_migrate.mapping.rows import Table
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v2.event import PRIVILEGES
from ctct_migrate.targets.v2.target import V2

_PATH = "eventspot/events/{event}/items"

_KEEPS = {"id": "/id"}

#: Reference, v2-resources, Eventspot.
DELIVERY = Delivery(
    "item",
    Table.without_source("item", V2.title, V2.contract),
    schema="item",
    create=(
        Step(
            "create", "POST", _PATH, keeps=_KEEPS, recovery=Recovery.KEY, answers=("id", "name")
        ),
    ),
    update=(
        Step(
            "update", "PUT", f"{_PATH}/{{id}}", keeps=_KEEPS, recovery=Recovery.READ,
            answers=("id", "name"),
        ),
    ),
    remove=(Step("delete", "DELETE", f"{_PATH}/{{id}}", recovery=Recovery.READ),),
    item=f"{_PATH}/{{id}}",
    collection=Collection(_PATH, key="name"),
    privileges=PRIVILEGES,
)  # fmt: skip
