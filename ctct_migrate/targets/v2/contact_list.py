"""Contact lists in v2 (reference, mapping-v2, ContactList; v2-resources, Contact lists)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.mapping.codecs import COUNTER, STRIPPED, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    Codec,
    ConversionOptions,
    Table,
    UnreadableValue,
    dropped,
    ignored,
    recorded,
    sent,
)
from ctct_migrate.payload import Shape
from ctct_migrate.resources.contact_list import CONTACT_LIST as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.target import Collection, Delivery
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import created, replaced

#: Reference, mapping-v2, ContactList: v1 wrote No on every list that was made through the API, so
#: that HIDDEN would hide lists that nobody meant to hide; in requests the status is ACTIVE.
_STATUS: Mapping[str, str] = {"Yes": "ACTIVE", "No": "HIDDEN"}


def _status(text: str, options: ConversionOptions) -> Any:
    text = text.strip()
    if text and text not in _STATUS:
        raise UnreadableValue("sign-up-flag")
    return _STATUS.get(text) if options.shape is Shape.RECORD else "ACTIVE"


TABLE = Table(
    payload="ContactList",
    resource="contact_list",
    target=V2.title,
    contract=V2.contract,
    rows=(
        # The id of a list that is updated stands in the URL alone.
        *(recorded(path, "/id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        sent("Name", "/name", STRIPPED),
        sent("DisplayOnSignup", "/status", Codec("status", _status)),
        recorded("ContactCount", "/contact_count", COUNTER),
        dropped("OptInDefault"),
        dropped("SortOrder"),
        ignored("ShortName", "it shortens the name"),
        ignored("Members", "it only says where the members are listed", deep=True),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
    constants={"/status": "ACTIVE"},
)

_PATH = "lists"

#: Reference, v2-resources, Contact lists.
DELIVERY = Delivery(
    "contact_list",
    TABLE,
    schema="contact_list",
    create=created(_PATH),
    update=replaced(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=Collection(_PATH, key="name", since="modified_since", created="created_date"),
    dates=("modified_date", "created_date"),
    privileges={
        "list": "contacts:lists:read",
        "GET": "contacts:lists:read",
        "POST": "contacts:lists:write",
        "PUT": "contacts:lists:write",
        "DELETE": "contacts:lists:write",
    },
    unknown=catalogue.LIST_UNKNOWN,
)
