"""What becomes of contacts by the end of the request about many that they were part of.

A request may have members whose documents are not in this run: what became of them is written
down all the same.  What is the same for many is shown once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.sender.bulk_errors import (
    WITH_HEADING,
    WITHOUT_HEADING,
    RowErrors,
    by_rows,
    errors_of,
    first_line,
    rows_in_question,
)
from ctct_migrate.sender.bulk_way import BulkWay
from ctct_migrate.sender.calling import failed
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import changed_since, failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.targets import import_rules
from ctct_migrate.targets.bulk_activity import BulkActivity, BulkJobs, address_key
from ctct_migrate.targets.replies import Call, CallOutcome, Expected, Failure, Reaction
from ctct_migrate.targets.target import Delivery

#: How many errors are looked into to find out how a server counts lines.
_ENOUGH = 5

Items = Mapping[int, Item]


class BulkSettling:
    """Settles requests about many, and their members."""

    def __init__(self, parts: RunParts, way: BulkWay | None):
        self._parts, self._ledger, self._settling = parts, parts.ledger, parts.settling
        self._way = way

    @property
    def _activity(self) -> BulkActivity:
        assert self._way is not None, "there is a way to send many"
        return self._way.activity

    @property
    def _jobs(self) -> BulkJobs:
        assert self._way is not None, "there is a way to send many"
        return self._way.jobs

    def dissolve(self, job: int, items: Items, record: RequestRecord) -> None:
        """It was not begun: its members are planned anew, with what their documents give today."""
        members = self._ledger.members(job)
        with self._ledger.together():
            self._ledger.close_job(job, State.SKIPPED, record)
            for member in members:
                item = items.get(member)
                self._ledger.replan(member, item.fresh if item else None)

    def wait(self, job: int, items: Items, failures: Sequence[Failure]) -> None:
        """Its end is not known: its members are in doubt until it is."""
        record = failed(failures[0])
        with self._ledger.together():
            if self._ledger.request(job).state is not State.PLANNED:
                self._ledger.settle(job, State.IN_DOUBT, record)
            self._all(self._ledger.members(job), items, State.IN_DOUBT, failures)

    def given_up(self, job: int, items: Items, state: State, failures: Sequence[Failure]) -> None:
        """It was not begun, and is not tried again."""
        members = self._ledger.members(job)
        with self._ledger.together():
            self._ledger.close_job(job, State.FAILED, failed(failures[0]))
            self._all(members, items, state, failures)

    def refused(self, job: int, items: Items, outcome: CallOutcome) -> None:
        """The server refused the request: rows that it names have failed, and the others are kept
        back."""
        members = self._ledger.members(job)
        named: dict[int, list[Failure]] = {}
        for each in outcome.failures:
            number = self._row_of(each)
            if number is not None and number < len(members):
                named.setdefault(members[number], []).append(each)
        general = [each for each in outcome.failures if self._row_of(each) is None]
        others = [member for member in members if member not in named]
        with self._ledger.together():
            self._ledger.close_job(job, State.FAILED, failed(outcome.failures[0]))
            for member, failures in named.items():
                self._one(member, items, State.FAILED, [self._said_of(f) for f in failures])
            said = [self._said_of(each) for each in general or outcome.failures[:1]]
            self._all(others, items, State.BLOCKED, said, silent=not general)
        if outcome.reaction is Reaction.BLOCK_RESOURCE and items:
            slug = next(iter(items.values())).resource
            self._settling.forbidden.setdefault(slug, outcome.failures[0])

    def _row_of(self, given: Failure) -> int | None:
        """The 0-based number of the row that a failure is about; None for none."""
        inside = (given.pointer or "").removeprefix(f"{self._activity.rows}/")
        number = inside.partition("/")[0]
        is_row = inside != given.pointer and number.isascii() and number.isdigit()
        return int(number) if is_row else None

    @staticmethod
    def _said_of(given: Failure) -> Failure:
        """A failure whose pointer leads into the request about many, without it."""
        return Failure(given.rule, given.reaction, given.status, given.key, given.words)

    def forgotten(self, job: int, items: Items, number: str) -> None:
        """The account does not know the job any more: each contact is looked up when it is sent."""
        members = self._ledger.members(job)
        words = f"the account does not know {number} any more"
        said = failure(import_rules.IMPORT_UNCLEAR, words=words)
        with self._ledger.together():
            self._ledger.close_job(job, State.IN_DOUBT, failed(said))
            self._all(members, items, State.IN_DOUBT, [said])

    def failed(self, job: int, items: Items, record: Mapping[str, Any]) -> None:
        """It failed as a whole."""
        members = self._ledger.members(job)
        addresses = self._addresses(job)
        errors = errors_of(record, self._jobs.errors)
        placed = by_rows(errors, addresses, first_line(errors, addresses))
        general = "; ".join(each.words for each in placed.unplaced)
        words = f"{record[self._jobs.id]} is {record[self._jobs.state]}" + (
            f": {general}" if general else ""
        )
        said = failure(import_rules.IMPORT_FAILED, words=words)
        others = [member for row, member in enumerate(members) if row not in placed.rows]
        with self._ledger.together():
            self._ledger.close_job(job, State.FAILED, failed(said))
            self._rows(members, items, placed)
            self._all(others, items, State.BLOCKED, [said])

    async def completed(
        self, job: int, items: Items, record: Mapping[str, Any], delivery: Delivery
    ) -> None:
        """It came to its end: its members are done, but for those that it has errors about.
        `delivery` says how a member is looked up.  Raises Stopped or Refused."""
        members = self._ledger.members(job)
        addresses = self._addresses(job)
        errors = errors_of(record, self._jobs.errors)
        first = first_line(errors, addresses)
        if first is None:
            first = await self._looked_into(
                job, list(rows_in_question(errors, addresses)), delivery
            )
        placed = by_rows(errors, addresses, first)
        number = str(record[self._jobs.id])
        count = str(at(record, self._jobs.error_count) or 0)
        missing = int(count) - len(errors) if count.isascii() and count.isdigit() else 0
        doubtful = set(placed.maybe)
        if placed.unplaced or missing > 0:
            doubtful = set(range(len(members))) - placed.rows.keys()
        done = RequestRecord(note=f"in the import {number}")
        with self._ledger.together():
            self._ledger.close_job(job, State.DONE, RequestRecord(target_id=number))
            self._rows(members, items, placed)
            for row, member in enumerate(members):
                if row not in placed.rows and row not in doubtful:
                    self._done(member, items, done)
            if doubtful:
                unnamed = max(missing, 0) + len(placed.unplaced)
                words = "; ".join(each.words for each in placed.unplaced) or (
                    f"{unnamed} errors of {number} name no contact"
                    if unnamed
                    else f"an error of {number} may be about this contact"
                )
                said = failure(import_rules.IMPORT_UNCLEAR, words=words)
                unsure = [members[row] for row in sorted(doubtful)]
                self._all(unsure, items, State.IN_DOUBT, [said])

    def _done(self, member: int, items: Items, record: RequestRecord) -> None:
        item = items.get(member)
        if item is None:
            self._ledger.settle(member, State.DONE, record)
            return
        self._settling.done(item, record)
        if item.fresh is not None:
            self._settling.note(item, changed_since(item, record.target_id))

    def _rows(self, members: Sequence[int], items: Items, placed: RowErrors) -> None:
        """Contacts that a job has errors about."""
        for row, words in placed.rows.items():
            item = items.get(members[row])
            pointer = key_pointer(item.delivery) if item else None
            said = failure(import_rules.IMPORT_REFUSED_CONTACT, pointer, words)
            self._one(members[row], items, State.FAILED, [said])

    def _addresses(self, job: int) -> list[str]:
        """The addresses of the rows, in the form in which they are compared."""
        rows = self._activity.rows_in(self._ledger.body(job))
        return [address_key(self._activity.address_in(row)) for row in rows]

    async def _looked_into(
        self, job: int, pairs: Sequence[tuple[int, int]], delivery: Delivery
    ) -> int | None:
        """How the server counts lines, found out by what the account has of the contacts that may be
        meant; None where that does not show it.  Raises Stopped or Refused."""
        body = self._ledger.body(job)
        rows, lists = self._activity.rows_in(body), set(self._activity.lists_in(body))
        for pair in pairs[:_ENOUGH]:
            addresses = [self._activity.address_in(rows[row]) for row in pair]
            there = [await self._is_there(each, lists, delivery) for each in addresses]
            if there == [False, True]:
                return WITH_HEADING
            if there == [True, False]:
                return WITHOUT_HEADING
        return None

    async def _is_there(self, address: str, lists: set[str], delivery: Delivery) -> bool:
        """Whether the account has a contact, on all of those lists."""
        collection = delivery.collection
        if collection is None:
            return False
        key = collection.form_of(address)
        call = Call.of("GET", collection.path, {}, Expected(rows=collection.rows))
        query = {**collection.query, **collection.query_for(key)}
        for row in await self._parts.caller.pages(call, collection, query):
            if collection.key_of(row) == key:
                return lists <= set(self._activity.lists_of(row))
        return False

    def _all(
        self, members: Iterable[int], items: Items, state: State, failures: Sequence[Failure],
        *, silent: bool = False,
    ) -> None:  # fmt: skip
        """The same for many: it is shown of the first."""
        for member in members:
            silent = self._one(member, items, state, failures, silent=silent) or silent

    def _one(
        self, member: int, items: Items, state: State, failures: Sequence[Failure],
        *, silent: bool = False,
    ) -> bool:  # fmt: skip
        """Settle a member; whether there is an item of it in this run."""
        item = items.get(member)
        if item is None:
            self._ledger.settle(member, state, failed(failures[0]))
            return False
        self._settling.fail(item, state, failures, silent=silent)
        return True
