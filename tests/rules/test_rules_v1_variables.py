"""CT805, CT504 and CT505: v1's variables, and texts that are encoded once too often."""

from __future__ import annotations

import pytest
from example_documents import document_of
from rule_cases import guilty

from ctct_migrate import Severity, convert, fix, lint, read

PHP = """
<OrganizationName>$ACCOUNT.ORGANIZATIONNAME</OrganizationName>
<OrganizationAddress1>$ACCOUNT.ADDRESS_LINE_1</OrganizationAddress1>
<OrganizationAddress2>$ACCOUNT.ADDRESS_LINE_2</OrganizationAddress2>
<OrganizationAddress3>$ACCOUNT.ADDRESS_LINE_3</OrganizationAddress3>
<OrganizationCity/>
<OrganizationState/>
<OrganizationCountry/>
<OrganizationPostalCode/>
"""

VARIABLES = {
    "as the PHP library wrote it": PHP,
    "the name alone": "<OrganizationName>$ACCOUNT.ORGANIZATIONNAME</OrganizationName>",
    "a state and a country": (
        "<OrganizationState>$ACCOUNT.STATE</OrganizationState>\n"
        "<OrganizationCountry>$ACCOUNT.COUNTRY</OrganizationCountry>"
    ),
    "the second line alone": (
        "<OrganizationAddress2>c/o $ACCOUNT.ADDRESS_LINE_2</OrganizationAddress2>"
    ),
    "in small letters": "<OrganizationCity>$account.city</OrganizationCity>",
}


@pytest.mark.parametrize("markup", VARIABLES.values(), ids=VARIABLES)
@pytest.mark.parametrize("shape", ["create", "update", "record"])
def test_the_footer_is_left_to_the_account(markup: str, shape: str) -> None:
    data = document_of(markup)
    (found,) = lint(read(data), shape)
    assert (found.code, found.severity) == ("CT805", Severity.WARNING)
    assert len(found.labels) == markup.upper().count("$ACCOUNT.") - 1
    (payload,) = convert(read(data), shape)
    assert "message_footer" not in payload.body
    assert "$ACCOUNT" not in str(payload.body).upper()
    assert any("left to the account" in drop.reason for drop in payload.dropped)
    assert {each.reason for each in payload.accounting}.isdisjoint({"no row of the table knows it"})


@pytest.mark.parametrize("name", ["Joe's $1 Flowers", "ACCOUNT.NAME", "$ACCOUNTANT"])
def test_other_names_are_names(name: str) -> None:
    data = document_of(f"<OrganizationName>{name}</OrganizationName>")
    assert lint(read(data)) == []
    assert convert(read(data))[0].body["message_footer"]["organization_name"] == name


TEXTS = {
    "encoded": "&lt;Text&gt;Tom &amp;amp; Jerry?a=1&amp;amp;b=2&lt;/Text&gt;",
    "an element": "<Text>Tom &amp;amp; Jerry?a=1&amp;amp;b=2</Text>",
    "CDATA": "<![CDATA[<Text>Tom &amp; Jerry?a=1&amp;b=2</Text>]]>",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text_version_that_is_encoded_twice_is_told_once(text: str) -> None:
    data = document_of(f"<EmailTextContent>{text}</EmailTextContent>")
    (found,) = lint(read(data))
    assert (found.code, found.severity) == ("CT504", Severity.WARNING)
    fixed, _ = fix(read(data), unsafe=True)
    assert lint(read(fixed)) == []
    assert convert(read(fixed))[0].body["text_content"] == "Tom & Jerry?a=1&b=2"


def xhtml(content: str) -> bytes:
    """A campaign in XHTML with this content."""
    return document_of(
        f"<EmailContentFormat>XHTML</EmailContentFormat>\n<EmailContent>{content}</EmailContent>"
    )


REFERENCES = {
    "encoded": ("&lt;html&gt;&lt;body&gt;&amp;amp;#336; &amp;amp;#x150;&lt;/body&gt;&lt;/html&gt;", "&#336; &#x150;"),
    "CDATA": ("<![CDATA[<html><body>&amp;#336; &amp;#x150;</body></html>]]>", "&#336; &#x150;"),
    "child elements": ("<html><body>&amp;#336; &amp;#x150;</body></html>", "\u0150 \u0150"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "right"), REFERENCES.values(), ids=REFERENCES)
def test_references_encoded_twice_in_xhtml_are_told_once_with_a_safe_fix(
    content: str, right: str
) -> None:
    data = xhtml(content)
    (found,) = lint(read(data))
    assert (found.code, found.severity) == ("CT505", Severity.WARNING)
    assert "336" in guilty(data, found)
    fixed, _ = fix(read(data))
    assert lint(read(fixed)) == []
    assert right in str(convert(read(fixed))[0].body["email_content"])


def test_references_that_are_encoded_once_are_right() -> None:
    assert (
        lint(
            read(xhtml("&lt;html&gt;&lt;body&gt;&amp;#336; &amp;amp; b&lt;/body&gt;&lt;/html&gt;"))
        )
        == []
    )
    html = "<EmailContent>&lt;html&gt;&lt;body&gt;&amp;amp;#336;&lt;/body&gt;&lt;/html&gt;</EmailContent>"
    assert lint(read(document_of(html))) == []  # in HTML the characters themselves may be meant
