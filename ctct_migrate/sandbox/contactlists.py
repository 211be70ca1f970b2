"""The contact lists of the account, as endpoints.

Contacts are not kept, so every list is empty.  Which calls reach these functions is the table in
`routes`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ctct_migrate.sandbox.answers import CONFLICT, NOT_FOUND, Answer, json_answer, no_content
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import Options, is_number
from ctct_migrate.sandbox.refusals import check_small_body
from ctct_migrate.sandbox.requests import (
    RefusedError,
    Request,
    bad_request,
    instant,
    timestamp,
)
from ctct_migrate.sandbox.smallbodies import CONTACT_LIST

#: Reference, v2-contract, Endpoints.
MOST_LISTS = 1_000


def add_list(
    store: Store, name: str, now: datetime, *, number: str | None = None, status: str = "ACTIVE"
) -> dict[str, Any]:
    """Store a new contact list, under `number` if one is given; its record.  A name that is
    taken is told apart by the number."""
    if number is not None and store.contact_list_named(name) is not None:
        name = f"{name} ({number})"
    moment = timestamp(now)
    record = {
        **({"id": number} if number is not None else {}),
        "name": name,
        "status": status,
        "contact_count": 0,
        "created_date": moment,
        "modified_date": moment,
    }
    return store.save_contact_list(record)


def lists(store: Store, options: Options, request: Request) -> Answer:
    """GET `/lists?modified_since=`: an array of all."""
    since = modified_since(request)
    return json_answer(200, [r for r in store.contact_lists() if r["modified_date"] >= since])


def create(store: Store, options: Options, request: Request) -> Answer:
    """POST `/lists`."""
    body = request.json()
    check_small_body(CONTACT_LIST, body)
    _check_name(store, body["name"], None)
    if len(store.contact_lists()) >= MOST_LISTS:
        raise bad_request(f"An account can have at most {MOST_LISTS} contact lists.")
    return json_answer(201, add_list(store, body["name"], request.now, status=body["status"]))


def read(store: Store, options: Options, request: Request) -> Answer:
    """GET `/lists/{list_id}`."""
    return json_answer(200, _found(store, request))


def update(store: Store, options: Options, request: Request) -> Answer:
    """PUT `/lists/{list_id}`."""
    current = _found(store, request)
    body = request.json()
    check_small_body(CONTACT_LIST, body)
    _check_name(store, body["name"], current["id"])
    changed = {"name": body["name"], "status": body["status"]}
    record = {**current, **changed, "modified_date": timestamp(request.now)}
    return json_answer(200, store.save_contact_list(record))


def delete(store: Store, options: Options, request: Request) -> Answer:
    """DELETE `/lists/{list_id}`."""
    store.remove_contact_list(_found(store, request)["id"])
    return no_content()


def _found(store: Store, request: Request) -> dict[str, Any]:
    number = request.parameters["list_id"]
    record = store.contact_list(number) if is_number(number) else None
    if record is None:
        raise RefusedError(NOT_FOUND.answer(f"The contact list {number} does not exist."))
    return record


def _check_name(store: Store, name: str, own: str | None) -> None:
    if store.contact_list_named(name) not in (None, own):
        raise RefusedError(CONFLICT.answer(f"A contact list of the name '{name}' exists already."))


def modified_since(request: Request) -> str:
    """The query parameter `modified_since` as a timestamp that sorts with those stored; empty
    without one.  Raises RefusedError (400) when it is no date-time."""
    given = request.query.get("modified_since")
    if not given:
        return ""
    # A `+` that was not escaped arrives as a space.
    moment = instant(given.replace(" ", "+"))
    if moment is None:
        raise bad_request("The query parameter modified_since is not an ISO 8601 date-time.")
    return timestamp(moment)
