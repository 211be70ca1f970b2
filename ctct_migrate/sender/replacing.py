"""Replacing a resource that is there: it is read, compared, and written if it differs and if
nothing is lost by it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.mapping.rows import CHOICES
from ctct_migrate.sender.calling import Change, Refused, Sent, pause_before
from ctct_migrate.sender.comparison import emptied, taken_away
from ctct_migrate.sender.deeds import EQUAL
from ctct_migrate.sender.finding import answered
from ctct_migrate.sender.ledger import RequestKind, RequestRecord, State
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.step_calls import (
    differing,
    expected_of,
    read_back,
    record_of,
    shows,
)
from ctct_migrate.sender.suspending import Suspending
from ctct_migrate.targets import account_rules, body_answers
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import CallOutcome, Expected, Failure, Reaction
from ctct_migrate.targets.target import Delivery, Recovery, Step


async def replace(
    parts: RunParts, item: Item, body: dict[str, Any], ids: Mapping[str, str], note: str
) -> None:
    """Replace the resource of those ids by `body`, step by step.  Raises Stopped."""
    delivery = item.delivery
    made_for = _made_for(parts, item, body)
    if item.kind is RequestKind.CREATE and delivery.updating is not None:
        body = delivery.updating(body)
    if "/id" in delivery.table.contract.properties(delivery.schema, "update"):
        body = {**body, "id": ids["id"]}
    try:
        ids = await _with_kept(parts, delivery, ids)
    except Refused as refused:
        parts.settling.refused(item, refused.outcome)
        return
    steps = [step for step in delivery.update if _is_said(step, body)]
    replacing = _Replacing(parts, item, body, ids, made_for)
    for step in steps:
        if not await replacing.is_done(step, note, is_last=step is steps[-1]):
            await replacing.end()
            return
    if not await replacing.is_put_back():
        return
    said = note or ("" if replacing.has_changed else EQUAL)
    parts.settling.done(item, RequestRecord(target_id=ids["id"], note=said))


def _made_for(parts: RunParts, item: Item, body: Mapping[str, Any]) -> str:
    """What the body is for, by the delivery's `fitting`; empty where that is not known."""
    fitting = item.delivery.fitting
    if fitting is None:
        return ""
    if item.kind is RequestKind.CREATE:
        found = at(body, fitting.created)
        return "" if found is None else str(found)
    return parts.ledger.parameters(item.request).get(fitting.choice, "")


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

    def __init__(
        self,
        parts: RunParts,
        item: Item,
        body: dict[str, Any],
        ids: Mapping[str, str],
        made_for: str,
    ):
        self._parts, self._item, self._body, self._ids = parts, item, body, ids
        self._made_for = made_for
        self.has_changed = False
        #: What settles the request, once it is clear that it failed.
        self._failed: Callable[[], None] | None = None
        #: What is sent of the step under way, where that is more than its part.
        self._instead: Any = None
        suspension = item.delivery.suspension
        self._suspending = (
            None if suspension is None else Suspending(parts, item, suspension, ids, body)
        )

    async def is_put_back(self) -> bool:
        """Whether what was taken away is back; otherwise the request is settled.  Raises Stopped."""
        lost = None if self._suspending is None else await self._suspending.put_back()
        if lost is not None:
            self._parts.settling.fail(self._item, State.BLOCKED, [lost])
        return lost is None

    async def end(self) -> None:
        """Settle a request that failed, after what was taken away is back.  Raises Stopped."""
        lost = None if self._suspending is None else await self._suspending.put_back()
        assert self._failed is not None, "it failed"
        self._failed()
        if lost is not None:
            self._parts.settling.note(self._item, lost)

    def _refused(self, outcome: CallOutcome) -> None:
        self._failed = lambda: self._parts.settling.refused(self._item, outcome)

    def _fail(self, state: State, failures: Sequence[Failure]) -> None:
        self._failed = lambda: self._parts.settling.fail(self._item, state, failures)

    async def is_done(self, step: Step, note: str, *, is_last: bool) -> bool:
        """Whether the server has what a step writes; otherwise the request is settled."""
        if step.recovery is not Recovery.READ:
            return await self._is_done_once(step, note, is_last)
        parts, item, delivery = self._parts, self._item, self._item.delivery
        contract = delivery.table.contract
        last: Sequence[Failure] = [failure(delivery.not_editable or catalogue.REFUSED)]
        is_sent = False
        for tries in range(1, parts.settings.tries + 1):
            try:
                there = await self._there(step)
            except Refused as refused:
                self._refused(refused.outcome)
                return False
            if (unfit := self._unfit(step, there)) is not None:
                self._fail(State.BLOCKED, [unfit])
                return False
            if step.method == "DELETE":
                lost: list[str] = []
                equal = there in (None, [], {})
            else:
                fixed = contract.read_only_in(delivery.schema, there) if not step.part else set()
                self._note_fixed(fixed, there)
                self._body = {n: v for n, v in self._body.items() if n not in fixed}
                place = step.part + step.compares
                self._instead = _repeating(step, self._body, there)
                sends = step.writes(self._body)
                if self._instead is not None:
                    sends = at(self._instead, step.compares)
                lost = emptied(delivery, sends, there, place)
                lost = [p for p in lost if p[1:] not in fixed] if delivery.replaces else []
                lost += _displaced(step, sends, there)
                equal = not differing(delivery, step, self._body, there) and not lost
            away = {} if step.part else taken_away(delivery, self._body, there)
            if equal:
                self.has_changed = self.has_changed or is_sent
                return True
            parameters = parts.ledger.parameters(item.request)
            suspended = not step.anytime and self._is_suspended(there)
            failures = [
                failure(held.rule, held.pointer, f"it is {at(there, held.pointer)} there")
                for held in delivery.held
                if held.stops(there, self._body)
            ] or list(_against(parts, delivery, there, lost, away, parameters))
            if suspended or step.anytime:
                failures = [each for each in failures if each.rule is not delivery.not_editable]
            if failures:
                self._fail(State.BLOCKED, failures)
                return False
            if suspended:
                if not await self._is_taken_away():
                    return False
                await parts.gate.pause(pause_before(tries) if tries > 1 else 0.0)
                continue
            sent = await self._sent(step, note, is_last)
            if sent.reaction is None:
                return True
            if sent.reaction is not Reaction.ASK:
                self._refused(sent.outcome)
                return False
            is_sent = True
            last = sent.outcome.failures
            await parts.finder.settled(parts.ledger.request(item.request))
            await parts.gate.pause(pause_before(tries))
        self._fail(State.BLOCKED, last)
        return False

    def _note_fixed(self, fixed: Collection[str], there: Any) -> None:
        """Say what of the body is left out, since what is there is read-only, and is another."""
        for name in self._body:
            if name in fixed and self._body[name] not in (None, "", there.get(name)):
                words = f"{name} is read-only there"
                left_out = failure(body_answers.FIXED, f"/{name}", words)
                self._parts.settling.note(self._item, left_out)

    def _unfit(self, step: Step, there: Any) -> Failure | None:
        """Why the body is not for what is there; None where it is, or where that does not matter."""
        fitting = self._item.delivery.fitting
        if fitting is None or fitting.step != step.name or there is None:
            return None
        found = at(there, fitting.property)
        if found is not None and str(found) == self._made_for:
            return None
        name = fitting.choice
        words = f"its {name} is {'not shown' if found is None else found} there"
        words += f", and the body is for {self._made_for}" if self._made_for else ""
        if str(found) in CHOICES[name]:
            creates = self._item.kind is RequestKind.CREATE
            option = f"--{name.replace('_', '-')} {found}"
            words += f": give `--shape update {option}`" if creates else f": give `{option}`"
            numbered = self._item.number is not None or not creates
            words += "" if numbered else ", and the id of what is there in the document"
        return failure(account_rules.OTHER_FORMAT, key_pointer(self._item.delivery), words)

    def _is_suspended(self, there: Any) -> bool:
        """Whether what is there has to have something taken away before it can be changed."""
        suspension = self._item.delivery.suspension
        if suspension is None:
            return False
        return any(
            str(at(there, f"/{name}")).casefold() == suspension.state
            for name in self._item.delivery.editable
        )

    async def _is_taken_away(self) -> bool:
        """Whether that was tried; otherwise the request is settled."""
        assert self._suspending is not None, "something is suspended"
        try:
            found = await self._suspending.take_away()
        except Refused as refused:
            self._refused(refused.outcome)
            return False
        if found is not None:
            self._fail(State.BLOCKED, [found])
        return found is None

    async def _is_done_once(self, step: Step, note: str, is_last: bool) -> bool:
        """The same for a step that nothing can be read of: it is sent once."""
        parts, item = self._parts, self._item
        if step.name in parts.ledger.done_parts(item.request):
            return True
        sent = await self._sent(step, note, is_last)
        if sent.reaction is None:
            return True
        if sent.reaction is Reaction.ASK:
            self._fail(State.IN_DOUBT, sent.outcome.failures)
        else:
            self._refused(sent.outcome)
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
            # What was taken away has to be put back first.
            is_last=is_last and not (self._suspending is not None and self._suspending.moment),
            instead=self._instead,
        )

    def _is_item(self, step: Step) -> bool:
        """Whether a step writes what is read as the resource itself."""
        item = self._item.delivery.item.partition("?")[0]
        return not step.part and step.path == item and step.method != "DELETE"

    def _is_ours(self, step: Step, value: Any) -> bool:
        if self._is_item(step):
            name = self._item.delivery.collection.id if self._item.delivery.collection else "id"
            return bool(value[name] == self._ids["id"])
        return shows(self._item.delivery, step, self._body, value)

    async def _there(self, step: Step) -> Any:
        """What there is of what a step writes.  Raises Stopped or Refused."""
        if self._is_item(step) and not step.reads:
            return await self._parts.finder.record(self._item.delivery, self._ids)
        return await read_back(self._parts.caller, step, self._ids)


def _repeating(step: Step, body: Mapping[str, Any], there: Any) -> Any:
    """What a step sends, with what it would empty by leaving it out; None where nothing is added."""
    sends = step.sends(body)
    if not isinstance(sends, Mapping) or not isinstance(there, Mapping):
        return None
    more = {
        name: there[name]
        for name, other in step.repeats.items()
        if name not in sends and other not in sends and there.get(name) not in (None, "", [])
    }
    return {**sends, **more} if more else None


def _displaced(step: Step, sends: Any, there: Any) -> list[str]:
    """JSON pointers of what a step would empty, since it cannot stand beside what is sent."""
    if not isinstance(sends, Mapping) or not isinstance(there, Mapping):
        return []
    return [
        step.place_of(f"/{name}")
        for name, other in step.repeats.items()
        if other in sends and name not in sends and there.get(name) not in (None, "", [])
    ]


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
        if found is not None and str(found).casefold() != wanted.casefold():
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
