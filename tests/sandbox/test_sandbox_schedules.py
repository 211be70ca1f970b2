"""Schedules: a campaign has at most one, and its status and date follow it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sandbox_client import OPTIONS, Client, campaign, in_days

from ctct_migrate.sandbox import Sandbox
from ctct_migrate.sandbox.requests import instant

CAMPAIGNS = "/emailmarketing/campaigns"


def test_scheduling(client: Client) -> None:
    number = client.created()["id"]
    path = f"{CAMPAIGNS}/{number}/schedules"
    assert client.get(path).json() == []
    date = in_days(1)
    schedule = client.scheduled(number, date)
    assert schedule == {"id": "1", "scheduled_date": date}
    assert client.get(path).json() == [schedule]
    assert client.get(f"{path}/1").json() == schedule
    record = client.get(f"{CAMPAIGNS}/{number}").json()
    assert (record["status"], record["next_run_date"]) == ("SCHEDULED", date)


def test_one_schedule_a_campaign(client: Client) -> None:
    number = client.created()["id"]
    path = f"{CAMPAIGNS}/{number}/schedules"
    first = client.scheduled(number)
    answer = client.post(path, json={"scheduled_date": in_days(2)})
    assert answer.status_code == 409
    assert client.get(path).json() == [first]


def test_moving_a_schedule(client: Client) -> None:
    number = client.created()["id"]
    path = f"{CAMPAIGNS}/{number}/schedules/1"
    date = in_days(2)
    assert client.put(path, json={"scheduled_date": date}).status_code == 404
    client.scheduled(number)
    answer = client.put(path, json={"scheduled_date": date})
    assert (answer.status_code, answer.json()) == (200, {"id": "1", "scheduled_date": date})
    assert client.get(path).json()["scheduled_date"] == date
    assert client.get(f"{CAMPAIGNS}/{number}").json()["next_run_date"] == date
    other = f"{CAMPAIGNS}/{number}/schedules/2"
    assert client.put(other, json={"scheduled_date": date}).status_code == 404
    wrong = client.put(path, json={"id": "2", "scheduled_date": date})
    assert wrong.status_code == 400


def test_taking_a_schedule_away(client: Client) -> None:
    number = client.created()["id"]
    client.scheduled(number)
    path = f"{CAMPAIGNS}/{number}/schedules/1"
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    record = client.get(f"{CAMPAIGNS}/{number}").json()
    assert (record["status"], record["next_run_date"]) == ("DRAFT", None)
    client.scheduled(number)


def test_only_drafts_are_scheduled(client: Client, sandbox: Sandbox) -> None:
    sandbox.seed(campaigns=[campaign(id="7", status="SENT")])
    answer = client.post(f"{CAMPAIGNS}/7/schedules", json={"scheduled_date": in_days(1)})
    assert answer.status_code == 400
    assert sandbox.state()["schedules"] == {}


@pytest.mark.parametrize(
    "date",
    [
        "2013-05-10T11:07:43.626Z",
        "tomorrow",
        "2093-05-10",
        "2093-05-10T11:07:43",
        "2093-05-10T11:07:43 01:00",
        "2093-13-10T11:07:43Z",
        "2093-02-29T11:07:43Z",
        "",
        7,
        None,
    ],
)
def test_a_bad_date(client: Client, sandbox: Sandbox, date: object) -> None:
    number = client.created()["id"]
    answer = client.post(f"{CAMPAIGNS}/{number}/schedules", json={"scheduled_date": date})
    assert answer.status_code == 400
    assert answer.json()[0]["error_message"].startswith("#/scheduled_date: ")
    assert sandbox.state()["schedules"] == {}


def test_dates_are_answered_in_utc(client: Client) -> None:
    number = client.created()["id"]
    given = "2093-05-10T11:07:43.626+02:00"
    answered = client.scheduled(number, given)["scheduled_date"]
    assert answered == "2093-05-10T09:07:43.626Z"
    assert instant(answered) == instant(given)


def test_the_past_on_request() -> None:
    options = replace(OPTIONS, future_dates_only=False)
    with Sandbox(options) as sandbox, Client(sandbox) as client:
        number = client.created()["id"]
        client.scheduled(number, "2013-05-10T11:07:43.626Z")
        assert client.get(f"{CAMPAIGNS}/{number}").json()["status"] == "SCHEDULED"
