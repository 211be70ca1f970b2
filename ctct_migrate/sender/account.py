"""What the account has: confirmed addresses, contact lists, and campaigns by name; fetched once,
when it is first asked for, and again when there is reason to.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ctct_migrate.sender.calling import Caller, Refused
from ctct_migrate.targets.replies import Call, EndpointPattern

#: Seconds for which what the account lacks is believed; a long-lived sender asks again.
_BELIEVED = 60.0

#: Seconds that a server's clock may be behind ours, when it is asked for recent campaigns.
_SKEW = 3600.0

#: The largest page (reference, v2-contract, Endpoints).
_PAGE = {"limit": "50"}


@dataclass(slots=True)
class _Known:
    """Values and when they were asked for; `values` None: the account does not tell."""

    values: frozenset[str] | None = frozenset()
    asked: float = -_BELIEVED


@dataclass(slots=True)
class _Names:
    """Ids of campaigns by name.

    asked  when the newest listing was asked for, in seconds since 1970
    since  campaigns that were touched after that moment are in it
    whole  whether a listing of all campaigns is in `ids` as well
    """

    ids: dict[str, list[str]] = field(default_factory=dict)
    asked: float = 0.0
    since: float = math.inf
    whole: bool = False


class AccountView:
    """One account, as far as it was asked."""

    def __init__(self, caller: Caller):
        self._caller = caller
        self._lock = asyncio.Lock()
        self._known = {EndpointPattern.LISTS: _Known(), EndpointPattern.ADDRESSES: _Known()}
        self._names = _Names()
        self._claimed: set[str] = set()

    async def lacks_list(self, number: str) -> bool:
        """Whether the account has no list of that number; False too if it does not tell."""
        return await self._lacks(EndpointPattern.LISTS, "id", {}, number)

    async def lacks_address(self, address: str) -> bool:
        """Whether no confirmed address is `address`; False too if the account does not tell."""
        query = {"status": "CONFIRMED"}
        return await self._lacks(
            EndpointPattern.ADDRESSES, "email_address", query, address.casefold()
        )

    async def _lacks(
        self, target: EndpointPattern, name: str, query: Mapping[str, str], value: str
    ) -> bool:
        async with self._lock:
            known = self._known[target]
            if known.values is None or value in known.values:
                return False
            if time.monotonic() - known.asked < _BELIEVED:
                return True
            known.asked = time.monotonic()
            try:
                rows = await self._caller.ask(Call.on("GET", target), query, optional=True)
                wanted = query.get("status")
                known.values = frozenset(
                    row[name].casefold() for row in rows if wanted in (None, row.get("status"))
                )
            except Refused:
                known.values = None  # no privilege to look; the server will say when it matters
            return known.values is not None and value not in known.values

    async def campaigns(self, name: str) -> list[str]:
        """Ids of the campaigns of that name, as far as is known: all campaigns were listed once,
        and those that came into being through this program are known."""
        async with self._lock:
            if not self._names.whole:
                await self._list(-math.inf)
            return list(self._names.ids.get(name, ()))

    async def campaigns_since(self, name: str, since: float, asked_after: float) -> list[str]:
        """Ids of the campaigns of that name, by a listing that was asked for after `asked_after`
        and has all that were touched after `since` (both in seconds since 1970)."""
        async with self._lock:
            if self._names.asked < asked_after or self._names.since > since:
                await self._list(since - _SKEW)
            return list(self._names.ids.get(name, ()))

    async def campaigns_now(self, name: str) -> list[str]:
        """Ids of the campaigns of that name, by a listing of this moment."""
        async with self._lock:
            known = self._names
            await self._list(known.asked - _SKEW if known.whole else -math.inf)
            return list(self._names.ids.get(name, ()))

    async def _list(self, since: float) -> None:
        began = time.time()
        query = dict(_PAGE)
        whole = since == -math.inf
        if not whole:
            moment = datetime.fromtimestamp(max(since, 0.0), UTC)
            query["modified_since"] = moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        rows = await self._caller.pages(Call.on("GET", EndpointPattern.CAMPAIGNS), query)
        ids: dict[str, list[str]] = {} if whole else self._names.ids
        for row in rows:
            self._remember(ids, row["name"], row["id"])
        self._names = _Names(ids, began, since, self._names.whole or whole)

    async def claim(self, name: str) -> bool:
        """Whether no campaign has the name, and nobody claimed it before."""
        if name in self._claimed:
            return False
        self._claimed.add(name)  # before anything is waited for
        return not await self.campaigns(name)

    def created(self, name: str, number: str) -> None:
        """A campaign of that name has come into being."""
        self._remember(self._names.ids, name, number)

    @staticmethod
    def _remember(ids: dict[str, list[str]], name: str, number: str) -> None:
        known = ids.setdefault(name.strip(), [])
        if number not in known:
            known.append(number)
