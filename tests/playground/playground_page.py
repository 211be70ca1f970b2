"""The page of the playground, as a user has it in a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).parents[2] / "samples"
FOUNDING = (SAMPLES / "bad/campaign-001.xml").read_text(encoding="utf-8")
RIGHT = (SAMPLES / "good/campaign-001.xml").read_text(encoding="utf-8")

#: Milliseconds to wait for anything: longer than it takes on a busy machine.
PATIENCE = 120_000


class HeldQuestions:
    """Questions of a page that its server does not get yet."""

    def __init__(self, tab: Any):
        self._tab = tab
        self.routes: list[Any] = []

    def wait(self) -> None:
        """Wait until there is one."""
        for _ in range(PATIENCE // 50):  # turns of the loop in which the call comes in
            if self.routes:
                return
            self._tab.wait_for_timeout(50)
        raise AssertionError("the page asked nothing")

    def let_go(self) -> None:
        for route in self.routes:
            route.continue_()
        self.routes.clear()


class PlaygroundPage:
    """A page of the playground, as a user has it.

    complaints  what the browser said of it: errors, and what the content security policy refused
    requests    the addresses that it called
    """

    def __init__(self, browser: Any, address: str, fragment: str = "", **options: Any):
        options = {"viewport": {"width": 1400, "height": 1800}, **options}
        self.context = browser.new_context(**options)
        self.tab = self.context.new_page()
        self.tab.set_default_timeout(PATIENCE)
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

    def drop(self, script: str, name: str) -> None:
        """Drops a file on the page, whose text a script of the page makes."""
        self.tab.evaluate(
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

    @contextmanager
    def holding(self, words: str = "") -> Iterator[HeldQuestions]:
        """Questions about a document with `words` in it are held until they are let go."""
        held = HeldQuestions(self.tab)

        def hold(route: Any) -> None:
            if not words or words in (route.request.post_data or ""):
                held.routes.append(route)
            else:
                route.continue_()

        self.tab.route("**/api/inspect", hold)
        yield held
        self.tab.unroute("**/api/inspect")

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
