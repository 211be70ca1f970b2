"""v3's server: contacts, lists, custom fields, tags, and bulk activities, over real sockets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from v3_client import V3Client, options, serving

from ctct_migrate.sandbox import Sandbox

ADA = {
    "email_address": {"address": "ada@north.example", "permission_to_send": "explicit"},
    "first_name": "Ada",
    "company_name": "North & Daughters",
    "create_source": "Contact",
    "phone_numbers": [{"phone_number": "978-555-0142", "kind": "home"}],
}


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(options(activity_seconds=60)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[V3Client]:
    with V3Client(sandbox) as client:
        yield client


# Lists


def test_lists_by_name_by_number_and_by_id(client: V3Client) -> None:
    (found,) = client.expects(200, "GET", "/contact_lists?name=Reading club")["lists"]
    xrefs = client.expects(200, "GET", "/contact_lists/list_id_xrefs?sequence_ids=12,0011,99")[
        "xrefs"
    ]
    assert [each["sequence_id"] for each in xrefs] == ["11", "12"]
    assert found["list_id"] == xrefs[0]["list_id"]
    client.expects(409, "POST", "/contact_lists", {"name": "reading club"})
    made = client.expects(201, "POST", "/contact_lists", {"name": "New", "description": "x"})
    place = f"/contact_lists/{made['list_id']}"
    changed = client.expects(200, "PUT", place, {"name": "Newer"})
    assert (changed["name"], changed["description"], changed["favorite"]) == ("Newer", "", False)
    client.expects(409, "PUT", place, {"name": "Customers"})
    client.expects(400, "PUT", place, {"name": "Newer", "short_name": "x"})
    client.expects(404, "GET", place[:-1] + "x")


def test_a_list_is_deleted_later(sandbox: Sandbox, client: V3Client) -> None:
    client.contact("ada@north.example", "11")
    place = f"/contact_lists/{client.list_id()}"
    job = client.expects(202, "DELETE", place)
    assert job["state"] == "initialized"
    client.expects(200, "PUT", place, {"name": "Reading club"})
    sandbox.pass_time(60)
    client.expects(404, "PUT", place, {"name": "Reading club"})
    names = [each["name"] for each in client.expects(200, "GET", "/contact_lists")["lists"]]
    assert names == ["Customers"]
    (gone,) = client.expects(200, "GET", "/contact_lists?status=deleted")["lists"]
    assert "deleted_at" in gone
    assert [each["list_memberships"] for each in sandbox.state()["contacts"].values()] == [[]]


# Contacts


def test_an_address_belongs_to_one_contact_for_good(client: V3Client) -> None:
    made = client.expects(201, "POST", "/contacts", ADA)
    place = f"/contacts/{made['contact_id']}"
    again = {**ADA, "email_address": {**ADA["email_address"], "address": "ADA@north.example"}}  # type: ignore[dict-item]
    for _ in range(2):
        (error,) = client.expects(409, "POST", "/contacts", again)
        assert error["error_key"] == "contacts.api.conflict"
        assert made["contact_id"] in error["error_message"]
        client.request("DELETE", place)
    path = "/contacts?email=ada@north.example"
    assert client.expects(200, "GET", path)["contacts"] == []
    (found,) = client.expects(200, "GET", f"{path}&status=all")["contacts"]
    assert "deleted_at" in found
    assert "phone_numbers" not in found
    body = {"email_address": ADA["email_address"], "update_source": "Account"}
    back = client.expects(200, "PUT", place, body)
    assert "deleted_at" not in back
    # What is plain and left out is emptied; arrays are kept.
    assert "first_name" not in back
    assert back["phone_numbers"][0]["phone_number"] == "978-555-0142"


def test_who_unsubscribed_is_on_no_list_and_stays_so(client: V3Client) -> None:
    number = client.contact("ada@north.example", "11", "12")
    place = f"/contacts/{number}"
    gone = {"address": "ada@north.example", "permission_to_send": "unsubscribed"}
    body = {"email_address": {**gone, "opt_out_reason": "Too many"}, "update_source": "Account"}
    found = client.expects(200, "PUT", place, body)
    assert (found["list_memberships"], found["email_address"]["opt_out_source"]) == ([], "Account")
    assert found["email_address"]["opt_out_reason"] == "Too many"
    back = {**gone, "permission_to_send": "implicit"}
    client.expects(400, "PUT", place, {"email_address": back, "update_source": "Account"})
    client.expects(200, "PUT", place, {"email_address": back, "update_source": "Contact"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"list_memberships": ["11"]},
        {"list_memberships": ["00000000-0000-4000-8000-000000000000"]},
        {"custom_fields": [{"custom_field_id": "CustomField1", "value": "x"}]},
        {"first_name": "x" * 51},
        {"create_source": None},
        {"middle_name": "x"},
    ],
)
def test_contacts_that_are_refused(client: V3Client, wrong: dict[str, Any]) -> None:
    (error,) = client.expects(400, "POST", "/contacts", {**ADA, **wrong})
    name = next(iter(wrong))
    assert name in error["error_message"] or name == "custom_fields"


def test_listing_contacts(client: V3Client) -> None:
    for number in range(5):
        client.contact(f"c{number}@north.example", "11" if number % 2 else "12")
    on = client.expects(200, "GET", f"/contacts?lists={client.list_id()}&include=list_memberships")
    assert [each["list_memberships"] for each in on["contacts"]] == [[client.list_id()]] * 2
    found, path = [], "/contacts?limit=2&include_count=true"
    while path:
        page = client.expects(200, "GET", path)
        assert page["contacts_count"] == 5
        found += [each["email_address"]["address"] for each in page["contacts"]]
        path = page["_links"].get("next", {}).get("href", "").removeprefix("/v3")
    assert found == [f"c{number}@north.example" for number in range(5)]
    assert client.expects(200, "GET", "/contacts/counts")["implicit"] == 5


def test_permissions_on_post_can_be_few() -> None:
    with serving(settings={"permissions_on_post": "implicit-explicit"}) as (_, client):
        out = {"address": "ada@north.example", "permission_to_send": "unsubscribed"}
        client.expects(400, "POST", "/contacts", {**ADA, "email_address": out})


def test_custom_fields_and_tags(client: V3Client) -> None:
    field = client.expects(
        201, "POST", "/contact_custom_fields", {"label": "Favourite shelf", "type": "string"}
    )
    assert field["name"] == "favourite_shelf"
    client.expects(
        409, "POST", "/contact_custom_fields", {"label": "favourite shelf", "type": "date"}
    )
    tag = client.expects(201, "POST", "/contact_tags", {"name": "VIP"})
    client.expects(409, "POST", "/contact_tags", {"name": "VIP"})
    value = {"custom_field_id": field["custom_field_id"], "value": "Novels"}
    body = {**ADA, "custom_fields": [value], "taggings": [tag["tag_id"]]}
    made = client.expects(201, "POST", "/contacts", body)
    assert (made["custom_fields"], made["taggings"]) == ([value], [tag["tag_id"]])
    client.expects(204, "DELETE", f"/contact_custom_fields/{field['custom_field_id']}")
    place = f"/contacts/{made['contact_id']}?include=custom_fields"
    assert client.expects(200, "GET", place)["custom_fields"] == []


def test_signing_up_adds_and_never_empties(client: V3Client) -> None:
    made = client.expects(201, "POST", "/contacts", ADA)
    body = {"email_address": "ada@north.example", "list_memberships": [client.list_id()]}
    answer = client.expects(200, "POST", "/contacts/sign_up_form", body)
    assert answer == {"contact_id": made["contact_id"], "action": "updated"}
    found = client.expects(200, "GET", f"/contacts/{made['contact_id']}?include=list_memberships")
    assert (found["first_name"], found["list_memberships"]) == ("Ada", [client.list_id()])
    client.expects(
        201, "POST", "/contacts/sign_up_form", {**body, "email_address": "b@north.example"}
    )


def test_contacts_of_the_past_have_numbers(sandbox: Sandbox, client: V3Client) -> None:
    seeds = {"contact": [{"number": "55", **ADA, "list_memberships": ["11"]}]}
    sandbox.seed(records=seeds)
    xrefs = client.expects(200, "GET", "/contacts/contact_id_xrefs?sequence_ids=55,56")["xrefs"]
    assert [each["sequence_id"] for each in xrefs] == ["55"]
    place = f"/contacts/{xrefs[0]['contact_id']}?include=list_memberships"
    assert client.expects(200, "GET", place)["list_memberships"] == [client.list_id()]
    with pytest.raises(ValueError, match="nonsense"):
        sandbox.seed(records={"nonsense": []})


# Bulk activities


def ended(sandbox: Sandbox, client: V3Client, job: dict[str, Any]) -> dict[str, Any]:
    """A job at its end."""
    assert job["_links"]["self"]["href"] == f"/v3/activities/{job['activity_id']}"
    sandbox.pass_time(30)
    place = f"/activities/{job['activity_id']}"
    assert client.expects(200, "GET", place)["state"] == "processing"
    sandbox.pass_time(30)
    found: dict[str, Any] = client.expects(200, "GET", place)
    assert (found["state"], found["percent_done"]) == ("completed", 100)
    return found


def test_an_import(sandbox: Sandbox, client: V3Client) -> None:
    client.contact("out@north.example", permission="unsubscribed")
    client.expects(201, "POST", "/contacts", ADA)
    client.expects(201, "POST", "/contact_custom_fields", {"label": "Shelf", "type": "string"})
    rows = [
        {"email": "ada@north.example", "last_name": "North", "cf:shelf": "Novels"},
        {"email": "out@north.example"},
        {"email": "tom@reed.example", "home_street": "1 Lane", "home_street2": "Flat 2"},
        {"email": "nonsense"},
        {"email": "x" * 50 + "@north.example"},
        {"email": "b@reed.example", "cf:nobody": "x"},
    ]
    body = {"import_data": rows, "list_ids": [client.list_id()]}
    job = client.expects(201, "POST", "/activities/contacts_json_import", body)
    assert client.expects(200, "GET", "/contacts?email=tom@reed.example")["contacts"] == []
    found = ended(sandbox, client, job)
    assert found["status"] == {
        "items_total_count": 6, "person_count": 3, "error_count": 3, "correctable_count": 0,
        "cannot_add_to_list_count": 1,
    }  # fmt: skip
    assert [each.split(":")[0] for each in found["activity_errors"]] == [
        "Line 4",
        "Line 5",
        "Line 6",
    ]
    people = {e["email_address"]["address"]: e for e in sandbox.state()["contacts"].values()}
    ada, tom = people["ada@north.example"], people["tom@reed.example"]
    # What is not given stays, and so does the permission.
    assert (ada["first_name"], ada["last_name"]) == ("Ada", "North")
    assert ada["email_address"]["permission_to_send"] == "explicit"
    assert ada["custom_fields"][0]["value"] == "Novels"
    assert tom["email_address"]["permission_to_send"] == "implicit"
    assert tom["street_addresses"][0]["street"] == "1 Lane, Flat 2"
    assert tom["list_memberships"] == ada["list_memberships"] == [client.list_id()]
    assert people["out@north.example"]["list_memberships"] == []


def test_an_import_loses_what_is_over_the_limit(client: V3Client, sandbox: Sandbox) -> None:
    row = {
        "first_name": "x" * 50,
        "last_name": "x" * 50,
        "company_name": "x" * 50,
        "street": "y" * 200,
    }
    rows = [{"email": f"c{number}@north.example", **row} for number in range(10_000)]
    body = {"import_data": rows, "list_ids": [client.list_id()]}
    job = client.expects(201, "POST", "/activities/contacts_json_import", body)
    kept = job["status"]["items_total_count"]
    size = len(json.dumps(rows[0], separators=(",", ":"))) + 1
    assert 0.95 < kept * size / 4_000_000 < 1.05
    assert kept < 10_000
    client.expects(400, "POST", "/activities/contacts_json_import", {**body, "list_ids": ["11"]})


def test_an_import_of_a_file(sandbox: Sandbox, client: V3Client) -> None:
    text = "Email,First Name,cf:shelf\nada@north.example,Ada,\nnonsense,,\n"
    answer = client.post(
        "/activities/contacts_file_import",
        files={"file": ("people.csv", text, "text/csv")},
        data={"list_ids": f"{client.list_id()},{client.list_id('12')}"},
    )
    assert answer.status_code == 201, answer.text
    found = ended(sandbox, client, answer.json())
    assert found["source_file_name"] == "people.csv"
    assert found["activity_errors"][0].startswith("Line 3:")
    (ada,) = sandbox.state()["contacts"].values()
    assert (ada["first_name"], len(ada["list_memberships"])) == ("Ada", 2)
    client.expects(415, "POST", "/activities/contacts_file_import", {})


def test_lists_are_cleared_and_filled(sandbox: Sandbox, client: V3Client) -> None:
    ada, tom = client.contact("ada@north.example", "11"), client.contact("tom@reed.example", "11")
    first, second = client.list_id("11"), client.list_id("12")
    body: dict[str, Any] = {"source": {"list_ids": [first]}, "list_ids": [second]}
    body |= {"exclude": {"contact_ids": [tom]}}
    job = client.expects(201, "POST", "/activities/add_list_memberships", body)
    assert ended(sandbox, client, job)["status"]["items_completed_count"] == 1
    body = {"source": {"list_ids": [first]}, "list_ids": [first]}
    job = client.expects(201, "POST", "/activities/remove_list_memberships", body)
    ended(sandbox, client, job)
    lists = {n: e["list_memberships"] for n, e in sandbox.state()["contacts"].items()}
    assert lists == {ada: [second], tom: []}


def test_an_export_and_deletions(sandbox: Sandbox, client: V3Client) -> None:
    ada, _ = client.contact("ada@north.example", "11"), client.contact("tom@reed.example")
    body: dict[str, Any] = {"list_ids": [client.list_id()]}
    job = client.expects(201, "POST", "/activities/contact_exports", body)
    results = ended(sandbox, client, job)["_links"]["results"]["href"].removeprefix("/v3")
    text = client.get(results).text
    assert "ada@north.example" in text
    assert "tom@reed.example" not in text
    job = client.expects(201, "POST", "/activities/contact_delete", {"contact_ids": [ada]})
    ended(sandbox, client, job)
    assert "deleted_at" in sandbox.state()["contacts"][ada]
    job = client.expects(201, "POST", "/activities/list_delete", body)
    ended(sandbox, client, job)
    done = client.expects(200, "GET", "/activities?state=completed&limit=2")
    assert done["activities"][0]["activity_id"] == job["activity_id"]
    rest = client.expects(200, "GET", done["_links"]["next"]["href"].removeprefix("/v3"))
    assert len(rest["activities"]) == 1
    sandbox.pass_time(11 * 86_400)
    assert client.expects(200, "GET", "/activities")["activities"] == []


def test_too_many_jobs_and_jobs_that_fail() -> None:
    with serving(settings={"most_jobs": 1}, activities_fail=True) as (sandbox, client):
        body = {"list_ids": [client.list_id()]}
        job = client.expects(201, "POST", "/activities/list_delete", body)
        client.expects(429, "POST", "/activities/list_delete", body)
        sandbox.pass_time(5)
        found = client.expects(200, "GET", f"/activities/{job['activity_id']}")
        assert (found["state"], bool(found["activity_errors"])) == ("failed", True)
        client.expects(200, "PUT", f"/contact_lists/{body['list_ids'][0]}", {"name": "There"})
