"""Badges in v2 (made up)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of, one_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, recorded, sent
from ctct_migrate.resources.badge import BADGE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

DELIVERY = Delivery(
    "badge",
    Table(
        payload="Badge",
        resource="badge",
        target=V2.title,
        contract=V2.contract,
        rows=(
            *(recorded(path, "/id", id_of(BADGE), number=True) for path in OWN_PATHS),
            sent("Motto", "/motto", STRIPPED),
            sent("Shape", "/shape", one_of("Badge", "Shape", V2.contract, "badge", "/shape")),
            *ENVELOPE,
        ),
    ),
    schema="badge",
    create=(
        Step(
            "create",
            "POST",
            "badges",
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id", "motto"),
        ),
    ),
    update=(Step("update", "PUT", "badges/{id}", recovery=Recovery.READ, answers=("id", "motto")),),
    item="badges/{id}",
    collection=Collection("badges", key="motto"),
    privileges={
        "list": "badges:read",
        "GET": "badges:read",
        "POST": "badges:write",
        "PUT": "badges:write",
    },
)
