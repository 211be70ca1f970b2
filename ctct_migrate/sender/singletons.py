"""Placing that of which there can be only one, in the resource that it lives in: it is created
where there is none, replaced where there is another, and left where it is the same.

What is there is read first, unless the resource that it lives in has only just been created by this
program; what is in doubt needs no other recovery than that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.late_dataclass import replace
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.account import expected_listing
from ctct_migrate.sender.calling import Change, Refused, Sent, pause_before
from ctct_migrate.sender.comparison import differences, instant
from ctct_migrate.sender.deeds import EQUAL
from ctct_migrate.sender.finding import answered
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.owners import owner_of_item
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.staging import Readiness, StageReading, stage_of
from ctct_migrate.sender.step_calls import (
    differing,
    expected_of,
    is_gone,
    record_of,
    shows,
)
from ctct_migrate.targets import account_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.account_facts import Stage
from ctct_migrate.targets.replies import Call, CallOutcome, Failure, Reaction
from ctct_migrate.targets.target import Step

#: The name under which the ledger keeps the moment of what was taken away for something else.
REPLACED = "replaced"

#: A moment that is this close is past by the time it arrives.
_CLOSE = timedelta(seconds=5)


class Singletons:
    """Places what there is one of."""

    def __init__(self, parts: RunParts):
        self._parts = parts
        self._ledger, self._settling = parts.ledger, parts.settling

    async def send(self, item: Item) -> None:
        """Send a document.  Raises Stopped."""
        request = self._ledger.request(item.request)
        if request.state is State.IN_DOUBT:
            await self._parts.finder.settled(request)
            self._ledger.replan(item.request, item.fresh)
        placed = await owner_of_item(self._parts, item)
        if placed is None:
            return
        owner, ids = placed.found, placed.ids
        body = self._parts.resolver.body(item)
        if body is None:
            return
        note = "" if owner.is_sent or owner.is_told else self._note(item)
        delivery = item.delivery
        last: Sequence[Failure] = ()
        for tries in range(1, self._parts.settings.tries + 1):
            there = None
            untouched = owner.is_new if delivery.stage is None else owner.is_fresh
            if not untouched or request.attempts or tries > 1:
                known, there = await self._there(item, ids)
                if not known:
                    return
            if self._is_the_same(item, ids, body, there, note or EQUAL):
                return
            if there is None and not untouched and delivery.stage is not None:
                read = await self._read_stage(item, delivery.stage, ids, body)
                if read is None:
                    return
                if read.readiness is Readiness.PLACED:
                    last = [read.failure or failure(delivery.stage.rule)]
                    await self._parts.gate.pause(pause_before(tries))
                    continue
            if not self._is_ahead(item, body):
                return
            if self._is_the_same(item, ids, body, there, note or EQUAL):  # it was moved before
                return
            sent = await self._put(item, ids, body, there, note)
            if sent.reaction is None:
                await self._confirm(item, ids, body, note)
                return
            if sent.reaction is not Reaction.ASK:
                await self._refused(item, ids, body, sent.outcome, is_first=tries == 1)
                return
            last = sent.outcome.failures
            await self._parts.finder.settled(self._ledger.request(item.request))
            await self._parts.gate.pause(pause_before(tries))
        self._settling.fail(item, State.BLOCKED, last)

    def _is_the_same(
        self,
        item: Item,
        ids: Mapping[str, str],
        body: dict[str, Any],
        there: dict[str, Any] | None,
        note: str,
    ) -> bool:
        """Whether what is there is what is wanted; the request is done then."""
        if there is None or differences(item.delivery, body, there):
            return False
        earlier = self._ledger.request(item.request).record.kept.get(REPLACED)
        if earlier:
            note = f"in place of {earlier}"
        record = self._record(item, ids, item.delivery.create[-1], there, note)
        kept = {**record.kept, **({REPLACED: ""} if earlier else {})}
        self._settling.done(item, replace(record, kept=kept))
        return True

    async def _read_stage(
        self, item: Item, stage: Stage, ids: Mapping[str, str], body: Mapping[str, Any]
    ) -> StageReading | None:
        """How far that in which it is placed has come; None when the request is settled by that."""
        delivery = item.delivery
        try:
            read = await stage_of(
                self._parts.caller, delivery, stage, ids, at(body, delivery.future)
            )
        except Refused as refused:
            self._settling.refused(item, refused.outcome)
            return None
        if read.readiness is Readiness.HAPPENED:
            note = f"it took effect at {read.moment:%Y-%m-%d %H:%M} UTC"
            self._settling.done(item, self._record(item, ids, delivery.create[-1], body, note))
            return None
        if read.readiness is Readiness.CLOSED:
            self._settling.fail(item, State.BLOCKED, [read.failure or failure(stage.rule)])
            return None
        return read

    async def _confirm(
        self, item: Item, ids: Mapping[str, str], body: dict[str, Any], note: str
    ) -> None:
        """Settle what was placed: after it was read back, where that is wanted."""
        if not any(step.confirmed for step in item.delivery.create):
            self._settling.done(item)
            return
        known, there = await self._there(item, ids)
        if known and not self._is_the_same(item, ids, body, there, note):
            found = None if there is None else at(there, item.delivery.future)
            words = f"it shows {found}" if found else "it shows nothing there"
            said = failure(account_rules.NOT_STORED, item.delivery.future or None, words)
            self._settling.fail(item, State.BLOCKED, [said])

    async def _refused(
        self,
        item: Item,
        ids: Mapping[str, str],
        body: dict[str, Any],
        outcome: CallOutcome,
        *,
        is_first: bool,
    ) -> None:
        """Settle what was refused: it may be there already, by an earlier try that arrived late; and
        what was there before may have been taken away for it."""
        request = self._ledger.request(item.request)
        if not is_first or request.attempts > 1:
            known, there = await self._there(item, ids)
            if not known or self._is_the_same(item, ids, body, there, EQUAL):
                return
        earlier = request.record.kept.get(REPLACED)
        if earlier and request.attempts > 1:
            noun = item.delivery.noun
            said = f"its {noun} for {earlier} was taken away before"
            failures = tuple(
                replace(each, words=f"{each.words}; {said}" if each.words else said)
                for each in outcome.failures
            )
            outcome = replace(outcome, failures=failures)
        self._settling.refused(item, outcome)

    @staticmethod
    def _note(item: Item) -> str:
        """A note in the ledger: the owner was not sent by this program."""
        owner = BY_SLUG[item.delivery.resource].owner
        noun = BY_SLUG[owner.to].noun if owner else ""
        return f"its {noun} is not in this ledger: the v1 number was taken for the id"

    def _is_ahead(self, item: Item, body: dict[str, Any]) -> bool:
        """Whether the moment is in the future, if it has to be; `body` is moved there if that is
        wished.  Looked at again before each call: a long run may have overtaken it."""
        pointer = item.delivery.future
        moment = instant(at(body, pointer)) if pointer else None
        now = datetime.now(UTC)
        if moment is None or moment > now + _CLOSE:
            return True
        wished = self._parts.settings.reschedule_past
        if wished is not None and wished > now + _CLOSE:
            stamp = wished.astimezone(UTC).isoformat(timespec="milliseconds")
            body.update(with_value(body, pointer, stamp.replace("+00:00", "Z")))
            return True
        words = f"it is {now:%Y-%m-%d %H:%M} UTC now"
        passed = failure(catalogue.MOMENT_PASSED, pointer, words)
        self._settling.fail(item, State.BLOCKED, [passed])
        return False

    async def _there(
        self, item: Item, ids: Mapping[str, str]
    ) -> tuple[bool, dict[str, Any] | None]:
        """Whether the server told, and what there is, or None."""
        collection = item.delivery.collection
        assert collection is not None, "what is placed is listed"
        expected = expected_listing(collection, answered(item.delivery))
        call = Call.of("GET", collection.path, ids, expected)
        try:
            found = await self._parts.caller.pages(call, collection, collection.query)
        except Refused as refused:
            self._settling.refused(item, refused.outcome)
            return False, None
        return True, (found[0] if found else None)

    async def _put(
        self,
        item: Item,
        ids: Mapping[str, str],
        body: dict[str, Any],
        there: dict[str, Any] | None,
        note: str,
    ) -> Sent:
        delivery = item.delivery
        steps = delivery.create if there is None else delivery.update
        if there is not None and delivery.collection is not None:
            found = at(there, f"/{delivery.collection.id}")
            ids = ids if found is None else {**ids, "id": str(found)}
        for step in steps:
            if step.method == "DELETE" and there is not None:
                # What is taken away stands in the ledger first.
                earlier = RequestRecord(kept={REPLACED: str(at(there, delivery.future) or "")})
                self._ledger.settle(item.request, State.PLANNED, earlier)
            sent = await self._parts.caller.change(
                Change(
                    item.request,
                    step,
                    body,
                    ids,
                    self._ledger.parameters(item.request),
                    expected_of(step),
                    of_several=len(steps) > 1,
                    is_last=step is steps[-1] and not step.confirmed,
                ),
                lambda value, step=step: (
                    shows(delivery, step, body, _row(value))  # type: ignore[misc]
                    and (step.method == "DELETE" or not differing(delivery, step, body, value))
                ),
                lambda value, step=step: self._record(  # type: ignore[misc]
                    item, ids, step, _row(value), note
                ),
            )
            if sent.reaction is not None and not is_gone(step, sent):
                break
        return sent

    def _record(
        self, item: Item, ids: Mapping[str, str], step: Step, answer: Any, note: str
    ) -> RequestRecord:
        record = record_of(step, answer, note=note)
        owner = BY_SLUG[item.delivery.resource].owner
        named = {f"{owner.to}_id": ids[owner.to]} if owner and owner.to in ids else {}
        return replace(record, kept={**record.kept, **named})


def _row(answer: Any) -> Any:
    """What an answer is about: servers answer an array of one, too."""
    return answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
