"""The page in a browser: typing, fixing, pointing, choosing, linking."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playground_page import FOUNDING, RIGHT, PlaygroundPage
from playground_process import RunningPlayground

pytestmark = pytest.mark.browser


def test_from_the_founding_campaign_to_json_of_v3(page: PlaygroundPage) -> None:
    """Somebody who has the document and a browser, and has read nothing."""
    page.write(FOUNDING)
    assert page.text("#counts") == "2 errors, 3 warnings, 1 info"
    assert page.codes[:2] == ["CT310", "CT407"]
    assert "2 errors in the way of JSON for v3" in page.text("#no-body")
    page.tab.get_by_role("button", name="Apply 1 safe fix").click()
    page.wait("#message", "1 fix applied")
    page.settle()
    page.tab.get_by_label("Value for CT310, line 29").select_option(
        label="FirstName: The recipient's first name"
    )
    page.settle()
    page.tab.get_by_label("Value for CT407, line 37").select_option(label="MA: Massachusetts")
    page.tab.wait_for_selector("#tab-v3.made")
    page.settle()
    address = page.body["campaign"]["email_campaign_activities"][0]["physical_address_in_footer"]
    assert address["state_code"] == "MA"
    assert page.tab.locator("#no-body").is_hidden()
    page.tab.get_by_role("tab", name="v2").click()
    assert page.body["greeting_name"] == "FIRST_NAME"
    assert page.tab.locator("#left-out summary").inner_text().startswith("Left out:")


def test_typing_is_answered(page: PlaygroundPage) -> None:
    page.write(RIGHT)
    assert page.body["campaign"]["name"] == "cmp_name"
    page.put_cursor("<Name>", "cmp_name")
    page.tab.keyboard.type("<")
    page.settle()
    assert "error" in page.text("#counts")
    assert page.tab.locator("#editor .cm-lintRange-error, #editor .cm-lintPoint").count()
    page.tab.keyboard.press("Control+z")
    page.settle()
    assert page.body["campaign"]["name"] == "cmp_name"


def test_json_of_the_document_before_is_not_copied(page: PlaygroundPage) -> None:
    page.write(RIGHT)
    copy = page.tab.locator("#copy-body")
    with page.holding() as held:
        page.put_cursor("<Name>", "cmp_name")
        page.tab.keyboard.type("Other name")
        held.wait()
        assert copy.is_disabled()
        assert page.tab.locator("[role=tab]").all_text_contents() == [
            "v2, not checked yet",
            "v3, not checked yet",
        ]
        page.tab.get_by_role("tab", name="v2").click()  # another tab does not bring it back
        assert copy.is_disabled()
        held.let_go()
    page.settle()
    assert page.tab.locator("[role=tab].made").count() == 2
    copy.click()
    page.wait("#message", "The JSON is copied")
    assert (
        json.loads(page.tab.evaluate("navigator.clipboard.readText()"))["name"]
        == "cmp_namOther namee"
    )


def test_what_may_stand_there_is_offered(page: PlaygroundPage) -> None:
    page.write(RIGHT)
    page.put_cursor("<GreetingName>", "FirstName")
    page.tab.keyboard.press("Control+Space")
    page.wait(".cm-tooltip-autocomplete li", "FirstAndLastName")
    page.tab.keyboard.press("Escape")


def test_an_empty_page_says_what_to_do(page: PlaygroundPage) -> None:
    assert page.text("#counts") == ""
    assert "paste one, drop a file, or choose a sample" in page.text("#list")
    assert page.tab.locator(".cm-placeholder").is_visible()
    page.tab.select_option("#sample", "campaign")
    page.wait("#counts", "2 errors")


def test_one_fix_is_applied_and_taken_back(page: PlaygroundPage) -> None:
    page.write(FOUNDING)
    fix = page.tab.locator(".problem", has_text="CT601").locator(".fix")
    assert fix.inner_text() == "Write 2010-09-28T05:22:42+01:00"
    fix.focus()
    page.tab.keyboard.press("Enter")
    page.wait("#editor", "2010-09-28T05:22:42+01:00</Date>")
    page.settle()
    assert "CT601" not in page.codes
    assert page.tab.evaluate("document.activeElement.id") == "problems-heading"
    page.tab.locator("#editor .cm-content").focus()
    page.tab.keyboard.press("Control+z")
    page.settle()
    assert "CT601" in page.codes


def test_a_fix_is_applied_where_the_mistake_stands(page: PlaygroundPage) -> None:
    page.write(FOUNDING)
    page.tab.locator("#editor .cm-lintRange-warning", has_text="01:00").hover()
    page.tab.locator(".cm-diagnosticAction", has_text="Write 2010-09-28T05:22:42+01:00").click()
    page.wait("#editor", "2010-09-28T05:22:42+01:00</Date>")
    page.settle()
    assert "CT601" not in page.codes


def test_a_rule_is_explained_in_place(page: PlaygroundPage) -> None:
    page.write(FOUNDING)
    opener = page.tab.get_by_role("button", name="Explain CT310")
    opener.click()
    page.wait(".explanation", "Where that is from")
    assert opener.get_attribute("aria-expanded") == "true"
    assert "FirstAndLastName" in page.text(".explanation ul")
    opener.click()
    assert page.tab.locator(".explanation").first.is_hidden()


def test_pointing_at_a_property_lights_up_where_it_is_from(page: PlaygroundPage) -> None:
    page.write(RIGHT)
    page.tab.locator("#body .cm-line span", has_text='"subject"').first.hover()
    page.wait("#editor .cm-linked", "cmp_subject")
    page.wait("#trace", "/campaign/email_campaign_activities/0/subject is from line")
    page.tab.get_by_role("tab", name="v2").click()
    page.tab.locator("#body .cm-line span", has_text='"organization_name"').first.hover()
    page.wait("#trace", "/message_footer/organization_name")


def test_pointing_at_an_element_shows_what_became_of_it(page: PlaygroundPage) -> None:
    page.write(RIGHT)
    page.tab.locator("#editor .cm-line", has_text="<Subject>").locator("span", has_text="Subject").first.hover()  # fmt: skip
    page.wait("#body .cm-linked", "cmp_subject")
    page.wait("#trace", "entry/content/Campaign/Subject")
    page.wait(".cm-fate", "v2 → /subject")
    page.tab.locator("#editor .cm-line", has_text="<ViewAsWebpage>").locator("span", has_text="ViewAsWebpage").first.hover()  # fmt: skip
    page.wait("#trace", "v3 dropped: every campaign has a public page in v3")
    page.wait("#trace", "v2 → /is_view_as_webpage_enabled")
    left_out = page.tab.locator("#left-out li", has_text="the content has no").first
    assert left_out.locator("code").text_content() == "<Greeting/>"
    page.tab.locator("#editor .cm-line", has_text="<GreetingName>").locator("span", has_text="GreetingName").first.hover()  # fmt: skip
    page.wait("#trace code", "<Greeting/>")


def test_options_change_the_answer(page: PlaygroundPage) -> None:
    page.write(FOUNDING)
    page.tab.select_option("#targets", "v2")
    page.settle()
    assert page.tab.locator("[role=tab]").all_text_contents() == ["v2, not made"]
    assert "CT840" not in page.codes
    page.tab.select_option("#sample", "contacts-page")
    page.tab.locator("#payload-label").wait_for()
    assert page.tab.locator("#payload option").all_text_contents()[1] == "Entry 2: contact"
    assert page.tab.input_value("#shape") == "record"
    page.settle()
    first = page.body
    page.tab.select_option("#payload", "1")
    page.settle()
    assert page.body != first
    page.tab.fill("#zone", "Mars/Phobos")
    page.tab.keyboard.press("Enter")
    page.wait("#zone-error", "is not a time zone")
    assert page.text("#zone-error code") == "Mars/Phobos"
    assert page.tab.get_attribute("#zone", "aria-invalid") == "true"
    page.tab.fill("#zone", "America/New_York")
    page.tab.keyboard.press("Enter")
    page.settle()
    assert page.text("#zone-error") == ""
    page.complaints = [each for each in page.complaints if "422" not in each]


def test_a_body_of_v2_becomes_one_of_v3(page: PlaygroundPage) -> None:
    page.tab.select_option("#sample", "v2-body")
    page.wait("#editor", '"greeting_name"')
    page.settle()
    assert page.body["campaign"]["name"] == "cmp_name"
    page.tab.locator("#body .cm-line span", has_text='"subject"').first.hover()
    page.wait("#editor .cm-linked", "cmp_subject")
    page.tab.locator("#editor .cm-line span", has_text='"text_content"').first.hover()
    page.wait("#trace", "v3 dropped")


def test_a_file_in_another_encoding_is_read(page: PlaygroundPage) -> None:
    text = json.dumps(
        RIGHT.replace("UTF-8", "iso-8859-1").replace("cmp_subject", "Gr\u00fc\u00dfe")
    )
    page.drop(f"Uint8Array.from({text}, (each) => each.charCodeAt(0))", "latin.xml")
    page.wait("#message", "Opened latin.xml")
    page.wait("#editor", "Gr\u00fc\u00dfe")
    page.settle()
    assert page.body["campaign"]["email_campaign_activities"][0]["subject"] == "Gr\u00fc\u00dfe"
    page.write(RIGHT)
    assert page.text("#message") == ""


def test_a_link_holds_the_document(
    page: PlaygroundPage, browser: Any, playground: RunningPlayground
) -> None:
    page.tab.select_option("#targets", "v3")
    page.tab.select_option("#shape", "update")
    page.write(FOUNDING.replace("cmp_name", "L\u00fcbeck \U0001f381"))
    page.tab.get_by_role("button", name="Copy link").click()
    page.wait("#message", "The link is copied")
    link = page.tab.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{playground.address}#document=")
    # Browsers keep addresses: the page's own never holds the document.
    assert page.tab.evaluate("location.href") == playground.address
    assert not any("#" in each or "L%C3" in each for each in page.requests)
    other = PlaygroundPage(browser, playground.address, "#" + link.partition("#")[2])
    assert "L\u00fcbeck \U0001f381" in other.document
    assert other.tab.input_value("#targets") == "v3"
    assert other.tab.input_value("#shape") == "update"
    assert other.complaints == []
    assert other.tab.evaluate("location.href") == link
    other.put_cursor("<Status>", "Draft")
    other.tab.keyboard.type("x")  # the link is not what is shown any more
    other.tab.wait_for_function("!location.hash")
    other.close()


def test_what_is_not_listed_is_counted(page: PlaygroundPage) -> None:
    """Of a document with more of everything than the page lists."""

    def enlarge(route: Any) -> None:
        answer = route.fetch()
        value = answer.json()
        value["withheld"], value["located"] = 7, False
        value["counts"]["warning"] = 1_000 + len(value["diagnostics"])
        for result in value["results"]:
            result["made"] += 1234
            account = ["a/b", 0, 1, "dropped", "", "that is why", "what was there"]
            result["body"]["accounts"] = [account] * 250
        route.fulfill(response=answer, json=value)

    page.tab.route("**/api/inspect", enlarge)
    page.tab.select_option("#sample", "feed")
    page.wait("#list", "7 more problems have values to choose from")
    assert "more, which are not listed" in page.text("#list")
    assert page.tab.locator("#payload option").last.text_content() == "and 1,234 more"
    assert page.tab.locator("#payload option").last.is_disabled()
    assert page.tab.locator("#unlocated").is_visible()
    page.tab.locator("#left-out summary").click()
    assert page.tab.locator("#left-out li").count() == 201
    assert page.tab.locator("#left-out li").last.text_content() == "and 50 more"
    page.tab.unroute("**/api/inspect")
    page.tab.select_option("#sample", "feed")
    page.tab.locator("#unlocated").wait_for(state="hidden")
    page.settle()
    assert "more" not in page.text("#list")
