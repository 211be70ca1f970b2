"""What campaigns and schedules become."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from mapping_documents import (
    ENTRY,
    ORGANIZATION,
    SCHEDULE,
    body,
    campaign,
    document,
    outcome,
    outcomes,
)
from mapping_tables import TABLES

from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.dates import time_zone
from ctct_migrate.mapping.emptying import emptied_by

#: Elements, and what the body has of them beyond what the campaign has anyway.
CASES: list[tuple[str, str, dict[str, Any]]] = [
    # White space around names; and kept elsewhere.
    ("create", "<Name> a\n b </Name><Subject>\tx </Subject><FromName>\n y</FromName>",
     {"name": "a\n b", "subject": "x", "from_name": "y"}),
    ("create", "<GreetingString> Hi  you </GreetingString>", {"greeting_string": " Hi  you "}),
    ("create", "<FromEmail><EmailAddress>\n a@example.com </EmailAddress></FromEmail>",
     {"from_email": "a@example.com"}),
    # What is empty is not there.
    ("create", "<GreetingString/><StyleSheet> \n</StyleSheet><ViewAsWebpage></ViewAsWebpage>", {}),
    ("create", "<ContactLists/><ReplyToEmail/>", {}),
    # Comments are not part of a value.
    ("create", "<!-- a --><Name>a<!-- b -->c</Name><?x y?>", {"name": "ac"}),
    # Flags.
    ("create", "<ViewAsWebpage>NO</ViewAsWebpage><PermissionReminder> NO </PermissionReminder>",
     {"is_view_as_webpage_enabled": False, "is_permission_reminder_enabled": False}),
    ("create", "<ViewAsWebpage>YES</ViewAsWebpage><ViewAsWebpageText>a</ViewAsWebpageText>"
     "<ViewAsWebpageLinkText>b</ViewAsWebpageLinkText>",
     {"is_view_as_webpage_enabled": True, "view_as_web_page_text": "a", "view_as_web_page_link_text": "b"}),
    ("create", "<ViewAsWebpage>NO</ViewAsWebpage><ViewAsWebpageText>NO</ViewAsWebpageText>",
     {"is_view_as_webpage_enabled": False, "view_as_web_page_text": "NO"}),
    # Greeting.
    *(("create", f"<GreetingName>{v1}</GreetingName>", {"greeting_name": v2}) for v1, v2 in (
        ("FirstName", "FIRST_NAME"), ("LastName", "LAST_NAME"),
        ("FirstAndLastName", "FIRST_AND_LAST_NAME"), ("None", "NONE"), (" None\n", "NONE"))),
    # Lists.
    ("create", "<ContactLists><ContactList id='http://x/ws/customers/joe/lists/11'/>"
     "<!-- and --><ContactList id='http://x/ws/customers/joe/lists/active'>"
     "<link xmlns='http://www.w3.org/2005/Atom' href='/x/lists/active' rel='self'/></ContactList></ContactLists>",
     {"sent_to_contact_lists": [{"id": "11"}, {"id": "active"}]}),
    # Markup.
    ("create", "<PermissionReminderText>Please <ConfirmOptin><a style='x'>confirm</a></ConfirmOptin></PermissionReminderText>",
     {"permission_reminder_text": 'Please <ConfirmOptin><a style="x">confirm</a></ConfirmOptin>'}),
    ("create", "<PermissionReminderText>&lt;ConfirmOptin&gt;x</PermissionReminderText>",
     {"permission_reminder_text": "<ConfirmOptin>x"}),
    # Shapes: what only the server writes, and the number.
    ("create", "<Status>Draft</Status><Date>2010-09-28T05:22:42Z</Date><Sent>5</Sent><CampaignType>CUSTOM</CampaignType>", {}),
    ("update", "", {"id": "1100546096289"}),
    ("record", "<Status>Draft</Status><Date>2010-09-28T05:22:42Z</Date>",
     {"id": "1100546096289", "status": "DRAFT", "created_date": "2010-09-28T05:22:42.000Z"}),
    ("record", "<Status>Sent</Status><Date>2010-09-28T05:22:42Z</Date>",
     {"id": "1100546096289", "status": "SENT"}),
    *(("record", f"<Status>{v1}</Status>", {"id": "1100546096289", "status": v2}) for v1, v2 in (
        ("Archive Pending", "ARCHIVE_PENDING"), ("ArchivePending", "ARCHIVE_PENDING"),
        ("ARCHIVE PENDING", "ARCHIVE_PENDING"), ("closepending", "CLOSE_PENDING"), ("sent", "SENT"))),
    ("record", "<LastEditDate>2010-09-28T05:22:42.1234567+01:00</LastEditDate><LastRunDate/>"
     "<NextRunDate>2010-09-28T05:22:42 01:00</NextRunDate>",
     {"id": "1100546096289", "modified_date": "2010-09-28T05:22:42.123+01:00",
      "next_run_date": "2010-09-28T05:22:42.000+01:00"}),
    ("record", "<Sent>5</Sent><OptOuts> 0 </OptOuts><SpamReports/><CampaignType>STOCK</CampaignType>",
     {"id": "1100546096289", "template_type": "STOCK", "tracking_summary": {"sends": 5, "unsubscribes": 0}}),
    ("record", "<Urls><Url id='http://x/ws/customers/joe/campaigns/1/urls/7'><Value>http://a/?b&amp;c</Value><Clicks>3</Clicks></Url><Url/></Urls>",
     {"id": "1100546096289",
      "click_through_details": [{"url": "http://a/?b&c", "url_uid": "7", "click_count": 3}]}),
    ("record", "<SharePageURL>http://share</SharePageURL><ArchiveURL>http://archive</ArchiveURL>",
     {"id": "1100546096289", "permalink_url": "http://share"}),
    ("update", "<CampaignType>STOCK</CampaignType><StyleSheet>x</StyleSheet>",
     {"id": "1100546096289", "email_content": None, "text_content": None}),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "inside", "more"), CASES)
def test_what_elements_become(shape: str, inside: str, more: dict[str, Any]) -> None:
    expected = {**body(campaign()), **more}
    assert body(campaign(inside), shape) == {k: v for k, v in expected.items() if v is not None}


def test_the_order_of_the_elements_does_not_matter() -> None:
    one = body(campaign("<GreetingString>a</GreetingString><StyleSheet>b</StyleSheet>"))
    other = body(campaign("<StyleSheet>b</StyleSheet><GreetingString>a</GreetingString>"))
    assert list(one.items()) == list(other.items())


def test_a_body_is_in_the_order_of_the_contract() -> None:
    lists = "<ContactLists><ContactList id='http://x/ws/customers/joe/lists/1'/></ContactLists>"
    inside = f"{lists}<OrganizationCountry>gb</OrganizationCountry>{ORGANIZATION}<Opens>1</Opens>"
    assert list(body(campaign(inside), "record")) == [
        "id", "name", "subject", "from_name", "from_email", "email_content", "email_content_format",
        "text_content", "message_footer", "sent_to_contact_lists", "tracking_summary",
    ]  # fmt: skip


# -- addresses --------------------------------------------------------------------------------------

STATES = [
    ("us", "<OrganizationState>MA</OrganizationState>", {"state": "MA", "country": "US"}),
    ("US", "<OrganizationState>ma</OrganizationState>", {"state": "MA", "country": "US"}),
    ("us", "<OrganizationState>Massachusetts</OrganizationState>", {"state": "MA", "country": "US"}),
    ("us", "<OrganizationState>new  york</OrganizationState>", {"state": "NY", "country": "US"}),
    ("United States", "<OrganizationState>MA</OrganizationState>", {"state": "MA", "country": "US"}),
    ("usa", "<OrganizationState>PR</OrganizationState>", {"state": "PR", "country": "USA"}),
    ("ca", "<OrganizationState>QC</OrganizationState>", {"international_state": "QC", "country": "CA"}),
    ("ca", "<OrganizationState>Quebec</OrganizationState>", {"international_state": "QC", "country": "CA"}),
    ("gb", "<OrganizationState>Kent</OrganizationState>", {"international_state": "Kent", "country": "GB"}),
    ("gb", "<OrganizationInternationalState>Kent</OrganizationInternationalState>",
     {"international_state": "Kent", "country": "GB"}),
    ("gb", "<OrganizationState>MA</OrganizationState>"
     "<OrganizationInternationalState>Kent</OrganizationInternationalState>",
     {"international_state": "Kent", "country": "GB"}),
    ("us", "<OrganizationState>MA</OrganizationState>"
     "<OrganizationInternationalState>NO</OrganizationInternationalState>", {"state": "MA", "country": "US"}),
    ("u1", "", {"country": "U1"}),
    ("Côte d'Ivoire", "", {"country": "CI"}),
]  # fmt: skip


@pytest.mark.parametrize(("country", "state", "expected"), STATES)
def test_addresses(country: str, state: str, expected: dict[str, str]) -> None:
    inside = f"{ORGANIZATION}{state}<OrganizationCountry>{country}</OrganizationCountry>"
    footer = body(campaign(inside))["message_footer"]
    rest = {"organization_name": "Flowers", "address_line_1": "1 Main St", "city": "Boston"}
    assert footer == {**rest, **expected}


def test_without_an_organization_there_is_no_footer_and_it_is_said_what_is_lost() -> None:
    inside = "<IncludeForwardEmail>YES</IncludeForwardEmail><ForwardEmailLinkText>f</ForwardEmailLinkText><IncludeSubscribeLink/>"
    found = outcome(campaign(inside))
    assert found.body is not None
    assert "message_footer" not in found.body
    assert [row.path for row, *_ in found.aside] == ["IncludeForwardEmail", "ForwardEmailLinkText"]


PARTIAL = [
    (ORGANIZATION, {"/message_footer/country", "/message_footer/state"}),
    ("<OrganizationCountry>us</OrganizationCountry>",
     {"/message_footer/organization_name", "/message_footer/address_line_1", "/message_footer/city", "/message_footer/state"}),
    (f"{ORGANIZATION}<OrganizationCountry>us</OrganizationCountry>", {"/message_footer/state"}),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "missing"), PARTIAL)
def test_a_partial_address_is_refused_by_what_it_lacks(inside: str, missing: set[str]) -> None:
    found = outcome(campaign(inside))
    assert found.body is None
    reported = {c.detail.pointer for c in found.complaints if c.detail.keyword == "required"}
    assert reported
    assert reported <= missing


# -- numbers ----------------------------------------------------------------------------------------

#: Documents, the number in each, and whether all its ids agree.
NUMBERS = [
    (ENTRY, "1100546096289", True),
    (ENTRY.replace('id="http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289"', ""), "1100546096289", True),
    (ENTRY.replace("campaigns/1100546096289", "campaigns"), None, True),
    (ENTRY.replace("/ws/customers/joe/campaigns/1100546096289", "data:,none"), None, True),
    (ENTRY.replace("com/ws/customers/joe/campaigns/1100546096289", "com/ws/customers/joe/campaigns").replace("1100546096289", "77"), "77", True),
    (ENTRY.replace('campaigns/1100546096289">', 'campaigns/5">'), "5", False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "number", "agree"), NUMBERS)
def test_the_number_of_a_campaign(text: str, number: str | None, agree: bool) -> None:
    for shape in ("create", "update", "record"):
        assert outcome(text, shape).number == number
    found = outcome(text, "update")
    assert found.attempt.get("id") == number
    assert (found.body is None) == (number is None or not agree)


def test_the_sample_number_in_one_id_alone_names_no_campaign() -> None:
    text = ENTRY.replace("com/ws/customers/joe/campaigns/1100546096289", "com/ws/customers/joe/campaigns")  # fmt: skip
    assert outcome(text).number is None  # it stands in the edit link alone
    assert outcome(text, "update").body is None


def schedule(
    link: str = "5", id: str = "5", own: str = "5", time: str = "2013-05-10T11:07:43.626Z"
) -> str:
    return SCHEDULE.format(link=link, id=id, own=own, time=time)


def test_a_schedule() -> None:
    assert body(schedule()) == {"scheduled_date": "2013-05-10T11:07:43.626Z"}
    assert body(schedule(), "record") == {"id": "1", "scheduled_date": "2013-05-10T11:07:43.626Z"}
    assert outcome(schedule()).number == "1"  # its own; its campaign's is a reference
    assert set(outcome(schedule()).numbers.values()) == {"5"}


def test_readings_of_a_schedules_campaign_that_differ() -> None:
    found = outcome(schedule(link="6"))
    assert found.body is None
    (complaint,) = found.complaints
    assert complaint.kind is ComplaintKind.NUMBERS_DIFFER
    assert complaint.detail == (("@id", "5"), ("entry/id", "5"), ("entry/link[edit]/@href", "6"))


def test_a_schedule_of_no_campaign() -> None:
    text = schedule("", "", "").replace("campaigns//schedules/1", "schedules")
    (complaint,) = outcome(text).complaints
    assert complaint.kind is ComplaintKind.NO_NUMBER


def test_times_keep_their_offset_and_a_zone_can_be_assumed() -> None:
    assert (
        body(schedule(time="2013-05-10T11:07:43+02:00"))["scheduled_date"]
        == "2013-05-10T11:07:43.000+02:00"
    )
    naive = schedule(time="2013-05-10T11:07:43")
    (complaint,) = [c for c in outcome(naive).complaints if c.kind is ComplaintKind.UNREADABLE]
    assert (complaint.path, complaint.text, complaint.detail) == (
        "ScheduledTime",
        "2013-05-10T11:07:43",
        "date",
    )
    assert body(naive, time_zone=UTC) == {"scheduled_date": "2013-05-10T11:07:43.000Z"}
    zoned = body(naive, time_zone=time_zone("America/New_York"))
    assert zoned == {"scheduled_date": "2013-05-10T11:07:43.000-04:00"}


# -- what is in the way -----------------------------------------------------------------------------

COMPLAINTS = [
    ("<Nmae>x</Nmae>", "unknown-element", "Nmae", None),
    ("<Name xmlns=''>x</Name>", "unknown-element", "Name", None),
    ("<GreetingString>a</GreetingString><GreetingString>b</GreetingString>", "repeated-element", "GreetingString", None),
    ("<Subject>a<b>c</b></Subject>", "nested-element", "b", None),
    ("<ViewAsWebpage>yes</ViewAsWebpage>", "unreadable", "ViewAsWebpage", "yes-no"),
    ("<GreetingName>cmp_grt_name</GreetingName>", "unreadable", "GreetingName", "enumeration"),
    ("<OrganizationCountry>xx</OrganizationCountry>", "unreadable", "OrganizationCountry", "country"),
    ("<OrganizationState>XX</OrganizationState>", "unreadable", "OrganizationState", "state"),
    ("<ContactLists><ContactList id='11'/></ContactLists>", "unreadable", "ContactList", "list-uri"),
    ("<ContactLists><List/></ContactLists>", "unknown-element", "List", None),
    ("<ContactLists><ContactList id='http://x/lists/1'><Name/></ContactList></ContactLists>", "unknown-element", "Name", None),
    ("<FromEmail><Email id='http://x/ws/customers/joe/settings/emailaddresses/2'/></FromEmail>", "unreadable", "Email", "email-number"),
    ("<ReplyToEmail><Email id='http://x/ws/customers/joe/settings/emailaddresses/2'/></ReplyToEmail>", "unreadable", "Email", "email-number"),
    ("<FromEmail><EmailAdress>a@example.com</EmailAdress></FromEmail>", "unknown-element", "EmailAdress", None),
    ("<CampaignType>STOCK</CampaignType>", "stock", "CampaignType", None),
]  # fmt: skip


@pytest.mark.parametrize(("inside", "kind", "name", "detail"), COMPLAINTS)
def test_no_body_comes_of_what_cannot_be_read(
    inside: str, kind: str, name: str, detail: Any
) -> None:
    found = outcome(campaign(inside))
    assert found.body is None
    reported = [
        (c.kind, c.node.tag.rpartition("}")[2], c.detail)
        for c in found.complaints
        if c.node is not None
    ]
    assert (ComplaintKind(kind), name, detail) in reported


@pytest.mark.parametrize("value", ["-1", "1.5", "many", "9" * 30, "١"])
def test_counters_are_whole_numbers(value: str) -> None:
    """A record does without one that is not."""
    found = outcome(campaign(f"<Sent>{value}</Sent>"), "record")
    assert found.body is not None
    assert "sends" not in found.body.get("tracking_summary", {})
    assert [reason for *_, reason in found.aside] == ["it is not a whole number, 0 or more"]


def test_the_contract_has_the_last_word() -> None:
    found = outcome(campaign(f"<Name>{'x' * 81}</Name>", without="Subject"))
    reported = {(c.detail.pointer, c.detail.keyword) for c in found.complaints}
    assert reported == {("/name", "maxLength"), ("/subject", "required")}


def test_content_has_its_limit() -> None:
    html = "&lt;html&gt;&lt;body&gt;{}&lt;/body&gt;&lt;/html&gt;"
    right = 930_000 - len("<html><body></body></html>")
    fits = campaign(f"<EmailContent>{html.format('x' * right)}</EmailContent>")
    assert len(body(fits)["email_content"]) == 930_000
    found = outcome(campaign(f"<EmailContent>{html.format('x' * (right + 1))}</EmailContent>"))
    assert [c.detail.keyword for c in found.complaints] == ["maxLength"]


def test_ten_thousand_lists() -> None:
    uri = "http://api.constantcontact.com/ws/customers/joe/lists"
    lists = "".join(f"<ContactList id='{uri}/{n}'/>" for n in range(10_000))
    sent = body(campaign(f"<ContactLists>{lists}</ContactLists>"))["sent_to_contact_lists"]
    assert sent == [{"id": str(n)} for n in range(10_000)]


def test_a_text_that_v1_ignored_does_not_stand_in_the_way() -> None:
    long = "<ViewAsWebpageText>" + "x" * 51 + "</ViewAsWebpageText>"
    found = outcome(campaign(f"<ViewAsWebpage>NO</ViewAsWebpage>{long}"))
    assert found.body is not None
    assert "view_as_web_page_text" not in found.body
    assert [row.path for row, *_ in found.aside] == ["ViewAsWebpageText"]
    found = outcome(campaign(
        f"<ViewAsWebpage>YES</ViewAsWebpage>{long}<ViewAsWebpageLinkText>x</ViewAsWebpageLinkText>"
    ))  # fmt: skip
    assert [c.detail.pointer for c in found.complaints] == ["/view_as_web_page_text"]


# -- feeds, bare payloads, updates ------------------------------------------------------------------


def test_feeds_convert_entry_by_entry() -> None:
    head = "<id>http://x</id><title>t</title><updated>2010-09-28T05:22:42Z</updated>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{ENTRY}{schedule()}{campaign("<Name/>")}</feed>'
    found = outcomes(feed)
    assert [each.number for each in found] == ["1100546096289", "1", "1100546096289"]
    assert [each.body is None for each in found] == [False, False, True]


def test_bare_payloads_convert() -> None:
    bare = ENTRY[ENTRY.index("<Campaign") : ENTRY.index("  </content>")]
    assert body(bare, "update") == body(ENTRY, "update")


def test_what_an_update_would_empty_is_what_the_document_does_not_speak_of() -> None:
    inside = "<GreetingString/><ContactLists/><StyleSheet>x</StyleSheet>"
    found = emptied_by(TABLES["Campaign"], outcome(campaign(inside), "update"))
    assert "/reply_to_email" in found
    assert "/message_footer" in found
    assert not {"/greeting_string", "/style_sheet", "/sent_to_contact_lists", "/id", "/name"} & {
        *found
    }
    assert not any(pointer.startswith("/message_footer/") for pointer in found)
    full = outcome(
        campaign(f"{ORGANIZATION}<OrganizationCountry>gb</OrganizationCountry>"), "update"
    )
    assert "/message_footer/postal_code" in emptied_by(TABLES["Campaign"], full)
    stock = campaign("<CampaignType>STOCK</CampaignType>", without="EmailContent EmailTextContent")
    assert "/email_content" not in emptied_by(TABLES["Campaign"], outcome(stock, "update"))


def test_the_engine_does_not_change_the_document() -> None:
    from lxml import etree

    held = document(campaign("<PermissionReminderText>a<b/>c</PermissionReminderText>"))
    before = etree.tostring(held.root)
    from ctct_migrate.mapping.rows import ConversionOptions
    from ctct_migrate.rules.fast import fast_path

    list(fast_path.outcomes(held, ConversionOptions()))
    assert etree.tostring(held.root) == before
