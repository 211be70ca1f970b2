"""Documents made of nothing but mistakes: all are answered, none for ever, and fixed whole or not."""

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import convert, fix, lint, read
from ctct_migrate.reader import bounds
from ctct_migrate.resources import NAMES
from ctct_migrate.rules import linting
from ctct_migrate.v1.lexicon import lexicon


def test_thousands_of_one_breakage_are_fixed_at_once() -> None:
    broken = CAMPAIGN.replace("<Name>", "<Name>" + "a & b < c " * 500).encode()
    found = lint(read(broken))
    assert len(found) <= 102  # the first 50 of each kind
    fixed, _applied = fix(read(broken))
    assert fixed.count(b"a &amp; b &lt; c ") == 500
    assert read(fixed).root is not None
    assert fix(read(fixed))[0] == fixed


@pytest.mark.parametrize("word", ["& ", "< ", "<", "&"])
def test_of_countless_breakages_none_is_fixed(word: str) -> None:
    broken = CAMPAIGN.replace("<Name>", "<Name>" + word * (bounds.BREAKAGES + 100)).encode()
    found = lint(read(broken))
    assert any("are not listed" in each for diagnostic in found for each in diagnostic.help)
    assert fix(read(broken)) == (broken, ())


@pytest.mark.parametrize("inner", ["<b/>", "<b>a</b>", "</b>", "<Abc/>"])
def test_what_is_not_read_whole_is_not_converted(inner: str) -> None:
    count = bounds.elements(200_000) + 20_000
    data = CAMPAIGN.replace("</Campaign>", inner * count + "</Campaign>").encode()
    conversion = convert(read(data))
    assert not conversion
    assert not conversion.ok


def test_too_many_elements_are_an_error_of_their_own() -> None:
    data = CAMPAIGN.replace(
        "</Campaign>", "<b/>" * bounds.elements(200_000) + "</Campaign>"
    ).encode()
    assert "CT010" in {diagnostic.code for diagnostic in lint(read(data))}


def test_more_codes_to_ignore_than_are_looked_at() -> None:
    comment = "<!-- ctct-migrate: ignore " + "CT31O, " * 2000 + "-->"
    found = lint(read(CAMPAIGN.replace("<Campaign", f"{comment}<Campaign").encode()))
    assert 0 < len(found) <= 1_010
    assert any("more than 1000 codes" in diagnostic.message for diagnostic in found)


FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:a="http://www.w3.org/2005/Atom" xmlns:b="urn:b">'
    "<id>http://api.constantcontact.com/ws/customers/joe/contacts</id><title>Contacts</title>{}</feed>"
)


@pytest.mark.parametrize("shape", [None, "update"])
@pytest.mark.parametrize(
    "entry",
    ["<entry/>", "<entry></entry>", "<entry>\n</entry>", "<entry><!-- a --></entry>", "<a:entry/>", "<x:entry/>",
     "<b:entry/>", "<Entry/>", '<entry a="b"/>', '<entry xmlns=""/>', "<entry>a</entry>", "<entry><id/></entry>",
     "<entry><b:c/></entry>", "<entry><a/></entry>", "<entry>&#160;</entry>", "<entry>&nbsp;</entry>", "<entry>\u00a0</entry>", "<entry/></b>", "<entry/>a & b"],
)  # fmt: skip
def test_empty_entries_of_what_is_not_read_whole_are_passed_over(
    entry: str, shape: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "_ELEMENTS", 60)
    monkeypatch.setattr(bounds, "_CHARACTERS", 1_000_000)
    data = FEED.format(entry * 100).encode()
    document = read(data)
    passed = lint(document, shape)
    assert document.cut
    assert "CT010" in {each.code for each in passed}
    monkeypatch.setattr(linting, "_is_empty", lambda entry: False)
    assert passed == lint(read(data), shape)


def test_an_empty_entry_of_what_is_read_whole_lacks_its_parts() -> None:
    found = lint(read(FEED.format("<entry/>" * 3).encode()))
    assert {each.entry for each in found if each.code == "CT203"} == {0, 1, 2}


def test_where_a_name_belongs_is_asked_once_for_a_feed() -> None:
    """Not once for each of its entries, of which there may be tens of thousands."""
    places = type(lexicon()).places
    places.cache_clear()
    found = lint(read(FEED.format("<entry><Abc/></entry>" * 60).encode()))
    assert sum(each.code == "CT301" for each in found) > 1
    assert places.cache_info().misses <= len(NAMES)
