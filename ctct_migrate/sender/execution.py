"""One run over a plan: the account is looked at, then documents are sent, several at a time: each
resource after those that it refers to, and what lives in another right after that.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterable

from ctct_migrate.resources import BY_SLUG, sending_order
from ctct_migrate.sender.account import AccountView
from ctct_migrate.sender.bulk_sending import BulkSending
from ctct_migrate.sender.calling import Caller
from ctct_migrate.sender.delivering import Deliveries
from ctct_migrate.sender.events import Listener, Planned
from ctct_migrate.sender.finding import Finder
from ctct_migrate.sender.ledger import Ledger, LedgerError, RequestKind, State
from ctct_migrate.sender.pacing import workers
from ctct_migrate.sender.plan import Item, SendPlan
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.preparing import Preparations
from ctct_migrate.sender.resolving import Resolver
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.settling import Settling
from ctct_migrate.sender.singletons import REPLACED
from ctct_migrate.sender.stopping import Gate, Stop, Stopped
from ctct_migrate.sender.suspending import SUSPENDED
from ctct_migrate.targets import account_rules

#: A document and those that live in it, to be sent one after the other.
Job = list[Item]


class Run:
    """Sends the items of plans, with what it has learnt about the account."""

    def __init__(
        self, ledger: Ledger, caller: Caller, gate: Gate, settings: Settings, tell: Listener
    ):
        self._ledger, self._gate, self._settings, self._tell = ledger, gate, settings, tell
        account = AccountView(caller)
        self.settling = Settling(ledger, tell)
        self._broken: LedgerError | None = None
        parts = RunParts(
            ledger,
            caller,
            account,
            Finder(caller, account, gate, settings),
            Resolver(ledger, settings, self.settling, caller),
            gate,
            settings,
            self.settling,
            tell,
        )
        self._preparations = Preparations(parts)
        self._deliveries, self._bulk = Deliveries(parts), BulkSending(parts)

    async def go(self, plan: SendPlan) -> None:
        """Carry a plan out, as far as it goes: up to its end, or until the gate is stopped.  Raises
        LedgerError when the ledger cannot be written any more, after the calls under way came to
        their end."""
        self._tell(Planned(len(plan.sending), len(plan.settled), plan.calls))
        self._settle_findings(plan)
        try:
            items = await self._bulk.resume(plan.sending)
            items = await self._fitting(await self._preparations.fitting(items))
        except Stopped:
            return
        for phase in _phases(items):
            try:
                jobs = deque(await self._singly(phase))
            except Stopped:
                break
            size = min(len(jobs), workers(self._settings.calls_per_second))
            async with asyncio.TaskGroup() as group:
                for _ in range(size):
                    group.create_task(self._work(jobs))
        self._note_what_is_away(items)
        if self._broken is not None:
            raise self._broken

    def _note_what_is_away(self, items: Iterable[Item]) -> None:
        """Say of which requests something was taken away that is not there again."""
        for item in items if self._gate.stopped is not None else ():
            request = self._ledger.request(item.request)
            away = request.record.kept.get(SUSPENDED) or request.record.kept.get(REPLACED)
            if away and request.state is not State.DONE:
                words = f"it was for {away}"
                pointer = item.delivery.future or item.delivery.key or None
                self.settling.note(item, failure(account_rules.SCHEDULE_AWAY, pointer, words))

    async def _singly(self, phase: list[Job]) -> list[Job]:
        """The jobs that are left to be sent one by one, after many were sent by one request.  Raises
        Stopped."""
        alone = [job[0] for job in phase if len(job) == 1]
        left = {item.request for item in await self._bulk.send(alone)}
        return [job for job in phase if len(job) > 1 or job[0].request in left]

    def _settle_findings(self, plan: SendPlan) -> None:
        for item in plan.items:
            if found := plan.findings.get(item.request):
                self.settling.fail(item, State.BLOCKED, found)
        for item in plan.settled:
            for found_before in plan.findings.get(item.request, ()):
                self.settling.note(item, found_before)

    async def _fitting(self, items: list[Item]) -> list[Item]:
        """The items that the account has everything for.  Raises Stopped."""
        if not self._settings.preflight:
            return items
        return [
            item
            for item in items
            if item.kind in (RequestKind.PLACE, RequestKind.DELETE)
            or await self._deliveries.fits(item)
        ]

    async def _work(self, jobs: deque[Job]) -> None:
        while jobs and self._gate.stopped is None:
            try:
                for item in jobs.popleft():
                    await self._deliveries.send(item)
            except Stopped:
                return
            except LedgerError as error:
                self._broken = error
                self._gate.stop(Stop("the ledger cannot be written"))
                return


def _phases(items: Iterable[Item]) -> list[list[Job]]:
    """The jobs of each resource, in the order of sending: a phase begins when the one before it
    has come to its end, so that what a document names has its id by then."""
    order = {slug: place for place, slug in enumerate(sending_order())}
    jobs: dict[int, list[Job]] = {}
    by_number: dict[tuple[str, str], Job] = {}
    for item in sorted(items, key=lambda item: order[item.resource]):
        resource = BY_SLUG[item.resource]
        owner = resource.owner
        job = by_number.get((owner.to, item.owner or "")) if owner else None
        named = [each.to for each in resource.references if not each.owner]
        if job and all(order.get(each, -1) < order[job[0].resource] for each in named):
            job.append(item)
        else:
            job = [item]
            jobs.setdefault(order[item.resource], []).append(job)
        if item.number:
            by_number[item.resource, item.number] = job
    return [jobs[place] for place in sorted(jobs)]
