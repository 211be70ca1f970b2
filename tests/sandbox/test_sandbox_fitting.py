"""An account that fits documents: what they update, name and need is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from sandbox_client import Client, campaign

from ctct_migrate import Payload, Shape
from ctct_migrate.resources import RESOURCES
from ctct_migrate.sandbox import Sandbox, SandboxOptions
from ctct_migrate.sandbox.fitting import fitting

CAMPAIGNS = "/emailmarketing/campaigns"


def payload(
    resource: str,
    body: dict[str, Any],
    number: str | None = None,
    shape: Shape = Shape.CREATE,
    references: Mapping[str, tuple[str, ...]] | None = None,
) -> Payload:
    return Payload(
        "a.xml", None, resource, shape, body, number, lambda: (), lambda: (), dict, references or {}
    )


LISTS = [{"id": "5"}, {"id": "1"}, {"id": "active"}, {"id": "6"}]

DOCUMENTS = [
    payload("campaign", campaign(from_email="a@example.org", sent_to_contact_lists=LISTS), "7"),
    payload("campaign", campaign(id="8", name="b"), "8", Shape.UPDATE),
    payload("campaign", {"id": "9", "name": "c", "subject": "s"}, "9", Shape.UPDATE),
    payload("contact_list", {"name": "Six", "status": "ACTIVE"}, "6"),
    payload("contact_list", {"id": "4", "name": "Four", "status": "ACTIVE"}, "4", Shape.UPDATE),
    payload("schedule", {"scheduled_date": "2035-01-01T00:00:00Z"}, "1", Shape.CREATE, {"campaign": ("7",)}),
    payload("schedule", {"scheduled_date": "2035-01-01T00:00:00Z"}, "1", Shape.CREATE, {"campaign": ("10",)}),
]  # fmt: skip


def test_a_sample_number_of_the_documentation_is_in_no_account() -> None:
    (sample,) = RESOURCES["Campaign"].sample_ids
    body = {"scheduled_date": "2035-01-01T00:00:00Z"}
    named = payload("schedule", body, "1", references={"campaign": (sample,)})
    assert "campaign" not in fitting(SandboxOptions(), [named]).records
    named = payload("schedule", body, "1", references={"campaign": ("10",)})
    assert "campaign" in fitting(SandboxOptions(), [named]).records


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(fitting(SandboxOptions(calls_per_second=100), DOCUMENTS)) as sandbox:
        yield sandbox


def test_what_is_updated_or_named_is_there_and_what_is_created_is_not(box: Sandbox) -> None:
    state = box.state()
    assert set(state["campaigns"]) == {"8", "9", "10"}  # 7 is created
    assert set(state["lists"]) == {"1", "4", "5"}  # 6 is created, `active` is not an id
    assert {"a@example.org", "owner@example.com"} <= set(state["addresses"])


def test_a_campaign_whose_update_leaves_the_content_out_is_a_stock_campaign(box: Sandbox) -> None:
    kinds = {id: record["template_type"] for id, record in box.state()["campaigns"].items()}
    assert kinds == {"8": "CUSTOM", "9": "STOCK", "10": "CUSTOM"}


def test_the_account_takes_the_documents(box: Sandbox) -> None:
    with Client(box) as client:
        body = campaign(from_email="a@example.org", sent_to_contact_lists=LISTS[:2])
        assert client.post(CAMPAIGNS, json=body).status_code == 201
        update = campaign(id="8", name="b", from_email="a@example.org")
        assert client.put(f"{CAMPAIGNS}/8", json=update).status_code == 200


def test_the_ids_that_differ_in_the_account_are_those_that_are_there() -> None:
    options = fitting(SandboxOptions(), DOCUMENTS[:1], {"contact_list": {"5": "55"}})
    assert {record["id"] for record in options.records["contact_list"]} == {"1", "55", "6"}


def test_records_of_any_resource_are_planted_and_travel_as_json() -> None:
    options = SandboxOptions(
        records={"contact_list": ({"id": "3", "name": "Three", "status": "ACTIVE"},)}
    )
    assert SandboxOptions.from_json(options.to_json()) == options
    with Sandbox(options) as sandbox:
        assert sandbox.state()["lists"]["3"]["name"] == "Three"
        with pytest.raises(ValueError, match="schedule: the sandbox cannot begin with"):
            sandbox.seed(records={"schedule": [{"id": "1"}]})


V3_CAMPAIGN = {
    "campaign": {
        "name": "Club",
        "email_campaign_activities": [
            {"from_email": "a@example.org", "reply_to_email": "b@example.org"}
        ],
    },
    "lists": ["5"],
}
V3_CONTACT = {
    "email_address": {"address": "ada@example.org", "permission_to_send": "implicit"},
    "custom_fields": [{"custom_field_id": "Shelf", "value": "Novels"}],
    "list_memberships": ["6"],
}
V3_DOCUMENTS = [
    payload("campaign", V3_CAMPAIGN, "7"),
    payload("campaign", {"campaign": {"name": "b"}, "activity": {}, "lists": []}, "8", Shape.UPDATE),
    payload("contact", V3_CONTACT, "55", Shape.UPDATE),
    payload("contact_list", {"name": "Six"}, "6"),
    payload("schedule", {"scheduled_date": "2035-01-01T00:00:00Z"}, "1", Shape.CREATE, {"campaign": ("10",)}),
]  # fmt: skip


def test_an_account_of_v3_fits_too() -> None:
    with Sandbox(fitting(SandboxOptions(target="v3"), V3_DOCUMENTS)) as sandbox:
        state = sandbox.state()
    assert {each["name"] for each in state["campaigns"].values()} == {"Campaign 8", "Campaign 10"}
    assert {each["name"] for each in state["lists"].values()} == {"General Interest", "List 5"}
    assert {"a@example.org", "b@example.org"} <= set(state["addresses"])
    (contact,) = state["contacts"].values()
    assert contact["email_address"]["address"] == "ada@example.org"
    assert [each["label"] for each in state["custom_fields"].values()] == ["Shelf"]
