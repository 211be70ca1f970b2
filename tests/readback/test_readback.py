"""From v2 to v3: what a body of v2 becomes is what its v1 document becomes, and what is wrong stands at
its place in the JSON."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest
from example_documents import CAMPAIGN
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate import Severity, convert, read
from ctct_migrate.bodies.json_places import character_place, placed
from ctct_migrate.readback import convert_bodies
from ctct_migrate.source import Source

ROOT = Path(__file__).parents[2]
SAMPLES = [
    path
    for folder in ("good", "dialects", "v3")
    for path in sorted((ROOT / "samples" / folder).glob("*.xml"))
]

(V2,) = (each.body for each in convert(read(CAMPAIGN.encode())))


def source(value: object, **layout: object) -> Source:
    return Source("body.json", json.dumps(value, **layout).encode())  # type: ignore[arg-type]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_way_over_v2_leads_where_the_straight_one_does(path: Path) -> None:
    document = read(path.read_bytes())
    made = list(convert(document))
    straight = {each.entry: each for each in convert(document, target="v3")}
    for payload in made:
        if payload.resource == "contact":
            continue  # a body of v2 does not say who put a contact on its lists
        if payload.resource == "folder":
            continue  # a name alone may be that of a list
        found = convert_bodies(source(payload.body, indent=2))
        bodies = [each.body for each in found]
        expected = straight.get(payload.entry)
        assert bodies == ([expected.body] if expected is not None else [])


def test_a_contact_keeps_what_both_have() -> None:
    body = {
        "status": "ACTIVE", "first_name": "Ada", "lists": [{"id": "11"}],
        "email_addresses": [{"email_address": "ada@example.com", "opt_in_source": "ACTION_BY_OWNER"}],
        "addresses": [{"address_type": "PERSONAL", "line1": "1 Way", "country_code": "US", "state_code": "MA"}],
    }  # fmt: skip
    (made,) = convert_bodies(source(body))
    assert made.body["email_address"] == {
        "address": "ada@example.com",
        "permission_to_send": "implicit",
    }
    assert made.body["first_name"] == "Ada"
    assert made.body["list_memberships"] == ["11"]


@pytest.mark.parametrize("status", ["OPTOUT", "REMOVED"])
def test_who_opted_out_is_not_made_mailable(status: str) -> None:
    body = {
        "status": status, "lists": [{"id": "11"}],
        "email_addresses": [{"email_address": "ada@example.com", "opt_in_source": "ACTION_BY_OWNER"}],
    }  # fmt: skip
    for each in convert_bodies(source(body)):
        assert each.body["email_address"]["permission_to_send"] == "unsubscribed"
        assert "list_memberships" not in each.body


def said(value: object, **layout: object) -> dict[str, str]:
    given_ = source(value, **layout)
    found = convert_bodies(given_).diagnostics
    return {
        each.code: given_.data[each.span.start.offset : each.span.end.offset].decode()
        for each in found
    }


@pytest.mark.parametrize("layout", [{}, {"indent": 2}, {"ensure_ascii": False}])
def test_what_is_wrong_stands_at_its_place_in_the_json(layout) -> None:
    page = '<html><body>"Äpfel"\t🍏 \\ ${price} [[trackingImage]]</body></html>'
    found = said({**V2, "email_content": page, "from_name": "x" * 101, "colour": "red"}, **layout)
    assert found["CT720"] == "${"
    assert found["CT701"] == "x" * 101
    assert found["CT855"] == '"colour"'
    assert found["CT840"] == '"text_content"'


def test_messages_speak_of_the_properties_of_v2() -> None:
    found = convert_bodies(source({**V2, "from_name": "x" * 101})).diagnostics
    (too_long,) = [each for each in found if each.code == "CT701"]
    assert too_long.message.startswith("`from_name` is 101")
    assert too_long.element == "/from_name"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "CT851"), ("<a/>", "CT851"), ("[1]", "CT856"), ('{"colour": 1}', "CT856"), ("[" * 5_000, "CT851"),
        ('"a"', "CT856"), ("[" * 900 + "]" * 900, "CT856"),
    ],
)  # fmt: skip
def test_rubbish_gets_one_error(text: str, code: str) -> None:
    made = convert_bodies(Source("a.json", text.encode()))
    assert not list(made)
    assert [each.code for each in made.diagnostics] == [code]


def test_lists_and_lines_of_bodies_are_numbered() -> None:
    schedule = {"scheduled_date": "2030-01-01T00:00:00.000Z"}
    made = convert_bodies(source([V2, schedule]))
    assert [(each.entry, each.resource) for each in made] == [(0, "campaign"), (1, "schedule")]
    line = {
        "source": "a.xml",
        "entry": None,
        "resource": "schedule",
        "body": schedule,
        "dropped": [],
    }
    text = "\n".join(json.dumps(each) for each in (line, schedule))
    made = convert_bodies(Source("a.jsonl", text.encode()))
    assert [each.body for each in made] == [schedule, schedule]


def test_the_source_map_leads_into_the_json() -> None:
    given_ = source(V2, indent=2)
    (made,) = convert_bodies(given_)
    span = made.source_map["/campaign/name"]
    assert given_.data[span.start.offset : span.end.offset].decode() == V2["name"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_places_hold_the_values(value, indent, ascii_only) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found, end = placed(text)
    assert end == len(text)
    waiting = [found]
    while waiting:
        each = waiting.pop()
        assert json.loads(text[each.start : each.end]) == each.value
        waiting += each.inside.values()


@given(st.text(), st.booleans())
def test_characters_of_strings_are_found(value: str, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    places = [character_place(text, 0, index) for index in range(len(value) + 1)]
    assert places == sorted(set(places))
    for index, (start, end) in enumerate(pairwise(places)):
        assert json.loads(f'"{text[start:end]}"') == value[index]


def test_the_kind_of_an_address_is_that_of_the_body() -> None:
    address = {"address_type": "BUSINESS", "line1": "1 Way", "country_code": "US"}
    body = {
        "email_addresses": [{"email_address": "a@example.com"}],
        "lists": [{"id": "1"}],
        "addresses": [address],
    }
    made = convert_bodies(source(body))
    assert [each.body["street_addresses"][0]["kind"] for each in made] == ["work"]
    assert "CT855" not in {each.code for each in made.diagnostics}


@pytest.mark.parametrize(
    ("change", "guilty"),
    [
        ({"name": 12}, "12"),
        ({"message_footer": "x"}, '"x"'),
        ({"sent_to_contact_lists": ["7"]}, '"7"'),
    ],
)
def test_a_value_of_a_wrong_type_is_an_error_at_its_place(change, guilty: str) -> None:
    assert said({**V2, **change})["CT857"] == guilty
    assert not list(convert_bodies(source({**V2, **change})))


def test_a_bad_line_loses_no_other() -> None:
    lines = ['{"name": "A", "status": "ACTIVE"}', "", "{bad", '{"name": "B", "status": "HIDDEN"}']
    made = convert_bodies(Source("a.jsonl", "\n".join(lines).encode()))
    assert [each.body["name"] for each in made] == ["A", "B"]
    assert [each.code for each in made.diagnostics if each.severity == "error"] == ["CT851"]


def test_a_custom_field_is_named_where_it_stands() -> None:
    body = {"email_addresses": [{"email_address": "a@example.com"}], "lists": [{"id": "1"}],
            "custom_fields": [{"name": "CustomField3", "value": "x"}]}  # fmt: skip
    (found,) = [each for each in convert_bodies(source(body)).diagnostics if each.code == "CT740"]
    assert "custom_fields/0/value" in found.message


@pytest.mark.parametrize(
    ("body", "noun"),
    [
        ({"label": "Member", "fee": 12.5, "fee_scope": "BOTH"}, "fees"),
        ({"name": "Spring", "parent_id": "0"}, "folders"),
        (
            {
                "name": "Harbour evening", "title": "An evening", "event_detail_url": "https://example.com/e",
                "start_date": "2011-05-11T18:00:00-04:00", "end_date": "2011-05-11T20:00:00-04:00",
                "location": "The hall", "currency_type": "USD", "time_zone_id": "US/Eastern",
                "payment_options": ["PAYPAL", "DOOR"], "paypal_account_email": "shop@example.com",
                "total_registered_count": 2, "type": "OTHER", "status": "DRAFT",
            },
            "events",
        ),
    ],
)  # fmt: skip
def test_what_the_new_target_has_no_place_for_is_skipped_and_said(body, noun: str) -> None:
    made = convert_bodies(source([body, body]))
    assert len(made) == 0
    assert [(each.code, each.entry) for each in made.diagnostics] == [("CT877", 0), ("CT877", 1)]
    assert f"v3 has no place for {noun}" in made.diagnostics[0].message


@pytest.mark.parametrize("date", ["tomorrow", "2031-02-30T11:00:00Z", "2031-05-10", "05/10/2031"])
def test_what_is_no_date_is_said_at_its_place(date: str) -> None:
    given_ = source({"id": "1", "scheduled_date": date})
    found = convert_bodies(given_)
    assert list(found) == []
    (only,) = found.diagnostics
    assert (only.code, only.element) == ("CT894", "/scheduled_date")
    assert given_.data[only.span.start.offset : only.span.end.offset].decode() == f'"{date}"'


def test_a_wrong_address_is_said_once_and_by_its_property() -> None:
    for value in ("a@b", "joe@localhost"):
        found = convert_bodies(source({**V2, "reply_to_email": value})).diagnostics
        (only,) = (each for each in found if each.element == "/reply_to_email")
        assert only.code == "CT703"
        assert only.message == f"v3 does not take `{value}` for `reply_to_email`"


def test_xml_in_place_of_json_is_told_what_to_do() -> None:
    (only,) = convert_bodies(Source("a.xml", CAMPAIGN.encode())).diagnostics
    assert only.code == "CT851"
    assert only.help == ("Leave out `--from v2`: a v1 document is converted as it is.",)


def test_what_is_dropped_is_shown_as_the_body_has_it() -> None:
    (made,) = convert_bodies(source({"name": "Readers", "status": "ACTIVE"}))
    assert [(each.path, each.value) for each in made.dropped] == [("/status", "ACTIVE")]


@pytest.mark.parametrize(
    ("name", "value"), [("from_email", "joe"), ("subject", ""), ("email_content", "hello")]
)
def test_what_the_old_target_would_refuse_is_said_at_its_place(name: str, value: str) -> None:
    found = convert_bodies(source({**V2, name: value}))
    assert list(found) == []
    wrong = [each for each in found.diagnostics if each.severity is Severity.ERROR]
    assert [(each.code, each.element) for each in wrong] == [("CT894", f"/{name}")]
