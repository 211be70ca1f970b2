"""What became of a campaign whose answer was lost: the server is asked.

Names of campaigns are unique in an account.  So a campaign that was created is found under its
name, and a campaign of that name which is equal to what was sent is ours; if there is none, it was
not created.  (A request that is still on its way when the server is asked is caught by the same
uniqueness: a second POST is then refused as a taken name, and the server is asked again.)

Schedules and updates need nothing of the kind: they are always fetched before they are sent anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ctct_migrate.sender.account import AccountView
from ctct_migrate.sender.calling import Caller, Refused
from ctct_migrate.sender.comparison import differences, instant
from ctct_migrate.sender.ledger import LedgerRequest
from ctct_migrate.sender.settings import Settings
from ctct_migrate.sender.stopping import Gate
from ctct_migrate.targets.replies import Call, EndpointPattern

#: Seconds by which the server's clock may differ from ours: a campaign that is older than the
#: request by more than that cannot have come from it.
_SKEW = 86_400.0


class Verdict(StrEnum):
    """What the server has."""

    ABSENT = "absent"  #: nothing of that name: it was not created
    OURS = "ours"  #: a campaign equal to what was sent
    OTHER = "other"  #: a campaign of that name which was there before
    UNCLEAR = "unclear"  #: one that is young enough to be ours, and differs


@dataclass(frozen=True, slots=True)
class RecoveryFinding:
    """The verdict, the campaign's v2 id, and the JSON pointers in which it differs."""

    verdict: Verdict
    v2_id: str = ""
    pointers: tuple[str, ...] = ()


class LostAnswers:
    """Asks the server about campaigns."""

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

    async def campaign(
        self, request: LedgerRequest, body: dict[str, Any], *, everywhere: bool = False
    ) -> RecoveryFinding:
        """What became of the creation of a campaign.  `everywhere`: look among all campaigns, as
        they are now, and not only among those that were touched since the request was sent.
        Raises Stopped or Refused."""
        await self.settled(request)
        name = str(body["name"]).strip()
        started = request.started or 0.0
        if everywhere:
            ids = await self._account.campaigns_now(name)
        else:
            asked_after = min(time.time(), self._doubted(request) + self._settle)
            ids = await self._account.campaigns_since(name, started, asked_after)
        found = RecoveryFinding(Verdict.ABSENT)
        for number in ids:
            record = await self._record(number)
            if record is None or str(record["name"]).strip() != name:
                continue  # removed or renamed since it was listed
            pointers = tuple(differences("campaign", body, record))
            if not pointers:
                return RecoveryFinding(Verdict.OURS, number)
            young = _is_young(instant(record.get("created_date")), started)
            verdict = Verdict.UNCLEAR if young else Verdict.OTHER
            found = RecoveryFinding(verdict, number, pointers)
        return found

    async def _record(self, number: str) -> dict[str, Any] | None:
        try:
            record: dict[str, Any] = await self._caller.ask(
                Call.on("GET", EndpointPattern.CAMPAIGN, number)
            )
        except Refused:
            return None
        return record


def _is_young(created: datetime | None, started: float) -> bool:
    """Whether a campaign may have come from a request that was sent at `started`."""
    return created is None or created.timestamp() >= started - _SKEW
