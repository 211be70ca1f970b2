"""Activities in v2: records of jobs that are done (reference, mapping-v2, Activity)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.mapping.codecs import COUNTER, DATE, STRIPPED, id_of, listed, one_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    Codec,
    ConversionOptions,
    Table,
    ignored,
    recorded,
)
from ctct_migrate.resources.activity import ACTIVITY as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.activity_errors import errors_text, read_errors
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v2.target import V2

#: Three words for the same job (reference, v1-resources, Activity: Request parameters).
_TYPES: Mapping[str, str] = {
    "ADD_CONTACTS": "ADD_CONTACTS",
    "SV_ADD": "ADD_CONTACTS",
    "ADD_CONTACT_DETAIL": "ADD_CONTACTS",
    "REMOVE_CONTACTS_FROM_LISTS": "REMOVE_CONTACTS_FROM_LISTS",
    "CLEAR_CONTACTS_FROM_LISTS": "CLEAR_CONTACTS_FROM_LISTS",
    "EXPORT_CONTACTS": "EXPORT_CONTACTS",
}


def _errors_of(text: str, options: ConversionOptions) -> list[dict[str, Any]] | None:
    return read_errors(text)


def _count_errors(text: str, options: ConversionOptions) -> int | None:
    found = read_errors(text)
    return None if found is None else len(found)


TABLE = Table(
    payload="Activity",
    resource="activity",
    target=V2.title,
    contract=V2.contract,
    rows=(
        *(recorded(path, "/id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        recorded("Type", "/type", listed("enumeration", _TYPES)),
        recorded("Status", "/status", one_of("Activity", "Status", V2.contract, "activity", "/status")),
        recorded("Errors", "/error_count", Codec("errors", _count_errors, whole=errors_text)),
        recorded("TransactionCount", "/contact_count", COUNTER),
        recorded("Errors", "/errors", Codec("errors", _errors_of, whole=errors_text)),
        recorded("FileName", "/file_name", STRIPPED),
        recorded("InsertTime", "/created_date", DATE),
        recorded("RunStartTime", "/start_date", DATE),
        recorded("RunFinishTime", "/finish_date", DATE),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
    constants={"/error_count": 0},
)  # fmt: skip

DELIVERY = Delivery("activity", TABLE, schema="activity")
