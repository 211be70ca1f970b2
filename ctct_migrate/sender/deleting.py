"""Taking away what the server has: it is read, deleted, and read again after a lost answer."""

from __future__ import annotations

from collections.abc import Mapping

from ctct_migrate.late_dataclass import replace
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.calling import Change, Refused, pause_before
from ctct_migrate.sender.ledger import RequestRecord, State
from ctct_migrate.sender.owners import owner_of_item
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.step_calls import is_gone
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Failure, Reaction

#: Notes in the ledger about how a request came to be done.
DELETED, GONE = "deleted", "was not there any more"


class Deletions:
    """Deletes what documents name.  A deletion is safe to repeat: what is deleted stays away, and no
    other resource gets its id."""

    def __init__(self, parts: RunParts):
        self._parts = parts

    async def send(self, item: Item) -> None:
        """Delete what a document names.  Raises Stopped."""
        owner = await owner_of_item(self._parts, item)
        if owner is None:
            return
        own = self._own(item)
        if own is None:
            words = f"the account knows no {item.delivery.noun} {item.number}"
            self._fail(item, State.FAILED, _not_there(words))
            return
        await self._delete(item, {**owner.ids, "id": own})

    def _own(self, item: Item) -> str | None:
        """The id on the server of what is to be deleted."""
        parts, resource = self._parts, item.resource
        body = parts.ledger.body(item.request)
        collection = item.delivery.collection
        said = body.get(collection.id if collection is not None else "id") or body.get("id")
        tail = (item.number or "").rpartition("/")[2]
        number = str(said or BY_SLUG[resource].singleton or tail)
        found = parts.resolver.resolved(resource, number)
        if item.delivery.cross_reference is not None and not found.is_sent:
            return found.id if found.is_told else None
        # What was created by this program has the id that the server gave it.
        return parts.resolver.chosen(resource, number) or number

    async def _delete(self, item: Item, ids: Mapping[str, str]) -> None:
        parts, delivery = self._parts, item.delivery
        step = delivery.remove[0]
        last: tuple[Failure, ...] = ()
        for tries in range(1, parts.settings.tries + 1):
            try:
                await parts.finder.record(delivery, ids)
            except Refused as refused:
                if not refused.is_not_found:
                    parts.settling.refused(item, refused.outcome)
                elif parts.ledger.request(item.request).attempts:
                    self._done(item, ids, GONE)
                else:
                    words = f"the account has no {delivery.noun} {ids['id']}"
                    self._fail(item, State.FAILED, _not_there(words))
                return
            sent = await parts.caller.change(
                Change(item.request, step, parts.ledger.body(item.request), ids, {}, None),
                lambda answer: True,
                lambda answer: RequestRecord(target_id=ids["id"], note=DELETED),
            )
            if sent.reaction is None or is_gone(step, sent):
                self._done(item, ids, DELETED if sent.reaction is None else GONE)
                return
            if sent.reaction is not Reaction.ASK:
                parts.settling.refused(item, sent.outcome)
                return
            last = tuple(sent.outcome.failures)
            await parts.finder.settled(parts.ledger.request(item.request))
            await parts.gate.pause(pause_before(tries))
        parts.settling.fail(item, State.BLOCKED, last)

    def _done(self, item: Item, ids: Mapping[str, str], note: str) -> None:
        self._parts.settling.done(item, RequestRecord(target_id=ids["id"], note=note))

    def _fail(self, item: Item, state: State, found: Failure) -> None:
        self._parts.settling.fail(item, state, [found])


def _not_there(words: str) -> Failure:
    how = "Look up its id in the account. Nothing was deleted."
    return replace(failure(catalogue.NOT_FOUND, None, words), how=how)
