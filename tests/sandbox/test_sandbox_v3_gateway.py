"""v3's server: tokens, scopes, privileges, rates, errors, faults, time, and what outlives a restart."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from sandbox_client import PLAIN, in_days
from v3_client import V3Client, campaign, options, serving

from ctct_migrate.cli.sandbox import command
from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxError
from ctct_migrate.sandbox.v3.endpoints import ENDPOINTS
from ctct_migrate.targets import TARGETS

NAMES = ("campaign_id", "custom_field_id", "tag_id")


def test_the_bearer_token_alone_lets_in() -> None:
    with serving(tokens=("right",), keys=("key",)) as (sandbox, client):
        client.expects(200, "GET", "/emails")
        url = f"{sandbox.base_url}/emails"
        wrong = httpx.get(f"{url}?api_key=key", headers={"Authorization": "Bearer wrong"}, **PLAIN)
        assert (wrong.status_code, wrong.json()["error_key"]) == (401, "unauthorized")
        assert httpx.get(f"{url}?api_key=key", **PLAIN).status_code == 401
        assert client.expects(404, "GET", "/nowhere")["error_key"] == "not_found"
        client.expects(405, "PUT", "/emails", {})
        assert client.post("/emails", content="name=x").status_code == 415


def test_scopes_and_privileges() -> None:
    scopes = "contact_data account_read"
    with serving(settings={"scopes": scopes}) as (_, client):
        error = client.expects(403, "GET", "/emails")
        assert "campaign_data" in error["error_message"]
        client.expects(200, "GET", "/contact_lists")
        client.expects(200, "GET", "/account/emails")
        client.expects(403, "POST", "/account/emails", {"email_address": "x@harbour.example"})
    with serving(denied_privileges=("campaign:send",)) as (_, client):
        rows = client.expects(200, "GET", "/account/user/privileges")
        names = {row["privilege_name"] for row in rows}
        assert "campaign:write" in names
        assert "campaign:send" not in names
        place = f"/emails/activities/{client.listed()}/schedules"
        error = client.expects(403, "POST", place, {"scheduled_date": in_days(1)})
        assert "campaign:send" in error["error_message"]


def test_settings_change_while_it_runs() -> None:
    with serving() as (sandbox, client):
        sandbox.change_settings(scopes=["contact_data"], error_form="array")
        assert isinstance(client.expects(403, "GET", "/emails"), list)
        with pytest.raises(ValueError, match="scopes"):
            sandbox.change_settings(scopes="everything")
        sandbox.reset()
        client.expects(200, "GET", "/emails")


def test_both_kinds_of_429() -> None:
    with serving(calls_per_second=1) as (_, client):
        # Two calls in one second are enough, however slow the machine is.
        answers = (client.get("/emails") for _ in range(100))
        refused = next(each for each in answers if each.status_code != 200)
        assert refused.status_code == 429
        assert refused.json() == {"error_key": "throttled", "error_message": "Too Many Requests"}
        assert "retry-after" not in refused.headers
    with serving(calls_per_day=4) as (sandbox, client):
        for _ in range(4):
            client.expects(200, "GET", "/emails")
        error = client.expects(429, "GET", "/emails")
        assert error == {"error_key": "quota_exceeded", "error_message": "Limit Exceeded"}
        # At 00:00 UTC the quota is there again.
        sandbox.pass_time(86_400)
        client.expects(200, "GET", "/emails")


@pytest.mark.parametrize(
    ("form", "of_service", "of_gateway"),
    [("documented", list, dict), ("array", list, list), ("object", dict, dict)],
)
def test_errors_have_two_shapes(form: str, of_service: type, of_gateway: type) -> None:
    with serving(settings={"error_form": form}) as (_, client):
        assert isinstance(client.expects(400, "POST", "/emails", {}), of_service)
        assert isinstance(client.expects(404, "GET", "/nowhere"), of_gateway)


@pytest.mark.parametrize(
    ("kind", "status", "key"),
    [
        (FaultKind.OVER_QPS, 429, "throttled"),
        (FaultKind.OVER_QUOTA, 429, "quota_exceeded"),
        (FaultKind.INACTIVE_KEY, 403, "forbidden"),
        (FaultKind.EXPIRED_TOKEN, 401, "unauthorized"),
        (FaultKind.INSUFFICIENT_SCOPE, 403, "forbidden"),
        (FaultKind.SERVER_ERROR, 503, "internal_server_error"),
    ],
)
def test_faults_are_in_its_own_words(kind: FaultKind, status: int, key: str) -> None:
    with serving() as (sandbox, client):
        place = f"/emails/activities/{client.listed()}/schedules"
        sandbox.inject(Fault(kind=kind, status=503 if status == 503 else None))
        error = client.expects(status, "POST", place, {"scheduled_date": in_days(1)})
        assert error["error_key"] == key
        assert sandbox.state()["schedules"] == {}


BODIES = [None, [], "x", {"name": None}, {"list_ids": [[]], "source": {}}, {"import_data": [None]}]


def test_no_body_breaks_the_server() -> None:
    with serving() as (_, client):
        activity, contact = client.listed(), client.contact("ada@north.example", "11")
        known = {"activity_id": activity, "contact_id": contact, "list_id": client.list_id()}
        for endpoint in ENDPOINTS:
            path = endpoint.path.format_map({**dict.fromkeys(NAMES, activity), **known})
            for body in BODIES if endpoint.method in ("POST", "PUT", "PATCH") else ():
                answer = client.request(endpoint.method, f"/{path}", json=body)
                assert answer.status_code < 500, (endpoint.method, path, body)


def test_an_answer_is_lost_though_the_campaign_is_there() -> None:
    with serving() as (sandbox, client):
        sandbox.inject(Fault(kind=FaultKind.CLOSE_AFTER, match="^POST ", times=1))
        with pytest.raises(httpx.TransportError):
            client.post("/emails", json=campaign())
        (row,) = client.expects(200, "GET", "/emails")["campaigns"]
        assert row["name"] == campaign()["name"]


def test_the_account() -> None:
    with serving() as (_, client):
        both = client.expects(200, "GET", "/account/emails")
        assert [each["confirm_status"] for each in both] == ["CONFIRMED", "UNCONFIRMED"]
        assert all(isinstance(each["email_id"], int) for each in both)
        (one,) = client.expects(200, "GET", "/account/emails?email_address=CLUB@harbour.example")
        assert one == both[0]
        client.expects(400, "GET", "/account/emails?email_address=x&confirm_status=CONFIRMED")
        body = {"email_address": "third@harbour.example"}
        made = client.expects(201, "POST", "/account/emails", body)
        assert made["confirm_status"] == "UNCONFIRMED"
        client.expects(409, "POST", "/account/emails", body)
        found = client.expects(200, "GET", "/account/summary?extra_fields=physical_address")
        assert found["physical_address"]["address_line1"] == "1 Sandbox Street"
        client.expects(200, "PUT", "/account/summary", {"organization_name": "Harbour"})
        assert client.expects(200, "GET", "/account/summary")["organization_name"] == "Harbour"
        postal = "/account/summary/physical_address"
        client.expects(409, "POST", postal, found["physical_address"])
        changed = client.expects(200, "PUT", postal, {"city": "Gloucester"})
        assert (changed["city"], changed["state_code"]) == ("Gloucester", "MA")
        client.expects(400, "PUT", postal, {"state_name": "Kent"})


def test_no_mail_goes_out_of_an_account_without_an_address() -> None:
    with serving(organization_address=None) as (_, client):
        place = f"/emails/activities/{client.listed()}/schedules"
        client.expects(400, "POST", place, {"scheduled_date": in_days(1)})
        body = {"address_line1": "7 Quay Street", "city": "Gloucester", "country_code": "GB"}
        client.expects(201, "POST", "/account/summary/physical_address", body)
        client.expects(201, "POST", place, {"scheduled_date": in_days(1)})


def test_everything_outlives_a_restart_the_clock_too(tmp_path: Any) -> None:
    file = str(tmp_path / "v3.sqlite3")
    with serving(database=file) as (sandbox, client):
        activity = client.listed()
        place = f"/emails/activities/{activity}/schedules"
        client.expects(201, "POST", place, {"scheduled_date": in_days(2)})
        sandbox.pass_time(86_400)
        before = sandbox.state()
    with Sandbox(options(database=file)) as sandbox, V3Client(sandbox) as client:
        assert sandbox.state() == before
        sandbox.pass_time(86_401)
        assert client.status(activity) == "DONE"
        sandbox.reset()
        assert sandbox.state()["campaigns"] == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("nonsense", 1), ("second_schedule", "maybe"), ("scopes", "everything"), ("xref_digits", "x"),
        ("names_ignore_case", 1), ("sending_seconds", -1), ("most_jobs", 1.5),
    ],
)  # fmt: skip
def test_settings_that_are_refused(name: str, value: object) -> None:
    with pytest.raises(SandboxError, match=name), Sandbox(options(settings={name: value})):
        pass


def test_the_command_says_which_settings_there_are() -> None:
    told = CliRunner().invoke(command, ["--target", "v3", "--set", "nonsense=1"])
    assert told.exit_code == 2
    assert "second_schedule (refuse or replace)" in told.output
    told = CliRunner().invoke(command, ["--target", "v3", "--set", "nonsense"])
    assert "expected NAME=VALUE" in told.output
    (target,) = (name for name in TARGETS if name != "v3")
    told = CliRunner().invoke(command, ["--target", target, "--set", "scopes=x"])
    assert "has no settings" in told.output


def test_any_list_and_any_address_can_come_into_being() -> None:
    with serving(accept_any_list=True, accept_any_address=True) as (sandbox, client):
        activity = client.listed(number="77", from_email="x@new.example")
        assert sandbox.state()["addresses"]["x@new.example"] == "CONFIRMED"
        found = client.expects(200, "GET", f"/emails/activities/{activity}")["contact_list_ids"]
        assert client.expects(200, "GET", f"/contact_lists/{found[0]}")["name"] == "List 77"
