"""Campaigns in v3: one v1 campaign is the bodies of two requests (reference, mapping-v3).

`campaign` goes to POST /emails, `activity` to PUT /emails/activities/{id}, with the ids of the
lists, which only the account knows.  In an update the activity has all that there is; how it was
made (`Choices.format_type`) decides what it can hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.diagnostics import Severity
from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.codecs import (
    CAMPAIGN_NUMBER,
    COUNTER,
    LIST_ID,
    MARKUP,
    STRIPPED,
    TEXT,
    TEXT_CONTENT,
    URI_SEGMENT,
    UTC_DATE,
    known_key,
    listed,
)
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    NO_PLACE,
    NONE,
    SENT,
    Codec,
    Condition,
    Row,
    ShapeRefusal,
    Table,
    Texts,
    dropped,
    ignored,
    part,
    recorded,
    sent,
)
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.targets import account_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.account_facts import AccountNeed, CrossReference, Fitting, Suspension
from ctct_migrate.targets.target import AccountCheck, Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v2.campaign import STOCK, TEMPLATE
from ctct_migrate.targets.v3.html_composition import (
    GENERAL,
    NAME,
    PAGE,
    PAGE_FORMAT,
    REMINDED,
    REMINDER,
    SALUTATION,
    STYLE,
    SUBJECT,
    UPDATED_PAGE,
)
from ctct_migrate.targets.v3.postal_addresses import FOOTER, footer
from ctct_migrate.targets.v3.target import V3

#: Where the new activity and the one that is there have their properties.
NEW = "/campaign/email_campaign_activities/0"
HELD = "/activity"

_CREATED = frozenset({Shape.CREATE})
_HELD = frozenset({Shape.UPDATE, Shape.RECORD})
_UPDATED = frozenset({Shape.UPDATE})
_WRITTEN = frozenset({Shape.CREATE, Shape.UPDATE})


def _always(texts: Texts) -> bool:
    return True


def _is_writable(texts: Texts) -> bool:
    return texts("CampaignType") != STOCK


_WRITABLE = Condition(
    _is_writable,
    Fate.DROPPED,
    "the content of a STOCK campaign, which was made in an editor, cannot be written in {target}",
    _UPDATED,
    "format_type",
    frozenset({"1", PAGE_FORMAT}),
)
_DRAFT = Condition(
    lambda texts: texts("Status").lower() == "draft",
    Fate.DROPPED,
    "v1's Date is the day of creation only while the campaign is a Draft",
)
#: Only what v1 and v2 made has document properties …
_OF_FORMAT_1 = Condition(
    _always,
    Fate.DROPPED,
    "{target} ignores it in an activity that it did not take over from v1 or v2",
    _UPDATED,
    "format_type",
    frozenset({"1"}),
)
#: What an activity that v3 made has in its page …
_BESIDE_PAGE = replace(_OF_FORMAT_1, fate=Fate.IGNORED, reason="the page takes it")
#: … and v1 kept beside it.
_OF_PAGE = Condition(
    _always,
    Fate.IGNORED,
    "document_properties take it",
    _UPDATED,
    "format_type",
    frozenset({PAGE_FORMAT}),
)


#: Flags of document properties are texts (reference, v3-contract).
_FLAG = listed("yes-no", {"YES": "true", "NO": "false"})
_NAME_TYPE = listed(
    "greeting name", {"FirstName": "F", "LastName": "L", "FirstAndLastName": "B", "None": "N"}
)
_STATUS = listed(
    "status that v3 has (Draft, Scheduled, Running or Sent)",
    {"Draft": "Draft", "Scheduled": "Scheduled", "Running": "Executing", "Sent": "Done"},
)

_BY_NUMBER = {
    "fate": Fate.DROPPED,
    "reason": "{target} knows an address by itself, not by a number",
}
_ADDRESS_NUMBER = known_key("email")
_REPEATED = {"reason": "reply_to_email takes the address of ReplyToEmail"}

#: Campaign@id, else the entry's id, else its edit link.
_NUMBER = tuple(
    Row(
        path,
        "",
        CAMPAIGN_NUMBER,
        NONE,
        reason="it only names the campaign, which {target} knows by another id",
        number=True,
    )
    for path in ("@id", "entry/id", "entry/link[edit]/@href")
)


def _sender(at: str, shapes: frozenset[Shape]) -> tuple[Row, ...]:
    """The rows of the four properties of the sender at the pointer `at`.  v3 requires an address for
    answers: that of the sender stands for one that is missing."""
    rows = (
        sent("FromName", f"{at}/from_name", STRIPPED),
        sent("FromEmail/EmailAddress", f"{at}/from_email", STRIPPED),
        sent("FromEmail/Email/@id", f"{at}/from_email", _ADDRESS_NUMBER, **_BY_NUMBER),
        sent("ReplyToEmail/EmailAddress", f"{at}/reply_to_email", STRIPPED),
        sent("ReplyToEmail/Email/@id", f"{at}/reply_to_email", _ADDRESS_NUMBER, **_BY_NUMBER),
        sent("FromEmail/EmailAddress", f"{at}/reply_to_email", STRIPPED, **_REPEATED),
        sent("FromEmail/Email/@id", f"{at}/reply_to_email", _ADDRESS_NUMBER, **_REPEATED),
        sent("Subject", f"{at}/subject", STRIPPED),
    )
    return tuple(row.of(shapes) for row in rows)


def _property(
    path: str, name: str, codec: Codec, when: Condition = _OF_FORMAT_1, **more: Any
) -> Row:
    """A row for a document property of an activity that v1 or v2 made."""
    pointer = f"{HELD}/document_properties/{name}"
    return sent(path, pointer, codec, when=when, **more).of(_HELD)


def _composed(path: str, name: str, codec: Codec, **more: Any) -> Row:
    """A row for a part of the page."""
    return part(path, name, codec, when=_OF_PAGE, **more).of(_WRITTEN)


_WARNS: Mapping[str, Any] = {"weight": Severity.WARNING}
_INFORMS: Mapping[str, Any] = {"weight": Severity.INFO}

#: What new activities have no place for, and those of v1 and v2 keep.
_PROPERTIES = (
    _property("GreetingSalutation", "greeting_salutation", TEXT, _BESIDE_PAGE),
    _property("GreetingName", "greeting_name_type", _NAME_TYPE, _BESIDE_PAGE),
    _property("GreetingString", "greeting_secondary", TEXT, _BESIDE_PAGE),
    _property("PermissionReminder", "permission_reminder_enabled", _FLAG, _BESIDE_PAGE),
    _property(
        "PermissionReminderText",
        "permission_reminder",
        MARKUP,
        _BESIDE_PAGE,
        flag="PermissionReminder",
    ),
    _property("ViewAsWebpage", "view_as_webpage_enabled", _FLAG, **_INFORMS),
    _property("ViewAsWebpageText", "view_as_webpage_text", TEXT, flag="ViewAsWebpage", **_INFORMS),
    _property(
        "ViewAsWebpageLinkText",
        "view_as_webpage_link_name",
        TEXT,
        flag="ViewAsWebpage",
        **_INFORMS,
    ),
    _property("IncludeForwardEmail", "forward_email_link_enabled", _FLAG, **_INFORMS),
    _property(
        "ForwardEmailLinkText",
        "forward_email_link_name",
        TEXT,
        flag="IncludeForwardEmail",
        **_INFORMS,
    ),
    _property("IncludeSubscribeLink", "subscribe_link_enabled", _FLAG, **_INFORMS),
    _property(
        "SubscribeLinkText", "subscribe_link_name", TEXT, flag="IncludeSubscribeLink", **_INFORMS
    ),
    _property("StyleSheet", "style_content", TEXT, _BESIDE_PAGE),
    _property("EmailTextContent", "text_content", TEXT_CONTENT, **_WARNS),
)


def _lost(path: str, reason: str, weight: Mapping[str, Any], **more: Any) -> Row:
    """A row for what a new activity loses."""
    return dropped(path, reason, **weight, **more)


_UNDOCUMENTED = f"v1's documentation does not know it, and {NO_PLACE}"

_FORMAT = "{target} has one format, HTML"

TABLE = Table(
    payload="Campaign",
    resource="campaign",
    target=V3.title,
    contract=V3.contract,
    rows=(
        *_NUMBER,
        sent("Name", "/campaign/name", STRIPPED),
        recorded("Status", "/campaign/current_status", _STATUS),
        recorded("Date", "/campaign/created_at", UTC_DATE, when=_DRAFT),
        recorded("LastEditDate", "/campaign/updated_at", UTC_DATE),
        *_sender(NEW, _CREATED),
        Row("EmailContent", f"{NEW}/html_content", MARKUP, _CREATED),
        *footer(f"{NEW}/physical_address_in_footer", _CREATED),
        *_sender(HELD, SENT),
        Row("EmailContent", f"{HELD}/html_content", MARKUP, _HELD, when=_WRITABLE, **_WARNS),
        recorded("SharePageURL", f"{HELD}/permalink_url", STRIPPED),
        *footer(f"{HELD}/physical_address_in_footer", _HELD),
        *_PROPERTIES,
        _composed("StyleSheet", STYLE, TEXT),
        _composed("GreetingSalutation", SALUTATION, TEXT),
        _composed("GreetingName", NAME, STRIPPED),
        _composed("GreetingString", GENERAL, TEXT),
        _composed("PermissionReminder", REMINDED, STRIPPED, **_WARNS),
        _composed("PermissionReminderText", REMINDER, MARKUP, flag="PermissionReminder", **_WARNS),
        _lost("EmailTextContent", "{target} makes the text version itself", _WARNS),
        _lost("ViewAsWebpage", "every campaign has a public page in {target}", _INFORMS),
        _lost(
            "ViewAsWebpageText",
            "{target} puts no line about the public page into a message",
            _INFORMS,
            flag="ViewAsWebpage",
        ),
        _lost(
            "ViewAsWebpageLinkText",
            "{target} puts no line about the public page into a message",
            _INFORMS,
            flag="ViewAsWebpage",
        ),
        _lost("IncludeForwardEmail", "{target} adds no link to forward a message", _INFORMS),
        _lost(
            "ForwardEmailLinkText",
            "{target} adds no link to forward a message",
            _INFORMS,
            flag="IncludeForwardEmail",
        ),
        _lost("IncludeSubscribeLink", "{target} adds no link to sign up", _INFORMS),
        _lost(
            "SubscribeLinkText",
            "{target} adds no link to sign up",
            _INFORMS,
            flag="IncludeSubscribeLink",
        ),
        dropped("EmailContentFormat", _FORMAT),
        dropped("CampaignType", "{target} says how a campaign was made by its format_type"),
        sent("ContactLists/ContactList*/@id", "/lists/*", LIST_ID),
        recorded("LastRunDate", "/send_history/0/run_date", UTC_DATE),
        recorded("NextRunDate", "/schedules/0/scheduled_date", UTC_DATE),
        recorded("Sent", "/stats/em_sends", COUNTER),
        recorded("Opens", "/stats/em_opens_all", COUNTER),
        recorded("Clicks", "/stats/em_clicks_all", COUNTER),
        recorded("Forwards", "/stats/em_forwards", COUNTER),
        recorded("OptOuts", "/stats/em_optouts", COUNTER),
        recorded("Bounces", "/stats/em_bounces", COUNTER),
        recorded("SpamReports", "/stats/em_abuse", COUNTER),
        recorded("Urls/Url*/Value", "/links/*/link_url", STRIPPED),
        recorded("Urls/Url*/@id", "/links/*/url_id", URI_SEGMENT),
        recorded("Urls/Url*/Clicks", "/links/*/unique_clicks", COUNTER),
        dropped("ArchiveStatus"),
        dropped("ArchiveURL"),
        dropped("ShowAgent", _UNDOCUMENTED),
        dropped("ProductID", _UNDOCUMENTED),
        dropped("LetterImageList", _UNDOCUMENTED, deep=True),
        ignored("FromEmail/Email/atom:link", "it repeats the id", deep=True),
        ignored("ReplyToEmail/Email/atom:link", "it repeats the id", deep=True),
        ignored("ContactLists/ContactList*/atom:link", "it repeats the id", deep=True),
        ignored("Urls/Url*/atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
    wholes={
        f"{NEW}/physical_address_in_footer": FOOTER,
        f"{HELD}/physical_address_in_footer": FOOTER,
    },
    constants={f"{NEW}/format_type": 5},
    composed={
        f"{NEW}/subject": SUBJECT,
        f"{HELD}/subject": SUBJECT,
        f"{NEW}/html_content": PAGE,
        f"{HELD}/html_content": UPDATED_PAGE,
    },
    distinct=frozenset({"/lists"}),
    made_for=("format_type",),
    refused={
        Shape.CREATE: (
            ShapeRefusal("CampaignType", STOCK, "stock"),
            ShapeRefusal("CampaignType", TEMPLATE, "stock", unless="EmailContent"),
        )
    },
)

_PATH = "emails"
_ACTIVITY = "emails/activities/{activity}"

#: Where a postal address that is missing is shown: at what else there is of it.
_POSTAL = tuple(
    f"{at}/physical_address_in_footer/{name}"
    for at in (NEW, HELD)
    for name in ("organization_name", "address_line1", "city", "country_code")
)

_ADDRESSES = tuple(
    f"{at}/{name}" for at in (NEW, HELD) for name in ("from_email", "reply_to_email")
)

#: What the campaign's activity is known by: it is not always the first.
_PRIMARY = "/campaign_activities/[role=primary_email]/campaign_activity_id"

_KEEPS = {"id": "/campaign_id", "activity": _PRIMARY}


def _updating(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of an update, of one that creates: the content goes with the activity."""
    campaign = dict(body["campaign"])
    (made,) = campaign.pop("email_campaign_activities", ({},))
    activity = {name: value for name, value in made.items() if name != "format_type"}
    return {**body, "campaign": campaign, "activity": {**activity, **body.get("activity", {})}}


#: What stands beside the activity in a PUT: the ids of its lists.
_LISTED = {"contact_list_ids": "/lists"}

#: Reference, v3-contract, Campaign endpoints; mapping-v3, The order of calls.
DELIVERY = Delivery(
    "campaign",
    TABLE,
    schema="campaign",
    create=(
        Step(
            "create",
            "POST",
            _PATH,
            part="/campaign",
            keeps=_KEEPS,
            recovery=Recovery.KEY,
            reads=f"{_ACTIVITY}?include=html_content,physical_address_in_footer",
            compares="/email_campaign_activities/0",
            answers=("campaign_id", "name"),
        ),
        Step(
            "activity",
            "PUT",
            _ACTIVITY,
            part="/activity",
            adds=_LISTED,
            recovery=Recovery.READ,
            reads=f"{_ACTIVITY}?include=html_content,physical_address_in_footer",
            confirmed=True,
        ),
    ),
    update=(
        Step(
            "activity",
            "PUT",
            _ACTIVITY,
            part="/activity",
            adds=_LISTED,
            repeats={
                "preheader": "",
                "contact_list_ids": "segment_ids",
                "segment_ids": "contact_list_ids",
            },
            recovery=Recovery.READ,
            reads=f"{_ACTIVITY}?include=html_content,physical_address_in_footer,document_properties",
        ),
        Step(
            "name",
            "PATCH",
            f"{_PATH}/{{id}}",
            part="/campaign",
            recovery=Recovery.READ,
            anytime=True,
        ),
    ),
    item=f"{_PATH}/{{id}}",
    collection=Collection(
        _PATH,
        {"limit": "500"},
        rows="/campaigns",
        id="campaign_id",
        key="name",
        since="after_date",
        next="/_links/next/href",
        created="created_at",
        # Those that were deleted are listed, and hold their names.
        gone={"current_status": "removed"},
    ),
    id_form=r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    body_key="/campaign/name",
    dates=("updated_at", "created_at"),
    privileges={
        "list": "campaign:read",
        "GET": "campaign:read",
        "POST": "campaign:write",
        "PUT": "campaign:write",
        "PATCH": "campaign:write",
        "DELETE": "campaign:delete",
    },
    replaces=False,
    editable={"current_status": "DRAFT"},
    not_editable=catalogue.NOT_A_DRAFT,
    cross_reference=CrossReference(
        f"{_PATH}/campaign_id_xrefs",
        "v2_email_campaign_ids",
        50,
        "/xrefs",
        "v2_email_campaign_id",
        {"id": "/campaign_id", "activity": "/campaign_activity_id"},
        renewed=True,
    ),
    updating=_updating,
    fitting=Fitting("format_type", "activity", "/format_type", f"{NEW}/format_type"),
    suspension=Suspension("scheduled", "schedule", account_rules.NOT_PUT_BACK),
    needs=(
        AccountNeed(
            "account/summary/physical_address",
            "/address_line1",
            account_rules.ACCOUNT_ADDRESS_MISSING,
            "no mail goes out of it until it has one",
            _POSTAL,
        ),
    ),
    rules="ctct_migrate.targets.v3.campaign_rules",
    checks=(
        AccountCheck(
            _ADDRESSES,
            Collection("account/emails", id="email_address"),
            {"confirm_status": "CONFIRMED"},
            catalogue.ADDRESS_REFUSED,
            "{value} is not confirmed there",
        ),
    ),
    unknown=catalogue.CAMPAIGN_MISSING,
    forms=dict.fromkeys(_ADDRESSES, str.casefold),
    shown_at={
        catalogue.ADDRESS_MISSING.code: _POSTAL,
        catalogue.ADDRESS_REFUSED.code: _ADDRESSES,
        catalogue.LIST_UNKNOWN.code: ("/lists/*",),
    },
)
