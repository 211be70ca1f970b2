"""Pointers that say which item is meant, what a step sends, and what a token says of itself."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.access_token import token_scopes
from ctct_migrate.targets.replies import Call, Reaction, Reply, read
from ctct_migrate.targets.target import Step

ROLES = {
    "activities": [
        {"role": "permalink", "id": "p"}, {"role": "PRIMARY_EMAIL", "id": "e"}, "odd", None,
    ]
}  # fmt: skip


@pytest.mark.parametrize(
    ("pointer", "found"),
    [
        ("/activities/[role=primary_email]/id", "e"),
        ("/activities/[role=permalink]/id", "p"),
        ("/activities/[role=resend]/id", None),
        ("/activities/[role]/id", None),
        ("/activities/1/id", "e"),
        ("/activities/9/id", None),
        ("/nothing/[role=permalink]/id", None),
    ],
)
def test_an_item_by_what_it_has(pointer: str, found: Any) -> None:
    assert at(ROLES, pointer) == found


def test_a_value_of_an_item_is_replaced() -> None:
    changed = with_value(ROLES, "/activities/[role=primary_email]/id", "new")
    assert at(changed, "/activities/1/id") == "new"
    assert at(ROLES, "/activities/1/id") == "e"
    with pytest.raises(IndexError):
        with_value(ROLES, "/activities/[role=resend]/id", "new")


STEP = Step("put", "PUT", "a/{id}", part="/activity", adds={"ids": "/lists", "more": "/nothing"})


def test_what_stands_beside_a_part() -> None:
    body = {"activity": {"subject": "Hello"}, "lists": ["1", "2"]}
    assert STEP.sends(body) == {"subject": "Hello", "ids": ["1", "2"]}
    assert STEP.sends({"lists": ["1"]}) is None
    assert STEP.place_of("/ids/1") == "/lists/1"
    assert STEP.place_of("/subject") == "/activity/subject"


V3 = TARGETS["v3"]


def answered(
    status: int, body: Any, method: str = "POST", path: str = "emails"
) -> tuple[str, Reaction | None, str]:
    """Code, reaction and words of an answer of v3's."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    outcome = read(Call(method, path, is_fixed=True), Reply(status, {}, data), V3.answers)
    (failure,) = outcome.failures
    return failure.rule.code, outcome.reaction, failure.words


ACTIVITY = "emails/activities/5ca0e4a2-8f2d-4c5e-b0a3-8d1f0e5ff001"
CONTACT = "contacts/5ca0e4a2-8f2d-4c5e-b0a3-8d1f0e5ff001"


def error(key: str, words: str = "Words") -> dict[str, str]:
    return {"error_key": key, "error_message": words}


@pytest.mark.parametrize(
    ("given", "code", "reaction"),
    [
        ((429, error("throttled", "Too Many Requests")), "CT912", Reaction.SLOW_DOWN),
        ((429, [error("throttled")]), "CT912", Reaction.SLOW_DOWN),
        ((429, error("quota_exceeded", "Limit Exceeded")), "CT913", Reaction.WAIT_FOR_DAY),
        ((429, b""), "CT923", Reaction.SLOW_DOWN),
        ((403, error("forbidden", "Rate of your plan")), "CT916", Reaction.STOP),
        ((403, error("throttled")), "CT916", Reaction.STOP),
        ((403, [error("x")], "POST", f"{ACTIVITY}/schedules"), "CT973", Reaction.BLOCK_RESOURCE),
        ((409, [error("x")]), "CT918", Reaction.NAME_TAKEN),
        ((409, [error("x")], "PUT", CONTACT), "CT918", Reaction.ASK),
        ((409, [error("contacts.api.conflict")], "POST", "contacts"), "CT918", Reaction.NAME_TAKEN),
        ((400, {"error": "invalid_grant", "error_description": "Words"}), "CT905", Reaction.FAIL),
        ((401, error("unauthorized")), "CT910", Reaction.STOP),
        ((503, error("x")), "CT930", Reaction.ASK),
    ],
)
def test_what_answers_of_v3_mean(given: Any, code: str, reaction: Reaction) -> None:
    found, wanted, _ = answered(*given)
    assert (found, wanted) == (code, reaction)


@pytest.mark.parametrize(
    "body",
    [
        [error("key", "Why not")],
        error("key", "Why not"),
        {"error": "key", "error_description": "Why not"},
    ],
)
def test_the_words_of_each_form_of_errors(body: Any) -> None:
    assert answered(400, body) == ("CT905", Reaction.FAIL, "Why not")


def token(claims: Any) -> str:
    parts = ({"alg": "none"}, claims, "x")
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(each).encode()).decode().rstrip("=") for each in parts
    )


@pytest.mark.parametrize(
    ("text", "scopes"),
    [
        (token({"scp": ["a", "b"]}), {"a", "b"}),
        (token({"scope": "a  b"}), {"a", "b"}),
        (token({"scopes": []}), set()),
        (token({"sub": "x"}), None),
        (token(["scp"]), None),
        ("opaque", None),
        ("a.b.c", None),
        ("..", None),
        ("é.é.é", None),
    ],
)
def test_scopes_of_a_token(text: str, scopes: set[str] | None) -> None:
    found = token_scopes(text)
    assert (None if found is None else set(found)) == scopes
