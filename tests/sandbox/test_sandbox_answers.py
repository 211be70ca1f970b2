"""Every status and key of the reference, from a real server over a real socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sandbox_client import Client, asked, campaign, in_days

from ctct_migrate.sandbox import Sandbox, SandboxOptions

CAMPAIGNS = "/emailmarketing/campaigns"


def errors(answer: httpx.Response) -> list[tuple[str, str]]:
    """Keys and messages of an error array, whose form is checked on the way."""
    assert answer.headers["content-type"] == "application/json"
    array = answer.json()
    assert all(set(item) == {"error_key", "error_message"} for item in array)
    return [(item["error_key"], item["error_message"]) for item in array]


# Gateway and token


@pytest.fixture(scope="module")
def strict() -> Iterator[Sandbox]:
    """A sandbox that lets in one key and one token."""
    options = SandboxOptions(keys=("right",), tokens=("right",), calls_per_second=100)
    with Sandbox(options) as sandbox:
        assert (sandbox.api_key, sandbox.access_token) == ("right", "right")
        yield sandbox


@pytest.mark.parametrize("key", [None, "", "other"])
def test_a_key_that_is_not_active(strict: Sandbox, key: str | None) -> None:
    params = {} if key is None else {"api_key": key}
    answer = asked(strict.base_url + CAMPAIGNS, params=params)
    assert answer.status_code == 403
    assert errors(answer)[0][0] == "mashery.not.authorized.inactive"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer wrong", "Basic cmlnaHQ=", "right"])
def test_a_token_that_is_wrong(strict: Sandbox, authorization: str) -> None:
    answer = asked(
        strict.base_url + CAMPAIGNS,
        params={"api_key": "right"},
        headers={"Authorization": authorization},
    )
    assert answer.status_code == 401
    assert errors(answer)[0][0] == "http.status.authentication.invalid_token"


def test_the_right_key_and_token(strict: Sandbox) -> None:
    with Client(strict) as client:
        assert client.get(CAMPAIGNS).status_code == 200


def test_any_key_and_token_unless_some_are_named(sandbox: Sandbox) -> None:
    answer = asked(
        sandbox.base_url + CAMPAIGNS,
        params={"api_key": "anything"},
        headers={"Authorization": "bearer goes"},
    )
    assert answer.status_code == 200


def test_the_gateway_comes_before_the_path(sandbox: Sandbox) -> None:
    assert asked(sandbox.base_url + "/nowhere").status_code == 403


def test_scheduling_permission() -> None:
    options = SandboxOptions(denied_privileges=("campaign:activate",), calls_per_second=100)
    with Sandbox(options) as sandbox, Client(sandbox) as client:
        number = client.created()["id"]
        schedules = f"{CAMPAIGNS}/{number}/schedules"
        answer = client.post(schedules, json={"scheduled_date": in_days(1)})
        assert answer.status_code == 403
        assert answer.headers["www-authenticate"] == "Bearer error='insufficient_scope'"
        assert answer.headers["content-type"].startswith("text/html")
        assert "<html" in answer.text
        assert client.get(schedules).json() == []
        assert client.get(f"{CAMPAIGNS}/{number}").json()["status"] == "DRAFT"


# Paths, methods, media types


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nowhere",
        "/emailmarketing",
        CAMPAIGNS + "/",
        CAMPAIGNS + "/12345",
        CAMPAIGNS + "/abc",
        CAMPAIGNS + "/99999999999999999999999999",
        CAMPAIGNS + "/%F0%9F%8C%8D",
        CAMPAIGNS + "/12345/schedules",
        CAMPAIGNS + "/12345/schedules/1",
        CAMPAIGNS + "/12345/preview",
        "/lists/77",
        "/lists/x",
    ],
)
def test_404(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert len(errors(answer)) == 1


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", CAMPAIGNS, {"GET", "POST"}),
        ("PATCH", CAMPAIGNS + "/1", {"GET", "PUT", "DELETE"}),
        ("PUT", CAMPAIGNS + "/1/schedules", {"GET", "POST"}),
        ("POST", CAMPAIGNS + "/1/schedules/1", {"GET", "PUT", "DELETE"}),
        ("POST", "/account/info", {"GET"}),
        ("PUT", "/lists", {"GET", "POST"}),
    ],
)
def test_405(client: Client, method: str, path: str, allowed: set[str]) -> None:
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == allowed
    assert len(errors(answer)) == 1


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*;q=0.5, text/html", 200),
        ("text/html, Application/JSON", 200),
        ("application/json;charset=utf-8", 200),
        ("application/xml", 406),
        ("application/atom+xml", 406),
        ("application/json;q=0", 406),
        ("text/*, application/json; q=0.0", 406),
    ],
)
def test_406(client: Client, accept: str, status: int) -> None:
    answer = client.get("/lists", headers={"Accept": accept})
    assert answer.status_code == status
    if status == 406:
        assert errors(answer)[0][1] == "Unsupported Accept Header value, must be application/json"


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 201),
        ("Application/JSON; charset=UTF-8", 201),
        ("", 415),
        ("application/atom+xml", 415),
        ("application/xml; charset=UTF-8", 415),
        ("text/json", 415),
        ("application/jsonp", 415),
    ],
)
def test_415(client: Client, media_type: str, status: int) -> None:
    body = json.dumps(campaign()).encode()
    answer = client.post(CAMPAIGNS, content=body, headers={"Content-Type": media_type})
    assert answer.status_code == status
    if status == 415:
        message = "Unsupported content-type in the header, use application/json"
        assert errors(answer)[0][1] == message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<entry/>",
        b'{"name": "a"',
        b'{"name": NaN}',
        b'{"name": "\xff"}',
        b'{"name": "\\ud800"}',
        b"[" * 100_000,
        b"9" * 5_000,
        '{"name": "a"}'.encode("utf-16"),
    ],
)
def test_a_body_that_is_no_json(client: Client, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = client.post(CAMPAIGNS, content=body, headers=headers)
    assert answer.status_code == 400
    assert errors(answer)[0][0] == "json.syntax.invalid"


def test_a_body_without_bounds(client: Client, sandbox: Sandbox) -> None:
    body = b'{"name": "' + b"a" * (17 * 2**20) + b'"}'
    headers = {"Content-Type": "application/json"}
    assert client.post(CAMPAIGNS, content=body, headers=headers).status_code == 413
    assert sandbox.state()["campaigns"] == {}


# What the contract refuses: where, by which key, in which words

REFUSED = [
    ({"email_content": "Hello"}, "json.regex.mismatch.email_content", "#/email_content"),
    ({"email_content": 7}, "json.type.invalid", "#/email_content"),
    ({"sent_to_contact_lists": [{"id": 11}]}, "json.type.invalid", "#/sent_to_contact_lists/0/id"),
    ({"from_email": "nobody"}, "json.email.invalid", "#/from_email"),
    ({"name": "a" * 81}, "json.max.length.violation", "#/name"),
    ({"name": ""}, "json.min.length.violation", "#/name"),
    ({"name": None}, "json.field.missing", "#/name"),
    ({"greeting_name": "FirstName"}, "json.value.invalid", "#/greeting_name"),
    ({"status": "SCHEDULED"}, "json.field.unknown", "#/status"),
    ({"sent_to_contact_lists": [{}]}, "json.field.missing", "#/sent_to_contact_lists/0/id"),
    ({"is_view_as_webpage_enabled": "YES"}, "json.type.invalid", "#/is_view_as_webpage_enabled"),
    (
        {"is_permission_reminder_enabled": True},
        "json.field.missing",
        "#/permission_reminder_text",
    ),
]


@pytest.mark.parametrize(("change", "key", "pointer"), REFUSED)
def test_a_violation_of_the_contract(
    client: Client, sandbox: Sandbox, change: dict[str, Any], key: str, pointer: str
) -> None:
    answer = client.post(CAMPAIGNS, json=campaign(**change))
    assert answer.status_code == 400
    ((found, message),) = errors(answer)
    assert found == key
    assert message.startswith(f"{pointer}: ")
    assert sandbox.state()["campaigns"] == {}


def test_the_words_of_the_reference(client: Client) -> None:
    body = campaign(email_content="Hello", sent_to_contact_lists=[{"id": 11}])
    found = dict(errors(client.post(CAMPAIGNS, json=body)))
    wanted = "#/email_content: This attribute value must be of the format '"
    assert found["json.regex.mismatch.email_content"].startswith(wanted)
    assert found["json.type.invalid"] == (
        "#/sent_to_contact_lists/0/id: Value is of a disallowed type. Allowed types are: String."
    )


@pytest.mark.parametrize("body", [[], "text", 7, None, True])
def test_a_body_that_is_no_object(client: Client, body: object) -> None:
    content = json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    answer = client.post(CAMPAIGNS, content=content, headers=headers)
    assert answer.status_code == 400
    message = "#/: Value is of a disallowed type. Allowed types are: Object."
    assert errors(answer) == [("json.type.invalid", message)]


# What the account refuses


def test_an_address_that_is_not_confirmed(client: Client, sandbox: Sandbox) -> None:
    sandbox.seed(unconfirmed_addresses=["new@example.com"])
    body = campaign(from_email="new@example.com", reply_to_email="unknown@example.com")
    found = errors(client.post(CAMPAIGNS, json=body))
    assert [key for key, _ in found] == ["json.email.invalid"] * 2
    assert found[0][1].startswith("#/from_email: new@example.com")
    assert found[1][1].startswith("#/reply_to_email: unknown@example.com")


def test_letter_case_of_addresses_does_not_count(client: Client) -> None:
    assert client.created(from_email="Owner@Example.COM")["from_email"] == "Owner@Example.COM"


def test_a_list_that_does_not_exist(client: Client) -> None:
    body = campaign(sent_to_contact_lists=[{"id": "1"}, {"id": "99"}, {"id": "99"}, {"id": "x"}])
    answer = client.post(CAMPAIGNS, json=body)
    assert answer.status_code == 400
    assert errors(answer) == [
        ("json.field.lists.value.invalid", "The contact list 99 does not exist."),
        ("json.field.lists.value.invalid", "The contact list x does not exist."),
    ]


FOOTER = {
    "organization_name": "Acme",
    "address_line_1": "1 Main Street",
    "city": "Waltham",
    "state": "MA",
    "postal_code": "02451",
    "country": "US",
}


def test_no_postal_address() -> None:
    options = SandboxOptions(organization_address=None, calls_per_second=100)
    with Sandbox(options) as sandbox, Client(sandbox) as client:
        answer = client.post(CAMPAIGNS, json=campaign())
        assert answer.status_code == 400
        assert errors(answer) == [("http.status.bad_request", "Please enter an address")]
        assert client.get("/account/info").json()["organization_addresses"] == []
        assert client.created(message_footer=FOOTER)["message_footer"] == FOOTER


def test_whatever_exists_on_request() -> None:
    options = SandboxOptions(accept_any_address=True, accept_any_list=True, calls_per_second=100)
    with Sandbox(options) as sandbox, Client(sandbox) as client:
        body = campaign(
            from_email="some@one.org", sent_to_contact_lists=[{"id": "11"}, {"id": "x"}]
        )
        # What is refused for another reason brings nothing into being.
        assert client.post(CAMPAIGNS, json=body).status_code == 400
        assert "11" not in sandbox.state()["lists"]
        client.created(from_email="some@one.org", sent_to_contact_lists=[{"id": "11"}])
        state = sandbox.state()
        assert state["lists"]["11"]["name"] == "List 11"
        assert state["addresses"]["some@one.org"] == "CONFIRMED"


# The names


def test_a_taken_name(client: Client, sandbox: Sandbox) -> None:
    first = client.created()
    answer = client.post(CAMPAIGNS, json=campaign(subject="Another"))
    assert answer.status_code == 409
    assert len(errors(answer)) == 1
    second = client.created(name="Other")
    body = campaign(id=second["id"])
    assert client.put(f"{CAMPAIGNS}/{second['id']}", json=body).status_code == 409
    assert client.delete(f"{CAMPAIGNS}/{first['id']}").status_code == 204
    assert client.put(f"{CAMPAIGNS}/{second['id']}", json=body).status_code == 200
    assert [record["name"] for record in sandbox.state()["campaigns"].values()] == ["Spring news"]


def test_only_loopback_names_are_served(sandbox: Sandbox) -> None:
    for host, status in {
        "evil.example": 421,
        "evil.example:80": 421,
        "localhost": 200,
        "127.0.0.1:1": 200,
        "[::1]:80": 200,
    }.items():
        answer = asked(sandbox.control_url + "/state", headers={"Host": host})
        assert answer.status_code == status, host
