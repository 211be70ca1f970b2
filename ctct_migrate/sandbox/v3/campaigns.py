"""Campaigns: POST, GET, PATCH and DELETE of `/emails`, and what a campaign and its activity are in the
store.

A campaign and its activity of the role `primary_email` are two records.  Statuses are stored in
capitals, and written as `V3Settings.status_case` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Answer, json_answer, no_content
from ctct_migrate.sandbox.v3 import campaign_checks, v3_errors, v3_paging
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, Record, V3Call, new_id, violations

CAMPAIGN, ACTIVITY = "campaign", "campaign_activity"

#: The activity of a campaign's public page, by its id: it is only read.
PAGE = "permalink"

DRAFT, SCHEDULED, EXECUTING = "DRAFT", "SCHEDULED", "EXECUTING"
DONE, ERROR, REMOVED = "DONE", "ERROR", "REMOVED"
STATUSES = (DRAFT, SCHEDULED, EXECUTING, DONE, ERROR, REMOVED)

#: What a custom-code campaign is called.
_TYPE, _TYPE_CODE = "CUSTOM_CODE_EMAIL", 26

_MOST_LISTED = 500

#: The only format that a campaign is made in; those that were sent as 1 are turned into it.
FORMAT, _FORMER_FORMAT = 5, 1


def listing(call: V3Call) -> Answer:
    """GET `/emails?limit=&after_date=&before_date=`: Removed ones, too."""
    call, at = v3_paging.resumed(call, v3_errors.CAMPAIGNS)
    limit = call.limit(v3_errors.CAMPAIGNS, _MOST_LISTED)
    rows = call.store.newest(
        CAMPAIGN,
        limit + 1,
        before=tuple(at) if at else None,
        after=call.moment(v3_errors.CAMPAIGNS, "after_date"),
        until=call.moment(v3_errors.CAMPAIGNS, "before_date"),
    )
    names = (
        "campaign_id",
        "created_at",
        "current_status",
        "name",
        "type",
        "type_code",
        "updated_at",
    )
    shown_rows = [shown(call, record) for _, _, record in rows[:limit]]
    end = rows[limit - 1][:2] if len(rows) > limit else None
    campaigns = [{name: row[name] for name in names} for row in shown_rows]
    return json_answer(200, {"campaigns": campaigns, **v3_paging.links(call, end)})


def create(call: V3Call) -> Answer:
    """POST `/emails`: 200, not 201."""
    body = _of_today(call.body(v3_errors.CAMPAIGNS))
    found = violations("email_campaign", "create", body)
    v3_errors.refuse(v3_errors.CAMPAIGNS, campaign_checks.refused(found))
    activity = body["email_campaign_activities"][0]
    campaign_checks.check_content(call, activity["html_content"])
    campaign_checks.check_addresses(call, activity)
    check_name(call, body["name"], "")
    record = add(call, body["name"], activity)
    return json_answer(200, shown(call, record))


def _of_today(body: Record) -> Record:
    """A body whose one activity is of today's format where it was sent as of the former."""
    activities = body.get("email_campaign_activities")
    if not (isinstance(activities, list) and len(activities) == 1):
        return body
    activity = activities[0]
    if not isinstance(activity, dict) or activity.get("format_type") != _FORMER_FORMAT:
        return body
    return {**body, "email_campaign_activities": [{**activity, "format_type": FORMAT}]}


def add(
    moment: AccountMoment,
    name: str,
    activity: Mapping[str, Any],
    *,
    status: str = DRAFT,
    ids: tuple[str, str, str] | None = None,
) -> Record:
    """Store a campaign and its activity, whose properties are given; the campaign's record.  `ids`
    are those of the campaign, the activity, and the public page; None for new ones."""
    campaign_id, activity_id, page_id = ids or (
        new_id(moment.store, CAMPAIGN),
        new_id(moment.store, ACTIVITY),
        new_id(moment.store, PAGE),
    )
    record: Record = {
        "id": campaign_id, "name": name, "status": status, "activity": activity_id,
        "page": page_id, "type": _TYPE, "type_code": _TYPE_CODE, "created_at": moment.stamp,
    }  # fmt: skip
    blank = {"preheader": "", "contact_list_ids": [], "segment_ids": [], "html_content": ""}
    given = {"format_type": FORMAT, **blank, **activity}
    save_activity(moment, {"id": activity_id, "campaign": campaign_id, **given})
    moment.store.put(PAGE, {"id": page_id, "campaign": campaign_id})
    return save(moment, record)


def save(moment: AccountMoment, record: Record) -> Record:
    """Store a campaign as changed now."""
    record = {**record, "updated_at": moment.stamp}
    settings, status = moment.settings, record["status"]
    named = settings.unique_names and (status != REMOVED or settings.removed_keep_names)
    key = moment.key(record["name"]) if named else ""
    moment.store.put(CAMPAIGN, record, key=key, status=status, modified=moment.stamp)
    return record


def save_activity(moment: AccountMoment, activity: Record) -> None:
    """Store an activity."""
    moment.store.put(ACTIVITY, activity)


def set_status(moment: AccountMoment, record: Record, status: str) -> Record:
    """Store a campaign in another status."""
    return save(moment, {**record, "status": status})


def check_name(call: V3Call, name: str, own: str) -> None:
    """Raise RefusedError (409) when another campaign than `own` has the name: a Removed one keeps
    it (the reference leaves that open, and asks to take it for taken)."""
    if call.store.with_key(CAMPAIGN, "", call.key(name)) not in (None, own):
        raise v3_errors.taken(
            v3_errors.CAMPAIGNS, f"The name '{name}' is used by another campaign already."
        )


def read(call: V3Call) -> Answer:
    """GET of one."""
    return json_answer(200, shown(call, found(call)))


def rename(call: V3Call) -> Answer:
    """PATCH `{name}`."""
    record = found(call)
    body = call.checked(v3_errors.CAMPAIGNS, "email_campaign", "update")
    if record["status"] == REMOVED:
        raise v3_errors.invalid(
            v3_errors.CAMPAIGNS, "A campaign that is removed cannot be renamed."
        )
    check_name(call, body["name"], record["id"])
    return json_answer(200, shown(call, save(call, {**record, "name": body["name"]})))


def delete(call: V3Call) -> Answer:
    """DELETE of one: it becomes Removed, and keeps its name."""
    record = found(call)
    if record["status"] == REMOVED:
        raise not_there(record["id"])
    if record["status"] in (SCHEDULED, EXECUTING):
        raise v3_errors.invalid(v3_errors.CAMPAIGNS, "A scheduled campaign cannot be deleted.")
    set_status(call, record, REMOVED)
    return no_content()


def found(call: V3Call) -> Record:
    """The campaign that the path names.  Raises RefusedError (404)."""
    number = call.parameter("campaign_id")
    record = call.store.resource(CAMPAIGN, "", number)
    if record is None:
        raise not_there(number)
    return record


def not_there(number: str) -> Exception:
    """The 404 of a campaign or an activity."""
    return v3_errors.missing(v3_errors.CAMPAIGNS, f"There is no campaign or activity {number}.")


def shown(moment: AccountMoment, record: Record) -> Record:
    """A campaign as it is answered."""
    primary = {"campaign_activity_id": record["activity"], "role": "primary_email"}
    page = {"campaign_activity_id": record["page"], "role": PAGE}
    where = moment.settings.primary_email
    last = where == "last" or (where == "varied" and int(record["id"][-1], 16) % 2 == 1)
    return {
        "campaign_activities": [page, primary] if last else [primary, page],
        "campaign_id": record["id"],
        "created_at": record["created_at"],
        "current_status": status_word(moment, record["status"], of_activity=False),
        "name": record["name"],
        "type": record["type"],
        "type_code": record["type_code"],
        "updated_at": record["updated_at"],
    }


def status_word(moment: AccountMoment, status: str, *, of_activity: bool) -> str:
    """A status as it is answered, of a campaign or of an activity."""
    case = moment.settings.status_case
    if case in ("documented", "swapped"):
        case = "upper" if of_activity == (case == "documented") else "title"
    return {"upper": status.upper(), "lower": status.lower(), "title": status.title()}[case]
