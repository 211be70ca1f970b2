"""Schedules of campaigns, as endpoints: a campaign has at most one, whose id is `1`.

Nothing is ever mailed: a campaign stays SCHEDULED when its time has come.  Which calls reach these
functions is the table in `routes`.
"""

from __future__ import annotations

from typing import Any

from ctct_migrate.sandbox.answers import (
    CONFLICT,
    NOT_FOUND,
    Answer,
    Error,
    errors,
    json_answer,
    no_content,
)
from ctct_migrate.sandbox.campaigns import found_campaign
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import Options
from ctct_migrate.sandbox.refusals import check_contract
from ctct_migrate.sandbox.requests import RefusedError, Request, bad_request, instant, timestamp

#: Reference, v2-contract, Schedule.
SCHEDULE_ID = "1"


def schedules(store: Store, options: Options, request: Request) -> Answer:
    """GET `…/campaigns/{campaign_id}/schedules`: an array of none or one."""
    schedule = store.schedule(found_campaign(store, request)["id"])
    return json_answer(200, [schedule] if schedule else [])


def create(store: Store, options: Options, request: Request) -> Answer:
    """POST `…/campaigns/{campaign_id}/schedules`: a DRAFT becomes SCHEDULED."""
    campaign = found_campaign(store, request)
    date = _checked_date(options, request, "create")
    # The reference knows 409 for names alone; a second schedule is a conflict of the same kind.
    if store.schedule(campaign["id"]) is not None:
        raise RefusedError(CONFLICT.answer("The campaign has a schedule already."))
    if campaign["status"] != "DRAFT":
        raise bad_request("A campaign can be scheduled only while its status is DRAFT.")
    return json_answer(201, _scheduled(store, campaign, date, request))


def read(store: Store, options: Options, request: Request) -> Answer:
    """GET `…/schedules/{schedule_id}`."""
    campaign = found_campaign(store, request)
    return json_answer(200, _found(store, request, campaign))


def update(store: Store, options: Options, request: Request) -> Answer:
    """PUT `…/schedules/{schedule_id}`."""
    campaign = found_campaign(store, request)
    _found(store, request, campaign)
    date = _checked_date(options, request, "update")
    if request.json().get("id") not in (None, SCHEDULE_ID):
        message = f"#/id: The schedule's id is {SCHEDULE_ID}."
        raise RefusedError(errors(400, [Error("json.value.invalid", message)]))
    return json_answer(200, _scheduled(store, campaign, date, request))


def delete(store: Store, options: Options, request: Request) -> Answer:
    """DELETE `…/schedules/{schedule_id}`: the campaign is a DRAFT again."""
    campaign = found_campaign(store, request)
    _found(store, request, campaign)
    store.remove_schedule(campaign["id"])
    moment = timestamp(request.now)
    store.save_campaign(
        {**campaign, "status": "DRAFT", "next_run_date": None, "modified_date": moment}
    )
    return no_content()


def _found(store: Store, request: Request, campaign: dict[str, Any]) -> dict[str, str]:
    number = request.parameters["schedule_id"]
    schedule = store.schedule(campaign["id"])
    if schedule is None or schedule["id"] != number:
        raise RefusedError(NOT_FOUND.answer(f"Campaign Schedule not found for id {number}"))
    return schedule


def _checked_date(options: Options, request: Request, shape: str) -> str:
    """The scheduled_date of the body, as it is stored and answered: in UTC."""
    body = request.json()
    check_contract("schedule", shape, body)
    moment = instant(body["scheduled_date"])
    if moment is None:
        raise _bad_date("This attribute value must be a valid date-time.")
    if options.future_dates_only and moment <= request.now:
        raise _bad_date("The scheduled date must be in the future.")
    return timestamp(moment)


def _bad_date(sentence: str) -> RefusedError:
    """A 400 for a date.  The reference names no key; chosen in the manner of json.email.invalid."""
    return RefusedError(errors(400, [Error("json.date.invalid", f"#/scheduled_date: {sentence}")]))


def _scheduled(
    store: Store, campaign: dict[str, Any], date: str, request: Request
) -> dict[str, str]:
    schedule = {"id": SCHEDULE_ID, "scheduled_date": date}
    store.save_schedule(campaign["id"], schedule)
    changed = {
        "status": "SCHEDULED",
        "next_run_date": date,
        "modified_date": timestamp(request.now),
    }
    store.save_campaign({**campaign, **changed})
    return schedule
