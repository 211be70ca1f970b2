"""The page with the keys alone, on a phone, in the dark, and as a screen reader has it."""

from __future__ import annotations

from typing import Any

import pytest
from playground_page import FOUNDING, RIGHT, PlaygroundPage
from playground_process import RunningPlayground

pytestmark = pytest.mark.browser


def test_moving_the_cursor_does_the_same(page: PlaygroundPage) -> None:
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


def test_the_keys(page: PlaygroundPage) -> None:
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


def test_every_control_is_reached_with_the_tab_key(page: PlaygroundPage) -> None:
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


@pytest.mark.parametrize(("colours", "width"), [("light", 1400), ("dark", 390)])
def test_axe_finds_nothing(
    browser: Any, playground: RunningPlayground, colours: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = PlaygroundPage(
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
    page.tab.locator("#editor .cm-content").focus()
    page.tab.keyboard.press("Control+f")
    page.tab.locator(".cm-search").wait_for()
    look()
    page.tab.keyboard.press("Escape")
    page.tab.select_option("#sample", "feed")
    page.tab.locator("#payload-label").wait_for()
    page.settle()
    page.tab.locator("#left-out summary").click()
    page.tab.get_by_role("button", name="Help").click()
    look()
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_a_phone_shows_everything(browser: Any, playground: RunningPlayground) -> None:
    page = PlaygroundPage(
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
