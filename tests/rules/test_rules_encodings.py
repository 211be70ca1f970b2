"""Encodings that are not the declared one, characters by numbers of another, texts encoded twice."""

from __future__ import annotations

import pytest
from example_documents import CAMPAIGN
from rule_cases import applied

from ctct_migrate import lint, read
from ctct_migrate.rules.fast.suspects import country_of_state, has_suspect_bytes, real_encoding
from ctct_migrate.source import Source


def document(subject: str, declared: str, encoding: str) -> bytes:
    text = CAMPAIGN.replace("UTF-8", declared, 1)
    return text.replace("<Subject>Spring sale", f"<Subject>{subject}").encode(encoding)


@pytest.mark.parametrize(
    ("subject", "declared", "encoding", "real"),
    [
        ("Café", "ISO-8859-1", "utf-8", "UTF-8"),
        ("Café", "iso-8859-15", "utf-8", "UTF-8"),
        ("It’s", "windows-1252", "utf-8", "UTF-8"),
        ("📚", "ISO-8859-1", "utf-8", "UTF-8"),
        ("Café", "US-ASCII", "utf-8", "UTF-8"),
        ("It’s", "ISO-8859-1", "cp1252", "windows-1252"),
        ("Café", "ISO-8859-1", "cp1252", None),
        ("«Café» É»", "ISO-8859-1", "latin-1", None),
        ("It’s", "windows-1252", "cp1252", None),
        ("Café", "UTF-8", "utf-8", None),
        ("Spring", "ISO-8859-1", "utf-8", None),
        ("Café", "UTF-16", "utf-16", None),
    ],
)
def test_the_real_encoding_is_told_and_declared(
    subject: str, declared: str, encoding: str, real: str | None
) -> None:
    data = document(subject, declared, encoding)
    source = Source("a.xml", data)
    assert real_encoding(source) == real
    said = lint(read(data))
    if real is None:
        assert said == []
        assert not has_suspect_bytes(source)
        return
    assert [each.code for each in said] == ["CT009"]
    mended = applied(data, said[0].fixes[0])
    assert mended == document(subject, real, encoding)
    assert lint(read(mended)) == []


@pytest.mark.parametrize(
    ("subject", "guilty", "fixed"),
    [
        ("Joe&#146;s", "&#146;", "Joe&#8217;s"),
        ("Joe&#x92;s", "&#x92;", "Joe&#8217;s"),
        ("&#0150;", "&#0150;", "&#8211;"),
        ("Joe\x92s &#147;x&#148;", "\x92", "Joe’s &#8220;x&#8221;"),
        ("<![CDATA[Joe\x92s]]>", "\x92", "<![CDATA[Joe’s]]>"),
        ("a &#129; b", "&#129;", None),
    ],
)
def test_characters_of_windows_are_one_warning(
    subject: str, guilty: str, fixed: str | None
) -> None:
    data = document(subject, "UTF-8", "utf-8")
    (said,) = lint(read(data))
    assert (said.code, said.severity) == ("CT015", "warning")
    assert data[said.span.start.offset : said.span.end.offset].decode() == guilty
    if fixed is None:
        assert said.fixes == ()
    else:
        assert applied(data, said.fixes[0]) == document(fixed, "UTF-8", "utf-8")


@pytest.mark.parametrize(
    "subject",
    [
        "x</Subject><StyleSheet><![CDATA[&#146;]]></StyleSheet><Subject>x",
        "Joe<!-- &#146; -->s",
        "&#160; &#127; &#1460;",
        "Café",
    ],
)
def test_what_is_no_such_character_is_not_told(subject: str) -> None:
    text = document(subject, "UTF-8", "utf-8").decode()
    if "StyleSheet" in subject:
        text = text.replace("<StyleSheet></StyleSheet>", "").replace("<Subject>x</Subject>", "", 1)
    assert lint(read(text.encode())) == []


def test_each_entry_of_a_feed_has_its_own() -> None:
    entry = document("Joe&#146;s &#146;", "UTF-8", "utf-8").decode().partition("\n")[2]
    head = '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x</id><title/><updated>2010-09-28T05:22:42Z</updated>'
    said = lint(read(f"{head}{entry}{entry}</feed>".encode()))
    assert [(each.code, each.entry) for each in said] == [("CT015", 0), ("CT015", 1)]


@pytest.mark.parametrize(
    ("subject", "guilty", "fixed"),
    [
        ("Salt &amp;amp; pepper", "&amp;amp;", "Salt &amp; pepper"),
        ("1 &amp;lt; 2 &amp;#38; 3", "&amp;lt;", "1 &lt; 2 &amp; 3"),
        ("<![CDATA[Joe&#8217;s]]>", "&#8217;", "<![CDATA[Joe’s]]>"),
        ("Joe<!-- x -->&amp;apos;s", "&amp;apos;", "Joe<!-- x -->'s"),
    ],
)
def test_a_text_that_is_encoded_twice(subject: str, guilty: str, fixed: str) -> None:
    data = document(subject, "UTF-8", "utf-8")
    (said,) = lint(read(data))
    assert (said.code, said.severity, said.fixes[0].safety) == ("CT504", "warning", "unsafe")
    assert data[said.span.start.offset : said.span.end.offset].decode() == guilty
    assert applied(data, said.fixes[0]) == document(fixed, "UTF-8", "utf-8")
    assert lint(read(applied(data, said.fixes[0]))) == []


@pytest.mark.parametrize("subject", ["AT&amp;T; R&amp;D", "&amp;c.", "&amp;amp", "a &amp; b; c"])
def test_an_ampersand_that_is_meant(subject: str) -> None:
    assert lint(read(document(subject, "UTF-8", "utf-8"))) == []


@pytest.mark.parametrize(
    ("state", "country", "home"),
    [
        ("ON", "us", "CA"),
        ("Ontario", "USA", "CA"),
        ("MA", "ca", "US"),
        ("CA", "us", None),
        ("ON", "ca", None),
        ("MA", "gb", None),
        ("MA", "", None),
        ("", "ca", None),
        ("Kent", "us", None),
    ],
)
def test_a_state_and_its_country(state: str, country: str, home: str | None) -> None:
    assert country_of_state(state, country) == home
