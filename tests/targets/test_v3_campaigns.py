"""Campaigns for v3: what they become, and what is said of them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import jsonschema_rs
import pytest
from example_documents import CAMPAIGN, document_of

from ctct_migrate import Choices, Document, convert, lint, read, verify
from ctct_migrate.targets.v3.target import V3

NEW = "email_campaign_activities"


def page(inside: str) -> str:
    """An EmailContent with something in its body, encoded."""
    text = f"<html><body>{inside}</body></html>"
    return f"<EmailContent>{text.replace('&', '&amp;').replace('<', '&lt;')}</EmailContent>"


def document(*fragments: str) -> Document:
    return read(document_of("\n".join(fragments)) if fragments else CAMPAIGN.encode())


def body(*fragments: str, shape: str = "create", **choices: str):
    (made,) = convert(document(*fragments), shape, target="v3", choices=Choices(**choices))
    return made.body


def html(*fragments: str, **choices: str) -> str:
    return body(*fragments, **choices)["campaign"][NEW][0]["html_content"]


def said(*fragments: str, shape: str | None = None, **choices: str) -> dict[str, str]:
    """The texts under the carets of what is said, by code."""
    source = document(*fragments)
    found = lint(source, shape, target="v3", choices=Choices(**choices))
    text = source.source
    return {
        each.code: text.data[each.span.start.offset : each.span.end.offset].decode()
        for each in found
    }


def test_a_campaign_is_the_bodies_of_two_requests() -> None:
    made = body()
    assert list(made) == ["campaign", "activity", "lists"]
    (activity,) = made["campaign"][NEW]
    assert activity["format_type"] == 5
    sender = ("from_name", "from_email", "reply_to_email", "subject")
    assert made["activity"] == {name: activity[name] for name in sender}
    assert all(re.fullmatch(r"\d+", each) for each in made["lists"])
    assert V3.contract.is_valid("email_campaign", "create", made["campaign"])
    assert V3.contract.is_valid("campaign_activity", "update", made["activity"])


def test_the_sender_answers_where_nobody_else_does() -> None:
    made = body("<!-- no ReplyToEmail -->")["activity"]
    assert made["reply_to_email"] == made["from_email"]
    assert "CT730" in said("<!-- no ReplyToEmail -->")


# -- content ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<OpenTracking/><p>a</p>", "[[trackingImage]]<p>a</p>"),
        ("<p>a</p>", "<p>a</p>[[trackingImage]]"),
        ("[[trackingImage]]<p>a</p>", "[[trackingImage]]<p>a</p>"),
        ("[[trackingImage]]<p>a</p><OpenTracking/>", "[[trackingImage]]<p>a</p>"),
        ("<OpenTracking/>a<OpenTracking></OpenTracking>b", "[[trackingImage]]ab"),
        ("<opentracking />a", "[[trackingImage]]a"),
        ("<!-- <OpenTracking/> -->a", "<!-- <OpenTracking/> -->a[[trackingImage]]"),
        ("<CustomBlock><b>a</b></CustomBlock>", "<b>a</b>[[trackingImage]]"),
        ('<SimpleURLProperty name="x">a</SimpleURLProperty>', "a[[trackingImage]]"),
        ("<Td>a</Td>", "<Td>a</Td>[[trackingImage]]"),
        ("Hi $Subscriber.FirstName", 'Hi [[FirstName OR "friend"]][[trackingImage]]'),
        ("Hi $SUBSCRIBER.SHOESIZE", "Hi $SUBSCRIBER.SHOESIZE[[trackingImage]]"),
        ("<script>'</body>'</script>a", "<script>'</body>'</script>a[[trackingImage]]"),
    ],
)
def test_tags_and_variables_of_v1_become_v3s(inside: str, expected: str) -> None:
    made = html(page(inside), greeting_word="friend")
    assert made == f"<html><body>{expected}</body></html>"


@pytest.mark.parametrize(
    ("greeting", "expected"),
    [
        (("Dear", "FirstName", "Dear readers,"), 'Dear [[FirstName OR "readers"]]'),
        (("Dear", "LastName", "Greetings!"), 'Dear [[LastName OR "reader"]]'),
        (("Hi & hello", "FirstAndLastName", ""), 'Hi &amp; hello [[FirstName OR "reader"]] [[LastName]]'),
        (("Dear", "None", "Greetings, <all>!"), "Greetings, &lt;all&gt;!"),
    ],
)  # fmt: skip
def test_a_greeting_becomes_text_with_tags(greeting: tuple[str, str, str], expected: str) -> None:
    names = ("GreetingSalutation", "GreetingName", "GreetingString")
    texts = (each.replace("&", "&amp;").replace("<", "&lt;") for each in greeting)
    fragments = [f"<{n}>{t}</{n}>" for n, t in zip(names, texts, strict=True)]
    made = html(page("<p><Greeting/></p>[[trackingImage]]"), *fragments)
    assert made == f"<html><body><p>{expected}</p>[[trackingImage]]</body></html>"


def test_a_style_sheet_comes_into_the_head() -> None:
    style = "<StyleSheet>p { color: red }</StyleSheet>"
    inside = "<style>p { color: red }</style></head><body>"
    assert inside in html(page("a"), style)
    text = "&lt;html>&lt;head>&lt;title>t&lt;/title>&lt;/head>&lt;body>a&lt;/body>&lt;/html>"
    made = html(f"<EmailContent>{text}</EmailContent>", style)
    assert f"<title>t</title>{inside}" in made
    assert made.count("<head>") == 1


def test_a_permission_reminder_comes_in_where_it_is_wished() -> None:
    reminder = (
        "<PermissionReminder>YES</PermissionReminder>",
        "<PermissionReminderText>You joined us.</PermissionReminderText>",
    )
    assert "You joined us." not in html(page("a"), *reminder)
    made = html(page("a"), *reminder, permission_reminder="paragraph")
    assert "<body><p>You joined us.</p>a" in made
    assert "CT840" in said(*reminder)


@pytest.mark.parametrize("broken", ["[#x]", "${x}", "<@x>"])
@pytest.mark.parametrize("around", ["<p>{}</p>", "<!-- {} -->", "<style>{}</style>"])
def test_what_v3_takes_for_its_template_language_is_an_error(broken: str, around: str) -> None:
    fragment = page(around.format(broken))
    assert not list(convert(document(fragment), target="v3"))
    assert said(fragment)["CT720"].replace("&lt;", "<") == broken[:2]
    assert not [each for each in lint(document(fragment), target="v2") if each.code == "CT720"]


@pytest.mark.parametrize("name", ["StyleSheet", "GreetingString"])
def test_so_it_is_in_what_comes_into_the_page(name: str) -> None:
    greeting = "<GreetingName>None</GreetingName>"
    fragments = (page("<Greeting/>"), greeting, f"<{name}>a [#b c</{name}>")
    assert not list(convert(document(*fragments), target="v3"))
    assert said(*fragments)["CT720"] == "[#"


def test_a_link_counts_as_browsers_read_it() -> None:
    for length, is_error in ((1_005, False), (1_006, True)):
        url = "https://example.com/?a=1&amp;b=".ljust(length + 4, "0")
        found = said(page(f'<a href="{url}">a</a>'))
        assert ("CT721" in found) is is_error
        assert (
            bool(list(convert(document(page(f'<a href="{url}">a</a>')), target="v3")))
            is not is_error
        )


def test_a_page_that_is_too_large_is_said_with_its_largest_parts() -> None:
    image = f'<img src="data:image/png;base64,{"A" * 90_000}"/>'
    large = page(f"{image}<!-- {'-x' * 30_000} -->")
    (found,) = [each for each in lint(document(large), target="v3") if each.code == "CT722"]
    made = re.search(r"has ([\d,]+) characters", found.message)
    assert made is not None
    assert int(made[1].replace(",", "")) == len(
        f"<html><body>{image}<!-- {'-x' * 30_000} -->[[trackingImage]]</body></html>"
    )
    assert "`data:` image of 90,0" in found.help[0]
    assert "comment of 60," in found.help[0]
    assert not list(convert(document(large), target="v3"))


def test_letters_of_many_bytes_are_counted_in_bytes() -> None:
    large = page("🍏" * 110_000)
    assert "CT722" in said(large)
    assert not list(convert(document(large), target="v3"))


# -- subject, address, lists ------------------------------------------------------------------------


def test_a_tag_in_a_subject_has_an_or() -> None:
    assert said("<Subject>Hi [[FirstName]]!</Subject>")["CT729"] == "[[FirstName]]"
    assert not list(convert(document("<Subject>Hi [[FirstName]]!</Subject>"), target="v3"))
    made = body("<Subject>Hi $subscriber.firstname!</Subject>", greeting_word="you")
    assert made["activity"]["subject"] == 'Hi [[FirstName OR "you"]]!'


ADDRESS = {
    "OrganizationName": "Harbour Books", "OrganizationAddress1": "7 Quay Street",
    "OrganizationAddress2": "", "OrganizationAddress3": "", "OrganizationCity": "Bath",
    "OrganizationState": "", "OrganizationInternationalState": "", "OrganizationCountry": "us",
    "OrganizationPostalCode": "",
}  # fmt: skip


def address(**changes: str) -> list[str]:
    values = {**ADDRESS, **{f"Organization{name}": text for name, text in changes.items()}}
    return [f"<{n}>{t}</{n}>" if t else f"<!-- no {n} -->" for n, t in values.items()]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"State": "MA"}, {"country_code": "US", "state_code": "MA"}),
        ({"Country": "ca", "State": "ON"}, {"country_code": "CA", "state_code": "ON"}),
        ({"Country": "ca", "InternationalState": "Ontario"}, {"country_code": "CA", "state_code": "ON"}),
        ({"Country": "de", "InternationalState": "Hesse"}, {"country_code": "DE", "state_non_us_name": "Hesse"}),
        ({"Country": "gb"}, {"country_code": "GB"}),
        ({"Country": "u2"}, {"country_code": "GB"}),
    ],
)  # fmt: skip
def test_states_and_countries_are_written_as_v3_has_them(changes, state) -> None:
    (activity,) = body(*address(**changes))["campaign"][NEW]
    made = activity["physical_address_in_footer"]
    assert {n: v for n, v in made.items() if "state" in n or "country" in n} == state


def test_an_address_is_whole_or_left_to_the_account() -> None:
    nothing = [f"<!-- no {name} -->" for name in ADDRESS]
    assert "physical_address_in_footer" not in body(*nothing)["campaign"][NEW][0]
    part = address(Name="", State="MA")
    assert not list(convert(document(*part), target="v3"))
    assert "CT413" in said(*part)


# -- update and record ------------------------------------------------------------------------------


def updated(**choices: str):
    (made,) = convert(read(CAMPAIGN.encode()), "update", target="v3", choices=Choices(**choices))
    return made.body["activity"]


def test_an_update_keeps_all_that_an_activity_of_v1_has() -> None:
    made = updated()
    assert made["document_properties"]["text_content"]
    assert made["document_properties"]["permission_reminder_enabled"] in ("true", "false")
    assert V3.contract.is_valid("campaign_activity", "update", made)


def test_an_update_of_what_v3_made_is_like_a_new_one() -> None:
    made = updated(format_type="5")
    assert "document_properties" not in made
    assert made["html_content"].count("[[trackingImage]]") == 1
    assert "html_content" not in updated(format_type="2")


def test_a_record_says_what_an_archive_says() -> None:
    text = CAMPAIGN.replace(
        "<Status>Draft</Status>", "<Status>Sent</Status><Opens>3</Opens><LastRunDate>2014-01-01T00:00:00Z</LastRunDate>"
    )  # fmt: skip
    (made,) = convert(read(text.encode()), "record", target="v3")
    assert made.body["campaign"]["current_status"] == "Done"
    assert made.body["stats"] == {"em_opens_all": 3}
    assert made.body["send_history"] == [{"run_date": "2014-01-01T00:00:00.000Z"}]


# -- everything is accounted for ---------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["create", "update", "record"])
@pytest.mark.parametrize("kind", ["1", "5", "2"])
def test_each_part_is_mapped_or_dropped_once(shape: str, kind: str) -> None:
    (made,) = convert(
        read(CAMPAIGN.encode()), shape, target="v3", choices=Choices(format_type=kind)
    )
    assert all(each.reason != "no row of the table knows it" for each in made.accounting)
    mapped = {each.path for each in made.accounting if each.fate == "mapped"}
    assert not mapped & {each.path for each in made.dropped}
    for each in made.accounting:
        assert not each.pointer or each.pointer in made.source_map


def test_the_accounting_lists_each_change_of_the_content() -> None:
    (made,) = convert(document(page("<OpenTracking/><CopyRight>x</CopyRight>")), target="v3")
    reason = next(each.reason for each in made.accounting if each.path.endswith("/EmailContent"))
    assert "`<OpenTracking/>` became `[[trackingImage]]`" in reason
    assert "`<CopyRight>` is taken away" in reason


# -- the contract ------------------------------------------------------------------------------------

GOOD = {
    "name": "A",
    NEW: [
        {
            "format_type": 5, "from_name": "A", "from_email": "a@example.com",
            "reply_to_email": "a@example.com", "subject": "A",
            "html_content": "<html><body>[[trackingImage]]</body></html>",
        }
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"format_type": 1}, {"from_name": "x" * 101}, {"from_email": f"{'x' * 80}@example.com"},
        {"reply_to_email": None}, {"subject": ""}, {"preheader": "x" * 201}, {"contact_list_ids": []},
        {"document_properties": {}}, {"html_content": "<html><body></body></html>"},
        {"html_content": "<html><body>[[trackingImage]]${x}</body></html>"},
        {"html_content": "<html><body>[[trackingImage]][[trackingImage]]</body></html>"},
        {"html_content": f"<html><body>[[trackingImage]]{'x' * 150_000}</body></html>"},
        {"physical_address_in_footer": {"organization_name": "A", "address_line1": "B"}},
        {"physical_address_in_footer": {"organization_name": "A", "address_line1": "B", "country_code": "US"}},
        {"physical_address_in_footer": {"organization_name": "A", "address_line1": "B", "country_code": "DE", "state_code": "MA"}},
        {"physical_address_in_footer": {"organization_name": "A", "address_line_1": "B", "country_code": "DE"}},
    ],
)  # fmt: skip
def test_the_contract_is_strict(change) -> None:
    assert V3.contract.is_valid("email_campaign", "create", GOOD)
    (activity,) = GOOD[NEW]
    assert not V3.contract.is_valid(
        "email_campaign", "create", {**GOOD, NEW: [{**activity, **change}]}
    )


@pytest.mark.parametrize(
    "body",
    [
        {**GOOD, NEW: []}, {**GOOD, NEW: GOOD[NEW] * 2}, {**GOOD, "name": "x" * 81}, {**GOOD, "id": "1"},
    ],
)  # fmt: skip
def test_a_campaign_has_one_activity_and_nothing_else(body) -> None:
    assert not V3.contract.is_valid("email_campaign", "create", body)


def test_lists_and_segments_exclude_each_other() -> None:
    sender = {n: v for n, v in GOOD[NEW][0].items() if n not in ("format_type", "html_content")}
    uuid = "5b1f0c0e-6a1d-4f7e-9a43-0f6d1c2b3a41"
    for more, good in (
        ({"contact_list_ids": [uuid]}, True), ({"segment_ids": [1]}, True), ({"segment_ids": [1, 2]}, False),
        ({"contact_list_ids": [uuid], "segment_ids": [1]}, False), ({"contact_list_ids": ["11"]}, False),
        ({"document_properties": {"view_as_webpage_enabled": "true"}}, True),
        ({"document_properties": {"view_as_webpage_enabled": True}}, False),
    ):  # fmt: skip
        assert V3.contract.is_valid("campaign_activity", "update", {**sender, **more}) is good


@pytest.mark.skipif(
    "CTCT_V3_OPENAPI" not in os.environ,
    reason="the published interface document is not at hand (CTCT_V3_OPENAPI)",
)
def test_bodies_pass_the_published_document_too() -> None:
    published = json.loads(Path(os.environ["CTCT_V3_OPENAPI"]).read_bytes())
    made = body()
    for name, value in (
        ("EmailCampaignComplete", made["campaign"]), ("EmailCampaignActivity", made["activity"]),
    ):  # fmt: skip
        if name in published.get("definitions", {}):
            schema = {"$ref": f"#/definitions/{name}", "definitions": published["definitions"]}
            assert list(jsonschema_rs.Draft4Validator(schema).iter_errors(value)) == []


SAMPLES = Path(__file__).parents[2] / "samples" / "v3"


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.xml")), ids=lambda path: path.stem)
def test_samples_say_and_become_what_stands_beside_them(path: Path) -> None:
    source = read(path.read_bytes(), path=path.name)
    said = [str(each) for each in lint(source, target="v3")]
    assert said == path.with_suffix(".lint").read_text("utf-8").splitlines()
    expected = path.with_suffix(".json")
    bodies = [each.body for each in convert(source, target="v3")]
    assert bodies == ([json.loads(expected.read_bytes())] if expected.exists() else [])


@pytest.mark.parametrize("name", ["active", "removed", "do-not-mail"])
def test_a_list_that_v1_kept_itself_is_one_error(name: str) -> None:
    uri = f"http://api.constantcontact.com/ws/customers/joe/lists/{name}"
    lists = f'<ContactLists><ContactList id="{uri}"/></ContactLists>'
    errors = [each for each in lint(document(lists), target="v3") if each.severity == "error"]
    assert [each.code for each in errors] == ["CT374"]
    assert not list(convert(document(lists), target="v3"))


def test_verify_shows_what_differs_where_the_content_is() -> None:
    (made,) = convert(document(page("<Greeting/>")), target="v3")
    assert verify(document(page("<Greeting/>")), made.body, target="v3") == []
    (activity,) = made.body["campaign"][NEW]
    activity["html_content"] += "x"
    (found,) = verify(document(page("<Greeting/>")), made.body, target="v3")
    assert found.element.endswith("/EmailContent")


def test_verify_says_for_which_target_a_body_is() -> None:
    (found,) = verify(document(), body())
    assert found.code == "CT852"
    assert "`--target v3`" in found.message


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('<a href="?n=$SUBSCRIBER.FIRSTNAME">a</a>', '<a href="?n=[[FirstName]]">a</a>'),
        ('<img alt="<Greeting/>"/>', '<img alt="Dear [[FirstName]]"/>'),
        ("<script>'$SUBSCRIBER.FIRSTNAME'</script>", "<script>'$SUBSCRIBER.FIRSTNAME'</script>"),
    ],
)
def test_no_quote_of_a_tag_ends_an_attribute(inside: str, expected: str) -> None:
    assert (
        html(page(f"{inside}[[trackingImage]]"))
        == f"<html><body>{expected}[[trackingImage]]</body></html>"
    )


def test_what_comes_into_the_page_is_translated_like_the_page() -> None:
    general = (
        "<GreetingName>None</GreetingName>",
        "<GreetingString>Hi $SUBSCRIBER.FIRSTNAME</GreetingString>",
    )
    assert 'Hi [[FirstName OR "reader"]]' in html(page("<Greeting/>"), *general)
    assert said(page("<Greeting/>"), *general)["CT725"] == "$SUBSCRIBER.FIRSTNAME"
    reminder = "<PermissionReminderText>Please &lt;ConfirmOptin>confirm&lt;/ConfirmOptin></PermissionReminderText>"
    assert "<p>Please confirm</p>" in html(page("a"), reminder, permission_reminder="paragraph")
    assert "CT727" in said(page("a"), reminder, permission_reminder="paragraph")


def test_the_word_is_none_of_v1s_variables() -> None:
    general = "<GreetingString>Dear $SUBSCRIBER.FIRSTNAME</GreetingString>"
    assert 'Dear [[FirstName OR "reader"]]' in html(page("<Greeting/>"), general)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "<html><!-- <head></head> --><body>x</body></html>",
            "--><head><style>p{}</style></head><body>x",
        ),
        ("<html><head><title>a</title><body>x</body></html>", "</title><style>p{}</style><body>x"),
    ],
)
@pytest.mark.parametrize("style", ["p{}", "&lt;style type='text/css'>p{}&lt;/style>"])
def test_a_style_sheet_finds_the_head(text: str, expected: str, style: str) -> None:
    content = f"<EmailContent>{text.replace('<', '&lt;')}</EmailContent>"
    assert expected in html(content, f"<StyleSheet>{style}</StyleSheet>")


@pytest.mark.parametrize(
    ("fragment", "code", "guilty"),
    [
        (page("$<CopyRight>{y}</CopyRight>"), "CT720", "&lt;CopyRight>"),
        ("<EmailContent>&lt;html>&lt;head>[[trackingImage]]&lt;/head>&lt;body>x&lt;/body>&lt;/html></EmailContent>", "CT723", "[[trackingImage]]"),
        (f"<Subject>$SUBSCRIBER.FIRSTNAME {'x' * 175}</Subject>", "CT701", f"$SUBSCRIBER.FIRSTNAME {'x' * 175}"),
        ("<Subject>A [[trackingImage]]</Subject>", "CT729", "[[trackingImage]]"),
    ],
)  # fmt: skip
def test_what_stops_a_conversion_is_one_error_at_its_place(
    fragment: str, code: str, guilty: str
) -> None:
    found = [each for each in lint(document(fragment), target="v3") if each.severity == "error"]
    assert [each.code for each in found] == [code]
    assert said(fragment)[code] == guilty


def test_a_missing_country_is_one_error() -> None:
    errors = [
        e.code
        for e in lint(document("<OrganizationCountry></OrganizationCountry>"), target="v3")
        if e.severity == "error"
    ]
    assert errors == ["CT413"]


def test_a_page_that_an_editor_made_is_lost_with_a_warning() -> None:
    assert "CT840" in said(shape="update", format_type="2")
