"""CT374, CT375 and CT377: lists of a campaign that cannot be, or are twice; US postal codes."""

from __future__ import annotations

import re

import pytest
from example_documents import CAMPAIGN

from ctct_migrate import convert, fix, lint, read
from ctct_migrate.rules.linting import inspect

LIST = '<ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/{}"/>'


def with_lists(*numbers: str) -> bytes:
    inside = "\n".join(map(LIST.format, numbers))
    lists = f"<ContactLists>{inside}</ContactLists>"
    return re.sub("(?s)<ContactLists>.*</ContactLists>", lists, CAMPAIGN).encode()


def codes(data: bytes) -> list[str]:
    document = read(data)
    quick = [each.code for each in lint(document)]
    assert quick == [each.code for each in inspect(document, None)]
    return quick


@pytest.mark.parametrize("number", ["active", "do-not-mail", "removed"])
def test_no_campaign_goes_to_a_list_that_v1_made_itself(number: str) -> None:
    assert codes(with_lists("7", number)) == ["CT374"]
    assert codes(with_lists(number)) == ["CT374"]
    assert not list(convert(read(with_lists("7", number))))
    assert codes(fix(read(with_lists("7", number)), unsafe=True)[0]) == []


@pytest.mark.parametrize("numbers", [("7", "7"), ("7", "8", "7"), ("7", "7", "7", "8")])
def test_a_list_that_is_named_twice_is_sent_once(numbers: tuple[str, ...]) -> None:
    data = with_lists(*numbers)
    assert set(codes(data)) == {"CT375"}
    (payload,) = convert(read(data))
    expected = [{"id": number} for number in dict.fromkeys(numbers)]
    assert payload.body["sent_to_contact_lists"] == expected
    fixed = fix(read(data), unsafe=True)[0]
    assert codes(fixed) == []
    assert convert(read(fixed))[0].body == payload.body


def test_one_list_by_two_uris_is_the_same_list() -> None:
    data = (
        with_lists("7", "8").replace(b"lists/8", b"lists/7").replace(b"joe/lists", b"JOE/lists", 1)
    )
    assert codes(data) == ["CT375"]


def address(code: str, country: str = "us") -> bytes:
    text = re.sub("<OrganizationPostalCode>[^<]*", f"<OrganizationPostalCode>{code}", CAMPAIGN)
    text = re.sub("<OrganizationCountry>[^<]*", f"<OrganizationCountry>{country}", text)
    return text.encode()


@pytest.mark.parametrize(
    ("code", "meant"),
    [("2451", "02451"), ("2451.0", "02451"), ("501", "00501"), ("2451-1234", "02451-1234"),
     ("24511234", "02451-1234"), ("90210.0", "90210")],
)  # fmt: skip
def test_a_us_postal_code_that_was_a_number(code: str, meant: str) -> None:
    assert codes(address(code)) == ["CT377"]
    assert fix(read(address(code)))[0] == address(code)
    assert fix(read(address(code)), unsafe=True)[0] == address(meant)


@pytest.mark.parametrize("code", ["02451", "02451-1234", "024511234", "02451 1234", "", "n/a"])
def test_postal_codes_that_are_right_or_none(code: str) -> None:
    assert codes(address(code)) == []


def test_other_countries_have_other_postal_codes() -> None:
    text = address("2451", "dk").replace(
        b"<OrganizationState>", b"<OrganizationInternationalState>"
    )
    text = text.replace(b"</OrganizationState>", b"</OrganizationInternationalState>")
    assert "CT377" not in codes(text)
