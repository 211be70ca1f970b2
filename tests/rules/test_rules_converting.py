"""Lint and convert agree: no body exactly where lint with that shape has an error."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of
from mutants import mutants
from sampling import EXHAUSTIVE, some

from ctct_migrate import Diagnostic, Shape, convert, lint, read
from ctct_migrate.reader.document import Document
from ctct_migrate.rules.linting import judge_slowly
from ctct_migrate.rules.registry import catalogue

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from mutation import samples  # noqa: E402

ATOM, CTCT = "http://www.w3.org/2005/Atom", "http://ws.constantcontact.com/ns/1.0/"


def agreed(document: Document, shape: Shape) -> list[Diagnostic]:
    """Holds a document to the law, entry by entry; returns what lint says."""
    found = lint(document, shape)
    made = convert(document, shape)
    assert [each.code for each in found] == [each.code for each in made.diagnostics]
    errors = {each.entry for each in found if each.stops_conversion}
    assert made.ok is not bool(errors)
    bodies = {payload.entry for payload in made}
    # What v1 made itself (a built-in list), and what can only be recorded, is skipped: no error.
    skipped = {each.entry for each in found if each.code in {"CT445", "CT807", "CT820", "CT870"}}
    if document.root is None:
        assert errors
        assert not bodies
    elif document.kind == "feed":
        whole = None in errors
        expected = set() if whole else {e.index for e in document.entries} - errors - skipped
        assert bodies == expected
    elif any(each.code == "CT870" for each in found):
        assert not errors or not bodies  # of an event that is not created, the fees are
    else:
        assert bool(bodies) is not bool(errors | skipped)
    return found


@pytest.mark.parametrize("shape", Shape)
def test_every_sample(shape: Shape) -> None:
    for path in sorted((ROOT / "samples").rglob("*.xml")):
        agreed(read(path), shape)


@pytest.mark.parametrize("shape", Shape)
def test_every_example_of_the_catalogue(shape: Shape) -> None:
    texts = [text for rule in catalogue() for text in (rule.bad, rule.good)]
    for text in some(texts, 150):
        agreed(read(document_of(text)), shape)


@pytest.mark.parametrize("shape", Shape)
def test_mutants(shape: Shape) -> None:
    for number, path in enumerate(samples()):
        for count, mutant in enumerate(mutants(path.read_text("utf-8"))):
            if not (count + number) % (67 if EXHAUSTIVE else 301):
                agreed(read(mutant.text.encode("utf-8", "surrogatepass")), shape)


#: Namespaces as strings that are nearly right, or that libxml2 does not take for URIs.
NAMES = [
    f" {ATOM}",
    f"{ATOM} ",
    f"\t{ATOM}",
    f" {CTCT}",
    f"{CTCT}\n",
    "http://example.org/rosé",
    "a b",
    "::",
    "x",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "where", ["<link ", "<ContactList ", "<Text", "<Name", "<p", "<entry", "<id"]
)
@pytest.mark.parametrize("form", ['xmlns="{}"', 'xmlns:o="{}"'])
def test_odd_namespaces(name: str, where: str, form: str) -> None:
    text = CAMPAIGN.replace("&lt;", "<").replace("&gt;", ">")
    text = text.replace('lists/1"/>', f'lists/1"><link xmlns="{ATOM}" href="/x"/></ContactList>')
    if where in ("<entry",):
        text = text.replace(f' xmlns="{ATOM}"', "", 1)
    at = text.rindex(where)
    if where == "<link " and form.startswith("xmlns="):
        text = text[:at] + text[at:].replace(f' xmlns="{ATOM}"', "", 1)
    at += len(where.rstrip())
    text = f"{text[:at]} {form.format(name)}{text[at:]}"
    for shape in Shape:
        agreed(read(text.encode()), shape)


def test_a_namespace_that_is_no_uri_is_no_mistake() -> None:
    html = '<html xmlns:o="http://example.org/rosé"><body>Hi</body></html>'
    document = read(document_of(f"<EmailContent>{html}</EmailContent>"))
    assert document.root is not None
    assert lint(document) == []


def test_a_padded_namespace_is_told_once_and_is_an_error() -> None:
    link = f'<ContactLists><ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1"><link xmlns=" {ATOM}" href="/x"/></ContactList></ContactLists>'
    (found,) = lint(read(document_of(link)))
    assert (found.code, found.severity) == ("CT201", "error")
    assert found.fixes


@pytest.mark.parametrize("value", ["perhaps", "", "first_name"])
@pytest.mark.parametrize(
    "name", ["ViewAsWebpage", "GreetingName", "OrganizationState", "FromEmail"]
)
def test_a_mistake_that_is_ignored_still_stands_in_the_way(name: str, value: str) -> None:
    data = document_of(f"<!-- ctct-migrate: ignore -->\n<{name}>{value}</{name}>")
    for shape in Shape:
        agreed(read(data), shape)


def test_without_a_shape_a_stock_campaign_is_right() -> None:
    data = document_of("<CampaignType>STOCK</CampaignType>\n<!-- no EmailContent -->")
    assert [d for d in lint(read(data)) if d.severity == "error"] == []
    assert [d.code for d in lint(read(data), "create")] == ["CT802"]


#: White space that only some readers take for such, in what is a URI.
SPACES = ["\u00a0", "\u2009", "\u3000", "\u200b", "\u0085", "\u2028", "\ufeff"]
URIS = [
    "<id>http://",
    "campaigns/1100546096289",
    "lists/1",
    "settings/emailaddresses/1",
    "schedules/1",
]


@pytest.mark.parametrize("space", SPACES, ids=ascii)
@pytest.mark.parametrize("uri", URIS)
@pytest.mark.parametrize("after", [True, False])
def test_white_space_in_a_uri_is_seen_on_both_paths(space: str, uri: str, after: bool) -> None:
    written = uri + space if after else uri[:-1] + space + uri[-1]
    for text in (CAMPAIGN, SCHEDULE):
        data = text.replace(uri, written).encode()
        document = read(data)
        for shape in Shape:
            found = agreed(document, shape)
            assert found == judge_slowly(document, shape).diagnostics
            assert found or data == text.encode()
