"""Contacts and lists: taken addresses, who acts, who opted out, members."""

from __future__ import annotations

from sandbox_client import Client

from ctct_migrate.sandbox import Sandbox


def body(address: str = "ann@example.com", *lists: str, **more):
    return {
        "email_addresses": [{"email_address": address}],
        **more,
        "lists": [{"id": each} for each in lists or ("1",)],
    }


def posted(client: Client, *arguments, by: str = "", **more):
    query = {"action_by": by} if by else {}
    return client.post("/contacts", json=body(*arguments, **more), params=query)


def test_a_contact_comes_into_being(client: Client):
    answer = posted(client, addresses=[{"country_code": "US", "address_type": "PERSONAL"}])
    assert answer.status_code == 201
    made = answer.json()
    assert made["status"] == "ACTIVE"
    assert made["addresses"][0]["country_code"] == "us"
    assert made["email_addresses"][0]["opt_in_source"] == "ACTION_BY_OWNER"
    assert made["email_addresses"][0]["opt_out_date"] == "1969-12-31T19:00:00.000Z"
    assert client.get("/lists/1").json()["contact_count"] == 1
    assert [each["id"] for each in client.get("/lists/1/contacts").json()["results"]] == [
        made["id"]
    ]


def test_an_address_is_taken_whatever_its_letter_case(client: Client):
    posted(client)
    assert posted(client, "ANN@example.com").status_code == 409


def test_who_acts_is_one_of_two(client: Client):
    assert posted(client, by="ACTION_BY_CUSTOMER").status_code == 400
    made = posted(client, by="ACTION_BY_VISITOR").json()
    assert made["email_addresses"][0]["opt_in_source"] == "ACTION_BY_VISITOR"


def test_deleting_opts_out_and_never_frees_the_address(client: Client):
    number = posted(client).json()["id"]
    assert client.delete(f"/contacts/{number}").status_code == 204
    there = client.get(f"/contacts/{number}").json()
    assert (there["status"], there["lists"]) == ("OPTOUT", [])
    assert posted(client).status_code == 409
    found = client.get("/contacts", params={"email": "ann@example.com", "status": "ALL"}).json()
    assert [each["id"] for each in found["results"]] == [number]
    active = client.get("/contacts", params={"email": "ann@example.com", "status": "ACTIVE"}).json()
    assert active["results"] == []


def test_the_owner_brings_nobody_back(client: Client):
    number = posted(client).json()["id"]
    client.delete(f"/contacts/{number}")
    kept = client.put(f"/contacts/{number}", json=body()).json()
    assert (kept["status"], kept["lists"]) == ("OPTOUT", [])
    query = {"action_by": "ACTION_BY_VISITOR"}
    back = client.put(f"/contacts/{number}", json=body(), params=query).json()
    assert (back["status"], [each["id"] for each in back["lists"]]) == ("ACTIVE", ["1"])


def test_a_put_replaces(client: Client):
    number = posted(client, first_name="Ann", last_name="Lee").json()["id"]
    there = client.put(f"/contacts/{number}", json=body(first_name="Anna")).json()
    assert (there["first_name"], there["last_name"]) == ("Anna", "")


def test_who_opted_out_is_listed_by_status(client: Client, sandbox: Sandbox):
    posted(client)
    number = posted(client, "bob@example.com").json()["id"]
    client.delete(f"/contacts/{number}")
    found = client.get("/contacts", params={"status": "OPTOUT"}).json()["results"]
    assert [each["id"] for each in found] == [number]


def test_a_list_that_is_not_there(client: Client):
    answer = posted(client, "ann@example.com", "77")
    assert answer.json()[0]["error_key"] == "json.field.lists.value.invalid"
