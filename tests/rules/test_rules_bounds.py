"""Documents made of nothing but mistakes: all are answered, none for ever, and fixed whole or not."""

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import convert, fix, lint, read
from ctct_migrate.reader import bounds


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
