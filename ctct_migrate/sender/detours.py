"""Creating what a server refuses to create as it is: something milder first, of which an update then
makes what was meant.

Somebody who wants no e-mails is such a contact: never mailable in between, since it is on no list.
That the way was taken stands in the ledger before its first call, so that a run that goes on knows
which of the two the server may have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.sender.calling import Change, Refused, pause_before
from ctct_migrate.sender.finding import answered
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.step_calls import keeps_all, record_of
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.account_facts import Detour
from ctct_migrate.targets.replies import CallOutcome, Expected, Failure, Reaction

#: The name under which the ledger keeps that the way was taken, with the value that was meant.
DETOUR = "meant"

#: HTTP status of a value that is refused.
_REFUSED = 400


class Detours:
    """Takes the other way, where a delivery has one."""

    def __init__(self, parts: RunParts):
        self._parts, self._ledger, self._settling = parts, parts.ledger, parts.settling

    def is_begun(self, item: Item) -> bool:
        """Whether the way was taken before."""
        return DETOUR in self._ledger.request(item.request).record.kept

    def helps(self, item: Item, body: Mapping[str, Any], outcome: CallOutcome) -> bool:
        """Whether the way may lead to what was refused."""
        detour = item.delivery.detour
        if detour is None or at(body, detour.pointer) != detour.values[0]:
            return False
        return any(each.status == _REFUSED for each in outcome.failures)

    def begin(self, item: Item) -> None:
        """Write down that the way is taken.  The request is planned."""
        detour = item.delivery.detour
        assert detour is not None, "the delivery has the way"
        kept = {DETOUR: detour.values[0]}
        self._ledger.settle(item.request, State.PLANNED, RequestRecord(kept=kept))

    async def send(self, item: Item, body: dict[str, Any], within: Mapping[str, str]) -> None:
        """Create, and then update; the request is settled then.  Raises Stopped."""
        detour = item.delivery.detour
        assert detour is not None, "the delivery has the way"
        await self._parts.finder.settled(self._ledger.request(item.request))
        meant = with_value(body, detour.pointer, detour.values[0])
        milder = with_value(body, detour.pointer, detour.values[1])
        failures: Sequence[Failure] = ()
        for tries in range(1, self._parts.settings.tries + 1):
            try:
                there = await self._there(item, meant, within)
            except Refused as refused:
                self._settling.refused(item, refused.outcome)
                return
            if there is not None and self._is_meant(item, detour, there):
                number = str(at(there, f"/{self._id_name(item)}"))
                self._settling.done(item, RequestRecord(number, kept={DETOUR: ""}))
                return
            outcome = await self._step(item, detour, there, meant, milder, within)
            if outcome is None:
                continue
            if outcome.reaction is not Reaction.ASK:
                self._settling.refused(item, outcome)
                return
            failures = outcome.failures
            await self._parts.finder.settled(self._ledger.request(item.request))
            await self._parts.gate.pause(pause_before(tries))
        self._settling.fail(item, State.BLOCKED, failures or [failure(catalogue.REFUSED)])

    async def _there(
        self, item: Item, body: Mapping[str, Any], within: Mapping[str, str]
    ) -> dict[str, Any] | None:
        """What the account has under the key.  Raises Stopped or Refused."""
        delivery = item.delivery
        for number in await self._parts.account.ids_now(delivery, delivery.key_of(body), within):
            return await self._parts.finder.record(delivery, {**within, "id": number})
        return None

    @staticmethod
    def _is_meant(item: Item, detour: Detour, there: Mapping[str, Any]) -> bool:
        return str(at(there, detour.pointer)).casefold() == detour.values[0].casefold()

    @staticmethod
    def _id_name(item: Item) -> str:
        return item.delivery.collection.id if item.delivery.collection else "id"

    async def _step(
        self, item: Item, detour: Detour, there: Mapping[str, Any] | None,
        meant: dict[str, Any], milder: dict[str, Any], within: Mapping[str, str],
    ) -> CallOutcome | None:  # fmt: skip
        """Take the step that is open: create the milder one, or update it.  None: it is taken."""
        delivery = item.delivery
        expected = Expected(names=answered(delivery))
        if there is None:
            change = Change(
                item.request, delivery.create[0], milder, within, {}, expected, is_last=False
            )
        else:
            ids = {**within, "id": str(at(there, f"/{self._id_name(item)}"))}
            sent = meant if delivery.updating is None else delivery.updating(meant)
            change = Change(
                item.request, delivery.update[0], milder, ids, {}, expected,
                is_last=False, instead=sent,
            )  # fmt: skip
        made = await self._parts.caller.change(
            change, lambda value: keeps_all(change.step, value),
            lambda value: record_of(change.step, value),
        )  # fmt: skip
        return None if made.reaction is None else made.outcome
