"""A playground that runs, and its page in a browser: one of each for a file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from headless_browser import headless_browser
from playground_page import PlaygroundPage
from playground_process import RunningPlayground, running


@pytest.fixture(scope="module")
def playground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningPlayground]:
    with running(tmp_path_factory.mktemp("playground"), "--port", "0") as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium, driven by Playwright; the tests are skipped where either is missing."""
    with headless_browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def open_page(browser: Any, playground: RunningPlayground) -> Iterator[PlaygroundPage]:
    permissions = ["clipboard-read", "clipboard-write"]
    found = PlaygroundPage(browser, playground.address, permissions=permissions)
    yield found
    found.close()


@pytest.fixture
def page(open_page: PlaygroundPage, playground: RunningPlayground) -> Iterator[PlaygroundPage]:
    """The page, as it is when it was just opened; nothing may be complained of it afterwards."""
    open_page.begin_again()
    yield open_page
    assert open_page.complaints == []
    assert all(each.startswith(playground.address) for each in open_page.requests)
    assert not open_page.tab.evaluate("window.owned")
