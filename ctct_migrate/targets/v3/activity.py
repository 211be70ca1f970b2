"""Activities in v3: records of jobs that are done (reference, mapping-v3, Activity)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.mapping.codecs import COUNTER, STRIPPED, UTC_DATE, id_of, listed
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    NONE,
    Codec,
    ConversionOptions,
    Row,
    Table,
    dropped,
    ignored,
    recorded,
)
from ctct_migrate.payload import Fate
from ctct_migrate.resources.activity import ACTIVITY as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.activity_errors import errors_text, read_errors
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v3.target import V3

_STATES: Mapping[str, str] = {
    "PENDING": "initialized",
    "RUNNING": "processing",
    "COMPLETE": "completed",
    "ERROR": "failed",
}


def _errors(text: str, options: ConversionOptions) -> list[str] | None:
    """Each error in words."""
    found = read_errors(text)
    return None if found is None else [_worded(each) for each in found if each]


def _worded(error: Mapping[str, Any]) -> str:
    line, address = error.get("line_number"), error.get("email_address")
    where = [f"line {line}"] if line is not None else []
    where += [str(address)] if address is not None else []
    return ": ".join(filter(None, [", ".join(where), str(error.get("message", ""))]))


_OWN_DAYS = "{target} shows the activities of the last ten days, and gives them ids of its own"

TABLE = Table(
    payload="Activity",
    resource="activity",
    target=V3.title,
    contract=V3.contract,
    rows=(
        *(
            Row(path, "", id_of(RESOURCE), NONE, None, Fate.DROPPED, _OWN_DAYS, number=True)
            for path in OWN_PATHS
        ),
        recorded("Status", "/state", listed("enumeration", _STATES)),
        recorded("Errors", "/activity_errors", Codec("errors", _errors, whole=errors_text)),
        recorded("TransactionCount", "/status/items_total_count", COUNTER),
        recorded("FileName", "/source_file_name", STRIPPED),
        recorded("InsertTime", "/created_at", UTC_DATE),
        recorded("RunStartTime", "/started_at", UTC_DATE),
        recorded("RunFinishTime", "/completed_at", UTC_DATE),
        dropped("Type", "an activity of {target} does not say what it did"),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
)

DELIVERY = Delivery("activity", TABLE, schema="activity")
