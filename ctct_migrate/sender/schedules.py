"""Sending one schedule: POST where the campaign has none, PUT where it has another, nothing where
it has the same.

A campaign has at most one schedule (reference, v1-atom, Schedule).  So what is there is fetched
first, unless the campaign has only just been created by this program, and a schedule in doubt
needs no other recovery than that.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from ctct_migrate.sender.calling import Caller, Refused, Sent, pause_before
from ctct_migrate.sender.campaigns import EQUAL
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.ledger import Ledger, RequestKind, RequestRecord, State
from ctct_migrate.sender.plan import Item, failure
from ctct_migrate.sender.recovery import LostAnswers
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.settling import Settling
from ctct_migrate.sender.stopping import Gate
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Call, CallOutcome, EndpointPattern, Failure, Reaction

#: Note in the ledger: the schedule's campaign was not sent by this program.
BY_NUMBER = "its campaign is none of this ledger: the v1 number was taken for the v2 id"

#: A schedule that is this close is past by the time it arrives.
_CLOSE = timedelta(seconds=5)


class Schedules:
    """Places schedules."""

    def __init__(
        self,
        ledger: Ledger,
        caller: Caller,
        recovery: LostAnswers,
        gate: Gate,
        settings: Settings,
        settling: Settling,
    ):
        self._ledger, self._caller, self._recovery = ledger, caller, recovery
        self._gate, self._settings, self._settling = gate, settings, settling
        #: Why no schedule can be placed, once that is known.
        self._forbidden: Failure | None = None

    async def send(self, item: Item) -> None:
        """Place a schedule.  Raises Stopped."""
        request = self._ledger.request(item.request)
        if request.state is State.IN_DOUBT:
            await self._recovery.settled(request)
            self._ledger.replan(item.request, *item.fresh)
        campaign = self._campaign(item)
        if campaign is None:
            return
        if self._forbidden is not None:
            self._settling.fail(item, State.BLOCKED, [self._forbidden], silent=True)
            return
        v2_id, fresh, note = campaign
        body = self._ledger.body(item.request)
        for tries in range(1, self._settings.tries + 1):
            there = None
            if not fresh or request.attempts or tries > 1:
                known, there = await self._there(item, v2_id)
                if not known:
                    return
            if there is not None and _same(there, body):
                self._settling.done(item, _record(v2_id, there, note or EQUAL))
                return
            if not self._is_ahead(item, body):
                return
            if there is not None and _same(there, body):  # it was moved before
                self._settling.done(item, _record(v2_id, there, note or EQUAL))
                return
            sent = await self._put(item, v2_id, body, there, note)
            if sent.reaction is None:
                self._settling.done(item)
                return
            if sent.reaction is not Reaction.ASK:
                self._refused(item, sent.outcome)
                return
            if not _taken(sent.outcome):
                await self._recovery.settled(self._ledger.request(item.request))
                await self._gate.pause(pause_before(tries))
        self._settling.fail(item, State.BLOCKED, sent.outcome.failures)

    def _campaign(self, item: Item) -> tuple[str, bool, str] | None:
        """The v2 id of the schedule's campaign, whether nobody can have scheduled it yet, and a
        note; None when there is no campaign to schedule, which is settled then."""
        number = item.number or ""
        about = self._ledger.about(number)
        known = [
            request
            for request in about
            if request.kind is not RequestKind.SCHEDULE
            and request.record.code != catalogue.NUMBER_TWICE.code  # the other one is meant
        ]
        if not known:
            return number, False, BY_NUMBER
        v2_id = self._ledger.campaign_id(number)
        last = max(known, key=lambda request: request.changed)
        if last.state is State.SKIPPED:
            self._settling.skip(item, f"its campaign was skipped: {last.record.note}")
            return None
        if v2_id is None or last.state is not State.DONE:
            words = f"{last.document.path} is {last.state}"
            missing = failure(catalogue.CAMPAIGN_MISSING, "/scheduled_date", words)
            self._settling.fail(item, State.BLOCKED, [missing])
            return None
        created = last.kind is RequestKind.CREATE and not last.record.note
        return v2_id, created, ""

    def _is_ahead(self, item: Item, body: dict[str, Any]) -> bool:
        """Whether the time is in the future; `body` is moved there if that is wished.  Looked at
        again before each call: a long run may have overtaken it."""
        moment = instant(body["scheduled_date"])
        now = datetime.now(UTC)
        if moment is None or moment > now + _CLOSE:
            return True
        wished = self._settings.reschedule_past
        if wished is not None and wished > now + _CLOSE:
            stamp = wished.astimezone(UTC).isoformat(timespec="milliseconds")
            body["scheduled_date"] = stamp.replace("+00:00", "Z")
            return True
        words = f"it is {now:%Y-%m-%d %H:%M} UTC now"
        passed = failure(catalogue.SCHEDULE_PAST, "/scheduled_date", words)
        self._settling.fail(item, State.BLOCKED, [passed])
        return False

    async def _there(self, item: Item, v2_id: str) -> tuple[bool, dict[str, Any] | None]:
        """Whether the server told, and the schedule that the campaign has, or None."""
        try:
            found = await self._caller.ask(Call.on("GET", EndpointPattern.SCHEDULES, v2_id))
        except Refused as refused:
            self._refused(item, refused.outcome)
            return False, None
        return True, (found[0] if found else None)

    async def _put(
        self,
        item: Item,
        v2_id: str,
        body: dict[str, Any],
        there: dict[str, Any] | None,
        note: str,
    ) -> Sent:
        call = (
            Call.on("POST", EndpointPattern.SCHEDULES, v2_id)
            if there is None
            else Call.on("PUT", EndpointPattern.SCHEDULE, v2_id, there["id"])
        )
        return await self._caller.change(
            item.request,
            call,
            body,
            lambda value: _same(value, body),
            lambda value: _record(v2_id, value, note),
        )

    def _refused(self, item: Item, outcome: CallOutcome) -> None:
        if outcome.reaction is Reaction.BLOCK_SCHEDULES:
            silent = self._forbidden is not None
            self._forbidden = self._forbidden or outcome.failures[0]
            self._settling.fail(item, State.BLOCKED, [self._forbidden], silent=silent)
        else:
            self._settling.fail(item, State.FAILED, outcome.failures)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return instant(one["scheduled_date"]) == instant(other["scheduled_date"])


def _record(v2_id: str, schedule: dict[str, Any], note: str) -> RequestRecord:
    return RequestRecord(
        v2_id=schedule["id"], campaign_id=v2_id, scheduled_date=schedule["scheduled_date"],
        note=note,
    )  # fmt: skip


def _taken(outcome: CallOutcome) -> bool:
    return any(f.rule is catalogue.SCHEDULE_TAKEN for f in outcome.failures)
