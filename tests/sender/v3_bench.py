"""Documents for v3 and a sandbox of v3 that they are sent to: for the tests of the sender."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ctct_migrate import convert, read
from ctct_migrate.mapping.rows import NO_CHOICES, Choices
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.sandbox import Sandbox, SandboxOptions
from ctct_migrate.sender import Credentials, Ledger, Sender, SendReport, Settings, Submission
from ctct_migrate.sender.events import Event

ADDRESS = "joe@example.com"
FUTURE = "2090-05-10T11:07:43.626Z"
LATER = "2090-06-10T11:07:43.626Z"

ACCOUNT = "http://api.constantcontact.com/ws/customers/maplebooks"

#: Settings under which tests do not wait.
QUICK = Settings(target="v3", calls_per_second=1000, calls_per_day=100_000, settle=0.0, timeout=5.0)

_CAMPAIGN = """<?xml version="1.0" encoding="UTF-8"?>
<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/"{own}>
  <Name>{name}</Name>
  <Subject>{subject}</Subject>
  <FromName>Maple Street Books</FromName>
  <ViewAsWebpage>NO</ViewAsWebpage>
  <PermissionReminder>NO</PermissionReminder>
  <GreetingName>FirstName</GreetingName>
  <OrganizationName>Maple Street Books</OrganizationName>
  <OrganizationAddress1>1 Maple Street</OrganizationAddress1>
  <OrganizationCity>Northampton</OrganizationCity>
  <OrganizationState>MA</OrganizationState>
  <OrganizationCountry>us</OrganizationCountry>
  <IncludeForwardEmail>NO</IncludeForwardEmail>
  <IncludeSubscribeLink>NO</IncludeSubscribeLink>
  <EmailContentFormat>HTML</EmailContentFormat>
  <EmailContent>&lt;html&gt;&lt;body&gt;{text}&lt;/body&gt;&lt;/html&gt;</EmailContent>
  <EmailTextContent>&lt;Text&gt;{text}&lt;/Text&gt;</EmailTextContent>
  <ContactLists>{lists}</ContactLists>
  <FromEmail><EmailAddress>{address}</EmailAddress></FromEmail>
  <ReplyToEmail><EmailAddress>{address}</EmailAddress></ReplyToEmail>
</Campaign>
"""

_SCHEDULE = """<?xml version="1.0" encoding="UTF-8"?>
<Schedule xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/campaigns/{number}/schedules/1">
  <ScheduledTime>{time}</ScheduledTime>
</Schedule>
"""

_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/"{own}>
  <OptInDefault>false</OptInDefault>
  <Name>{name}</Name>
  <SortOrder>99</SortOrder>
</ContactList>
"""


def made(
    path: str, text: str, shape: Shape = Shape.CREATE, choices: Choices = NO_CHOICES
) -> Payload:
    """What a document becomes for v3."""
    (payload,) = convert(read(text.encode()), shape, target="v3", choices=choices)
    return replace(payload, source=path)


def campaign(
    path: str, name: str = "Spring news", number: str = "", shape: Shape = Shape.CREATE,
    lists: tuple[str, ...] = ("1",), choices: Choices = NO_CHOICES, **more: str,
) -> Payload:  # fmt: skip
    """A campaign for lists of those numbers."""
    said = {"subject": f"About {name}", "text": "Hello", "address": ADDRESS, **more}
    named = "".join(f'<ContactList id="{ACCOUNT}/lists/{each}"/>' for each in lists)
    own = f' id="{ACCOUNT}/campaigns/{number}"' if number else ""
    return made(path, _CAMPAIGN.format(name=name, lists=named, own=own, **said), shape, choices)


def schedule(path: str, number: str, time: str = FUTURE) -> Payload:
    """A schedule of the campaign of that number."""
    return made(path, _SCHEDULE.format(account=ACCOUNT, number=number, time=time))


def contact_list(path: str, name: str, number: str = "", shape: Shape = Shape.CREATE) -> Payload:
    """A contact list."""
    own = f' id="{ACCOUNT}/lists/{number}"' if number else ""
    return made(path, _LIST.format(name=name, own=own), shape)


@dataclass
class V3Bench:
    """A sandbox, a ledger, and what happened."""

    box: Sandbox
    ledger: Path
    events: list[Event] = field(default_factory=list)

    def send(self, *payloads: Payload, **settings: Any) -> SendReport:
        """Send payloads in a run of their own."""

        async def run() -> SendReport:
            sender = Sender(
                self.box.base_url,
                Credentials(None, settings.pop("token", self.box.access_token)),
                ledger=self.ledger,
                settings=replace(QUICK, **settings),
                tell=self.events.append,
            )
            async with sender:
                return await sender.send_all(Submission(each) for each in payloads)

        return asyncio.run(run())

    def ended_at(self, match: str, *payloads: Payload, **settings: Any) -> None:
        """Send payloads in a run that ends, as by a kill, while a call is under way: one of which
        `POST /v3/emails` matches."""

        async def run() -> None:
            known = len(self.box.calls())
            sender = Sender(
                self.box.base_url,
                Credentials(None, self.box.access_token),
                ledger=self.ledger,
                settings=replace(QUICK, **settings),
            )
            async with sender:
                task = asyncio.create_task(sender.send_all(Submission(each) for each in payloads))
                while not task.done():
                    made = [f"{c.method} {c.path}" for c in self.box.calls()[known:]]
                    if any(re.search(match, each) for each in made):
                        task.cancel()
                        break
                    await asyncio.sleep(0.01)
                await asyncio.gather(task, return_exceptions=True)
                assert task.cancelled(), "the run ended by itself"

        asyncio.run(run())

    def calls(self) -> list[str]:
        """The calls that were made: `POST emails 200`, without ids of v3 in their paths."""
        return [f"{c.method} {_short(c.path)} {c.status}" for c in self.box.calls()]

    def changes(self) -> list[str]:
        """The calls that change something."""
        return [call for call in self.calls() if not call.startswith("GET")]

    @property
    def campaigns(self) -> dict[str, Any]:
        """The campaigns on the server, by name."""
        return {record["name"]: record for record in self.box.state()["campaigns"].values()}

    @property
    def schedules(self) -> dict[str, list[str]]:
        """The dates on the server, by the campaign's name; of campaigns without a schedule, none."""
        state = self.box.state()
        return {
            record["name"]: [
                each["scheduled_date"] for each in state["schedules"].get(record["activity"]["id"], ())
            ]
            for record in state["campaigns"].values()
        }  # fmt: skip

    def sends(self, name: str) -> int:
        """How often a campaign was sent."""
        state = self.box.state()
        return len(state["sends"].get(self.campaigns[name]["activity"]["id"], ()))

    def requests(self) -> Mapping[str, Any]:
        """The ledger's requests, by path."""
        with Ledger.copy(self.ledger) as ledger:
            return {each.document.path: each for each in ledger.requests()}


def _short(path: str) -> str:
    parts = path.removeprefix("/v3/").split("/")
    return "/".join("{id}" if len(part) == 36 and part.count("-") == 4 else part for part in parts)


@contextmanager
def v3_bench(folder: Path, **options: Any) -> Iterator[V3Bench]:
    """A bench with a ledger in a folder; `options` of the sandbox."""
    said = {
        "target": "v3", "lists": {"1": "Customers", "2": "Friends"}, "addresses": (ADDRESS,),
        "calls_per_second": 1000, "calls_per_day": 1_000_000,
    } | options  # fmt: skip
    with Sandbox(SandboxOptions(**said)) as box:
        yield V3Bench(box, folder / "v3.ledger")


def states(report: SendReport) -> list[str]:
    return [result.state.value for result in report.results]


def codes(report: SendReport) -> list[list[str]]:
    return [[each.code for each in result.diagnostics] for result in report.results]


_CONTACT = """<?xml version="1.0" encoding="UTF-8"?>
<Contact xmlns="http://ws.constantcontact.com/ns/1.0/"{own}>
  <Status>{status}</Status>
  <EmailAddress>{address}</EmailAddress>
  <FirstName>{first}</FirstName>
  <OptInSource>{by}</OptInSource>
  {more}
  <ContactLists>{lists}</ContactLists>
</Contact>
"""


def contact(
    path: str, address: str, number: str = "", shape: Shape = Shape.CREATE,
    lists: tuple[str, ...] = ("1",), fields: Mapping[str, str] | None = None, **more: str,
) -> Payload:  # fmt: skip
    """A contact; `fields` are labels of custom fields, by v1's name of the field that they take."""
    said = {"status": "Active", "first": "Ann", "by": "ACTION_BY_CUSTOMER", "more": "", **more}
    named = "".join(f'<ContactList id="{ACCOUNT}/lists/{each}"/>' for each in lists)
    own = f' id="{ACCOUNT}/contacts/{number}"' if number else ""
    text = _CONTACT.format(address=address, lists=named, own=own, **said)
    choices = Choices(custom_fields=tuple((fields or {}).items()))
    (payload,) = convert(read(text.encode()), shape, target="v3", choices=choices)
    return replace(payload, source=path)
