"""Contacts for v3 on the command line: custom fields, requests about many, forms, `verify`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from test_cli_bulk import contact, feed, lines, member

Run = Callable[..., Any]

LONG = "a" * 39 + "@example.org"
BY_CONTACT = "<OptInSource>ACTION_BY_CONTACT</OptInSource>"


@pytest.fixture
def people(folder: Path) -> Path:
    by_contact = contact(3, "cid@example.org", "3").replace("_BY_CUSTOMER", "_BY_CONTACT")
    (folder / "a.xml").write_text(
        feed(
            contact(1, "ann@example.org", "3 12", "<HomePhone>(978) 555-0142</HomePhone>"),
            contact(2, "bea@example.org", "3", "<HomePhone>+49 30 1234567</HomePhone>"),
            by_contact,
            contact(4, "dan@example.org", "3", "<Status>Do Not Mail</Status>"),
            contact(5, "eve@example.org", "3", "<Status>Unconfirmed</Status>"),
            contact(6, LONG, "3", "<FirstName>Fay</FirstName>"),
            contact(7, "gus@example.org", "12 3", "<Note>prefers mornings</Note>"),
            contact(8, "hal@example.org", "3", "<CustomField2>rye</CustomField2>"),
            contact(
                9, "ida@example.org", "3", "<Addr1>1 Mill Lane</Addr1><Addr2>Flat 3</Addr2>",
                "<StateCode>NY</StateCode><CountryCode>us</CountryCode>",
            ),
        )
    )  # fmt: skip
    return folder


def test_whom_an_import_would_change_is_created_alone(run: Run, people: Path) -> None:
    field = ("--custom-field", "CustomField2=Favourite bread")
    bulk = ("--target", "v3", "--bulk", "contacts_json_import")
    status, out, err = run("convert", *bulk, *field, "a.xml")
    assert status == 0
    assert err.count("info[CT861]") == 5
    assert "warning[CT832]" in err
    assert "4 contacts in 2 requests, 5 by themselves" in err
    first, second, *alone = lines(out)
    assert first["body"] == {
        "import_data": [
            {"email": "ann@example.org", "home_phone": "(978) 555-0142"},
            {"email": "gus@example.org"},
        ],
        "list_ids": ["3", "12"],
    }
    assert second["body"] == {
        "import_data": [
            {"email": "hal@example.org", "cf:Favourite bread": "rye"},
            {
                "email": "ida@example.org",
                "home_street": "1 Mill Lane, Flat 3",
                "home_state": "New York",
                "home_country": "United States",
            },
        ],
        "list_ids": ["3"],
    }
    assert {each["resource"] for each in alone} == {"contact"}
    permissions = {
        each["rows"][0]["email_address"]: each["body"]["email_address"]["permission_to_send"]
        for each in alone
    }
    assert permissions == {
        "bea@example.org": "implicit",
        "cid@example.org": "explicit",
        "dan@example.org": "unsubscribed",
        "eve@example.org": "pending_confirmation",
        LONG: "implicit",
    }
    (cid,) = (each for each in alone if each["rows"][0]["entry"] == 2)
    assert cid["body"]["create_source"] == "Contact"


def test_a_folder_and_its_manifest_have_them_too(run: Run, people: Path) -> None:
    command = ("convert", "--target", "v3", "--bulk", "contacts_json_import", "a.xml", "-o", "out")
    more = ("--custom-field", "CustomField2=", "--manifest", "m.jsonl")
    assert run(*command, *more)[0] == 0
    names = sorted(each.name for each in (people / "out").glob("*.json"))
    assert names == [f"contacts_json_import-{n:04}.json" for n in (1, 2)] + [
        f"contacts_json_import-single-{n:04}.json" for n in range(1, 6)
    ]
    noted = lines((people / "m.jsonl").read_text())
    assert {each["shape"] for each in noted} == {"contacts_json_import", "create"}
    assert all((people / each["output"]).is_file() for each in noted)
    assert len(noted) == 9
    again = run(*command, *more, "--resume")
    assert again[0] == 0
    assert "unchanged" in again[2]
    (people / "a.xml").write_text(feed(contact(1, "ann@example.org", "3")))
    assert run(*command, *more, "--force")[0] == 0
    assert [each.name for each in (people / "out").glob("*.json")] == [
        "contacts_json_import-0001.json"
    ]


def test_a_removal_names_contacts_by_their_addresses(run: Run, people: Path) -> None:
    status, out, err = run(
        "convert", "--target", "v3", "--bulk", "remove_list_memberships", "--custom-field",
        "CustomField2=", "a.xml",
    )  # fmt: skip
    assert status == 0
    assert "info[CT862]: `remove_list_memberships` does not take this contact" in err
    assert "the contact has opted out, and is on no list" in err
    first, _ = (each["body"] for each in lines(out))
    assert first == {
        "source": {"contact_ids": ["ann@example.org", "gus@example.org"]},
        "list_ids": ["3", "12"],
    }
    assert "dan@example.org" not in out


def test_a_member_that_an_import_does_not_take_is_an_error(run: Run, folder: Path) -> None:
    link = "/ws/customers/millstone/lists/3/members/"
    (folder / "m.xml").write_text(
        feed(member(1, LONG, f"{link}1"), member(2, "ann@example.org", f"{link}2"))
    )
    status, out, err = run("convert", "--target", "v3", "--bulk", "contacts_json_import", "m.xml")
    assert status == 1
    assert "error[CT862]" in err
    (body,) = (each["body"] for each in lines(out))
    assert body == {"import_data": [{"email": "ann@example.org"}], "list_ids": ["3"]}


# -- custom fields ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (["CustomField2"], "expected NAME=LABEL"),
        (["CustomFeld2=a"], "did you mean `CustomField2`?"),
        (["FirstName=a"], "no element FirstName goes into a custom field"),
        (["CustomField2=a", "CustomField2=b"], "CustomField2 is given twice"),
        (["CustomField2=a", "CustomField3=a"], "two elements are to go into the custom field a"),
    ],
)
def test_a_custom_field_that_cannot_be_meant_is_a_usage_error(
    run: Run, people: Path, values: list[str], said: str
) -> None:
    options = [part for value in values for part in ("--custom-field", value)]
    status, out, err = run("convert", "--target", "v3", *options, "a.xml")
    assert (status, out) == (2, "")
    assert said in err


def test_the_configuration_names_custom_fields_and_the_command_line_more(
    run: Run, people: Path
) -> None:
    settings = people / "ctct-migrate.toml"
    settings.write_text('target = "v3"\n[custom-fields]\nCustomField2 = "Bread"\n')
    document = feed(contact(8, "hal@example.org", "3", "<CustomField2>rye</CustomField2>"))
    (people / "a.xml").write_text(document)

    def fields(*options: str) -> Any:
        (body,) = lines(run("convert", *options, "a.xml")[1])
        return body.get("custom_fields")

    assert fields() == [{"value": "rye", "custom_field_id": "Bread"}]
    assert fields("--custom-field", "CustomField2=Loaf")[0]["custom_field_id"] == "Loaf"
    assert fields("--custom-field", "CustomField2=") is None
    settings.write_text('target = "v3"\n[custom-fields]\nCustomFeld2 = "Bread"\n')
    status, _, err = run("convert", "a.xml")
    assert status == 2
    assert "did you mean `CustomField2`?" in err
    settings.write_text('[custom-fields]\nCustomField1 = "a"\nCustomField2 = "a"\n')
    status, _, err = run("convert", "a.xml")
    assert status == 2
    assert "two elements are to go into the custom field a" in err


def test_what_is_left_out_stands_in_the_account_of_a_document(run: Run, people: Path) -> None:
    (people / "a.xml").write_text(
        feed(contact(8, "hal@example.org", "3", "<CustomField2>rye</CustomField2>"))
    )
    status, out, _ = run(
        "convert", "--target", "v3", "--explain", "--custom-field", "CustomField2=", "a.xml"
    )
    assert status == 0
    assert "dropped: it is left out, as was asked for" in out


# -- verify -----------------------------------------------------------------------------------------


def test_verify_holds_a_body_for_v3_to_its_document(run: Run, people: Path) -> None:
    (people / "a.xml").write_text(
        feed(contact(8, "hal@example.org", "3 4", "<CustomField2>rye</CustomField2>"))
    )
    options = ("--target", "v3", "--custom-field", "CustomField2=Bread")
    (body,) = lines(run("convert", *options, "a.xml")[1])
    (people / "a.json").write_text(json.dumps(body))
    status, out, _ = run("verify", *options, "a.xml", "a.json")
    assert (status, "CT850" in out) == (0, False)
    body["email_address"]["permission_to_send"] = "explicit"
    (people / "a.json").write_text(json.dumps(body))
    status, out, _ = run("verify", *options, "a.xml", "a.json")
    assert status == 1
    assert "permission_to_send" in out


# -- forms ------------------------------------------------------------------------------------------

LIST = quote_plus("http://api.constantcontact.com/ws/customers/millstone/lists/4")
DATA = """\
Email Address,Custom Field 1,Home Phone,Address Line 1,Address Line 3,State,Country
ann@example.org,rye,978-555-0142,1 Mill Lane,c/o Hill,NY,us
bea@example.org,,+49 30 1234567,,,Kent,
"""


def form(data: str, activity: str = "SV_ADD", **more: str) -> str:
    rest = "".join(f"&{name}={value}" for name, value in more.items())
    return f"activityType={activity}&data={quote_plus(data)}&lists={LIST}{rest}"


ROWS = [
    {
        "email": "ann@example.org",
        "home_phone": "978-555-0142",
        "home_street": "1 Mill Lane, c/o Hill",
        "home_state": "New York",
        "home_country": "United States",
        "cf:Bread": "rye",
    },
    {"email": "bea@example.org", "home_state": "Kent"},
]


def test_a_form_becomes_an_import(run: Run, folder: Path) -> None:
    (folder / "a.form").write_text(form(DATA))
    status, out, err = run("convert", "--target", "v3", "a.form")
    assert (status, out) == (1, "")
    assert "error[CT742]: nobody says which custom field of v3 takes `Custom Field 1`" in err
    field = ("--target", "v3", "--custom-field", "CustomField1=Bread")
    status, out, err = run("convert", *field, "a.form")
    assert status == 0
    assert "warning[CT365]: `+49 30 1234567` is not a telephone number of the US" in err
    assert json.loads(out) == {"import_data": ROWS, "list_ids": ["4"]}
    (folder / "a.json").write_text(out)
    assert run("verify", *field, "a.form", "a.json")[0] == 0
    (folder / "a.json").write_text(out.replace("rye", "oat"))
    status, out, _ = run("verify", *field, "a.form", "a.json")
    assert status == 1
    assert '`cf:Bread` of contact `ann@example.org` is `"oat"` in the JSON' in out


def test_a_form_says_what_kind_of_address_it_has(run: Run, folder: Path) -> None:
    (folder / "a.form").write_text(form("Email Address,City\nann@example.org,Troy\n"))
    status, out, _ = run("convert", "--target", "v3", "--address-type", "BUSINESS", "a.form")
    assert status == 0
    assert json.loads(out)["import_data"] == [{"email": "ann@example.org", "work_city": "Troy"}]


def test_other_forms_become_other_requests(run: Run, folder: Path) -> None:
    def made(text: str) -> Any:
        (folder / "a.form").write_text(text)
        status, out, _ = run("convert", "--target", "v3", "a.form")
        assert status == 0
        (folder / "a.json").write_text(out)
        assert run("verify", "--target", "v3", "a.form", "a.json")[0] == 0
        return json.loads(out)

    removal = form("Email Address\nann@example.org\n", "REMOVE_CONTACTS_FROM_LISTS")
    assert made(removal) == {"source": {"contact_ids": ["ann@example.org"]}, "list_ids": ["4"]}
    clearing = f"activityType=CLEAR_CONTACTS_FROM_LISTS&lists={LIST}"
    assert made(clearing) == {"source": {"list_ids": ["4"]}, "list_ids": ["4"]}
    export = f"activityType=EXPORT_CONTACTS&fileType=CSV&listId={LIST}&columns=FIRST+NAME"
    assert made(export) == {"list_ids": ["4"], "fields": ["email_address", "first_name"]}
    kept = LIST.replace("%2F4", "%2Fdo-not-mail")
    assert made(export.replace(LIST, kept)) == {
        "status": "unsubscribed",
        "fields": ["email_address", "first_name"],
    }
