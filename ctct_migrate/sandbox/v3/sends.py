"""Sending: what is scheduled goes out when its time has come, to those contacts of its lists who may
be mailed and have not had it; each send is kept.

No mail goes anywhere.  Every send is counted, so that a test sees what a real server would have sent
twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ctct_migrate.sandbox.answers import Answer, json_answer
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.requests import instant, timestamp
from ctct_migrate.sandbox.v3 import campaign_activities, campaign_checks, campaigns, contacts
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, Record, V3Call

#: Kinds of records: a schedule that stands, by the activity's id; a send, in its activity.
_SCHEDULE, SEND = "email_schedule", "email_send"

_COMPLETED, _ERRORED = "COMPLETED", "ERRORED"

#: `reason_code` of a send to nobody (reference, v3-contract, Schedules).
_NOBODY = 12


def scheduled(store: Store, activity: str) -> Record | None:
    """The schedule of an activity that stands, or None."""
    found = store.resource(_SCHEDULE, "", activity)
    return found if found and "done_at" not in found else None


def schedule(moment: AccountMoment, activity: str, due: datetime, before: str) -> None:
    """Schedule an activity, which had a status before."""
    record = {"id": activity, "scheduled_date": timestamp(due), "before": before}
    moment.store.put(_SCHEDULE, record, modified=timestamp(due))


def unschedule(moment: AccountMoment, activity: str) -> None:
    """Take a schedule away."""
    moment.store.discard(_SCHEDULE, activity)


def catch_up(moment: AccountMoment) -> None:
    """Send what is due, and end the sends whose time is over."""
    until = timestamp(moment.now + timedelta(milliseconds=1))
    due = moment.store.newest(_SCHEDULE, -1, until=until)
    for _, _, record in reversed(due):
        activity = moment.store.resource(campaigns.ACTIVITY, "", record["id"])
        assert activity is not None, "it was scheduled"
        campaign = moment.store.resource(campaigns.CAMPAIGN, "", activity["campaign"])
        assert campaign is not None, "stored with its activity"
        if "done_at" in record:
            _end(moment, record, campaign)
            continue
        began = instant(record["scheduled_date"])
        assert began is not None, "written by this module"
        reason = _send(moment, activity, began)
        done = began + timedelta(seconds=moment.settings.sending_seconds)
        record = {**record, "done_at": timestamp(done), "reason": reason}
        if done <= moment.now:
            _end(moment, record, campaign)
        else:
            moment.store.put(_SCHEDULE, record, modified=record["done_at"])
            campaigns.set_status(moment, campaign, campaigns.EXECUTING)


def _end(moment: AccountMoment, record: Record, campaign: Record) -> None:
    moment.store.discard(_SCHEDULE, record["id"])
    failed = record["reason"] not in (0, _NOBODY)
    campaigns.set_status(moment, campaign, campaigns.ERROR if failed else campaigns.DONE)


def _send(moment: AccountMoment, activity: Record, began: datetime) -> int:
    """Send an activity; its reason_code."""
    earlier = moment.store.resources(SEND, activity["id"])
    reason = moment.settings.send_reason or campaign_checks.reason_not_sent(
        activity["html_content"]
    )
    had = {address for each in earlier for address in each["recipients"]}
    reached: list[str] = []
    if not reason:
        reached = [
            address
            for address in contacts.mailable(moment.store, activity["contact_list_ids"])
            if address not in had
        ]
    record = {
        "id": str(len(earlier) + 1),
        "send_id": len(earlier) + 1,
        "contact_list_ids": activity["contact_list_ids"],
        "segment_ids": activity["segment_ids"],
        "count": len(reached),
        "run_date": timestamp(began),
        "send_status": _ERRORED if reason else _COMPLETED,
        "reason_code": reason or (0 if reached else _NOBODY),
        "recipients": reached,
    }
    moment.store.put(SEND, record, parent=activity["id"])
    return int(record["reason_code"])


def add_former(moment: AccountMoment, activity: Record, run_date: str, count: int) -> None:
    """Store a send of long ago."""
    record = {
        "id": "1", "send_id": 1, "contact_list_ids": activity["contact_list_ids"],
        "segment_ids": activity["segment_ids"], "count": count, "run_date": run_date,
        "send_status": _COMPLETED, "reason_code": 0, "recipients": [],
    }  # fmt: skip
    moment.store.put(SEND, record, parent=activity["id"])


def history(call: V3Call) -> Answer:
    """GET `…/send_history`."""
    activity, _ = campaign_activities.found(call)
    found = call.store.resources(SEND, activity["id"])
    names = ("send_id", "contact_list_ids", "segment_ids", "count", "run_date", "send_status",
             "reason_code")  # fmt: skip
    return json_answer(200, [{name: each[name] for name in names} for each in found])
