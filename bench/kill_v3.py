"""What the kill test sends to v3, and what has to be there at its end: lists, contacts, campaigns and
schedules, of which some come due while the test goes on.

Every mail that the server sends is counted: whoever is on a list gets a campaign once at most, however
often the run was killed.  Besides what is created there are campaigns of the account, which are known
by v1's numbers alone: drafts that get a schedule, scheduled ones whose time is changed, and sent ones
that must never be sent again.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.kill_subjects import (
    ACCOUNT,
    ADDRESS,
    CAMPAIGN_XML,
    LIST_XML,
    SCHEDULE_XML,
    ServerState,
    scattered,
)
from ctct_migrate.sandbox import SandboxOptions
from ctct_migrate.sender import Ledger, State
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.ledger import LedgerRequest

_CONTACT = """<?xml version="1.0" encoding="UTF-8"?>
<Contact xmlns="http://ws.constantcontact.com/ns/1.0/">
  <EmailAddress>{address}</EmailAddress>
  <FirstName>First {index}</FirstName>
  <OptInSource>ACTION_BY_CUSTOMER</OptInSource>
  <ContactLists>{lists}</ContactLists>
</Contact>
"""

#: v1's numbers of the first campaign, and of the first list, that is created.
_FIRST_CAMPAIGN, _FIRST_LIST = 1110046010000, 5001

#: v1's numbers of the account's own campaigns: drafts, scheduled ones, and sent ones.
_FIRST_DRAFT, _FIRST_SCHEDULED, _FIRST_SENT = 100, 200, 300

#: How many campaigns name one list.
_SHARED = 3

#: When the account's scheduled campaigns were to be sent, before and after.
_BEFORE, _AFTER = "2091-01-01T10:00:00.000Z", "2092-02-02T12:00:00.000Z"

#: Codes of schedules that are rightly not placed: the time has passed; the campaign was sent.
_PASSED, _NOT_AGAIN = "CT942", "CT976"


class V3Mixture:
    """So many campaigns with a schedule each, their lists, and some contacts.  Every other campaign is
    to be sent at some moment within the next `seconds`."""

    options: tuple[str, ...] = ("--target", "v3", "--bulk", "never")
    patience = 20.0

    def __init__(self, count: int, contacts: int, seconds: float):
        self.count, self.contacts = count, contacts
        own = -(-count // 10)
        self.drafts = range(_FIRST_DRAFT, _FIRST_DRAFT + own)
        self.scheduled = range(_FIRST_SCHEDULED, _FIRST_SCHEDULED + own)
        self.sent = range(_FIRST_SENT, _FIRST_SENT + own)
        now = datetime.now(UTC)
        self._times = {
            index: _stamp(now + timedelta(seconds=seconds * index / count))
            if index % 2
            else f"2090-{1 + index % 12:02}-{1 + index % 28:02}T11:07:{index % 60:02}.626Z"
            for index in range(1, count + 1)
        }

    @property
    def documents(self) -> int:
        own = len(self.drafts) + len(self.scheduled) + len(self.sent)
        return 2 * self.count + len(self._lists) + self.contacts + own

    @property
    def _lists(self) -> list[str]:
        return [f"List {number}" for number in range(-(-self.count // _SHARED))]

    def account(self, options: SandboxOptions) -> SandboxOptions:
        lists = {"contact_list_ids": ["1"], "from_email": ADDRESS, "reply_to_email": ADDRESS}
        campaigns = (
            *({"number": str(n), "name": f"Draft {n}", **lists} for n in self.drafts),
            *(
                {
                    "number": str(n), "name": f"Scheduled {n}", "current_status": "Scheduled",
                    "scheduled_date": _BEFORE, **lists,
                }
                for n in self.scheduled
            ),
            *(
                {"number": str(n), "name": f"Sent {n}", "current_status": "Done", "count": 1, **lists}
                for n in self.sent
            ),
        )  # fmt: skip
        reader = {
            "email_address": {"address": "first@example.com", "permission_to_send": "implicit"},
            "list_memberships": ["1"],
        }
        return replace(options, target="v3", campaigns=campaigns, records={"contact": (reader,)})

    def write(self, folder: Path, dice: random.Random) -> None:
        for index in range(1, self.count + 1):
            words = " ".join(f"word{dice.randrange(1000)}" for _ in range(dice.randrange(20, 300)))
            fields = {
                "account": ACCOUNT, "address": ADDRESS, "index": index, "text": words,
                "number": _FIRST_CAMPAIGN + index, "time": self._times[index],
                "list": _FIRST_LIST + (index - 1) // _SHARED,
            }  # fmt: skip
            for template in (CAMPAIGN_XML, SCHEDULE_XML):
                scattered(folder, dice, template.format(**fields))
        for number, name in enumerate(self._lists):
            fields = {"account": ACCOUNT, "number": _FIRST_LIST + number, "name": name}
            scattered(folder, dice, LIST_XML.format(**fields))
        for own in (*self.drafts, *self.scheduled, *self.sent):
            fields = {"account": ACCOUNT, "number": own, "time": _AFTER}
            scattered(folder, dice, SCHEDULE_XML.format(**fields))
        for index in range(self.contacts):
            number = _FIRST_LIST + index % len(self._lists)
            lists = f'<ContactList id="{ACCOUNT}/lists/{number}"/>'
            fields = {"address": f"reader{index}@example.com", "index": index, "lists": lists}
            scattered(folder, dice, _CONTACT.format(**fields))

    def left(self, state: ServerState) -> float:
        made = len(state["campaigns"]) - len(self.drafts) - len(self.scheduled) - len(self.sent)
        placed = len(state["schedules"]) + sum(map(bool, state["sends"].values())) - len(self.sent)
        there = 2 * made + placed + len(state["lists"]) + len(state["contacts"])
        return max(1.0, 3 * self.count + len(self._lists) + self.contacts - there)

    def leavers(self, state: ServerState, dice: random.Random) -> Iterator[str]:
        yield from ()

    def is_settled(self, request: LedgerRequest) -> bool:
        if request.state is State.BLOCKED:
            return request.record.code in (_PASSED, _NOT_AGAIN)
        return request.state is State.DONE

    def mistakes(self, state: ServerState, ledger: Ledger) -> Iterator[str]:
        lists = Counter(record["name"] for record in state["lists"].values())
        yield from (f"{each} does not exist once" for each in self._lists if lists[each] != 1)
        if len(state["lists"]) != len(self._lists) + 1:
            yield f"there are {len(state['lists'])} lists"
        names = Counter(record["name"] for record in state["campaigns"].values())
        yield from (f"there are {n} campaigns {name!r}" for name, n in names.items() if n != 1)
        ids = {record["name"]: number for number, record in state["lists"].items()}
        known = {record["name"]: record for record in state["campaigns"].values()}
        placed = {
            each.document.number: each
            for each in ledger.requests()
            if each.document.resource == "schedule"
        }
        for index in range(1, self.count + 1):
            record = known.get(f"Campaign {index}")
            if record is None:
                yield f"Campaign {index} does not exist"
                continue
            wanted = [ids.get(self._lists[(index - 1) // _SHARED])]
            if record["activity"]["contact_list_ids"] != wanted:
                yield f"Campaign {index} has the lists {record['activity']['contact_list_ids']}"
            request = placed[str(_FIRST_CAMPAIGN + index)]
            yield from self._wrong(state, record, request, self._times[index])
        for number in (*self.drafts, *self.scheduled):
            word = "Draft" if number in self.drafts else "Scheduled"
            yield from self._wrong(state, known[f"{word} {number}"], placed[str(number)], _AFTER)
        for number in self.sent:
            activity = known[f"Sent {number}"]["activity"]["id"]
            if len(state["sends"].get(activity, ())) != 1 or activity in state["schedules"]:
                yield f"Sent {number} was sent again, or is to be"
            if placed[str(number)].record.code != _NOT_AGAIN:
                yield f"the schedule of Sent {number} is {placed[str(number)].state}"
        yield from self._contacts(state)
        for activity, mailed in state["mailings"].items():
            yield from (f"{activity} reached {who} {n} times" for who, n in mailed.items() if n > 1)

    @staticmethod
    def _wrong(
        state: ServerState, record: dict[str, Any], request: LedgerRequest, time: str
    ) -> Iterator[str]:
        """What is wrong about a campaign's schedule."""
        activity = record["activity"]["id"]
        standing = [each["scheduled_date"] for each in state["schedules"].get(activity, ())]
        sends = len(state["sends"].get(activity, ()))
        name = record["name"]
        if sends + len(standing) > 1:
            yield f"{name} was sent {sends} times and is scheduled for {standing}"
        if standing and instant(standing[0]) != instant(time):
            yield f"{name} is scheduled for {standing}, not for {time}"
        there = sends + len(standing) == 1
        if (request.state is State.DONE) != there:
            yield f"{name}: sent {sends} times, scheduled for {standing}; ledger: {request.state}"
        if request.record.code == _PASSED and datetime.now(UTC) < (
            instant(time) or datetime.now(UTC)
        ):
            yield f"{name} was said to have passed, and has not"

    def _contacts(self, state: ServerState) -> Iterator[str]:
        there = Counter(each["email_address"]["address"] for each in state["contacts"].values())
        for index in range(self.contacts):
            if there.pop(f"reader{index}@example.com", 0) != 1:
                yield f"reader{index}@example.com does not exist exactly once"
        there.pop("first@example.com", None)
        yield from (f"there is a contact {address}" for address in there)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
