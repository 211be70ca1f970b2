"""Groups of rows as bodies below limits."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.bulk.bulk_rows import row_of
from ctct_migrate.bulk.grouping import Grouping, InvalidBulkBody
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkActivity, BulkLimits

V2 = TARGETS["v2"]
ADD = V2.bulk["addcontacts"]


def limited(activity: BulkActivity, rows: int, size: int) -> BulkActivity:
    return replace(activity, limits=BulkLimits(rows, size))


def contact(address, lists=("1",), **more):
    return {
        "email_addresses": [{"email_address": address}],
        "lists": [{"id": each} for each in lists],
        **more,
    }


def grouped(contacts, activity=ADD):
    with Grouping(activity, V2.contract) as grouping:
        twins = [
            grouping.add(row_of(activity, each), str(number))
            for number, each in enumerate(contacts)
        ]
        return list(grouping.bodies()), twins


def test_groups_come_in_the_order_of_their_first_rows_and_rows_as_they_came():
    bodies, twins = grouped(
        [
            contact("a@example.org", ("7", "1")),
            contact("b@example.org", ("2",), first_name="B"),
            contact("c@example.org", ("1", "7")),
        ]
    )
    assert twins == [None, None, None]
    assert [json.loads(each.data) for each in bodies] == [
        {
            "import_data": [
                {"email_addresses": ["a@example.org"]},
                {"email_addresses": ["c@example.org"]},
            ],
            "lists": ["1", "7"],
            "column_names": ["EMAIL"],
        },
        {
            "import_data": [{"email_addresses": ["b@example.org"], "first_name": "B"}],
            "lists": ["2"],
            "column_names": ["EMAIL", "FIRST NAME"],
        },
    ]
    assert [each.places for each in bodies] == [("0", "2"), ("1",)]
    assert [each.number for each in bodies] == [1, 2]


def test_one_address_twice_in_a_group_is_sent_once():
    bodies, twins = grouped(
        [
            contact("Ada@example.org", first_name="Ada"),
            contact("ada@EXAMPLE.org ", first_name="Ada"),
            contact("ada@example.org", first_name="Augusta"),
            contact("ada@example.org", ("2",)),
        ]
    )
    assert twins[0] is None
    assert twins[1] is not None
    assert (twins[1].place, twins[1].differs) == ("0", False)
    assert twins[2] is not None
    assert (twins[2].place, twins[2].differs) == ("0", True)
    assert twins[3] is None
    rows = [json.loads(each.data)["import_data"] for each in bodies]
    assert rows[0] == [{"email_addresses": ["Ada@example.org"], "first_name": "Ada"}]
    assert rows[1] == [{"email_addresses": ["ada@example.org"]}]


def test_a_body_that_breaks_the_contract_does_not_leave():
    with Grouping(ADD, V2.contract) as grouping:
        row = row_of(ADD, contact("ada@example.org"))
        row.values["middle_name"] = "B."
        grouping.add(row, "")
        with pytest.raises(InvalidBulkBody):
            list(grouping.bodies())


def test_an_activity_without_rows_has_no_groups():
    with pytest.raises(ValueError, match="clearlists"):
        Grouping(V2.bulk["clearlists"], V2.contract)


contacts = st.lists(
    st.builds(
        lambda number, lists, name, custom: contact(
            f"{number}@example.org",
            lists,
            **({"first_name": name} if name else {}),
            **({"custom_fields": [{"name": "CustomField3", "value": "x"}]} if custom else {}),
        ),
        st.integers(0, 30),
        st.sets(st.sampled_from(["1", "2", "10"]), min_size=1).map(sorted),
        st.sampled_from(["", "Å", "Bo", "\u4e2d\u6587\u540d"]),
        st.booleans(),
    ),
    max_size=40,
)


@given(contacts, st.integers(1, 5), st.integers(260, 400))
def test_every_row_is_in_one_body_below_the_limits(given_contacts, rows, size):
    activity = limited(ADD, rows, size)
    bodies, twins = grouped(given_contacts, activity)
    places = [place for each in bodies for place in each.places]
    assert sorted(places, key=int) == [str(n) for n, twin in enumerate(twins) if twin is None]
    for each in bodies:
        body = json.loads(each.data)
        assert len(each.data) <= size
        assert 1 <= len(body["import_data"]) == len(each.places) <= rows
        assert body["lists"] == list(each.lists)
        occurring = {"EMAIL"}
        for row, place in zip(body["import_data"], each.places, strict=True):
            source = given_contacts[int(place)]
            assert row["email_addresses"] == [source["email_addresses"][0]["email_address"]]
            assert {item["id"] for item in source["lists"]} == set(each.lists)
            assert row.get("first_name") == source.get("first_name")
            occurring |= {"FIRST NAME"} if "first_name" in row else set()
            occurring |= {"CUSTOM FIELD 3"} if "custom_fields" in row else set()
        assert set(body["column_names"]) == occurring
        assert body["column_names"][0] == "EMAIL"
    assert grouped(given_contacts, activity)[0] == bodies  # the same bytes again
