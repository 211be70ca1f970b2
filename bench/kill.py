"""The kill test of the sender: `python -m bench.kill`, or `make kill`.

A run (of contact lists, campaigns that name them, and their schedules; or of lists and contacts, one
by one or many at once), against a sandbox that fails in every way it can, is ended with SIGKILL at
a random moment and begun again, over and over.  At the end everything has to exist exactly once, and
the ledger has to agree with the server, property by property; whoever opted out, before or
meanwhile, is on no list.  The moments are spread over the whole run: each is drawn so that the work
that is left lasts for the kills that are left, and falls while calls are under way, or while the
program starts.

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
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from bench.kill_subjects import ADDRESS, Campaigns, Contacts, Subject
from bench.kill_v3 import V3Mixture
from ctct_migrate.sandbox import Fault, FaultKind, Sandbox, SandboxOptions
from ctct_migrate.sender import Ledger, RequestKind

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

#: Seconds after which a run that makes no call is killed in any case.
_LONGEST_START = 30.0

#: One kill in so many falls at any time after the start, so that starting is hit, too.
_BLIND = 8


@dataclass
class Figures:
    """What happened."""

    subject: str
    documents: int
    kills: int = 0
    kills_under_way: int = 0
    runs: int = 0
    seconds: float = 0.0
    calls: int = 0
    faults: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    posts: dict[str, int] = field(default_factory=dict)
    refused_as_taken: int = 0
    attempts_left_in_flight: int = 0
    adopted: int = 0
    opted_out: int = 0
    mistakes: list[str] = field(default_factory=list)


class KillTest:
    """One kill test, in a folder."""

    def __init__(
        self, subject: Subject, folder: Path, box: Sandbox, figures: Figures, dice: random.Random
    ):
        self._subject, self._folder, self._box = subject, folder, box
        self._figures, self._dice = figures, dice
        self._ledger = folder / "kill.ledger"
        self._log = folder / "send.log"
        #: How long the program takes to make its first call, as seen so far.
        self._starting = 2.0

    def run(self, kills: int) -> None:
        """Kill so often, then let it come to its end, and see what is there."""
        began = time.monotonic()
        while self._figures.kills < kills:
            before = self._figures.kills
            self._killed(kills - before)
            if self._figures.kills == before and self._is_settled():
                break  # nothing is left that a kill could hit
            self._opt_out()
        for _ in range(100):
            if self._start().wait() in (0, 1) and self._is_settled():
                break
        else:
            self._figures.mistakes.append(
                f"it never came to its end: {self._log.read_text()[-2000:]}"
            )
        self._figures.seconds = time.monotonic() - began
        self._check()

    def _is_settled(self) -> bool:
        with Ledger.copy(self._ledger) as ledger:
            requests = ledger.requests()
            documents = [each for each in requests if each.kind is not RequestKind.BULK]
            complete = len(documents) == self._subject.documents
            return complete and all(map(self._subject.is_settled, requests))

    def _opt_out(self) -> None:
        """Somebody opts out, perhaps; faults do not strike that."""
        for number in self._subject.leavers(self._box.state(), self._dice):
            self._box.clear_faults()
            answer = httpx.delete(
                f"{self._box.base_url.rstrip('/')}/contacts/{number}",
                params={"api_key": self._box.api_key},
                headers={"Authorization": f"Bearer {self._box.access_token}"},
            )
            assert answer.status_code == 204, answer.text
            self._box.inject(*FAULTS)
            self._figures.opted_out += 1

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
                    "--settle", "0.3", "--timeout", "2", *self._subject.options,
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
            time.sleep(self._dice.choice([0.0, 0.1]) * self._dice.random())
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
        share = self._subject.left(self._box.state()) / kills_left
        wanted = _LOOKING + self._dice.choice([0, 1, 1, 2]) * share + self._dice.random()
        until = latest = began + _LONGEST_START
        while process.poll() is None and time.monotonic() < until:
            made = self._last_call() - before
            if made and until == latest:
                self._starting = min(self._starting, time.monotonic() - began)
                until = time.monotonic() + self._subject.patience
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
        base = urlsplit(self._box.base_url).path.rstrip("/") + "/"
        posts = (each.path.removeprefix(base) for each in calls if each.method == "POST")
        figures.posts = dict(Counter(path for path in posts if "schedules" not in path))
        figures.refused_as_taken = sum(call.status == 409 for call in calls)
        with Ledger.copy(self._ledger) as ledger:
            self._look(ledger)
            figures.mistakes += self._subject.mistakes(self._box.state(), ledger)

    def _look(self, ledger: Ledger) -> None:
        """What the ledger tells of the run."""
        figures = self._figures
        for request in ledger.requests():
            attempts = ledger.attempts(request.id)
            figures.attempts_left_in_flight += sum(each.ended is None for each in attempts)
            figures.adopted += request.record.note.startswith("found on the server")
            if not self._subject.is_settled(request):
                figures.mistakes.append(f"{request.document.path} is {request.state}")


def kill_test(name: str, subject: Subject, kills: int, seed: int) -> Figures:
    """Run the test in a temporary folder."""
    dice = random.Random(seed)
    options = SandboxOptions(
        lists={"1": "Customers"}, addresses=(ADDRESS,), calls_per_second=40,
        calls_per_day=1_000_000, faults=FAULTS, seed=seed,
    )  # fmt: skip
    figures = Figures(name, subject.documents)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "documents").mkdir()
        subject.write(folder / "documents", dice)
        with Sandbox(subject.account(options)) as box:
            KillTest(subject, folder, box, figures, dice).run(kills)
    return figures


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description="The kill test of the sender.")
    parser.add_argument(
        "--subject", choices=("campaigns", "contacts", "bulk", "v3"), default="campaigns",
        help="what is sent; bulk: contacts, many at once; v3: all but bulk, to v3",
    )  # fmt: skip
    parser.add_argument(
        "--due", type=float, default=300.0,
        help="seconds within which half of the campaigns of v3 are to be sent",
    )  # fmt: skip
    parser.add_argument("--campaigns", type=int, default=60, help="each with a schedule")
    parser.add_argument("--contacts", type=int, default=200)
    parser.add_argument("--lists", type=int, default=8)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    subject: Subject
    if options.subject == "campaigns":
        subject = Campaigns(options.campaigns)
    elif options.subject == "v3":
        subject = V3Mixture(options.campaigns, options.contacts, options.due)
    else:
        in_bulk = options.subject == "bulk"
        subject = Contacts(options.contacts, options.lists, in_bulk=in_bulk)
    figures = kill_test(options.subject, subject, options.kills, options.seed)
    if options.json:
        print(json.dumps(asdict(figures)))
    else:
        for name, value in asdict(figures).items():
            print(f"{name.replace('_', ' '):>24}  {value}")
    return int(bool(figures.mistakes))


if __name__ == "__main__":
    sys.exit(main())
