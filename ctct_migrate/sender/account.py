"""What the account has: ids of what documents name, what else a delivery needs, and resources by
their key; fetched once, when it is first asked for, and again when there is reason to.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sender.calling import Caller, Refused
from ctct_migrate.targets.replies import Call, Expected
from ctct_migrate.targets.target import AccountCheck, Collection, Delivery

#: Seconds for which what the account lacks is believed; a long-lived sender asks again.
_BELIEVED = 60.0

#: Seconds that a server's clock may be behind ours, when it is asked for what is recent.
_SKEW = 3600.0

#: For what lives in no other resource.
_NOWHERE: Mapping[str, str] = {}


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

    What lives in another resource is looked up in that one: `within` are the ids that stand in the
    path of its collection, by name.  Keys are in the form in which they are compared.
    """

    def __init__(self, caller: Caller):
        self._caller = caller
        self._lock = asyncio.Lock()
        self._known: dict[str, _Known] = {}
        self._keys: dict[str, _Keys] = {}
        self._found: dict[tuple[str, str], list[str]] = {}
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
                    row[collection.id].casefold() for row in rows if _has(row, having)
                )
            except Refused:
                known.values = None  # no privilege to look; the server will say when it matters
            return known.values is not None and value not in known.values

    async def ids(
        self, delivery: Delivery, key: str, within: Mapping[str, str] = _NOWHERE
    ) -> list[str]:
        """Ids of the resources of that key, as far as is known: all were listed once, or the key
        was looked up once, and those that came into being through this program are known."""
        if _collection(delivery).lookup:
            found = self._found.get((_place(delivery, within), key))
            return await self._looked_up(delivery, key, within) if found is None else list(found)
        async with self._lock:
            if not self._of(delivery, within).whole:
                await self._list(delivery, within, -math.inf)
            return list(self._of(delivery, within).ids.get(key, ()))

    async def ids_since(
        self,
        delivery: Delivery,
        key: str,
        within: Mapping[str, str],
        since: float,
        asked_after: float,
    ) -> list[str]:
        """Ids of the resources of that key, by a listing that was asked for after `asked_after`
        and has all that were touched after `since` (both in seconds since 1970)."""
        if _collection(delivery).lookup:
            return await self._looked_up(delivery, key, within)
        async with self._lock:
            known = self._of(delivery, within)
            if known.asked < asked_after or known.since > since:
                await self._list(delivery, within, since - _SKEW)
            return list(self._of(delivery, within).ids.get(key, ()))

    async def ids_now(
        self, delivery: Delivery, key: str, within: Mapping[str, str] = _NOWHERE
    ) -> list[str]:
        """Ids of the resources of that key, by a listing of this moment."""
        if _collection(delivery).lookup:
            return await self._looked_up(delivery, key, within)
        async with self._lock:
            known = self._of(delivery, within)
            since = known.asked - _SKEW if known.whole else -math.inf
            await self._list(delivery, within, since)
            return list(self._of(delivery, within).ids.get(key, ()))

    async def row(
        self, delivery: Delivery, number: str, within: Mapping[str, str] = _NOWHERE
    ) -> dict[str, Any] | None:
        """The resource of that id, as a listing of this moment has it; None where it is not in it.
        Raises Stopped or Refused."""
        collection = _collection(delivery)
        rows = await self._caller.pages(_listing(delivery, within), collection, collection.query)
        return next((row for row in rows if row[collection.id] == number), None)

    def _of(self, delivery: Delivery, within: Mapping[str, str]) -> _Keys:
        return self._keys.setdefault(_place(delivery, within), _Keys())

    async def _looked_up(
        self, delivery: Delivery, key: str, within: Mapping[str, str]
    ) -> list[str]:
        """Ids of the resources of that key, asked for by it, now.  What the server lists besides
        (it may take a key for the beginning of one) does not count."""
        collection = _collection(delivery)
        query = {**collection.query, **collection.query_for(key)}
        rows = await self._caller.pages(_listing(delivery, within), collection, query)
        found = [row[collection.id] for row in rows if collection.key_of(row) == key]
        self._found[_place(delivery, within), key] = found
        return list(found)

    async def _list(self, delivery: Delivery, within: Mapping[str, str], since: float) -> None:
        collection = _collection(delivery)
        began = time.time()
        query = dict(collection.query)
        known = self._of(delivery, within)
        if not collection.since:
            since = -math.inf
        whole = since == -math.inf
        if not whole:
            moment = datetime.fromtimestamp(max(since, 0.0), UTC)
            query[collection.since] = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        rows = await self._caller.pages(_listing(delivery, within), collection, query)
        ids: dict[str, list[str]] = {} if whole else known.ids
        for row in rows:
            self._remember(ids, collection.key_of(row), row[collection.id])
        place = _place(delivery, within)
        self._keys[place] = _Keys(ids, began, since, known.whole or whole)

    async def claim(
        self, delivery: Delivery, key: str, within: Mapping[str, str] = _NOWHERE
    ) -> bool:
        """Whether no resource of the kind has the key, and nobody claimed it before."""
        claimed = (_place(delivery, within), key)
        if claimed in self._claimed:
            return False
        self._claimed.add(claimed)  # before anything is waited for
        return not await self.ids(delivery, key, within)

    def created(self, delivery: Delivery, key: str, within: Mapping[str, str], number: str) -> None:
        """A resource of that key has come into being."""
        if _collection(delivery).lookup:
            self._remember_found(_place(delivery, within), key, number)
        else:
            self._remember(self._of(delivery, within).ids, key, number)

    def _remember_found(self, place: str, key: str, number: str) -> None:
        known = self._found.setdefault((place, key), [])
        if number not in known:
            known.append(number)

    @staticmethod
    def _remember(ids: dict[str, list[str]], key: str, number: str) -> None:
        known = ids.setdefault(key, [])
        if number not in known:
            known.append(number)


def _has(row: Mapping[str, object], having: Mapping[str, str]) -> bool:
    """Whether a row has properties, in any letter case."""
    return all(str(row.get(name)).casefold() == word.casefold() for name, word in having.items())


def _collection(delivery: Delivery) -> Collection:
    assert delivery.collection is not None, "what has a key is listed"
    return delivery.collection


def _place(delivery: Delivery, within: Mapping[str, str]) -> str:
    """The path of a collection: what is known is known of one of them."""
    return Call.of("GET", _collection(delivery).path, within).path


def _listing(delivery: Delivery, within: Mapping[str, str]) -> Call:
    """The call that lists what has a key.  A key that stands deeper than in a row itself may be
    missing there, and is then the key of nothing."""
    collection = _collection(delivery)
    own = (collection.key,) if "/" not in collection.key else ()
    expected = expected_listing(collection, (collection.id, *own))
    return Call.of("GET", collection.path, within, expected)


def expected_listing(collection: Collection, names: tuple[str, ...]) -> Expected:
    """What a listing must be: rows that have those properties."""
    return Expected(not collection.rows, names, collection.rows)
