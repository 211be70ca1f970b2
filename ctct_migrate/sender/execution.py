"""One run over a plan: the account is looked at, then campaigns are sent, each followed by its
schedules, several at a time.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from ctct_migrate.sender.account import AccountView
from ctct_migrate.sender.calling import Caller
from ctct_migrate.sender.campaigns import Campaigns
from ctct_migrate.sender.events import Listener, Planned
from ctct_migrate.sender.ledger import Ledger, LedgerError, RequestKind, State
from ctct_migrate.sender.plan import Item, SendPlan
from ctct_migrate.sender.recovery import LostAnswers
from ctct_migrate.sender.schedules import Schedules
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.settling import Settling
from ctct_migrate.sender.stopping import Gate, Stop, Stopped

#: A campaign and its schedules, to be sent one after the other.
Job = list[Item]


def workers(per_second: int) -> int:
    """How many jobs are under way at a time: enough to keep the rate when an answer takes some
    seconds, and when some jobs wait to ask about what is in doubt."""
    return min(64, max(8, 4 * per_second))


class Run:
    """Sends the items of plans, with what it has learnt about the account."""

    def __init__(
        self, ledger: Ledger, caller: Caller, gate: Gate, settings: Settings, tell: Listener
    ):
        self._ledger, self._gate, self._settings, self._tell = ledger, gate, settings, tell
        account = AccountView(caller)
        recovery = LostAnswers(caller, account, gate, settings)
        self.settling = Settling(ledger, tell)
        self._broken: LedgerError | None = None
        self._campaigns = Campaigns(
            ledger, caller, account, recovery, gate, settings, self.settling
        )
        self._schedules = Schedules(ledger, caller, recovery, gate, settings, self.settling)

    async def go(self, plan: SendPlan) -> None:
        """Carry a plan out, as far as it goes: up to its end, or until the gate is stopped.  Raises
        LedgerError when the ledger cannot be written any more, after the calls under way came to
        their end."""
        self._tell(Planned(len(plan.sending), len(plan.settled), plan.calls))
        self._settle_findings(plan)
        try:
            items = await self._fitting(plan.sending)
        except Stopped:
            return
        jobs = deque(_jobs(items))
        size = min(len(jobs), workers(self._settings.calls_per_second))
        async with asyncio.TaskGroup() as group:
            for _ in range(size):
                group.create_task(self._work(jobs))
        if self._broken is not None:
            raise self._broken

    def _settle_findings(self, plan: SendPlan) -> None:
        for item in plan.items:
            if found := plan.findings.get(item.request):
                self.settling.fail(item, State.BLOCKED, found)
        for item in plan.settled:
            for failure in plan.findings.get(item.request, ()):
                self.settling.note(item, failure)

    async def _fitting(self, items: list[Item]) -> list[Item]:
        """The items that the account has everything for.  Raises Stopped."""
        if not self._settings.preflight:
            return items
        return [
            item
            for item in items
            if item.kind is RequestKind.SCHEDULE or await self._campaigns.fits(item)
        ]

    async def _work(self, jobs: deque[Job]) -> None:
        while jobs and self._gate.stopped is None:
            try:
                for item in jobs.popleft():
                    await self._send(item)
            except Stopped:
                return
            except LedgerError as error:
                self._broken = error
                self._gate.stop(Stop("the ledger cannot be written"))
                return

    async def _send(self, item: Item) -> None:
        if item.kind is RequestKind.SCHEDULE:
            await self._schedules.send(item)
        else:
            await self._campaigns.send(item)


def _jobs(items: Iterable[Item]) -> Iterable[Job]:
    """Each campaign with the schedules of its number; then the schedules of other campaigns."""
    jobs: list[Job] = []
    by_number: dict[str, Job] = {}
    schedules = []
    for item in items:
        if item.kind is RequestKind.SCHEDULE:
            schedules.append(item)
            continue
        job = [item]
        jobs.append(job)
        if item.number:
            by_number[item.number] = job
    for item in schedules:
        job = by_number.get(item.number or "", [])
        job.append(item)
        if len(job) == 1:
            jobs.append(job)
    return jobs
