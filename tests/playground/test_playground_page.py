"""The page in a browser: typing, fixing, pointing, dropping, linking; with the keys, on a phone, in the
dark, and with documents that would like to be scripts."""

from __future__ import annotations

import base64
import json
import os
import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playground_process import RunningPlayground, running

pytestmark = pytest.mark.browser

SAMPLES = Path(__file__).parents[2] / "samples"
FOUNDING = (SAMPLES / "bad/campaign-001.xml").read_text(encoding="utf-8")
RIGHT = (SAMPLES / "good/campaign-001.xml").read_text(encoding="utf-8")

#: What would run if any of it became markup.
HOSTILE = (
    "<script>window.owned=1</script><img src=x onerror=window.owned=1><svg onload=window.owned=1>"
)

QUIET = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def chromium() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlayground]:
    with running(tmp_path_factory.mktemp("playground"), "--port", "0") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium, driven by Playwright; the tests are skipped where either is missing."""
    sync_api = pytest.importorskip(
        "playwright.sync_api", reason="Playwright is not installed (pip install playwright)"
    )
    path = chromium()
    if path is None:
        pytest.skip("there is no Chromium (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


class Page:
    """A page of the playground, as a user has it.

    complaints  what the browser said of it: errors, and what the content security policy refused
    requests    the addresses that it called
    """

    def __init__(self, browser: Any, address: str, fragment: str = "", **options: Any):
        options = {"viewport": {"width": 1400, "height": 1800}, **options}
        self.context = browser.new_context(**options)
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.tab.goto(address + fragment)
        self.settle()

    def settle(self) -> None:
        """Wait until what is shown is about what the editor holds."""
        self.tab.wait_for_selector("#list[aria-busy=false][data-current=true]")

    def write(self, text: str) -> None:
        """Puts a document in place of the one in the editor, as a paste does."""
        self.tab.locator("#editor .cm-content").focus()
        self.tab.keyboard.press("Control+a")
        self.tab.evaluate(
            """(text) => {
                const data = new DataTransfer();
                data.setData("text/plain", text);
                const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                document.querySelector("#editor .cm-content").dispatchEvent(paste);
            }""",
            text,
        )
        self.tab.wait_for_timeout(50)
        self.settle()

    @property
    def document(self) -> str:
        """The lines of the editor that are drawn."""
        return "\n".join(self.tab.locator("#editor .cm-line").all_text_contents())

    @property
    def body(self) -> Any:
        """The JSON that is shown, which has to fit on the screen."""
        return json.loads("\n".join(self.tab.locator("#body .cm-line").all_text_contents()))

    @property
    def codes(self) -> list[str]:
        return self.tab.locator(".problem .head .code").all_text_contents()

    def text(self, selector: str) -> str:
        return str(self.tab.locator(selector).inner_text())

    def wait(self, selector: str, text: str) -> None:
        """Wait until an element has a text in it."""
        self.tab.locator(selector, has_text=text).first.wait_for()

    def put_cursor(self, before: str, text: str) -> None:
        """Puts the cursor into a text of the document, and not by the mouse."""
        self.tab.locator("#editor .cm-content").focus()
        self.tab.keyboard.press("Control+f")
        self.tab.keyboard.type(before + text)
        self.tab.keyboard.press("Enter")
        self.tab.keyboard.press("Escape")
        self.tab.keyboard.press("ArrowRight")
        self.tab.keyboard.press("ArrowLeft")

    def begin_again(self) -> None:
        """Empties the document, and sets every option back."""
        self.complaints.clear()
        self.requests.clear()
        self.tab.mouse.move(600, 5)
        self.tab.select_option("#sample", "empty")
        self.tab.evaluate(
            """() => {
                for (const [id, value] of [["targets", "v2 v3"], ["shape", "create"], ["zone", ""]]) {
                    const field = document.getElementById(id);
                    field.value = value;
                    field.dispatchEvent(new Event("change"));
                }
                document.getElementById("left-out").open = false;
                document.getElementById("message").textContent = "";
                document.getElementById("tab-v3")?.click();
            }"""
        )
        self.tab.wait_for_selector("#tab-v3", state="attached")
        self.settle()
        self.tab.locator("#tab-v3").click()

    def close(self) -> None:
        self.context.close()


@pytest.fixture(scope="module")
def open_page(browser: Any, playground: RunningPlayground) -> Iterator[Page]:
    found = Page(browser, playground.address, permissions=["clipboard-read", "clipboard-write"])
    yield found
    found.close()


@pytest.fixture
def page(open_page: Page, playground: RunningPlayground) -> Iterator[Page]:
    """The page, as it is when it was just opened; nothing may be complained of it afterwards."""
    open_page.begin_again()
    yield open_page
    assert open_page.complaints == []
    assert all(each.startswith(playground.address) for each in open_page.requests)
    assert not open_page.tab.evaluate("window.owned")


def test_from_the_founding_campaign_to_json_of_v3(page: Page) -> None:
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


def test_typing_is_answered(page: Page) -> None:
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


def test_what_may_stand_there_is_offered(page: Page) -> None:
    page.write(RIGHT)
    page.put_cursor("<GreetingName>", "FirstName")
    page.tab.keyboard.press("Control+Space")
    page.wait(".cm-tooltip-autocomplete li", "FirstAndLastName")
    page.tab.keyboard.press("Escape")


def test_an_empty_page_says_what_to_do(page: Page) -> None:
    assert page.text("#counts") == ""
    assert "paste one, drop a file, or choose a sample" in page.text("#list")
    assert page.tab.locator(".cm-placeholder").is_visible()
    page.tab.select_option("#sample", "campaign")
    page.wait("#counts", "2 errors")


def test_one_fix_is_applied_and_taken_back(page: Page) -> None:
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


def test_a_fix_is_applied_where_the_mistake_stands(page: Page) -> None:
    page.write(FOUNDING)
    page.tab.locator("#editor .cm-lintRange-warning", has_text="01:00").hover()
    page.tab.locator(".cm-diagnosticAction", has_text="Write 2010-09-28T05:22:42+01:00").click()
    page.wait("#editor", "2010-09-28T05:22:42+01:00</Date>")
    page.settle()
    assert "CT601" not in page.codes


def test_a_rule_is_explained_in_place(page: Page) -> None:
    page.write(FOUNDING)
    opener = page.tab.get_by_role("button", name="Explain CT310")
    opener.click()
    page.wait(".explanation", "Where that is from")
    assert opener.get_attribute("aria-expanded") == "true"
    assert "FirstAndLastName" in page.text(".explanation ul")
    opener.click()
    assert page.tab.locator(".explanation").first.is_hidden()


def test_pointing_at_a_property_lights_up_where_it_is_from(page: Page) -> None:
    page.write(RIGHT)
    page.tab.locator("#body .cm-line span", has_text='"subject"').first.hover()
    page.wait("#editor .cm-linked", "cmp_subject")
    page.wait("#trace", "/campaign/email_campaign_activities/0/subject is from line")
    page.tab.get_by_role("tab", name="v2").click()
    page.tab.locator("#body .cm-line span", has_text='"organization_name"').first.hover()
    page.wait("#trace", "/message_footer/organization_name")


def test_pointing_at_an_element_shows_what_became_of_it(page: Page) -> None:
    page.write(RIGHT)
    page.tab.locator("#editor .cm-line", has_text="<Subject>").locator("span", has_text="Subject").first.hover()  # fmt: skip
    page.wait("#body .cm-linked", "cmp_subject")
    page.wait("#trace", "entry/content/Campaign/Subject")
    page.wait(".cm-fate", "v2 → /subject")
    page.tab.locator("#editor .cm-line", has_text="<ViewAsWebpage>").locator("span", has_text="ViewAsWebpage").first.hover()  # fmt: skip
    page.wait("#trace", "v3 dropped: every campaign has a public page in v3")
    page.wait("#trace", "v2 → /is_view_as_webpage_enabled")


def test_moving_the_cursor_does_the_same(page: Page) -> None:
    page.write(RIGHT)
    page.tab.mouse.move(700, 5)
    page.put_cursor("<FromName>", "cmp_from_name")
    page.wait("#body .cm-linked", "cmp_from_name")
    page.wait("#trace", "Campaign/FromName")
    page.tab.locator("#body .cm-content").focus()
    page.tab.keyboard.press("ArrowDown")
    page.tab.keyboard.press("ArrowDown")
    page.wait("#trace", "/campaign/name is from line")
    page.wait("#editor .cm-linked", "cmp_name")
    page.tab.locator("#announced", has_text="/campaign/name is from line").wait_for(
        state="attached"
    )


def test_the_keys(page: Page) -> None:
    page.write(FOUNDING)
    page.tab.locator("#editor .cm-content").focus()
    page.tab.keyboard.press("Control+Home")
    page.tab.keyboard.press("F8")
    page.wait("#position", "20:")
    page.tab.keyboard.press("Control+.")
    page.wait("#editor", "2010-09-28T05:22:42+01:00</Date>")
    page.settle()
    page.tab.keyboard.press("Control+z")
    page.settle()
    page.tab.keyboard.press("Control+Enter")
    page.wait("#message", "1 fix applied")
    page.tab.keyboard.press("Tab")  # leaves the editor
    assert not page.tab.evaluate("document.activeElement.closest('#editor')")
    page.tab.locator("[role=tab][aria-selected=true]").focus()
    page.tab.keyboard.press("ArrowLeft")
    assert page.tab.evaluate("document.activeElement.id") == "tab-v2"
    page.tab.get_by_role("button", name="Help").press("Enter")
    assert page.tab.locator("#help").is_visible()
    page.tab.keyboard.press("Escape")
    assert page.tab.locator("#help").is_hidden()
    assert page.tab.evaluate("document.activeElement.id") == "show-help"


def test_every_control_is_reached_with_the_tab_key(page: Page) -> None:
    page.write(FOUNDING)
    page.tab.locator("#sample").focus()
    reached = []
    for _ in range(60):
        reached.append(
            page.tab.evaluate("document.activeElement.id || document.activeElement.className")
        )
        page.tab.keyboard.press("Tab")
    order = [each for each in ("sample", "targets", "shape", "zone", "link", "show-help", "open", "copy-document", "cm-content", "fix-all", "tab-v3") if any(each in one for one in reached)]  # fmt: skip
    places = [next(n for n, one in enumerate(reached) if each in one) for each in order]
    assert len(order) == 11
    assert places == sorted(places)


def test_options_change_the_answer(page: Page) -> None:
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
    assert page.tab.get_attribute("#zone", "aria-invalid") == "true"
    page.tab.fill("#zone", "America/New_York")
    page.tab.keyboard.press("Enter")
    page.settle()
    assert page.text("#zone-error") == ""
    page.complaints = [each for each in page.complaints if "422" not in each]


def test_a_body_of_v2_becomes_one_of_v3(page: Page) -> None:
    page.tab.select_option("#sample", "v2-body")
    page.wait("#editor", '"greeting_name"')
    page.settle()
    assert page.body["campaign"]["name"] == "cmp_name"
    page.tab.locator("#body .cm-line span", has_text='"subject"').first.hover()
    page.wait("#editor .cm-linked", "cmp_subject")
    page.tab.locator("#editor .cm-line span", has_text='"text_content"').first.hover()
    page.wait("#trace", "v3 dropped")


def test_an_old_answer_never_wins(page: Page) -> None:
    held: list[Any] = []

    def hold(route: Any) -> None:
        if "Old name" in (route.request.post_data or ""):
            held.append(route)
        else:
            route.continue_()

    page.tab.route("**/api/inspect", hold)
    page.write(RIGHT)
    page.tab.locator("#editor .cm-content").focus()
    page.put_cursor("<Name>", "cmp_name")
    page.tab.keyboard.type("Old name")
    page.tab.locator("#list[aria-busy=true]").wait_for()
    for _ in range(200):  # turns of the loop in which the call comes in
        if not held:
            page.tab.wait_for_timeout(50)
    assert held
    page.tab.keyboard.press("Control+z")
    held[0].continue_()
    page.settle()
    assert page.body["campaign"]["name"] == "cmp_name"
    page.tab.unroute("**/api/inspect")


def drop(page: Page, script: str, name: str) -> None:
    """Drops a file on the page, whose text a script of the page makes."""
    page.tab.evaluate(
        """([script, name]) => {
            const text = new Function("return " + script)();
            const data = new DataTransfer();
            data.items.add(new File([text], name));
            for (const kind of ["dragover", "drop"]) {
                document.querySelector("#editor .cm-content").dispatchEvent(
                    new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
            }
        }""",
        [script, name],
    )


def test_a_file_of_5_mb_is_dropped_and_the_page_goes_on(page: Page) -> None:
    page.tab.select_option("#targets", "v3")
    page.settle()
    paragraph = "&lt;p&gt;Hello, reader of the letter&lt;/p&gt;\n"
    before, _, after = RIGHT.partition("&lt;p&gt;cmp_email_content")
    script = f"{json.dumps(before)} + {json.dumps(paragraph)}.repeat(120_000) + {json.dumps(after)}"
    drop(page, script, "large.xml")
    page.wait("#message", "Opened large.xml")
    # It is being looked at, and what is typed meanwhile is there at once.
    assert page.tab.locator("#list[data-current=false]").count() == 1
    page.tab.locator("#editor .cm-content").press("Control+Home")
    page.tab.keyboard.press("End")
    page.tab.keyboard.type("<!-- typed -->")
    assert page.document.splitlines()[0].endswith("<!-- typed -->")
    assert page.tab.locator("#list[data-current=false]").count() == 1
    page.settle()
    assert "error" in page.text("#counts")  # v3 takes no content of this size
    page.tab.locator("#editor .cm-content").press("Control+End")
    assert (
        page.text("#position").startswith("120,0")
        or int(page.text("#position").partition(":")[0]) > 120_000
    )


def test_a_file_that_is_too_large_gets_a_message(page: Page) -> None:
    kept = page.document
    drop(page, "'x'.repeat(10_000_001)", "huge.xml")
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


def test_a_file_in_another_encoding_is_read(page: Page) -> None:
    text = json.dumps(
        RIGHT.replace("UTF-8", "iso-8859-1").replace("cmp_subject", "Gr\u00fc\u00dfe")
    )
    drop(page, f"Uint8Array.from({text}, (each) => each.charCodeAt(0))", "latin.xml")
    page.wait("#editor", "Gr\u00fc\u00dfe")
    page.settle()
    assert page.body["campaign"]["email_campaign_activities"][0]["subject"] == "Gr\u00fc\u00dfe"


def test_no_script_of_a_document_runs(page: Page) -> None:
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


def test_a_link_holds_the_document(page: Page, browser: Any, playground: RunningPlayground) -> None:
    page.tab.select_option("#targets", "v3")
    page.tab.select_option("#shape", "update")
    page.write(FOUNDING.replace("cmp_name", "L\u00fcbeck \U0001f381"))
    page.tab.get_by_role("button", name="Copy link").click()
    page.wait("#message", "The link is copied")
    link = page.tab.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{playground.address}#document=")
    assert not any("#" in each or "L%C3" in each for each in page.requests)
    other = Page(browser, playground.address, "#" + link.partition("#")[2])
    assert "L\u00fcbeck \U0001f381" in other.document
    assert other.tab.input_value("#targets") == "v3"
    assert other.tab.input_value("#shape") == "update"
    assert other.complaints == []
    assert other.tab.evaluate("location.href") == link
    other.put_cursor("<Status>", "Draft")
    other.tab.keyboard.type("x")  # the link is not what is shown any more
    other.tab.wait_for_function("!location.hash")
    other.close()


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
def test_a_bad_link_gets_a_sentence(page: Page, given: str, said: str) -> None:
    page.tab.evaluate("(fragment) => { location.hash = fragment; }", given)
    page.wait("footer, #options", said)
    page.complaints = [each for each in page.complaints if "422" not in each]


@pytest.mark.parametrize(("colours", "width"), [("light", 1400), ("dark", 390)])
def test_axe_finds_nothing(
    browser: Any, playground: RunningPlayground, colours: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = Page(
        browser, playground.address, color_scheme=colours, bypass_csp=True,
        viewport={"width": width, "height": 844},
    )  # fmt: skip

    def look() -> None:
        found = axe.run(page.tab).response["violations"]
        told = [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]
        assert told == []

    page.tab.get_by_role("button", name="Explain CT310").click()
    page.wait(".explanation", "Where that is from")
    look()
    page.tab.select_option("#sample", "feed")
    page.tab.locator("#payload-label").wait_for()
    page.settle()
    page.tab.locator("#left-out summary").click()
    page.tab.get_by_role("button", name="Help").click()
    look()
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_phone_shows_everything(browser: Any, playground: RunningPlayground) -> None:
    page = Page(
        browser, playground.address, viewport={"width": 390, "height": 844}, has_touch=True,
        is_mobile=True,
    )  # fmt: skip
    page.write(RIGHT)
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= 390
    for part in ("#editor", "#list", "#body", "#link", "#copy-body"):
        page.tab.locator(part).scroll_into_view_if_needed()
        box = page.tab.locator(part).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    before = page.tab.evaluate("window.scrollY")
    page.tab.locator("#body .cm-line span", has_text='"subject"').first.tap()
    page.wait("#trace", "is from line")
    assert (
        abs(page.tab.evaluate("window.scrollY") - before) < 300
    )  # the page stays where it is read
    assert page.complaints == []
    page.close()
