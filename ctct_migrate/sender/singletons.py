"""Placing that of which there can be only one, in the resource that it lives in: it is created
where there is none, replaced where there is another, and left where it is the same.

What is there is read first, unless the resource that it lives in has only just been created by this
program; what is in doubt needs no other recovery than that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.account import expected_listing
from ctct_migrate.sender.calling import Change, Refused, Sent, pause_before
from ctct_migrate.sender.comparison import differences, instant
from ctct_migrate.sender.finding import answered
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.owners import owner_of_item
from ctct_migrate.sender.plan import Item, failure
from ctct_migrate.sender.replacing import EQUAL
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.step_calls import differing, expected_of, record_of, shows
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.pointers import at, with_value
from ctct_migrate.targets.replies import Call, Reaction
from ctct_migrate.targets.target import Step

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
        note = "" if owner.is_sent else self._note(item)
        for tries in range(1, self._parts.settings.tries + 1):
            there = None
            if not owner.is_new or request.attempts or tries > 1:
                known, there = await self._there(item, ids)
                if not known:
                    return
            if there is not None and not differences(item.delivery, body, there):
                self._settling.done(
                    item, self._record(item, ids, item.delivery.create[-1], there, note or EQUAL)
                )
                return
            if not self._is_ahead(item, body):
                return
            if there is not None and not differences(item.delivery, body, there):
                # It was moved before.
                self._settling.done(
                    item, self._record(item, ids, item.delivery.create[-1], there, note or EQUAL)
                )
                return
            sent = await self._put(item, ids, body, there, note)
            if sent.reaction is None:
                self._settling.done(item)
                return
            if sent.reaction is not Reaction.ASK:
                self._settling.refused(item, sent.outcome)
                return
            await self._parts.finder.settled(self._ledger.request(item.request))
            await self._parts.gate.pause(pause_before(tries))
        self._settling.fail(item, State.BLOCKED, sent.outcome.failures)

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
            sent = await self._parts.caller.change(
                Change(
                    item.request,
                    step,
                    body,
                    ids,
                    self._ledger.parameters(item.request),
                    expected_of(step),
                    of_several=len(steps) > 1,
                    is_last=step is steps[-1],
                ),
                lambda value, step=step: (
                    shows(delivery, step, body, value)  # type: ignore[misc]
                    and (step.method == "DELETE" or not differing(delivery, step, body, value))
                ),
                lambda value, step=step: self._record(item, ids, step, value, note),  # type: ignore[misc]
            )
            if sent.reaction is not None:
                break
        return sent

    def _record(
        self, item: Item, ids: Mapping[str, str], step: Step, answer: Any, note: str
    ) -> RequestRecord:
        record = record_of(step, answer, note=note)
        owner = BY_SLUG[item.delivery.resource].owner
        named = {f"{owner.to}_id": ids[owner.to]} if owner and owner.to in ids else {}
        return replace(record, kept={**record.kept, **named})
