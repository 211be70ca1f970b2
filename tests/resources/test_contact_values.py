"""Values of contacts, as people and spreadsheets write them: one diagnostic each, with the best fix
that does no harm."""

from __future__ import annotations

import pytest
from contact_documents import ADDRESS, BY_OWNER, LISTS, contact, with_child

from ctct_migrate import Severity, Shape, convert, fix, lint, read

NO_FIX = ""

ADDRESSES = [
    # as written, code, what the fix writes, whether it is safe
    ("Rita Reader &lt;rita@example.com&gt;", "CT331", "rita@example.com", True),
    ("&lt;rita@example.com&gt;", "CT331", "rita@example.com", True),
    ("mailto:rita@example.com", "CT331", "rita@example.com", True),
    ("MAILTO: rita@example.com", "CT331", "rita@example.com", True),
    ("rita@example.com, ben@example.com", "CT331", NO_FIX, False),
    ("rita@example.com;ben@example.com", "CT331", NO_FIX, False),
    ("rita news@example.com", "CT331", "rita+news@example.com", False),
    ("rita at example.com", "CT331", "rita@example.com", False),
    ("rita", "CT331", NO_FIX, False),
    ("rita@", "CT331", NO_FIX, False),
    ("a@b.c", "CT331", NO_FIX, False),
    (f"{'r' * 69}@example.com", "CT331", NO_FIX, False),
    ("rita@localhost", "CT703", NO_FIX, False),
    ("rita@bücher.example", "CT344", "rita@xn--bcher-kva.example", True),
    ("rita@straße.example", "CT344", NO_FIX, False),
]


@pytest.mark.parametrize(("written", "code", "right", "safe"), ADDRESSES)
def test_an_address_that_is_not_one_alone(written: str, code: str, right: str, safe: bool) -> None:
    document = contact(f"<EmailAddress>{written}</EmailAddress>", BY_OWNER, LISTS)
    (found,) = lint(document)
    assert found.code == code
    assert [each.edits[0].text for each in found.fixes] == ([right] if right else [])
    if right:
        assert (found.fixes[0].safety == "safe") is safe
        fixed, _ = fix(document, unsafe=not safe)
        assert lint(read(fixed)) == []


@pytest.mark.parametrize(
    "written",
    ["rita+news@example.com", " rita@example.com ", f"{'r' * 64}@ab.example.co", "a@b.co"],
)
def test_an_address_that_is_one(written: str) -> None:
    (made,) = convert(contact(f"<EmailAddress>{written}</EmailAddress>", BY_OWNER, LISTS))
    assert made.body["email_addresses"] == [{"email_address": written.strip()}]


@pytest.mark.parametrize(
    ("children", "code", "right", "converts"),
    [
        ("<StateCode>ma</StateCode>", "CT333", "MA", True),
        ("<StateCode>Massachusetts</StateCode>", "CT333", "MA", True),
        ("<StateCode>ontario</StateCode>", "CT333", "ON", True),
        ("<StateCode>Kent</StateCode>", "CT333", NO_FIX, False),
        ("<CountryCode>United States</CountryCode>", "CT334", "us", True),
        ("<CountryCode>USA</CountryCode>", "CT334", "us", True),
        ("<CountryCode>zz</CountryCode>", "CT334", NO_FIX, False),
        ("<StateCode>MA</StateCode><StateName>Maine</StateName>", "CT341", "Massachusetts", True),
        ("<CountryName>Utopia</CountryName>", "CT342", NO_FIX, True),
        ("<CountryCode>us</CountryCode><CountryName>Canada</CountryName>", "CT342", NO_FIX, True),
        ("<HomePhone>4.13555E+09</HomePhone>", "CT343", NO_FIX, True),
        ("<WorkPhone>5e+9</WorkPhone>", "CT343", NO_FIX, True),
        ("<EmailType>html</EmailType>", "CT345", "HTML", True),
        ("<EmailType>Multipart</EmailType>", "CT345", NO_FIX, True),
        ("<Confirmed>True</Confirmed>", "CT300", "true", True),
    ],
)
def test_a_value_that_is_odd(children: str, code: str, right: str, converts: bool) -> None:
    document = with_child(children)
    (found,) = lint(document)
    assert found.code == code
    assert [each.edits[0].text for each in found.fixes] == ([right] if right else [])
    made = convert(document)
    assert len(made) == converts
    assert made.ok is converts


def test_a_region_abroad_is_moved_where_the_country_says_so() -> None:
    document = with_child("<StateCode>Kent</StateCode>", "<CountryCode>gb</CountryCode>")
    fixed, _ = fix(document)
    assert b"<StateName>Kent</StateName>" in fixed
    (made,) = convert(read(fixed))
    assert made.body["addresses"][0] == {
        "state": "Kent", "country_code": "GB", "address_type": "PERSONAL",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("children", "address"),
    [
        ("<StateCode>MA</StateCode><StateName>Massachusetts</StateName>", {"state_code": "MA"}),
        ("<StateCode>MA</StateCode><StateName>MA</StateName>", {"state_code": "MA"}),
        ("<StateName>Massachusetts</StateName>", {"state": "Massachusetts"}),
        ("<CountryName>Germany</CountryName>", {"country_code": "DE"}),
        ("<CountryCode>de</CountryCode><CountryName>Germany</CountryName>", {"country_code": "DE"}),
        ("<CountryCode>DE</CountryCode>", {"country_code": "DE"}),
    ],
)
def test_states_and_countries_by_code_and_by_name(children: str, address: dict[str, str]) -> None:
    document = with_child(children)
    assert lint(document) == []
    (made,) = convert(document)
    assert made.body["addresses"] == [{**address, "address_type": "PERSONAL"}]


@pytest.mark.parametrize(
    "name", ["CustomField0", "CustomField16", "CustomField100", "Addr4", "Addr10"]
)
def test_a_number_that_there_is_not_is_not_taken_for_another(name: str) -> None:
    document = with_child(f"<{name}>x</{name}>")
    (found,) = lint(document)
    assert found.code == "CT301"
    assert found.fixes == ()


@pytest.mark.parametrize("name", ["customfield3", "Custom_Field_3", "CustomField03"])
def test_a_number_that_is_written_in_another_way_is_read(name: str) -> None:
    (found,) = lint(with_child(f"<{name}>x</{name}>"))
    assert found.code == "CT302"
    assert found.fixes[0].title == "Rename it to `CustomField3`"


LONG = [
    ("FirstName", 50), ("LastName", 50), ("CompanyName", 50), ("HomePhone", 50), ("Addr1", 50),
    ("City", 50), ("PostalCode", 25), ("SubPostalCode", 25), ("Note", 500), ("CustomField15", 50),
]  # fmt: skip


@pytest.mark.parametrize(("name", "most"), LONG)
def test_a_long_text_is_a_warning_until_a_body_is_asked_for(name: str, most: int) -> None:
    right = with_child(f"<{name}>{'x' * most}</{name}>")
    assert lint(right) == []
    document = with_child(f"<{name}>{'x' * (most + 1)}</{name}>")
    (found,) = lint(document)
    assert (found.code, found.severity) == ("CT701", Severity.WARNING)
    (found,) = lint(document, Shape.CREATE)
    assert (found.code, found.severity) == ("CT701", Severity.ERROR)
    assert len(convert(document)) == 0


@pytest.mark.parametrize("text", ["Customer document", " Customer document\n"])
def test_the_text_that_clients_left_in_the_payload_is_harmless(text: str) -> None:
    document = contact(text, ADDRESS, BY_OWNER, LISTS)
    (found,) = lint(document)
    assert (found.code, found.severity) == ("CT306", Severity.WARNING)
    assert len(convert(document)) == 1
    fixed, _ = fix(document)
    assert lint(read(fixed)) == []


def test_other_text_is_not() -> None:
    (found,) = lint(contact("Rita", ADDRESS, BY_OWNER, LISTS))
    assert (found.code, found.severity) == ("CT306", Severity.ERROR)
