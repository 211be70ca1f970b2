"""Schedules of campaign activities: GET, POST and DELETE of `…/schedules`.

A POST for an activity that is DONE sends it again (reference, v3-contract, Schedules).  Decided here:
a date alone is its beginning in UTC; an account without a postal address cannot schedule a mail that
has none of its own.
"""

from __future__ import annotations

from datetime import datetime

from ctct_migrate.sandbox.answers import Answer, json_answer, no_content
from ctct_migrate.sandbox.requests import instant, timestamp
from ctct_migrate.sandbox.v3 import (
    campaign_activities,
    campaign_checks,
    campaigns,
    sends,
    v3_errors,
)
from ctct_migrate.sandbox.v3.v3_call import Record, V3Call, violations

_OF = v3_errors.CAMPAIGNS

#: What sends at once.
_NOW = "0"

_SCHEDULABLE = (campaigns.DRAFT, campaigns.ERROR, campaigns.DONE)

#: Limits of the schema that are the server's; how a date may be written is ours.
_SHAPE = frozenset({"type", "required", "additionalProperties"})


def read(call: V3Call) -> Answer:
    """GET: the schedule while there is one."""
    activity, _ = campaign_activities.found(call)
    return json_answer(200, shown(sends.scheduled(call.store, activity["id"])))


def shown(schedule: Record | None) -> list[Record]:
    """A schedule as it is answered; none is an empty array."""
    return [{"scheduled_date": schedule["scheduled_date"]}] if schedule else []


def create(call: V3Call) -> Answer:
    """POST `{scheduled_date}`."""
    activity, campaign = campaign_activities.found(call)
    body = call.body(_OF)
    found = violations("schedule", "create", body)
    v3_errors.refuse(_OF, (each for each in found if each.keyword in _SHAPE))
    at_once = body["scheduled_date"] == _NOW
    due = call.now if at_once else _date(call, body["scheduled_date"])
    if not (activity["contact_list_ids"] or activity["segment_ids"]):
        raise v3_errors.invalid(_OF, "The activity has no contact_list_ids and no segment_ids.")
    if not campaign_checks.footer(call, activity):
        raise v3_errors.invalid(_OF, "The account has no physical address.")
    standing = sends.scheduled(call.store, activity["id"])
    replaces = standing is not None and call.settings.second_schedule == "replace"
    if campaign["status"] not in _SCHEDULABLE and not replaces:
        word = campaigns.status_word(call, campaign["status"], of_activity=True)
        raise v3_errors.invalid(_OF, f"An activity cannot be scheduled while it is {word}.")
    before = standing["before"] if standing else campaign["status"]
    campaigns.set_status(call, campaign, campaigns.SCHEDULED)
    sends.schedule(call, activity["id"], due, before)
    if at_once:
        sends.catch_up(call)
        return json_answer(201, [])
    return json_answer(201, shown(sends.scheduled(call.store, activity["id"])))


def _date(call: V3Call, text: str) -> datetime:
    """The moment that a scheduled_date names.  Raises RefusedError (400)."""
    found = instant(text)
    if found is None:
        found = instant(f"{text}T00:00:00Z")
    if found is None:
        raise v3_errors.invalid(_OF, "scheduled_date is not an ISO 8601 date and time.")
    if call.options.future_dates_only and timestamp(found) <= call.stamp:
        raise v3_errors.invalid(_OF, "scheduled_date must be in the future.")
    return found


def delete(call: V3Call) -> Answer:
    """DELETE: the status goes back to what it was."""
    activity, campaign = campaign_activities.found(call)
    standing = sends.scheduled(call.store, activity["id"])
    if standing is None or campaign["status"] != campaigns.SCHEDULED:
        raise v3_errors.missing(_OF, "The activity is not scheduled.")
    sends.unschedule(call, activity["id"])
    campaigns.set_status(call, campaign, standing["before"])
    return no_content()
