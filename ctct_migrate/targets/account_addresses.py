"""The account's addresses, as v2 and v3 both take them (reference, mapping-v2 and mapping-v3, Email).

A new address gets a mail that asks to confirm it, so that none is made of a document: only a record
is.  A body that somebody wrote for that is sent.  What is confirmed, the sender asks the account.
"""

from __future__ import annotations

from collections.abc import Mapping

from ctct_migrate.mapping.rows import Table
from ctct_migrate.targets.target import Collection, Delivery, Recovery, Step

#: What the statuses of v1 are called.
STATUS: Mapping[str, str] = {"Verified": "CONFIRMED", "Pending": "UNCONFIRMED"}

_KEY = "email_address"


def delivery_of(table: Table, path: str, *, in_array: bool = False) -> Delivery:
    """How addresses are delivered at a path; with `in_array` bodies and answers are arrays of one.

    An address names itself: the number that v3 gives is not a text, as ids are, and v2 gives none.
    """
    return Delivery(
        "email",
        table,
        schema="email",
        create=(
            Step(
                "create",
                "POST",
                path,
                keeps={"id": f"/{_KEY}"},
                recovery=Recovery.KEY,
                in_array=in_array,
                answers=(_KEY,),
                answers_array=in_array,
            ),
        ),
        collection=Collection(path, id=_KEY, key=_KEY, key_form=str.casefold, numbered=False),
        privileges={"list": "account:read", "POST": "account:update"},
        forms={f"/{_KEY}": str.casefold},
        shared=True,
    )
