"""Sending many contacts by few requests: grouped by their lists, each request once, each contact
settled by what became of the request that it was part of.

A request about many stands in the ledger, with its members, before a byte of it goes out.  Its
members are in flight until its end is known, over kills and restarts; then they are done, or
failed with the server's words, or planned anew where it is certain that nothing was done.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import orjson

from ctct_migrate.bulk.bulk_rows import BulkRow, row_of, without
from ctct_migrate.bulk.grouping import BulkBody, Grouping
from ctct_migrate.late_dataclass import replace
from ctct_migrate.rules.conversion.bulk_rules import BULK_LEFT_OUT
from ctct_migrate.sender.bulk_jobs import LISTED, JobReader, Record, Sighted, Sighting
from ctct_migrate.sender.bulk_settling import BulkSettling
from ctct_migrate.sender.bulk_way import BulkWay
from ctct_migrate.sender.calling import Change, Refused, pause_before
from ctct_migrate.sender.comparison import differences
from ctct_migrate.sender.deeds import EQUAL
from ctct_migrate.sender.ledger import (
    Digests,
    LedgerDocument,
    LedgerRequest,
    RequestContent,
    RequestRecord,
    State,
)
from ctct_migrate.sender.ledger.digests import content_digest, exact_digest
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.settings import OnNameTaken, OnUnclear
from ctct_migrate.sender.step_calls import record_of
from ctct_migrate.sender.stopping import Stopped
from ctct_migrate.targets import TARGETS, import_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.bulk_activity import BulkActivity
from ctct_migrate.targets.replies import Call, Expected, Failure, Reaction
from ctct_migrate.targets.target import Delivery

#: The value of the query parameter that looks a key up.
_KEY = "{key}"

_UNSENT = RequestRecord(note="it was not begun; its contacts are planned anew")


class BulkSending:
    """Sends what is chosen to be sent by requests about many, and goes on with those of earlier
    runs."""

    def __init__(self, parts: RunParts):
        self._parts, self._ledger, self._settings = parts, parts.ledger, parts.settings
        self._lock = asyncio.Lock()
        self._way = BulkWay.of(parts.settings)
        self._settling = BulkSettling(parts, self._way)
        #: Why no request can be begun: nobody could tell it from one that is in doubt.
        self._unclear: Failure | None = None

    async def resume(self, items: Sequence[Item]) -> list[Item]:
        """Find out what became of the requests of earlier runs; the items that are still to be sent.
        Raises Stopped."""
        if self._way is None:
            return list(items)
        async with self._lock:
            jobs = self._ledger.open_jobs()
            if not jobs:
                return list(items)
            by_request = {item.request: item for item in items}
            concerned = {member for job in jobs for member in self._ledger.members(job.id)}
            self._unclear = None
            await self._finish(self._way, jobs, by_request)
        return [each for item in items if (each := self._left(item, concerned)) is not None]

    def _left(self, item: Item, concerned: set[int]) -> Item | None:
        """An item, as it is to be sent after its request was asked about; None if it is settled."""
        if item.request not in concerned:
            return item
        state = self._ledger.request(item.request).state
        if state is not State.PLANNED:
            return None
        return replace(item, doubtful=False, fresh=None)

    async def send(self, items: Sequence[Item]) -> list[Item]:
        """Send what is chosen; the items that are to be sent one by one.  Raises Stopped."""
        chosen = [] if self._way is None else self._way.chosen(items, self._settings)
        if self._way is None or not chosen:
            return list(items)
        apart = {item.request for item in chosen}
        rest = [item for item in items if item.request not in apart]
        async with self._lock:
            if self._unclear is not None:
                self._block(chosen, self._unclear)
                return rest
            return rest + await self._send(self._way, chosen)

    async def _send(self, way: BulkWay, chosen: Sequence[Item]) -> list[Item]:
        try:
            there = await self._there(way.delivery, {item.name for item in chosen})
        except Refused as refused:
            self._block(chosen, refused.outcome.failures[0])
            return []
        singly: list[Item] = []
        by_request = {item.request: item for item in chosen}
        with Grouping(way.activity, TARGETS[self._settings.target].contract) as grouping:
            self._gather(way.activity, grouping, chosen, there, singly)
            begun: list[LedgerRequest] = []
            try:
                for body in grouping.bodies():
                    job = await self._begun(way, body, by_request)
                    begun += [] if job is None else [job]
                await self._finish(way, begun, by_request)
            finally:
                self._release()
        return singly

    async def _there(self, delivery: Delivery, keys: Set[str]) -> dict[str, Record]:
        """What the account has of those keys: all, or, where what is there is to be updated, only those
        that it leaves alone, such as those who opted out.  Raises Stopped or Refused."""
        barrier, collection = delivery.barrier, delivery.collection
        if collection is None:
            return {}
        query = {**collection.query, **{n: v for n, v in collection.lookup.items() if v != _KEY}}
        if self._settings.on_name_taken is OnNameTaken.UPDATE:
            if barrier is None:
                return {}
            query |= barrier.listed or {barrier.property: barrier.value}
        call = Call.of("GET", collection.path, {}, Expected(rows=collection.rows))
        found: dict[str, Record] = {}
        async for page in self._parts.caller.each_page(call, collection, query):
            found |= {key: row for row in page if (key := collection.key_of(row)) in keys}
        return found

    def _gather(
        self, activity: BulkActivity, grouping: Grouping, chosen: Iterable[Item],
        there: Mapping[str, Record], singly: list[Item],
    ) -> None:  # fmt: skip
        """Put the contacts into groups; those that must not be in an import are settled, or go to
        `singly`."""
        left_out: dict[str, tuple[Item, str, int]] = {}
        for item in chosen:
            body = self._parts.resolver.body(item)
            if body is None:
                continue
            row = row_of(activity, self._parts.resolver.labels.for_bulk(item.delivery, body))
            if row.unfit:
                singly.append(item)
                continue
            known = there.get(item.name)
            if known is not None and self._is_kept_out(item, body, row, known, singly):
                continue
            if grouping.add(row, str(item.request)) is not None:
                said = failure(catalogue.NAME_TWICE, key_pointer(item.delivery))
                self._parts.settling.fail(item, State.BLOCKED, [said])
                continue
            for pointer in row.left_out:
                name = next(p for p in reversed(pointer.split("/")) if not p.isdigit())
                first, where, count = left_out.get(name, (item, pointer, 0))
                left_out[name] = (first, where, count + 1)
        for name, (first, where, count) in left_out.items():
            contacts = "this contact" if count == 1 else f"{count:,} contacts, this one first"
            words = f"`{activity.name}` has no place for `{name}`: it is left out of {contacts}"
            self._parts.settling.note(first, failure(BULK_LEFT_OUT, where, words))

    def _is_kept_out(
        self, item: Item, body: dict[str, Any], row: BulkRow, known: Record, singly: list[Item]
    ) -> bool:
        """Whether what the account has, `known`, keeps a contact out of an import.  It is settled
        then, or put into `singly`."""
        delivery, settling = item.delivery, self._parts.settling
        barrier, collection = delivery.barrier, delivery.collection
        number = str(known.get(collection.id if collection else "id"))
        if barrier is not None and barrier.stops(known, {}):
            words = f"{delivery.noun} {number} is {barrier.value}"
            if not barrier.stops(known, self._ledger.parameters(item.request)):
                singly.append(item)  # who opted out comes back by an act that no import has
            elif self._settings.on_name_taken is OnNameTaken.SKIP:
                settling.skip(item, words, number)
            else:
                barred = failure(barrier.rule, key_pointer(delivery), words)
                settling.fail(item, State.BLOCKED, [barred])
            return True
        if self._settings.on_name_taken is OnNameTaken.UPDATE:
            return False
        if not differences(delivery, without(body, row.left_out), known):
            settling.done(item, RequestRecord(target_id=number, note=EQUAL))
        elif self._settings.on_name_taken is OnNameTaken.SKIP:
            settling.skip(item, f"{delivery.noun} {number} has the {delivery.key_name}", number)
        else:
            words = f"{delivery.noun} {number} has it"
            taken = failure(catalogue.NAME_TAKEN, key_pointer(delivery), words)
            settling.fail(item, State.BLOCKED, [taken])
        return True

    # One request

    async def _begun(
        self, way: BulkWay, body: BulkBody, items: Mapping[int, Item]
    ) -> LedgerRequest | None:
        """Begin a request; None when it is settled.  Raises Stopped."""
        members = [int(place) for place in body.places]
        mine = [items[member] for member in members]
        if self._unclear is not None:
            self._block(mine, self._unclear)
            return None
        reader = JobReader(self._parts, way.activity, way.jobs)
        try:
            listed = await reader.listed()
        except Refused as refused:
            self._block(mine, refused.outcome.failures[0])
            return None
        job = self._entered(way, body, members, [reader.id_of(each) for each in listed])
        try:
            return await self._sent(way, job, orjson.loads(body.data), items)
        except Stopped:
            self._release()
            raise

    def _entered(
        self, way: BulkWay, body: BulkBody, members: Sequence[int], listed: Sequence[str]
    ) -> LedgerRequest:
        value = orjson.loads(body.data)
        digests = Digests(exact_digest(value), content_digest(value))
        contacts = f"{len(members):,} contact{'' if len(members) == 1 else 's'}"
        path = f"{way.activity.name} ({contacts})"
        document = LedgerDocument(path, None, digests.planned, way.activity.name, None)
        content = RequestContent(digests, value, parameters={LISTED: " ".join(listed)})
        return self._ledger.enter_job(document, content, members)

    async def _sent(
        self, way: BulkWay, job: LedgerRequest, body: dict[str, Any], items: Mapping[int, Item]
    ) -> LedgerRequest | None:
        """Send a request until the server has begun it; None when it is settled."""
        step = way.activity.step
        failures: Sequence[Failure] = ()
        for tries in range(1, self._settings.tries + 1):
            sent = await self._parts.caller.change(
                Change(
                    job.id, step, body, {}, {}, Expected(names=step.answers),
                    of_several=True, is_last=False,
                ),
                lambda value: True,
                lambda value: record_of(step, value),
            )  # fmt: skip
            if sent.reaction is None:
                return self._ledger.request(job.id)
            failures = sent.outcome.failures
            if sent.reaction is not Reaction.ASK:
                self._settling.refused(job.id, items, sent.outcome)
                return None
            found = await self._sighted(way, job.id, items)
            if found is None:
                return None
            if found.sighting is Sighting.OURS:
                return self._adopted(way, job.id, found)
            self._ledger.replan(job.id)
            await self._parts.gate.pause(pause_before(tries))
        self._settling.given_up(job.id, items, State.BLOCKED, failures)
        return None

    def _adopted(self, way: BulkWay, job: int, found: Sighted) -> LedgerRequest:
        record = RequestRecord(target_id=found.id, note="found on the server")
        self._ledger.reach(job, way.activity.step.name, State.PLANNED, record)
        return self._ledger.request(job)

    async def _sighted(self, way: BulkWay, job: int, items: Mapping[int, Item]) -> Sighted | None:
        """Whether the server has begun a request whose answer was lost; None when nobody can tell,
        and then its contacts are in doubt.  Raises Stopped."""
        members = self._ledger.members(job)
        reader = JobReader(self._parts, way.activity, way.jobs)
        until = time.monotonic() + self._settings.bulk_wait
        try:
            found = await reader.sighted(self._ledger.request(job), len(members), until)
        except Refused as refused:
            self._keep_in_doubt(job, items, refused.outcome.failures[0])
            return None
        if found.sighting in (Sighting.OURS, Sighting.ABSENT):
            return found
        if found.sighting is Sighting.UNCLEAR and self._settings.on_unclear is OnUnclear.NEW:
            return Sighted(Sighting.ABSENT)
        if found.id and self._settings.on_unclear is OnUnclear.SAME:
            return Sighted(Sighting.OURS, found.id)
        is_running = found.sighting is Sighting.RUNNING
        rule = import_rules.IMPORT_RUNNING if is_running else import_rules.IMPORT_UNCLEAR
        self._keep_in_doubt(job, items, failure(rule, words=found.words))
        return None

    def _keep_in_doubt(self, job: int, items: Mapping[int, Item], said: Failure) -> None:
        self._unclear = said
        self._settling.wait(job, items, [said])

    # The end of requests

    async def _finish(
        self, way: BulkWay, jobs: Sequence[LedgerRequest], items: Mapping[int, Item]
    ) -> None:
        """Wait for the end of requests, and settle their contacts.  Raises Stopped."""
        running = []
        for job in jobs:
            begun = way.activity.step.name in self._ledger.done_parts(job.id)
            if not begun and job.state is State.PLANNED:
                self._settling.dissolve(job.id, items, _UNSENT)
            elif begun:
                running.append(job)
            else:
                found = await self._sighted(way, job.id, items)
                if found is not None and found.sighting is Sighting.OURS:
                    running.append(self._adopted(way, job.id, found))
                elif found is not None:
                    self._settling.dissolve(job.id, items, _UNSENT)
        reader = JobReader(self._parts, way.activity, way.jobs)
        by_id = {str(job.record.target_id): job for job in running}
        until = time.monotonic() + self._settings.bulk_wait
        try:
            async for number, record in reader.ends(list(by_id), until):
                job = by_id.pop(number)
                if record is None:
                    self._settling.forgotten(job.id, items, number)
                elif reader.has_failed(record):
                    self._settling.failed(job.id, items, record)
                else:
                    await self._settling.completed(job.id, items, record, way.delivery)
        except Refused as refused:
            for job in by_id.values():
                self._settling.wait(job.id, items, refused.outcome.failures)
            return
        for number, job in by_id.items():
            words = f"{way.activity.type} {number}"
            said = failure(import_rules.IMPORT_RUNNING, words=words)
            self._settling.wait(job.id, items, [said])

    def _release(self) -> None:
        """After the end of a run, however it came: contacts of requests that were certainly not
        begun are planned, those of others wait for the next run."""
        for job in self._ledger.open_jobs():
            if job.state is State.PLANNED and job.record.target_id is None:
                self._settling.dissolve(job.id, {}, _UNSENT)

    def _block(self, items: Iterable[Item], said: Failure) -> None:
        """Keep items from being sent, and show why at the first."""
        for number, item in enumerate(items):
            self._parts.settling.fail(item, State.BLOCKED, [said], silent=number > 0)
