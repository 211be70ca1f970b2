"""The kill test of the sender: `python -m bench.kill`, or `make kill`.

A run of contact lists, campaigns that name them, and their schedules, against a sandbox that fails
in every way it can, is ended with SIGKILL at a random moment and begun again, over and over.  At the
end every list, campaign and schedule has to exist exactly once, every campaign has to name the list
that was made of its list's document, and the ledger has to agree with the server, property by
property.  The moments are spread over the whole run: each is drawn so that the work that is left
lasts for the kills that are left, and falls while calls are under way, or while the program starts.

Prints its figures, as text or JSON; the exit status is 0 when everything held.  The same seed draws
the same faults and moments, though what a kill hits depends on the machine.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxOptions
from ctct_migrate.sender import Ledger, State
from ctct_migrate.sender.comparison import differences
from ctct_migrate.targets import TARGETS

#: How the target takes each resource, by slug.
DELIVERIES = TARGETS["v2"].deliveries()

#: What the state of a sandbox calls resources that live in no other.
_PLURALS = {"campaign": "campaigns", "contact_list": "lists"}

ADDRESS = "news@example.com"
ACCOUNT = "http://api.constantcontact.com/ws/customers/maplebooks"

#: What strikes a call, and how often.
FAULTS = (
    Fault(kind=FaultKind.LATENCY, seconds=0.02, jitter=0.08),
    Fault(kind=FaultKind.CLOSE_BEFORE, probability=0.03),
    Fault(kind=FaultKind.CLOSE_AFTER, probability=0.05),
    Fault(kind=FaultKind.CLOSE_AFTER, probability=0.02, reset=True),
    Fault(kind=FaultKind.SERVER_ERROR, probability=0.03),
    Fault(kind=FaultKind.SERVER_ERROR, probability=0.02, stored=True, status=502, body="html"),
    Fault(kind=FaultKind.TRUNCATED, probability=0.02),
    Fault(kind=FaultKind.TRUNCATED_TRANSFER, probability=0.02),
    Fault(kind=FaultKind.HTML, probability=0.01),
    Fault(kind=FaultKind.NONSENSE, probability=0.01),
    Fault(kind=FaultKind.EMPTY, probability=0.01),
    Fault(kind=FaultKind.OVER_QPS, probability=0.02),
)

#: Calls that a run makes before it changes anything: addresses, lists, names.
_LOOKING = 3

#: Seconds after which a run that makes no progress is killed in any case.
_PATIENCE = 20.0

#: One kill in so many falls at any time after the start, so that starting is hit, too.
_BLIND = 8

_CAMPAIGN = """<?xml version="1.0" encoding="UTF-8"?>
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

_SCHEDULE = """<?xml version="1.0" encoding="UTF-8"?>
<Schedule xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/campaigns/{number}/schedules/1">
  <ScheduledTime>{time}</ScheduledTime>
</Schedule>
"""


_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/lists/{list}">
  <Name>List {share}</Name>
</ContactList>
"""

#: How many campaigns name one list.
_SHARED = 3

#: The v1 id of the first list.
_FIRST_LIST = 5001


def lists_of(campaigns: int) -> int:
    """How many lists so many campaigns name."""
    return -(-campaigns // _SHARED)


def list_of(index: int) -> str:
    """The name of the list that a campaign names."""
    return f"List {(index - 1) // _SHARED}"


def name_of(index: int) -> str:
    """The name of a campaign."""
    return f"Campaign {index}"


def time_of(index: int) -> str:
    """When a campaign is scheduled."""
    return f"2090-{1 + index % 12:02}-{1 + index % 28:02}T11:07:{index % 60:02}.626Z"


def write_documents(folder: Path, count: int, dice: random.Random) -> None:
    """`count` campaigns, a schedule for each, and the lists that they name, in no order."""
    for index in range(1, count + 1):
        words = " ".join(f"word{dice.randrange(1000)}" for _ in range(dice.randrange(20, 800)))
        share = (index - 1) // _SHARED
        fields = {
            "list": _FIRST_LIST + share, "share": share, "account": ACCOUNT, "address": ADDRESS, "index": index, "number": 1110046010000 + index,
            "text": words, "time": time_of(index),
        }  # fmt: skip
        first_of_its_list = (index - 1) % _SHARED == 0
        for template in (_CAMPAIGN, _SCHEDULE, *([_LIST] if first_of_its_list else [])):
            path = folder / f"{dice.getrandbits(48):012x}.xml"
            path.write_text(template.format(**fields), encoding="utf-8")


@dataclass
class Figures:
    """What happened."""

    campaigns: int
    schedules: int
    lists: int
    kills: int = 0
    kills_under_way: int = 0
    runs: int = 0
    seconds: float = 0.0
    calls: int = 0
    faults: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    posts_of_campaigns: int = 0
    refused_as_taken: int = 0
    attempts_left_in_flight: int = 0
    adopted: int = 0
    mistakes: list[str] = field(default_factory=list)


class KillTest:
    """One kill test, in a folder."""

    def __init__(self, folder: Path, box: Sandbox, figures: Figures, dice: random.Random):
        self._folder, self._box, self._figures, self._dice = folder, box, figures, dice
        self._ledger = folder / "kill.ledger"
        self._log = folder / "send.log"
        #: How long the program takes to make its first call, as seen so far.
        self._starting = 2.0

    def run(self, kills: int) -> None:
        """Kill so often, then let it come to its end, and see what is there."""
        began = time.monotonic()
        while self._figures.kills < kills:
            self._killed(kills - self._figures.kills)
        for _ in range(100):
            process = self._start()
            if process.wait() == 0:
                break
        else:
            self._figures.mistakes.append(
                f"it never came to its end: {self._log.read_text()[-2000:]}"
            )
        self._figures.seconds = time.monotonic() - began
        self._check()

    def _start(self) -> subprocess.Popen[bytes]:
        self._figures.runs += 1
        environment = os.environ | {
            "CTCT_API_KEY": self._box.api_key,
            "CTCT_ACCESS_TOKEN": self._box.access_token,
        }
        with self._log.open("wb") as log:
            return subprocess.Popen(
                [
                    sys.executable, "-m", "ctct_migrate", "send", str(self._folder / "documents"),
                    "--base-url", self._box.base_url, "--ledger", str(self._ledger),
                    "--calls-per-second", "20", "--calls-per-day", "1000000",
                    "--settle", "0.3", "--timeout", "2",
                ],
                env=environment, stdout=log, stderr=log,
            )  # fmt: skip

    def _killed(self, kills_left: int) -> None:
        """One run, to its kill."""
        before = self._last_call()
        began = time.monotonic()
        process = self._start()
        if self._dice.randrange(_BLIND) == 0:
            until = began + self._dice.uniform(0, 1.5 * self._starting)
            while time.monotonic() < until and process.poll() is None:
                time.sleep(0.002)
        else:
            self._wait_for_calls(process, before, began, kills_left)
            time.sleep(self._dice.uniform(0, 0.1))
        under_way = any(call.answered is None for call in self._box.calls(before))
        process.kill()
        if process.wait() in (0, 1, 2):
            return  # it had come to its end: that was no kill
        self._figures.kills += 1
        self._figures.kills_under_way += under_way

    def _wait_for_calls(
        self, process: subprocess.Popen[bytes], before: int, began: float, kills_left: int
    ) -> None:
        """Until so many calls were made that the changes left last for the kills left."""
        state = self._box.state()
        done = len(state["campaigns"]) + sum(map(len, state["schedules"].values()))
        done += len(state["lists"]) - 1  # one was there
        left = self._figures.campaigns + self._figures.schedules + self._figures.lists - done
        share = left / kills_left
        wanted = _LOOKING + self._dice.choice([0, 1, 1, 2]) * share + self._dice.random()
        while process.poll() is None and time.monotonic() - began < _PATIENCE:
            made = self._last_call() - before
            if made:
                self._starting = min(self._starting, time.monotonic() - began)
            if made >= wanted:
                return
            time.sleep(0.002)

    def _last_call(self) -> int:
        calls = self._box.calls()
        return calls[-1].number if calls else 0

    def _check(self) -> None:
        figures = self._figures
        calls = self._box.calls()
        figures.calls = len(calls)
        figures.faults = sum(bool(call.fault.replace("latency", "")) for call in calls)
        figures.statuses = dict(Counter(str(call.status) for call in calls).most_common())
        posts = [c for c in calls if c.method == "POST" and c.path.endswith("/campaigns")]
        figures.posts_of_campaigns = len(posts)
        figures.refused_as_taken = sum(call.status == 409 for call in calls)
        figures.mistakes += self._mistakes()

    def _mistakes(self) -> Iterator[str]:
        state = self._box.state()
        names = Counter(record["name"] for record in state["campaigns"].values())
        ids = {record["name"]: number for number, record in state["campaigns"].items()}
        lists = Counter(record["name"] for record in state["lists"].values())
        numbers = {record["name"]: number for number, record in state["lists"].items()}
        made = sorted({list_of(index) for index in range(1, self._figures.campaigns + 1)})
        yield from (f"{each} does not exist exactly once" for each in made if lists[each] != 1)
        if len(state["lists"]) != len(made) + 1:
            yield f"there are {len(state['lists'])} lists"
        for index in range(1, self._figures.campaigns + 1):
            if names.pop(name_of(index), 0) != 1:
                yield f"{name_of(index)} does not exist exactly once"
                continue
            named = state["campaigns"][ids[name_of(index)]]["sent_to_contact_lists"]
            if [each["id"] for each in named] != [numbers.get(list_of(index))]:
                yield f"{name_of(index)} names the lists {named}"
            schedules = state["schedules"].get(ids[name_of(index)], [])
            if [each["scheduled_date"] for each in schedules] != [time_of(index)]:
                yield f"{name_of(index)} has the schedules {schedules}"
        yield from (f"there is a campaign {name!r}" for name in names)
        with Ledger.copy(self._ledger) as ledger:
            yield from self._disagreements(ledger, state)

    def _disagreements(self, ledger: Ledger, state: dict[str, Any]) -> Iterator[str]:
        """Where ledger and server differ."""
        requests = ledger.requests()
        figures = self._figures
        if len(requests) != figures.campaigns + figures.schedules + figures.lists:
            yield f"the ledger has {len(requests)} requests"
        for request in requests:
            path, record = request.document.path, request.record
            attempts = ledger.attempts(request.id)
            self._figures.attempts_left_in_flight += sum(each.ended is None for each in attempts)
            self._figures.adopted += bool(record.note)
            if request.state is not State.DONE:
                yield f"{path} is {request.state}"
                continue
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


def kill_test(campaigns: int, kills: int, seed: int) -> Figures:
    """Run the test in a temporary folder."""
    dice = random.Random(seed)
    options = SandboxOptions(
        lists={"1": "Customers"}, addresses=(ADDRESS,), calls_per_second=40,
        calls_per_day=1_000_000, faults=FAULTS, seed=seed,
    )  # fmt: skip
    figures = Figures(campaigns, campaigns, lists_of(campaigns))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "documents").mkdir()
        write_documents(folder / "documents", campaigns, dice)
        with Sandbox(options) as box:
            KillTest(folder, box, figures, dice).run(kills)
    return figures


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="The kill test of the sender.")
    parser.add_argument("--campaigns", type=int, default=60, help="each with a schedule")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures = kill_test(options.campaigns, options.kills, options.seed)
    if options.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name.replace('_', ' '):>24}  {value}")
    return int(bool(figures.mistakes))


if __name__ == "__main__":
    sys.exit(main())
