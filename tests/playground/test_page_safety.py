"""The page in a browser, with what would do harm: large documents, late answers, damaged links, documents
that would like to be scripts, and whatever the content security policy refuses."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
from playground_page import FOUNDING, RIGHT, PlaygroundPage

pytestmark = pytest.mark.browser

#: What would run if any of it became markup.
HOSTILE = (
    "<script>window.owned=1</script><img src=x onerror=window.owned=1><svg onload=window.owned=1>"
)


def test_an_old_answer_never_wins(page: PlaygroundPage) -> None:
    page.write(RIGHT)
    with page.holding("Old name") as held:
        page.tab.locator("#editor .cm-content").focus()
        page.put_cursor("<Name>", "cmp_name")
        page.tab.keyboard.type("Old name")
        held.wait()
        page.tab.keyboard.press("Control+z")
        held.let_go()
        page.settle()
    assert page.body["campaign"]["name"] == "cmp_name"


def test_a_file_of_5_mb_is_dropped_and_the_page_goes_on(page: PlaygroundPage) -> None:
    page.tab.select_option("#targets", "v3")
    page.settle()
    paragraph = "&lt;p&gt;Hello, reader of the letter&lt;/p&gt;\n"
    before, _, after = RIGHT.partition("&lt;p&gt;cmp_email_content")
    script = f"{json.dumps(before)} + {json.dumps(paragraph)}.repeat(120_000) + {json.dumps(after)}"
    with page.holding() as held:
        page.drop(script, "large.xml")
        page.wait("#message", "Opened large.xml")
        held.wait()
        # While it is being looked at, what is typed is there at once.
        page.tab.locator("#editor .cm-content").press("Control+Home")
        page.tab.keyboard.press("End")
        page.tab.keyboard.type("<!-- typed -->")
        assert page.document.splitlines()[0].endswith("<!-- typed -->")
        assert page.tab.locator("#list[data-current=false]").count() == 1
        held.let_go()
    page.settle()
    assert "error" in page.text("#counts")  # v3 takes no content of this size
    page.tab.locator("#editor .cm-content").press("Control+End")
    assert (
        page.text("#position").startswith("120,0")
        or int(page.text("#position").partition(":")[0]) > 120_000
    )


def test_a_file_that_is_too_large_gets_a_message(page: PlaygroundPage) -> None:
    kept = page.document
    page.drop("'x'.repeat(10_000_001)", "huge.xml")
    page.wait("#message", "larger than 10 MB")
    assert page.document == kept
    page.tab.evaluate(
        """() => {
            const data = new DataTransfer();
            data.setData("text/plain", "y".repeat(10_000_001));
            document.querySelector("#editor .cm-content").dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    assert page.document == kept


@pytest.mark.parametrize("typed", ["x", "(", "<a>\n<b/></a>"])
def test_the_policy_has_nothing_to_refuse_in_typing_over_lines(
    page: PlaygroundPage, typed: str
) -> None:
    """A browser that joins lines by itself gives them a style attribute, which is refused."""
    page.write(FOUNDING)
    keyboard = page.tab.keyboard
    page.put_cursor("<Name>", "cmp_name")
    keyboard.press("Home")
    keyboard.press("Shift+ArrowDown")
    keyboard.press("Shift+ArrowDown")
    keyboard.insert_text(typed)  # as one input
    # A bracket is put around what is selected.
    assert ("<Name>" in page.document) == (typed == "(")
    assert typed in page.document
    keyboard.press("Control+z")
    assert "<Name>cmp_name" in page.document
    keyboard.press("Control+a")
    keyboard.insert_text(typed)
    page.settle()
    page.write(RIGHT)
    page.tab.locator("#body .cm-content").focus()
    keyboard.press("Control+a")
    keyboard.insert_text(typed)
    assert page.body["campaign"]["name"] == "cmp_name"


def test_no_script_of_a_document_runs(page: PlaygroundPage) -> None:
    escaped = HOSTILE.replace("&", "&amp;").replace("<", "&lt;")
    right = RIGHT.replace("cmp_subject", escaped).replace("cmp_org_name", escaped)
    page.write(right)
    assert page.body["campaign"]["email_campaign_activities"][0]["subject"] == HOSTILE
    page.tab.locator("#body .cm-line span", has_text='"subject"').first.hover()
    page.wait("#trace", "is from line")
    page.tab.locator("#left-out summary").click()
    for text in (
        FOUNDING.replace("cmp_grt_name", escaped),
        FOUNDING.replace("cmp_grt_name", HOSTILE),
        FOUNDING.replace("<Subject>", f"<Subject {HOSTILE}>"),
        f"{HOSTILE}{FOUNDING}",
        HOSTILE,
        json.dumps({"name": HOSTILE, "subject": HOSTILE, HOSTILE: 1}),
        "Email Address=" + HOSTILE,
    ):
        page.write(text)
        for opener in page.tab.locator(".plain").all()[:2]:
            opener.click()
        page.tab.locator("#editor .cm-line").first.hover()
        assert not page.tab.evaluate("window.owned")
    assert page.tab.locator("img, svg, script:not([src])").count() == 0


def fragment(text: str, **options: Any) -> str:
    packer = zlib.compressobj(wbits=-15)
    data = json.dumps({"text": text, **options}).encode()
    packed = packer.compress(data) + packer.flush()
    return "#document=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("#document=%%%", "The link is damaged"),
        ("#document=AAAA", "The link is damaged"),
        (fragment("")[:-3], "The link is damaged"),
        (fragment("x" * 10_000_001), "larger than 10 MB"),
        (fragment(HOSTILE, targets=["v9", 3], shape="none", time_zone=HOSTILE), "is not a time zone"),
    ],
)  # fmt: skip
def test_a_bad_link_gets_a_sentence(page: PlaygroundPage, given: str, said: str) -> None:
    page.tab.evaluate("(fragment) => { location.hash = fragment; }", given)
    page.wait("footer, #options", said)
    page.complaints = [each for each in page.complaints if "422" not in each]
