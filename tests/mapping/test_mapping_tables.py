"""The tables against the two schemas, and the promise that a new resource is a new table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree
from mapping_tables import TABLES

from ctct_migrate.mapping.codecs import STRIPPED, TEXT, URI_SEGMENT, YES_NO
from ctct_migrate.mapping.engine import Note, run
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    ConversionOptions,
    Row,
    Table,
    WholeObject,
    dropped,
    ignored,
    sent,
)
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.reader.tree import CTCT
from ctct_migrate.resources import BY_SLUG, UNKNOWN_TO_V1
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.v1 import ElementFact, Vocabulary, vocabulary

#: Properties that can be written and that nothing in v1 says (reference, mapping-v2).
NOT_IN_V1 = {
    ("v2", "contact"): {
        "/prefix_name", "/cell_phone", "/fax",
        "/email_addresses/0/opt_in_source",  # what `action_by` says, in requests
    },
    ("v2", "folder"): {"/parent_id"},  # 0 in an update
    ("v2", "image"): {"/source", "/file_name", "/name"},  # each has its shape
    ("v2", "fee"): {"/has_restricted_access"},
    ("v2", "event"): {
        "/contact/email_address", "/contact/organization_name", "/contact/phone_number",
        "/time_zone_id", "/contact", "/contact/name",  # in requests, as the caller says
        "/time_zone_description", "/google_merchant_id", "/google_analytics_key", "/meta_data_tags",
        "/twitter_hash_tag", "/theme_name", "/is_virtual_event", "/payable_to",
        "/online_meeting", "/online_meeting/url", "/online_meeting/provider_type",
        "/online_meeting/provider_meeting_id", "/online_meeting/instructions",
        "/notification_options", "/notification_options/0/notification_type",
        "/notification_options/0/is_opted_in", "/is_home_page_displayed", "/is_map_displayed",
        "/is_calendar_displayed", "/is_checkin_available", "/is_listed_in_external_directory",
        "/are_registrants_public", "/address/latitude", "/address/longitude",
        "/payment_address/latitude", "/payment_address/longitude",
        *(f"/track_information/{name}" for name in (
            "guest_display_label", "is_guest_name_required", "is_guest_anonymous_enabled",
            "information_sections", "registration_limit_date", "early_fee_date", "late_fee_date",
        )),
    },
    ("v3", "contact"): {
        "/birthday_month", "/birthday_day", "/anniversary", "/taggings",
        "/create_source", "/update_source",  # what records do not say
    },
    ("v3", "contact_list"): {"/favorite", "/description"},
}  # fmt: skip

#: Every table of every target, by the names of both; v3's campaigns have tests of their own.
EVERY = {
    (name, slug): table
    for name, target in TARGETS.items()
    for slug in BY_SLUG
    if BY_SLUG[slug] not in UNKNOWN_TO_V1
    if (table := target.table(slug)) is not None and (name, slug) != ("v3", "campaign")
}


def paths(rows: tuple[Row, ...]) -> set[str]:
    """The plain paths of rows, and of all elements that they lead through."""
    found = set()
    for row in rows:
        path = row.path.replace("*", "").replace("[edit]", "").replace("atom:", "")
        names = path.split("/")
        found |= {"/".join(names[:depth]) for depth in range(1, len(names) + 1)}
    return found


def known(facts: Vocabulary, root: str) -> Iterator[str]:
    """The paths of all elements and attributes that the schema allows below a root."""
    for fact in facts.walk(root):
        if root == "entry" and fact.path.startswith("content/"):
            continue  # payloads are roots of their own
        place = f"entry/{fact.path}".rstrip("/") if root == "entry" else fact.path
        if place:
            yield place
        for attribute in fact.attributes:
            yield f"{place}/@{attribute.name}".lstrip("/")


def rows_of(root: str) -> tuple[Row, ...]:
    if root == "entry":
        return ENVELOPE
    return tuple(row for row in TABLES[root].rows if not row.path.startswith("entry"))


def inside(path: str, tops: set[str]) -> bool:
    """Whether a path is in an element that a row speaks for as a whole."""
    return any(path.startswith(f"{top}/") for top in tops)


@pytest.mark.parametrize(("target", "slug"), list(EVERY))
def test_the_schema_and_the_rows_of_every_target_have_the_same_elements(
    target: str, slug: str
) -> None:
    table = EVERY[target, slug]
    rows = tuple(row for row in table.rows if not row.path.startswith("entry"))
    if table.inside:
        check_part(table, rows)
    else:
        check_elements(table.payload, rows)


def test_the_schema_and_the_rows_have_the_same_elements_of_the_envelope() -> None:
    check_elements("entry", ENVELOPE)


def check_part(table: Table, rows: tuple[Row, ...]) -> None:
    """What is in the elements that a table is for which stand in a payload."""
    (place,) = vocabulary().places(table.inside, table.payload)
    everything = known(vocabulary(), table.inside)
    inner = {path.removeprefix(f"{place}/") for path in everything if inside(path, {place})}
    assert inner == paths(rows)


def check_elements(root: str, rows: tuple[Row, ...]) -> None:
    speaking = [row for row in rows if row.deep or row.codec.whole is not None]
    deep = {row.path.replace("*", "").replace("atom:", "") for row in speaking}
    schema = set(known(vocabulary(), root))
    assert {path for path in schema - paths(rows) if not inside(path, deep)} == set()
    assert paths(rows) - schema == set()


def test_an_element_without_a_row_would_be_missed() -> None:
    rows = tuple(row for row in rows_of("Campaign") if row.path != "ArchiveURL")
    assert set(known(vocabulary(), "Campaign")) - paths(rows) >= {"ArchiveURL"}


@pytest.mark.parametrize(("target", "slug"), list(EVERY))
@pytest.mark.parametrize("shape", list(Shape))
def test_the_contract_and_the_rows_have_the_same_properties(
    target: str, slug: str, shape: Shape
) -> None:
    table = EVERY[target, slug]
    if BY_SLUG[slug].read_only and shape is not Shape.RECORD:
        return  # none is made
    of_rows = {row.pointer for row in table.rows}
    written = {row.pointer for row in table.rows if shape in row.shapes}
    written |= {pointer for pointer in table.constants if pointer not in of_rows}
    written |= set(table.added.get(shape, ()))
    written = {pointer.removesuffix("/*") for pointer in written}  # lists of plain values
    pointers = {
        re.sub(r"/(\*|\d+)(?=/|$)", "/0", pointer) for pointer in written if pointer[:1] == "/"
    }
    parents = {pointer.rpartition("/")[0] for pointer in pointers}
    parents = {parent.removesuffix("/0") for parent in parents}
    allowed = set(table.contract.properties(table.resource, shape))
    assert (pointers | parents) - {""} <= allowed
    unreached = {p for p in allowed - pointers - parents if not p.endswith("/0")}
    unreached -= {"/id"}  # which the URL of a PUT has
    for pointer in unreached - NOT_IN_V1.get((target, slug), set()):
        assert table.contract.limits(table.resource, pointer).read_only, pointer


@pytest.mark.parametrize("table", EVERY.values(), ids=map("-".join, EVERY))
def test_what_only_the_server_writes_is_sent_in_records_alone(table: Table) -> None:
    for row in table.rows:
        if row.pointer.startswith("/") and "*" not in row.pointer:
            limits = table.contract.limits(table.resource, row.pointer)
            assert not limits.read_only or row.shapes <= {Shape.RECORD}


def enumerations() -> Iterator[tuple[Table, Row, ElementFact]]:
    for name, table in TABLES.items():
        for row in rows_of(name):
            fact = vocabulary().element(name, row.path)
            if row.codec.values is not None and fact is not None:
                yield table, row, fact


@pytest.mark.parametrize(
    ("table", "row", "fact"), list(enumerations()), ids=lambda x: getattr(x, "path", "")
)
def test_every_value_of_an_enumeration_has_its_value_in_v2(
    table: Table, row: Row, fact: ElementFact
) -> None:
    assert row.codec.values is not None
    assert {value.value for value in fact.enumeration} == set(row.codec.values())
    limits = table.contract.limits(table.resource, row.pointer)
    if limits.enum:
        assert set(row.codec.values().values()) <= set(limits.enum)
    for value in fact.enumeration:
        same = value.spelling_of or value.value
        assert row.codec.values()[value.value] == row.codec.values()[same]


# -- a new resource ---------------------------------------------------------------------------------

#: What the reference says of contacts, as far as the test goes.
CONTACT = Table(
    payload="Contact",
    resource="campaign",
    target=V2.title,
    contract=V2.contract,  # none for contacts: what the engine made is looked at here
    rows=(
        sent("EmailAddress", "/email_addresses/0/email_address", STRIPPED),
        sent("FirstName", "/first_name", TEXT),
        sent("Addr1", "/addresses/0/line1", TEXT),
        sent("City", "/addresses/0/city", TEXT),
        sent("CountryCode", "/addresses/1/country_code", STRIPPED),
        *(sent(f"CustomField{n}", f"/custom_fields/{n}/value", TEXT) for n in (1, 2)),
        sent("ContactLists/ContactList*/@id", "/lists/*/id", URI_SEGMENT),
        sent("ContactLists/ContactList*/OptIn/Confirmed", "/lists/*/confirmed", YES_NO),
        sent("Phone*/Number", "/phones/*/number", TEXT),
        dropped("InsertTime", "no place"),
        ignored("ContactLists/ContactList*/atom:link", "repeats", deep=True),
    ),
    constants={
        "/addresses/0/address_type": "PERSONAL",
        "/custom_fields/1/name": "custom_field_1",
        "/custom_fields/2/name": "custom_field_2",
    },
    wholes={"/addresses/1": WholeObject(frozenset({"line1"}), "no street")},
)


def contact(inside: str) -> Any:
    return etree.fromstring(f'<Contact xmlns="{CTCT}">{inside}</Contact>')


def test_a_new_resource_is_a_new_table() -> None:
    payload = contact(
        "<CustomField2>b</CustomField2><EmailAddress> joe@example.com </EmailAddress>"
        "<City>Ashland</City><Phone><Number>1</Number></Phone><CountryCode>us</CountryCode>"
        "<ContactLists><ContactList id='http://x/lists/7'><OptIn><Confirmed>YES</Confirmed></OptIn>"
        "<link xmlns='http://www.w3.org/2005/Atom' href='x'/></ContactList>"
        "<ContactList id='http://x/lists/8'/></ContactLists>"
        "<Phone/><Phone><Number>2</Number></Phone><InsertTime>now</InsertTime>"
    )
    notes: list[Note] = []
    outcome = run(CONTACT, payload, None, ConversionOptions(), notes)
    assert outcome.attempt == {
        "email_addresses": [{"email_address": "joe@example.com"}],
        "addresses": [{"city": "Ashland", "address_type": "PERSONAL"}],
        "custom_fields": [{"value": "b", "name": "custom_field_2"}],
        "lists": [{"id": "7", "confirmed": True}, {"id": "8"}],
        "phones": [{"number": "1"}, {"number": "2"}],
    }
    pointers = {note.pointer: note.row.path for note in notes if note.fate is Fate.MAPPED}
    assert pointers == {
        "/email_addresses/0/email_address": "EmailAddress",
        "/addresses/0/city": "City",
        "/custom_fields/0/value": "CustomField2",
        "/lists/0/id": "ContactLists/ContactList*/@id",
        "/lists/0/confirmed": "ContactLists/ContactList*/OptIn/Confirmed",
        "/lists/1/id": "ContactLists/ContactList*/@id",
        "/phones/0/number": "Phone*/Number",
        "/phones/1/number": "Phone*/Number",
    }
    assert [(aside[0].path, aside[4]) for aside in outcome.aside] == [("CountryCode", "no street")]


def test_the_engine_says_what_no_row_knows() -> None:
    payload = contact(
        "<Shoe/><FirstName>a</FirstName><FirstName>b</FirstName><City>x<b/></City>"
        "<ContactLists><Shoe/></ContactLists>"
    )
    outcome = run(CONTACT, payload, None, ConversionOptions())
    reported = [
        (str(c.kind), etree.QName(c.node).localname)
        for c in outcome.complaints
        if c.node is not None
    ]
    assert sorted(reported) == [
        ("nested-element", "b"),
        ("repeated-element", "FirstName"),
        ("unknown-element", "Shoe"),
        ("unknown-element", "Shoe"),
    ]
    assert outcome.body is None
