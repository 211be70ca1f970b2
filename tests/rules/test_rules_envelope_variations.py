"""Envelopes varied in every common way: what the schema refuses has words of its own."""

from __future__ import annotations

import copy
from collections.abc import Callable

import pytest
from example_documents import CAMPAIGN
from lxml import etree

from ctct_migrate.api.reading import read
from ctct_migrate.rules.linting import lint

ATOM = "{http://www.w3.org/2005/Atom}"

ENTRY = CAMPAIGN.replace(
    "  <content",
    """\
  <summary type="text">About it</summary>
  <category term="news"/>
  <rights>None</rights>
  <content""",
)

FEED = (
    """\
<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns</id>
  <title type="text">Campaigns for customer: joe</title>
  <subtitle>All of them</subtitle>
  <category term="news"/>
  <generator uri="http://example.com/" version="1">Maker</generator>
  <link href="campaigns" rel="self"/>
  <author><name>joe</name></author>
  <updated>2011-11-23T00:11:12.861Z</updated>
"""
    + CAMPAIGN.partition("\n")[2]
    + "</feed>\n"
)


def _twice(child: etree._Element) -> None:
    child.addnext(copy.deepcopy(child))


def _attribute(child: etree._Element) -> None:
    child.set("colour", "blue")


def _markup(child: etree._Element) -> None:
    etree.SubElement(child, ATOM + "b").text = "bold"


def _stray(child: etree._Element) -> None:
    child.tail = "x"


def _itself(child: etree._Element) -> None:
    child.append(copy.deepcopy(child))


def _extension(child: etree._Element) -> None:
    child.append(etree.fromstring('<x:y xmlns:x="http://example.com/x">v</x:y>'))


VARIATIONS: tuple[Callable[[etree._Element], None], ...] = (
    _twice, _attribute, _markup, _stray, _itself, _extension,
)  # fmt: skip


def _children(text: str) -> list[str]:
    names = [etree.QName(child).localname for child in etree.fromstring(text.encode())]
    return [name for name in names if name not in ("entry", "content")]


CASES = [
    (text, name, vary) for text in (ENTRY, FEED) for name in _children(text) for vary in VARIATIONS
]


def _codes(text: str) -> set[str]:
    return {each.code for each in lint(read(text.encode()))}


@pytest.mark.parametrize(("text", "name", "vary"), CASES)
def test_a_varied_envelope_never_gets_the_safety_net_alone(
    text: str, name: str, vary: Callable[[etree._Element], None]
) -> None:
    root = etree.fromstring(text.encode())
    vary(next(child for child in root if etree.QName(child).localname == name))
    varied = etree.tostring(root, encoding="unicode")
    said = _codes(varied)
    assert "CT399" not in said
    # The same beside a mistake elsewhere.
    assert said <= _codes(varied.replace(">FirstName<", ">cmp_grt_name<"))


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "severity"),
    [
        (FEED, "<title", "<id>http://example.com/2</id>\n<title", "CT303", "warning"),
        (FEED, "<author>", "<author><name>ann</name></author><author>", "CT303", "warning"),
        (FEED, "<link ", "stray <link ", "CT306", "warning"),
        (FEED, '<link href="campaigns"', '<link colour="x" href="campaigns"', "CT305", "warning"),
        (ENTRY, "<summary", "<summary>Other</summary><summary", "CT303", "error"),
        (ENTRY, "<Campaign ", "x<Campaign ", "CT306", "error"),
        (ENTRY, "<Campaign ", "&amp;<Campaign ", "CT306", "error"),
        (ENTRY, "</content>", "; </content>", "CT306", "error"),
        (ENTRY, '<content type="', '<content colour="x" type="', "CT305", "error"),
        (ENTRY, '<category term="news"/>', '<category term="news">x</category>', "CT306", "error"),
    ],
)
def test_what_is_common_has_its_own_code(
    text: str, old: str, new: str, code: str, severity: str
) -> None:
    assert old in text
    (one,) = lint(read(text.replace(old, new, 1).encode()))
    assert (one.code, one.severity.value) == (code, severity)


@pytest.mark.parametrize("text", [ENTRY, FEED])
def test_extensions_between_the_parts_are_right(text: str) -> None:
    extended = text.replace("<category", '<x:y xmlns:x="http://example.com/x">v</x:y><category', 1)
    assert _codes(extended) == set()


def test_text_in_a_link_of_the_payload_is_reported_once() -> None:
    link = '<link xmlns="http://www.w3.org/2005/Atom" href="a">x</link>'
    text = CAMPAIGN.replace('lists/1"/>', f'lists/1">{link}</ContactList>')
    assert _codes(text) == {"CT300"}
