"""The documentation as a site: it builds without a warning, and what is looked for is found.

The site is built once for all tests.  `mkdocs build --strict` fails for a link or an anchor that leads nowhere,
and for a page that is not in the navigation.
"""

from __future__ import annotations

import functools
import html
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.metadata import metadata
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

import pytest
from documentation_pages import ROOT
from headless_browser import headless_browser

from ctct_migrate import __all__ as public
from ctct_migrate.cli import COMMANDS
from ctct_migrate.output.explanation_addresses import explanations, explanations_on_site
from ctct_migrate.rules.registry import catalogue

pytest.importorskip("material", reason="the extra `docs` is not installed")

SITE_URL = "https://documentation.example/ctct-migrate/"
_LINKS = re.compile(r'<(?:a|link|script|img)\b[^>]*?\s(?:href|src)="([^"]*)"')
_ANCHORS = re.compile(r'<[^>]*?\sid="([^"]*)"')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documentation") / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"},
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def page(site: Path, path: str) -> str:
    return (site / path / "index.html").read_text("utf-8")


def words(html: str) -> str:
    """The text of a page, its white space made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_each_rule_has_its_page_where_the_programs_output_links_to(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    declared = metadata("ctct-migrate")
    del declared["Project-URL"]
    declared["Project-URL"] = f"Documentation, {SITE_URL}"
    monkeypatch.setattr("importlib.metadata.metadata", lambda _: declared)
    base = explanations_on_site()
    assert base.startswith(SITE_URL)
    for rule in catalogue():
        text = page(site, (base + rule.code).removeprefix(SITE_URL))
        assert f"<title>{rule.code} {rule.name} - ctct-migrate</title>" in text


def test_codes_lead_to_the_page_that_was_installed() -> None:
    page_, _, code = f"{explanations()}CT310".partition("#")
    assert f'id="{code}"' in Path(url2pathname(urlsplit(page_).path)).read_text(encoding="utf-8")


def test_the_page_of_a_rule_says_what_explain_says(site: Path) -> None:
    text = words(page(site, "rules/CT310"))
    for part in (
        "A greeting name that the format does not have.",
        "FirstAndLastName",
        "cmp_grt_name",
    ):
        assert part in text


def test_each_command_has_its_page_with_its_options(site: Path) -> None:
    index = page(site, "commands")
    for section in COMMANDS.values():
        for name, line in section.items():
            assert f'href="{name}/"' in index
            assert line.split("`")[0] in index
            text = words(page(site, f"commands/{name}"))
            assert "Options" in text
            assert "--help" in text
    assert "--reschedule-past" in page(site, "commands/send")


def test_what_the_package_offers_is_described(site: Path) -> None:
    text = page(site, "reference/python")
    for name in public:
        if name != "__version__":
            assert re.search(rf'id="ctct_migrate(\.\w+)*\.{name}"', text), name


def test_each_setting_of_the_configuration_is_described(site: Path) -> None:
    text = html.unescape(re.sub(r"<[^>]+>|\s", "", page(site, "reference/configuration")))
    schema = json.loads((ROOT / "schemas" / "ctct-migrate.schema.json").read_text("utf-8"))
    for name, setting in schema["properties"].items():
        assert name + re.sub(r"[`\s]", "", setting["description"]) in text


def test_every_link_of_every_page_leads_somewhere(site: Path) -> None:
    """In what is built, generated pages and navigation included; mkdocs looks at what is written alone."""
    texts = {
        path: path.read_text("utf-8") for path in site.rglob("*.html") if path.name != "404.html"
    }
    anchors = {path: set(_ANCHORS.findall(text)) for path, text in texts.items()}
    wrong = set()
    for path, text in texts.items():
        for link in set(_LINKS.findall(text)):
            address, _, anchor = html.unescape(link).partition("#")
            if re.match(r"https?:|mailto:|data:", address):
                continue
            target = (
                (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
            )
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (
                anchor and unquote(anchor) not in anchors.get(target, {anchor})
            ):
                wrong.add((path.relative_to(site).as_posix(), link))
    assert len(texts) > len(catalogue())
    assert sorted(wrong) == []


def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    """Neither scripts nor styles, fonts, pictures or frames."""
    fetching = re.compile(
        r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=\"(https?:)?//"
        r"|<link\b[^>]*\brel=\"(?:stylesheet|preconnect|preload|icon)\"[^>]*\bhref=\"(https?:)?//"
    )
    for each in site.rglob("*.html"):
        assert not fetching.search(each.read_text("utf-8")), each


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_the_search_has_the_pages(site: Path) -> None:
    """What the index holds, where there is no browser to ask it with."""
    documents = json.loads((site / "search" / "search_index.json").read_text("utf-8"))["docs"]
    titles = {each["location"]: each["title"] for each in documents}
    assert titles["rules/CT310/"] == "CT310 greeting-name"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with headless_browser() as opened:
        yield opened


@pytest.mark.browser
@pytest.mark.parametrize("question", ["CT310", "greeting name"])
def test_the_search_finds(browser: Any, address: str, question: str) -> None:
    tab = browser.new_page()
    tab.set_default_timeout(120_000)
    tab.goto(address)
    tab.get_by_role("textbox", name="Search").click()
    tab.keyboard.type(question)
    hits = tab.locator(".md-search-result__item")
    hits.first.wait_for()
    assert "/rules/CT310/" in (hits.first.locator("a").first.get_attribute("href") or "")
