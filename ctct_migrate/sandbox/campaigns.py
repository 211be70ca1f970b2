"""E-mail campaigns, as endpoints.

What the server adds to a body, what an update leaves, and what a listing shows.  Which calls reach
these functions is the table in `routes`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from ctct_migrate.contract.contract import stock_content
from ctct_migrate.sandbox import blanks
from ctct_migrate.sandbox.account import campaign_errors
from ctct_migrate.sandbox.answers import (
    CONFLICT,
    NOT_FOUND,
    Answer,
    Error,
    json_answer,
    no_content,
)
from ctct_migrate.sandbox.contactlists import modified_since
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import Options, is_number
from ctct_migrate.sandbox.refusals import check_contract, check_small_body, refuse
from ctct_migrate.sandbox.requests import RefusedError, Request, bad_request, timestamp
from ctct_migrate.sandbox.smallbodies import TEST_MAIL

#: Reference, v2-contract, Endpoints: what a listing holds, and the most it holds.
LISTED = ("id", "name", "status", "modified_date")
MOST_LISTED = 50

_PATH = "/v2/emailmarketing/campaigns"


def campaigns(store: Store, options: Options, request: Request) -> Answer:
    """GET `/emailmarketing/campaigns?status=&modified_since=&limit=`, and the pages after it, in
    order of their ids.

    Open in the reference, and decided here: `modified_since` includes the moment itself; ALL is
    any status; `next_link` is a path with one parameter, `next`, to which the caller adds its
    key.
    """
    if "next" in request.query:
        asked = _from_token(request.query["next"])
    else:
        status = request.query.get("status", "ALL")
        if status not in ("ALL", *blanks.statuses()):
            raise bad_request(f"The query parameter status cannot be '{status}'.")
        asked = {
            "status": "" if status == "ALL" else status,
            "modified_since": modified_since(request),
            "limit": _limit(request.query.get("limit", str(MOST_LISTED))),
            "after": 0,
        }
    limit = asked.pop("limit")
    found = store.campaigns(**asked, limit=limit + 1)
    pagination = {}
    if len(found) > limit:
        token = _token({**asked, "limit": limit, "after": int(found[limit - 1]["id"])})
        pagination["next_link"] = f"{_PATH}?next={token}"
    results = [{name: record[name] for name in LISTED} for record in found[:limit]]
    return json_answer(200, {"meta": {"pagination": pagination}, "results": results})


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_LISTED):
        raise bad_request(f"The query parameter limit must be 1 to {MOST_LISTED}.")
    return int(text)


def _token(value: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _from_token(token: str) -> dict[str, Any]:
    try:
        value = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return {
            "status": str(value["status"]),
            "modified_since": str(value["modified_since"]),
            "limit": min(max(int(value["limit"]), 1), MOST_LISTED),
            "after": int(value["after"]),
        }
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise bad_request("The query parameter next is not one that this server gave.") from None


def create(store: Store, options: Options, request: Request) -> Answer:
    """POST `/emailmarketing/campaigns`: a DRAFT, CUSTOM."""
    body = request.json()
    check_contract("campaign", "create", body)
    refuse(campaign_errors(store, options, body, request.now))
    _check_name(store, body["name"], None)
    moment = timestamp(request.now)
    record = store.add_campaign(
        {
            **blanks.campaign(),
            **body,
            "status": "DRAFT",
            "template_type": "CUSTOM",
            "created_date": moment,
            "modified_date": moment,
        }
    )
    return json_answer(201, _shown(record, options))


def read(store: Store, options: Options, request: Request) -> Answer:
    """GET `/emailmarketing/campaigns/{campaign_id}`."""
    return json_answer(200, _shown(found_campaign(store, request), options))


def update(store: Store, options: Options, request: Request) -> Answer:
    """PUT `/emailmarketing/campaigns/{campaign_id}`: replaces a draft; what is left out is
    emptied, but for what the server keeps itself."""
    current = found_campaign(store, request)
    body = _with_id(request.json(), current)
    check_contract("campaign", "update", body)
    # The reference gives no status for an update of what is no draft; 409 is the taken name's.
    if current["status"] != "DRAFT":
        raise bad_request("A campaign can be updated only while its status is DRAFT.")
    stock = current["template_type"] == "STOCK"
    if not stock:
        # The update shape leaves the content open for STOCK's sake; a CUSTOM campaign needs it.
        check_contract("campaign", "create", {n: v for n, v in body.items() if n != "id"})
    refuse(
        [
            *_id_errors(current, body),
            *(_stock_errors(current, body) if stock else ()),
            *campaign_errors(store, options, body, request.now),
        ]
    )
    _check_name(store, body["name"], current["id"])
    kept = blanks.read_only() | (frozenset(stock_content()) if stock else frozenset())
    record = {
        **blanks.campaign(),
        **body,
        **{name: current[name] for name in kept if name in current},
        "id": current["id"],
        "modified_date": timestamp(request.now),
    }
    store.save_campaign(record)
    return json_answer(200, _shown(record, options))


def _with_id(body: Any, current: Mapping[str, Any]) -> Any:
    """The body with the path's id where it has none: the reference lets the id be sent, and does
    not say that it must."""
    if not isinstance(body, dict) or body.get("id") is not None:
        return body
    return {**body, "id": current["id"]}


def _id_errors(current: Mapping[str, Any], body: Mapping[str, Any]) -> list[Error]:
    if body["id"] == current["id"]:
        return []
    return [Error("json.value.invalid", f"#/id: The campaign's id is {current['id']}.")]


def _stock_errors(current: Mapping[str, Any], body: Mapping[str, Any]) -> list[Error]:
    """Read-only content may be sent back as it was read, and not otherwise.  The reference says
    read-only, and gives no error for it."""
    sentence = "This property is read-only while template_type is STOCK."
    return [
        Error("json.field.readonly", f"#/{name}: {sentence}")
        for name in stock_content()
        if body.get(name) not in (None, current.get(name))
    ]


def delete(store: Store, options: Options, request: Request) -> Answer:
    """DELETE `/emailmarketing/campaigns/{campaign_id}`, and its schedule with it."""
    store.remove_campaign(found_campaign(store, request)["id"])
    return no_content()


def preview(store: Store, options: Options, request: Request) -> Answer:
    """GET `…/{campaign_id}/preview`.  The reference says nothing of its answer; it holds what the
    mail would show."""
    record = _shown(found_campaign(store, request), options)
    return json_answer(
        200,
        {
            "subject": record["subject"],
            "from_email": record["from_email"],
            "reply_to_email": record.get("reply_to_email"),
            "preview_email_content": record.get("email_content"),
            "preview_text_content": record.get("text_content"),
        },
    )


def test_mail(store: Store, options: Options, request: Request) -> Answer:
    """POST `…/{campaign_id}/tests`.  The reference says nothing of body and answer; the body is
    answered, and no mail goes out."""
    found_campaign(store, request)
    body = request.json()
    check_small_body(TEST_MAIL, body)
    return json_answer(201, body)


def found_campaign(store: Store, request: Request) -> dict[str, Any]:
    """The campaign that the request's path names.  Raises RefusedError (404) when there is none."""
    number = request.parameters["campaign_id"]
    record = store.campaign(number) if is_number(number) else None
    if record is None:
        raise RefusedError(NOT_FOUND.answer(f"Campaign not found for id {number}"))
    return record


def _check_name(store: Store, name: str, own: str | None) -> None:
    if store.campaign_named(name) not in (None, own):
        raise RefusedError(CONFLICT.answer(f"A campaign of the name '{name}' exists already."))


def _shown(record: dict[str, Any], options: Options) -> dict[str, Any]:
    """The record as the server answers it."""
    text = record.get("text_content")
    if not (options.wraps_text_content and text and not text.lstrip().startswith("<text>")):
        return record
    return {**record, "text_content": f"<text>{text}</text>"}
