"""Stamps in paperboy (made up)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, recorded, sent
from ctct_migrate.resources.stamp import STAMP
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.paperboy.target import PAPERBOY
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

DELIVERY = Delivery(
    "stamp",
    Table(
        payload="Stamp",
        resource="stamp",
        target=PAPERBOY.title,
        contract=PAPERBOY.contract,
        rows=(
            *(recorded(path, "/id", id_of(STAMP), number=True) for path in OWN_PATHS),
            sent("Label", "/label", STRIPPED),
            *ENVELOPE,
        ),
    ),
    schema="stamp",
    create=(
        Step(
            "create",
            "POST",
            "bag/coupons/{coupon}/stamps",
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id", "label"),
        ),
    ),
    update=(
        Step(
            "update",
            "PUT",
            "bag/coupons/{coupon}/stamps/{id}",
            recovery=Recovery.READ,
            answers=("id", "label"),
        ),
    ),
    item="bag/coupons/{coupon}/stamps/{id}",
    collection=Collection("bag/coupons/{coupon}/stamps", key="label"),
    privileges={
        "list": "stamps:read",
        "GET": "stamps:read",
        "POST": "stamps:write",
        "PUT": "stamps:write",
    },
)
