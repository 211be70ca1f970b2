"""What the kill test sends, and what has to be there at its end: campaigns with their schedules;
contact lists with contacts, one by one or many at once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, Protocol

from ctct_migrate.sandbox import SandboxOptions
from ctct_migrate.sandbox.v2.activities import job_id
from ctct_migrate.sender import Ledger, RequestKind, State
from ctct_migrate.sender.comparison import differences
from ctct_migrate.sender.ledger import LedgerRequest
from ctct_migrate.targets import TARGETS

#: How the target takes each resource, by slug.
DELIVERIES = TARGETS["v2"].deliveries()

ADDRESS = "news@example.com"
ACCOUNT = "http://api.constantcontact.com/ws/customers/maplebooks"

CAMPAIGN_XML = """<?xml version="1.0" encoding="UTF-8"?>
<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/campaigns/{number}">
  <Name>Campaign {index}</Name>
  <Subject>The subject of {index}</Subject>
  <FromName>Maple Street Books</FromName>
  <ViewAsWebpage>NO</ViewAsWebpage>
  <PermissionReminder>NO</PermissionReminder>
  <GreetingName>FirstName</GreetingName>
  <OrganizationName>Maple Street Books</OrganizationName>
  <OrganizationAddress1>{index} Maple Street</OrganizationAddress1>
  <OrganizationCity>Northampton</OrganizationCity>
  <OrganizationState>MA</OrganizationState>
  <OrganizationCountry>us</OrganizationCountry>
  <IncludeForwardEmail>NO</IncludeForwardEmail>
  <IncludeSubscribeLink>NO</IncludeSubscribeLink>
  <EmailContentFormat>HTML</EmailContentFormat>
  <EmailContent>&lt;html&gt;&lt;body&gt;{text}&lt;/body&gt;&lt;/html&gt;</EmailContent>
  <EmailTextContent>&lt;Text&gt;{text}&lt;/Text&gt;</EmailTextContent>
  <ContactLists><ContactList id="{account}/lists/{list}"/></ContactLists>
  <FromEmail><EmailAddress>{address}</EmailAddress></FromEmail>
  <ReplyToEmail><EmailAddress>{address}</EmailAddress></ReplyToEmail>
</Campaign>
"""

SCHEDULE_XML = """<?xml version="1.0" encoding="UTF-8"?>
<Schedule xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/campaigns/{number}/schedules/1">
  <ScheduledTime>{time}</ScheduledTime>
</Schedule>
"""

LIST_XML = """<?xml version="1.0" encoding="UTF-8"?>
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/lists/{number}">
  <OptInDefault>false</OptInDefault>
  <Name>{name}</Name>
  <SortOrder>99</SortOrder>
</ContactList>
"""

_CONTACT = """<?xml version="1.0" encoding="UTF-8"?>
<Contact xmlns="http://ws.constantcontact.com/ns/1.0/">
  <EmailAddress>{address}</EmailAddress>
  <FirstName>First {index}</FirstName>
  <OptInSource>ACTION_BY_CUSTOMER</OptInSource>
  <CustomField2>Field {index}</CustomField2>
  <ContactLists>{lists}</ContactLists>
</Contact>
"""

#: How many campaigns name one list.
_SHARED = 3

#: The v1 id of the first list.
_FIRST_LIST = 5001

#: What the state of a sandbox calls resources that live in no other.
_PLURALS = {"campaign": "campaigns", "contact_list": "lists"}

ServerState = dict[str, Any]


class Subject(Protocol):
    """What is sent."""

    #: Of `send`.
    options: tuple[str, ...]

    #: Seconds after which a run that makes no progress is killed in any case.
    patience: float

    @property
    def documents(self) -> int:
        """How many documents there are."""

    def account(self, options: SandboxOptions) -> SandboxOptions:
        """The account before anything is sent."""

    def write(self, folder: Path, dice: random.Random) -> None:
        """The documents, in no order."""

    def left(self, state: ServerState) -> float:
        """How many calls that change something are left, roughly."""

    def leavers(self, state: ServerState, dice: random.Random) -> Iterator[str]:
        """Ids of contacts who opt out now."""

    def is_settled(self, request: LedgerRequest) -> bool:
        """Whether a request has come to the end that it should come to."""

    def mistakes(self, state: ServerState, ledger: Ledger) -> Iterator[str]:
        """What is missing, doubled, or otherwise wrong."""


def scattered(folder: Path, dice: random.Random, text: str) -> None:
    """A document under a name of no order."""
    (folder / f"{dice.getrandbits(48):012x}.xml").write_text(text, encoding="utf-8")


class Campaigns:
    """So many campaigns, a schedule for each, and the lists that they name."""

    options: tuple[str, ...] = ()
    patience = 20.0

    def __init__(self, count: int):
        self.count = count

    @property
    def documents(self) -> int:
        return 2 * self.count + len(self._lists)

    @property
    def _lists(self) -> list[str]:
        return list(dict.fromkeys(self.list_of(index) for index in range(1, self.count + 1)))

    @staticmethod
    def list_of(index: int) -> str:
        """The name of the list that a campaign names."""
        return f"List {(index - 1) // _SHARED}"

    @staticmethod
    def name_of(index: int) -> str:
        """The name of a campaign."""
        return f"Campaign {index}"

    @staticmethod
    def time_of(index: int) -> str:
        """When a campaign is scheduled."""
        return f"2090-{1 + index % 12:02}-{1 + index % 28:02}T11:07:{index % 60:02}.626Z"

    def account(self, options: SandboxOptions) -> SandboxOptions:
        return options

    def write(self, folder: Path, dice: random.Random) -> None:
        for index in range(1, self.count + 1):
            words = " ".join(f"word{dice.randrange(1000)}" for _ in range(dice.randrange(20, 800)))
            fields = {
                "account": ACCOUNT, "address": ADDRESS, "index": index,
                "number": 1110046010000 + index, "text": words, "time": self.time_of(index),
                "list": _FIRST_LIST + (index - 1) // _SHARED,
            }  # fmt: skip
            for template in (CAMPAIGN_XML, SCHEDULE_XML):
                scattered(folder, dice, template.format(**fields))

        for number, name in enumerate(self._lists):
            fields = {"account": ACCOUNT, "number": _FIRST_LIST + number, "name": name}
            scattered(folder, dice, LIST_XML.format(**fields))

    def left(self, state: ServerState) -> float:
        done = len(state["campaigns"]) + sum(map(len, state["schedules"].values()))
        return self.documents - done - len(state["lists"]) + 1  # one was there

    def leavers(self, state: ServerState, dice: random.Random) -> Iterator[str]:
        yield from ()

    def is_settled(self, request: LedgerRequest) -> bool:
        return request.state is State.DONE

    def mistakes(self, state: ServerState, ledger: Ledger) -> Iterator[str]:
        names = Counter(record["name"] for record in state["campaigns"].values())
        ids = {record["name"]: number for number, record in state["campaigns"].items()}
        lists = Counter(record["name"] for record in state["lists"].values())
        numbers = {record["name"]: number for number, record in state["lists"].items()}
        yield from (f"{each} does not exist once" for each in self._lists if lists[each] != 1)
        if len(state["lists"]) != len(self._lists) + 1:
            yield f"there are {len(state['lists'])} lists"
        for index in range(1, self.count + 1):
            name = self.name_of(index)
            if names.pop(name, 0) != 1:
                yield f"{name} does not exist exactly once"
                continue
            named = state["campaigns"][ids[name]]["sent_to_contact_lists"]
            if [each["id"] for each in named] != [numbers.get(self.list_of(index))]:
                yield f"{name} names the lists {named}"
            schedules = state["schedules"].get(ids[name], [])
            if [each["scheduled_date"] for each in schedules] != [self.time_of(index)]:
                yield f"{name} has the schedules {schedules}"
        yield from (f"there is a campaign {name!r}" for name in names)
        for request in ledger.requests():
            path, record = request.document.path, request.record
            if request.document.resource in _PLURALS:
                held = state[_PLURALS[request.document.resource]]
                stored = held.get(str(record.target_id))
            else:
                found = state["schedules"].get(str(record.kept.get("campaign_id")), [])
                stored = next((s for s in found if s["id"] == record.target_id), None)
            if not isinstance(stored, dict):
                yield f"{path}: the server has no {record.target_id}"
            elif pointers := differences(
                DELIVERIES[request.document.resource], ledger.body(request.id), stored
            ):
                yield f"{path}: ledger and server differ in {', '.join(pointers)}"


class Contacts:
    """So many contacts on pairs of so many lists, all of which are documents; some contacts have
    opted out before, and some do meanwhile."""

    def __init__(self, count: int, lists: int, *, in_bulk: bool):
        self.count, self.lists, self.in_bulk = count, lists, in_bulk
        self.options: tuple[str, ...] = ("--bulk", "always" if in_bulk else "never")
        #: A run that waits for the end of its imports calls seldom.
        self.patience = 4.0
        self._groups = [
            *((number,) for number in range(lists)),
            *combinations(range(lists), 2),
        ]
        self._left: set[str] = set()

    @property
    def documents(self) -> int:
        return self.count + self.lists

    @staticmethod
    def address_of(index: int) -> str:
        """The address of a contact."""
        return f"reader{index}@example.com"

    def lists_of(self, index: int) -> tuple[int, ...]:
        """The lists of a contact."""
        return self._groups[index % len(self._groups)]

    def is_out(self, index: int) -> bool:
        """Whether a contact has opted out before anything is sent."""
        return index % 20 == 7

    def account(self, options: SandboxOptions) -> SandboxOptions:
        out = tuple(
            {
                "status": "OPTOUT",
                "email_addresses": [{"email_address": self.address_of(index), "status": "OPTOUT"}],
                "lists": [],
            }
            for index in range(self.count)
            if self.is_out(index)
        )
        return replace(options, records={"contact": out}, activity_seconds=0.3)

    def write(self, folder: Path, dice: random.Random) -> None:
        for number in range(self.lists):
            fields = {"account": ACCOUNT, "number": 900 + number, "name": f"List {number}"}
            scattered(folder, dice, LIST_XML.format(**fields))
        for index in range(self.count):
            lists = "".join(
                f'<ContactList id="{ACCOUNT}/lists/{900 + number}"/>'
                for number in self.lists_of(index)
            )
            address = self.address_of(index)
            scattered(folder, dice, _CONTACT.format(address=address, index=index, lists=lists))

    def left(self, state: ServerState) -> float:
        lists = self.lists + 1 - len(state["lists"])
        contacts = self.count - len(state["contacts"])
        groups = min(len(self._groups), self.count)
        return lists + (2 * groups * contacts / self.count if self.in_bulk else contacts)

    def leavers(self, state: ServerState, dice: random.Random) -> Iterator[str]:
        active = [each for each in state["contacts"].values() if each["status"] == "ACTIVE"]
        if active and dice.randrange(2) == 0:
            found = dice.choice(active)
            self._left.add(found["email_addresses"][0]["email_address"])
            yield found["id"]

    def is_settled(self, request: LedgerRequest) -> bool:
        if request.kind is RequestKind.BULK:
            return request.state in (State.DONE, State.SKIPPED, State.FAILED)
        if request.state is State.BLOCKED:
            return request.record.code == "CT956"
        return request.state is State.DONE

    def mistakes(self, state: ServerState, ledger: Ledger) -> Iterator[str]:
        names = Counter(record["name"] for record in state["lists"].values())
        ids = {record["name"]: number for number, record in state["lists"].items()}
        for number in range(self.lists):
            if names[f"List {number}"] != 1:
                yield f"list {number} does not exist exactly once"
                return
        there = {
            each["email_addresses"][0]["email_address"]: each for each in state["contacts"].values()
        }
        if len(there) != len(state["contacts"]):
            yield "there are contacts with one address"
        for index in range(self.count):
            yield from self._wrong(index, there.pop(self.address_of(index), None), ids)
        yield from (f"there is a contact {address}" for address in there)
        yield from self._wrong_jobs(state, ledger)

    def _wrong(self, index: int, record: Any, ids: dict[str, str]) -> Iterator[str]:
        address = self.address_of(index)
        if record is None:
            yield f"{address} is missing"
        elif self.is_out(index) or address in self._left:
            if record["status"] != "OPTOUT" or record["lists"]:
                yield f"{address} opted out, and is {record['status']}"
        elif {each["id"] for each in record["lists"]} != {
            ids[f"List {number}"] for number in self.lists_of(index)
        }:
            yield f"{address} is on the lists {record['lists']}"
        elif record["first_name"] != f"First {index}" or record["custom_fields"] != [
            {"name": "CustomField2", "value": f"Field {index}"}
        ]:
            yield f"{address} has other values: {record}"

    def _wrong_jobs(self, state: ServerState, ledger: Ledger) -> Iterator[str]:
        """Each job of the server is one of the ledger, and the other way about; together they have
        each contact once."""
        requests = ledger.requests()
        jobs = [each for each in requests if each.kind is RequestKind.BULK]
        done = Counter(str(each.record.target_id) for each in jobs if each.state is State.DONE)
        there = {job_id(number): each for number, each in state["activities"].items()}
        for number, count in done.items():
            if count > 1 or number not in there:
                yield f"the ledger has {count} jobs {number}"
        yield from (
            f"the ledger does not know the job {each}" for each in there if each not in done
        )
        in_jobs = Counter[str]()
        for job in jobs:
            if job.state is State.DONE:
                rows = ledger.body(job.id)["import_data"]
                in_jobs.update(row["email_addresses"][0] for row in rows)
        yield from (f"{address} was in {n} imports" for address, n in in_jobs.items() if n > 1)
        out = {self.address_of(index) for index in range(self.count) if self.is_out(index)}
        yield from (f"{address} was in an import" for address in sorted(out & in_jobs.keys()))
        made = [each for each in requests if each.kind is RequestKind.CREATE]
        if len(made) != self.documents:
            yield f"the ledger has {len(made)} requests of documents"
