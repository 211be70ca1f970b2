"""The log-in server of v3's sandbox, asked as any client would, without the program's own."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sandbox_client import PLAIN
from v3_client import options

from ctct_migrate.sandbox import Sandbox

URI = "http://127.0.0.1:9/back"
VERIFIER = "v" * 50
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")  # fmt: skip
SCOPES = "campaign_data contact_data account_read offline_access"


@pytest.fixture
def settings() -> dict[str, Any]:
    return {}


@pytest.fixture
def box(settings: dict[str, Any]) -> Iterator[Sandbox]:
    with Sandbox(options(settings=settings)) as sandbox:
        yield sandbox


def at(box: Sandbox, path: str) -> str:
    return f"{box.base_url.removesuffix('/v3')}/oauth2/default/v1/{path}"


def authorize(box: Sandbox, **changed: str) -> httpx.Response:
    query = {
        "client_id": "app", "redirect_uri": URI, "response_type": "code", "scope": SCOPES,
        "state": "s-1", "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changed,
    }  # fmt: skip
    return httpx.get(at(box, "authorize"), params=query, **PLAIN)


def answer_of(response: httpx.Response) -> dict[str, str]:
    assert response.status_code == 302
    assert response.headers["location"].startswith(f"{URI}?")
    found = parse_qs(urlsplit(response.headers["location"]).query)
    return {name: values[0] for name, values in found.items()}


def ask(box: Sandbox, status: int = 200, **form: str) -> dict[str, Any]:
    found = httpx.post(at(box, "token"), data={"client_id": "app", **form}, **PLAIN)
    assert found.status_code == status, found.text
    assert found.headers["cache-control"] == "no-store"
    return found.json()


def exchange(box: Sandbox, code: str, status: int = 200, **changed: str) -> dict[str, Any]:
    form = {"code": code, "redirect_uri": URI, "code_verifier": VERIFIER, **changed}
    return ask(box, status, grant_type="authorization_code", **form)


def tokens(box: Sandbox, **changed: str) -> dict[str, Any]:
    return exchange(box, answer_of(authorize(box, **changed))["code"])


def refresh(box: Sandbox, token: str, status: int = 200, **changed: str) -> dict[str, Any]:
    return ask(box, status, grant_type="refresh_token", refresh_token=token, **changed)


def call(box: Sandbox, token: str, path: str = "account/summary") -> int:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.get(f"{box.base_url}/{path}", headers=headers, **PLAIN).status_code


def test_a_code_becomes_tokens_that_the_api_takes(box: Sandbox):
    answer = answer_of(authorize(box))
    assert answer["state"] == "s-1"
    found = exchange(box, answer["code"])
    assert (found["token_type"], found["expires_in"], found["scope"]) == ("Bearer", 86_400, SCOPES)
    assert call(box, found["access_token"]) == 200
    assert exchange(box, answer["code"], 400)["error"] == "invalid_grant"  # once


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"state": ""}, "invalid_request"),
        ({"scope": "campaign_data+contact_data"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
    ],
)
def test_requests_that_are_refused_in_the_redirect(box: Sandbox, changed, error):
    assert answer_of(authorize(box, **changed))["error"] == error


@pytest.mark.parametrize("uri", ["https://elsewhere.example/", "http://10.0.0.1/back", "", "back"])
def test_nothing_is_sent_to_another_machine(box: Sandbox, uri: str):
    found = authorize(box, redirect_uri=uri)
    assert (found.status_code, "location" in found.headers) == (400, False)


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"code_verifier": "w" * 50}, 400, "invalid_grant"),
        ({"redirect_uri": f"{URI}/"}, 400, "invalid_grant"),
        ({"client_id": "another"}, 400, "invalid_grant"),
        ({"client_id": ""}, 401, "invalid_client"),
    ],
)
def test_a_code_of_somebody_else(box: Sandbox, changed, status, error):
    code = answer_of(authorize(box))["code"]
    assert exchange(box, code, status, **changed)["error"] == error


def test_a_code_without_pkce_needs_the_secret(box: Sandbox):
    code = answer_of(authorize(box, code_challenge="", code_challenge_method=""))["code"]
    assert exchange(box, code, 401)["error"] == "invalid_client"
    code = answer_of(authorize(box, code_challenge="", code_challenge_method=""))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": URI}
    found = httpx.post(at(box, "token"), data=form, auth=("app", "secret"), **PLAIN)
    assert found.status_code == 200


def test_a_refresh_token_that_rotates_works_once_and_kills_the_earlier_ones(box: Sandbox):
    first = tokens(box)
    second = refresh(box, first["refresh_token"])
    assert second["refresh_token"] != first["refresh_token"]
    assert refresh(box, first["refresh_token"], 400)["error"] == "invalid_grant"
    assert call(box, first["access_token"]) == call(box, second["access_token"]) == 200
    assert refresh(box, second["refresh_token"])["scope"] == SCOPES
    assert refresh(box, second["refresh_token"], 400, client_id="app")["error"] == "invalid_grant"


@pytest.mark.parametrize("settings", [{"refresh_tokens": "long-lived"}])
def test_a_refresh_token_that_stays(box: Sandbox):
    first = tokens(box)
    for _ in range(3):
        assert refresh(box, first["refresh_token"])["refresh_token"] == first["refresh_token"]
    box.pass_time(179 * 86_400)
    assert refresh(box, first["refresh_token"])
    box.pass_time(179 * 86_400)
    assert refresh(box, first["refresh_token"])  # each use begins the 180 days anew
    box.pass_time(181 * 86_400)
    assert refresh(box, first["refresh_token"], 400)["error"] == "invalid_grant"


@pytest.mark.parametrize("settings", [{"token_seconds": 60}])
def test_an_access_token_ends(box: Sandbox):
    found = tokens(box)
    assert found["expires_in"] == 60
    box.pass_time(59)
    assert call(box, found["access_token"]) == 200
    box.pass_time(2)
    assert call(box, found["access_token"]) == 401
    assert call(box, refresh(box, found["refresh_token"])["access_token"]) == 200


def test_a_token_is_good_for_its_scopes(box: Sandbox):
    found = tokens(box, scope="account_read")
    assert "refresh_token" not in found
    assert call(box, found["access_token"]) == 200
    assert call(box, found["access_token"], "contact_lists") == 403


def test_tokens_outlive_the_process_and_not_a_reset(box: Sandbox):
    found = tokens(box)
    box.stop()
    box.start()
    assert call(box, found["access_token"]) == 200
    second = refresh(box, found["refresh_token"])
    box.reset()
    assert refresh(box, second["refresh_token"], 400)["error"] == "invalid_grant"


@pytest.mark.parametrize("settings", [{"login_page": "page"}])
def test_a_device(box: Sandbox):
    form = {"client_id": "app", "scope": SCOPES}
    device = httpx.post(at(box, "device/authorize"), data=form, **PLAIN).json()
    poll = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": device["device_code"],
    }
    assert ask(box, 400, **poll)["error"] == "authorization_pending"
    assert ask(box, 400, **poll)["error"] == "slow_down"
    box.pass_time(1)
    assert ask(box, 400, **poll)["error"] == "authorization_pending"
    wrong = httpx.post(device["verification_uri"], data={"user_code": "X", "agree": "yes"}, **PLAIN)
    assert wrong.status_code == 404
    entered = {"user_code": device["user_code"].lower(), "agree": "yes"}
    assert httpx.post(device["verification_uri"], data=entered, **PLAIN).status_code == 200
    box.pass_time(1)
    assert call(box, ask(box, **poll)["access_token"]) == 200
    box.pass_time(1)
    assert ask(box, 400, **poll)["error"] == "expired_token"


def test_a_device_whose_code_ends(box: Sandbox):
    form = {"client_id": "app", "scope": SCOPES}
    device = httpx.post(at(box, "device/authorize"), data=form, **PLAIN).json()
    box.pass_time(device["expires_in"] + 1)
    poll = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": device["device_code"]}  # fmt: skip
    assert ask(box, 400, **poll)["error"] == "expired_token"


def test_what_is_no_request_is_refused(box: Sandbox):
    assert ask(box, 400, grant_type="password")["error"] == "unsupported_grant_type"
    assert ask(box, 400)["error"] == "unsupported_grant_type"
    assert httpx.get(at(box, "token"), **PLAIN).status_code == 405
    login = f"{box.base_url.removesuffix('/v3')}/_login"
    for value in ({"end": "everything"}, {"errors": "x"}, {"enter": "X"}):
        assert httpx.post(login, json=value, **PLAIN).status_code == 400
    assert httpx.post(login, content=b"{", headers={"Content-Type": "application/json"}, **PLAIN).status_code == 400  # fmt: skip
