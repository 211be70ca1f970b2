"""Rows and requests of v3's imports: what is in them, and that none comes near the limits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ctct_migrate.bulk.bulk_rows import BulkRow, row_of
from ctct_migrate.bulk.grouping import Grouping
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkLimits
from ctct_migrate.targets.v3.bulk import LIMITS, us_phone

V3 = TARGETS["v3"]
IMPORT = V3.bulk["contacts_json_import"]
REMOVE = V3.bulk["remove_list_memberships"]

CONTACT: dict[str, Any] = {
    "email_address": {"address": "Ines.Moreau@example.org", "permission_to_send": "implicit"},
    "first_name": "Inès",
    "create_source": "Account",
    "phone_numbers": [
        {"phone_number": "978-555-0101", "kind": "home"},
        {"phone_number": "978 555 0102", "kind": "work"},
    ],
    "street_addresses": [
        {"street": "1 Mill Lane", "city": "Troy", "state": "New York", "postal_code": "12180",
         "country": "United States", "kind": "work"}
    ],
    "custom_fields": [{"custom_field_id": "Bread", "value": "rye"}],
    "notes": [{"content": "prefers mornings"}],
    "list_memberships": ["12", "7"],
}  # fmt: skip


def changed(**more: Any) -> dict[str, Any]:
    return {**CONTACT, **more}


def permission(word: str) -> dict[str, Any]:
    return changed(email_address={"address": "a@example.org", "permission_to_send": word})


def test_a_row_says_what_the_contact_says_but_for_its_note() -> None:
    row = row_of(IMPORT, CONTACT)
    assert row.values == {
        "email": "Ines.Moreau@example.org",
        "first_name": "Inès",
        "home_phone": "978-555-0101",
        "work_phone": "978 555 0102",
        "work_street": "1 Mill Lane",
        "work_city": "Troy",
        "work_state": "New York",
        "work_zip": "12180",
        "work_country": "United States",
        "cf:Bread": "rye",
    }
    assert (row.lists, row.address, row.unfit) == (("7", "12"), "Ines.Moreau@example.org", "")
    assert row.left_out == ("/notes/0/content",)


@pytest.mark.parametrize(
    ("contact", "why"),
    [
        (permission("explicit"), "this one is explicit"),
        (permission("pending_confirmation"), "this one is pending_confirmation"),
        (permission("unsubscribed"), "this one is unsubscribed"),
        (changed(list_memberships=[]), "on none"),
        (
            changed(
                email_address={
                    "address": "a" * 39 + "@example.org",
                    "permission_to_send": "implicit",
                }
            ),
            "50 characters",
        ),
        (changed(phone_numbers=[{"phone_number": "020 7946 0958", "kind": "home"}]), "of the US"),
        (changed(street_addresses=[{"country": "India", "kind": "home"}]), "of the US"),
    ],
)
def test_whom_an_import_would_change_is_not_fit_for_one(contact: dict[str, Any], why: str) -> None:
    assert why in row_of(IMPORT, contact).unfit


def test_a_number_has_no_white_space_around_it() -> None:
    spaced = changed(phone_numbers=[{"phone_number": " 978-555-0142\n", "kind": "home"}])
    row = row_of(IMPORT, spaced)
    assert (row.unfit, row.values["home_phone"]) == ("", "978-555-0142")


def test_nobody_in_canada_is_kept_out_for_the_telephone() -> None:
    canada = changed(street_addresses=[{"country": "Canada", "kind": "home"}])
    assert row_of(IMPORT, canada).unfit == ""


def test_a_removal_has_the_address_alone() -> None:
    assert row_of(REMOVE, CONTACT).values == "Ines.Moreau@example.org"
    assert "opted out" in row_of(REMOVE, permission("unsubscribed")).unfit


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("978-555-0142", True),
        ("(978) 555-0142", True),
        ("(978)555-0142", True),
        ("+1 978 555 0142", True),
        ("1.978.555.0142", True),
        ("9785550142", True),
        ("978-555-0142 ext. 3", False),
        ("555-0142", False),
        ("178-555-0142", False),
        ("020 7946 0958", False),
        ("030 1234567", False),
        ("+49 30 1234567", False),
        ("01 23 45 67 89", False),
        ("98765 43210", False),
        ("call me", False),
        ("٩٧٨-٥٥٥-٠١٤٢", False),
    ],
)
def test_telephone_numbers_of_the_us_have_one_form(text: str, is_one: bool) -> None:
    assert (us_phone(text) is not None) is is_one


def test_the_limits_are_those_of_v3() -> None:
    assert LIMITS.rows == 40_000
    assert LIMITS.bytes < 4_000_000


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=40), st.sampled_from(["7", "12"])), max_size=40
    ),
    st.integers(1, 9),
    st.integers(300, 900),
)
@settings(max_examples=60)
def test_no_request_is_over_its_limits_and_nobody_is_lost(
    people: list[tuple[str, str]], rows: int, size: int
) -> None:
    activity = replace(IMPORT, limits=BulkLimits(rows, size))
    with Grouping(activity, V3.contract) as grouping:
        for number, (name, list_id) in enumerate(people):
            address = f"p{number}@example.org"
            values = {"email": address, "first_name": name[:50].strip() or "x"}
            row = BulkRow((list_id,), address, values, frozenset())
            assert grouping.add(row, str(number)) is None
        bodies = list(grouping.bodies())
    told = [place for body in bodies for place in body.places]
    assert sorted(told, key=int) == [str(number) for number in range(len(people))]
    for body in bodies:
        assert len(body.data) <= size
        value = orjson.loads(body.data)
        assert len(value["import_data"]) == len(body.places) <= rows
        assert V3.contract.is_valid("contacts_json_import", "create", value)
        assert value["list_ids"] == list(body.lists)


def test_an_address_that_comes_twice_is_in_one_request_once() -> None:
    with Grouping(IMPORT, V3.contract) as grouping:
        assert grouping.add(row_of(IMPORT, CONTACT), "a") is None
        again = changed(email_address={"address": "ines.moreau@EXAMPLE.org"})
        twin = grouping.add(row_of(IMPORT, again), "b")
        assert twin is not None
        assert (twin.place, twin.differs) == ("a", False)
        other = grouping.add(row_of(IMPORT, changed(first_name="Ines")), "c")
        assert other is not None
        assert other.differs
    with Grouping(REMOVE, V3.contract) as grouping:
        assert grouping.add(row_of(REMOVE, CONTACT), "a") is None
        twin = grouping.add(row_of(REMOVE, CONTACT), "b")
        assert twin is not None
        assert not twin.differs
        (body,) = grouping.bodies()
    assert orjson.loads(body.data) == {
        "source": {"contact_ids": ["Ines.Moreau@example.org"]},
        "list_ids": ["7", "12"],
    }


def test_whoever_is_created_alone_comes_back_in_order() -> None:
    with Grouping(IMPORT, V3.contract) as grouping:
        row = row_of(IMPORT, permission("explicit"))
        for place in ("a", "b"):
            grouping.add_single("contact", row, orjson.dumps(CONTACT), place)
        found = list(grouping.singles())
    assert [(each.number, each.place, each.resource) for each in found] == [
        (1, "a", "contact"),
        (2, "b", "contact"),
    ]
    assert found[0].lists == ("7", "12")
    assert orjson.loads(found[0].data) == CONTACT
