"""Taking away what keeps a resource from being changed, and putting it back afterwards: the schedule
of a campaign that is scheduled.

Its moment stands in the ledger before it is taken away, and as long as it is not back: a run that is
killed in between puts it back when it goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.late_dataclass import replace
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.account import expected_listing
from ctct_migrate.sender.calling import Change, Refused, pause_before
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.staging import Readiness, stage_of
from ctct_migrate.sender.step_calls import is_gone
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.account_facts import Suspension
from ctct_migrate.targets.replies import Call, Failure, Reaction
from ctct_migrate.targets.target import Delivery, Step

#: The name under which the ledger keeps the moment of what was taken away.
SUSPENDED = "suspended"

#: What is due within this time is left alone.
_DUE = timedelta(minutes=5)

#: A moment that is this close is past by the time it arrives.
_CLOSE = timedelta(seconds=5)


class Suspending:
    """What is taken away of one resource, whose ids stand in `ids`."""

    def __init__(
        self,
        parts: RunParts,
        item: Item,
        suspension: Suspension,
        ids: Mapping[str, str],
        body: Mapping[str, Any],
    ):
        self._parts, self._item, self._suspension = parts, item, suspension
        self._ids = {**ids, item.resource: ids["id"]}
        self._body = dict(body)
        other = parts.settings.delivery(suspension.resource)
        assert other is not None, "the target has a place for what is suspended"
        self._other: Delivery = other

    @property
    def moment(self) -> str:
        """The moment of what was taken away and is not back yet; empty for none."""
        return self._parts.ledger.request(self._item.request).record.kept.get(SUSPENDED, "")

    async def take_away(self) -> Failure | None:
        """Take it away, once the ledger has its moment; why that cannot be, or None.  Whether it is
        gone has to be looked at afterwards.  Raises Stopped or Refused."""
        there = await self._there()
        found = None if there is None else at(there, self._other.future)
        moment = instant(found)
        noun = self._other.noun
        if moment is None:
            return failure(
                self._item.delivery.not_editable or catalogue.REFUSED, None,
                f"it is {self._suspension.state}, and its {noun} cannot be read",
            )  # fmt: skip
        if moment <= datetime.now(UTC) + _DUE:
            return failure(
                self._item.delivery.not_editable or catalogue.REFUSED, None,
                f"it is {self._suspension.state} for {found}, which is too close",
            )  # fmt: skip
        self._keep(str(found))
        step = next(each for each in self._other.update if each.method == "DELETE")
        sent = await self._send(replace(step, name=f"suspend {noun}"), None)
        if sent is None:
            return None
        if (
            sent.reaction is Reaction.ASK
        ):  # it may still arrive, and must not take away what is put back
            await self._parts.finder.settled(self._parts.ledger.request(self._item.request))
            return None
        self._keep("")  # what was refused is where it was
        return sent

    async def put_back(self) -> Failure | None:
        """Put it back, if it is not back yet; why that cannot be, or None.  Raises Stopped."""
        moment = self.moment
        if not moment:
            return None
        step = next(each for each in self._other.create if each.method == "POST")
        value = with_value({}, self._other.future, moment)
        last: Failure | None = None
        for tries in range(1, self._parts.settings.tries + 1):
            try:
                there = await self._there()
                if there is not None:
                    break  # ours, or somebody's who has put another in its place
                found = await self._unready(moment)
            except Refused as refused:
                found = refused.outcome.failures[0]
            if found is not None:
                return self._lost(moment, found)
            last = await self._send(replace(step, name=f"resume {self._other.noun}"), value)
            if last is None:
                break
            if last.reaction is not Reaction.ASK:
                return self._lost(moment, last)
            await self._parts.finder.settled(self._parts.ledger.request(self._item.request))
            await self._parts.gate.pause(pause_before(tries))
        else:
            return self._lost(moment, last)
        self._keep("")
        return None

    async def _unready(self, moment: str) -> Failure | None:
        """Why it must not be put back; None for nothing.  Raises Stopped or Refused."""
        due = instant(moment)
        if due is None or due <= datetime.now(UTC) + _CLOSE:
            return failure(self._suspension.rule, None, "that has passed")
        stage = self._other.stage
        if stage is None:
            return None
        read = await stage_of(self._parts.caller, self._other, stage, self._ids, moment)
        return None if read.readiness is Readiness.OPEN else read.failure

    def _lost(self, moment: str, why: Failure | None) -> Failure:
        noun = BY_SLUG[self._suspension.resource].noun
        words = f"the {noun} was for {moment}"
        words += f": {why.words or why.rule.summary}" if why is not None else ""
        return failure(self._suspension.rule, self._item.delivery.key or None, words)

    async def _there(self) -> dict[str, Any] | None:
        collection = self._other.collection
        assert collection is not None, "what is suspended is listed"
        call = Call.of("GET", collection.path, self._ids, expected_listing(collection, ()))
        rows = await self._parts.caller.pages(call, collection, collection.query)
        return rows[0] if rows else None

    async def _send(self, step: Step, value: Any) -> Failure | None:
        """Send a step of the other delivery in the name of this request; None when it is done.
        Raises Stopped."""
        sent = await self._parts.caller.change(
            Change(
                self._item.request, step, self._body, self._ids, {}, None,
                is_last=False, instead=value,
            ),
            lambda answer: True,
            lambda answer: RequestRecord(),
        )  # fmt: skip
        is_done = sent.reaction is None or is_gone(step, sent)
        return None if is_done else sent.outcome.failures[0]

    def _keep(self, moment: str) -> None:
        record = RequestRecord(kept={SUSPENDED: moment})
        self._parts.ledger.settle(self._item.request, State.PLANNED, record)
