"""The status of an event in v2, which PATCH alone changes: ACTIVE publishes a draft, CANCELLED calls
an active event off (reference, v2-resources, General, PATCH)."""

from __future__ import annotations

from ctct_migrate.mapping.rows import Table
from ctct_migrate.targets.target import Delivery, Recovery, Step
from ctct_migrate.targets.v2.event import PRIVILEGES
from ctct_migrate.targets.v2.target import V2

_PATH = "eventspot/events/{id}"

DELIVERY = Delivery(
    "event_status",
    Table.without_source("event_status", V2.title, V2.contract),
    schema="event_status",
    update=(
        Step(
            "update", "PATCH", _PATH, recovery=Recovery.READ, answers=("id", "name"),
            in_array=True, shows={"status": "/value"},
        ),
    ),
    item=_PATH,
    privileges=PRIVILEGES,
    replaces=False,
)  # fmt: skip
