"""Coupons in v2 (made up)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import COUNTER, STRIPPED, id_of, one_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, dropped, recorded, sent
from ctct_migrate.resources.coupon import COUPON
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

DELIVERY = Delivery(
    "coupon",
    Table(
        payload="Coupon",
        resource="coupon",
        target=V2.title,
        contract=V2.contract,
        rows=(
            *(recorded(path, "/id", id_of(COUPON), number=True) for path in OWN_PATHS),
            sent("Title", "/title", STRIPPED),
            sent("Paper", "/paper", one_of("Coupon", "Paper", V2.contract, "coupon", "/paper")),
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
            "coupons",
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id", "title"),
        ),
    ),
    update=(
        Step("update", "PUT", "coupons/{id}", recovery=Recovery.READ, answers=("id", "title")),
    ),
    item="coupons/{id}",
    collection=Collection("coupons", key="title"),
    privileges={
        "list": "coupons:read",
        "GET": "coupons:read",
        "POST": "coupons:write",
        "PUT": "coupons:write",
    },
)
