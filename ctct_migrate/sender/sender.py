"""`Sender`: submits payloads to a target, each exactly once.

Puts the parts of this package together; see `plan`, `execution`, `delivering`, `finding` and
`calling` for what they do, and `docs/explanation/exactly-once.md` for what is promised.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Self

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.payload import Payload
from ctct_migrate.sender.calling import Caller
from ctct_migrate.sender.deeds import Deed, deed_of
from ctct_migrate.sender.events import Listener, nobody
from ctct_migrate.sender.execution import Run
from ctct_migrate.sender.ledger import Ledger, LedgerRequest, RequestKind, State
from ctct_migrate.sender.pacing import Pacing, workers
from ctct_migrate.sender.placing import diagnostics
from ctct_migrate.sender.plan import Item, Repeated, SendPlan, Submission
from ctct_migrate.sender.planning import Planner
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.stopping import Gate, Stop
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.client import Client, checked_base_url
from ctct_migrate.targets.credentials import Credentials

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document.

    request      as the ledger has it: its document, state, id in the target, schedule
    diagnostics  what is to be said about it, at its places in the document
    is_earlier   whether it came to its state in an earlier run, and nothing was done in this one
    """

    request: LedgerRequest
    diagnostics: tuple[Diagnostic, ...] = ()
    is_earlier: bool = False

    @property
    def state(self) -> State:
        """Where the request stands."""
        return self.request.state

    @property
    def target_id(self) -> str | None:
        """Id of what the server has."""
        return self.request.record.target_id

    @property
    def kept(self) -> Mapping[str, str]:
        """What else of the server's answer is kept, by name: `scheduled_date`, `campaign_id`."""
        return self.request.record.kept


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of a run.

    results   one for each document, in the order they were given
    stop      why the run ended before its end, or None
    repeated  one for each document that is the same as one of the others, found at another place:
              the request of that one, and what is to be said about this one
    calls     how many calls were made
    """

    results: tuple[Result, ...]
    stop: Stop | None = None
    repeated: tuple[Result, ...] = ()
    calls: int = 0

    @property
    def in_this_run(self) -> tuple[Result, ...]:
        """Those that something was done about, or was to be done about, in this run."""
        return tuple(result for result in self.results if not result.is_earlier)

    def counts(self, *, earlier: bool = False) -> dict[tuple[str, RequestKind, State], int]:
        """How many requests of each resource (by slug) and kind came to each state: in this run,
        or (`earlier`) in runs before it."""
        found = (result.request for result in self.results if result.is_earlier is earlier)
        return dict(Counter((each.document.resource, each.kind, each.state) for each in found))

    def deeds(self, *, earlier: bool = False) -> dict[tuple[str, Deed], int]:
        """What was really done, by resource (slug): how many were created, found, replaced …"""
        done = (
            each.request
            for each in self.results
            if each.is_earlier is earlier and each.state is State.DONE
        )
        return dict(Counter((each.document.resource, deed_of(each)) for each in done))

    @property
    def is_done(self) -> bool:
        """Whether the server has everything (or it was skipped by choice)."""
        return self.stop is None and all(
            result.state in (State.DONE, State.SKIPPED) for result in self.results
        )


class SendStopped(Exception):
    """The payload was not sent, since the sender was stopped before; `stop` says why.  Nothing is
    lost: the ledger has it as planned."""

    def __init__(self, stop: Stop):
        why = f" ({stop.failure.rule.summary})" if stop.failure else ""
        super().__init__(f"{stop.reason}{why}")
        self.stop = stop


class Sender:
    """Submits payloads to one server, from one ledger.

    An async context manager, to be used in one event loop:

    >>> async def create(payload):
    ...     async with Sender(BASE_URL, Credentials.from_environment(), ledger="x.ledger") as sender:
    ...         result = await sender.send(payload)
    ...         return result.target_id

    base_url     raises `BaseUrlError` unless https, or http to a loopback host
    ledger       the SQLite file; entering the context raises `LedgerError` when it is in use by
                 another process or cannot be written
    settings     `Settings`
    tell         is called with every `Event`, in the event loop
    """

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        ledger: str | PathLike[str],
        settings: Settings | None = None,
        tell: Listener = nobody,
    ):
        self.base_url = checked_base_url(base_url)
        self.settings = settings or Settings()
        self._credentials, self._path, self._tell = credentials, Path(ledger), tell
        self._locks: dict[int, asyncio.Lock] = {}
        self._open: _Open | None = None

    def __repr__(self) -> str:
        return f"Sender({self.base_url!r}, ledger={str(self._path)!r})"

    async def __aenter__(self) -> Self:
        ledger = Ledger.open(self._path, self.base_url, target=self.settings.target)
        try:
            settings = self.settings
            if account := self._credentials.account:
                ledger.bind_account(account, self._credentials.owner)
            connections = workers(settings.calls_per_second)
            client = Client(
                self.base_url,
                self._credentials,
                timeout=settings.timeout,
                connections=connections,
                answers=TARGETS[settings.target].answers,
            )
            key = self._credentials.key_hash(ledger.salt)
            gate = Gate()
            earlier = ledger.calls_since(key, time.time() - _DAY)
            pacing = Pacing(settings.calls_per_second, settings.calls_per_day, earlier, gate.pause)
            caller = Caller(client, ledger, pacing, gate, settings, key, self._tell)
            run = Run(ledger, caller, gate, settings, self._tell)
            await client.__aenter__()
        except BaseException:
            ledger.close()
            raise
        self._open = _Open(ledger, client, caller, gate, pacing, run, Planner(ledger, settings))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None = None,
        error: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        opened, self._open = self._opened, None
        try:
            await opened.client.__aexit__()
        finally:
            opened.ledger.close()

    @property
    def _opened(self) -> _Open:
        if self._open is None:
            raise RuntimeError("a Sender is to be used inside `async with`")
        return self._open

    async def send(self, payload: Payload, *, sha256: str = "") -> Result:
        """Send one payload and wait for what becomes of it; several at a time may be sent from
        several tasks.  A payload that was sent before, in this run or an earlier one, is not sent
        again, and its result is that of then.  Raises SendStopped, and LedgerError when the
        ledger cannot be written any more."""
        opened = self._opened
        submission = Submission(payload, sha256)
        item = _only(opened.planner.plan([submission]))
        async with self._locks.setdefault(item.request, asyncio.Lock()):
            plan = opened.planner.plan([submission])
            await opened.run.go(plan)
            result = self._result(_only(plan), bool(plan.settled))
        stop = opened.gate.stopped
        if stop is not None and result.state in (State.PLANNED, State.IN_DOUBT):
            raise SendStopped(stop)
        return result

    async def send_all(self, submissions: Iterable[Submission]) -> SendReport:
        """Send many payloads, several at a time; all are read before the first is sent.  A
        document waits for those that it refers to.  Raises LedgerError when the ledger cannot be
        written any more."""
        opened = self._opened
        plan = opened.planner.plan(submissions)
        before = opened.caller.calls
        await opened.run.go(plan)
        earlier = {item.request for item in plan.settled}
        items = sorted((*plan.items, *plan.settled), key=lambda item: plan.order[item.request])
        return SendReport(
            tuple(self._result(item, item.request in earlier) for item in items),
            opened.gate.stopped,
            tuple(self._repeated(each) for each in plan.repeated),
            opened.caller.calls - before,
        )

    def stop(self, reason: str) -> None:
        """End in order: calls under way come to their end, nothing new begins."""
        self._opened.gate.stop(Stop(reason))

    def plan(self, submissions: Iterable[Submission]) -> SendPlan:
        """What `send_all` would do.  The documents are entered into the ledger."""
        return self._opened.planner.plan(submissions)

    def _result(self, item: Item, is_earlier: bool = False) -> Result:
        opened = self._opened
        request = opened.ledger.request(item.request)
        failures = opened.run.settling.shown.pop(item.request, [])
        body = opened.ledger.body(item.request) if failures else {}
        return Result(request, diagnostics(item.origin, failures, body), is_earlier)

    def _repeated(self, repeated: Repeated) -> Result:
        request = self._opened.ledger.request(repeated.request)
        return Result(request, diagnostics(repeated.origin, [repeated.failure], {}), True)


@dataclass(frozen=True, slots=True)
class _Open:
    """What a sender has while its context is entered."""

    ledger: Ledger
    client: Client
    caller: Caller
    gate: Gate
    pacing: Pacing
    run: Run
    planner: Planner


def _only(plan: SendPlan) -> Item:
    return (*plan.items, *plan.settled)[0]
