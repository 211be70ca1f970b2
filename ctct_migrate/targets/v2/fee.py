"""Fees of events in v2: bodies of their own (reference, mapping-v2, Event; v2-resources, Eventspot)."""

from __future__ import annotations

from ctct_migrate.mapping.codecs import AMOUNT, STRIPPED
from ctct_migrate.mapping.rows import (
    Codec,
    ConversionOptions,
    Table,
    UnreadableValue,
    ValueLeftOut,
    sent,
)
from ctct_migrate.payload import Shape
from ctct_migrate.targets.target import Collection, Delivery
from ctct_migrate.targets.v2.event import PRIVILEGES
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import created, deleted, replaced

#: Reference, mapping-v2, Event: EventFee.
_SCOPES = {"BOTH": "BOTH", "REGISTRANTS": "REGISTRANTS", "REGISTRANT": "REGISTRANTS", "GUESTS": "GUESTS", "GUEST": "GUESTS"}  # fmt: skip


def _scope(text: str, options: ConversionOptions) -> str | None:
    word = text.strip()
    if word and word not in _SCOPES:
        raise UnreadableValue("enumeration")
    return _SCOPES.get(word)


def _further(text: str, options: ConversionOptions) -> object:
    """A fee for those who are early or late, which needs a date that v1 does not have."""
    amount = AMOUNT.read(text, options)
    if amount is not None and options.shape is not Shape.RECORD:
        raise ValueLeftOut("{target} needs the date until which, or from which, it holds")
    return amount


_FURTHER = Codec("amount", _further)

TABLE = Table(
    payload="EventFee",
    inside="Event",
    resource="fee",
    target=V2.title,
    contract=V2.contract,
    rows=(
        sent("Label", "/label", STRIPPED),
        sent("Fee", "/fee", AMOUNT),
        sent("EarlyFee", "/early_fee", _FURTHER),
        sent("LateFee", "/late_fee", _FURTHER),
        sent("FeeScope", "/fee_scope", Codec("enumeration", _scope)),
    ),
)

_PATH = "eventspot/events/{event}/fees"

#: Reference, v2-resources, Eventspot.
DELIVERY = Delivery(
    "fee",
    TABLE,
    schema="fee",
    create=created(_PATH, "label"),
    update=replaced(_PATH, "label"),
    remove=deleted(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=Collection(_PATH, key="label"),
    privileges=PRIVILEGES,
)
