"""What v1's own server and its clients wrote, and what v1 alone minded."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of
from rule_cases import guilty

from ctct_migrate import Document, Severity, convert, fix, lint, read

URI = "http://api.constantcontact.com/ws/customers/joe"


def reported(document: Document, shape: str | None = None) -> list[tuple[str, str]]:
    return [(each.code, each.severity.value) for each in lint(document, shape)]


def body(data: bytes, shape: str = "create") -> dict[str, object]:
    (payload,) = convert(read(data), shape)
    assert {a.reason for a in payload.accounting}.isdisjoint({"no row of the table knows it"})
    return payload.body


# -- read-only names in another letter case -----------------------------------------------------

URLS = f"""<URLS><url id="{URI}/campaigns/1/urls/5"><value>http://example.com/</value><clicks>3</clicks></url></URLS>"""

CASES = {
    "an empty list of links": ("<URLS></URLS>", {}),
    "links in it": (
        URLS,
        {
            "click_through_details": [
                {"url": "http://example.com/", "url_uid": "5", "click_count": 3}
            ]
        },
    ),
    "a count": ("<SENT>5</SENT>", {"tracking_summary": {"sends": 5}}),
    "a date": (
        "<lastEditDate>2010-10-19T18:34:53.105Z</lastEditDate>",
        {"modified_date": "2010-10-19T18:34:53.105Z"},
    ),
    "a dropped one": ("<archiveStatus>Pending</archiveStatus>", {}),
}


@pytest.mark.parametrize(("markup", "expected"), CASES.values(), ids=CASES)
def test_a_read_only_name_in_another_case_is_a_warning_and_converts(
    markup: str, expected: dict[str, object]
) -> None:
    data = CAMPAIGN.replace("<Subject>", f"{markup}\n<Subject>", 1).encode()
    for shape in (None, "create", "record", "update"):
        assert set(reported(read(data), shape)) == {("CT302", "warning")}
    plain = body(CAMPAIGN.encode(), "record")
    assert body(data, "record") == {**plain, **expected}
    assert body(data) == body(CAMPAIGN.encode())
    fixed, _ = fix(read(data))
    assert lint(read(fixed)) == []


def test_a_name_that_is_sent_in_another_case_stays_an_error() -> None:
    data = CAMPAIGN.replace("Subject>", "subject>").encode()
    assert reported(read(data)) == [("CT302", "error")]
    assert not convert(read(data))


# -- an id inside the payload ---------------------------------------------------------------------


def test_an_id_that_repeats_the_attribute_is_harmless() -> None:
    child = f"<id>{URI}/campaigns/1100546096289</id>"
    data = CAMPAIGN.replace("<Name>", f"{child}\n      <Name>").encode()
    assert reported(read(data)) == [("CT324", "warning")]
    for shape in ("create", "update", "record"):
        assert body(data, shape) == body(CAMPAIGN.encode(), shape)
    fixed, _ = fix(read(data))
    assert fixed.decode().split() == CAMPAIGN.split()


@pytest.mark.parametrize("text", [f"{URI}/campaigns/7", "1100546096289", ""])
def test_an_id_that_says_something_else_is_an_error(text: str) -> None:
    data = CAMPAIGN.replace("<Name>", f"<id>{text}</id><Name>").encode()
    assert reported(read(data)) == [("CT304", "error")]
    assert not convert(read(data))


# -- relative URIs --------------------------------------------------------------------------------

LIST = f'<ContactList id="{URI}/lists/1"/>'

RELATIVE = ["/ws/customers/joe/lists/1", "ws/customers/joe/lists/1", "lists/1"]


@pytest.mark.parametrize("uri", RELATIVE)
def test_a_relative_list_id_is_a_warning_with_a_safe_fix_and_converts(uri: str) -> None:
    data = CAMPAIGN.replace(LIST, f'<ContactList id="{uri}"/>').encode()
    assert reported(read(data)) == [("CT319", "warning")]
    assert body(data) == body(CAMPAIGN.encode())
    fixed, _ = fix(read(data))
    assert fixed == CAMPAIGN.encode()


@pytest.mark.parametrize(
    "uri", ["/ws/customers/joe/campaigns/5/schedules/1", "campaigns/5/schedules/1"]
)
def test_a_relative_schedule_id_is_a_warning(uri: str) -> None:
    text = SCHEDULE.replace("1100546096289", "5")
    data = text.replace(f'id="{URI}/campaigns/5/schedules/1"', f'id="{uri}"').encode()
    assert data != text.encode()
    assert reported(read(data)) == [("CT319", "warning")]
    (payload,) = convert(read(data))
    assert (payload.number, payload.references["campaign"]) == ("1", ("5",))


@pytest.mark.parametrize("uri", ["11", "//lists/1", "/lists/", "/ws/customers/joe/lists"])
def test_other_ids_stay_errors(uri: str) -> None:
    data = CAMPAIGN.replace(LIST, f'<ContactList id="{uri}"/>').encode()
    assert reported(read(data)) == [("CT319", "error")]


@pytest.mark.parametrize("text", [f"{URI}/lists/1", "/ws/customers/joe/lists/1", "1"])
def test_a_list_as_text_is_told_once_with_a_fix(text: str) -> None:
    data = CAMPAIGN.replace(LIST, f"<ContactList>{text}</ContactList>").encode()
    (found,) = lint(read(data))
    assert (found.code, guilty(data, found)) == ("CT319", text)
    fixed, _ = fix(read(data))
    assert lint(read(fixed)) == []
    assert body(fixed) == body(CAMPAIGN.encode())


# -- values ---------------------------------------------------------------------------------------


def test_an_empty_href_is_right() -> None:
    link = '<link href="" rel="self"/>'
    data = CAMPAIGN.replace("<title", f"{link}<title", 1).encode()
    assert lint(read(data)) == []


@pytest.mark.parametrize("status", ["Send", "send", "SEND NOW", "Sending"])
def test_a_status_that_is_to_send_leads_to_a_schedule(status: str) -> None:
    (found,) = lint(read(document_of(f"<Status>{status}</Status>")))
    assert found.code == "CT312"
    assert "Schedule document" in found.help[0]
    assert found.fixes == ()


def test_template_v2_is_a_campaign_type() -> None:
    data = document_of("<CampaignType>TEMPLATE_V2</CampaignType>")
    for shape in (None, "create", "record"):
        assert lint(read(data), shape) == []
    assert body(data, "record")["template_type"] == "TEMPLATE_V2"


def test_template_v2_without_its_content_cannot_be_created() -> None:
    data = document_of(
        "<CampaignType>TEMPLATE_V2</CampaignType><!-- no EmailContent --><!-- no EmailTextContent -->"
        "<!-- no EmailContentFormat -->"
    )
    assert reported(read(data)) == []
    assert reported(read(data), "create") == [("CT802", "error")]
    assert reported(read(data), "record") == []
    assert convert(read(data), "update")
    assert not convert(read(data))


# -- what cannot be read and only the server writes -----------------------------------------------

UNREADABLE = {
    "a date without a zone": ("<LastEditDate>2010-09-28T05:22:42</LastEditDate>", "CT602"),
    "a date that is none": ("<LastRunDate>soon</LastRunDate>", "CT603"),
    "an impossible date": ("<NextRunDate>2010-02-30T05:22:42Z</NextRunDate>", "CT604"),
    "a count": ("<Opens>many</Opens>", "CT318"),
    "a status": ("<Status>Ready</Status>", "CT312"),
    "a type": ("<CampaignType>NEWSLETTER</CampaignType>", "CT315"),
    "a date that .NET never set": ("<LastRunDate>0001-01-01T00:00:00</LastRunDate>", "CT605"),
}


@pytest.mark.parametrize(("markup", "code"), UNREADABLE.values(), ids=UNREADABLE)
def test_it_costs_the_property_and_not_the_record(markup: str, code: str) -> None:
    data = document_of(markup)
    assert [each.code for each in lint(read(data), "record")] == [code]
    assert not any(each.stops_conversion for each in lint(read(data), "record"))
    (payload,) = convert(read(data), "record")
    name = markup[1 : markup.index(">")]
    assert any(drop.path.endswith(name) for drop in payload.dropped)
    assert convert(read(data), "record").ok


@pytest.mark.parametrize(
    "date",
    [
        "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000",
        "0001-01-01T05:00:00-05:00", "0001-01-01", "1/1/0001 12:00:00 AM", "01/01/0001 00:00:00",
    ],
)  # fmt: skip
def test_an_unset_date_is_a_note_and_as_a_time_to_send_an_error(date: str) -> None:
    data = document_of(f"<LastRunDate>{date}</LastRunDate>")
    assert reported(read(data)) == [("CT605", "info")]
    assert "last_run_date" not in body(data, "record")
    text = SCHEDULE[: SCHEDULE.index("<ScheduledTime>")] + f"<ScheduledTime>{date}"
    data = (text + SCHEDULE[SCHEDULE.index("</ScheduledTime>") :]).encode()
    assert reported(read(data)) == [("CT605", "error")]
    assert not convert(read(data))


# -- surrogates -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "right"),
    [
        ("&#55357;&#56842;", "&#128522;"), ("&#xD83D;&#xDE0A;", "&#x1F60A;"),
        ("&#xd83d;&#56842;", "&#x1F60A;"), ("&#55296;&#56320;", "&#65536;"),
        ("&#56319;&#57343;", "&#1114111;"), ("&#055357;&#x0DE0A;", "&#128522;"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("place", ["<Subject>Hi {}!</Subject>", '<Subject x="{}">Hi</Subject>'])
def test_two_halves_are_one_mistake_with_one_safe_fix(written: str, right: str, place: str) -> None:
    data = document_of(place.format(written))
    (found,) = [each for each in lint(read(data)) if each.code == "CT111"]
    assert guilty(data, found) == written
    assert (found.fixes[0].safety, found.fixes[0].edits[0].text) == ("safe", right)


@pytest.mark.parametrize("lone", ["&#55357;", "&#56842;&#55357;", "&#xDE0A;", "&#55357; &#56842;"])
def test_a_lone_half_has_no_safe_fix(lone: str) -> None:
    found = lint(read(document_of(f"<Subject>Hi {lone}</Subject>")))
    assert {each.code for each in found} == {"CT111"}
    assert all(one.safety == "unsafe" for each in found for one in each.fixes)


# -- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "right", "safety"),
    [
        ("2022591600000", "2034-02-03T15:00:00.000Z", "safe"),
        ("1285651362105", "2010-09-28T05:22:42.105Z", "safe"),
        ("2022591600", "2034-02-03T15:00:00Z", "unsafe"),
        ("2034-02-03T15:00:00%2B01:00", "2034-02-03T15:00:00+01:00", "safe"),
        ("2034-02-03T15%3A00%3a00%2b01%3A00", "2034-02-03T15:00:00+01:00", "safe"),
        ("2034-02-03T15:00:00&amp;#43;01:00", "2034-02-03T15:00:00+01:00", "safe"),
        ("2034-02-03T15:00:00%252B01:00", "2034-02-03T15:00:00+01:00", "safe"),
        ("2034-02-03T15%3A00%3A00", "2034-02-03T15:00:00Z", "unsafe"),
    ],
)
def test_a_counted_or_encoded_date_has_one_reading(written: str, right: str, safety: str) -> None:
    text = SCHEDULE[: SCHEDULE.index("<ScheduledTime>")] + f"<ScheduledTime>{written}"
    data = (text + SCHEDULE[SCHEDULE.index("</ScheduledTime>") :]).encode()
    (found,) = lint(read(data))
    assert (found.code, found.severity) == ("CT603", Severity.ERROR)
    assert (found.fixes[0].safety, found.fixes[0].edits[0].text) == (safety, right)


# -- resources that are not converted yet ---------------------------------------------------------

KNOWN = ["SiteOwner"]
CTCT = ' xmlns="http://ws.constantcontact.com/ns/1.0/"'


@pytest.mark.parametrize("name", KNOWN)
@pytest.mark.parametrize("namespace", ["", CTCT], ids=["no namespace", "namespace"])
def test_a_known_resource_gets_one_diagnostic_as_an_entry_in_a_feed_and_bare(
    name: str, namespace: str
) -> None:
    payload = f'<{name}{namespace} id="x"><Name>A</Name><Status>B</Status></{name}>'
    atom = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    entry = f"<atom:entry {atom}><atom:content>{payload}</atom:content></atom:entry>"
    feed = (
        f"<atom:feed {atom}><atom:id>tag:x,2010:/y</atom:id><atom:title/>"
        f"<atom:updated>2010-08-10T15:30:16-04:00</atom:updated>{entry}</atom:feed>"
    )
    for text in (entry, feed, payload):
        (found,) = lint(read(text.encode()))
        assert found.code == "CT012"
        assert "not converted yet" in found.message
        assert found.fixes == ()
