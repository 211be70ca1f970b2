"""Readers in paperboy (made up)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of, one_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import Table, recorded, requested, sent
from ctct_migrate.resources.reader import READER
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.paperboy.target import PAPERBOY
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

DELIVERY = Delivery(
    "reader",
    Table(
        payload="Reader",
        resource="reader",
        target=PAPERBOY.title,
        contract=PAPERBOY.contract,
        rows=(
            *(recorded(path, "/id", id_of(READER), number=True) for path in OWN_PATHS),
            sent("Address", "/addresses/0/address", STRIPPED),
            sent("FirstName", "/first_name", STRIPPED),
            requested("By", "by", one_of("Reader", "By", PAPERBOY.contract, "reader", "?by")),
            *ENVELOPE,
        ),
    ),
    schema="reader",
    create=(
        Step(
            "create",
            "POST",
            "bag/readers",
            query={"by": "/by"},
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id",),
        ),
    ),
    update=(
        Step(
            "update",
            "PUT",
            "bag/readers/{id}",
            query={"by": "/by"},
            recovery=Recovery.READ,
            answers=("id",),
        ),
    ),
    item="bag/readers/{id}",
    collection=Collection(
        "bag/readers",
        key="/addresses/0/address",
        key_form=str.casefold,
        lookup={"address": "{key}", "status": "ALL"},
        numbered=False,
    ),
    forms={"/addresses/0/address": str.casefold},
    privileges={
        "list": "readers:read",
        "GET": "readers:read",
        "POST": "readers:write",
        "PUT": "readers:write",
    },
)
