"""The account's addresses in v2 (reference, mapping-v2, Email; v2-resources, Account).

A new address gets a mail that asks to confirm it, so that none is made of a document: only a record
is.  A body that somebody wrote for that is sent.  What is confirmed, the sender asks the account.
"""

from __future__ import annotations

from collections.abc import Mapping

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
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v2.target import V2

_STATUS: Mapping[str, str] = {"Verified": "CONFIRMED", "Pending": "UNCONFIRMED"}


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
        recorded("Status", "/status", listed("enumeration", _STATUS)),
        dropped("VerifiedTime"),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

_PATH = "account/verifiedemailaddresses"
_KEY = "email_address"

#: Reference, v2-resources, Account: POST takes an array, and answers one.
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
            in_array=True,
            answers=(_KEY,),
            answers_array=True,
        ),
    ),
    collection=Collection(_PATH, id=_KEY, key=_KEY, key_form=str.casefold, numbered=False),
    privileges={"list": "account:read", "POST": "account:update"},
    forms={f"/{_KEY}": str.casefold},
    shared=True,
)
