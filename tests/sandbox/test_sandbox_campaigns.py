"""Campaigns: what the server adds, keeps, empties, lists and removes."""

from __future__ import annotations

import pytest
from sandbox_client import HTML, OPTIONS, Client, campaign, in_days

from ctct_migrate.sandbox import Sandbox
from ctct_migrate.sandbox.requests import instant
from ctct_migrate.targets.v2.target import V2

CAMPAIGNS = "/emailmarketing/campaigns"


def stock(**properties: object) -> dict[str, object]:
    """A campaign that was made from a template."""
    return campaign(id="1100546096289", template_type="STOCK", **properties)


def test_what_the_server_adds(client: Client) -> None:
    record = client.created()
    assert {name: record[name] for name in campaign()} == campaign()
    assert record["id"].isdigit()
    assert len(record["id"]) == len("1100546096289")
    assert record["status"] == "DRAFT"
    assert record["template_type"] == "CUSTOM"
    assert record["created_date"] == record["modified_date"]
    assert instant(record["created_date"]) is not None
    assert record["created_date"].endswith("Z")
    assert V2.contract.violations("campaign", "record", record) == ()
    assert client.get(f"{CAMPAIGNS}/{record['id']}").json() == record


def test_what_was_left_out_is_empty(client: Client) -> None:
    record = client.created()
    assert record["is_permission_reminder_enabled"] is False
    assert record["permission_reminder_text"] == ""
    assert record["greeting_name"] is None
    assert record["click_through_details"] == []
    assert set(record["tracking_summary"].values()) == {0}
    assert "message_footer" not in record


def test_put_replaces_and_empties(client: Client) -> None:
    made = client.created(greeting_string="Hello", style_sheet="p {}", greeting_name="NONE")
    path = f"{CAMPAIGNS}/{made['id']}"
    answer = client.put(path, json=campaign(id=made["id"], subject="New", greeting_string="Hi"))
    assert answer.status_code == 200
    record = answer.json()
    assert (record["subject"], record["greeting_string"]) == ("New", "Hi")
    assert (record["style_sheet"], record["greeting_name"]) == ("", None)
    assert record["created_date"] == made["created_date"]
    assert record["modified_date"] >= made["modified_date"]
    assert record["status"] == "DRAFT"
    assert client.get(path).json() == record
    assert V2.contract.violations("campaign", "record", record) == ()


def test_put_takes_the_id_from_the_path(client: Client) -> None:
    made = client.created()
    path = f"{CAMPAIGNS}/{made['id']}"
    assert client.put(path, json=campaign(id=None, name="A")).json()["id"] == made["id"]
    assert client.put(path, json={**campaign(), "id": None}).json()["id"] == made["id"]
    answer = client.put(path, json=campaign(id="5"))
    assert answer.status_code == 400
    assert answer.json()[0]["error_message"].startswith("#/id: ")


@pytest.mark.parametrize("name", ["text_content", "email_content"])
def test_put_of_a_custom_campaign_needs_its_content(client: Client, name: str) -> None:
    made = client.created()
    body = campaign(id=made["id"], **{name: None})
    answer = client.put(f"{CAMPAIGNS}/{made['id']}", json=body)
    assert answer.status_code == 400
    assert answer.json()[0]["error_message"].startswith(f"#/{name}: ")


def test_put_works_on_drafts_alone(client: Client) -> None:
    made = client.created()
    client.scheduled(made["id"])
    answer = client.put(f"{CAMPAIGNS}/{made['id']}", json=campaign(id=made["id"]))
    assert answer.status_code == 400
    assert "DRAFT" in answer.json()[0]["error_message"]
    assert client.put(f"{CAMPAIGNS}/5", json=campaign(id="5")).status_code == 404


def test_stock_content_is_read_only(client: Client, sandbox: Sandbox) -> None:
    sandbox.seed(campaigns=[stock(style_sheet="p {}")])
    path = f"{CAMPAIGNS}/1100546096289"
    without = {"text_content": None, "email_content": None}
    answer = client.put(path, json=stock(**without, subject="New") | {"template_type": None})
    assert answer.status_code == 400  # template_type is the server's
    body = campaign(id="1100546096289", **without, subject="New")
    record = client.put(path, json=body).json()
    assert (record["subject"], record["style_sheet"]) == ("New", "p {}")
    assert (record["email_content"], record["template_type"]) == (HTML, "STOCK")
    # Sent back as it was read, it is taken; changed, it is not.
    assert client.put(path, json=campaign(id="1100546096289")).status_code == 200
    answer = client.put(path, json=campaign(id="1100546096289", text_content="Other"))
    assert answer.status_code == 400
    assert answer.json()[0]["error_message"].startswith("#/text_content: ")
    assert client.get(path).json()["text_content"] == "Spring is here."


def test_delete_takes_the_schedule_along(client: Client, sandbox: Sandbox) -> None:
    number = client.created()["id"]
    client.scheduled(number)
    assert client.delete(f"{CAMPAIGNS}/{number}").status_code == 204
    assert client.delete(f"{CAMPAIGNS}/{number}").status_code == 404
    assert client.get(f"{CAMPAIGNS}/{number}/schedules").status_code == 404
    assert sandbox.state()["schedules"] == {}
    assert client.created()["id"] != number


def test_pages(client: Client) -> None:
    made = [client.created(name=f"Campaign {n}")["id"] for n in range(7)]
    pages, link = [], f"{CAMPAIGNS}?limit=3"
    while link:
        page = client.get(link.removeprefix("/v2")).json()
        pages.append(page["results"])
        link = page["meta"]["pagination"].get("next_link", "")
        assert "api_key" not in link
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [item["id"] for page in pages for item in page] == made
    assert set(pages[0][0]) == {"id", "name", "status", "modified_date"}


def test_a_full_last_page_has_no_next(client: Client) -> None:
    for n in range(2):
        client.created(name=f"Campaign {n}")
    page = client.get(CAMPAIGNS, params={"limit": 2}).json()
    assert len(page["results"]) == 2
    assert page["meta"] == {"pagination": {}}


def test_fifty_a_page_at_the_most(client: Client, sandbox: Sandbox) -> None:
    sandbox.seed(campaigns=[campaign(name=f"Campaign {n}") for n in range(51)])
    page = client.get(CAMPAIGNS).json()
    assert len(page["results"]) == 50
    rest = client.get(page["meta"]["pagination"]["next_link"].removeprefix("/v2")).json()
    assert [item["name"] for item in rest["results"]] == ["Campaign 50"]


def test_listing_by_status(client: Client, sandbox: Sandbox) -> None:
    draft, scheduled = client.created(name="A")["id"], client.created(name="B")["id"]
    client.scheduled(scheduled)
    sandbox.seed(campaigns=[campaign(name="C", status="SENT", id="7")])

    def found(status: str) -> list[str]:
        answer = client.get(CAMPAIGNS, params={"status": status})
        return [item["id"] for item in answer.json()["results"]]

    assert found("DRAFT") == [draft]
    assert found("SCHEDULED") == [scheduled]
    assert found("SENT") == ["7"]
    assert found("RUNNING") == []
    assert set(found("ALL")) == {"7", draft, scheduled}


def test_listing_by_date(client: Client, sandbox: Sandbox) -> None:
    old = {"modified_date": "2012-05-01T10:00:00.000Z", "created_date": "2012-05-01T10:00:00.000Z"}
    sandbox.seed(campaigns=[campaign(name="Old", id="7", **old)])
    new = client.created()["id"]

    def found(since: str) -> list[str]:
        answer = client.get(CAMPAIGNS, params={"modified_since": since})
        return [item["id"] for item in answer.json()["results"]]

    assert found("2012-05-01T10:00:00Z") == ["7", new]
    assert found("2012-05-01T12:00:00+02:00") == ["7", new]
    assert found("2012-05-01T12:00:00 02:00") == ["7", new]
    assert found("2012-05-01T10:00:00.001Z") == [new]
    assert found(in_days(1)) == []


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=51",
        "limit=-1",
        "limit=x",
        "limit=",
        "status=draft",
        "modified_since=yesterday",
        "modified_since=2012-05-01",
        "next=x",
        "next=e30",
        "next=%F0%9F%8C%8D",
    ],
)
def test_a_bad_query(client: Client, query: str) -> None:
    assert client.get(f"{CAMPAIGNS}?{query}").status_code == 400


def test_preview_and_test_mail(client: Client) -> None:
    number = client.created()["id"]
    preview = client.get(f"{CAMPAIGNS}/{number}/preview").json()
    assert preview["subject"] == "Spring is here"
    assert preview["preview_email_content"] == HTML
    tests = f"{CAMPAIGNS}/{number}/tests"
    mail = {"email_addresses": ["a@example.com"], "format": "HTML"}
    assert client.post(tests, json=mail).status_code == 201
    for bad in ({}, {"email_addresses": []}, {"email_addresses": "a"}, [1]):
        assert client.post(tests, json=bad).status_code == 400
    assert client.post(f"{CAMPAIGNS}/5/tests", json=mail).status_code == 404


def test_text_can_come_back_wrapped() -> None:
    from dataclasses import replace

    with Sandbox(replace(OPTIONS, wraps_text_content=True)) as sandbox, Client(sandbox) as client:
        made = client.created(text_content="a & b")
        assert made["text_content"] == "<text>a & b</text>"
        record = client.get(f"{CAMPAIGNS}/{made['id']}").json()
        assert record["text_content"] == "<text>a & b</text>"


def test_content_of_full_size_comes_back_whole(client: Client) -> None:
    content = "<html><body>" + "🌍ü\u2028\x7f" * 100_000 + "</body></html>"
    text = "é\r\n\t" * 200_000
    made = client.created(email_content=content, text_content=text)
    record = client.get(f"{CAMPAIGNS}/{made['id']}").json()
    assert record["email_content"] == content
    assert record["text_content"] == text
