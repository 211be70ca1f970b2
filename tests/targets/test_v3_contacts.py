"""What contacts become in v3: who may be mailed, where they live, and which custom fields they have."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from ctct_migrate import Choices, Shape, convert, lint, read
from ctct_migrate.mapping.engine import run
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.resources.contact.example_contacts import with_child
from ctct_migrate.resources.contact.standing import Standing, standing_of
from ctct_migrate.rules.fast.fast_path import look
from ctct_migrate.rules.linting import inspect
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkActivity

V3 = TARGETS["v3"]
SPACE = "http://ws.constantcontact.com/ns/1.0/"
USER = "http://api.constantcontact.com/ws/customers/maplebooks"
ADDRESS = "<EmailAddress>rita.reader@example.com</EmailAddress>"
BY_OWNER = "<OptInSource>ACTION_BY_CUSTOMER</OptInSource>"
LISTS = f'<ContactLists><ContactList id="{USER}/lists/1"/></ContactLists>'


def document(*children: str, number: str = "") -> bytes:
    own = f' id="{USER}/contacts/{number}"' if number else ""
    return f'<Contact xmlns="{SPACE}"{own}>{"".join(children)}</Contact>'.encode()


def body(*children: str, shape: Shape = Shape.CREATE, **choices: Any) -> dict[str, Any]:
    data = document(ADDRESS, *children, BY_OWNER, LISTS, number="7")
    (made,) = convert(read(data), shape, target="v3", choices=Choices(**choices))
    return dict(made.body)


def codes(*children: str, shape: Shape | None = None) -> set[str]:
    data = document(ADDRESS, *children, BY_OWNER, LISTS, number="7")
    return {each.code for each in lint(read(data), shape, target="v3")}


# -- who may be mailed ------------------------------------------------------------------------------

STATUSES = st.one_of(
    st.sampled_from(["", "Active", "Unconfirmed", "Removed", "Do Not Mail", "Bounced"]),
    st.sampled_from(["do-not-mail", "DO_NOT_MAIL", " do not  mail ", "ACTIVE", "un confirmed"]),
    st.text("Aacdeilmnotu -_", max_size=12),
)
SOURCES = st.sampled_from([None, "", "ACTION_BY_CUSTOMER", "ACTION_BY_CONTACT", "WEBSITE"])


@given(
    STATUSES, SOURCES, st.lists(st.integers(1, 9), max_size=3), st.sampled_from(list(Shape)),
    st.sampled_from(["", "owner"]),
)  # fmt: skip
def test_the_engine_itself_makes_nobody_mailable_who_does_not_want_to_be(
    status: str, source: str | None, lists: list[int], shape: Shape, opt_in_by: str
) -> None:
    inner = "".join(f'<ContactList id="{USER}/lists/{each}"/>' for each in lists)
    children = [ADDRESS, f"<Status>{status}</Status>", f"<ContactLists>{inner}</ContactLists>"]
    if source is not None:
        children.append(f"<OptInSource>{source}</OptInSource>")
    payload = etree.fromstring(document(*children, number="7"))
    table = V3.table("contact")
    assert table is not None
    options = ConversionOptions(shape, target="v3", choices=Choices(opt_in_by=opt_in_by))
    made = run(table, payload, None, options).body
    standing = standing_of(status)
    if made is None:
        return
    permission = made["email_address"].get("permission_to_send")
    if standing is Standing.DO_NOT_MAIL:
        assert permission == "unsubscribed"
        assert shape is Shape.RECORD or not made.get("list_memberships")
    elif standing is Standing.UNCONFIRMED:
        assert permission == "pending_confirmation"
    elif standing in (Standing.REMOVED, Standing.UNKNOWN):
        assert shape is Shape.RECORD
        assert permission is None
    elif permission == "explicit":
        assert source == "ACTION_BY_CONTACT"
    if shape is not Shape.RECORD:
        said = made.get("create_source") or made.get("update_source")
        assert said == (
            "Contact" if source == "ACTION_BY_CONTACT" and opt_in_by != "owner" else "Account"
        )


@pytest.mark.parametrize("target", ["v2", "v3"])
def test_a_removed_contact_is_not_created(target: str) -> None:
    data = document(ADDRESS, "<Status>Removed</Status>", BY_OWNER, LISTS)
    assert len(convert(read(data), target=target)) == 0


def test_an_update_of_a_removed_contact_would_bring_it_back() -> None:
    data = document(ADDRESS, "<Status>Removed</Status>", BY_OWNER, LISTS, number="7")
    conversion = convert(read(data), "update", target="v3")
    assert len(conversion) == 0
    assert "CT811" in {each.code for each in conversion.diagnostics}


def test_the_reason_of_an_opt_out_goes_into_an_update_alone() -> None:
    children = ("<Status>Do Not Mail</Status>", "<OptOutReason>Too many</OptOutReason>")
    assert body(*children, shape=Shape.UPDATE)["email_address"]["opt_out_reason"] == "Too many"
    assert "opt_out_reason" not in body(*children)["email_address"]
    active = body("<OptOutReason>Too many</OptOutReason>", shape=Shape.UPDATE)
    assert "opt_out_reason" not in active["email_address"]


def test_what_v2_says_of_welcome_mails_is_not_said_of_v3() -> None:
    data = document(ADDRESS, "<OptInSource>ACTION_BY_CONTACT</OptInSource>", LISTS)
    found = {each.code for each in lint(read(data), "create", target="v3")}
    assert "CT813" not in found
    assert "CT813" in {each.code for each in lint(read(data), "create")}


# -- where they live --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "street"),
    [
        (("14 Elm Street", "", ""), "14 Elm Street"),
        (("14 Elm Street", "Apartment 2", "c/o Reader"), "14 Elm Street, Apartment 2, c/o Reader"),
        (("", "Apartment 2", ""), "Apartment 2"),
        ((" 14 Elm Street\n", "", "c/o Reader"), "14 Elm Street, c/o Reader"),
    ],
)
def test_the_lines_of_an_address_are_one_street(lines: tuple[str, ...], street: str) -> None:
    made = body(*(f"<Addr{n}>{line}</Addr{n}>" for n, line in enumerate(lines, 1)))
    assert made["street_addresses"] == [{"street": street, "kind": "home"}]


def test_the_accounting_says_what_was_done_with_the_lines() -> None:
    data = document(ADDRESS, "<Addr1>a</Addr1><Addr2>b</Addr2>", BY_OWNER, LISTS)
    (made,) = convert(read(data), target="v3")
    said = {each.path: each for each in made.accounting}
    pointer = "/street_addresses/0/street"
    assert said["Contact/Addr1"].pointer == said["Contact/Addr2"].pointer == pointer
    assert "`home` is taken" in said["Contact/Addr1"].reason
    assert "one line" in said["Contact/Addr2"].reason


@pytest.mark.parametrize(("chosen", "kind"), [("PERSONAL", "home"), ("BUSINESS", "work")])
def test_what_kind_an_address_is_can_be_said(chosen: str, kind: str) -> None:
    made = body("<City>Ashland</City>", address_type=chosen)
    assert made["street_addresses"] == [{"city": "Ashland", "kind": kind}]


@pytest.mark.parametrize(
    ("code", "name", "state"),
    [("MA", "", "Massachusetts"), ("QC", "Quebec", "Quebec"), ("", "Kent", "Kent")],
)
def test_states_have_names(code: str, name: str, state: str) -> None:
    made = body(f"<StateCode>{code}</StateCode>", f"<StateName>{name}</StateName>")
    assert made["street_addresses"][0]["state"] == state


@pytest.mark.parametrize(
    ("code", "name", "country"),
    [("us", "", "United States"), ("de", "Deutschland", "Deutschland"), ("", "Canada", "Canada")],
)
def test_countries_have_names(code: str, name: str, country: str) -> None:
    made = body(f"<CountryCode>{code}</CountryCode>", f"<CountryName>{name}</CountryName>")
    assert made["street_addresses"][0]["country"] == country


def test_telephones_have_kinds() -> None:
    assert body("<WorkPhone>413-555-0102</WorkPhone>")["phone_numbers"] == [
        {"phone_number": "413-555-0102", "kind": "work"}
    ]
    assert "CT701" in codes(f"<HomePhone>{'5' * 26}</HomePhone>", shape=Shape.CREATE)


# -- custom fields ----------------------------------------------------------------------------------


def test_a_custom_field_needs_its_label() -> None:
    field = "<CustomField3>Mysteries</CustomField3>"
    assert codes(field) == codes(field, shape=Shape.CREATE) == {"CT740"}
    assert codes("<CustomField3> </CustomField3>") == set()
    labelled = body(field, custom_fields=(("CustomField3", "Shelf"),))
    assert labelled["custom_fields"] == [{"value": "Mysteries", "custom_field_id": "Shelf"}]
    assert "custom_fields" not in body(field, custom_fields=(("CustomField3", ""),))
    assert body(field, shape=Shape.RECORD)["custom_fields"] == [
        {"value": "Mysteries", "custom_field_id": "CustomField3"}
    ]


def test_a_middle_name_may_go_into_one() -> None:
    name = "<MiddleName>M.</MiddleName>"
    assert "custom_fields" not in body(name)
    assert body(name, custom_fields=(("MiddleName", "Middle name"),))["custom_fields"] == [
        {"value": "M.", "custom_field_id": "Middle name"}
    ]


@pytest.mark.parametrize(
    "fields",
    [
        (("CustomField16", "a"),),
        (("FirstName", "a"),),
        (("CustomField1", "a"), ("MiddleName", "a")),
    ],
)
def test_fields_that_cannot_be_meant_are_refused(fields: tuple[tuple[str, str], ...]) -> None:
    with pytest.raises(ValueError, match="custom field"):
        Choices(custom_fields=fields)


def test_a_label_that_is_too_long_makes_no_body() -> None:
    data = document(ADDRESS, "<CustomField1>x</CustomField1>", BY_OWNER, LISTS)
    choices = Choices(custom_fields=(("CustomField1", "l" * 51),))
    conversion = convert(read(data), target="v3", choices=choices)
    assert len(conversion) == 0
    assert any("custom_field_id" in each.message for each in conversion.diagnostics)


# -- the fast path ----------------------------------------------------------------------------------

CHILDREN = [
    "<Status>Active</Status>", "<Status>Do Not Mail</Status>", "<Status>Unconfirmed</Status>",
    "<MiddleName>M.</MiddleName>", "<CustomField1>rye</CustomField1>", "<CustomField2/>",
    "<Confirmed>true</Confirmed>", "<EmailType>HTML</EmailType>", "<Addr1>1 Mill Lane</Addr1>",
    "<Addr3>Flat 3</Addr3>", "<StateCode>NY</StateCode>", "<CountryCode>us</CountryCode>",
    "<CountryName>United States</CountryName>", "<SubPostalCode>1234</SubPostalCode>",
    "<OptInTime>2010-04-21T18:35:34.066Z</OptInTime>", "<Note>n</Note>", "<HomePhone>1</HomePhone>",
    "<InsertTime>2010-04-21T18:35:34.066Z</InsertTime>", "<CountryName>Utopia</CountryName>",
]  # fmt: skip


@given(
    st.sets(st.sampled_from(CHILDREN), max_size=8), st.sampled_from([None, *Shape]),
    st.sampled_from([(), (("CustomField1", "Bread"),), (("MiddleName", "M"),)]),
)  # fmt: skip
def test_the_fast_path_says_what_the_slow_one_says(
    children: set[str], shape: Shape | None, fields: tuple[tuple[str, str], ...]
) -> None:
    named = {re.match(r"<(\w+)", each)[1]: each for each in sorted(children)}  # type: ignore[index]
    data = document(ADDRESS, *named.values(), BY_OWNER, LISTS, number="7")
    choices = Choices(custom_fields=fields)
    options = ConversionOptions(shape or Shape.CREATE, target="v3", choices=choices)
    quick = look(read(data), options, shape)
    if quick is not None:
        slow = inspect(read(data), shape, None, "v3", choices)
        assert [each.code for each in sorted(quick.remarks(), key=lambda each: each.span)] == [
            each.code for each in sorted(slow, key=lambda each: each.span)
        ]


# -- updates ----------------------------------------------------------------------------------------


def test_an_update_empties_plain_properties_and_keeps_arrays() -> None:
    data = document(ADDRESS, BY_OWNER, LISTS, number="7")
    found = lint(read(data), "update", target="v3")
    (said,) = [each for each in found if each.code == "CT803"]
    named = set(re.findall(r"`(\w+)`", said.message))
    assert named == {"first_name", "last_name", "job_title", "company_name"}


def test_an_update_without_lists_takes_the_contact_off_them() -> None:
    data = document(ADDRESS, BY_OWNER, "<ContactLists/>", number="7")
    (made,) = convert(read(data), "update", target="v3")
    assert made.body["list_memberships"] == []
    (kept,) = convert(read(document(ADDRESS, BY_OWNER, LISTS, number="7")), "update", target="v3")
    assert kept.body["list_memberships"] == ["1"]


# -- rows of imports --------------------------------------------------------------------------------

IMPORT: BulkActivity = V3.bulk["contacts_json_import"]


def test_an_import_has_every_column_that_v1_had() -> None:
    headings = {heading for column in IMPORT.columns for heading in column.headings}
    v2 = {h for column in TARGETS["v2"].bulk["addcontacts"].columns for h in column.headings}
    assert headings == v2


@pytest.mark.parametrize(
    ("status", "is_said"), [("Active", True), ("", True), ("Do Not Mail", False)]
)
def test_an_opt_out_beside_another_status_is_a_warning(status: str, is_said: bool) -> None:
    text = with_child(f"<Status>{status}</Status>\n<OptOutTime>2012-01-01T00:00:00Z</OptOutTime>")
    found = lint(read(text.encode()), target="v3")
    assert ("CT744" in {each.code for each in found}) is is_said
