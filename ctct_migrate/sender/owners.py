"""The resource that another one lives in, when that one is sent."""

from __future__ import annotations

from collections.abc import Mapping

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.resources.resource import Reference
from ctct_migrate.sender.calling import Refused
from ctct_migrate.sender.ledger import State
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.resolving import Resolved
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.step_calls import record_of
from ctct_migrate.targets.target import Delivery


@dataclass(frozen=True, slots=True)
class Owner:
    """What a resource lives in.

    found  on the server
    ids    for the paths of what lives in it: its own id under its slug (`campaign`), and what else
           its own steps kept
    """

    found: Resolved
    ids: Mapping[str, str]


def owner_reference(delivery: Delivery) -> Reference | None:
    """The reference to the owner; None where there is none, or where the target's paths do not
    say it (which is then said by the body)."""
    owner = BY_SLUG[delivery.resource].owner
    paths = _paths(delivery)
    if owner is None or not (owner.required or any(f"{{{owner.to}}}" in path for path in paths)):
        return None
    return owner


async def owner_of_item(parts: RunParts, item: Item) -> Owner | None:
    """What the resource of a document lives in; None when that is not there, and then the request
    is settled.  Raises Stopped."""
    owner = owner_reference(item.delivery)
    if owner is None:
        return Owner(Resolved("", True), {})
    found = parts.resolver.resolved(owner.to, item.owner or "")
    if found.skipped:
        noun = BY_SLUG[owner.to].noun
        parts.settling.skip(item, f"its {noun} was skipped: {found.skipped}")
        return None
    if found.id is None:
        pointer = item.delivery.future or None
        missing = parts.resolver.missing(owner.to, pointer, found)
        parts.settling.fail(item, State.BLOCKED, [missing])
        return None
    try:
        kept = await _kept(parts, item.delivery, owner.to, found)
    except Refused as refused:
        parts.settling.refused(item, refused.outcome)
        return None
    outer = _outer_ids(parts, owner.to, item.owner or "")
    return Owner(found, {**outer, **kept, owner.to: found.id.rpartition("/")[2]})


def _outer_ids(parts: RunParts, resource: str, number: str) -> dict[str, str]:
    """The ids of what an owner lives in itself, by slug; `number` is the owner's, as the ledger has
    numbers (`event/item`)."""
    found: dict[str, str] = {}
    outer = BY_SLUG[resource].owner
    while outer is not None and "/" in number:
        number = number.rpartition("/")[0]
        resolved = parts.resolver.resolved(outer.to, number)
        found[outer.to] = (resolved.id or number).rpartition("/")[2]
        outer = BY_SLUG[outer.to].owner
    return found


async def _kept(
    parts: RunParts, delivery: Delivery, owner: str, found: Resolved
) -> Mapping[str, str]:
    """What else the owner's steps kept: of one that was not sent by this program it is read, if the
    paths need it.  Raises Stopped or Refused."""
    other = parts.settings.delivery(owner)
    first = other.create[0] if other is not None and other.create else None
    if other is None or first is None:
        return found.kept
    needed = {name for name in first.keeps if f"{{{name}}}" in " ".join(_paths(delivery))}
    if needed - {"id"} <= found.kept.keys():
        return found.kept
    record = await parts.finder.record(other, {"id": found.id or ""})
    return {**record_of(first, record).kept, **found.kept}


def _paths(delivery: Delivery) -> list[str]:
    """All paths of a delivery."""
    steps = (*delivery.create, *delivery.update)
    listed = [delivery.collection.path] if delivery.collection is not None else []
    return [delivery.item, *listed, *(step.path for step in steps), *(s.reads for s in steps)]
