"""The table of campaigns (reference, v2-contract, v1 to v2, campaign)."""

from __future__ import annotations

import re

from ctct_migrate.mapping.codecs import (
    CAMPAIGN_NUMBER,
    COUNTER,
    DATE,
    LIST_ID,
    MARKUP,
    STRIPPED,
    TEXT,
    TEXT_CONTENT,
    URI_SEGMENT,
    YES_NO,
    known_key,
    one_of,
)
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    EXISTING,
    NO_PLACE,
    Codec,
    Condition,
    Row,
    ShapeRefusal,
    Table,
    Texts,
    WholeObject,
    dropped,
    ignored,
    recorded,
    sent,
)
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.target import AccountCheck, Collection, Delivery
from ctct_migrate.targets.v2.states_and_countries import (
    ABROAD,
    ACCOUNT_VARIABLE,
    COUNTRY,
    IN_US,
    REGION,
    STATE,
    STATE_ABROAD,
)
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import created, in_pages, replaced


def _one_of(path: str, pointer: str) -> Codec:
    return one_of("Campaign", path, V2.contract, "campaign", pointer)


_UNDOCUMENTED = f"v1's documentation does not know it, and {NO_PLACE}"

#: The type of campaigns made from a template in the user interface.
STOCK = "STOCK"

#: The type of campaigns made from the templates that came later; v2 lets their content be written.
TEMPLATE = "TEMPLATE_V2"


def _is_writable(texts: Texts) -> bool:
    return texts("CampaignType") != STOCK


def _is_draft(texts: Texts) -> bool:
    return texts("Status").lower() == "draft"


#: PUT may not write the content of a campaign that was made from a template (reference,
#: v2-contract, Endpoints).
_WRITABLE = Condition(
    _is_writable,
    Fate.DROPPED,
    "the content of a STOCK campaign is read-only in {target}",
    frozenset({Shape.UPDATE}),
)
_DRAFT = Condition(
    _is_draft, Fate.DROPPED, "v1's Date is the day of creation only while the campaign is a Draft"
)

#: What becomes of an address's number where the address itself is there too.
#: An address of the account, given by its number.
ADDRESS_NUMBER = known_key("email")

_BY_NUMBER = {
    "fate": Fate.DROPPED,
    "reason": "{target} knows an address by itself, not by a number",
}

#: Campaign@id, else the entry's id, else its edit link.
_NUMBER = tuple(
    Row(
        path,
        "/id",
        CAMPAIGN_NUMBER,
        EXISTING,
        reason="it only names the campaign",
        number=True,
    )
    for path in ("@id", "entry/id", "entry/link[edit]/@href")
)

_FOOTER = (
    sent("OrganizationName", "/message_footer/organization_name", TEXT),
    sent("OrganizationAddress1", "/message_footer/address_line_1", TEXT),
    sent("OrganizationAddress2", "/message_footer/address_line_2", TEXT),
    sent("OrganizationAddress3", "/message_footer/address_line_3", TEXT),
    sent("OrganizationCity", "/message_footer/city", TEXT),
    sent("OrganizationState", "/message_footer/state", STATE, when=IN_US),
    sent(
        "OrganizationInternationalState",
        "/message_footer/international_state",
        TEXT,
        when=ABROAD,
    ),
    sent(
        "OrganizationState",
        "/message_footer/international_state",
        REGION,
        when=STATE_ABROAD,
        fate=Fate.DROPPED,
        reason="international_state takes OrganizationInternationalState",
    ),
    sent("OrganizationPostalCode", "/message_footer/postal_code", TEXT),
    sent("OrganizationCountry", "/message_footer/country", COUNTRY),
)

CAMPAIGN = Table(
    payload="Campaign",
    resource="campaign",
    target=V2.title,
    contract=V2.contract,
    rows=(
        *_NUMBER,
        sent("Name", "/name", STRIPPED),
        sent("Subject", "/subject", STRIPPED),
        sent("FromName", "/from_name", STRIPPED),
        sent("FromEmail/EmailAddress", "/from_email", STRIPPED),
        sent("FromEmail/Email/@id", "/from_email", ADDRESS_NUMBER, **_BY_NUMBER),
        sent("ReplyToEmail/EmailAddress", "/reply_to_email", STRIPPED),
        sent("ReplyToEmail/Email/@id", "/reply_to_email", ADDRESS_NUMBER, **_BY_NUMBER),
        recorded("CampaignType", "/template_type", _one_of("CampaignType", "/template_type")),
        recorded("Status", "/status", _one_of("Status", "/status")),
        sent("PermissionReminder", "/is_permission_reminder_enabled", YES_NO),
        sent(
            "PermissionReminderText", "/permission_reminder_text", MARKUP, flag="PermissionReminder"
        ),
        sent("ViewAsWebpage", "/is_view_as_webpage_enabled", YES_NO),
        sent("ViewAsWebpageText", "/view_as_web_page_text", TEXT, flag="ViewAsWebpage"),
        sent("ViewAsWebpageLinkText", "/view_as_web_page_link_text", TEXT, flag="ViewAsWebpage"),
        sent("GreetingSalutation", "/greeting_salutations", TEXT),
        sent("GreetingName", "/greeting_name", _one_of("GreetingName", "/greeting_name")),
        sent("GreetingString", "/greeting_string", TEXT),
        sent("EmailContent", "/email_content", MARKUP, when=_WRITABLE),
        sent(
            "EmailContentFormat",
            "/email_content_format",
            _one_of("EmailContentFormat", "/email_content_format"),
        ),
        sent("EmailTextContent", "/text_content", TEXT_CONTENT, when=_WRITABLE),
        sent("StyleSheet", "/style_sheet", TEXT, when=_WRITABLE),
        *_FOOTER,
        sent("IncludeForwardEmail", "/message_footer/include_forward_email", YES_NO),
        sent(
            "ForwardEmailLinkText",
            "/message_footer/forward_email_link_text",
            TEXT,
            flag="IncludeForwardEmail",
        ),
        sent("IncludeSubscribeLink", "/message_footer/include_subscribe_link", YES_NO),
        sent(
            "SubscribeLinkText",
            "/message_footer/subscribe_link_text",
            TEXT,
            flag="IncludeSubscribeLink",
        ),
        sent("ContactLists/ContactList*/@id", "/sent_to_contact_lists/*/id", LIST_ID),
        recorded("Date", "/created_date", DATE, when=_DRAFT),
        recorded("LastEditDate", "/modified_date", DATE),
        recorded("LastRunDate", "/last_run_date", DATE),
        recorded("NextRunDate", "/next_run_date", DATE),
        recorded("SharePageURL", "/permalink_url", STRIPPED),
        recorded("Sent", "/tracking_summary/sends", COUNTER),
        recorded("Opens", "/tracking_summary/opens", COUNTER),
        recorded("Clicks", "/tracking_summary/clicks", COUNTER),
        recorded("Forwards", "/tracking_summary/forwards", COUNTER),
        recorded("OptOuts", "/tracking_summary/unsubscribes", COUNTER),
        recorded("Bounces", "/tracking_summary/bounces", COUNTER),
        recorded("SpamReports", "/tracking_summary/spam_count", COUNTER),
        recorded("Urls/Url*/Value", "/click_through_details/*/url", STRIPPED),
        recorded("Urls/Url*/@id", "/click_through_details/*/url_uid", URI_SEGMENT),
        recorded("Urls/Url*/Clicks", "/click_through_details/*/click_count", COUNTER),
        dropped("ArchiveStatus"),
        dropped("ArchiveURL"),
        dropped("ShowAgent", _UNDOCUMENTED),
        dropped("ProductID", _UNDOCUMENTED),
        dropped(
            "LetterImageList",
            _UNDOCUMENTED,
            deep=True,
        ),
        ignored("FromEmail/Email/atom:link", "it repeats the id", deep=True),
        ignored("ReplyToEmail/Email/atom:link", "it repeats the id", deep=True),
        ignored("ContactLists/ContactList*/atom:link", "it repeats the id", deep=True),
        ignored("Urls/Url*/atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
    wholes={
        "/message_footer": WholeObject(
            frozenset(row.pointer.rpartition("/")[2] for row in _FOOTER),
            "{target} keeps it in the footer, which is left out since the document has no organization",
            ACCOUNT_VARIABLE,
            "{target} keeps it in the footer, which is left to the account, as v1's variables ask for",
        )
    },
    distinct=frozenset({"/sent_to_contact_lists"}),
    refused={
        Shape.CREATE: (
            ShapeRefusal("CampaignType", STOCK, "stock"),
            ShapeRefusal("CampaignType", TEMPLATE, "stock", unless="EmailContent"),
        )
    },
)

_PATH = "emailmarketing/campaigns"

#: Where a postal address that is missing is shown: at what else there is of it.
_POSTAL = (
    "/message_footer/organization_name",
    "/message_footer/address_line_1",
    "/message_footer/city",
    "/message_footer/country",
    "/message_footer",
)

_ADDRESSES = ("/from_email", "/reply_to_email")


def _without_text_element(text: str) -> str:
    """The server may wrap a text in `<text>` (reference, v2-contract, Campaign, text_content)."""
    return re.sub(r"\A<text>|</text>\Z", "", text, flags=re.IGNORECASE).strip()


#: Reference, v2-contract, Endpoints.
DELIVERY = Delivery(
    "campaign",
    CAMPAIGN,
    schema="campaign",
    create=created(_PATH),
    update=replaced(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=in_pages(_PATH, since="modified_since"),
    dates=("last_run_date", "last_sent_date", "modified_date", "created_date"),
    privileges={
        "list": "campaign:list",
        "GET": "campaign:read",
        "POST": "campaign:create",
        "PUT": "campaign:create",
        "DELETE": "campaign:create",
    },
    editable={"status": "DRAFT"},
    not_editable=catalogue.NOT_A_DRAFT,
    checks=(
        AccountCheck(
            _ADDRESSES,
            Collection("account/verifiedemailaddresses", id="email_address"),
            {"status": "CONFIRMED"},
            catalogue.ADDRESS_REFUSED,
            "{value} is not confirmed there",
        ),
    ),
    unknown=catalogue.CAMPAIGN_MISSING,
    forms={
        "/from_email": str.casefold,
        "/reply_to_email": str.casefold,
        "/text_content": _without_text_element,
    },
    shown_at={
        catalogue.ADDRESS_MISSING.code: _POSTAL,
        catalogue.ADDRESS_REFUSED.code: _ADDRESSES,
        catalogue.LIST_UNKNOWN.code: ("/sent_to_contact_lists/*/id",),
    },
)
