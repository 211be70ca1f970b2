"""Lamps in paperboy (made up)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, recorded, sent
from ctct_migrate.resources.lamp import LAMP
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.paperboy.target import PAPERBOY
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

DELIVERY = Delivery(
    "lamp",
    Table(
        payload="Lamp",
        resource="lamp",
        target=PAPERBOY.title,
        contract=PAPERBOY.contract,
        rows=(
            *(recorded(path, "/id", id_of(LAMP), number=True) for path in OWN_PATHS),
            sent("Label", "/label", STRIPPED),
            *ENVELOPE,
        ),
    ),
    schema="lamp",
    create=(
        Step(
            "create",
            "POST",
            "bag/spots/{spot}/lamps",
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id", "label"),
        ),
    ),
    update=(
        Step(
            "update",
            "PUT",
            "bag/spots/{spot}/lamps/{id}",
            recovery=Recovery.READ,
            answers=("id", "label"),
        ),
    ),
    item="bag/spots/{spot}/lamps/{id}",
    collection=Collection("bag/spots/{spot}/lamps", key="label"),
    privileges={
        "list": "lamps:read",
        "GET": "lamps:read",
        "POST": "lamps:write",
        "PUT": "lamps:write",
    },
)
