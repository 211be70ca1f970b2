"""The classifier, run over the catalogue's own examples and over what servers are seen to say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import (
    RULES,
    Break,
    Call,
    CallOutcome,
    Expected,
    Reaction,
    Reply,
    broken,
)
from ctct_migrate.targets.replies import read as read_by
from ctct_migrate.targets.v2.answers import ANSWERS

_PATH = "emailmarketing/campaigns"
_NAMED = Expected(names=("id", "name"))
_PLACED = Expected(names=("id", "scheduled_date"))
_ID = {"id": "1100546096289"}
CREATE = Call.of("POST", _PATH, {}, _NAMED)
UPDATE = Call.of("PUT", f"{_PATH}/{{id}}", _ID, _NAMED)
SCHEDULE = Call.of("POST", f"{_PATH}/{{id}}/schedules", _ID, _PLACED)
LOOK = Call.of("GET", f"{_PATH}/{{id}}", _ID, _NAMED)
LISTING = Call.of("GET", _PATH, {}, Expected(names=("id", "name"), rows="/results"))
#: The calls of the catalogue's examples.
CALLS = {str(call): call for call in (CREATE, UPDATE, SCHEDULE, LOOK)}
SCOPE = {"www-authenticate": "Bearer error='insufficient_scope',"}

ANSWERED = [rule for rule in RULES if rule.code < "CT940"]


def read(call: Call, answer: Reply) -> CallOutcome:
    return read_by(call, answer, ANSWERS)


def outcome(exchange: str) -> CallOutcome:
    """An example of the catalogue, run through the classifier."""
    request, _, answer = exchange.partition("\n\n")
    call = CALLS[request]
    if answer.startswith("("):
        return broken(call, Break(answer.strip("()")))
    head, _, body = answer.partition("\n\n")
    status, *lines = head.split("\n")
    headers = dict(line.split(": ", 1) for line in lines)
    return read(
        call,
        Reply(int(status.split()[1]), {k.lower(): v for k, v in headers.items()}, body.encode()),
    )


def reply(status: int, key: str = "", message: str = "", **headers: str) -> Reply:
    errors = [{"error_key": key, "error_message": message}]
    return Reply(status, headers, json.dumps(errors).encode())


@pytest.mark.parametrize("rule", ANSWERED, ids=lambda rule: rule.code)
def test_the_bad_example_of_a_rule_is_that_rule(rule):
    assert [failure.rule.code for failure in outcome(rule.bad).failures] == [rule.code]


@pytest.mark.parametrize("rule", ANSWERED, ids=lambda rule: rule.code)
def test_the_good_example_of_a_rule_is_no_failure(rule):
    assert outcome(rule.good).failures == ()
    assert outcome(rule.good).value


def test_codes_and_names_are_unique_and_texts_are_whole():
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.code.startswith("CT9")
        assert rule.why
        assert rule.how
        assert rule.fact
        assert not rule.summary.endswith(".")


@pytest.mark.parametrize(
    ("call", "answer", "code", "reaction"),
    [
        # The four meanings of 403, by the reference's keys.
        (CREATE, reply(403, "mashery.not.authorized.inactive"), "CT911", Reaction.STOP),
        (CREATE, reply(403, "mashery.not.authorized.over.qps"), "CT912", Reaction.SLOW_DOWN),
        (
            CREATE,
            reply(403, "mashery.not.authorized.over.ratelimit"),
            "CT913",
            Reaction.WAIT_FOR_DAY,
        ),
        (SCHEDULE, Reply(403, SCOPE, b""), "CT914", Reaction.BLOCK_RESOURCE),
        # The same by the gateway's header, beside a page of HTML.
        (
            CREATE,
            Reply(
                403, {"x-mashery-error-code": "ERR_403_DEVELOPER_OVER_QPS"}, b"<h1>Forbidden</h1>"
            ),
            "CT912",
            Reaction.SLOW_DOWN,
        ),
        # Without the privilege to create, nothing can be sent at all.
        (CREATE, Reply(403, SCOPE, b"<html></html>"), "CT915", Reaction.STOP),
        (SCHEDULE, Reply(403, {}, b"<html></html>"), "CT916", Reaction.STOP),
        # What is not there, and what was never there.
        (UPDATE, reply(404), "CT917", Reaction.FAIL),
        (CREATE, Reply(404, {}, b""), "CT924", Reaction.STOP),
        (UPDATE, Reply(410, {}, b""), "CT921", Reaction.FAIL),
        (CREATE, Reply(410, {}, b""), "CT921", Reaction.STOP),
        (CREATE, reply(409), "CT918", Reaction.NAME_TAKEN),
        (SCHEDULE, reply(409), "CT919", Reaction.ASK),
        # A change may have been done; looking changes nothing.
        (CREATE, Reply(502, {}, b"<html></html>"), "CT930", Reaction.ASK),
        (LOOK, Reply(502, {}, b"<html></html>"), "CT930", Reaction.AGAIN),
        (CREATE, Reply(201, {}, b"[1, 2"), "CT933", Reaction.ASK),
        (LOOK, Reply(200, {}, b"[1, 2"), "CT933", Reaction.AGAIN),
        (CREATE, Reply(201, {}, b'{"id": 5, "name": "x"}'), "CT934", Reaction.ASK),
        (CREATE, Reply(201, {}, b'{"id": "", "name": "x"}'), "CT934", Reaction.ASK),
        (CREATE, Reply(200, {}, b"ok"), "CT934", Reaction.ASK),
        (CREATE, Reply(204, {}, b""), "CT932", Reaction.ASK),
        (CREATE, Reply(307, {"location": "https://x.example/?api_key=k"}, b""), "CT926", "stop the run"),
    ],
)  # fmt: skip
def test_what_an_answer_means(call, answer, code, reaction):
    found = read(call, answer)
    assert [failure.rule.code for failure in found.failures] == [code]
    assert found.reaction == reaction


def test_a_pointer_is_taken_out_of_the_message():
    message = "#/lists/0/id: Value is of a disallowed type. Allowed types are: String."
    (failure,) = read(CREATE, reply(400, "json.type.invalid", message)).failures
    assert failure.pointer == "/lists/0/id"
    assert failure.words == "Value is of a disallowed type. Allowed types are: String."
    assert failure.rule is catalogue.SCHEMA_REFUSED


def test_each_error_of_an_answer_is_a_failure():
    errors = [
        {"error_key": "json.regex.mismatch", "error_message": "#/from_email: not an address"},
        {"error_key": "http.status.bad_request", "error_message": "Please enter an address"},
        {"error_key": "json.field.lists.value.invalid", "error_message": "The contact list 9 …"},
    ]
    found = read(CREATE, Reply(400, {}, json.dumps(errors).encode()))
    assert [failure.rule.code for failure in found.failures] == ["CT901", "CT902", "CT903"]
    assert found.reaction is Reaction.FAIL


def test_of_several_reactions_the_gravest_is_carried_out():
    errors = [
        {"error_key": "x", "error_message": "#/name: bad"},
        {"error_key": "mashery.not.authorized.inactive", "error_message": ""},
    ]
    found = read(CREATE, Reply(403, {}, json.dumps(errors).encode()))
    assert found.reaction is Reaction.STOP


def test_what_a_page_says_is_its_heading_on_one_line():
    page = b"<title>Error</title><style>h1 {}</style><h1>Access\n is &amp; denied</h1>"
    (failure,) = read(CREATE, Reply(500, {}, page)).failures
    assert failure.words == "Access is & denied"
    (failure,) = read(CREATE, Reply(500, {}, b"<title>Error</title><p>x</p>")).failures
    assert failure.words == "Error"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("2", 2.0), ("Fri, 10 May 2013 11:07:43 GMT", 1368184063.0), ("soon", None), ("", None)],
)
def test_retry_after(value, seconds):
    (failure,) = read(CREATE, Reply(429, {"retry-after": value}, b"")).failures
    assert failure.retry_after == seconds


@pytest.mark.parametrize("end", range(1, len('{"id": "1", "a": [true, null, -1.5e3]}') - 1))
def test_json_that_ends_anywhere_is_truncated(end):
    body = b'{"id": "1", "a": [true, null, -1.5e3]}'[:end]
    (failure,) = read(CREATE, Reply(201, {}, body)).failures
    assert failure.rule is catalogue.TRUNCATED_ANSWER


@given(
    st.sampled_from([CREATE, UPDATE, SCHEDULE, LOOK, Call("GET", "elsewhere")]),
    st.integers(200, 599),
    st.dictionaries(
        st.sampled_from(["www-authenticate", "retry-after", "location", "x-mashery-error-code"]),
        st.text(),
    ),
    st.one_of(
        st.binary(),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ).map(lambda value: json.dumps(value).encode()),
        st.lists(
            st.fixed_dictionaries({"error_key": st.text(), "error_message": st.text()}), min_size=1
        ).map(lambda value: json.dumps(value).encode()),
    ),
)
def test_every_answer_means_something(call, status, headers, body):
    found = read(call, Reply(status, headers, body))
    if status >= 300:
        assert found.failures
    for failure in found.failures:
        assert failure.rule in RULES
        assert len(failure.words) <= 500
        assert "\n" not in failure.words
        if call.reads:
            assert failure.reaction is not Reaction.ASK


def test_ids_cannot_leave_their_place_in_a_path():
    ids = {"campaign": "1/../2", "id": "3?x"}
    assert Call.of("PUT", f"{_PATH}/{{campaign}}/schedules/{{id}}", ids).path == (
        "emailmarketing/campaigns/1%2F..%2F2/schedules/3%3Fx"
    )


@pytest.mark.parametrize(
    ("body", "fits"),
    [
        ({"results": [{"id": "1", "name": "One"}]}, True),
        ({"results": []}, True),
        ({"results": [{"id": "1", "name": "One"}, {"id": "2"}]}, False),
        ({"results": {"id": "1", "name": "One"}}, False),
        ({}, False),
        ([{"id": "1", "name": "One"}], False),
    ],
)
def test_each_row_of_a_listing_is_looked_at(body: object, fits: bool):
    found = read(LISTING, Reply(200, {}, json.dumps(body).encode()))
    assert (found.failures == ()) is fits


def test_a_target_without_rows_of_its_own_means_what_http_says():
    rules = {
        401: catalogue.TOKEN_REFUSED,
        409: catalogue.NAME_TAKEN,
        429: catalogue.TOO_MANY,
        500: catalogue.SERVER_FAILURE,
    }
    for status, rule in rules.items():
        (failure,) = read_by(SCHEDULE, Reply(status, {}, b""), ()).failures
        assert failure.rule is rule
    assert read_by(CREATE, Reply(404, {}, b""), ()).reaction is Reaction.STOP
    assert read_by(UPDATE, Reply(404, {}, b""), ()).reaction is Reaction.FAIL
