"""Envelopes varied in every common way: what the schema refuses has words of its own."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable

import pytest
from example_documents import CAMPAIGN
from lxml import etree

from ctct_migrate import fix
from ctct_migrate.api.reading import read
from ctct_migrate.reader.tree import CTCT
from ctct_migrate.rules.linting import lint

INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ATOM = "{http://www.w3.org/2005/Atom}"

ENTRY = CAMPAIGN.replace(
    "  <content",
    """\
  <summary type="text">About it</summary>
  <category term="news"/>
  <rights>None</rights>
  <contributor><name>Ann</name><uri>http://example.com/ann</uri></contributor>
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
  <contributor><name>Ann</name></contributor>
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


def _empty(child: etree._Element) -> None:
    for each in list(child):
        child.remove(each)
    child.text = None


def _misspelt(child: etree._Element) -> None:
    child.tag = f"{child.tag}s"


def _in_capitals(child: etree._Element) -> None:
    child.tag = ATOM + etree.QName(child).localname.upper()


def _atoms_attribute(child: etree._Element) -> None:
    child.set(f"{ATOM}type", "text")


def _nil(child: etree._Element) -> None:
    child.set(f"{{{INSTANCE}}}nil", "true")


def _typed(child: etree._Element) -> None:
    child.set(f"{{{INSTANCE}}}type", "Something")


def _children_elsewhere(child: etree._Element) -> None:
    for each in child:
        each.tag = "{http://example.com/x}" + etree.QName(each).localname


def _wrapped(child: etree._Element) -> None:
    parent = child.getparent()
    assert parent is not None
    group = etree.Element(f"{ATOM}group")
    parent.replace(child, group)
    group.append(child)


VARIATIONS: tuple[Callable[[etree._Element], None], ...] = (
    _twice, _attribute, _markup, _stray, _itself, _extension, _empty, _misspelt, _in_capitals,
    _atoms_attribute, _nil, _typed, _children_elsewhere, _wrapped,
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
    words = [each.message for each in lint(read(varied.encode())) if each.code == "CT399"]
    assert not any("as the format has it" in each for each in words)
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


_LOST_ENTRY = FEED.replace("<entry ", "<Entrys ").replace("</entry>", "</Entrys>")


@pytest.mark.parametrize(
    ("text", "code", "fixed"),
    [
        (ENTRY.replace("<name>Ann</name><uri>http://example.com/ann</uri>", ""), "CT209", True),
        (ENTRY.replace("<name>Ann</name>", ""), "CT209", False),
        (FEED.replace("<name>Ann</name>", "<name/>"), "CT209", False),
        (ENTRY.replace("<content ", '<content xmlns="http://example.com/x" '), "CT201", True),
        (ENTRY.replace("<name>Con", '<name xmlns="http://example.com/x">Con'), "CT201", True),
        (ENTRY.replace("</content>", f'<b xmlns="{CTCT}"/></content>'), "CT301", False),
        (_LOST_ENTRY, "CT302", True),
        (FEED.replace("<feed ", "<Feed ").replace("</feed>", "</Feed>"), "CT302", True),
        (ENTRY.replace("<Subject>", f'<Subject xmlns:xsi="{INSTANCE}" xsi:type="string">'), "CT325", True),
        (ENTRY.replace("<Status>", f'<Status xmlns:i="{INSTANCE}" i:nil="true">'), "CT325", False),
        (ENTRY.replace("<Campaign ", f'<Campaign xmlns:xsi="{INSTANCE}" xsi:type="Campaign" '), "CT325", True),
    ],
)  # fmt: skip
def test_it_is_one_mistake_and_its_fix_leaves_none(text: str, code: str, fixed: bool) -> None:
    assert text not in (ENTRY, FEED)
    assert [each.code for each in lint(read(text.encode()))] == [code]
    result, _ = fix(read(text.encode()))
    assert (lint(read(result)) == []) is fixed
    assert (result == text.encode()) is not fixed


def test_many_instance_attributes_are_one_diagnostic() -> None:
    text = re.sub(r"<(\w+Text|\w*Name|Organization\w+)>", r'<\1 i:nil="false">', CAMPAIGN)
    text = text.replace("<entry ", f'<entry xmlns:i="{INSTANCE}" ')
    (found,) = lint(read(text.encode()))
    assert found.code == "CT325"
    assert "more places like this" in found.message
    result, _ = fix(read(text.encode()))
    assert result.decode() == CAMPAIGN.replace("<entry ", f'<entry xmlns:i="{INSTANCE}" ')
