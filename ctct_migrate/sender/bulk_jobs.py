"""Bulk jobs on a server: whether one was begun whose answer was lost, and what became of one.

No key leads to a job.  So the jobs that the account has are written down before one is begun; if the
answer is lost, those that are new since, of the same type and with as many contacts, are looked at.
One such job is ours; none means that it was not begun; of several nobody can tell.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable, Mapping
from enum import StrEnum
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sender.calling import Refused
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.ledger import LedgerRequest
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.targets.bulk_activity import BulkActivity, BulkJobs
from ctct_migrate.targets.replies import Call, Expected

#: Seconds by which the server's clock may differ from ours.
_SKEW = 86_400.0

#: Seconds of the longest pause between two looks at a job.
_LONGEST = 60.0

#: The name under which the ledger keeps the jobs that were there before one was begun.
LISTED = "listed"

Record = Mapping[str, Any]


class Sighting(StrEnum):
    """What the server shows of a job that may have been begun."""

    OURS = "ours"  #: it was begun
    ABSENT = "absent"  #: it was not
    UNCLEAR = "unclear"  #: nobody can tell
    RUNNING = "running"  #: a job that may be ours has not come to its end, and cannot be told yet


@dataclass(frozen=True, slots=True)
class Sighted:
    """What was seen, the job's id if it is ours, and why nothing can be told if so."""

    sighting: Sighting
    id: str = ""
    words: str = ""


class JobReader:
    """Asks one server about the jobs of one activity."""

    def __init__(self, parts: RunParts, activity: BulkActivity, jobs: BulkJobs):
        self._parts, self._activity, self._jobs = parts, activity, jobs

    def id_of(self, job: Record) -> str:
        """A job's id."""
        return str(job[self._jobs.id])

    def has_ended(self, job: Record) -> bool:
        """Whether a job has come to its end."""
        return self._jobs.is_complete(job) or self.has_failed(job)

    def has_failed(self, job: Record) -> bool:
        """Whether a job gave up."""
        return self._jobs.has_failed(job)

    async def listed(self) -> list[Record]:
        """The account's newest jobs of the type.  Raises Stopped or Refused."""
        jobs, wanted = self._jobs, self._activity.type
        expected = Expected(not jobs.rows, jobs.answered, jobs.rows)
        call = Call.of("GET", jobs.listing, {}, expected)
        answer = await self._parts.caller.ask(call, jobs.query_of(wanted) or None)
        rows: list[Record] = at(answer, jobs.rows)
        return [each for each in rows if not jobs.type or each[jobs.type] == wanted]

    async def read(self, number: str) -> Record | None:
        """A job; None if the account does not know it (any more).  Raises Stopped or Refused."""
        call = Call.of("GET", self._jobs.item, {"id": number}, Expected(names=self._jobs.answered))
        try:
            found: Record = await self._parts.caller.ask(call)
        except Refused as refused:
            if refused.is_not_found:
                return None
            raise
        return found

    async def ends(
        self, numbers: Iterable[str], until: float
    ) -> AsyncIterator[tuple[str, Record | None]]:
        """The jobs of those ids, each as soon as it has ended, or with None if it is not known.  They
        are asked about with growing pauses, at least once, until `until` (monotonic seconds).  Raises
        Stopped or Refused."""
        waiting = list(dict.fromkeys(numbers))
        pause = self._parts.settings.poll
        while waiting:
            for number in list(waiting):
                job = await self.read(number)
                if job is None or self.has_ended(job):
                    waiting.remove(number)
                    yield number, job
            left = until - time.monotonic()
            if left <= 0 or not waiting:
                return
            await self._parts.gate.pause(min(pause, left))
            pause = min(2 * pause, _LONGEST)

    async def sighted(self, request: LedgerRequest, contacts: int, until: float) -> Sighted:
        """What the server shows of a request about so many contacts, whose answer was lost.  Raises
        Stopped or Refused."""
        await self._parts.finder.settled(request)
        started = request.started or 0.0
        before = set(self._parts.ledger.parameters(request.id).get(LISTED, "").split())
        known = self._parts.ledger.known_jobs() | before
        listed = await self.listed()
        new = [
            self.id_of(each)
            for each in listed
            if self.id_of(each) not in known and self._created(each) >= started - _SKEW
        ]
        ended = {number: job async for number, job in self.ends(new, until)}
        fitting = [
            number
            for number, job in ended.items()
            if job is not None and contacts in self._counts(job)
        ]
        if len(ended) < len(new):
            words = f"{self._activity.type} {next(n for n in new if n not in ended)} is under way"
            return Sighted(Sighting.RUNNING, words=words)
        if len(fitting) == 1:
            return Sighted(Sighting.OURS, fitting[0])
        if fitting:
            words = f"{', '.join(fitting)} have {contacts:,} contacts each"
            return Sighted(Sighting.UNCLEAR, fitting[-1], words)
        reaches_back = len(listed) < self._jobs.listed or any(
            self.id_of(each) in before for each in listed
        )
        return self._none(started, reaches_back)

    def _none(self, started: float, reaches_back: bool) -> Sighted:
        """No job fits: it was not begun, unless it may have gone from the list."""
        days = self._jobs.kept_days
        if time.time() - started > (days - 1) * 86_400.0:
            return Sighted(Sighting.UNCLEAR, words=f"jobs are listed for {days} days")
        if not reaches_back:
            return Sighted(Sighting.UNCLEAR, words=f"only {self._jobs.listed} jobs are listed")
        return Sighted(Sighting.ABSENT)

    def _created(self, job: Record) -> float:
        moment = instant(job.get(self._jobs.created))
        return time.time() if moment is None else moment.timestamp()

    def _counts(self, job: Record) -> frozenset[int]:
        """How many contacts a job may have been about: whether those with errors count is stated
        nowhere.  Numbers may be texts."""
        contacts, errors = (
            int(value) if (value := str(at(job, pointer) or 0)).isascii() and value.isdigit() else 0
            for pointer in (self._jobs.contacts, self._jobs.error_count)
        )
        return frozenset({contacts, contacts + errors})
