"""Bulk activities: what they do, when, and what they refuse."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sandbox_client import OPTIONS, Client
from test_sandbox_contacts import posted

from ctct_migrate.sandbox import Sandbox

SOON = 0.2


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    options = replace(
        OPTIONS, activity_seconds=SOON, refused_contacts={"bad@example.com": "Invalid birthday"}
    )
    with Sandbox(options) as sandbox:
        yield sandbox


def rows(*addresses: str, **more: Any) -> list[dict[str, Any]]:
    return [{"email_addresses": [each], **more} for each in addresses]


def begun(client: Client, data: list[dict[str, Any]], *columns: str, name: str = "addcontacts"):
    body: dict[str, Any] = {"import_data": data, "lists": ["1"]}
    if name == "addcontacts":
        body["column_names"] = ["EMAIL", *columns]
    return client.post(f"/activities/{name}", json=body)


def finished(client: Client, number: str) -> dict[str, Any]:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        job = client.get(f"/activities/{number}").json()
        if job["status"] in ("COMPLETE", "ERROR"):
            return job
        time.sleep(0.05)
    raise AssertionError(job)


def contacts(client: Client) -> dict[str, Any]:
    found = client.get("/contacts", params={"limit": 500}).json()["results"]
    return {each["email_addresses"][0]["email_address"]: each for each in found}


def test_an_import_takes_its_time(client: Client):
    answer = begun(client, rows("ann@example.com", "bob@example.com", first_name="X"), "FIRST NAME")
    assert answer.status_code == 201
    job = answer.json()
    assert (job["type"], job["error_count"], job["contact_count"]) == ("ADD_CONTACTS", 0, 0)
    assert answer.headers["Location"].endswith(f"/v2/activities/{job['id']}")
    done = finished(client, job["id"])
    assert (done["status"], done["contact_count"], done["error_count"]) == ("COMPLETE", 2, 0)
    assert done["created_date"] <= done["start_date"] <= done["finish_date"]
    there = contacts(client)
    assert there["bob@example.com"]["first_name"] == "X"
    assert [each["id"] for each in there["bob@example.com"]["lists"]] == ["1"]
    assert [each["id"] for each in client.get("/activities").json()] == [job["id"]]
    assert client.get("/activities", params={"type": "EXPORT_CONTACTS"}).json() == []


def test_an_import_updates_and_empties_nothing(client: Client, sandbox: Sandbox):
    posted(client, first_name="Ann", last_name="Lee")
    job = begun(client, rows("ANN@example.com", first_name="Anna", last_name="Ray"), "FIRST NAME")
    finished(client, job.json()["id"])
    (there,) = contacts(client).values()
    assert (there["first_name"], there["last_name"]) == ("Anna", "Lee")


def test_without_columns_only_addresses_are_imported(client: Client):
    body = {"import_data": rows("ann@example.com", first_name="A"), "lists": ["1"]}
    job = client.post("/activities/addcontacts", json=body | {"column_names": []}).json()
    finished(client, job["id"])
    assert contacts(client)["ann@example.com"]["first_name"] == ""


def test_an_import_brings_nobody_back(client: Client):
    number = posted(client).json()["id"]
    client.delete(f"/contacts/{number}")
    done = finished(client, begun(client, rows("ann@example.com")).json()["id"])
    assert done["errors"] == ["Line 2: The contact has opted out"]
    assert contacts(client)["ann@example.com"]["status"] == "OPTOUT"


def test_bad_rows_are_named_by_their_lines_and_the_others_are_taken(client: Client):
    data = rows("ann@example.com", "not an address", "bad@example.com")
    done = finished(client, begun(client, data).json()["id"])
    assert done["errors"] == ["Line 3: Invalid Email Address", "Line 4: Invalid birthday"]
    assert (done["error_count"], done["contact_count"]) == (2, 3)
    assert list(contacts(client)) == ["ann@example.com"]


def test_a_removal_and_a_clearing(client: Client):
    for address in ("ann@example.com", "bob@example.com", "eve@example.com"):
        posted(client, address)
    job = begun(client, rows("ANN@example.com", "who@example.com"), name="removefromlists").json()
    done = finished(client, job["id"])
    assert (done["type"], done["errors"]) == (
        "REMOVE_CONTACTS_FROM_LISTS",
        ["Line 3: The contact does not exist"],
    )
    assert contacts(client)["ann@example.com"]["status"] == "REMOVED"
    job = client.post("/activities/clearlists", json={"lists": ["1"]}).json()
    assert finished(client, job["id"])["contact_count"] == 2
    assert {each["status"] for each in contacts(client).values()} == {"REMOVED"}


def test_what_is_refused_at_once(client: Client):
    assert begun(client, rows(*["ann@example.com"] * 20_001)).status_code == 400
    assert (
        begun(client, [{"email_addresses": ["a@example.com", "b@example.com"]}]).status_code == 400
    )
    body = {"import_data": rows("ann@example.com"), "lists": ["77"], "column_names": ["EMAIL"]}
    answer = client.post("/activities/addcontacts", json=body)
    assert answer.json()[0]["error_key"] == "json.field.lists.value.invalid"
    assert client.get("/activities/a07e000000000000099").status_code == 404
    assert client.get("/activities").json() == []
