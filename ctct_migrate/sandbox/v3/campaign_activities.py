"""Campaign activities: GET and PUT of `/emails/activities/{id}`, previews and test mails.

Which properties a PUT empties and which it keeps is the reference's (v3-contract, PUT
/emails/activities/{id}); what does not fit the activity's format is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Answer, json_answer, no_content
from ctct_migrate.sandbox.v3 import campaign_checks, campaigns, contact_lists, v3_errors
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, Record, V3Call, violations

_OF = v3_errors.CAMPAIGNS

#: What GET leaves out unless it is asked for.
INCLUDED = ("physical_address_in_footer", "permalink_url", "html_content", "document_properties")

_PLAIN = ("from_name", "from_email", "reply_to_email", "subject")

#: What a PUT empties that does not say it.
_EMPTIED: Mapping[str, Any] = {"preheader": "", "contact_list_ids": [], "segment_ids": []}

#: The properties that an activity of a format can be given, besides those of all.
_OF_FORMAT: Mapping[int, frozenset[str]] = {
    1: frozenset({"html_content", "document_properties"}),
    2: frozenset({"document_properties"}),
    3: frozenset(),
    4: frozenset({"document_id"}),
    5: frozenset({"html_content"}),
}

#: Members of the document's properties that an activity of format 2 has; one of 1 has all.
_OF_SECOND_FORMAT = ("permission_reminder", "view_as_webpage", "forward_email_link")

#: The format whose activities can be changed after they were sent.
_EDITABLE_WHEN_DONE = 3

_MOST_TESTS_A_DAY = 50

_TEST = {
    "type": "object",
    "properties": {
        "email_addresses": {
            "type": "array", "minItems": 1, "maxItems": 5,
            "items": {"type": "string", "maxLength": 80, "pattern": "^[^@ ]+@[^@ ]+$"},
        },
        "personal_message": {"type": "string"},
    },
    "required": ["email_addresses"],
    "additionalProperties": False,
}  # fmt: skip


def found(call: V3Call) -> tuple[Record, Record]:
    """The activity of the role primary_email that the path names, and its campaign.  Raises
    RefusedError: 404 for none, 400 for one of another role."""
    activity, campaign = _of_any_role(call)
    if activity is None:
        raise v3_errors.invalid(_OF, "The role of the activity must be primary_email.")
    return activity, campaign


def _of_any_role(call: V3Call) -> tuple[Record | None, Record]:
    """The activity that the path names, None for that of the public page, and its campaign.  Raises
    RefusedError (404)."""
    number = call.parameter("activity_id")
    activity = call.store.resource(campaigns.ACTIVITY, "", number)
    owned = activity or call.store.resource(campaigns.PAGE, "", number)
    campaign = call.store.resource(campaigns.CAMPAIGN, "", owned["campaign"]) if owned else None
    if campaign is None or campaign["status"] == campaigns.REMOVED:
        raise campaigns.not_there(number)
    return activity, campaign


def read(call: V3Call) -> Answer:
    """GET `?include=`."""
    activity, campaign = _of_any_role(call)
    if activity is None:
        return json_answer(
            200,
            {
                "campaign_activity_id": campaign["page"],
                "campaign_id": campaign["id"],
                "role": campaigns.PAGE,
                "current_status": campaigns.status_word(call, campaign["status"], of_activity=True),
            },
        )
    asked = call.words("include")
    unknown = [name for name in asked if name not in INCLUDED]
    if unknown:
        raise v3_errors.invalid(_OF, f"include cannot be {unknown[0]}.")
    return json_answer(200, shown(call, activity, campaign, asked))


def shown(moment: AccountMoment, activity: Record, campaign: Record, include: list[str]) -> Record:
    """An activity as it is answered."""
    found: Record = {
        "campaign_activity_id": activity["id"],
        "campaign_id": campaign["id"],
        "role": "primary_email",
        "contact_list_ids": activity["contact_list_ids"],
        "segment_ids": activity["segment_ids"],
        "current_status": campaigns.status_word(moment, campaign["status"], of_activity=True),
        "format_type": activity["format_type"],
        **{name: activity[name] for name in _PLAIN},
        "preheader": activity["preheader"],
    }
    if "html_content" in include:
        found["html_content"] = activity["html_content"]
    if "permalink_url" in include:
        found["permalink_url"] = f"https://conta.example/{campaign['page']}"
    if "document_properties" in include:
        found["document_properties"] = activity.get("document_properties", {})
    if "physical_address_in_footer" in include:
        found["physical_address_in_footer"] = campaign_checks.footer(moment, activity)
    return found


def update(call: V3Call) -> Answer:
    """PUT."""
    activity, campaign = found(call)
    body = call.body(_OF)
    problems = violations("campaign_activity", "update", body)
    v3_errors.refuse(_OF, campaign_checks.refused(problems))
    if body.get("contact_list_ids") and body.get("segment_ids"):
        raise v3_errors.invalid(_OF, "contact_list_ids and segment_ids cannot both be given.")
    status, form = campaign["status"], activity["format_type"]
    editable = status == campaigns.DRAFT or (
        status == campaigns.DONE and form == _EDITABLE_WHEN_DONE
    )
    if not editable:
        word = campaigns.status_word(call, status, of_activity=True)
        raise v3_errors.invalid(_OF, f"An activity cannot be changed while it is {word}.")
    campaign_checks.check_addresses(call, body)
    contact_lists.check_known(call, _OF, "contact_list_ids", body.get("contact_list_ids", ()))
    if "html_content" in _OF_FORMAT[form] and "html_content" in body:
        campaign_checks.check_content(call, body["html_content"])
    changed = _changed(activity, body)
    campaigns.save_activity(call, changed)
    campaign = campaigns.save(call, campaign)
    return json_answer(200, shown(call, changed, campaign, ["html_content"]))


def _changed(activity: Record, body: Record) -> Record:
    """An activity after a PUT."""
    fitting = _OF_FORMAT[activity["format_type"]]
    changed = {**activity, **{name: body[name] for name in _PLAIN}}
    for name, blank in _EMPTIED.items():
        changed[name] = body.get(name, blank)
    for name in ("html_content", "document_id"):
        if name in body and name in fitting:
            changed[name] = body[name]
    # Members that are missing in the body keep their values.
    kept = ("physical_address_in_footer", "document_properties")
    for name in kept:
        given = body.get(name, {})
        if name == "document_properties":
            given = _fitting_members(given, activity["format_type"], name in fitting)
        if given:
            changed[name] = {**activity.get(name, {}), **given}
    changed["contact_list_ids"] = [each.lower() for each in changed["contact_list_ids"]]
    return changed


def _fitting_members(given: Mapping[str, Any], form: int, fits: bool) -> Mapping[str, Any]:
    if not fits:
        return {}
    if form == 1:
        # What the letter is written in is only read after the create.
        return {name: value for name, value in given.items() if name != "letter_format"}
    return {name: value for name, value in given.items() if name.startswith(_OF_SECOND_FORMAT)}


def preview(call: V3Call) -> Answer:
    """GET `…/previews`."""
    activity, _ = found(call)
    return json_answer(
        200,
        {
            "campaign_activity_id": activity["id"],
            **{name: activity[name] for name in _PLAIN},
            "preheader": activity["preheader"],
            "preview_html_content": activity["html_content"],
            "preview_text_content": activity.get("document_properties", {}).get("text_content", ""),
        },
    )


def send_test(call: V3Call) -> Answer:
    """POST `…/tests`: no mail goes out.  429 after 50 in a day."""
    found(call)
    call.small(_OF, _TEST)
    name = f"tests on {call.stamp[:10]}"
    sent = int(call.store.setting(name) or 0)
    if sent >= _MOST_TESTS_A_DAY:
        raise v3_errors.quota_exceeded()
    call.store.save_setting(name, str(sent + 1))
    return no_content()
