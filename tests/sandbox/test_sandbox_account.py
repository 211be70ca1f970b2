"""The account: its addresses, lists and postal address."""

from __future__ import annotations

import pytest
from sandbox_client import Client, campaign

from ctct_migrate.sandbox import Sandbox

ADDRESSES = "/account/verifiedemailaddresses"


def test_info(client: Client) -> None:
    info = client.get("/account/info").json()
    assert info["email"] == "owner@example.com"
    (address,) = info["organization_addresses"]
    assert (address["country_code"], info["country_code"]) == ("US", "US")


def test_addresses_by_status(client: Client, sandbox: Sandbox) -> None:
    sandbox.seed(addresses=["b@example.com"], unconfirmed_addresses=["c@example.com"])

    def found(**params: str) -> list[str]:
        return [row["email_address"] for row in client.get(ADDRESSES, params=params).json()]

    assert found(status="CONFIRMED") == ["b@example.com", "owner@example.com"]
    assert found(status="UNCONFIRMED") == ["c@example.com"]
    assert found() == found(status="ALL") == ["b@example.com", "c@example.com", "owner@example.com"]
    assert client.get(ADDRESSES, params={"status": "OPEN"}).status_code == 400


def test_a_new_address_is_not_confirmed(client: Client) -> None:
    body = [{"email_address": "new@example.com"}]
    answer = client.post(ADDRESSES, json=body)
    assert answer.status_code == 201
    assert answer.json() == [{"email_address": "new@example.com", "status": "UNCONFIRMED"}]
    assert client.post(ADDRESSES, json=body).status_code == 409
    made = client.post("/emailmarketing/campaigns", json=campaign(from_email="new@example.com"))
    assert made.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        [7],
        [{}],
        [{"email_address": "nobody"}],
        [{"email_address": 7}],
        [{"email_address": "a@example.com", "status": "CONFIRMED"}],
    ],
)
def test_a_bad_address(client: Client, sandbox: Sandbox, body: object) -> None:
    assert client.post(ADDRESSES, json=body).status_code == 400
    assert sandbox.state()["addresses"] == {"owner@example.com": "CONFIRMED"}


def test_two_hundred_addresses_a_day(client: Client) -> None:
    most = [{"email_address": f"a{n}@example.com"} for n in range(200)]
    assert client.post(ADDRESSES, json=most).status_code == 201
    more = client.post(ADDRESSES, json=[{"email_address": "more@example.com"}])
    assert more.status_code == 400


def test_lists(client: Client) -> None:
    answer = client.post("/lists", json={"name": "Customers", "status": "HIDDEN"})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["status"], made["contact_count"]) == ("Customers", "HIDDEN", 0)
    assert client.get(f"/lists/{made['id']}").json() == made
    assert [record["id"] for record in client.get("/lists").json()] == ["1", made["id"]]
    body = {"name": "Clients", "status": "ACTIVE"}
    changed = client.put(f"/lists/{made['id']}", json=body).json()
    assert (changed["name"], changed["created_date"]) == ("Clients", made["created_date"])
    client.created(sent_to_contact_lists=[{"id": made["id"]}])
    assert client.delete(f"/lists/{made['id']}").status_code == 204
    assert client.get(f"/lists/{made['id']}").status_code == 404
    assert client.delete(f"/lists/{made['id']}").status_code == 404


def test_a_taken_name_of_a_list(client: Client) -> None:
    body = {"name": "General Interest", "status": "ACTIVE"}
    assert client.post("/lists", json=body).status_code == 409
    made = client.post("/lists", json={"name": "B", "status": "ACTIVE"}).json()
    assert client.put(f"/lists/{made['id']}", json=body).status_code == 409
    assert client.put("/lists/1", json=body).status_code == 200


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"status": "ACTIVE"}, "#/name"),
        ({"name": "", "status": "ACTIVE"}, "#/name"),
        ({"name": "a" * 256, "status": "ACTIVE"}, "#/name"),
        ({"name": 7, "status": "ACTIVE"}, "#/name"),
        ({"name": "a"}, "#/status"),
        ({"name": "a", "status": "active"}, "#/status"),
        ({"name": "a", "status": "ACTIVE", "fish": 1}, "#/fish"),
    ],
)
def test_a_bad_list(client: Client, body: dict[str, object], pointer: str) -> None:
    answer = client.post("/lists", json=body)
    assert answer.status_code == 400
    assert answer.json()[0]["error_message"].startswith(f"{pointer}: ")


def test_a_thousand_lists(client: Client, sandbox: Sandbox) -> None:
    sandbox.seed(lists=[str(n) for n in range(2, 1_001)])
    assert len(client.get("/lists").json()) == 1_000
    assert client.post("/lists", json={"name": "More", "status": "ACTIVE"}).status_code == 400
