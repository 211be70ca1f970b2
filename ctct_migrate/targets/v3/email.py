"""The account's addresses in v3 (reference, mapping-v3, Email; v3-contract, Account endpoints).

A new address gets a mail that asks to confirm it, so that none is made of a document: only a record
is.  A body that somebody wrote for that is sent.  What is confirmed, the sender asks the account.
"""

from __future__ import annotations

from collections.abc import Mapping

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
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v3.target import V3

_STATUS: Mapping[str, str] = {"Verified": "CONFIRMED", "Pending": "UNCONFIRMED"}


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
        recorded("Status", "/confirm_status", listed("enumeration", _STATUS)),
        recorded("VerifiedTime", "/confirm_time", UTC_DATE),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

_PATH = "account/emails"
_KEY = "email_address"

#: Reference, v3-contract, Account endpoints; mapping-v3, Email: one is created only if none is listed.
DELIVERY = Delivery(
    "email",
    TABLE,
    schema="email",
    create=(
        Step(
            "create",
            "POST",
            _PATH,
            keeps={"id": f"/{_KEY}"},
            recovery=Recovery.KEY,
            answers=(_KEY,),
        ),
    ),
    # The number that the server gives is a number, and ids are texts: an address names itself.
    collection=Collection(_PATH, id=_KEY, key=_KEY, key_form=str.casefold, numbered=False),
    privileges={"list": "account:read", "POST": "account:update"},
    forms={f"/{_KEY}": str.casefold},
    shared=True,
)
