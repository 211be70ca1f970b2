"""Resources of the account, as endpoints: create, read, replace, delete and list, for any of them.

What differs between resources is data (`served.Served`), or stands in its `Behaviour`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from ctct_migrate.sandbox import blanks
from ctct_migrate.sandbox.answers import CONFLICT, NOT_FOUND, Answer, Error, json_answer, no_content
from ctct_migrate.sandbox.options import is_number
from ctct_migrate.sandbox.refusals import check_contract, refuse
from ctct_migrate.sandbox.requests import (
    RefusedError,
    ServerRequest,
    bad_request,
    instant,
    timestamp,
)
from ctct_migrate.sandbox.served import Record, Served, ServedAccount
from ctct_migrate.targets.target import Collection

#: How many a page of a listing holds that asks for no number (reference, v2-contract, Endpoints).
_LISTED = 50

#: What asks a listing for any status.
_ALL = "ALL"


def listing(kind: Served, account: ServedAccount) -> Answer:
    """GET of the collection: `?status=&modified_since=&limit=`, and the pages after it, in order of
    their ids; a bare array of all where the target wraps none.

    Open in the reference, and decided here: `modified_since` includes the moment itself; ALL is
    any status; `next_link` is a path with one parameter, `next`, to which the caller adds its
    key.
    """
    request, collection = account.request, kind.delivery.collection
    assert collection is not None, "what has no collection is not served"
    parent = owner_id(kind, account)
    if any(name in request.query for name in _looking(collection)):
        return _wrapped(collection, _looked_up(kind, account, parent))
    if not collection.rows:
        rows = account.store.resources(kind.slug, parent, modified_since=modified_since(request))
        return json_answer(200, [_listed(kind, account, row) for row in rows])
    if "next" in request.query:
        asked = _from_token(request.query["next"])
    else:
        status = request.query.get("status", _ALL)
        if status not in (_ALL, *blanks.statuses(kind.contract, kind.slug)):
            raise bad_request(f"The query parameter status cannot be '{status}'.")
        asked = {
            "status": "" if status == _ALL else status,
            "modified_since": modified_since(request),
            "limit": _limit(kind, request.query.get("limit", str(_LISTED))),
            "after": 0,
        }
    limit = min(asked.pop("limit"), kind.behaviour.most_listed)
    found = account.store.resources(kind.slug, parent, **asked, limit=limit + 1)
    pagination = {}
    if len(found) > limit:
        token = _token({**asked, "limit": limit, "after": int(found[limit - 1]["id"])})
        pagination["next_link"] = f"{account.request.mounted}?next={token}"
    results = [_listed(kind, account, record) for record in found[:limit]]
    return json_answer(200, {"meta": {"pagination": pagination}, "results": results})


def _looking(collection: Collection) -> list[str]:
    """The query parameters that say which key is looked for."""
    return [name for name, value in collection.lookup.items() if "{key}" in value]


def _looked_up(kind: Served, account: ServedAccount, parent: str) -> list[Record]:
    """What has the key that the query names: one at most."""
    collection = kind.delivery.collection
    assert collection is not None, "what has no collection is not served"
    names = _looking(collection)
    asked = {collection.form_of(account.request.query.get(name, "")) for name in names}
    number = account.store.with_key(kind.slug, parent, asked.pop()) if len(asked) == 1 else None
    record = account.store.resource(kind.slug, parent, number) if number else None
    status = account.request.query.get("status", _ALL)
    if record is None or (status != _ALL and record.get("status") != status):
        return []
    return [_listed(kind, account, record)]


def _wrapped(collection: Collection, rows: list[Record]) -> Answer:
    """Rows as the target's listings hold them: an array, or an object with a last page."""
    value: Any = rows
    for name in reversed(collection.rows.split("/")[1:]):
        value = {name: value}
    return json_answer(200, {"meta": {"pagination": {}}, **value} if collection.rows else value)


def _listed(kind: Served, account: ServedAccount, record: Record) -> Record:
    shown = kind.shown(account, record)
    names = kind.behaviour.listed
    return {name: shown[name] for name in names if name in shown} if names else shown


def create(kind: Served, account: ServedAccount) -> Answer:
    """POST to the collection."""
    store, behaviour, now = account.store, kind.behaviour, account.request.now
    parent = owner_id(kind, account)
    body = behaviour.prepared(account, account.request.json(), None)
    check_contract(kind.contract, kind.slug, "create", body)
    refuse(behaviour.errors(account, body, None))
    # The reference knows 409 for names alone; a second one of what there is one of is the same.
    if kind.singleton and store.resource(kind.slug, parent, kind.singleton) is not None:
        raise RefusedError(CONFLICT.answer(f"There is a {kind.noun} already."))
    check_key(kind, account, parent, body, None)
    if behaviour.most is not None and store.count(kind.slug, parent) >= behaviour.most:
        raise bad_request(f"An account can have at most {behaviour.most} {kind.noun}s.")
    record = add(kind, account, parent, body, timestamp(now))
    behaviour.stored(account, parent, record)
    return json_answer(201, kind.shown(account, record))


def add(
    kind: Served, account: ServedAccount, parent: str, body: Mapping[str, Any], moment: str
) -> Record:
    """Stores a new record with what the server sets itself; the record with its id."""
    dates: Record = {
        name: moment
        for name in ("created_date", "modified_date")
        if name in blanks.names(kind.contract, kind.slug)
    }
    record: Record = {
        **blanks.record(kind.contract, kind.slug),
        **dates,
        **body,
        **kind.behaviour.sets,
    }
    if kind.singleton:
        record = {"id": kind.singleton, **record}
    record = kind.behaviour.completed(account, record, None)
    key = kind.unique_key(record)
    return account.store.add(kind.slug, parent, record, key=key, first=kind.behaviour.first_id)


def read(kind: Served, account: ServedAccount) -> Answer:
    """GET of one."""
    record = found(kind, account, owner_id(kind, account))
    return json_answer(200, kind.shown(account, record))


def update(kind: Served, account: ServedAccount) -> Answer:
    """PUT of one: replaces it; what is left out is emptied, but for what the server keeps
    itself."""
    store, behaviour = account.store, kind.behaviour
    parent = owner_id(kind, account)
    current = found(kind, account, parent)
    given = _with_id(kind, account.request.json(), current)
    body = behaviour.prepared(account, given, current)
    check_contract(kind.contract, kind.slug, "update", body)
    refuse([*_id_errors(kind, current, body), *behaviour.errors(account, body, current)])
    check_key(kind, account, parent, body, current["id"])
    kept = blanks.read_only(kind.contract, kind.slug) | behaviour.kept(current)
    record = {
        **blanks.record(kind.contract, kind.slug),
        **body,
        **{name: current[name] for name in kept if name in current},
        "id": current["id"],
    }
    if "modified_date" in blanks.names(kind.contract, kind.slug):
        record["modified_date"] = timestamp(account.request.now)
    record = behaviour.completed(account, record, current)
    store.save(kind.slug, parent, record, key=kind.unique_key(record))
    behaviour.stored(account, parent, record)
    return json_answer(200, kind.shown(account, record))


def delete(kind: Served, account: ServedAccount) -> Answer:
    """DELETE of one, and of what lives in it."""
    parent = owner_id(kind, account)
    record = found(kind, account, parent)
    left = kind.behaviour.left(account, record)
    if left is None:
        account.store.remove(kind.slug, parent, record["id"])
    else:
        account.store.save(kind.slug, parent, left, key=kind.unique_key(left))
    kind.behaviour.stored(account, parent, left)
    return no_content()


def found(kind: Served, account: ServedAccount, parent: str = "") -> Record:
    """The record that the request's path names.  Raises RefusedError (404) when there is none."""
    number = account.request.parameters["id"]
    return named(kind, account, parent, number)


def named(kind: Served, account: ServedAccount, parent: str, number: str) -> Record:
    """The record of that id.  Raises RefusedError (404) when there is none."""
    record = account.store.resource(kind.slug, parent, number) if is_number(number) else None
    if record is None:
        noun = kind.noun[:1].upper() + kind.noun[1:]
        raise RefusedError(NOT_FOUND.answer(f"{noun} not found for id {number}"))
    return record


def owner_id(kind: Served, account: ServedAccount) -> str:
    """The id of the resource that this one lives in; empty for none.  Raises RefusedError (404)
    when there is no such resource."""
    if not kind.owner:
        return ""
    from ctct_migrate.sandbox.served import kept_id, served

    owner = served(account.options.target)[kind.owner]
    parameters = account.request.parameters
    asked = parameters.get(kind.owner)
    if asked is None:  # it is named by another id of its own
        name = next(name for name in owner.kept_names if name in parameters)
        asked = parameters[name].removeprefix(kept_id(name, ""))
    number: str = named(owner, account, owner_id(owner, account), asked)["id"]
    return number


def _with_id(kind: Served, body: Any, current: Mapping[str, Any]) -> Any:
    """The body with the path's id where it has none and may have one: the reference lets the id of
    a campaign be sent, and does not say that it must."""
    allowed = kind.contract.properties(kind.slug, "update")
    if not isinstance(body, dict) or body.get("id") is not None or "/id" not in allowed:
        return body
    return {**body, "id": current["id"]}


def _id_errors(kind: Served, current: Mapping[str, Any], body: Mapping[str, Any]) -> list[Error]:
    if body.get("id") in (None, current["id"]):
        return []
    return [Error("json.value.invalid", f"#/id: The {kind.noun}'s id is {current['id']}.")]


def check_key(
    kind: Served, account: ServedAccount, parent: str, body: Mapping[str, Any], own: str | None
) -> None:
    """Raise RefusedError (409) when another one than `own` has the key."""
    delivery = kind.delivery
    key = kind.unique_key(body)
    if key and account.store.with_key(kind.slug, parent, key) not in (None, own):
        value = delivery.written_key(body)
        message = f"A {kind.noun} of the {delivery.key_name} '{value}' exists already."
        raise RefusedError(CONFLICT.answer(message))


def modified_since(request: ServerRequest) -> str:
    """The query parameter `modified_since` as a timestamp that sorts with those stored; empty
    without one.  Raises RefusedError (400) when it is not a date-time."""
    given = request.query.get("modified_since")
    if not given:
        return ""
    # A `+` that was not escaped arrives as a space.
    moment = instant(given.replace(" ", "+"))
    if moment is None:
        raise bad_request("The query parameter modified_since is not an ISO 8601 date-time.")
    return timestamp(moment)


def _limit(kind: Served, text: str) -> int:
    most = kind.behaviour.most_listed
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        raise bad_request(f"The query parameter limit must be 1 to {most}.")
    return int(text)


def _token(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _from_token(token: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return {
            "status": str(value["status"]),
            "modified_since": str(value["modified_since"]),
            "limit": max(int(value["limit"]), 1),
            "after": int(value["after"]),
        }
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise bad_request("The query parameter next is not one that this server gave.") from None
