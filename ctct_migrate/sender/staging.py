"""Whether something may be placed in a resource, by how far that has come.

A campaign that was sent would be sent again, to whoever has joined its lists since.  So before
something is placed where none is listed, the resource is asked how far it has come, unless it was
created in this very run.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.calling import Caller, Refused
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.targets.account_facts import Stage
from ctct_migrate.targets.replies import Call, Failure
from ctct_migrate.targets.target import Delivery

#: How far what was sent may lie from the moment that was asked for.
_NEAR = timedelta(hours=1)


class Readiness(StrEnum):
    """Whether something may be placed."""

    OPEN = "open"  #: it may
    PLACED = "placed"  #: it is there, though the listing did not show it: it is to be listed again
    HAPPENED = "happened"  #: it took effect at the moment that was asked for
    CLOSED = "closed"  #: it may not


@dataclass(frozen=True, slots=True)
class StageReading:
    """What was read.

    readiness  whether something may be placed
    failure    why not, if so
    moment     when it took effect; None if it did not
    """

    readiness: Readiness
    failure: Failure | None = None
    moment: datetime | None = None


async def stage_of(
    caller: Caller, delivery: Delivery, stage: Stage, ids: Mapping[str, str], wanted: Any
) -> StageReading:
    """How far that in which a resource is placed has come; `wanted` is the moment that was asked for,
    as ISO 8601.  Raises Stopped or Refused."""
    answer = await caller.ask(Call.of("GET", stage.path, ids))
    word = str(at(answer, stage.property)).casefold()
    if word in stage.open:
        return StageReading(Readiness.OPEN)
    rows = await _history(caller, stage, ids)
    moments = [found for row in rows if (found := instant(at(row, stage.moment))) is not None]
    moment = instant(wanted)
    near = [each for each in moments if moment and abs(each - moment) <= _NEAR]
    if word in stage.over and near:
        return StageReading(Readiness.HAPPENED, moment=near[-1])
    owner = BY_SLUG[delivery.resource].owner
    noun = BY_SLUG[owner.to].noun if owner else "resource"
    words = f"the {noun} is {word}"
    if moments:
        words += f", since {max(moments):%Y-%m-%d %H:%M} UTC"
    reasons = [str(found) for row in rows if stage.reason and (found := at(row, stage.reason))]
    if reasons:
        words += f" (reason code {reasons[-1]})"
    said = failure(stage.rule, delivery.future or None, words)
    readiness = Readiness.PLACED if word in stage.placed else Readiness.CLOSED
    return StageReading(readiness, said)


async def _history(caller: Caller, stage: Stage, ids: Mapping[str, str]) -> list[Any]:
    """When it took effect, as far as the server tells."""
    if not stage.history:
        return []
    try:
        rows = await caller.ask(Call.of("GET", stage.history, ids))
    except Refused:
        return []
    return rows if isinstance(rows, list) else []
