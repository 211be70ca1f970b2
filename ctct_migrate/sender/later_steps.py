"""The steps of a creation after its first one.

How far a creation has come stands in the ledger: a run that was killed goes on with the step that is
open, and what became of a step whose answer was lost is found out in that step's own way before it
is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from ctct_migrate.sender.calling import Change, Refused, pause_before
from ctct_migrate.sender.finding import ADOPTED, Likeness
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import changed_since, failure, known_failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.step_calls import (
    differing,
    expected_of,
    path_ids,
    read_back,
    record_of,
    shows,
)
from ctct_migrate.targets import account_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Failure, Reaction
from ctct_migrate.targets.target import Recovery, Step

#: Methods of which a second call with the same body leaves what the first left (RFC 9110, 9.2.2; a
#: PATCH here replaces what it names).
_REPEATABLE = frozenset({"PUT", "PATCH", "DELETE"})


class Presence(StrEnum):
    """What the server shows of a step that may have been carried out."""

    WRITTEN = "written"  #: it was
    ABSENT = "absent"  #: it was not, or may be repeated
    UNKNOWN = "unknown"  #: it cannot be told; the request is settled as in doubt


class LaterSteps:
    """Carries out what comes after the first step."""

    def __init__(self, parts: RunParts):
        self._parts = parts
        self._ledger, self._settling = parts.ledger, parts.settling

    async def send(self, item: Item, within: Mapping[str, str]) -> None:
        """Carry out the steps that are still open; the request is settled then.  Raises Stopped."""
        steps = item.delivery.create
        done = self._ledger.done_parts(item.request)
        for step in steps[1:]:
            if step.name in done:
                # The run may have ended before it was confirmed.
                is_open = step.confirmed and step is steps[-1]
                if not is_open or await self._is_confirmed(item, step, within, again=True):
                    continue
            if not await self._is_carried_out(item, step, within, is_last=step is steps[-1]):
                return
        request = self._ledger.request(item.request)
        is_recorded = request.state is State.DONE
        self._settling.done(
            item, None if is_recorded else RequestRecord(note=_kept_note(request.record))
        )

    async def _is_confirmed(
        self, item: Item, step: Step, within: Mapping[str, str], *, again: bool = False
    ) -> bool:
        """Whether the server shows what a step wrote; otherwise the request is settled, or, with
        `again`, the step is to be taken once more."""
        delivery, body = item.delivery, self._ledger.body(item.request)
        ids = path_ids(delivery, body, within, self._ledger.request(item.request).record)
        try:
            answer = await read_back(self._parts.caller, step, ids)
        except Refused as refused:
            self._settling.refused(item, refused.outcome)
            return False
        if pointers := differing(delivery, step, body, answer):
            if not (again and step.method in _REPEATABLE):
                words = f"it differs in {', '.join(pointers)}"
                said = failure(account_rules.NOT_STORED, pointers[0], words)
                self._settling.fail(item, State.BLOCKED, [said])
            return False
        for other in delivery.create:
            if other is not step and other.reads == step.reads:
                for pointer in differing(delivery, other, body, answer):
                    self._settling.note(item, failure(account_rules.STORED_OTHERWISE, pointer))
        return True

    async def _is_carried_out(
        self, item: Item, step: Step, within: Mapping[str, str], *, is_last: bool
    ) -> bool:
        """Whether the server has the step; otherwise the request is settled."""
        request = self._ledger.request(item.request)
        tried = any(each.step == step.name for each in self._ledger.attempts(item.request))
        if request.state is State.IN_DOUBT or (tried and step.recovery is Recovery.READ):
            traced = await self._traced(item, step, within, is_last, [known_failure(request)])
            if traced is not Presence.ABSENT:
                return traced is Presence.WRITTEN
            self._ledger.replan(item.request, item.fresh)
        for tries in range(1, self._parts.settings.tries + 1):
            body = self._parts.resolver.body(item)
            if body is None:
                return False
            record = self._ledger.request(item.request).record
            note = _kept_note(record)
            if step.sends(body) is None and step.method != "DELETE":
                self._reach(item, step, is_last, RequestRecord(note=note))
                return True
            sent = await self._parts.caller.change(
                Change(
                    item.request,
                    step,
                    body,
                    path_ids(item.delivery, body, within, record),
                    self._ledger.parameters(item.request),
                    expected_of(step),
                    of_several=True,
                    is_last=is_last and not step.confirmed,
                ),
                lambda value, body=body: shows(item.delivery, step, body, value),  # type: ignore[misc]
                lambda value, note=note: record_of(step, value, note=note),  # type: ignore[misc]
            )
            if sent.reaction is None:
                return not step.confirmed or await self._is_confirmed(item, step, within)
            is_refused = sent.reaction is not Reaction.ASK
            # What is refused may be there already, by an earlier try that arrived late.
            is_first = not tried and tries == 1
            if is_refused and (is_first or step.recovery is Recovery.NEVER):
                self._settling.refused(item, sent.outcome)
                return False
            traced = await self._traced(item, step, within, is_last, sent.outcome.failures)
            if traced is not Presence.ABSENT:
                return traced is Presence.WRITTEN
            if is_refused:
                self._settling.refused(item, sent.outcome)
                return False
            self._ledger.replan(item.request)
            await self._parts.gate.pause(pause_before(tries))
        self._settling.fail(item, State.BLOCKED, sent.outcome.failures)
        return False

    def _reach(self, item: Item, step: Step, is_last: bool, record: RequestRecord) -> None:
        state = State.DONE if is_last else State.PLANNED
        self._ledger.reach(item.request, step.name, state, record)

    async def _traced(
        self,
        item: Item,
        step: Step,
        within: Mapping[str, str],
        is_last: bool,
        failures: Sequence[Failure],
    ) -> Presence:
        """What the server shows of a step that was sent; what was written is recorded."""
        if step.recovery is Recovery.NEVER:
            return self._in_doubt(item, failures)
        request = self._ledger.request(item.request)
        body = self._ledger.body(item.request)  # as it was sent
        ids = path_ids(item.delivery, body, within, request.record)
        try:
            if step.recovery is Recovery.KEY:
                finding = await self._parts.finder.created(
                    item.delivery, request, body, ids, step=step
                )
                answer, pointers = finding.record, list(finding.pointers)
                written = finding.likeness is Likeness.OURS
                absent = finding.likeness in (Likeness.ABSENT, Likeness.OTHER)
            else:
                await self._parts.finder.settled(request)
                answer = await read_back(self._parts.caller, step, ids)
                pointers = differing(item.delivery, step, body, answer)
                nothing = answer is None or answer in ([], {})
                written = nothing if step.method == "DELETE" else not nothing and not pointers
                absent = nothing or step.method in _REPEATABLE
        except Refused as refused:
            return self._in_doubt(item, refused.outcome.failures)
        if written:
            self._reach(item, step, is_last, record_of(step, answer, note=request.record.note))
            if item.fresh is not None:
                self._settling.note(item, changed_since(item, request.record.target_id))
            return Presence.WRITTEN
        if absent:
            return Presence.ABSENT
        words = f"the server has something else, which differs in {', '.join(pointers)}"
        return self._in_doubt(item, [failure(catalogue.DOUBT_DIFFERS, pointers[0], words)])

    def _in_doubt(self, item: Item, failures: Sequence[Failure]) -> Presence:
        self._settling.fail(item, State.IN_DOUBT, failures)
        return Presence.UNKNOWN


def _kept_note(record: RequestRecord) -> str:
    """The note that a request keeps until its last step: how its first one came to be done."""
    return record.note if record.note == ADOPTED else ""
