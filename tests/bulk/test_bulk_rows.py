"""Rows of bulk requests, made of bodies that create contacts."""

from ctct_migrate.bulk.bulk_rows import row_of, without
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import address_key

V2 = TARGETS["v2"]
ADD, REMOVE = V2.bulk["addcontacts"], V2.bulk["removefromlists"]

WHOLE = {
    "email_addresses": [{"email_address": "Ines.Moreau@example.org"}],
    "first_name": "Inès",
    "middle_name": "M.",
    "last_name": "Moreau",
    "job_title": "Baker",
    "company_name": "Four & Fils",
    "home_phone": "555-0101",
    "work_phone": "555-0102",
    "addresses": [
        {
            "line1": "1 Mill Lane",
            "city": "Troy",
            "address_type": "PERSONAL",
            "state_code": "NY",
            "state": "New York",
            "country_code": "US",
            "postal_code": "12180",
            "sub_postal_code": "1234",
        }
    ],
    "notes": [{"note": "prefers mornings"}],
    "custom_fields": [
        {"name": "CustomField2", "value": "rye"},
        {"name": "CustomField15", "value": "no"},
    ],
    "lists": [{"id": "12"}, {"id": "7"}, {"id": "12"}],
}


def names(row):
    return [ADD.columns[index].name for index in sorted(row.columns)]


def test_every_property_has_its_place_in_a_row():
    row = row_of(ADD, WHOLE)
    assert row.values == {
        "email_addresses": ["Ines.Moreau@example.org"],
        "first_name": "Inès",
        "last_name": "Moreau",
        "job_title": "Baker",
        "company_name": "Four & Fils",
        "work_phone": "555-0102",
        "home_phone": "555-0101",
        "addresses": [
            {
                "line1": "1 Mill Lane",
                "city": "Troy",
                "state_code": "NY",
                "country_code": "US",
                "postal_code": "12180",
                "address_type": "PERSONAL",
            }
        ],
        "custom_fields": [
            {"name": "custom_field_2", "value": "rye"},
            {"name": "custom_field_15", "value": "no"},
        ],
    }
    assert row.lists == ("7", "12")
    assert names(row) == [
        "EMAIL", "FIRST NAME", "LAST NAME", "JOB TITLE", "COMPANY NAME", "WORK PHONE", "HOME PHONE", "ADDRESS LINE 1",
        "CITY", "STATE", "COUNTRY", "ZIP/POSTAL CODE", "CUSTOM FIELD 2", "CUSTOM FIELD 15",
    ]  # fmt: skip


def test_what_an_import_has_no_place_for_is_named():
    assert row_of(ADD, WHOLE).left_out == (
        "/middle_name",
        "/addresses/0/sub_postal_code",
        "/notes/0/note",
    )


def test_a_row_keeps_the_contract():
    body = {
        "import_data": [row_of(ADD, WHOLE).values],
        "lists": ["7"],
        "column_names": names(row_of(ADD, WHOLE)),
    }
    assert V2.contract.violations("addcontacts", "create", body) == ()


def test_a_state_in_words_stands_where_the_code_would():
    contact = {**WHOLE, "addresses": [{"address_type": "PERSONAL", "state": "Bavaria"}]}
    row = row_of(ADD, contact)
    assert row.values["addresses"] == [{"state_code": "Bavaria", "address_type": "PERSONAL"}]
    assert "STATE" in names(row)


def test_a_kind_of_address_alone_makes_no_address():
    contact = {
        **WHOLE,
        "addresses": [{"address_type": "PERSONAL", "sub_postal_code": "1"}],
    }
    assert "addresses" not in row_of(ADD, contact).values


def test_a_removal_has_addresses_alone():
    row = row_of(REMOVE, WHOLE)
    assert row.values == {"email_addresses": ["Ines.Moreau@example.org"]}


def test_the_key_of_an_address_knows_no_letter_case_and_no_blanks():
    assert address_key(" Ada@Example.ORG ") == address_key("ada@example.org")
    assert address_key("ada@example.org") != address_key("a.da@example.org")


def test_what_is_left_of_a_body_without_some_places():
    body = {
        "notes": [{"note": "x"}],
        "middle_name": "M",
        "addresses": [{"city": "Hull", "sub_postal_code": "1"}],
        "lists": [{"id": "1"}],
    }
    gone = ("/notes/0/note", "/middle_name", "/addresses/0/sub_postal_code")
    assert without(body, gone) == {"addresses": [{"city": "Hull"}], "lists": [{"id": "1"}]}
    assert without({"middle_name": "M"}, gone) == {}
