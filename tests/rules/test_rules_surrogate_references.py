"""CT506, and CT504: an emoji as references to the two halves of a surrogate pair."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import Document, convert, fix, lint, read

PAIRS = ["&#55357;&#56842;", "&#xD83D;&#xDE0A;", "&#55357;&#xde0a;"]


def with_content(inside: str) -> bytes:
    html = f"<EmailContent>{inside}</EmailContent>"
    found = re.sub("(?s)<EmailContent>.*</EmailContent>", lambda _: html, CAMPAIGN)
    return found.encode()


def codes(document: Document) -> list[str]:
    return [each.code for each in lint(document)]


def encoded(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@pytest.mark.parametrize("pair", PAIRS)
def test_a_pair_in_content_becomes_one_reference(pair: str) -> None:
    html = "<html><body>Hi {} and {}, \N{LATIN SMALL LETTER E WITH ACUTE}</body></html>"
    for form in (encoded, "<![CDATA[{}]]>".format):
        data = with_content(form(html.format(pair, pair)))
        assert codes(read(data)) == ["CT506"]
        fixed, _ = fix(read(data))
        assert fixed == with_content(form(html.format("&#128522;", "&#128522;")))
        assert codes(read(fixed)) == []
        (payload,) = convert(read(fixed))
        assert "Hi &#128522; and" in str(payload.body["email_content"])


@pytest.mark.parametrize("half", ["&#55357;", "&#56842;", "&#56842;&#55357;", "&#55357; &#56842;"])
def test_half_a_pair_is_reported_and_left(half: str) -> None:
    data = with_content(encoded(f"<html><body>Hi {half}</body></html>"))
    assert codes(read(data)) == ["CT506"]
    assert fix(read(data))[0] == data


@pytest.mark.parametrize("right", ["&#55295;", "&#57344;", "&#xE000;", "&#128522;", "&amp;#55357;"])
def test_other_references_are_right(right: str) -> None:
    assert codes(read(with_content(encoded(f"<html><body>Hi {right}</body></html>")))) == []


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("name", ["Subject", "Name", "EmailTextContent"])
def test_a_pair_in_a_text_becomes_its_character(pair: str, name: str) -> None:
    before = encoded("<Text>Hi ") if name == "EmailTextContent" else "Hi "
    after = encoded("</Text>") if name == "EmailTextContent" else ""

    def data(text: str) -> bytes:
        markup = f"<{name}>{before}{text}{after}</{name}>"
        return re.sub(f"(?s)<{name}>.*?</{name}>", lambda _: markup, CAMPAIGN, count=1).encode()

    assert codes(read(data(encoded(pair)))) == ["CT504"]
    fixed, _ = fix(read(data(encoded(pair))), unsafe=True)
    assert fixed == data("\N{SMILING FACE WITH SMILING EYES}")
