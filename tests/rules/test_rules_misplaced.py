"""A misplaced element does not hide what is in it: one run reports everything."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN

from ctct_migrate.api.reading import read
from ctct_migrate.rules.linting import lint

#: A campaign as a forum showed it: whole lines are lost, and with them the end tags.
PASTED = """\
<?xml version="1.0" encoding="UTF-8"?>

<entry xmlns="http://www.w3.org/2005/Atom">
<link href="/ws/customers/maple/campaigns" rel="edit" />
<title type="text">spring</title>
<name>Constant Contact</name>
<content type="application/vnd.ctct+xml">
<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/maple/campaigns/1100546096289">

<Date>2010-09-28T05:22:42 01:00</Date>

<ContactList id="http://api.constantcontact.com/ws/customers/maple/lists/11">
<link xmlns="http://www.w3.org/2005/Atom" href="/ws/customers/maple/lists/11" rel="self" />
<Email id="http://api.constantcontact.com/ws/customers/maple/settings/emailaddresses/2">
<link xmlns="http://www.w3.org/2005/Atom" href="/ws/customers/maple/settings/emailaddresses/2" rel="self" />

<Email id="http://api.constantcontact.com/ws/customers/maple/settings/emailaddresses/2">
<link xmlns="http://www.w3.org/2005/Atom" href="/ws/customers/maple/settings/emailaddresses/2" rel="self" />
<title type="text">Campaigns for customer: maple</title>
<link href="campaigns" />
<link href="campaigns" rel="self" />
"""


def _said(data: bytes) -> list[tuple[str, str]]:
    return [(each.code, each.message) for each in lint(read(data))]


def test_a_pasted_campaign_is_reported_in_one_run() -> None:
    assert _said(PASTED.encode()) == [
        ("CT304", "`name` does not belong in `entry`"),
        ("CT601", "`2010-09-28T05:22:42 01:00` has lost the `+` of its time zone"),
        ("CT304", "`ContactList` does not belong in `Campaign`"),
        ("CT304", "`Email` does not belong in `ContactList`"),
        ("CT304", "`Email` does not belong in `Email`"),
        ("CT304", "`title` does not belong in `Email`"),
        ("CT201", "`link` is not in Atom's namespace"),
        ("CT201", "`link` is not in Atom's namespace"),
        ("CT115", "the document ends inside `<Email>`"),
    ]


@pytest.mark.parametrize(
    ("fragment", "inside"),
    [
        ('<ContactList id="11"/>', {"CT319"}),
        ('<ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1" name="x"/>', {"CT305"}),
        ("<Urls2/><Url><Value>x</Value><colour/></Url>", {"CT301"}),
        ("<EmailAddress>joe.example.com</EmailAddress>", {"CT320"}),
        ('<Email id="nonsense"><colour/>text</Email>', {"CT301", "CT306", "CT319"}),
    ],
)  # fmt: skip
def test_what_is_in_a_misplaced_element_is_reported_with_it(
    fragment: str, inside: set[str]
) -> None:
    data = CAMPAIGN.replace("      <Subject>", f"      {fragment}\n      <Subject>").encode()
    codes = {code for code, _ in _said(data)}
    assert "CT304" in codes or "CT301" in codes
    assert inside <= codes


@pytest.mark.parametrize("name", ["Subject", "FromName", "EmailContent"])
def test_what_stands_in_an_element_of_ones_own_is_misplaced_and_not_missing(name: str) -> None:
    start, end = CAMPAIGN.index(f"<{name}>"), CAMPAIGN.index(f"</{name}>") + len(f"</{name}>")
    text = CAMPAIGN[:start] + f"<Header>{CAMPAIGN[start:end]}</Header>" + CAMPAIGN[end:]
    assert _said(text.encode()) == [
        ("CT301", "there is no element `Header` in `Campaign`"),
        ("CT304", f"`{name}` does not belong in `Header`"),
    ]


def test_elements_in_one_another_a_thousand_times_are_answered() -> None:
    inner = '<Email id="x">' * 2000 + "</Email>" * 2000
    found = lint(read(CAMPAIGN.replace("<Subject>", f"{inner}<Subject>").encode()))
    assert {each.code for each in found} >= {"CT304"}
