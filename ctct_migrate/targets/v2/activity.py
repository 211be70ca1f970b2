"""Activities in v2: records of jobs that are done (reference, mapping-v2, Activity)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.mapping.codecs import COUNTER, DATE, STRIPPED, id_of, one_of
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    Codec,
    ConversionOptions,
    Table,
    UnreadableValue,
    ignored,
    recorded,
)
from ctct_migrate.resources.activity import ACTIVITY as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
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


def _type(text: str, options: ConversionOptions) -> str | None:
    text = text.strip()
    if text and text not in _TYPES:
        raise UnreadableValue("enumeration")
    return _TYPES.get(text)


#: What v2's older errors have, by the names that v1 probably had (reference, v1-resources,
#: Activity: Errors).
_PARTS = {"Message": "message", "LineNumber": "line_number", "EmailAddress": "email_address"}


#: What opens the JSON text of errors: no XML text can begin with it.
_AS_JSON = "\0"


def _errors(element: Any) -> str:
    """The errors in an element, as JSON text: each child one; text alone is one too."""
    found = list(_each_error(element))
    return _AS_JSON + json.dumps(found) if found else ""


def _each_error(element: Any) -> Iterator[dict[str, Any]]:
    children = list(element.iterchildren("*"))
    if not children and decoded(element).strip():
        yield {"message": decoded(element).strip()}
    for child in children:
        yield _error(child)


def _error(element: Any) -> dict[str, Any]:
    """One error: what is known of it by name, and all else in its message."""
    found: dict[str, Any] = {}
    others: list[str] = []
    for part in element.iterchildren("*"):
        local, text = part.tag.rpartition("}")[2], " ".join("".join(part.itertext()).split())
        name = _PARTS.get(local)
        if name is None or name in found:
            others += [f"{local}: {text}"] if text else []
        elif text:
            is_number = name == "line_number" and text.isascii() and text.isdigit()
            found[name] = int(text) if is_number and len(text) < 10 else text
    alone = " ".join([element.text or "", *(part.tail or "" for part in element)]).split()
    said = [found.get("message", ""), " ".join(alone), "; ".join(others)]
    message = "; ".join(filter(None, said))
    return {**found, "message": message} if message or not found else found


def _read_errors(text: str, options: ConversionOptions) -> list[dict[str, Any]] | None:
    if not text.strip():
        return None
    if not text.startswith(_AS_JSON):  # text that stood alone in the element
        return [{"message": text.strip()}]
    found: list[dict[str, Any]] = json.loads(text.removeprefix(_AS_JSON))
    return found


def _count_errors(text: str, options: ConversionOptions) -> int | None:
    found = _read_errors(text, options)
    return None if found is None else len(found)


TABLE = Table(
    payload="Activity",
    resource="activity",
    target=V2.title,
    contract=V2.contract,
    rows=(
        *(recorded(path, "/id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        recorded("Type", "/type", Codec("enumeration", _type)),
        recorded("Status", "/status", one_of("Activity", "Status", V2.contract, "activity", "/status")),
        recorded("Errors", "/error_count", Codec("errors", _count_errors, whole=_errors)),
        recorded("TransactionCount", "/contact_count", COUNTER),
        recorded("Errors", "/errors", Codec("errors", _read_errors, whole=_errors)),
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
