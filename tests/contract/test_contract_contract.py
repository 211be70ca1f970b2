"""The contract: each limit at its boundary, made from the schema itself, and what is said of what
breaks it."""

import copy
import itertools
import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate import convert, read
from ctct_migrate.contract.contract import Contract
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.schema_files import schema_directory
from ctct_migrate.targets.v2.states_and_countries import country_names
from ctct_migrate.targets.v2.target import V2

contract = V2.contract
is_valid, limits, violations = contract.is_valid, contract.limits, contract.violations

HTML = "<html><body><p>Hello</p></body></html>"
EMAIL = "joe@example.com"
FOOTER = {
    "organization_name": "Joe's Flowers",
    "address_line_1": "1 Main Street",
    "city": "Boston",
    "state": "MA",
    "country": "US",
}
CREATE = {
    "name": "Spring sale",
    "subject": "Everything must go",
    "from_name": "Joe",
    "from_email": EMAIL,
    "reply_to_email": EMAIL,
    "email_content": HTML,
    "text_content": "Hello",
    "message_footer": FOOTER,
    "sent_to_contact_lists": [{"id": "1"}],
}
RECORD = {
    **CREATE,
    "id": "1100546096289",
    "status": "SENT",
    "template_type": "CUSTOM",
    "created_date": "2013-05-10T11:07:43.626Z",
    "tracking_summary": {"sends": 1},
    "click_through_details": [{"url": "http://example.com", "url_uid": "2", "click_count": 3}],
}
CONTACT = {
    "email_addresses": [{"email_address": "ada@example.org"}],
    "addresses": [{"address_type": "PERSONAL", "state_code": "MA", "country_code": "US"}],
    "notes": [{"note": "Met at the fair"}],
    "custom_fields": [{"name": "CustomField15", "value": "Green"}],
    "lists": [{"id": "1"}],
    "confirmed": False,
}
ITEM = {"name": "Mug", "price": 9.5, "default_quantity_total": 20, "per_registrant_limit": 2}
PROMOCODE = {
    "code_name": "SPRING_20", "code_type": "DISCOUNT", "discount_percent": 20,
    "discount_scope": "ORDER_TOTAL", "quantity_total": -1,
}  # fmt: skip

FILE = {
    "file_name": "a.png",
    "file_type": "PNG",
    "folder_id": "7",
    "description": "",
    "source": "MyComputer",
}
EVENT = {
    "name": "Fair",
    "title": "The book fair",
    "type": "FESTIVALS_FAIRS",
    "start_date": "2011-05-11T18:00:00-04:00",
    "end_date": "2011-05-11T20:30:00-04:00",
    "time_zone_id": "US/Eastern",
    "contact": {"name": "Ada"},
}
ADDRESSES = [{"email_address": "ada@example.org"}]
GOOD = [
    ("campaign", "create", CREATE),
    ("campaign", "update", {**CREATE, "id": "1"}),
    ("campaign", "record", RECORD),
    ("campaign", "record", {"name": "Spring sale"}),
    ("contact_list", "create", {"name": "Gardeners", "status": "ACTIVE"}),
    ("contact_list", "update", {"name": "Gardeners", "status": "ACTIVE"}),
    ("contact_list", "record", {"id": "7", "name": "Gardeners", "status": "HIDDEN"}),
    ("contact", "create", CONTACT),
    ("contact", "update", {**CONTACT, "lists": [], "first_name": "Ada"}),
    ("contact", "record", {"id": "311", "status": "OPTOUT", **CONTACT}),
    ("contact_list_member", "record", {"id": "51", "email_addresses": ADDRESSES}),
    ("email", "record", {"email_address": "joe@example.com", "status": "CONFIRMED"}),
    ("activity", "record", {"id": "a07e1", "type": "ADD_CONTACTS", "errors": [{"line_number": 2}]}),
    ("folder", "create", {"name": "Spring"}),
    ("folder", "update", {"name": "Spring", "parent_id": "0"}),
    ("folder", "record", {"id": "-8", "name": "Spring", "level": 1}),
    ("image", "create", FILE),
    ("image", "update", {"name": "a.png", "description": "A rose", "folder_id": "7"}),
    ("image", "record", {"id": "9", "name": "a.png", "status": "Active", "height": 12}),
    ("event", "create", EVENT),
    ("event", "update", {**EVENT, "payment_options": ["DOOR"]}),
    ("event", "record", {"id": "a07e1", "name": "Fair", "total_registered_count": 3}),
    ("fee", "create", {"label": "Tasting", "fee": 15.0, "fee_scope": "BOTH"}),
    ("fee", "update", {"label": "Tasting", "fee": 0, "fee_scope": "GUESTS"}),
    ("fee", "record", {"label": "Tasting", "fee": 15.0, "fee_scope": "REGISTRANT"}),
    ("item", "create", ITEM),
    ("item", "update", {**ITEM, "description": "Of clay"}),
    ("item", "record", {"id": "9", **ITEM, "default_quantity_available": 3}),
    ("attribute", "create", {"name": "Red", "quantity_total": 4}),
    ("attribute", "update", {"name": "Red", "quantity_total": 0}),
    ("attribute", "record", {"id": "9", "name": "Red", "quantity_available": 2}),
    ("promocode", "create", PROMOCODE),
    ("promocode", "update", {**PROMOCODE, "is_paused": True}),
    ("promocode", "record", {"id": "9", **PROMOCODE, "status": "LIVE"}),
    ("event_status", "create", {"op": "REPLACE", "path": "#/status", "value": "ACTIVE"}),
    ("event_status", "update", {"op": "REPLACE", "path": "#/status", "value": "CANCELLED"}),
    ("event_status", "record", {"op": "REPLACE", "path": "#/status", "value": "ACTIVE"}),
    ("registrant", "record", {"id": "abc=", "registration_status": "REGISTERED"}),
    ("schedule", "create", {"scheduled_date": "2013-05-10T11:07:43.626Z"}),
    ("schedule", "update", {"scheduled_date": "2013-05-10T11:07:43+02:00"}),
    ("schedule", "record", {"id": "1", "scheduled_date": "2013-05-10T11:07:43Z"}),
]


def put(body, pointer, value):
    """`body` with `value` at `pointer`, and what that takes around it."""
    body = copy.deepcopy(body)
    at, tokens = body, [int(token) if token == "0" else token for token in pointer.split("/")[1:]]
    for token, following in itertools.pairwise(tokens):
        empty = [{}] if following == 0 else {}
        at = at[0] if token == 0 else at.setdefault(token, empty)
    at[tokens[-1]] = value
    return body


def of_length(pointer, length):
    """A text of so many characters that is right at `pointer` in any other way."""
    limit = limits("campaign", pointer)
    if pointer == "/email_content":
        return HTML.replace("Hello", "\u2603" * (length - len(HTML) + len("Hello")))
    if "e-mail" in limit.expected:
        return "x" * (length - 4) + "@b.c"
    return "\U0001f33b" * length


RECORD_LIMITS = [
    limits("campaign", pointer) for pointer in contract.properties("campaign", "record")
]
LONGEST = [limit for limit in RECORD_LIMITS if limit.max_length is not None]
SHORTEST = [limit for limit in RECORD_LIMITS if limit.min_length is not None]


def pointer_of(limit):
    return limit.pointer


@pytest.mark.parametrize(("resource", "shape", "body"), GOOD)
def test_a_good_body_is_valid(resource, shape, body):
    assert violations(resource, shape, body) == ()
    assert is_valid(resource, shape, body)


def test_a_shape_of_the_payload_serves():
    assert is_valid("campaign", Shape.CREATE, CREATE)
    assert contract.properties("campaign", Shape.CREATE) == contract.properties(
        "campaign", "create"
    )


@pytest.mark.parametrize("limit", LONGEST, ids=pointer_of)
def test_the_longest_value_passes_and_one_character_more_does_not(limit):
    longest = put(RECORD, limit.pointer, of_length(limit.pointer, limit.max_length))
    assert violations("campaign", "record", longest) == ()
    longer = put(RECORD, limit.pointer, of_length(limit.pointer, limit.max_length + 1))
    (violation,) = violations("campaign", "record", longer)
    assert (violation.pointer, violation.keyword) == (limit.pointer, "maxLength")
    assert violation.limit == limit.max_length
    assert f"{limit.max_length + 1:,} characters; at most {limit.max_length:,}" in violation.message


@pytest.mark.parametrize("limit", SHORTEST, ids=pointer_of)
def test_the_shortest_value_passes_and_one_character_less_does_not(limit):
    shortest = put(RECORD, limit.pointer, of_length(limit.pointer, limit.min_length))
    assert violations("campaign", "record", shortest) == ()
    shorter = put(RECORD, limit.pointer, of_length(limit.pointer, limit.min_length - 1))
    (violation,) = violations("campaign", "record", shorter)
    assert (violation.pointer, violation.keyword) == (limit.pointer, "minLength")
    assert violation.limit == limit.min_length


@pytest.mark.parametrize("limit", [limit for limit in RECORD_LIMITS if limit.enum], ids=pointer_of)
def test_each_listed_value_passes_and_no_other_does(limit):
    for value in limit.enum:
        assert is_valid("campaign", "record", put(RECORD, limit.pointer, value)), value
    for value in (limit.enum[0].lower(), f"{limit.enum[0]} ", ""):
        (violation,) = violations("campaign", "record", put(RECORD, limit.pointer, value))
        assert (violation.pointer, violation.keyword) == (limit.pointer, "enum")
        assert violation.value == value
        assert (
            limit.expected in violation.message
            if limit.expected
            else limit.enum[-1] in violation.message
        )


#: Right for the type and for nothing else.
OTHERS = {
    "string": [1, True, {}, []],
    "boolean": ["true", 1],
    "integer": ["1", 1.5, True],
    "object": ["", []],
    "array": [{}, ""],
}


@pytest.mark.parametrize("limit", RECORD_LIMITS, ids=pointer_of)
def test_no_value_of_another_type_passes(limit):
    for value in OTHERS[limit.type]:
        body = put(RECORD, limit.pointer, value)
        found = violations("campaign", "record", body)
        assert [violation.pointer for violation in found][:1] == [limit.pointer], value
        assert not is_valid("campaign", "record", body)


@pytest.mark.parametrize("limit", RECORD_LIMITS, ids=pointer_of)
def test_null_passes_where_it_is_allowed(limit):
    body = put(RECORD, limit.pointer, None)
    assert is_valid("campaign", "record", body) is limit.nullable
    assert (violations("campaign", "record", body) == ()) is limit.nullable


@pytest.mark.parametrize(
    "limit", [limit for limit in RECORD_LIMITS if limit.format == "date-time"], ids=pointer_of
)
@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("2013-05-10T11:07:43.626Z", True),
        ("2013-05-10T11:07:43-11:30", True),
        ("2013-05-10T11:07:43", False),
        ("2013-05-10", False),
        ("2013-02-29T11:07:43Z", False),
        ("2013-05-10T11:07:43 01:00", False),
    ],
)
def test_dates_have_a_zone_and_are_on_the_calendar(limit, value, right):
    assert is_valid("campaign", "record", put(RECORD, limit.pointer, value)) is right


@pytest.mark.parametrize(
    ("address", "right"),
    [
        (EMAIL, True),
        ("o'hara+sale.2010@mail.example.co.uk", True),
        ("j\u00f6@ex\u00e4mple.com", True),
        ("joe.example.com", False),
        ("joe@example", False),
        ("joe@@example.com", False),
        ("joe @example.com", False),
        ("joe@example.com ", False),
        ("joe@example..com", False),
        ("Joe <joe@example.com>", False),
        ("joe@example.com,ann@example.com", False),
        ("joe@example.com\n", False),
    ],
)
def test_addresses(address, right):
    found = violations("campaign", "create", {**CREATE, "from_email": address})
    assert [(each.pointer, each.keyword) for each in found] == (
        [] if right else [("/from_email", "pattern")]
    )


@pytest.mark.parametrize(
    ("html", "right"),
    [
        (HTML, True),
        ('<!DOCTYPE html>\n<HTML lang="en">\n<HeAd/><BODY\nclass="x"></BODY>\n</HTML>', True),
        ('<!DOCTYPE html>\n<HTML lang="en">\n<HeAd/><BODY\nclass="x"></BODY >\n</HTML\n>', False),
        ("<!-- x --><html><head><title/></head><body></body></html> ", True),
        ("Test Email", False),
        ("<html></html>", False),
        ("<body></body>", False),
        ("<html><body></html></body>", False),
        ("<htmlx><body></body></html>", False),
        ("<html><body></body>", False),
        ("&lt;html&gt;&lt;body&gt;&lt;/body&gt;&lt;/html&gt;", False),
    ],
)
def test_content_is_a_whole_html_document(html, right):
    assert is_valid("campaign", "create", {**CREATE, "email_content": html}) is right


@pytest.mark.parametrize(
    "part",
    [
        "<html ", "<html><body>", "<html><body><body ", "</body\n", "<html><body></body></html",
        "<", "<html \n<body \n</body \n</html \n",
    ],
)  # fmt: skip
def test_hostile_content_is_refused_in_linear_time(part):
    most = limits("campaign", "/email_content").max_length
    hostile = (part * (most // len(part) + 1))[:most]
    body = {**CREATE, "email_content": hostile}
    start = time.perf_counter()
    assert not is_valid("campaign", "create", body)
    assert time.perf_counter() - start < 20  # a few milliseconds; minutes, if it backtracked


CONDITIONS = [
    ("create", "/is_permission_reminder_enabled", ["/permission_reminder_text"]),
    (
        "update",
        "/is_view_as_webpage_enabled",
        ["/view_as_web_page_link_text", "/view_as_web_page_text"],
    ),
    (
        "create",
        "/message_footer/include_forward_email",
        ["/message_footer/forward_email_link_text"],
    ),
    ("update", "/message_footer/include_subscribe_link", ["/message_footer/subscribe_link_text"]),
]


@pytest.mark.parametrize(("shape", "flag", "texts"), CONDITIONS)
def test_a_flag_makes_its_texts_required(shape, flag, texts):
    body = {**CREATE, "id": "1"} if shape == "update" else CREATE
    assert is_valid("campaign", shape, put(body, flag, False))
    assert is_valid("campaign", shape, put(body, flag, None))
    raised = put(body, flag, True)
    found = violations("campaign", shape, raised)
    assert [(each.pointer, each.keyword) for each in found] == [
        (each, "required") for each in texts
    ]
    name = flag.rpartition("/")[2]
    assert all(each.message.endswith(f"is missing, since {name} is true") for each in found)
    for wrong, keyword in (("", "minLength"), (None, "type")):
        (first, *_) = violations("campaign", shape, put(raised, texts[0], wrong))
        assert (first.pointer, first.keyword) == (texts[0], keyword)
    for pointer in texts:
        raised = put(raised, pointer, "Click here")
    assert is_valid("campaign", shape, raised)
    assert is_valid("campaign", "record", put(RECORD, flag, True))


@pytest.mark.parametrize("country", ["US", "USA"])
def test_an_organization_in_the_us_has_a_state(country):
    footer = {**FOOTER, "country": country}
    assert is_valid("campaign", "create", {**CREATE, "message_footer": footer})
    for state, keyword in (("ma", "pattern"), ("Texas", "pattern"), (None, "type")):
        body = {**CREATE, "message_footer": {**footer, "state": state}}
        (violation,) = violations("campaign", "create", body)
        assert (violation.pointer, violation.keyword) == ("/message_footer/state", keyword)
    del footer["state"]
    (violation,) = violations("campaign", "create", {**CREATE, "message_footer": footer})
    assert (violation.pointer, violation.keyword) == ("/message_footer/state", "required")
    assert is_valid("campaign", "create", {**CREATE, "message_footer": {**footer, "country": "DE"}})


def recorded(resource: str) -> dict[str, Any]:
    """The record of a sample of a resource that v1 only ever answered."""
    samples = sorted((Path(__file__).parents[2] / "samples" / "archive").glob("*.xml"))
    made = (each for path in samples for each in convert(read(path), "record"))
    return next(each.body for each in made if each.resource == resource)


@pytest.mark.parametrize("resource", BY_SLUG)
@pytest.mark.parametrize("shape", Shape)
def test_each_required_property_is_missed_at_its_own_place(resource, shape):
    if BY_SLUG[resource].read_only and shape is not Shape.RECORD:
        assert not is_valid(resource, shape, {})  # none is made
        return
    known = (body for *kind, body in GOOD if kind == [resource, shape])
    body = next(known, None) or recorded(resource)
    required = contract.required(resource, shape)
    assert required or BY_SLUG[resource].read_only
    for name in required:
        short = {key: value for key, value in body.items() if key != name}
        (violation,) = violations(resource, shape, short)
        assert (violation.pointer, violation.keyword) == (f"/{name}", "required")
        assert violation.message == f"{name} is missing"
        assert violation.value is None


def test_what_a_created_campaign_has_to_have():
    assert contract.required("campaign", "create") == (
        "name", "subject", "from_name", "from_email", "email_content", "text_content",
    )  # fmt: skip
    for name in ("email_content", "text_content"):
        (violation,) = violations("campaign", "create", {**CREATE, name: None})
        assert (violation.pointer, violation.keyword) == (f"/{name}", "type")
    footer = {"city": "Boston"}
    found = violations("campaign", "create", {**CREATE, "message_footer": footer})
    assert [each.pointer.rpartition("/")[2] for each in found] == [
        "address_line_1", "country", "organization_name",
    ]  # fmt: skip


def test_an_update_names_its_campaign():
    for wrong, keyword in ((None, "type"), ("", "minLength"), (1, "type")):
        (violation, *_) = violations("campaign", "update", {**CREATE, "id": wrong})
        assert (violation.pointer, violation.keyword) == ("/id", keyword)


def test_what_only_the_server_writes_may_not_be_sent():
    read_only = {limit.pointer for limit in RECORD_LIMITS if limit.read_only}
    assert {"/status", "/template_type", "/tracking_summary/sends", "/permalink_url"} <= read_only
    for shape in ("create", "update"):
        assert not read_only & set(contract.properties("campaign", shape))
    found = violations("campaign", "create", {**CREATE, "status": "DRAFT", "id": "1"})
    assert [(each.pointer, each.keyword) for each in found] == [
        ("/id", "additionalProperties"),
        ("/status", "additionalProperties"),
    ]


def test_superfluous_properties_are_found_wherever_they_are():
    body = put(put(CREATE, "/message_footer/zip", "01721"), "/sent_to_contact_lists/0/name", "x")
    body["a/b~c"] = 1
    assert [each.pointer for each in violations("campaign", "create", body)] == [
        "/a~1b~0c",
        "/message_footer/zip",
        "/sent_to_contact_lists/0/name",
    ]


def test_ids_are_text():
    (violation,) = violations(
        "campaign", "create", {**CREATE, "sent_to_contact_lists": [{"id": 1}]}
    )
    assert violation.pointer == "/sent_to_contact_lists/0/id"
    assert violation.message == "sent_to_contact_lists[0].id is `1`, not text"


@pytest.mark.parametrize("limit", RECORD_LIMITS, ids=pointer_of)
def test_half_a_character_never_raises(limit):
    """A lone surrogate, which JSON can escape and UTF-8 cannot hold."""
    body = put(RECORD, limit.pointer, "\ud800")
    assert is_valid("campaign", "record", body) == (not violations("campaign", "record", body))


@pytest.mark.parametrize("value", [b"x", float("nan"), object()])
def test_what_json_cannot_hold_is_a_violation_and_no_exception(value):
    body = {**CREATE, "message_footer": {**FOOTER, "city": value}}
    assert not is_valid("campaign", "create", body)
    (violation, *_) = violations("campaign", "create", body)
    assert violation.pointer == "/message_footer/city"


def test_a_body_of_any_depth_is_a_violation_and_no_exception():
    body = []
    for _ in range(5000):
        body = [body]
    assert not is_valid("campaign", "create", body)
    assert violations("campaign", "create", body)


@pytest.mark.parametrize("body", [None, [], "x", 1, True])
def test_a_body_that_is_no_object(body):
    (violation,) = violations("schedule", "create", body)
    assert (violation.pointer, violation.keyword) == ("", "type")
    assert violation.message.startswith("the body is ")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside),
    max_leaves=6,
)


@given(st.sampled_from(GOOD), st.data())
def test_there_are_violations_exactly_where_a_body_is_not_valid(good, data):
    resource, shape, body = good
    names = list(contract.properties(resource, "record"))
    for _ in range(data.draw(st.integers(0, 3))):
        pointer = data.draw(st.sampled_from([each for each in names if each.count("/") == 1]))
        body = {**body, pointer[1:]: data.draw(JSON)}
    found = violations(resource, shape, body)
    assert is_valid(resource, shape, body) == (not found)
    for violation in found:
        assert violation.message
        assert violation.pointer.startswith("/")
        for jargon in ("schema", "keyword", "Some(", "Null", "regex", "^"):
            assert jargon not in violation.message.replace(str(violation.value), "")


def test_every_property_has_limits_and_a_meaning():
    for resource in BY_SLUG:
        for pointer in contract.properties(resource, "record"):
            assert limits(resource, pointer).description, pointer
    with pytest.raises(KeyError):
        limits("campaign", "/message_footer/zip")
    assert limits("campaign", "/sent_to_contact_lists/7/id").type == "string"


@pytest.mark.parametrize(("resource", "shape"), [("guest", "create"), ("campaign", "delete")])
def test_there_is_no_contract_for_others(resource, shape):
    with pytest.raises(KeyError):
        is_valid(resource, shape, {})
    with pytest.raises(KeyError):
        contract.properties(resource, shape)


def test_countries_have_names():
    names = country_names()
    assert names["US"] == "United States"
    assert names["U1"] == "England"
    assert tuple(names) == limits("campaign", "/message_footer/country").enum
    with pytest.raises(TypeError):
        names["XX"] = "Nowhere"


@pytest.mark.parametrize(
    ("pointer", "text", "fits"),
    [
        ("/from_email", "joe@example.com", True),
        ("/from_email", "joe at example.com", False),
        ("/from_email", "joe@" + "x" * 99 + ".com", True),  # its length aside
        ("/email_content", "Hello", False),
        ("/email_content", HTML, True),
        ("/subject", "anything", True),
    ],
)
def test_the_form_of_a_text_is_asked_apart_from_its_length(pointer, text, fits):
    assert contract.fits_pattern("campaign", pointer, text) is fits


@pytest.mark.parametrize("pointer", ["/from_email", "/email_content"])
def test_half_a_character_fits_no_form(pointer):
    text = "a\udc80@example.org<html><body></body></html>"
    assert contract.fits_pattern("campaign", pointer, text) is False


def test_a_changed_schema_is_followed(tmp_path):
    directory = shutil.copytree(schema_directory() / "v2", tmp_path / "v2")
    path = directory / "campaign.json"
    schema = json.loads(path.read_text("utf-8"))
    schema["properties"]["name"]["maxLength"] = 3
    schema["properties"]["greeting_name"]["enum"].append("NICKNAME")
    path.write_text(json.dumps(schema), "utf-8")
    changed = Contract(directory)
    (violation,) = changed.violations("campaign", "create", CREATE)
    assert violation.message == "name has 11 characters; at most 3 are allowed"
    body = {**CREATE, "name": "abc", "greeting_name": "NICKNAME"}
    assert changed.is_valid("campaign", "create", body)
    assert changed.limits("campaign", "/greeting_name").enum[-1] == "NICKNAME"
    assert (
        "NICKNAME"
        in changed.violations("campaign", "create", {**body, "greeting_name": "x"})[0].message
    )
    assert not is_valid("campaign", "create", body)


def test_missing_schemas_are_an_error_of_the_caller(tmp_path):
    with pytest.raises(OSError):
        Contract(tmp_path).is_valid("campaign", "create", CREATE)


def test_what_a_stock_campaign_keeps_is_a_fact_of_the_schema():
    assert contract.read_only_when("campaign", "template_type", "STOCK") == (
        "email_content",
        "text_content",
        "style_sheet",
    )
