"""JSON bodies are sent over real sockets, each exactly once, and what is deleted is gone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from body_bench import EVENT, BodyBench

from ctct_migrate.sandbox import Sandbox, SandboxOptions

ITEM = {"name": "Mug", "price": 9.5, "default_quantity_total": 20, "per_registrant_limit": 2}

PROMOCODE = {
    "code_name": "SPRING_20", "code_type": "DISCOUNT", "discount_percent": 20,
    "discount_scope": "ORDER_TOTAL", "quantity_total": -1,
}  # fmt: skip

FEE = {"label": "Adults", "fee": 12, "fee_scope": "BOTH"}

CAMPAIGN = {
    "name": "Spring", "subject": "s", "from_name": "f", "from_email": "news@example.org",
    "reply_to_email": "news@example.org", "text_content": "t",
    "email_content": "<html><body>x</body></html>",
}  # fmt: skip

#: Of what lives in an event: what it is called, the path, a body, and what changes.
IN_EVENT = [
    ("item", "items", ITEM, {"price": 8}),
    ("promocode", "promocodes", PROMOCODE, {"quantity_total": 50}),
    ("fee", "fees", FEE, {"fee": 14}),
]


@pytest.mark.parametrize(("name", "path", "body", "change"), IN_EVENT, ids=lambda x: str(x)[:9])
def test_what_lives_in_an_event_is_created_changed_and_deleted(
    bench: BodyBench, event: str, name: str, path: str, body: dict[str, Any], change: dict[str, Any]
) -> None:
    place = ("--resource", name, "--parent", f"event={event}")
    path = f"eventspot/events/{event}/{path}"
    for _ in range(2):  # the second run sends nothing
        result = bench.send(body, *place)
        assert result.exit_code == 0, result.output
    (there,) = bench.get(path)
    assert body.items() <= there.items()

    result = bench.send({**body, **change, "id": there["id"]}, *place, "--shape", "update")
    assert result.exit_code == 0, result.output
    assert change.items() <= bench.get(f"{path}/{there['id']}").items()

    result = bench.send(None, *place, "--delete", "--id", there["id"])
    assert result.exit_code == 0, result.output
    assert "1 " + name + " deleted" in result.stderr
    assert bench.get(path) == []


def test_an_attribute_lives_in_an_item_of_an_event(bench: BodyBench, event: str) -> None:
    item = bench.post(f"eventspot/events/{event}/items", ITEM)
    place = ("--resource", "attribute", "--parent", f"event={event}", "--parent", f"item={item}")
    path = f"eventspot/events/{event}/items/{item}/attributes"
    result = bench.send(
        [{"name": "Red", "quantity_total": 4}, {"name": "Blue", "quantity_total": 3}], *place
    )
    assert result.exit_code == 0, result.output
    assert [each["name"] for each in bench.get(path)] == ["Red", "Blue"]
    assert bench.get(f"eventspot/events/{event}/items/{item}")["default_quantity_total"] == 7
    number = bench.get(path)[0]["id"]
    body = {"id": number, "name": "Crimson", "quantity_total": 5}
    assert bench.send(body, *place, "--shape", "update", name="b.json").exit_code == 0
    assert bench.get(f"{path}/{number}")["name"] == "Crimson"
    result = bench.send({"name": "Green", "quantity_total": 1}, *place[:4])
    assert result.exit_code == 1
    assert "CT898" in result.stderr


def test_the_status_of_an_event_is_patched(bench: BodyBench, event: str) -> None:
    body = [{"op": "REPLACE", "path": "#/status", "value": "ACTIVE"}]
    path = f"eventspot/events/{event}"
    for _ in range(2):
        result = bench.send(body, "--resource", "event_status", "--id", event)
        assert result.exit_code == 0, result.output
    assert bench.get(path)["status"] == "ACTIVE"
    patches = [call for call in bench.box.calls() if call.method == "PATCH"]
    assert len(patches) == 1
    body[0]["value"] = "CANCELD"
    result = bench.send(body, "--resource", "event_status", "--id", event)
    assert result.exit_code == 1
    assert "did you mean `CANCELLED`?" in result.stderr


def test_an_event_is_replaced(bench: BodyBench, event: str) -> None:
    body = {**EVENT, "id": event, "title": "The fair in spring"}
    result = bench.send(body, "--resource", "event", "--shape", "update")
    assert result.exit_code == 0, result.output
    assert bench.get(f"eventspot/events/{event}")["title"] == "The fair in spring"


def test_a_schedule_is_placed_moved_and_deleted(bench: BodyBench) -> None:
    campaign = bench.post("emailmarketing/campaigns", CAMPAIGN)
    place = ("--resource", "schedule", "--parent", f"campaign={campaign}")
    path = f"emailmarketing/campaigns/{campaign}"
    for moment in ("2031-05-10T11:00:00.000Z", "2031-05-11T11:00:00.000Z"):
        result = bench.send({"scheduled_date": moment}, *place)
        assert result.exit_code == 0, result.output
        assert [each["scheduled_date"] for each in bench.get(f"{path}/schedules")] == [moment]
    result = bench.send(None, *place, "--delete")
    assert result.exit_code == 0, result.output
    assert bench.get(f"{path}/schedules") == []
    assert bench.get(path)["status"] == "DRAFT"
    again = bench.send(None, *place, "--delete")
    assert again.exit_code == 0, again.output


@pytest.mark.parametrize(
    ("name", "path", "body", "change"),
    [
        ("campaign", "emailmarketing/campaigns", CAMPAIGN, {"subject": "Another"}),
        ("list", "lists", {"name": "Readers", "status": "ACTIVE"}, {"status": "HIDDEN"}),
        ("folder", "library/folders", {"name": "Photos", "parent_id": "0"}, {"name": "Pictures"}),
    ],
    ids=["campaign", "list", "folder"],
)
def test_what_the_account_has_is_replaced(
    bench: BodyBench, name: str, path: str, body: dict[str, Any], change: dict[str, Any]
) -> None:
    assert bench.send(body, "--resource", name).exit_code == 0
    listed = bench.get(path)
    rows = listed["results"] if isinstance(listed, dict) else listed
    number = rows[-1]["id"]
    result = bench.send({**body, **change, "id": number}, "--resource", name, "--shape", "update")
    assert result.exit_code == 0, result.output
    assert change.items() <= bench.get(f"{path}/{number}").items()


def test_a_file_is_moved_and_described(bench: BodyBench) -> None:
    folder = bench.post("library/folders", {"name": "Photos"})
    answer = bench.call(
        "POST", "library/files",
        data={"file_name": "a.png", "file_type": "PNG", "folder_id": folder, "source": "MyComputer",
              "description": "A picture"},
        files={"data": ("a.png", b"\x89PNG", "image/png")}, headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.status_code == 202, answer.text
    number = answer.headers["Id"]
    assert bench.get(f"library/files/uploadstatus/{number}")[0]["status"] == "Active"
    assert [each["id"] for each in bench.get(f"library/folders/{folder}/files")["results"]] == [
        number
    ]
    body = {"id": number, "name": "b.png", "description": "Another picture", "folder_id": "0"}
    result = bench.send(body, "--resource", "file", "--shape", "update", "--allow-emptying")
    assert result.exit_code == 0, result.output
    there = bench.get(f"library/files/{number}")
    assert (there["name"], there["folder_id"], there["file_type"]) == ("b.png", "0", "PNG")


def test_what_is_not_there_cannot_be_deleted(bench: BodyBench, event: str) -> None:
    result = bench.send(
        None, "--resource", "fee", "--parent", f"event={event}", "--delete", "--id", "77"
    )
    assert result.exit_code == 1
    assert "the account has no fee 77" in result.stderr
    assert "Nothing was deleted" in result.stderr
    assert "--shape create" not in result.stderr


def test_a_name_that_was_taken_meanwhile_is_said_at_its_place(bench: BodyBench, event: str) -> None:
    bench.post(f"eventspot/events/{event}/promocodes", {**PROMOCODE, "quantity_total": 1})
    result = bench.send(PROMOCODE, "--resource", "promocode", "--parent", f"event={event}")
    assert result.exit_code == 1
    assert "body.json:2:15" in result.stderr


def test_nothing_is_sent_of_what_has_errors_or_is_tried_out(bench: BodyBench, event: str) -> None:
    place = ("--resource", "promocode", "--parent", f"event={event}")
    result = bench.send({**PROMOCODE, "code_type": "DISCOUT"}, *place)
    assert result.exit_code == 1
    assert "did you mean `DISCOUNT`?" in result.stderr
    result = bench.send(PROMOCODE, *place, "--dry-run")
    assert result.exit_code == 0, result.output
    assert "1 promocode to create" in result.stdout
    assert bench.get(f"eventspot/events/{event}/promocodes") == []


def test_a_schedule_is_deleted_by_the_body_that_placed_it(bench: BodyBench) -> None:
    campaign = bench.post("emailmarketing/campaigns", CAMPAIGN)
    place = ("--resource", "schedule", "--parent", f"campaign={campaign}")
    body = {"scheduled_date": "2031-05-10T11:00:00.000Z"}
    assert bench.send(body, *place).exit_code == 0
    result = bench.send(body, *place, "--delete")
    assert result.exit_code == 0, result.output
    assert bench.get(f"emailmarketing/campaigns/{campaign}/schedules") == []


def test_bodies_of_v3_are_created_and_replaced(tmp_path: Path) -> None:
    options = SandboxOptions(target="v3", calls_per_second=1000, calls_per_day=100_000)
    with Sandbox(options) as box:
        bench = BodyBench(box, tmp_path)
        said = ("--target", "v3", "--resource", "list")
        result = bench.send({"name": "Readers"}, *said)
        assert result.exit_code == 0, result.output
        found = re.search(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", result.stdout)
        assert found is not None
        body = {"list_id": found[0], "name": "Writers", "favorite": True}
        result = bench.send(body, *said, "--shape", "update", name="b.json")
        assert result.exit_code == 0, result.output
        there = bench.get(f"contact_lists/{found[0]}")
        assert (there["name"], there["favorite"]) == ("Writers", True)


@pytest.mark.parametrize(
    ("target", "path", "status"),
    [
        ("v2", "account/verifiedemailaddresses", "status"),
        ("v3", "account/emails", "confirm_status"),
    ],
)
def test_account_addresses_are_added_once(
    tmp_path: Path, target: str, path: str, status: str
) -> None:
    options = SandboxOptions(
        target=target, addresses=("news@example.org",), calls_per_second=1000, calls_per_day=100_000
    )
    with Sandbox(options) as box:
        bench = BodyBench(box, tmp_path)
        said = ("--target", target, "--resource", "email")
        # One that is there already, in other letters, is not added, and is no mistake.
        bodies = [{"email_address": "Ada@Example.org"}, {"email_address": "NEWS@example.org"}]
        for _ in range(2):
            result = bench.send(bodies, *said)
            assert result.exit_code == 0, result.output
        assert {each["email_address"]: each[status] for each in bench.get(path)} == {
            "Ada@Example.org": "UNCONFIRMED", "news@example.org": "CONFIRMED",
        }  # fmt: skip
        assert sum(call.method == "POST" for call in bench.box.calls()) == 1
        result = bench.send(bodies[0], *said, "--on-name-taken", "update", name="b.json")
        assert result.exit_code == 0, result.output
        result = bench.send({"email_address": "ada@localhost"}, *said)
        assert result.exit_code == 1
        assert "CT894" in result.stderr
        result = bench.send(bodies[0], *said, "--shape", "update")
        assert result.exit_code == 1
        assert "CT899" in result.stderr


@pytest.mark.parametrize(
    ("name", "path", "body", "change"),
    [
        ("campaign", "emailmarketing/campaigns", CAMPAIGN, {"subject": "Another"}),
        ("list", "lists", {"name": "Readers", "status": "ACTIVE"}, {"status": "HIDDEN"}),
        ("event", "eventspot/events", EVENT, {"title": "Another"}),
    ],
)
def test_what_is_replaced_may_be_named_by_the_option_alone(
    bench: BodyBench, name: str, path: str, body: dict[str, Any], change: dict[str, Any]
) -> None:
    number = bench.post(path, body)
    result = bench.send({**body, **change}, "--resource", name, "--shape", "update", "--id", number)
    assert result.exit_code == 0, result.output
    assert change.items() <= bench.get(f"{path}/{number}").items()


def test_what_is_deleted_without_a_file_is_shown_as_it_was_said(
    bench: BodyBench, event: str
) -> None:
    place = ("--resource", "fee", "--parent", f"event={event}", "--delete")
    result = bench.send(None, *place, "--id", "77")
    assert f"--delete fee 77 event={event}:1:1" in result.stderr
    assert '{"id": "77"}' in result.stderr
    result = bench.send(None, "--delete", "--id", "77")
    assert result.exit_code == 2
    assert "--delete needs a PATH or a --resource" in result.stderr
