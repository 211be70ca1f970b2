"""The control endpoint, and the values that go through it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox_client import PLAIN, Client, asked, campaign

from ctct_migrate.sandbox import Fault, FaultKind, Sandbox
from ctct_migrate.sandbox.faults import FaultPlan


def sent(sandbox: Sandbox, method: str, path: str, body: Any = None) -> httpx.Response:
    url = sandbox.control_url + path
    return httpx.request(method, url, json=body, **PLAIN)


def test_faults(sandbox: Sandbox) -> None:
    answer = sent(sandbox, "POST", "/faults", {"kind": "latency", "seconds": 1, "times": 2})
    assert answer.status_code == 201
    more = [{"kind": "html"}, {"kind": "server-error", "status": 503, "retry_after": "9"}]
    sent(sandbox, "POST", "/faults", more)
    armed = sent(sandbox, "GET", "/faults").json()
    assert [fault["kind"] for fault in armed] == ["latency", "html", "server-error"]
    assert armed[0] == {"kind": "latency", "seconds": 1, "times": 2, "seen": 0, "struck": 0}
    assert sent(sandbox, "DELETE", "/faults").status_code == 204
    assert sent(sandbox, "GET", "/faults").json() == []


def test_calls_and_state(sandbox: Sandbox, client: Client) -> None:
    made = client.created()
    client.scheduled(made["id"])
    calls = sent(sandbox, "GET", "/calls").json()
    assert [(call["method"], call["status"]) for call in calls] == [("POST", 201)] * 2
    assert sent(sandbox, "GET", "/calls?after=1").json() == calls[1:]
    state = sent(sandbox, "GET", "/state").json()
    assert state == sandbox.state()
    assert state["campaigns"][made["id"]]["status"] == "SCHEDULED"
    assert state["schedules"][made["id"]][0]["id"] == "1"
    assert set(state) == {
        "campaigns", "contacts", "schedules", "lists", "addresses", "activities",
        "folders", "files", "events", "fees", "items", "attributes", "promocodes",
    }  # fmt: skip


def test_reset(sandbox: Sandbox, client: Client) -> None:
    first = client.created()
    sandbox.inject(Fault(kind=FaultKind.HTML))
    assert sent(sandbox, "POST", "/reset").status_code == 204
    state = sandbox.state()
    assert (state["campaigns"], set(state["lists"])) == ({}, {"1"})
    assert sandbox.calls() == []
    assert sandbox.faults() == []
    assert client.created()["id"] == first["id"]


def test_seed(sandbox: Sandbox, client: Client) -> None:
    seeds = {"lists": ["11", 12], "addresses": ["a@example.com"], "campaigns": [campaign()]}
    assert sent(sandbox, "POST", "/seed", seeds).status_code == 204
    state = sandbox.state()
    assert set(state["lists"]) == {"1", "11", "12"}
    assert state["addresses"]["a@example.com"] == "CONFIRMED"
    (record,) = state["campaigns"].values()
    assert record["status"] == "DRAFT"
    assert sent(sandbox, "POST", "/seed", seeds).status_code == 204
    assert sandbox.state() == state
    sandbox.seed(lists={"13": "Thirteen"})
    assert client.get("/lists/13").json()["name"] == "Thirteen"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/faults", {}),
        ("/faults", 7),
        ("/faults", {"kind": "fire"}),
        ("/faults", {"kind": "html", "fish": 1}),
        ("/faults", {"kind": "html", "times": "2"}),
        ("/faults", {"kind": "html", "times": True}),
        ("/faults", {"kind": "html", "times": -1}),
        ("/faults", {"kind": "html", "probability": 2}),
        ("/faults", {"kind": "html", "match": "("}),
        ("/faults", {"kind": "html", "retry_after": "1\r\nX: y"}),
        ("/faults", {"kind": "server-error", "status": 99}),
        ("/faults", {"kind": "server-error", "body": "xml"}),
        ("/faults", {"kind": "latency", "seconds": -1}),
        ("/seed", []),
        ("/seed", {"fish": 1}),
        ("/seed", {"lists": ["x"]}),
        ("/seed", {"lists": 7}),
        ("/seed", {"addresses": "a"}),
        ("/seed", {"campaigns": [7]}),
        ("/seed", {"campaigns": [{}]}),
        ("/seed", {"campaigns": [campaign(status="Draft")]}),
        ("/seed", {"campaigns": [campaign(id="x")]}),
    ],
)
def test_bad_input(sandbox: Sandbox, path: str, body: object) -> None:
    before = sandbox.state()
    answer = sent(sandbox, "POST", path, body)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert sandbox.state() == before


def test_other_bad_input(sandbox: Sandbox) -> None:
    url = sandbox.control_url
    assert httpx.post(url + "/faults", content=b"{", **PLAIN).status_code == 400
    assert asked(url + "/calls?after=x").status_code == 400
    assert asked(url + "/nothing").status_code == 404
    assert asked(url + "/reset").status_code == 405
    with pytest.raises(ValueError, match="lists is"):
        sandbox.seed(lists=["x"])


FAULTS = st.builds(
    Fault,
    kind=st.sampled_from(FaultKind),
    match=st.sampled_from(["", "^GET", "lists$"]),
    after=st.integers(0, 3),
    times=st.none() | st.integers(0, 3),
    probability=st.sampled_from([0, 0.3, 1]) | st.floats(0, 1),
    seconds=st.floats(0, 9),
    jitter=st.floats(0, 9),
    stored=st.none() | st.booleans(),
    status=st.none() | st.integers(200, 599),
    body=st.sampled_from(["json", "html", "empty"]),
    reset=st.booleans(),
)


@given(FAULTS)
def test_a_fault_travels_as_json_and_as_text(fault: Fault) -> None:
    assert Fault.from_json(fault.to_json()) == fault
    value = fault.to_json()
    settings = [f"{name}={value[name]}" for name in value if value[name] is not None]
    assert Fault.parse(",".join([fault.kind, *settings[1:]])) == fault


@given(
    st.lists(FAULTS, max_size=4),
    st.lists(st.sampled_from(["GET /v2/lists", "POST /v2/lists"]), max_size=30),
    st.integers(0, 5),
)
def test_the_laws_of_a_plan(faults: list[Fault], calls: list[str], seed: int) -> None:
    def strikes() -> tuple[list[Any], FaultPlan]:
        plan = FaultPlan(faults, seed)
        return [plan.strike(*call.split(" ")) for call in calls], plan

    (first, plan), (second, _) = strikes(), strikes()
    assert first == second
    for strike, call in zip(first, calls, strict=True):
        assert strike.fault is None or strike.fault.matches(call)
        assert strike.fault is None or strike.fault.kind is not FaultKind.LATENCY
    for armed in plan.to_json():
        assert armed["struck"] <= armed["seen"] <= len(calls)
        assert armed.get("times") is None or armed["struck"] <= armed["times"]
        assert armed["struck"] <= max(0, armed["seen"] - armed.get("after", 0))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a fault"),
        ("fire", "not a fault"),
        ("html,fish=1", "fish=1"),
        ("html,times", "times"),
        ("html,times=x", "times=x"),
        ("html,stored=maybe", "stored=maybe"),
        ("latency,seconds=nan", "seconds"),
        ("{", "JSON"),
        ("{}", "not a fault"),
    ],
)
def test_a_fault_of_the_command_line_that_is_none(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Fault.parse(text)


def test_a_fault_of_the_command_line_as_json() -> None:
    text = '{"kind": "html", "match": "^POST .*/[a-z]{1,3}$"}'
    assert Fault.parse(text) == Fault(kind=FaultKind.HTML, match="^POST .*/[a-z]{1,3}$")
