"""Documents that once ended in an internal error, and others of their kinds: each gets its
diagnostics, and is converted or refused."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of

from ctct_migrate import convert, fix, lint, read

#: References to what is not a character of XML, or what HTML reads as nothing.
REFERENCES = [
    "&#11;", "&#x1F;", "&#127;", "&#xFFFF;", "&#xFFFE;", "&#0;", "&#00;", "&#x0B;", "&#xD800;",
    "&#xDFFF;", "&#x110000;", "&#65535;", "&#x81;", "&#129;", "&#13;", "&#xFDD0;",
]  # fmt: skip


def _codes(text: str | bytes) -> list[str]:
    """The codes of a document, which is linted, fixed and converted in every shape."""
    data = text.encode() if isinstance(text, str) else text
    fix(read(data), unsafe=True)
    for shape in ("create", "update", "record"):
        convert(read(data), shape)
    return [each.code for each in lint(read(data))]


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("amp", ["&", "&amp;", "&amp;amp;"], ids=["once", "twice", "thrice"])
@pytest.mark.parametrize("name", ["Subject", "GreetingString", "EmailTextContent", "FromEmail"])
def test_a_reference_to_no_character(reference: str, amp: str, name: str) -> None:
    written = reference.replace("&", amp)
    text = CAMPAIGN.replace(f"<{name}>", f"<{name}>a{written}b", 1)
    found = _codes(text)
    if (
        amp == "&"
        and name == "Subject"
        and reference not in ("&#127;", "&#x81;", "&#129;", "&#13;", "&#xFDD0;")
    ):
        assert found.count("CT111") == 1
    if amp == "&amp;" and name == "Subject" and reference != "&#0;":
        assert found == ["CT504"]


def test_a_text_encoded_twice_loses_what_is_no_character() -> None:
    data = document_of("<Subject>a&amp;#11;b &amp;amp; c&amp;#xFFFF;</Subject>")
    fixed, _ = fix(read(data), unsafe=True)
    assert b"<Subject>ab &amp; c</Subject>" in fixed


@pytest.mark.parametrize("hyphens", ["--", "---", "----", "-----", "------- - -- -"])
@pytest.mark.parametrize("place", ["EmailContent", "Subject", "ContactLists"])
def test_a_comment_with_many_hyphens(hyphens: str, place: str) -> None:
    text = CAMPAIGN.replace(f"<{place}>", f"<{place}><!--{hyphens} banner {hyphens}-->", 1)
    assert "CT117" in _codes(text)


@pytest.mark.parametrize(
    ("start", "end"),
    [("feeds", "feedz"), ("ns:Campain", "Campagin"), ("entri", "entrys"), ("feeds", "ns:fed")],
)
def test_a_root_misspelt_in_two_ways(start: str, end: str) -> None:
    text = f'<{start} xmlns="http://www.w3.org/2005/Atom">\n</{end}>'
    assert _codes(text)
    assert lint(read(text.encode()))[0].span.start.line == 1


@pytest.mark.parametrize(
    "text", ["\f", "\v\f", "\x1c", "\x85", "\xa0", "\u2028\n", " \f\n\f ", "\x00\f", "\u3000"]
)
def test_nothing_but_white_space(text: str) -> None:
    (found,) = lint(read(text.encode()))
    assert found.code == "CT001"
    assert _codes(text) == ["CT001"]


DATES = [
    "10046013012-04-30T14:02:14Z", "2010-04-30T14:02:14+99999999999:00", "9" * 5000,
    "2010-04-30T99999999999:02:14Z", "2010-04-30T14:02:14." + "1" * 5000 + "Z",
    "2010-04-30T14:02:" + "9" * 5000 + "Z", "9999-12-31T23:59:60Z", "0001-01-01T00:00:00+14:00",
    "-10046013012-04-30T14:02:14Z", "2010-" + "0" * 5000 + "4-30T14:02:14Z", "9999-12-31T24:00:00",
    f"{'9' * 5000}/1/2010", "99999999999", "0000-00-00T00:00:00Z", "2010-04-30T14:02:14+14:00" * 99,
]  # fmt: skip


@pytest.mark.parametrize("date", DATES, ids=lambda date: date[:40])
@pytest.mark.parametrize("name", ["Date", "updated", "ScheduledTime"])
def test_a_date_of_many_digits(date: str, name: str) -> None:
    text = SCHEDULE if name == "ScheduledTime" else CAMPAIGN
    start, end = text.index(f"<{name}>") + len(name) + 2, text.index(f"</{name}>")
    found = _codes(text[:start] + date + text[end:])
    assert found or date.startswith(("2010-04-30T14:02:14.", "0001"))


@pytest.mark.parametrize("zeros", [10, 4299, 4300, 50_000])
@pytest.mark.parametrize("end", ["38;", "x26;", "9999999;", "0;"])
def test_a_reference_of_many_digits(zeros: int, end: str) -> None:
    base = "x" if end[0] == "x" else ""
    reference = f"&#{base}{'0' * zeros}{end.lstrip('x')}"
    found = _codes(CAMPAIGN.replace("<Subject>", f"<Subject>{reference}"))
    assert found[:1] == ([] if end in ("38;", "x26;") else ["CT111"])


@pytest.mark.parametrize("name", ["Sent", "Opens", "Clicks"])
@pytest.mark.parametrize("digits", ["9" * 5000, "9" * 19, "1,000" * 2000])
def test_a_count_of_many_digits(name: str, digits: str) -> None:
    text = CAMPAIGN.replace("<Name>", f"<{name}>{digits}</{name}><Name>", 1)
    assert _codes(text)


@pytest.mark.parametrize("space", ["\u00a0", "\u200b", "&#160;"])
@pytest.mark.parametrize("prefix", ["c", "atom"])
def test_text_between_elements_of_a_prefixed_payload(space: str, prefix: str) -> None:
    text = CAMPAIGN.replace("<Subject>", f"{space}<Subject>", 1)
    text = text.replace("<ContactLists>", f"<ContactLists>{space}", 1)
    first, _, rest = text.partition("<Campaign xmlns=")
    names = "Campaign|Name|Status|Subject|ContactLists|ContactList|FromName"
    for name in names.split("|"):
        rest = rest.replace(f"<{name}>", f"<{prefix}:{name}>").replace(
            f"</{name}>", f"</{prefix}:{name}>"
        )
    _codes(f"{first}<{prefix}:Campaign xmlns:{prefix}={rest}")
