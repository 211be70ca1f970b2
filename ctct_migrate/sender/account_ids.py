"""Whether the id that a document has is the account's: confirmed by the key, before what is there is
replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.sender.calling import Refused
from ctct_migrate.sender.ledger import State
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.targets import reply_rules as catalogue


async def confirmed_id(
    parts: RunParts, item: Item, body: Mapping[str, Any], ids: Mapping[str, str]
) -> str | None:
    """The id of what a document is about, whose own is in `ids`.

    That id, if the account has the key of `body` under it; another, if the account has the key under
    that one and nothing under the document's.  Otherwise None, and the request is settled.  Raises
    Stopped.
    """
    delivery = item.delivery
    own, key = ids["id"], delivery.key_of(body)
    if not key:
        return own
    try:
        found = await parts.account.ids_now(delivery, key, ids)
        if own in found:
            return own
        there = await _there(parts, item, ids)
    except Refused as refused:
        parts.settling.refused(item, refused.outcome)
        return None
    collection = delivery.collection
    assert collection is not None, "what has a key is listed"
    if there is not None and collection.key_of(there) == key:
        return own  # the listing was late
    if there is None and len(found) == 1:
        return found[0]
    if there is None:
        words = f"the account has no {delivery.noun} {own}, and none of the {delivery.key_name}"
        parts.settling.fail(item, State.FAILED, [failure(catalogue.NOT_FOUND, None, words)])
        return None
    other = f"; it has this one as {', '.join(found)}" if found else ""
    words = f"the account has {collection.key_of(there)} as {delivery.noun} {own}{other}"
    rule = delivery.other_key or catalogue.NOT_FOUND
    parts.settling.fail(item, State.BLOCKED, [failure(rule, key_pointer(delivery), words)])
    return None


async def _there(parts: RunParts, item: Item, ids: Mapping[str, str]) -> dict[str, Any] | None:
    try:
        return await parts.finder.record(item.delivery, ids)
    except Refused as refused:
        if refused.is_not_found:
            return None
        raise
