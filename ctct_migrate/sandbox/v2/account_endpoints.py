"""The account: its e-mail addresses and postal address, as endpoints, and as what a campaign is
checked against.

Which calls reach these functions is the table in `routes`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from ctct_migrate.sandbox.answers import CONFLICT, NO_ADDRESS, Answer, Error, json_answer
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import (
    CONFIRMED,
    UNCONFIRMED,
    SandboxOptions,
    is_number,
    list_name,
)
from ctct_migrate.sandbox.refusals import check_small_body
from ctct_migrate.sandbox.requests import RefusedError, bad_request
from ctct_migrate.sandbox.seeds import plant_named
from ctct_migrate.sandbox.served import ServedAccount, served
from ctct_migrate.sandbox.smallbodies import ADDRESSES

#: The slug of contact lists.
_LIST = "contact_list"

#: Reference, v2-contract, Endpoints.
MOST_ADDRESSES_A_DAY = 200


def campaign_errors(
    store: Store, options: SandboxOptions, body: Mapping[str, Any], now: datetime
) -> list[Error]:
    """What the account refuses a campaign's body for, which keeps the contract: addresses that
    are not confirmed, lists that do not exist, no postal address.  With `accept_any_address` and
    `accept_any_list`, what is missing comes into being instead."""
    return [
        *_address_errors(store, options, body),
        *list_errors(store, options, body.get("sent_to_contact_lists"), now),
        *_postal_errors(options, body),
    ]


def _address_errors(store: Store, options: SandboxOptions, body: Mapping[str, Any]) -> list[Error]:
    found = []
    for name in ("from_email", "reply_to_email"):
        address = body.get(name)
        if address is None or store.address_status(address) == CONFIRMED:
            continue
        if options.accept_any_address:
            store.save_address(address, CONFIRMED)
            continue
        # The reference knows the key, and no message of it.
        message = f"#/{name}: {address} is not a confirmed email address of this account."
        found.append(Error("json.email.invalid", message))
    return found


def list_errors(
    store: Store, options: SandboxOptions, lists: Iterable[Mapping[str, Any]] | None, now: datetime
) -> list[Error]:
    """What is wrong with the contact lists that a body names (objects with an `id`)."""
    found = []
    for number in dict.fromkeys(entry["id"] for entry in lists or ()):
        if is_number(number) and store.resource(_LIST, "", number) is not None:
            continue
        if options.accept_any_list and is_number(number):
            plant_named(store, served(options.target)[_LIST], number, list_name(number), now)
            continue
        message = f"The contact list {number} does not exist."
        found.append(Error("json.field.lists.value.invalid", message))
    return found


def _postal_errors(options: SandboxOptions, body: Mapping[str, Any]) -> list[Error]:
    if body.get("message_footer") or options.organization_address:
        return []
    return [Error(NO_ADDRESS.key, NO_ADDRESS.message)]


def info(account: ServedAccount) -> Answer:
    """GET `/account/info`."""
    confirmed = account.store.addresses(CONFIRMED)
    address = account.options.organization_address
    return json_answer(
        200,
        {
            "organization_name": "Sandbox",
            "website": "",
            "time_zone": "US/Eastern",
            "first_name": "",
            "last_name": "",
            "email": confirmed[0]["email_address"] if confirmed else "",
            "phone": "",
            "company_logo": "",
            "country_code": address.get("country_code", "") if address else "",
            "state_code": address.get("state_code", "") if address else "",
            "organization_addresses": [address] if address else [],
        },
    )


def addresses(account: ServedAccount) -> Answer:
    """GET `/account/verifiedemailaddresses?status=`; without a status, or with ALL, all."""
    store, request = account.store, account.request
    status = request.query.get("status", "ALL")
    if status not in ("ALL", CONFIRMED, UNCONFIRMED):
        raise bad_request(f"The query parameter status cannot be '{status}'.")
    return json_answer(200, store.addresses("" if status == "ALL" else status))


def add_address(account: ServedAccount) -> Answer:
    """POST `/account/verifiedemailaddresses`: the addresses are UNCONFIRMED, for nobody reads
    the mail that asks to confirm them."""
    store, request = account.store, account.request
    body = request.json()
    check_small_body(ADDRESSES, body)
    posted = [item["email_address"] for item in body]
    day = request.now.date().isoformat()
    if store.addresses_posted(day) + len(posted) > MOST_ADDRESSES_A_DAY:
        raise bad_request(f"At most {MOST_ADDRESSES_A_DAY} addresses can be added in a day.")
    for address in posted:
        if store.address_status(address) is not None:
            raise RefusedError(CONFLICT.answer(f"The email address {address} exists already."))
        store.save_address(address, UNCONFIRMED, day)
    answer = [{"email_address": address, "status": UNCONFIRMED} for address in posted]
    return json_answer(201, answer)


_ADDRESSES = "account/verifiedemailaddresses"

#: Endpoints of the account: method, path below the base URL, privilege, function.
ENDPOINTS = (
    ("GET", "account/info", "account:read", info),
    ("GET", _ADDRESSES, "account:read", addresses),
    ("POST", _ADDRESSES, "account:update", add_address),
)
