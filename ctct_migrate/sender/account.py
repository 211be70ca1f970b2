"""What the account has: ids of what documents name, what else a delivery needs, and resources by
their key; fetched once, when it is first asked for, and again when there is reason to.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ctct_migrate.sender.calling import Caller, Refused
from ctct_migrate.targets.replies import Call, Expected
from ctct_migrate.targets.target import AccountCheck, Collection, Delivery

#: Seconds for which what the account lacks is believed; a long-lived sender asks again.
_BELIEVED = 60.0

#: Seconds that a server's clock may be behind ours, when it is asked for what is recent.
_SKEW = 3600.0


@dataclass(slots=True)
class _Known:
    """Values and when they were asked for; `values` None: the account does not tell."""

    values: frozenset[str] | None = frozenset()
    asked: float = -_BELIEVED


@dataclass(slots=True)
class _Keys:
    """Ids of one resource by key.

    asked  when the newest listing was asked for, in seconds since 1970
    since  what was touched after that moment is in it
    whole  whether a listing of all is in `ids` as well
    """

    ids: dict[str, list[str]] = field(default_factory=dict)
    asked: float = 0.0
    since: float = math.inf
    whole: bool = False


class AccountView:
    """One account, as far as it was asked.

    Only what has a fixed path is looked up by key: what lives in another resource is not.
    """

    def __init__(self, caller: Caller):
        self._caller = caller
        self._lock = asyncio.Lock()
        self._known: dict[str, _Known] = {}
        self._keys: dict[str, _Keys] = {}
        self._claimed: set[tuple[str, str]] = set()

    async def lacks_id(self, delivery: Delivery, number: str) -> bool:
        """Whether the account has no resource of that id; False too if it does not tell, or if
        the target does not list them."""
        collection = delivery.collection
        if collection is None or "{" in collection.path:
            return False
        return await self._lacks(collection, {}, number)

    async def lacks(self, check: AccountCheck, value: str) -> bool:
        """Whether the account lacks what a delivery needs; False too if it does not tell."""
        return await self._lacks(check.collection, check.having, value)

    async def _lacks(self, collection: Collection, having: Mapping[str, str], value: str) -> bool:
        value = value.casefold()
        async with self._lock:
            known = self._known.setdefault(collection.path, _Known())
            if known.values is None or value in known.values:
                return False
            if time.monotonic() - known.asked < _BELIEVED:
                return True
            known.asked = time.monotonic()
            names = (collection.id, *having)
            call = Call.of("GET", collection.path, {}, expected_listing(collection, names))
            query = {**collection.query, **having}
            try:
                rows = await self._caller.pages(call, collection, query, optional=True)
                known.values = frozenset(
                    row[collection.id].casefold() for row in rows if having.items() <= row.items()
                )
            except Refused:
                known.values = None  # no privilege to look; the server will say when it matters
            return known.values is not None and value not in known.values

    async def ids(self, delivery: Delivery, key: str) -> list[str]:
        """Ids of the resources of that key, as far as is known: all were listed once, and those
        that came into being through this program are known."""
        async with self._lock:
            if not self._of(delivery).whole:
                await self._list(delivery, -math.inf)
            return list(self._of(delivery).ids.get(key, ()))

    async def ids_since(
        self, delivery: Delivery, key: str, since: float, asked_after: float
    ) -> list[str]:
        """Ids of the resources of that key, by a listing that was asked for after `asked_after`
        and has all that were touched after `since` (both in seconds since 1970)."""
        async with self._lock:
            known = self._of(delivery)
            if known.asked < asked_after or known.since > since:
                await self._list(delivery, since - _SKEW)
            return list(self._of(delivery).ids.get(key, ()))

    async def ids_now(self, delivery: Delivery, key: str) -> list[str]:
        """Ids of the resources of that key, by a listing of this moment."""
        async with self._lock:
            known = self._of(delivery)
            await self._list(delivery, known.asked - _SKEW if known.whole else -math.inf)
            return list(self._of(delivery).ids.get(key, ()))

    def _of(self, delivery: Delivery) -> _Keys:
        return self._keys.setdefault(delivery.resource, _Keys())

    async def _list(self, delivery: Delivery, since: float) -> None:
        collection = delivery.collection
        assert collection is not None, "what has a key is listed"
        began = time.time()
        query = dict(collection.query)
        known = self._of(delivery)
        if not collection.since:
            since = -math.inf
        whole = since == -math.inf
        if not whole:
            moment = datetime.fromtimestamp(max(since, 0.0), UTC)
            query[collection.since] = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        names = (collection.id, collection.key)
        call = Call.of("GET", collection.path, {}, expected_listing(collection, names))
        rows = await self._caller.pages(call, collection, query)
        ids: dict[str, list[str]] = {} if whole else known.ids
        for row in rows:
            self._remember(ids, row[collection.key], row[collection.id])
        self._keys[delivery.resource] = _Keys(ids, began, since, known.whole or whole)

    async def claim(self, delivery: Delivery, key: str) -> bool:
        """Whether no resource of the kind has the key, and nobody claimed it before."""
        if (delivery.resource, key) in self._claimed:
            return False
        self._claimed.add((delivery.resource, key))  # before anything is waited for
        return not await self.ids(delivery, key)

    def created(self, delivery: Delivery, key: str, number: str) -> None:
        """A resource of that key has come into being."""
        self._remember(self._of(delivery).ids, key, number)

    @staticmethod
    def _remember(ids: dict[str, list[str]], key: str, number: str) -> None:
        known = ids.setdefault(key.strip(), [])
        if number not in known:
            known.append(number)


def expected_listing(collection: Collection, names: tuple[str, ...]) -> Expected:
    """What a listing must be: rows that have those properties."""
    return Expected(not collection.rows, names, collection.rows)
