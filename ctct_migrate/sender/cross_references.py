"""What v1's numbers have become on a server whose ids are others: asked for all numbers of a run at
once, before anything is created, and kept in the ledger, so that a run that goes on asks nothing
twice.

Answers are matched by the number that they hold, compared as a number, and never by their place.
A server may leave out what it does not know, or answer 404 for all numbers of a call; then the
call is made again for each half of them.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ctct_migrate.json_pointers import at
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.calling import Refused
from ctct_migrate.sender.ledger import CrossReferenced, RequestKind
from ctct_migrate.sender.ledger.reference_rows import plain_number
from ctct_migrate.sender.owners import owner_reference
from ctct_migrate.sender.pacing import workers
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.references import named_ids
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.targets.account_facts import CrossReference
from ctct_migrate.targets.replies import Call, Expected, Failure

#: Seconds for which it is believed that the server does not know a number.
_BELIEVED = 86_400.0


class CrossReferences:
    """Asks what the numbers of one run have become."""

    def __init__(self, parts: RunParts):
        self._parts, self._ledger, self._settings = parts, parts.ledger, parts.settings
        #: Why the server did not say anything about numbers, by the slug of their resource.
        self.refused: dict[str, Failure] = {}

    async def look_up(self, items: Iterable[Item]) -> None:
        """Ask about all numbers of the items that are not known yet.  Raises Stopped."""
        wanted: dict[str, dict[str, None]] = {}
        for item in items:
            for resource, number in self.numbers(item):
                if self._is_open(resource, number):
                    wanted.setdefault(resource, {})[plain_number(number)] = None
        batches = deque(self._batches(wanted))
        size = min(len(batches), workers(self._settings.calls_per_second))
        ends = await asyncio.gather(
            *(self._work(batches) for _ in range(size)), return_exceptions=True
        )
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    def _batches(self, wanted: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, list[str]]]:
        """The numbers of each call, with the slug of their resource."""
        for resource, numbers in wanted.items():
            reference, listed = self._reference(resource), list(numbers)
            assert reference is not None, "only what has cross references is asked about"
            for first in range(0, len(listed), reference.most):
                yield resource, listed[first : first + reference.most]

    async def _work(self, batches: deque[tuple[str, list[str]]]) -> None:
        """Make calls until there are none left.  Raises Stopped."""
        while batches:
            resource, numbers = batches.popleft()
            reference = self._reference(resource)
            assert reference is not None, "only what has cross references is asked about"
            try:
                await self._ask(resource, reference, numbers)
            except Refused as refused:
                self.refused[resource] = refused.outcome.failures[0]

    def numbers(self, item: Item) -> Iterator[tuple[str, str]]:
        """The numbers that an item needs to be asked about, known or not, each with the slug of
        its resource."""
        parts = self._parts
        owner = owner_reference(item.delivery)
        given = self._ledger.given(item.request)
        named = [(each.resource, each.id) for each in named_ids(item.delivery, given)]
        if owner is not None and item.owner is not None:
            named.append((owner.to, item.owner))
        for resource, number in named:
            if self._reference(resource) is None:
                continue
            # What was chosen counts as sent.
            if not parts.resolver.resolved(resource, number).is_sent:
                yield resource, number
        own = self.own_number(item)
        if own is not None:
            yield item.resource, own

    def own_number(self, item: Item) -> str | None:
        """The number of the document itself, if what it has become has to be asked."""
        reference = item.delivery.cross_reference
        if reference is None or not item.number or "/" in item.number:
            return None
        if item.kind is RequestKind.PLACE or BY_SLUG[item.resource].owner is not None:
            return None
        if item.kind is RequestKind.CREATE and (
            not reference.renewed or self._ledger.request(item.request).attempts
        ):
            return None
        if self._parts.resolver.chosen(item.resource, item.number) is not None:
            return None
        known = self._ledger.id_of(item.resource, item.number)
        return item.number if known is None and item.number.isdigit() else None

    def _reference(self, resource: str) -> CrossReference | None:
        delivery = self._settings.delivery(resource)
        return None if delivery is None else delivery.cross_reference

    def _is_open(self, resource: str, number: str) -> bool:
        """Whether a number is still to be asked about."""
        said = self._ledger.referred(resource, number)
        if said is None:
            return True
        return said.target_id is None and time.time() - said.asked > _BELIEVED

    async def _ask(self, resource: str, reference: CrossReference, numbers: Sequence[str]) -> None:
        """Ask about numbers, and write down what was said.  Raises Stopped or Refused."""
        expected = Expected(rows=reference.rows)
        call = Call("GET", reference.path, expected)
        try:
            answer = await self._parts.caller.ask(call, {reference.query: ",".join(numbers)})
        except Refused as refused:
            if not refused.is_not_found:
                raise
            if len(numbers) > 1:
                half = len(numbers) // 2
                await self._ask(resource, reference, numbers[:half])
                await self._ask(resource, reference, numbers[half:])
                return
            answer = None
        moment = time.time()
        found = {number: CrossReferenced(None, {}, moment) for number in numbers}
        for row in at(answer, reference.rows) or ():
            number = plain_number(str(row.get(reference.number)))
            said = {name: at(row, pointer) for name, pointer in reference.keeps.items()}
            if number in found and isinstance(said.get("id"), str) and said["id"]:
                kept = {name: str(value) for name, value in said.items() if value is not None}
                target_id = kept.pop("id")
                found[number] = CrossReferenced(target_id, kept, moment)
        self._ledger.refer(resource, found)
