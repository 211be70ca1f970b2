"""How the tests of this room ask a sandbox: a client over real sockets, and a body that is taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from ctct_migrate.sandbox import Sandbox, SandboxOptions

#: Settings of httpx for loopback: no proxies, and no reading of certificates, which is slow and
#: which plain HTTP has no use for.
PLAIN: dict[str, Any] = {"trust_env": False, "verify": False, "timeout": 10}

HTML = '<html lang="en"><body><p>Grüße 🌍</p></body></html>'


class Client(httpx.Client):
    """An httpx client with a sandbox's base URL and credentials."""

    def __init__(self, sandbox: Sandbox, **settings: Any):
        def signed(request: httpx.Request) -> httpx.Request:
            # httpx's own `params` would replace the query of a link that is followed.
            request.url = request.url.copy_merge_params({"api_key": sandbox.api_key})
            request.headers["Authorization"] = f"Bearer {sandbox.access_token}"
            return request

        super().__init__(
            base_url=sandbox.base_url,
            auth=signed,
            **PLAIN,
            **settings,
        )

    def created(self, **properties: Any) -> dict[str, Any]:
        """A campaign, made by POST."""
        answer = self.post("/emailmarketing/campaigns", json=campaign(**properties))
        assert answer.status_code == 201, answer.text
        return answer.json()

    def scheduled(self, number: str, date: str = "") -> dict[str, str]:
        """The schedule of a campaign, made by POST."""
        answer = self.post(
            f"/emailmarketing/campaigns/{number}/schedules",
            json={"scheduled_date": date or in_days(1)},
        )
        assert answer.status_code == 201, answer.text
        return answer.json()


def asked(url: str, **settings: Any) -> httpx.Response:
    """The answer to one GET, with nothing of a client's about it."""
    return httpx.get(url, **PLAIN, **settings)


def campaign(**properties: Any) -> dict[str, Any]:
    """A body that the contract and the account of `OPTIONS` take; None leaves a property out."""
    body = {
        "name": "Spring news",
        "subject": "Spring is here",
        "from_name": "Constant Contact",
        "from_email": "owner@example.com",
        "reply_to_email": "owner@example.com",
        "email_content": HTML,
        "email_content_format": "HTML",
        "text_content": "Spring is here.",
        "sent_to_contact_lists": [{"id": "1"}],
        **properties,
    }
    return {name: value for name, value in body.items() if value is not None}


def in_days(days: float) -> str:
    """A moment from now, as v2 writes it."""
    moment = datetime.now(UTC) + timedelta(days=days)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


#: No rate limit gets in the way of a test that is not about it.
OPTIONS = SandboxOptions(calls_per_second=100_000, calls_per_day=10_000_000)
