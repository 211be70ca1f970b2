"""The account's addresses in v2 (reference, mapping-v2, Email; v2-resources, Account)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import STRIPPED, id_of, listed
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    NONE,
    Row,
    Table,
    dropped,
    ignored,
    recorded,
)
from ctct_migrate.payload import Fate
from ctct_migrate.resources.email import EMAIL as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.account_addresses import STATUS, delivery_of
from ctct_migrate.targets.v2.target import V2

_NO_NUMBER = "{target} knows an address by itself, not by a number"

TABLE = Table(
    payload="Email",
    resource="email",
    target=V2.title,
    contract=V2.contract,
    rows=(
        *(
            Row(path, "", id_of(RESOURCE), NONE, None, Fate.DROPPED, _NO_NUMBER, number=True)
            for path in OWN_PATHS
        ),
        recorded("EmailAddress", "/email_address", STRIPPED),
        recorded("Status", "/status", listed("enumeration", STATUS)),
        dropped("VerifiedTime"),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

#: Reference, v2-resources, Account: POST takes an array, and answers one.
DELIVERY = delivery_of(TABLE, "account/verifiedemailaddresses", in_array=True)
