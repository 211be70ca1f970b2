"""How the tests of v3's server ask it: a client over real sockets, and bodies that are taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from sandbox_client import PLAIN

from ctct_migrate.sandbox import Sandbox, SandboxOptions

HTML = "<html><body>[[trackingImage]]<p>Four books for short days</p></body></html>"

SENDER = {
    "from_name": "Harbour Books",
    "from_email": "club@harbour.example",
    "reply_to_email": "club@harbour.example",
    "subject": "Four books",
}


def options(**given: Any) -> SandboxOptions:
    """Options of an account with two lists, in which no rate gets in the way."""
    said: dict[str, Any] = {
        "target": "v3",
        "lists": {"11": "Reading club", "12": "Customers"},
        "addresses": ("club@harbour.example",),
        "unconfirmed_addresses": ("new@harbour.example",),
        "calls_per_second": 100_000,
        "calls_per_day": 10_000_000,
    }
    return SandboxOptions(**{**said, **given})


class V3Client(httpx.Client):
    """An httpx client with a sandbox's base URL and token; `expects` says what status is right."""

    def __init__(self, sandbox: Sandbox):
        token = {"Authorization": f"Bearer {sandbox.access_token}"}
        super().__init__(base_url=sandbox.base_url, headers=token, **PLAIN)

    def expects(self, status: int, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """The answer's JSON, None for no body; the status is checked."""
        answer = self.request(method, path, json=body, **more)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def list_id(self, number: str = "11") -> str:
        """The id of a list by v1's number."""
        found = self.expects(200, "GET", f"/contact_lists/list_id_xrefs?sequence_ids={number}")
        return found["xrefs"][0]["list_id"]

    def campaign(self, name: str = "Club, December", **activity: Any) -> tuple[str, str]:
        """The ids of a campaign that is made, and of its activity."""
        made = self.expects(200, "POST", "/emails", campaign(name, **activity))
        return made["campaign_id"], primary(made)

    def listed(self, name: str = "Club, December", number: str = "11", **activity: Any) -> str:
        """The id of the activity of a campaign that is made and has a list."""
        _, made = self.campaign(name, **activity)
        body = {**SENDER, "contact_list_ids": [self.list_id(number)]}
        self.expects(200, "PUT", f"/emails/activities/{made}", body)
        return made

    def contact(self, address: str, *lists: str, permission: str = "implicit") -> str:
        """The id of a contact that is made."""
        body = {
            "email_address": {"address": address, "permission_to_send": permission},
            "create_source": "Account",
            "list_memberships": [self.list_id(number) for number in lists],
        }
        return self.expects(201, "POST", "/contacts", body)["contact_id"]

    def status(self, activity: str) -> str:
        """The status of an activity."""
        return self.expects(200, "GET", f"/emails/activities/{activity}")["current_status"]


def campaign(name: str = "Club, December", **activity: Any) -> dict[str, Any]:
    """The body of POST `/emails`."""
    one = {"format_type": 5, **SENDER, "html_content": HTML, **activity}
    return {"name": name, "email_campaign_activities": [one]}


def primary(answer: dict[str, Any]) -> str:
    """The activity of the role primary_email, wherever it stands."""
    found = {each["role"]: each["campaign_activity_id"] for each in answer["campaign_activities"]}
    return found["primary_email"]


@contextmanager
def serving(**given: Any) -> Iterator[tuple[Sandbox, V3Client]]:
    """A sandbox with such options, and a client of it."""
    with Sandbox(options(**given)) as sandbox, V3Client(sandbox) as client:
        yield sandbox, client
