"""Coupons in paperboy (made up)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import COUNTER, STRIPPED, id_of, one_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, dropped, recorded, sent
from ctct_migrate.resources.coupon import COUPON
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.paperboy.target import PAPERBOY
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

DELIVERY = Delivery(
    "coupon",
    Table(
        payload="Coupon",
        resource="coupon",
        target=PAPERBOY.title,
        contract=PAPERBOY.contract,
        rows=(
            *(recorded(path, "/id", id_of(COUPON), number=True) for path in OWN_PATHS),
            sent("Title", "/title", STRIPPED),
            sent(
                "Paper", "/paper", one_of("Coupon", "Paper", PAPERBOY.contract, "coupon", "/paper")
            ),
            sent("Percent", "/percent", COUNTER),
            dropped("Remark"),
            *ENVELOPE,
        ),
    ),
    schema="coupon",
    create=(
        Step(
            "create",
            "POST",
            "bag/coupons",
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id", "title"),
        ),
    ),
    update=(
        Step("update", "PUT", "bag/coupons/{id}", recovery=Recovery.READ, answers=("id", "title")),
    ),
    item="bag/coupons/{id}",
    collection=Collection("bag/coupons", key="title"),
    privileges={
        "list": "coupons:read",
        "GET": "coupons:read",
        "POST": "coupons:write",
        "PUT": "coupons:write",
    },
)
