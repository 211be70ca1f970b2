"""The account's addresses in v3 (reference, mapping-v3, Email; v3-contract, Account endpoints)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, UTC_DATE, id_of, listed
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    NONE,
    Row,
    Table,
    ignored,
    recorded,
)
from ctct_migrate.payload import Fate
from ctct_migrate.resources.email import EMAIL as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.account_addresses import STATUS, delivery_of
from ctct_migrate.targets.v3.target import V3

_NO_NUMBER = "the numbers that {target} gives addresses are others"

TABLE = Table(
    payload="Email",
    resource="email",
    target=V3.title,
    contract=V3.contract,
    rows=(
        *(
            Row(path, "", id_of(RESOURCE), NONE, None, Fate.DROPPED, _NO_NUMBER, number=True)
            for path in OWN_PATHS
        ),
        recorded("EmailAddress", "/email_address", STRIPPED),
        recorded("Status", "/confirm_status", listed("enumeration", STATUS)),
        recorded("VerifiedTime", "/confirm_time", UTC_DATE),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

#: Reference, v3-contract, Account endpoints; mapping-v3, Email: one is created only if none is listed.
DELIVERY = delivery_of(TABLE, "account/emails")
