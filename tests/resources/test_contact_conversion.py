"""What contacts become in v2, and what is only ever recorded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from contact_documents import (
    ACCOUNT,
    ADDRESS,
    BY_CONTACT,
    BY_OWNER,
    LISTS,
    contact_text,
    payload,
    with_child,
)

from ctct_migrate import Choices, Shape, convert, lint, read, verify
from ctct_migrate.cli.convert import command

FIELDS = [(f"CustomField{number}", str(number)) for number in (12, 1, 15, 2)]


def body(*children: str, shape: Shape = Shape.CREATE, **more: Any) -> dict[str, Any]:
    (made,) = convert(with_child(*children, number="7"), shape, **more)
    return dict(made.body)


def test_custom_fields_are_in_their_order_and_named_as_v2_reads_them() -> None:
    made = body(
        *(f"<{name}>{text}</{name}>" for name, text in FIELDS), "<CustomField3> </CustomField3>"
    )
    assert made["custom_fields"] == [
        {"value": text, "name": name}
        for name, text in sorted(FIELDS, key=lambda each: int(each[1]))
    ]


def test_what_is_empty_is_left_out() -> None:
    made = body(
        *(f"<{name}></{name}>" for name in ("Addr1", "City", "StateCode", "StateName", "CountryCode")),
        "<Note> </Note>", "<CustomField1/>", "<HomePhone></HomePhone>",
    )  # fmt: skip
    assert made == {
        "email_addresses": [{"email_address": "rita.reader@example.com"}], "lists": [{"id": "1"}],
    }  # fmt: skip


def test_a_note_is_a_list_of_one() -> None:
    assert body("<Note>Borrows more than she buys</Note>")["notes"] == [
        {"note": "Borrows more than she buys"}
    ]


@pytest.mark.parametrize("shape", Shape)
def test_the_consent_of_each_list_is_reported_as_dropped(shape: Shape) -> None:
    detail = Path(__file__).resolve().parents[2] / "samples" / "good" / "contact-detail.xml"
    (made,) = convert(read(detail), shape)
    lost = {each.path.partition("Contact/")[2]: each.value for each in made.dropped}
    lists = "ContactLists/ContactList"
    assert lost[f"{lists}[1]/OptInSource"] == "ACTION_BY_CUSTOMER"
    assert lost[f"{lists}[2]/OptInSource"] == "ACTION_BY_CONTACT"
    assert f"{lists}[1]/OptInTime" in lost
    assert [each.line for each in made.dropped] == sorted(each.line for each in made.dropped)


@pytest.mark.parametrize("kind", ["PERSONAL", "BUSINESS"])
def test_what_kind_an_address_is_can_be_said(kind: str) -> None:
    made = body("<City>Ashland</City>", choices=Choices(address_type=kind))
    assert made["addresses"] == [{"city": "Ashland", "address_type": kind}]


@pytest.mark.parametrize("choice", [{"address_type": "HOME"}, {"opt_in_by": "contact"}])
def test_a_choice_that_there_is_not_is_refused(choice: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="is one of"):
        Choices(**choice)


def test_the_command_line_and_the_configuration_say_it_too(tmp_path: Path) -> None:
    document = tmp_path / "contact.xml"
    document.write_text(contact_text(ADDRESS, "<City>Ashland</City>", BY_CONTACT, LISTS))

    def line(*options: str) -> dict[str, Any]:
        run = CliRunner().invoke(command, [str(document), "--format", "jsonl", "-q", *options])
        assert run.exit_code == 0, run.output
        made: dict[str, Any] = json.loads(run.stdout)
        return made

    def said(made: dict[str, Any]) -> tuple[str, str]:
        return made["body"]["addresses"][0]["address_type"], made["request"]["action_by"]

    assert said(line()) == ("PERSONAL", "ACTION_BY_VISITOR")
    options = ("--address-type", "BUSINESS", "--opt-in-by", "owner")
    assert said(line(*options)) == ("BUSINESS", "ACTION_BY_OWNER")
    settings = 'address-type = "BUSINESS"\nopt-in-by = "owner"\n'
    (tmp_path / "ctct-migrate.toml").write_text(settings)
    assert said(line()) == ("BUSINESS", "ACTION_BY_OWNER")
    assert said(line("--address-type", "PERSONAL")) == ("PERSONAL", "ACTION_BY_OWNER")


def test_verify_takes_the_choices() -> None:
    document = with_child("<City>Ashland</City>")
    (made,) = convert(document, choices=Choices(address_type="BUSINESS"))
    (found,) = verify(document, made.body)
    assert found.code == "CT850"
    assert verify(document, made.body, choices=Choices(address_type="BUSINESS")) == []


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("Active", "ACTIVE"), ("Unconfirmed", "UNCONFIRMED"), ("Removed", "REMOVED"),
        ("Do Not Mail", "OPTOUT"), ("DoNotMail", "OPTOUT"), ("do-not-mail", "OPTOUT"),
    ],
)  # fmt: skip
def test_a_record_says_where_a_contact_stands(status: str, word: str) -> None:
    assert body(f"<Status>{status}</Status>", shape=Shape.RECORD)["status"] == word


# -- what is only recorded --------------------------------------------------------------------------

MEMBER = payload("ContactListMember", ADDRESS, "contacts/51")
EMAIL = payload("Email", f"{ADDRESS}<Status>Pending</Status>", "settings/emailaddresses/2")
JOB = "<Type>SV_ADD</Type><Status>COMPLETE</Status>"
ACTIVITY = payload("Activity", JOB, "activities/a07e1m2bq8")


@pytest.mark.parametrize("document", [MEMBER, EMAIL, ACTIVITY], ids=["member", "email", "activity"])
@pytest.mark.parametrize("shape", [Shape.CREATE, Shape.UPDATE])
def test_what_v1_only_answered_is_skipped(document: Any, shape: Shape) -> None:
    assert lint(document) == []
    made = convert(document, shape)
    assert [each.code for each in made.diagnostics] == ["CT820"]
    assert len(made) == 0
    assert made.ok
    assert len(convert(document, Shape.RECORD)) == 1


def test_a_member_is_a_contact_of_one_list() -> None:
    (made,) = convert(MEMBER, Shape.RECORD)
    address = {"email_address": "rita.reader@example.com"}
    assert made.body == {"id": "51", "email_addresses": [address]}
    entry = read(contact_text(ADDRESS, number="51").replace("Contact", "ContactListMember")
        .replace("<id>", f'<link rel="edit" href="{ACCOUNT}/lists/2/members/51"/><id>').encode())  # fmt: skip
    (made,) = convert(entry, Shape.RECORD)
    assert made.body == {"id": "51", "email_addresses": [address], "lists": [{"id": "2"}]}
    assert made.references["contact_list"] == ("2",)


@pytest.mark.parametrize(
    ("errors", "count", "found"),
    [
        ("", 0, None),
        ("<Errors/>", 0, None),
        ("<Errors> </Errors>", 0, None),
        ("<Errors>2 addresses are not valid</Errors>", 1, [{"message": "2 addresses are not valid"}]),
        ("<Errors>[1] is not an address</Errors>", 1, [{"message": "[1] is not an address"}]),
        (
            "<Errors><Error><Message>Bad</Message><LineNumber>2</LineNumber></Error><Error/></Errors>",
            2, [{"message": "Bad", "line_number": 2}, {"message": ""}],
        ),
        ("<Errors><E>Line 2: bad</E></Errors>", 1, [{"message": "Line 2: bad"}]),
        (
            "<Errors><E><Code>7</Code><EmailAddress>a@b.c</EmailAddress></E></Errors>",
            1, [{"email_address": "a@b.c", "message": "Code: 7"}],
        ),
    ],
)  # fmt: skip
def test_errors_of_an_activity_are_read_in_whatever_form(
    errors: str, count: int, found: list[dict[str, Any]] | None
) -> None:
    document = payload("Activity", JOB + errors, "activities/a07e1m2bq8")
    assert lint(document) == []
    (made,) = convert(document, Shape.RECORD)
    assert made.body["error_count"] == count
    assert made.body.get("errors") == found
    assert made.body["type"] == "ADD_CONTACTS"
    assert not any("no row" in each.reason for each in made.accounting)


def test_an_owner_that_acts_changes_no_body() -> None:
    document = read(contact_text(ADDRESS, BY_OWNER, LISTS).encode())
    (plain,), (owner,) = convert(document), convert(document, choices=Choices(opt_in_by="owner"))
    assert (plain.body, plain.request) == (owner.body, owner.request)
