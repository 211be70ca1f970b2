"""How a lost answer is found again: the server is asked what became of a creation.

Keys of resources are unique in an account.  So a resource that was created is found under its key,
and one of that key which is equal to what was sent is ours; if there is none, it was not created.
(A request that is still on its way when the server is asked is caught by the same uniqueness: a
second POST is then refused as a taken key, and the server is asked again.)

What is read before it is sent anew, such as an update, needs nothing of the kind.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sender.account import AccountView
from ctct_migrate.sender.calling import Caller, Refused
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.ledger import LedgerRequest
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.step_calls import differing, path_ids, reading_of, record_of
from ctct_migrate.sender.stopping import Gate
from ctct_migrate.targets.replies import Call, Expected
from ctct_migrate.targets.target import Delivery, Step

#: Seconds by which the server's clock may differ from ours: what is older than the request by more
#: than that cannot have come from it.
_SKEW = 86_400.0


#: Note in the ledger about how a request came to be done.
ADOPTED = "found on the server, equal to what was sent"


class Likeness(StrEnum):
    """What the server has."""

    ABSENT = "absent"  #: nothing of that key: it was not created
    OURS = "ours"  #: one equal to what was sent
    OTHER = "other"  #: one of that key which was there before
    UNCLEAR = "unclear"  #: one that is young enough to be ours, and differs


@dataclass(frozen=True, slots=True)
class Finding:
    """What the server has, its id there, the JSON pointers in which it differs, and the whole."""

    likeness: Likeness
    target_id: str = ""
    pointers: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)


class Finder:
    """Asks the server about what may have been created."""

    def __init__(self, caller: Caller, account: AccountView, gate: Gate, settings: Settings):
        self._caller, self._account, self._gate = caller, account, gate
        self._settle = settings.settle

    async def settled(self, request: LedgerRequest) -> None:
        """Wait until the server has had time to finish with a request in doubt."""
        left = self._doubted(request) + self._settle - time.time()
        if left > 0:
            # No longer than that even if the clock was set back meanwhile.
            await self._gate.pause(min(left, self._settle))

    @staticmethod
    def _doubted(request: LedgerRequest) -> float:
        """When the request may last have been on its way, in seconds since 1970."""
        return max(request.started or 0.0, request.changed)

    async def created(
        self,
        delivery: Delivery,
        request: LedgerRequest,
        body: Mapping[str, Any],
        within: Mapping[str, str],
        *,
        everywhere: bool = False,
        step: Step | None = None,
    ) -> Finding:
        """What became of a creation, by its first step or another one.  `within` are the ids of what the resource lives in, by the
        names that paths have for them; `everywhere`: look among all resources of the kind, as they
        are now, and not only among those that were touched since the request was sent.  Raises
        Stopped or Refused."""
        await self.settled(request)
        collection, key = delivery.collection, delivery.key_of(body)
        assert collection is not None, "what is found by its key is listed"
        started = request.started or 0.0
        if everywhere:
            ids = await self._account.ids_now(delivery, key, within)
        else:
            asked_after = min(time.time(), self._doubted(request) + self._settle)
            ids = await self._account.ids_since(delivery, key, within, started, asked_after)
        found = Finding(Likeness.ABSENT)
        for number in ids:
            record = await self._record(delivery, {**within, "id": number})
            if record is None or collection.key_of(record) != key:
                continue  # removed or renamed since it was listed
            if delivery.apart_of(record) != delivery.apart_of(body):
                continue
            if collection.is_gone(record):  # nobody's any more, though it holds its key
                found = Finding(Likeness.OTHER, number, (delivery.key,), record)
                continue
            pointers = await self._differing(
                delivery, step or delivery.create[0], body, within, record
            )
            if not pointers:
                return Finding(Likeness.OURS, number, record=record)
            young = _is_young(_created(delivery, record), started)
            likeness = Likeness.UNCLEAR if young else Likeness.OTHER
            found = Finding(likeness, number, pointers, record)
        return found

    async def not_apart(
        self, delivery: Delivery, body: Mapping[str, Any], within: Mapping[str, str], ids: list[str]
    ) -> list[str]:
        """Of resources of the key of a body, by their ids, those that nothing tells from it, such as
        another folder.  Raises Stopped."""
        if not delivery.apart:
            return ids
        records = [(each, await self._record(delivery, {**within, "id": each})) for each in ids]
        own = delivery.apart_of(body)
        return [each for each, record in records if record and delivery.apart_of(record) == own]

    def is_early(self, delivery: Delivery, request: LedgerRequest) -> bool:
        """Whether the server may have what was sent last and not list it yet."""
        patience = max(step.patience for step in delivery.create) * self._settle
        return time.time() < (request.started or request.changed) + patience

    async def said(
        self, delivery: Delivery, body: Mapping[str, Any], within: Mapping[str, str], words: str
    ) -> Finding:
        """What has the key of a body, where the server's words say its id.  Raises Stopped."""
        collection = delivery.collection
        if collection is None or not delivery.id_form or not delivery.item:
            return Finding(Likeness.ABSENT)
        form = delivery.id_form
        for found in re.finditer(form, words, re.ASCII | re.IGNORECASE):
            record = await self._record(delivery, {**within, "id": found[0]})
            if record is not None and collection.key_of(record) == delivery.key_of(body):
                pointers = tuple(differing(delivery, delivery.create[0], body, record))
                return Finding(Likeness.OTHER, found[0], pointers, record)
        return Finding(Likeness.ABSENT)

    async def _differing(
        self,
        delivery: Delivery,
        step: Step,
        body: Mapping[str, Any],
        within: Mapping[str, str],
        record: Mapping[str, Any],
    ) -> tuple[str, ...]:
        """In what a resource differs from what a step sends.  What the record lacks that later
        steps need counts as a difference, since nobody can go on with it."""
        lacking = [pointer for pointer in step.keeps.values() if at(record, pointer) is None]
        if lacking:
            return tuple(lacking)
        if not step.reads:
            return tuple(differing(delivery, step, body, record))
        assert delivery.collection is not None, "what is found by its key is listed"
        written = at(record, delivery.collection.key_pointer)
        if str(written).strip() != delivery.written_key(body):
            return (delivery.key,)  # alike, in other letter case
        kept = record_of(step, record)
        call, query = reading_of(step, path_ids(delivery, body, within, kept))
        return tuple(differing(delivery, step, body, await self._caller.ask(call, query or None)))

    async def _record(self, delivery: Delivery, ids: Mapping[str, str]) -> dict[str, Any] | None:
        try:
            if not delivery.item:
                return await self._account.row(delivery, ids["id"], ids)
            return await self.record(delivery, ids)
        except Refused:
            return None

    async def record(self, delivery: Delivery, ids: Mapping[str, str]) -> dict[str, Any]:
        """A resource as the server has it.  Raises Stopped or Refused."""
        path, _, query = delivery.item.partition("?")
        call = Call.of("GET", path, ids, Expected(names=answered(delivery)))
        record: dict[str, Any] = await self._caller.ask(call, dict(parse_qsl(query)) or None)
        return record


def answered(delivery: Delivery) -> tuple[str, ...]:
    """Properties that the server's answers about one resource must have."""
    steps = (*delivery.create, *delivery.update)
    return next((step.answers for step in steps if step.answers), ())


def _created(delivery: Delivery, record: Mapping[str, Any]) -> datetime | None:
    name = delivery.collection.created if delivery.collection else ""
    return instant(record.get(name)) if name else None


def _is_young(created: datetime | None, started: float) -> bool:
    """Whether what came into being then may have come from a request sent at `started`."""
    return created is None or created.timestamp() >= started - _SKEW
