"""Replacing a resource that is there: it is read, compared, and written if it differs and if
nothing is lost by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.sender.calling import Refused, pause_before
from ctct_migrate.sender.comparison import differences, emptied
from ctct_migrate.sender.finding import answered
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.plan import Item, failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Call, Expected, Failure, Reaction
from ctct_migrate.targets.target import Delivery

#: Note in the ledger about how a request came to be done.
EQUAL = "was equal already"


async def replace(
    parts: RunParts, item: Item, body: dict[str, Any], ids: Mapping[str, str], note: str
) -> None:
    """Replace the resource of those ids by `body`.  Raises Stopped."""
    delivery, settling = item.delivery, parts.settling
    (step,) = delivery.update
    contract = delivery.table.contract
    if "/id" in contract.properties(delivery.schema, "update"):
        body = {**body, "id": ids["id"]}
    for tries in range(1, parts.settings.tries + 1):
        try:
            there = await parts.finder.record(delivery, ids)
        except Refused as refused:
            settling.refused(item, refused.outcome)
            return
        fixed = contract.read_only_in(delivery.schema, there)
        body = {name: value for name, value in body.items() if name not in fixed}
        lost = emptied(delivery, body, there) if delivery.replaces else []
        lost = [pointer for pointer in lost if pointer[1:] not in fixed]
        if not differences(delivery, body, there) and not lost:
            settling.done(item, RequestRecord(target_id=ids["id"], note=note or EQUAL))
            return
        if failures := list(_against(parts, delivery, there, lost)):
            settling.fail(item, State.BLOCKED, failures)
            return
        sent = await parts.caller.change(
            item.request,
            Call.of(step.method, step.path, ids, Expected(names=answered(delivery))),
            body,
            lambda value: value["id"] == ids["id"],
            lambda value: RequestRecord(target_id=ids["id"], note=note),
            step.query_of(parts.ledger.parameters(item.request)),
        )
        if sent.reaction is None:
            settling.done(item)
            return
        if sent.reaction is not Reaction.ASK:
            settling.refused(item, sent.outcome)
            return
        await parts.finder.settled(parts.ledger.request(item.request))
        await parts.gate.pause(pause_before(tries))
    settling.fail(item, State.BLOCKED, sent.outcome.failures)


def _against(
    parts: RunParts, delivery: Delivery, there: Mapping[str, Any], lost: list[str]
) -> Iterator[Failure]:
    """What speaks against an update."""
    for name, wanted in delivery.editable.items():
        if there.get(name) not in (None, wanted):
            words = f"its {name} is {there[name]}"
            yield failure(delivery.not_editable or catalogue.REFUSED, "/id", words)
    if lost and not parts.settings.allow_emptying:
        for pointer in lost:
            yield failure(catalogue.WOULD_EMPTY, pointer, f"{pointer} would be emptied")
