"""Where values came from, what became of all parts, and what was dropped."""

from __future__ import annotations

from typing import Any

import pytest
from mapping_documents import ENTRY, ORGANIZATION, campaign, document
from mapping_tables import TABLES

from ctct_migrate import Document, Payload, Shape, convert
from ctct_migrate.mapping.feedheads import feed_accounts
from ctct_migrate.mapping.payloads import payload_of
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.mapping.trace import Trace
from ctct_migrate.rules.fast import fast_path


def payload(text: str, shape: str = "create") -> Payload:
    (only,) = convert(document(text), shape)
    return only


def trace(text: str, shape: str = "create") -> Trace:
    held, options = document(text), ConversionOptions(Shape(shape))
    (place,) = fast_path.outcomes(held, options)
    return Trace(held, place, TABLES["Campaign"], options)


def fates(held: Trace | Payload) -> dict[str, tuple[str, str]]:
    """What became of each part, by its path below the Campaign or the entry."""
    accounts = held.accounts if isinstance(held, Trace) else held.accounting
    return {
        account.path.removeprefix("entry/content/Campaign/"): (
            str(account.fate),
            account.pointer or account.reason,
        )
        for account in accounts
    }


def slices(held: Document, spans: Any) -> dict[str, str]:
    data = held.source.data
    return {p: data[s.start.offset : s.end.offset].decode() for p, s in spans.items()}


def test_the_source_map_has_the_text_of_each_property() -> None:
    lists = "".join(f"<ContactList id='http://x/ws/customers/joe/lists/{n}'/>" for n in (1, 2))
    inside = (
        f"{ORGANIZATION}<OrganizationCountry>gb</OrganizationCountry>"
        f"<ContactLists>{lists}</ContactLists><GreetingString> Tom &amp; Joe\r\n</GreetingString>"
        "<FromName>\r\n  Joe <![CDATA[& Co]]>  </FromName>"
        "<PermissionReminderText>a <b>c</b></PermissionReminderText>"
    )
    text = campaign(inside)
    held = document(text)
    (only,) = convert(held, "update")
    spans = slices(held, only.source_map)
    assert list(spans) == [
        "", "/id", "/name", "/subject", "/from_name", "/from_email", "/permission_reminder_text",
        "/greeting_string", "/email_content", "/email_content_format", "/text_content",
        "/message_footer", "/message_footer/organization_name", "/message_footer/address_line_1",
        "/message_footer/city", "/message_footer/country", "/sent_to_contact_lists",
        "/sent_to_contact_lists/0", "/sent_to_contact_lists/0/id", "/sent_to_contact_lists/1",
        "/sent_to_contact_lists/1/id",
    ]  # fmt: skip
    assert spans["/id"].endswith("/campaigns/1100546096289")
    assert spans["/from_name"] == "Joe <![CDATA[& Co]]>"
    assert spans["/greeting_string"] == " Tom &amp; Joe\r\n"
    assert spans["/permission_reminder_text"] == "a <b>c</b>"
    assert spans["/text_content"] == "&lt;Text&gt;Hello&lt;/Text&gt;"
    assert spans["/message_footer/city"] == "Boston"
    assert spans["/message_footer"].startswith("Flowers</OrganizationName>")
    assert spans["/message_footer"].endswith("<OrganizationCountry>gb")
    assert spans["/sent_to_contact_lists/1"] == "http://x/ws/customers/joe/lists/2"
    assert spans["/sent_to_contact_lists"].count("lists/") == 2
    assert spans[""].startswith("<Campaign ")
    assert spans[""].endswith("</Campaign>")


def test_the_number_may_come_from_the_envelope() -> None:
    text = ENTRY.replace('campaigns/1100546096289">', 'campaigns">')
    held = document(text)
    (only,) = convert(held, "update")
    found = slices(held, only.source_map)
    assert found["/id"] == "http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289"
    assert fates(only)["entry/id"] == ("mapped", "/id")


def test_a_pointer_leads_to_the_nearest_place_there_is() -> None:
    held = trace(campaign(f"{ORGANIZATION}<OrganizationCountry>gb</OrganizationCountry>"))

    def name(pointer: str) -> str:
        place = held.locate(pointer)
        assert place is not None
        return place[1].name if place[1] is not None else place[0].name

    assert name("/name") == "Name"
    assert name("/message_footer/city") == "OrganizationCity"
    assert name("/message_footer/state") == "OrganizationName"
    assert name("/message_footer") == "OrganizationName"
    assert name("/nothing/of/the/kind") == "Name"


def test_every_fate_has_its_reason() -> None:
    inside = (
        f"{ORGANIZATION}<OrganizationCountry>us</OrganizationCountry>"
        "<OrganizationState>MA</OrganizationState>"
        "<OrganizationInternationalState>Kent</OrganizationInternationalState>"
        "<Status>Draft</Status><StyleSheet/><ArchiveURL>http://a</ArchiveURL><ArchiveStatus/>"
        "<Urls><Url id='http://x/ws/customers/u/1'><Clicks>1</Clicks></Url></Urls>"
        "<ReplyToEmail><Email id='http://x/ws/customers/joe/settings/emailaddresses/2'/>"
        "<EmailAddress>a@example.com</EmailAddress></ReplyToEmail>"
    )
    found = fates(payload(campaign(inside)))
    expected = {
        "entry": ("mapped", ""),
        "entry/@xmlns": ("ignored", "a namespace declaration"),
        "entry/link": ("dropped", "all in it is dropped"),
        "entry/link/@href": ("dropped", "v2 has no place for it"),
        "entry/link/@rel": ("ignored", "Atom's bookkeeping"),
        "entry/title": ("dropped", "v2 has no place for it"),
        "entry/title/@type": ("ignored", "Atom's bookkeeping"),
        "@id": ("ignored", "it only names the campaign"),
        "Name": ("mapped", "/name"),
        "FromEmail": ("mapped", "/from_email"),
        "Status": ("ignored", "only the server writes it"),
        "StyleSheet": ("ignored", "it is empty"),
        "ArchiveURL": ("dropped", "v2 has no place for it"),
        "ArchiveStatus": ("ignored", "it is empty"),
        "Urls": ("ignored", "nothing in it is sent"),
        "Urls/Url/@id": ("ignored", "only the server writes it"),
        "Urls/Url/Clicks": ("ignored", "only the server writes it"),
        "ReplyToEmail/Email": ("dropped", "all in it is dropped"),
        "ReplyToEmail/Email/@id": ("dropped", "v2 knows an address by itself, not by a number"),
        "ReplyToEmail/EmailAddress": ("mapped", "/reply_to_email"),
        "OrganizationState": ("mapped", "/message_footer/state"),
        "OrganizationInternationalState": (
            "dropped",
            "international_state is for organizations outside the US",
        ),
    }
    assert {path: found[path] for path in expected} == expected


def test_lists_and_their_items_have_pointers() -> None:
    urls = "".join(
        f"<Url id='http://x/ws/customers/u/{n}'><Value>u{n}</Value></Url>" for n in (7, 8)
    )
    found = fates(payload(campaign(f"<Urls>{urls}</Urls><Opens>1</Opens>"), "record"))
    assert found["Urls"] == ("mapped", "/click_through_details")
    assert found["Urls/Url[2]"] == ("mapped", "/click_through_details/1")
    assert found["Urls/Url[2]/@id"] == ("mapped", "/click_through_details/1/url_uid")
    assert found["Opens"] == ("mapped", "/tracking_summary/opens")


def test_all_that_stands_in_content_goes_where_the_content_goes() -> None:
    html = "<EmailContent><html><body class='x'>a<br/></body></html></EmailContent>"
    found = fates(payload(campaign(html)))
    for part in ("", "/html", "/html/body", "/html/body/@class", "/html/body/br"):
        assert found[f"EmailContent{part}"] == ("mapped", "/email_content")
    stock = fates(payload(campaign(f"{html}<CampaignType>STOCK</CampaignType>"), "update"))
    reason = "the content of a STOCK campaign is read-only in v2"
    assert {stock[path] for path in stock if path.startswith("EmailContent/")} == {
        ("dropped", reason)
    }


def test_what_no_row_knows_is_found() -> None:
    strange = campaign(
        "<Nmae a='1'>x</Nmae><Subject z='2'>s</Subject><ContactLists>t</ContactLists>"
    )
    strange = strange.replace("<title", "<tilte>u</tilte><title")
    held = trace(strange)
    assert {account.path.rpartition("/entry")[2] for account in held.unknown} == {
        "entry/tilte",
        "entry/content/Campaign/Nmae",
        "entry/content/Campaign/Nmae/@a",
        "entry/content/Campaign/Subject/@z",
        "entry/content/Campaign/ContactLists/text()",
    }
    assert trace(campaign()).unknown == ()


def test_extensions_of_atom_are_dropped_with_all_in_them() -> None:
    more = '<z:a xmlns:z="urn:z" z:b="1" c="2"><z:d>x</z:d></z:a>'
    only = payload(ENTRY.replace("<title", f"{more}<title"))
    reason = "an extension of Atom's, for which v2 has no place"
    found = fates(only)
    assert {found[f"entry/a{part}"] for part in ("", "/@z:b", "/@c", "/d")} == {("dropped", reason)}
    assert [(d.path, d.value) for d in only.dropped if d.reason == reason] == [
        ("entry/a", '{urn:z}b="1" c="2"'),
        ("entry/a/d", "x"),
    ]


# -- dropped ----------------------------------------------------------------------------------------

LINES = [
    ("\n", 0),  # as it is
    ("\r\n", 0),
    ("\r", 0),  # libxml2 does not count these
]


@pytest.mark.parametrize(("end", "more"), LINES)
def test_what_is_dropped_has_its_line_in_every_kind_of_file(end: str, more: int) -> None:
    text = campaign("<ArchiveURL>http://a</ArchiveURL>").replace(
        '<title type="text">', '<title\n\n  type="text"\n>'
    )
    for encoding in ("utf-8", "utf-16"):
        data = f'<?xml version="1.0" encoding="{encoding}"?>\n{text}'.replace("\n", end)
        (only,) = convert(document_of(data.encode(encoding)))
        lines = {drop.path: drop.line for drop in only.dropped}
        assert lines["entry/link"] == 3
        assert lines["entry/title"] == 5  # where its start tag begins
        assert lines["entry/updated"] == 9
        assert lines["entry/content/Campaign/ArchiveURL"] == 20 + more


def document_of(data: bytes) -> Document:
    from ctct_migrate import read

    return read(data)


def test_lines_are_right_to_the_end_of_a_long_file() -> None:
    text = ENTRY.replace("<title", "\n" * 70_000 + "<title")
    (only,) = convert(document(text))
    assert next(drop.line for drop in only.dropped if drop.path == "entry/title") == 70_004


def test_what_has_no_place_is_told_in_full() -> None:
    inside = (
        "<LetterImageList><Image n='1'>a.png</Image><Image>b.png</Image></LetterImageList>"
        "<ShowAgent>YES</ShowAgent><ProductID/>"
    )
    source = (
        "<source><title type='text'>t</title><link href='campaigns' rel='self'/><link href='x'/>"
        "<generator uri='u'>g</generator></source><category term='a' label='b'/>"
    )
    only = payload(campaign(inside).replace("  <updated", f"{source}<updated"))
    reported = [(drop.path, drop.value) for drop in only.dropped]
    assert reported == [
        ("entry/link", "/ws/customers/joe/campaigns/1100546096289"),
        ("entry/title", "Spring"),
        ("entry/source/title", "t"),
        ("entry/source/link[1]", 'href="campaigns" rel="self"'),
        ("entry/source/link[2]", "x"),
        ("entry/source/generator", "g"),
        ("entry/source/generator/@uri", "u"),
        ("entry/category", 'term="a" label="b"'),
        ("entry/updated", "2010-09-28T05:22:42.000Z"),
        ("entry/author/name", "Constant Contact"),
        ("entry/content/Campaign/LetterImageList/Image[1]", "a.png"),
        ("entry/content/Campaign/LetterImageList/Image[1]/@n", "1"),
        ("entry/content/Campaign/LetterImageList/Image[2]", "b.png"),
        ("entry/content/Campaign/ShowAgent", "YES"),
    ]


def test_the_content_that_a_stock_campaign_may_not_write_is_dropped_whole() -> None:
    text = campaign("<CampaignType>STOCK</CampaignType>")
    reported = {
        drop.path.rpartition("/")[2]: drop.value for drop in payload(text, "update").dropped
    }
    assert reported["EmailContent"] == "<html><body>Hello</body></html>"
    assert reported["EmailTextContent"] == "Hello"


def test_what_a_feed_says_of_itself_is_accounted_for_too() -> None:
    head = "<id>http://x</id><title type='text'>t</title><updated>2010-09-28T05:22:42Z</updated>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{ENTRY}<author><name>n</name></author></feed>'
    found = {account.path: str(account.fate) for account in feed_accounts(document(feed))}
    assert found == {
        "feed": "dropped",
        "feed/@xmlns": "ignored",
        "feed/id": "dropped",
        "feed/title": "dropped",
        "feed/title/@type": "dropped",
        "feed/updated": "dropped",
        "feed/author": "dropped",
        "feed/author/name": "dropped",
    }
    assert feed_accounts(document(ENTRY)) == ()


@pytest.mark.parametrize("depth", [240, 2_000])
def test_deep_documents_do_no_harm(depth: int) -> None:
    deep = "<div>" * depth + "x" + "</div>" * depth
    html = f"<EmailContent><html><body>{deep}</body></html></EmailContent>"
    extension = f'<z:a xmlns:z="urn:z">{deep}</z:a>'
    for text in (campaign(html), campaign().replace("<title", f"{extension}<title")):
        held = document(text)
        (found,) = fast_path.outcomes(held, ConversionOptions())
        assert found.outcome.body is not None
        only = payload_of(held, found, ConversionOptions())
        assert len(only.accounting) > depth
        assert only.source_map
        assert only.dropped
    head = "<id>http://x</id><title>t</title><updated>2010-09-28T05:22:42Z</updated>"
    feed = f'<feed xmlns="http://www.w3.org/2005/Atom">{head}{extension}{ENTRY}</feed>'
    assert len(feed_accounts(document(feed))) > depth
