"""Posters in paperboy (made up)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, recorded, sent
from ctct_migrate.resources.coupon import COUPON
from ctct_migrate.resources.poster import POSTER
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.paperboy.target import PAPERBOY
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

DELIVERY = Delivery(
    "poster",
    Table(
        payload="Poster",
        resource="poster",
        target=PAPERBOY.title,
        contract=PAPERBOY.contract,
        rows=(
            *(recorded(path, "/id", id_of(POSTER), number=True) for path in OWN_PATHS),
            sent("Name", "/poster/name", STRIPPED),
            sent("Slogan", "/poster/slogan", STRIPPED),
            sent("Wall", "/wall/wall", STRIPPED),
            sent("Prize/@id", "/wall/coupon_id", id_of(COUPON)),
            sent("Opens", "/opening/day", STRIPPED),
            sent("Call", "/announcement/text", STRIPPED),
            *ENVELOPE,
        ),
    ),
    schema="poster",
    create=(
        Step(
            "poster",
            "POST",
            "bag/posters",
            part="/poster",
            keeps={"id": "/id", "spot": "/spots/0/spot_id"},
            recovery=Recovery.KEY,
            answers=("id", "name"),
        ),
        Step("wall", "PUT", "bag/spots/{spot}", part="/wall", recovery=Recovery.READ),
        Step(
            "opening",
            "POST",
            "bag/spots/{spot}/openings",
            part="/opening",
            recovery=Recovery.READ,
            reads="bag/spots/{spot}/openings?all=yes",
        ),
        Step(
            "call",
            "POST",
            "bag/posters/{id}/calls",
            part="/announcement",
            query={"times": "3"},
            recovery=Recovery.NEVER,
        ),
    ),
    update=(
        Step("words", "PUT", "bag/posters/{id}", part="/poster", recovery=Recovery.READ),
        Step("move", "PUT", "bag/spots/{spot}", part="/wall", recovery=Recovery.READ),
    ),
    item="bag/posters/{id}",
    collection=Collection("bag/posters", key="name"),
    body_key="/poster/name",
    privileges={
        "list": "posters:read",
        "GET": "posters:read",
        "POST": "posters:write",
        "PUT": "posters:write",
    },
)
