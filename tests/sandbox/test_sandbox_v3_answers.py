"""What v3's server answers has the properties that the published document has, and no others.

The document is not part of the repository: CTCT_V3_OPENAPI is the path of a copy as JSON.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sandbox_client import in_days
from v3_client import SENDER, V3Client, serving

DOCUMENT = os.environ.get("CTCT_V3_OPENAPI", "")

pytestmark = pytest.mark.skipif(
    not DOCUMENT, reason="skipped: CTCT_V3_OPENAPI names no published document"
)


def unknown(schema: Any, value: Any, definitions: Any, at: str = "") -> Iterator[str]:
    """Where a value has what its schema does not know."""
    while "$ref" in schema:
        schema = definitions[schema["$ref"].rpartition("/")[2]]
    if isinstance(value, dict):
        known = schema.get("properties")
        if known is None:
            return
        for name, item in value.items():
            if name not in known:
                yield f"{at}/{name}"
            else:
                yield from unknown(known[name], item, definitions, f"{at}/{name}")
    elif isinstance(value, list):
        for item in value:
            yield from unknown(schema.get("items", {}), item, definitions, f"{at}/*")


def answers() -> list[httpx.Response]:
    """Answers of every endpoint that has something to say."""
    found: list[httpx.Response] = []
    seeds = [{"number": "7", "name": "Old", "current_status": "Done", "count": 3}]
    records = {"contact": ({"number": "55", "email_address": {"address": "old@north.example"}},)}
    with serving(campaigns=tuple(seeds), records=records, activity_seconds=0) as (sandbox, client):
        client.event_hooks = {"response": [lambda each: found.append(each) or each.read()]}  # type: ignore[func-returns-value]
        everything(client, lambda: sandbox.pass_time(3 * 86_400))
    return found


def everything(client: V3Client, wait: Any) -> None:
    activity, lists = client.listed(), client.list_id()
    place = f"/emails/activities/{activity}"
    client.post(f"{place}/schedules", json={"scheduled_date": in_days(1)})
    for path in ("", "/schedules", "/previews", "?include=html_content,document_properties"):
        client.get(place + path)
    client.get(f"{place}?include=physical_address_in_footer,permalink_url")
    _, other = client.campaign("Other")
    client.put(f"/emails/activities/{other}", json=SENDER)
    client.get("/emails?limit=1")
    (xref,) = client.get("/emails/campaign_id_xrefs?v2_email_campaign_ids=7").json()["xrefs"]
    client.get(f"/emails/activities/{xref['campaign_activity_id']}/send_history")
    client.patch(f"/emails/{xref['campaign_id']}", json={"name": "Older"})
    client.get(f"/emails/{xref['campaign_id']}")
    label = {"label": "Shelf", "type": "string"}
    field = client.post("/contact_custom_fields", json=label).json()["custom_field_id"]
    tag = client.post("/contact_tags", json={"name": "VIP"}).json()["tag_id"]
    body = {
        "email_address": {"address": "ada@north.example", "permission_to_send": "unsubscribed"},
        "create_source": "Account", "custom_fields": [{"custom_field_id": field, "value": "x"}],
        "phone_numbers": [{"phone_number": "1", "kind": "home"}], "taggings": [tag],
        "street_addresses": [{"kind": "home", "city": "x"}], "notes": [{"content": "x"}],
    }  # fmt: skip
    contact = client.post("/contacts", json=body).json()["contact_id"]
    client.put(f"/contacts/resubscribe/{contact}", json={"list_ids": [lists]})
    client.get(f"/contacts/{contact}?include=custom_fields,phone_numbers,street_addresses,notes")
    client.get("/contacts?include=taggings,list_memberships&include_count=true&limit=1")
    client.get("/contacts/counts")
    client.get("/contacts/contact_id_xrefs?sequence_ids=55")
    client.post(
        "/contacts/sign_up_form", json={"email_address": "b@n.example", "list_memberships": [lists]}
    )
    client.get(f"/contact_lists/{lists}?include_membership_count=all")
    client.get("/contact_lists?include_count=true&include_membership_count=all")
    client.post("/contact_lists", json={"name": "Third"})
    client.get("/contact_custom_fields?limit=1")
    client.get("/contact_tags")
    client.get("/account/emails")
    client.post("/account/emails", json={"email_address": "third@harbour.example"})
    client.get("/account/summary?extra_fields=physical_address,company_logo")
    client.get("/account/summary/physical_address")
    client.get("/account/user/privileges")
    source = {"source": {"list_ids": [lists]}, "list_ids": [lists]}
    jobs: tuple[tuple[str, dict[str, Any]], ...] = (
        ("contacts_json_import", {"import_data": [{"email": "c@n.example"}], "list_ids": [lists]}),
        ("add_list_memberships", source),
        ("remove_list_memberships", source),
        ("contact_exports", {"list_ids": [lists]}),
        ("contact_delete", {"contact_ids": [contact]}),
        ("custom_fields_delete", {"custom_field_ids": [field]}),
        ("list_delete", {"list_ids": [lists]}),
    )
    for name, work in jobs:
        job = client.post(f"/activities/{name}", json=work).json()["activity_id"]
        wait()
        client.get(f"/activities/{job}")
    client.get("/activities")
    client.get(f"{place}/send_history")
    client.delete(f"/contact_tags/{tag}")
    client.delete(f"/contact_lists/{client.list_id('12')}")


def test_answers_have_the_properties_of_the_published_document() -> None:
    document = json.loads(Path(DOCUMENT).read_text())
    definitions, wrong, seen = document["definitions"], set(), 0
    patterns = [(path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path))) for path in document["paths"]]
    # Paths that are spelled out stand before those with a variable place.
    patterns.sort(key=lambda each: each[0].count("{"))
    for answer in answers():
        path = answer.request.url.path.removeprefix("/v3")
        assert answer.status_code < 300, (answer.request.method, path, answer.text)
        if not answer.content or "json" not in answer.headers["content-type"]:
            continue
        named = next(name for name, pattern in patterns if pattern.fullmatch(path))
        method = document["paths"][named][answer.request.method.lower()]
        schema = method["responses"][str(answer.status_code)].get("schema", {})
        for place in unknown(schema, answer.json(), definitions):
            wrong.add(f"{answer.request.method} {named} {place}")
        seen += 1
    assert seen > 40
    assert wrong == set()
