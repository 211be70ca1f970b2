"""Each fault, as a client meets it over a real socket, and what was stored after its back."""

from __future__ import annotations

import json
import socket
import time
from typing import Any

import httpx
import pytest
from sandbox_client import PLAIN, Client, campaign, in_days

from ctct_migrate.sandbox import Fault, FaultKind, Sandbox

CAMPAIGNS = "/emailmarketing/campaigns"


def stored(sandbox: Sandbox) -> list[str]:
    return [record["name"] for record in sandbox.state()["campaigns"].values()]


def post(client: Client, **properties: Any) -> httpx.Response:
    return client.post(CAMPAIGNS, json=campaign(**properties))


# Latency


def test_latency(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.LATENCY, seconds=0.15, times=1))
    started = time.monotonic()
    assert post(client).status_code == 201
    assert time.monotonic() - started >= 0.15
    (call,) = sandbox.calls()
    assert call.fault == "latency"
    assert call.answered is not None
    assert call.answered - call.received >= 0.15


@pytest.mark.parametrize("early", [False, True])
def test_whether_the_change_is_stored_before_the_waiting(
    client: Client, sandbox: Sandbox, early: bool
) -> None:
    sandbox.inject(Fault(kind=FaultKind.LATENCY, seconds=0.3, stored=early))
    with pytest.raises(httpx.ReadTimeout):
        client.post(CAMPAIGNS, json=campaign(), timeout=0.1)
    assert stored(sandbox) == (["Spring news"] if early else [])
    time.sleep(0.35)
    # The server does what it was reported, even if nobody waits for its answer any longer.
    assert stored(sandbox) == ["Spring news"]


def test_latency_adds_up_and_goes_with_other_faults(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(
        Fault(kind=FaultKind.LATENCY, seconds=0.05),
        Fault(kind=FaultKind.OVER_QPS),
        Fault(kind=FaultKind.LATENCY, seconds=0.05, jitter=0.01),
    )
    assert post(client).status_code == 403
    (call,) = sandbox.calls()
    assert call.fault == "latency+over-qps"
    assert call.answered is not None
    assert call.answered - call.received >= 0.1


# Connections


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("kind", [FaultKind.CLOSE_BEFORE, FaultKind.CLOSE_AFTER])
def test_a_connection_that_is_cut(
    client: Client, sandbox: Sandbox, kind: FaultKind, reset: bool
) -> None:
    sandbox.inject(Fault(kind=kind, times=1, reset=reset))
    with pytest.raises(httpx.TransportError) as caught:
        post(client)
    assert isinstance(caught.value, httpx.RemoteProtocolError | httpx.ReadError)
    assert stored(sandbox) == (["Spring news"] if kind is FaultKind.CLOSE_AFTER else [])
    (call,) = sandbox.calls()
    assert (call.status, call.fault) == (None, kind)
    assert call.answered is not None
    # The next connection works.
    assert post(client, name="Other").status_code == 201


@pytest.mark.parametrize(("reset", "end"), [(False, b""), (True, ConnectionResetError)])
def test_a_cut_is_real_tcp(sandbox: Sandbox, reset: bool, end: object) -> None:
    sandbox.inject(Fault(kind=FaultKind.CLOSE_BEFORE, reset=reset))
    url = httpx.URL(sandbox.base_url)
    with socket.create_connection((url.host, url.port or 0), timeout=5) as peer:
        peer.sendall(b"GET /v2/lists?api_key=k HTTP/1.1\r\nHost: localhost\r\n\r\n")
        if reset:
            with pytest.raises(ConnectionResetError):
                peer.recv(100)
        else:
            assert peer.recv(100) == end


def test_other_connections_live_on(client: Client, sandbox: Sandbox) -> None:
    assert client.get("/lists").status_code == 200  # opens the connection that is kept
    sandbox.inject(Fault(kind=FaultKind.CLOSE_BEFORE, match="^POST ", times=1))
    with Client(sandbox) as other, pytest.raises(httpx.TransportError):
        post(other)
    assert client.get("/lists").status_code == 200


# Answers that are not what they seem


@pytest.mark.parametrize("keeps", [True, False])
def test_truncated_json(client: Client, sandbox: Sandbox, keeps: bool) -> None:
    sandbox.inject(Fault(kind=FaultKind.TRUNCATED, times=1, stored=None if keeps else False))
    answer = post(client)
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/json"
    assert answer.text.startswith('{"')
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    assert stored(sandbox) == (["Spring news"] if keeps else [])


def test_a_truncated_transfer(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.TRUNCATED_TRANSFER, times=1))
    with (
        pytest.raises(httpx.RemoteProtocolError),
        client.stream("POST", CAMPAIGNS, json=campaign()) as answer,
    ):
        assert answer.status_code == 201
        answer.read()
    assert stored(sandbox) == ["Spring news"]
    assert sandbox.calls()[0].status == 201


def test_html(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.HTML, times=1))
    answer = post(client)
    assert answer.status_code == 201
    assert answer.headers["content-type"].startswith("text/html")
    assert "<html" in answer.text
    assert stored(sandbox) == ["Spring news"]


def test_nonsense(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.NONSENSE, times=1))
    answer = post(client)
    assert answer.status_code == 201
    assert "id" not in answer.json()
    assert stored(sandbox) == ["Spring news"]


def test_an_empty_body(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.EMPTY, times=1))
    answer = post(client)
    assert (answer.status_code, answer.content) == (201, b"")
    assert stored(sandbox) == ["Spring news"]


@pytest.mark.parametrize(
    "kind", [FaultKind.TRUNCATED, FaultKind.HTML, FaultKind.NONSENSE, FaultKind.EMPTY]
)
def test_a_delete_that_is_answered_badly(client: Client, sandbox: Sandbox, kind: FaultKind) -> None:
    number = client.created()["id"]
    sandbox.inject(Fault(kind=kind, times=1))
    answer = client.delete(f"{CAMPAIGNS}/{number}")
    assert answer.status_code == (204 if kind is FaultKind.EMPTY else 200)
    assert stored(sandbox) == []


# Refusals


@pytest.mark.parametrize(
    ("kind", "status", "key"),
    [
        (FaultKind.OVER_QPS, 403, "mashery.not.authorized.over.qps"),
        (FaultKind.OVER_QUOTA, 403, "mashery.not.authorized.over.ratelimit"),
        (FaultKind.INACTIVE_KEY, 403, "mashery.not.authorized.inactive"),
        (FaultKind.EXPIRED_TOKEN, 401, "http.status.authentication.invalid_token"),
    ],
)
def test_refusals(client: Client, sandbox: Sandbox, kind: FaultKind, status: int, key: str) -> None:
    sandbox.inject(Fault(kind=kind, times=1, retry_after="7"))
    answer = post(client)
    assert answer.status_code == status
    assert answer.json()[0]["error_key"] == key
    assert answer.headers["retry-after"] == "7"
    assert stored(sandbox) == []
    assert post(client).status_code == 201


def test_the_words_of_the_quotas(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(
        Fault(kind=FaultKind.OVER_QPS, times=1), Fault(kind=FaultKind.OVER_QUOTA, times=1)
    )
    words = [client.get("/lists").json()[0]["error_message"] for _ in range(2)]
    assert words[0].endswith("is over its queries-per-second quota.")
    assert words[1].endswith("is over its rate limit quota.")


def test_scheduling_permission_is_missing(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.INSUFFICIENT_SCOPE))
    number = client.created()["id"]
    schedules = f"{CAMPAIGNS}/{number}/schedules"
    assert client.get(schedules).status_code == 200
    date = {"scheduled_date": in_days(1)}
    for answer in (
        client.post(schedules, json=date),
        client.put(f"{schedules}/1", json=date),
        client.delete(f"{schedules}/1"),
    ):
        assert answer.status_code == 403
        assert answer.headers["www-authenticate"] == "Bearer error='insufficient_scope'"
        assert "<html" in answer.text
    assert sandbox.state()["schedules"] == {}


def test_a_token_that_expires_in_mid_run(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.EXPIRED_TOKEN, after=2))
    assert [client.get("/lists").status_code for _ in range(4)] == [200, 200, 401, 401]


@pytest.mark.parametrize("status", [500, 502, 503, 429, 410, 520])
@pytest.mark.parametrize("body", ["json", "html", "empty"])
def test_server_errors(client: Client, sandbox: Sandbox, status: int, body: str) -> None:
    sandbox.inject(Fault(kind=FaultKind.SERVER_ERROR, status=status, body=body, times=1))
    answer = post(client)
    assert answer.status_code == status
    if body == "json":
        assert set(answer.json()[0]) == {"error_key", "error_message"}
    elif body == "html":
        assert "<html" in answer.text
    else:
        assert answer.content == b""
    assert stored(sandbox) == []


def test_a_server_error_after_the_change(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.SERVER_ERROR, stored=True, times=1))
    assert post(client).status_code == 500
    assert stored(sandbox) == ["Spring news"]


def test_redirect(client: Client, sandbox: Sandbox) -> None:
    with Sandbox() as elsewhere:
        target = f"{elsewhere.base_url}{CAMPAIGNS}"
        sandbox.inject(Fault(kind=FaultKind.REDIRECT, status=307, location=target, times=1))
        answer = post(client)
        assert (answer.status_code, answer.headers["location"]) == (307, target)
        assert stored(sandbox) == []
        assert elsewhere.calls() == []
    sandbox.inject(Fault(kind=FaultKind.REDIRECT, times=1))
    answer = post(client)
    assert answer.status_code == 302
    assert not answer.headers["location"].startswith(sandbox.base_url)


# Who is struck


def test_the_next_calls_that_match(client: Client, sandbox: Sandbox) -> None:
    fault = Fault(kind=FaultKind.SERVER_ERROR, match=r"^POST /v2/emailmarketing", after=1, times=2)
    sandbox.inject(fault)
    statuses = [post(client, name=f"Campaign {n}").status_code for n in range(4)]
    assert statuses == [201, 500, 500, 201]
    assert client.get("/lists").status_code == 200
    assert sandbox.faults() == [{**fault.to_json(), "seen": 4, "struck": 2}]
    sandbox.clear_faults()
    assert sandbox.faults() == []


def test_the_first_fault_wins_and_spares_the_others(client: Client, sandbox: Sandbox) -> None:
    sandbox.inject(Fault(kind=FaultKind.OVER_QPS, times=1), Fault(kind=FaultKind.EMPTY, times=1))
    assert client.get("/lists").status_code == 403
    assert client.get("/lists").content == b""
    assert client.get("/lists").json()[0]["id"] == "1"


def test_chances_are_seeded(client: Client, sandbox: Sandbox) -> None:
    def struck() -> list[int]:
        sandbox.reset()
        sandbox.inject(Fault(kind=FaultKind.SERVER_ERROR, probability=0.4))
        return [client.get("/lists").status_code for _ in range(30)]

    first = struck()
    assert first == struck()
    assert 3 <= first.count(500) <= 25


def test_what_the_gateway_refuses_uses_no_fault_up(sandbox: Sandbox, client: Client) -> None:
    sandbox.inject(Fault(kind=FaultKind.SERVER_ERROR, times=1))
    answer = httpx.get(sandbox.base_url + "/lists", **PLAIN)
    assert answer.status_code == 403
    assert client.get("/lists").status_code == 500
