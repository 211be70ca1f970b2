"""Replacing a resource that is there: it is read, compared, and written if it differs and if
nothing is lost by it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.sender.calling import Change, Refused, Sent, pause_before
from ctct_migrate.sender.comparison import emptied, taken_away
from ctct_migrate.sender.finding import answered
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item, failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.step_calls import (
    differing,
    expected_of,
    read_back,
    record_of,
    shows,
)
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.pointers import at
from ctct_migrate.targets.replies import Expected, Failure, Reaction
from ctct_migrate.targets.target import Delivery, Recovery, Step

#: Note in the ledger about how a request came to be done.
EQUAL = "was equal already"


async def replace(
    parts: RunParts, item: Item, body: dict[str, Any], ids: Mapping[str, str], note: str
) -> None:
    """Replace the resource of those ids by `body`, step by step.  Raises Stopped."""
    delivery = item.delivery
    if "/id" in delivery.table.contract.properties(delivery.schema, "update"):
        body = {**body, "id": ids["id"]}
    try:
        ids = await _with_kept(parts, delivery, ids)
    except Refused as refused:
        parts.settling.refused(item, refused.outcome)
        return
    steps = [step for step in delivery.update if _is_said(step, body)]
    replacing = _Replacing(parts, item, body, ids)
    for step in steps:
        if not await replacing.is_done(step, note, is_last=step is steps[-1]):
            return
    said = note or ("" if replacing.has_changed else EQUAL)
    parts.settling.done(item, RequestRecord(target_id=ids["id"], note=said))


def _is_said(step: Step, body: Mapping[str, Any]) -> bool:
    return step.method == "DELETE" or step.sends(body) is not None


async def _with_kept(
    parts: RunParts, delivery: Delivery, ids: Mapping[str, str]
) -> Mapping[str, str]:
    """The ids, with those that the paths need besides and that the resource itself tells.  Raises
    Stopped or Refused."""
    paths = " ".join(step.path + step.reads for step in delivery.update)
    if ids.keys() >= set(re.findall(r"\{(\w+)\}", paths)) or not delivery.create:
        return ids
    kept = record_of(delivery.create[0], await parts.finder.record(delivery, ids)).kept
    return {**kept, **ids}


class _Replacing:
    """One resource that is replaced; `has_changed`: whether anything was written."""

    def __init__(self, parts: RunParts, item: Item, body: dict[str, Any], ids: Mapping[str, str]):
        self._parts, self._item, self._body, self._ids = parts, item, body, ids
        self.has_changed = False

    async def is_done(self, step: Step, note: str, *, is_last: bool) -> bool:
        """Whether the server has what a step writes; otherwise the request is settled."""
        if step.recovery is not Recovery.READ:
            return await self._is_done_once(step, note, is_last)
        parts, item, delivery = self._parts, self._item, self._item.delivery
        contract, settling = delivery.table.contract, self._parts.settling
        for tries in range(1, parts.settings.tries + 1):
            try:
                there = await self._there(step)
            except Refused as refused:
                settling.refused(item, refused.outcome)
                return False
            if step.method == "DELETE":
                lost: list[str] = []
                equal = there in (None, [], {})
            else:
                fixed = contract.read_only_in(delivery.schema, there) if not step.part else set()
                self._body = {n: v for n, v in self._body.items() if n not in fixed}
                place = step.part + step.compares
                lost = emptied(delivery, at(self._body, place), there, place)
                lost = [p for p in lost if p[1:] not in fixed] if delivery.replaces else []
                equal = not differing(delivery, step, self._body, there) and not lost
            away = {} if step.part else taken_away(delivery, self._body, there)
            if equal:
                return True
            parameters = parts.ledger.parameters(item.request)
            if failures := list(_against(parts, delivery, there, lost, away, parameters)):
                settling.fail(item, State.BLOCKED, failures)
                return False
            sent = await self._sent(step, note, is_last)
            if sent.reaction is None:
                return True
            if sent.reaction is not Reaction.ASK:
                settling.refused(item, sent.outcome)
                return False
            await parts.finder.settled(parts.ledger.request(item.request))
            await parts.gate.pause(pause_before(tries))
        settling.fail(item, State.BLOCKED, sent.outcome.failures)
        return False

    async def _is_done_once(self, step: Step, note: str, is_last: bool) -> bool:
        """The same for a step that nothing can be read of: it is sent once."""
        parts, item = self._parts, self._item
        if step.name in parts.ledger.done_parts(item.request):
            return True
        sent = await self._sent(step, note, is_last)
        if sent.reaction is None:
            return True
        if sent.reaction is Reaction.ASK:
            parts.settling.fail(item, State.IN_DOUBT, sent.outcome.failures)
        else:
            parts.settling.refused(item, sent.outcome)
        return False

    async def _sent(self, step: Step, note: str, is_last: bool) -> Sent:
        """Sends a step, and notes that something was written."""
        sent = await self._parts.caller.change(
            self._change(step, is_last),
            lambda value: self._is_ours(step, value),
            lambda value: RequestRecord(target_id=self._ids["id"], note=note),
        )
        self.has_changed = self.has_changed or sent.reaction is None
        return sent

    def _change(self, step: Step, is_last: bool) -> Change:
        parameters = self._parts.ledger.parameters(self._item.request)
        several = len(self._item.delivery.update) > 1
        expected = Expected(names=answered(self._item.delivery)) if self._is_item(step) else None
        return Change(
            self._item.request,
            step,
            self._body,
            self._ids,
            parameters,
            expected_of(step) or expected,
            of_several=several,
            is_last=is_last,
        )

    def _is_item(self, step: Step) -> bool:
        """Whether a step writes what is read as the resource itself."""
        return not step.part and step.path == self._item.delivery.item and step.method != "DELETE"

    def _is_ours(self, step: Step, value: Any) -> bool:
        if self._is_item(step):
            return bool(value["id"] == self._ids["id"])
        return shows(self._item.delivery, step, self._body, value)

    async def _there(self, step: Step) -> Any:
        """What there is of what a step writes.  Raises Stopped or Refused."""
        if self._is_item(step) and not step.reads:
            return await self._parts.finder.record(self._item.delivery, self._ids)
        return await read_back(self._parts.caller, step, self._ids)


def _against(
    parts: RunParts, delivery: Delivery, there: Any, lost: list[str],
    away: Mapping[str, list[str]], parameters: Mapping[str, str],
) -> Iterator[Failure]:  # fmt: skip
    """What speaks against an update."""
    if delivery.barrier is not None and delivery.barrier.stops(there, parameters):
        found = at(there, f"/{delivery.collection.id}") if delivery.collection else None
        words = f"{delivery.noun} {found} is {delivery.barrier.value}"
        yield failure(delivery.barrier.rule, key_pointer(delivery), words)
        return
    for name, wanted in delivery.editable.items():
        found = at(there, f"/{name}")
        if found not in (None, wanted):
            words = f"its {name} is {found}"
            yield failure(delivery.not_editable or catalogue.REFUSED, "/id", words)
    if parts.settings.allow_emptying:
        return
    for pointer in lost:
        if pointer not in away:
            yield failure(catalogue.WOULD_EMPTY, pointer, f"{pointer} would be emptied")
    for pointer, ids in away.items():
        words = f"{', '.join(ids)} would be taken out of {pointer}"
        yield failure(catalogue.WOULD_EMPTY, pointer, words)
