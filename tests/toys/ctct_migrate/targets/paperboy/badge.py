"""Badges in paperboy (made up)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of, one_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, recorded, sent
from ctct_migrate.resources.badge import BADGE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.paperboy.target import PAPERBOY
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

DELIVERY = Delivery(
    "badge",
    Table(
        payload="Badge",
        resource="badge",
        target=PAPERBOY.title,
        contract=PAPERBOY.contract,
        rows=(
            *(recorded(path, "/id", id_of(BADGE), number=True) for path in OWN_PATHS),
            sent("Motto", "/motto", STRIPPED),
            sent("Shape", "/shape", one_of("Badge", "Shape", PAPERBOY.contract, "badge", "/shape")),
            *ENVELOPE,
        ),
    ),
    schema="badge",
    create=(
        Step(
            "create",
            "POST",
            "bag/badges",
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id", "motto"),
        ),
    ),
    update=(
        Step("update", "PUT", "bag/badges/{id}", recovery=Recovery.READ, answers=("id", "motto")),
    ),
    item="bag/badges/{id}",
    collection=Collection("bag/badges", key="motto"),
    privileges={
        "list": "badges:read",
        "GET": "badges:read",
        "POST": "badges:write",
        "PUT": "badges:write",
    },
)
