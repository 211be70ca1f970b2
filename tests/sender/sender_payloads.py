"""Payloads and the XML that they come from, and a sender for them: for the tests of this room."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ctct_migrate.payload import Account, Fate, Payload, Shape
from ctct_migrate.sandbox import Sandbox
from ctct_migrate.sender import (
    Credentials,
    Ledger,
    Sender,
    SendReport,
    Settings,
    State,
    Submission,
)
from ctct_migrate.sender.events import Event
from ctct_migrate.source import Source, Span

ADDRESS = "joe@example.com"
FUTURE = "2090-05-10T11:07:43.626Z"
LATER = "2090-06-10T11:07:43.626Z"

#: Settings under which tests do not wait.
QUICK = Settings(calls_per_second=1000, calls_per_day=100_000, settle=0.0, timeout=5.0)


@dataclass
class Bench:
    """A sandbox, a ledger, and what happened."""

    box: Sandbox
    ledger: Path
    events: list[Event] = field(default_factory=list)

    def sender(self, settings: Settings = QUICK) -> Sender:
        credentials = Credentials(self.box.api_key, self.box.access_token)
        return Sender(
            self.box.base_url,
            credentials,
            ledger=self.ledger,
            settings=settings,
            tell=self.events.append,
        )

    def send(self, *payloads: Payload, **settings: Any) -> SendReport:
        """Send payloads in a run of their own."""

        async def run() -> SendReport:
            async with self.sender(replace(QUICK, **settings)) as sender:
                return await sender.send_all(Submission(each) for each in payloads)

        return asyncio.run(run())

    def calls(self, after: int = 0) -> list[str]:
        """The calls that were made, `POST emailmarketing/campaigns`."""
        return [f"{call.method} {call.path.removeprefix('/v2/')}" for call in self.box.calls(after)]

    def changes(self) -> list[str]:
        """The calls that change something, with their status."""
        return [f"{c.method} {c.status}" for c in self.box.calls() if c.method != "GET"]

    @property
    def campaigns(self) -> dict[str, Any]:
        """The campaigns on the server, by name."""
        return {record["name"]: record for record in self.box.state()["campaigns"].values()}

    @property
    def schedules(self) -> dict[str, list[str]]:
        """The dates on the server, by the campaign's name."""
        state = self.box.state()
        return {
            record["name"]: [s["scheduled_date"] for s in state["schedules"].get(number, [])]
            for number, record in state["campaigns"].items()
        }

    def states(self) -> dict[str, State]:
        """The ledger's states, by path."""
        with Ledger.copy(self.ledger) as ledger:
            return {request.document.path: request.state for request in ledger.requests()}


def codes(report: SendReport) -> list[list[str]]:
    """The codes that are shown for each document."""
    return [[each.code for each in result.diagnostics] for result in report.results]


def states(report: SendReport) -> list[str]:
    return [result.state.value for result in report.results]


FOOTER = {
    "organization_name": "Joe's Flowers",
    "address_line_1": "1 Main Street",
    "city": "Ashland",
    "state": "MA",
    "country": "US",
}


def campaign_body(name: str = "Spring news", **more: Any) -> dict[str, Any]:
    body = {
        "name": name,
        "subject": f"About {name}",
        "from_name": "Joe",
        "from_email": ADDRESS,
        "reply_to_email": ADDRESS,
        "email_content": "<html><body><p>Hello</p></body></html>",
        "email_content_format": "HTML",
        "text_content": "Hello",
        "message_footer": FOOTER,
        "sent_to_contact_lists": [{"id": "1"}],
    }
    return {key: value for key, value in (body | more).items() if value is not None}


def payload(
    path: str,
    body: dict[str, Any],
    *,
    number: str | None = None,
    resource: str = "campaign",
    shape: Shape = Shape.CREATE,
    entry: int | None = None,
    references: Mapping[str, tuple[str, ...]] | None = None,
) -> Payload:
    """A payload whose source map leads into a document with one line for a property."""
    _source, spans = _document(path, body)
    accounts = tuple(
        Account(f"entry/content/Campaign/{at[1:]}", span, "", Fate.MAPPED, at, "")
        for at, span in spans.items()
        if at
    )
    return Payload(
        path, entry, resource, shape, body, number, lambda: accounts, lambda: (), lambda: spans,
        references or {},
    )  # fmt: skip


def campaign(
    path: str, name: str = "Spring news", number: str | None = None, **more: Any
) -> Payload:
    return payload(path, campaign_body(name, **more), number=number)


def update(path: str, name: str, number: str, **more: Any) -> Payload:
    body = {"id": number} | campaign_body(name, **more)
    return payload(path, body, number=number, shape=Shape.UPDATE)


def schedule(path: str, date: str, campaign: str, entry: int | None = None) -> Payload:
    return payload(
        path, {"scheduled_date": date}, number="1", resource="schedule", entry=entry,
        references={"campaign": (campaign,)},
    )  # fmt: skip


def _document(path: str, body: Mapping[str, Any]) -> tuple[Source, dict[str, Span]]:
    lines = ["<Campaign>"]
    starts: dict[str, tuple[int, int]] = {}
    at = len(lines[0]) + 1
    for pointer, value in _leaves("", body):
        starts[pointer] = (at + 5, at + 5 + len(value))
        lines.append(f"  <v>{value}</v>")
        at += len(lines[-1]) + 1
    source = Source(path, "\n".join([*lines, "</Campaign>"]).encode())
    starts = {"": (0, len(source.text))} | starts
    return source, {pointer: source.span(*where) for pointer, where in starts.items()}


def _leaves(at: str, value: Any) -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        return [leaf for k, v in value.items() for leaf in _leaves(f"{at}/{k}", v)]
    if isinstance(value, list):
        return [leaf for i, v in enumerate(value) for leaf in _leaves(f"{at}/{i}", v)]
    return [(at, str(value))]
