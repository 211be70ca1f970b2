"""Promocodes of events in v2, which v1 did not have (reference, v2-resources, Eventspot; Promocode)."""

from __future__ import annotations

from ctct_migrate.mapping.rows import Table
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v2.event import PRIVILEGES
from ctct_migrate.targets.v2.target import V2

_PATH = "eventspot/events/{event}/promocodes"

_KEEPS = {"id": "/id"}

#: Reference, v2-resources, Eventspot.
DELIVERY = Delivery(
    "promocode",
    Table.without_source("promocode", V2.title, V2.contract),
    schema="promocode",
    create=(
        Step(
            "create", "POST", _PATH, keeps=_KEEPS, recovery=Recovery.KEY,
            answers=("id", "code_name"),
        ),
    ),
    update=(
        Step(
            "update", "PUT", f"{_PATH}/{{id}}", keeps=_KEEPS, recovery=Recovery.READ,
            answers=("id", "code_name"),
        ),
    ),
    remove=(Step("delete", "DELETE", f"{_PATH}/{{id}}", recovery=Recovery.READ),),
    item=f"{_PATH}/{{id}}",
    # Another code is another word for people to remember: none is made up by numbering.
    collection=Collection(_PATH, key="code_name", numbered=False),
    privileges=PRIVILEGES,
)  # fmt: skip
