"""Making calls: paced, counted, recorded before a byte goes out, and read afterwards.

The one place where a `Reaction` that concerns the call itself is carried out: to wait and call
again, or to stop the run.  What a refusal means for a document is left to `delivering`.

Own loops, though tenacity is well kept: what is called again here is decided by whether a byte
went out and by what the server said, each round is recorded in the ledger and takes its turn with
the pace, and a wait must end when the run is stopped.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sender.events import Called, Listener, Waiting
from ctct_migrate.sender.ledger import Ledger, RequestRecord, State
from ctct_migrate.sender.pacing import DayUsedUp, Pacing, Slot
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.stopping import Gate, Stop, Stopped
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.client import Client
from ctct_migrate.targets.replies import (
    Call,
    CallOutcome,
    Expected,
    Failure,
    Reaction,
    nonsense,
)
from ctct_migrate.targets.target import Collection, Step

#: Failures of the server or of the way to it, one after the other, at which a run is stopped.
_TROUBLE = 20

#: Seconds of the first pause before a call is made again; it doubles, up to the second number.
_PAUSE, _LONGEST = 1.0, 60.0

#: What stands in the way of looking, and not of sending.
_FORBIDDEN = (catalogue.SCOPE_MISSING, catalogue.FORBIDDEN, catalogue.WRONG_BASE)

#: Seconds after midnight, UTC, that a day is taken to have begun.
_MORNING = 60


#: HTTP status of what is not there.
_NOT_FOUND = 404


class Refused(Exception):
    """The server refused a call for reasons of this document."""

    def __init__(self, outcome: CallOutcome):
        super().__init__("the server refused the call")
        self.outcome = outcome

    @property
    def is_not_found(self) -> bool:
        """Whether the server has nothing at that place."""
        return any(each.status == _NOT_FOUND for each in self.outcome.failures[:1])


@dataclass(frozen=True, slots=True)
class Change:
    """A step that is to be sent.

    request     its number in the ledger
    step        of the delivery
    body        the whole body, of which the step sends a part
    ids         what stands in the step's path, by name
    parameters  what belongs to the request and not to the body, by name
    expected    what a right answer is; None for any JSON
    of_several  whether the delivery has other steps
    is_last     whether the request is done with this one
    instead     what is sent, where that is no part of the body; None: the step's part
    """

    request: int
    step: Step
    body: dict[str, Any]
    ids: Mapping[str, str]
    parameters: Mapping[str, str]
    expected: Expected | None
    of_several: bool = False
    is_last: bool = True
    instead: Any = None

    @property
    def call(self) -> Call:
        """Method and path."""
        return Call.of(self.step.method, self.step.path, self.ids, self.expected)

    @property
    def part(self) -> Any:
        """What is sent; None for nothing."""
        if self.step.method == "DELETE":
            return None
        return self.step.sends(self.body) if self.instead is None else self.instead


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of a change that was sent once, or refused.

    value   the server's answer; None unless it is done
    outcome its failures, if it has any
    """

    value: Any
    outcome: CallOutcome

    @property
    def reaction(self) -> Reaction | None:
        """None when it is done."""
        return self.outcome.reaction


class Caller:
    """Makes the calls of one run."""

    def __init__(
        self,
        client: Client,
        ledger: Ledger,
        pacing: Pacing,
        gate: Gate,
        settings: Settings,
        key: str,
        tell: Listener,
    ):
        self._client, self._ledger, self._pacing = client, ledger, pacing
        self._gate, self._settings, self._key, self._tell = gate, settings, key, tell
        self._trouble = 0
        self._used_up = 0
        self._was_reached = False
        #: How many calls were made.
        self.calls = 0

    async def scopes(self) -> frozenset[str] | None:
        """The scopes that the token says it was granted; None where it does not say."""
        return await self._client.scopes()

    async def ask(
        self, call: Call, query: Mapping[str, str] | None = None, *, optional: bool = False
    ) -> Any:
        """The answer to a call that changes nothing, made again while the server fails.  Raises
        Refused or Stopped.  What is `optional` and forbidden is Refused, and does not stop the
        run."""
        tries = 0
        while True:
            slot = await self._slot()
            try:
                self._ledger.count_call(self._key, time.time())
                outcome = await self._call(slot, call, None, query)
            finally:
                slot.sent()
            reaction = outcome.reaction
            if reaction is None:
                return outcome.value
            if reaction is Reaction.AGAIN:
                tries += 1
                await self._again(outcome.failures[0], tries)
            elif (optional and worst(outcome).rule in _FORBIDDEN) or not await self._waited(
                outcome
            ):
                raise Refused(outcome)

    async def pages(
        self,
        call: Call,
        collection: Collection,
        query: Mapping[str, str],
        *,
        optional: bool = False,
    ) -> list[dict[str, Any]]:
        """The rows of all pages of a listing.  Raises Refused or Stopped, as `ask` does; a next
        page on another host stops the run."""
        rows: list[dict[str, Any]] = []
        async for page in self.each_page(call, collection, query, optional=optional):
            rows += page
        return rows

    async def each_page(
        self,
        call: Call,
        collection: Collection,
        query: Mapping[str, str],
        *,
        optional: bool = False,
    ) -> AsyncIterator[list[dict[str, Any]]]:
        """The rows of each page, as it comes: for listings that may be too long for memory.  Raises what
        `pages` raises."""
        while True:
            page = await self.ask(call, query, optional=optional)
            yield at(page, collection.rows)
            link = at(page, collection.next) if collection.next else None
            if not link:
                return
            target = self._client.next_page(str(link))
            if target is None:
                failure = Failure(
                    catalogue.REDIRECT_REFUSED, Reaction.STOP, words=collection.next.split("/")[-1]
                )
                self._stop(Stop("the next page is on another host", failure))
            else:
                call = Call("GET", target[0], call.expected, call.is_fixed)
                query = target[1]

    async def change(
        self,
        change: Change,
        is_ours: Callable[[Any], bool],
        record: Callable[[Any], RequestRecord],
    ) -> Sent:
        """Send a step of a request, once.  It is called again only after answers which say that
        nothing was done.  In the ledger the request is done (with `record` of the answer), or
        planned with this step done, or in doubt, or planned as before; a refusal is left for
        the caller to record.  `is_ours` says whether a successful answer is about what was sent.
        Raises Stopped."""
        tries = 0
        request, call, name = change.request, change.call, change.step.name
        query = change.step.query_of(change.parameters) or None
        reached = State.DONE if change.is_last else State.PLANNED
        while True:
            slot = await self._slot()
            try:
                attempt = self._ledger.begin(
                    request, self._key, call.method, call.path,
                    started=time.time(), body=change.body, step=name,
                )  # fmt: skip
                outcome = await self._call(slot, call, change.part, query)
            finally:
                slot.sent()
            if not outcome.failures and not is_ours(outcome.value):
                said = nonsense(call, "the answer is about something else")
                outcome = CallOutcome(failures=(said,))
            if outcome.reaction is None:
                done = record(outcome.value)
                marked = name if change.of_several else ""
                self._ledger.finish(attempt, request, reached, done, outcome="ok", done=marked)
                return Sent(outcome.value, outcome)
            failure = worst(outcome)
            state = State.IN_DOUBT if outcome.reaction is Reaction.ASK else State.PLANNED
            self._ledger.finish(attempt, request, state, failed(failure), outcome=failure.rule.code)
            if outcome.reaction is Reaction.AGAIN:
                tries += 1
                await self._again(failure, tries)
            elif not await self._waited(outcome):
                if outcome.reaction is Reaction.ASK:
                    self._note_trouble(failure)
                return Sent(None, outcome)

    async def _slot(self) -> Slot:
        while True:
            self._gate.check()
            # Before the call is recorded as begun: who is killed while a token is renewed has then
            # nothing in doubt.
            await self._client.ready()
            try:
                slot = await self._pacing.slot()
            except DayUsedUp as used_up:
                await self._next_day(used_up.until, None)
                continue
            if self._gate.stopped is not None:
                slot.sent()
                self._gate.check()
            return slot

    async def _call(
        self, slot: Slot, call: Call, body: Any, query: Mapping[str, str] | None
    ) -> CallOutcome:
        self.calls += 1
        began = time.monotonic()
        outcome = await self._client.call(call, body=body, query=query, on_sent=slot.sent)
        seconds = time.monotonic() - began
        if not outcome.failures or worst(outcome).rule is not catalogue.UNREACHABLE:
            self._was_reached = True
        if not outcome.failures:
            self._trouble = self._used_up = 0
            self._pacing.answered()
            self._tell(Called(call.method, call.path, None, "ok", seconds))
        else:
            failure = worst(outcome)
            self._tell(Called(call.method, call.path, failure.status, failure.rule.code, seconds))
        return outcome

    async def _waited(self, outcome: CallOutcome) -> bool:
        """Wait as long as the reaction says, or stop the run; whether the call is to be made again."""
        failure = worst(outcome)
        if outcome.reaction is Reaction.STOP:
            self._stop(Stop("no call can succeed", failure))
        if outcome.reaction is Reaction.AT_ONCE:
            return True
        if outcome.reaction is Reaction.SLOW_DOWN:
            self._pacing.slow_down(_delay(failure.retry_after))
            return True
        if outcome.reaction is Reaction.WAIT_FOR_DAY:
            self._used_up += 1
            await self._next_day(_day_begins(failure.retry_after, self._used_up), failure)
            return True
        return False

    async def _next_day(self, until: float, failure: Failure | None) -> None:
        if not self._settings.wait:
            self._stop(Stop("the day's calls are used up", failure, until))
        if failure is not None:
            self._pacing.hold_until(until)
        self._tell(Waiting("the day's calls are used up", until))
        while (left := until - time.time()) > 0:
            await self._gate.pause(min(left, 60.0))

    async def _again(self, failure: Failure, tries: int) -> None:
        if failure.rule is catalogue.UNREACHABLE and not self._was_reached:
            self._stop(Stop("the server cannot be reached", failure))  # nothing is under way
        self._note_trouble(failure)
        if tries >= self._settings.tries:
            self._stop(Stop("the server keeps failing", failure))
        told = _delay(failure.retry_after)
        await self._gate.pause(told if told is not None else pause_before(tries))

    def _note_trouble(self, failure: Failure) -> None:
        self._trouble += 1
        if self._trouble >= _TROUBLE:
            self._gate.stop(Stop("the server keeps failing", failure))

    def _stop(self, stop: Stop) -> None:
        self._gate.stop(stop)
        raise Stopped(self._gate.stopped or stop)


def worst(outcome: CallOutcome) -> Failure:
    """Of several failures the one whose reaction is carried out."""
    return next(f for f in outcome.failures if f.reaction is outcome.reaction)


def failed(failure: Failure, note: str = "") -> RequestRecord:
    """What the ledger keeps of a failure."""
    return RequestRecord(
        code=failure.rule.code, words=failure.words, pointer=failure.pointer,
        status=failure.status, note=note,
    )  # fmt: skip


def pause_before(tries: int) -> float:
    """Seconds to wait after so many tries."""
    return float(min(_PAUSE * 2 ** (tries - 1), _LONGEST))


def _delay(retry_after: float | None) -> float | None:
    """Retry-After as seconds from now."""
    if retry_after is None or retry_after < 10**9:
        return retry_after
    return max(0.0, retry_after - time.time())


def _day_begins(retry_after: float | None, told: int) -> float:
    """When to call again, in seconds since 1970, having been told `told` times in a row that the
    day is used up: as the server says, else at the next midnight in UTC (open in the reference),
    and, if the day does not begin there, after an hour, and another."""
    delay = _delay(retry_after)
    now = datetime.now(UTC)
    if delay is not None:
        return now.timestamp() + delay
    if told > 1:
        return (now + timedelta(hours=1)).timestamp()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight + timedelta(days=1, seconds=_MORNING)).timestamp()
