"""Completion in XML that is being typed: ‸ is the cursor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ctct_migrate import lint, read
from ctct_migrate.language_server.document_completion import Proposal, document_proposals

CAMPAIGN = (Path(__file__).parents[2] / "samples" / "bad" / "campaign-001.xml").read_text()
CTCT = 'xmlns="http://ws.constantcontact.com/ns/1.0/"'


def proposals(marked: str, *, snippets: bool = False) -> dict[str, Proposal]:
    at = marked.index("‸")
    found = document_proposals(marked.replace("‸", ""), at, snippets=snippets)
    return {each.label: each for each in sorted(found, key=lambda each: each.weight)}


def accepted(marked: str, label: str) -> str:
    text, each = marked.replace("‸", ""), proposals(marked)[label]
    return text[: each.start] + each.text + text[each.end :]


@pytest.mark.parametrize(
    ("marked", "label", "expected"),
    [
        (f"<Campaign {CTCT}><‸</Campaign>", "Name", f"<Campaign {CTCT}><Name></Name></Campaign>"),
        (f"<Campaign {CTCT}><Na‸</Campaign>", "Name", f"<Campaign {CTCT}><Name></Name></Campaign>"),
        (f"<Campaign {CTCT}>‸</Campaign>", "Name", f"<Campaign {CTCT}><Name></Name></Campaign>"),
        (f"<Campaign {CTCT}><Name>a<‸", "Subject", f"<Campaign {CTCT}><Name>a<Subject></Subject>"),
        (f"<Campaign {CTCT}><Name>a</‸", "</Name>", f"<Campaign {CTCT}><Name>a</Name>"),
        (f"<Campaign {CTCT}><Name>a</N‸>", "</Name>", f"<Campaign {CTCT}><Name>a</Name>"),
        (
            '<c:Campaign xmlns:c="http://ws.constantcontact.com/ns/1.0/"><‸</c:Campaign>', "Name",
            '<c:Campaign xmlns:c="http://ws.constantcontact.com/ns/1.0/"><c:Name></c:Name></c:Campaign>',
        ),
        (
            '<entry xmlns="http://www.w3.org/2005/Atom"><content><‸</content></entry>', "ContactList",
            f'<entry xmlns="http://www.w3.org/2005/Atom"><content><ContactList {CTCT}><Name></Name>'
            "</ContactList></content></entry>",
        ),
        (
            f"<Campaign {CTCT}><FromEmail><Email ‸/></FromEmail></Campaign>", "id",
            f'<Campaign {CTCT}><FromEmail><Email id=""/></FromEmail></Campaign>',
        ),
        (
            f"<Campaign {CTCT}><ViewAsWebpage>n‸</ViewAsWebpage></Campaign>", "NO",
            f"<Campaign {CTCT}><ViewAsWebpage>NO</ViewAsWebpage></Campaign>",
        ),
        (f"<Campaign {CTCT}><Status>‸\n", "Draft", f"<Campaign {CTCT}><Status>Draft\n"),
        (
            '<entry xmlns="http://www.w3.org/2005/Atom"><content type="‸"/></entry>',
            "application/vnd.ctct+xml",
            '<entry xmlns="http://www.w3.org/2005/Atom"><content type="application/vnd.ctct+xml"/></entry>',
        ),
    ],
)  # fmt: skip
def test_what_is_taken_stands_where_it_belongs(marked: str, label: str, expected: str) -> None:
    assert accepted(marked, label) == expected


def test_what_is_there_is_not_proposed_and_what_is_required_comes_first() -> None:
    marked = f"<Campaign {CTCT}><Name>a</Name><‸<Subject>b</Subject></Campaign>"
    found = proposals(marked)
    assert list(found)[:2] == ["FromName", "FromEmail"]
    assert not {"Name", "Subject"} & found.keys()
    assert found["FromName"].detail == "required"


def test_a_missing_element_is_completed_in_the_founding_campaign() -> None:
    marked = CAMPAIGN.replace("<OrganizationCountry>", "<Organ‸\n<OrganizationCountry>")
    assert next(iter(proposals(marked))) == "OrganizationState"
    text = accepted(marked, "OrganizationState")
    states = proposals(text.replace("<OrganizationState>", "<OrganizationState>‸"))
    assert states["TX"].detail == "Texas"
    whole = text.replace("<OrganizationState>", "<OrganizationState>TX")
    assert "CT407" not in {each.code for each in lint(read(whole.encode()))}


@pytest.mark.parametrize(
    ("country", "there", "absent"),
    [
        ("<OrganizationCountry>us</OrganizationCountry>", "MA", "ON"),
        ("<OrganizationCountry>ca</OrganizationCountry>", "ON", "MA"),
        ("<OrganizationCountry>gb</OrganizationCountry>", "MA", "no such"),
        ("", "ON", "no such"),
    ],
)
def test_states_are_proposed_that_are_in_the_country(country: str, there: str, absent: str) -> None:
    found = proposals(
        f"<Campaign {CTCT}><OrganizationState>‸</OrganizationState>{country}</Campaign>"
    )
    assert there in found
    assert absent not in found


def test_states_of_a_contact_are_proposed_that_are_in_its_country() -> None:
    country = "<CountryCode>ca</CountryCode>"
    found = proposals(f"<Contact {CTCT}><StateCode>‸</StateCode>{country}</Contact>")
    assert "ON" in found
    assert "MA" not in found


def test_snippets_have_stops_and_choices() -> None:
    marked = f"<Campaign {CTCT}>\n  <‸\n</Campaign>"
    found = proposals(marked, snippets=True)
    assert found["EmailContentFormat"].text == (
        "<EmailContentFormat>${1|HTML,XHTML|}</EmailContentFormat>"
    )
    entry = proposals("<‸", snippets=True)["entry"]
    assert "$1" in entry.text
    assert "\n  <content" in entry.text


@pytest.mark.parametrize(
    "marked",
    [
        "<!-- <‸ -->",
        f"<Campaign {CTCT}><EmailContent><![CDATA[<‸]]></EmailContent></Campaign>",
        f"<Campaign {CTCT}><EmailContent><p><‸</p></EmailContent></Campaign>",
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><‸</project>',
        f"<Campaign {CTCT}><Name>a<‸</Name></Campaign>".replace("<Name>", "<Nonsense>"),
        "plain text ‸",
    ],
)
def test_where_nothing_of_v1_may_stand_nothing_is_proposed(marked: str) -> None:
    assert proposals(marked) == {}


@settings(max_examples=40)
@given(st.data())
def test_every_element_that_is_taken_leaves_the_document_readable(data: st.DataObject) -> None:
    """Between any two children of the campaign, any proposal, with what it cannot be without."""
    starts = [each.start() for each in re.finditer(r"(?<=\n)      <[A-Z]", CAMPAIGN)]
    at = data.draw(st.sampled_from(starts[1:]))
    found = document_proposals(f"{CAMPAIGN[:at]}<{CAMPAIGN[at:]}", at + 1, snippets=False)
    assert found
    each = data.draw(st.sampled_from(found))
    text = f"{CAMPAIGN[:at]}<{CAMPAIGN[at:]}"
    etree.fromstring((text[: each.start] + each.text + text[each.end :]).encode())


@settings(max_examples=60)
@given(st.data())
def test_any_part_of_a_text_is_taken(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(CAMPAIGN)))
    length = data.draw(st.integers(0, 60))
    text = (
        CAMPAIGN[:start]
        + data.draw(st.text("<>/\"'= !-aN\n", max_size=6))
        + CAMPAIGN[start + length :]
    )
    at = min(len(text), start + data.draw(st.integers(0, 8)))
    for each in document_proposals(text, at, snippets=True):
        assert 0 <= each.start <= at <= each.end <= len(text)
