"""The account: its addresses, summary and postal address, and what the user may do.

The postal address begins as `SandboxOptions.organization_address`, and is the account's own once a
call has written it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

from ctct_migrate.contract.contract import violations_in
from ctct_migrate.sandbox.answers import Answer, json_answer
from ctct_migrate.sandbox.options import CONFIRMED, UNCONFIRMED
from ctct_migrate.sandbox.v3 import v3_errors
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, Record, V3Call

_OF = v3_errors.ACCOUNT

#: What a user can be allowed (reference, v3-contract, OAuth 2.0).
PRIVILEGES = (
    "campaign:read",
    "campaign:write",
    "campaign:send",
    "campaign:delete",
    "contacts:read",
    "contacts:write",
    "contacts:lists:read",
    "contacts:lists:write",
    "account:read",
    "account:update",
    "ui:campaign:metrics",
)

_SUMMARY, _POSTAL = "account summary", "postal address"

_DEFAULT_SUMMARY = {
    "contact_email": "owner@example.com",
    "contact_phone": "",
    "country_code": "US",
    "encoded_account_id": "a07e1sandbox",
    "first_name": "Sandbox",
    "last_name": "Owner",
    "organization_name": "Sandbox",
    "organization_phone": "",
    "state_code": "MA",
    "time_zone_id": "US/Eastern",
    "website": "",
}

_TEXT = {"type": "string", "maxLength": 255}
_SUMMARY_SCHEMA = {
    "type": "object",
    "properties": {name: _TEXT for name in _DEFAULT_SUMMARY if name != "encoded_account_id"},
    "additionalProperties": False,
}
_LINE = {"type": "string", "minLength": 1, "maxLength": 80}
_CODE = {"type": "string", "pattern": "^[A-Z]{2}$"}
_POSTAL_PROPERTIES = {
    "address_line1": _LINE,
    "address_line2": _LINE,
    "address_line3": _LINE,
    "city": {"type": "string", "minLength": 1},
    "state_code": _CODE,
    "state_name": {"type": "string", "minLength": 1},
    "postal_code": {"type": "string", "minLength": 1},
    "country_code": _CODE,
}
_POSTAL_SCHEMA = {
    "type": "object",
    "properties": _POSTAL_PROPERTIES,
    "required": ["address_line1", "city", "country_code"],
    "additionalProperties": False,
}

#: Countries whose addresses have a state_code.
_WITH_STATE_CODES = ("US", "CA")


def privileges(call: V3Call) -> Answer:
    """GET `/account/user/privileges`."""
    found = [
        {"privilege_id": number, "privilege_name": name}
        for number, name in enumerate(PRIVILEGES, 1)
        if name not in call.options.denied_privileges
    ]
    return json_answer(200, found)


def email_id(address: str) -> int:
    """The number of an address."""
    return zlib.crc32(address.lower().encode()) or 1


def addresses(call: V3Call) -> Answer:
    """GET `/account/emails`, with one filter at most."""
    query = call.request.query
    given = [name for name in ("confirm_status", "email_address", "role_code") if name in query]
    if len(given) > 1:
        raise v3_errors.invalid(_OF, f"{given[0]} and {given[1]} cannot both be given.")
    status = query.get("confirm_status", "")
    if status not in ("", CONFIRMED, UNCONFIRMED):
        raise v3_errors.invalid(_OF, f"confirm_status cannot be {status}.")
    rows = call.store.addresses(status)
    if "email_address" in query:
        wanted = query["email_address"].strip().lower()
        rows = [row for row in rows if row["email_address"].lower() == wanted]
    if "role_code" in query:
        rows = []
    return json_answer(200, [_shown(row) for row in rows])


def _shown(row: Mapping[str, str]) -> Record:
    address, status = row["email_address"], row["status"]
    found: Record = {
        "email_address": address,
        "email_id": email_id(address),
        "confirm_status": status,
        "roles": [],
        "pending_roles": [],
    }
    if status == CONFIRMED:
        found |= {
            "confirm_time": "2020-01-01T00:00:00.000Z",
            "confirm_source_type": "SITE_OWNER",
        }
    return found


def add_address(call: V3Call) -> Answer:
    """POST `/account/emails`: UNCONFIRMED, for nobody reads the mail that asks to confirm it."""
    body = call.checked(_OF, "email", "create")
    address = body["email_address"]
    if call.store.address_status(address) is not None:
        raise v3_errors.taken(_OF, f"The email_address {address} exists already.")
    call.store.save_address(address, UNCONFIRMED, call.stamp[:10])
    answer = {
        "email_address": address,
        "email_id": email_id(address),
        "confirm_status": UNCONFIRMED,
    }
    return json_answer(201, answer)


def summary(call: V3Call) -> Answer:
    """GET `/account/summary?extra_fields=physical_address,company_logo`."""
    extra = call.words("extra_fields")
    unknown = [name for name in extra if name not in ("physical_address", "company_logo")]
    if unknown:
        raise v3_errors.invalid(_OF, f"extra_fields cannot be {unknown[0]}.")
    found = _summary(call)
    if "physical_address" in extra:
        found["physical_address"] = postal_address(call)
    if "company_logo" in extra:
        found["company_logo"] = {}
    return json_answer(200, found)


def _summary(moment: AccountMoment) -> Record:
    stored = moment.store.setting(_SUMMARY)
    return {**_DEFAULT_SUMMARY, **(json.loads(stored) if stored else {})}


def change_summary(call: V3Call) -> Answer:
    """PUT `/account/summary`: what is left out stays."""
    body = call.small(_OF, _SUMMARY_SCHEMA)
    changed = {**_summary(call), **body}
    call.store.save_setting(_SUMMARY, json.dumps(changed))
    return json_answer(200, changed)


def postal_address(moment: AccountMoment) -> Record:
    """The account's postal address; empty without one."""
    stored = moment.store.setting(_POSTAL)
    if stored:
        found: Record = json.loads(stored)
        return found
    given = moment.options.organization_address
    if not given:
        return {}
    names = {
        "line1": "address_line1", "line2": "address_line2", "line3": "address_line3",
        "city": "city", "state_code": "state_code", "state": "state_name",
        "postal_code": "postal_code", "country_code": "country_code",
    }  # fmt: skip
    return {new: given[old] for old, new in names.items() if given.get(old)}


def footer(moment: AccountMoment) -> Mapping[str, Any]:
    """The account's postal address as the footer of a mail has it; empty without one."""
    address = postal_address(moment)
    if not address:
        return {}
    if "state_name" in address:
        address["state_non_us_name"] = address.pop("state_name")
    return {"organization_name": _summary(moment)["organization_name"], **address}


def read_postal_address(call: V3Call) -> Answer:
    """GET `/account/summary/physical_address`."""
    return json_answer(200, postal_address(call))


def add_postal_address(call: V3Call) -> Answer:
    """POST: 409 where there is one."""
    body = _checked_address(call, {})
    if postal_address(call):
        raise v3_errors.taken(_OF, "The account has a physical address already.")
    return json_answer(201, _save_postal(call, body))


def change_postal_address(call: V3Call) -> Answer:
    """PUT: what is left out stays."""
    there = postal_address(call)
    if not there:
        raise v3_errors.missing(_OF, "The account has no physical address.")
    return json_answer(200, _save_postal(call, _checked_address(call, there)))


def _checked_address(call: V3Call, there: Record) -> Record:
    body = {**there, **call.body(_OF)}
    v3_errors.refuse(_OF, violations_in(_POSTAL_SCHEMA, body))
    wrong = "state_name" if body["country_code"] in _WITH_STATE_CODES else "state_code"
    if wrong in body:
        country = body["country_code"]
        raise v3_errors.invalid(_OF, f"{wrong} is not for addresses of country_code {country}.")
    return body


def _save_postal(call: V3Call, address: Record) -> Record:
    call.store.save_setting(_POSTAL, json.dumps(address))
    return address
