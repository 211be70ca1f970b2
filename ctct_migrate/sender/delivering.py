"""Sending one document: a resource is created, or what is there is replaced or deleted, or placed where
there can be only one.

What a resource is, and how it is called, is said by its delivery; nothing here knows any.  Each
function ends with the request settled in the ledger, or with Stopped.
"""

from __future__ import annotations

from ctct_migrate.json_pointers import at
from ctct_migrate.sender.creating import Creations
from ctct_migrate.sender.deleting import Deletions
from ctct_migrate.sender.ledger import RequestKind, State
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.references import NamedId, named_ids
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.settings import OnNameTaken
from ctct_migrate.sender.singletons import Singletons
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import (
    Failure,
)


class Deliveries:
    """Sends documents."""

    def __init__(self, parts: RunParts):
        self._parts = parts
        self._creations, self._singletons = Creations(parts), Singletons(parts)
        self._deletions = Deletions(parts)

    async def send(self, item: Item) -> None:
        """Send a document, after looking up what became of it if it is in doubt.  Raises
        Stopped."""
        forbidden = self._parts.settling.forbidden.get(item.delivery.resource)
        if forbidden is not None and not item.doubtful:
            self._parts.settling.fail(item, State.BLOCKED, [forbidden], silent=True)
        elif item.kind is RequestKind.PLACE:
            await self._singletons.send(item)
        elif item.kind is RequestKind.DELETE:
            await self._deletions.send(item)
        else:
            await self._creations.send(item)

    async def fits(self, item: Item) -> bool:
        """Whether the account has what a document needs; if not, the request is settled.  One that
        is in doubt may be there already, and is not looked at.  Raises Stopped."""
        if item.doubtful:
            return True
        failures = await self._lacking(item)
        parts, delivery = self._parts, item.delivery
        failing = parts.settings.on_name_taken is OnNameTaken.FAIL
        tried = parts.ledger.request(item.request).attempts > 0
        # What lives in another resource is looked for when that one is there.
        known = delivery.collection is not None and "{" not in delivery.collection.path
        creates = item.kind is RequestKind.CREATE and delivery.looks_first and known
        # What has the key is used, or may be something else.
        creates = creates and not delivery.shared and not delivery.apart
        if creates and failing and not tried:
            for target_id in (await parts.account.ids(delivery, item.name))[:1]:
                words = f"{delivery.noun} {target_id} has it"
                failures.append(failure(catalogue.NAME_TAKEN, key_pointer(delivery), words))
        if failures:
            parts.settling.fail(item, State.BLOCKED, failures)
        return not failures

    async def _lacking(self, item: Item) -> list[Failure]:
        """What the account lacks for a document."""
        parts, delivery = self._parts, item.delivery
        body = parts.ledger.body(item.request)
        found: list[Failure] = []
        for check in delivery.checks:
            for pointer in check.pointers:
                value = at(body, pointer)
                if value and await parts.account.lacks(check, value):
                    words = check.words.format(value=value)
                    found.append(failure(check.rule, pointer, words))
        given = list(named_ids(delivery, parts.ledger.given(item.request)))
        sent = {each.id for each in given if parts.resolver.is_sent(each.resource, each.id)}
        for pointer, resource, number in named_ids(delivery, body):
            named = parts.settings.delivery(resource)
            if (
                named is None
                or number in sent
                or number in named.nowhere
                or named.cross_reference is not None
            ):
                continue
            if await parts.account.lacks_id(named, number):
                rule = named.unknown or catalogue.NOT_FOUND
                words = f"the account has no {named.noun} {number}"
                found.append(failure(rule, pointer, words))
        return found + [self._gone(each) for each in given if await self._is_gone(each)]

    async def _is_gone(self, named: NamedId) -> bool:
        """Whether a number has become something, or another id was chosen for it, and the account does
        not have that (any more)."""
        parts, delivery = self._parts, self._parts.settings.delivery(named.resource)
        if delivery is None or delivery.cross_reference is None:
            return False
        if parts.resolver.is_sent(named.resource, named.id):
            return False
        target_id = parts.resolver.resolved(named.resource, named.id).id
        return target_id is None or await parts.account.lacks_id(delivery, target_id)

    def _gone(self, named: NamedId) -> Failure:
        parts, delivery = self._parts, self._parts.settings.delivery(named.resource)
        assert delivery is not None, "it was looked for"
        target_id = parts.resolver.resolved(named.resource, named.id).id or named.id
        words = f"the account has no {delivery.noun} {target_id}"
        return failure(delivery.unknown or catalogue.NOT_FOUND, named.pointer, words)
