"""What a run asks once, before the first call that changes anything: what the caller may do, what the
account has to have, and what v1's numbers and the user's names of resources have become.

What is missing is reported then, at the documents that it concerns, and these are not sent.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence

from ctct_migrate.json_pointers import at
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.phrases import with_article
from ctct_migrate.sender.calling import Refused
from ctct_migrate.sender.cross_references import CrossReferences
from ctct_migrate.sender.deeds import THERE
from ctct_migrate.sender.events import Lacking
from ctct_migrate.sender.ledger import RequestKind, RequestRecord, State
from ctct_migrate.sender.owners import owner_reference
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import failure
from ctct_migrate.sender.references import is_id, named_ids
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.settings import OnNameTaken
from ctct_migrate.sender.stopping import Stop
from ctct_migrate.targets import TARGETS, account_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.account_facts import AccountNeed, CallerRights
from ctct_migrate.targets.replies import Call, Expected, Failure
from ctct_migrate.targets.target import Delivery, Target

#: Seconds for which what the account lacks is believed; a long-lived sender asks again.
_BELIEVED = 60.0


class Preparations:
    """Asks for one run."""

    def __init__(self, parts: RunParts):
        self._parts, self._settings, self._settling = parts, parts.settings, parts.settling
        self._references = CrossReferences(parts)
        #: Whether anything of the target has ids that v1's numbers have become.
        deliveries = self._target.deliveries().values()
        self._refers = any(each.cross_reference is not None for each in deliveries)
        #: What the caller may do; None while it was not asked, or where it is not told.
        self._privileges: frozenset[str] | None = None
        self._is_asked = False
        #: What was found of each need, and when it was asked (monotonic seconds).
        self._there: dict[str, tuple[Failure | None, float]] = {}

    async def fitting(self, items: Sequence[Item]) -> list[Item]:
        """The items that nothing speaks against so far; the others are settled.  What is in doubt was
        sent before, and goes on in any case.  Raises Stopped."""
        left = list(items)
        if self._settings.preflight:
            left = await self._permitted(left)
            left = await self._provided(left)
        if self._refers:
            await self._name(left)
            await self._references.look_up(left)
        left = [item for item in left if not self._is_settled(item)]
        return [item for item in left if await self._is_labelled(item)]

    async def _is_labelled(self, item: Item) -> bool:
        """Whether the account has what an item says by labels; otherwise it is settled."""
        if not item.delivery.labels:
            return True
        ledger = self._parts.ledger
        failures = await self._parts.resolver.labels.look_up(
            item.delivery, ledger.body(item.request)
        )
        if failures and not item.doubtful:
            self._settling.fail(item, State.BLOCKED, failures)
        return item.doubtful or not failures

    # What the caller may do

    async def _permitted(self, items: list[Item]) -> list[Item]:
        """The items that the caller may send."""
        rights = self._target.rights
        if rights is None or not items:
            return items
        if not self._is_asked:
            self._privileges, self._is_asked = await self._asked(rights), True
        scopes = await self._parts.caller.scopes()
        lacking: dict[tuple[str, RequestKind], Failure | None] = {}
        left: list[Item] = []
        for item in items:
            kind = (item.resource, item.kind)
            if kind not in lacking:
                found = self._lacking(rights, item, scopes)
                lacking[kind] = found
                if found is not None:
                    self._parts.tell(Lacking(f"{found.rule.summary}: {found.words}"))
                    self._settling.fail(item, State.BLOCKED, [found])
                    continue
            if (known := lacking[kind]) is None or item.doubtful:
                left.append(item)
            else:
                self._settling.fail(item, State.BLOCKED, [known], silent=True)
        return left

    async def _asked(self, rights: CallerRights) -> frozenset[str] | None:
        call = Call("GET", rights.path, Expected(True), is_fixed=True)
        try:
            rows = await self._parts.caller.ask(call, optional=True)
        except Refused as refused:
            if refused.is_not_found:  # whoever may call anything may ask that
                gate = self._parts.gate
                gate.stop(Stop("no call can succeed", refused.outcome.failures[0]))
                gate.check()
            return None
        return frozenset(str(at(row, rights.name)).casefold() for row in rows)

    def _lacking(
        self, rights: CallerRights, item: Item, scopes: frozenset[str] | None
    ) -> Failure | None:
        """What the caller lacks for an item; None for nothing, or where it is not known."""
        delivery, noun = item.delivery, BY_SLUG[item.resource].noun
        needed = privileges_of(delivery, item.kind)
        for _, resource, _ in named_ids(delivery, self._parts.ledger.given(item.request)):
            named = self._settings.delivery(resource)
            if named is not None and named.cross_reference is not None:
                needed.append(named.privileges.get("list", ""))
        needed = [each for each in dict.fromkeys(needed) if each]
        pointer = key_pointer(delivery)
        if scopes is not None:
            wanted = dict.fromkeys(filter(None, map(rights.scope_of, needed)))
            missing = [scope for scope in wanted if scope not in scopes]
            if missing:
                words = f"{with_article(noun)} needs {' and '.join(missing)}"
                return failure(rights.no_scope, pointer, words)
        if self._privileges is None:
            return None
        missing = [each for each in needed if each.casefold() not in self._privileges]
        if not missing:
            return None
        may = [each for each in needed if each not in missing]
        words = f"{with_article(noun)} needs {' and '.join(missing)}"
        words += f"; the user has only {' and '.join(may)}" if may else ""
        return failure(rights.rule, pointer, words)

    # What the account has to have

    async def _provided(self, items: list[Item]) -> list[Item]:
        """The items for which the account has what they need."""
        left: list[Item] = []
        for item in items:
            before = self._lacked
            found = None if item.doubtful else await self._need(item)
            if found is None:
                left.append(item)
                continue
            self._settling.fail(item, State.BLOCKED, [found], silent=self._lacked == before)
        return left

    @property
    def _lacked(self) -> set[str]:
        """The paths of what is known to be missing."""
        return {path for path, (found, _) in self._there.items() if found is not None}

    async def _need(self, item: Item) -> Failure | None:
        """What of an item's needs the account lacks."""
        for need in item.delivery.needs:
            found, asked = self._there.get(need.path, (None, -_BELIEVED))
            if asked == -_BELIEVED or (found and time.monotonic() - asked > _BELIEVED):
                found = await self._missing(need, item)
                self._there[need.path] = found, time.monotonic()
                if found is not None:
                    self._parts.tell(Lacking(f"{found.rule.summary}: {found.words}"))
            if found is not None:
                return found
        return None

    async def _missing(self, need: AccountNeed, item: Item) -> Failure | None:
        call = Call("GET", need.path)
        try:
            value = at(await self._parts.caller.ask(call, optional=True), need.property)
        except Refused as refused:
            if not refused.is_not_found:
                return None  # no right to look; the server will say when it matters
            value = None
        if value:
            return None
        body = self._parts.ledger.body(item.request)
        shown = next((p for p in need.shown_at if at(body, p) is not None), None)
        return failure(need.rule, shown or key_pointer(item.delivery), need.words)

    # What numbers and names have become

    async def _name(self, items: Iterable[Item]) -> None:
        """Look up the resources that users named instead of giving their ids."""
        resolver = self._parts.resolver
        for resource, name in self._chosen_names(items):
            delivery = self._settings.delivery(resource)
            if delivery is None or (resource, name) in resolver.named or not delivery.key:
                continue
            collection = delivery.collection
            assert collection is not None, "what has a key is listed"
            try:
                ids = await self._parts.account.ids(delivery, collection.form_of(name))
            except Refused as refused:
                self._references.refused.setdefault(resource, refused.outcome.failures[0])
                continue
            if len(ids) == 1:
                resolver.named[resource, name] = ids[0]

    def _chosen_names(self, items: Iterable[Item]) -> list[tuple[str, str]]:
        found: dict[tuple[str, str], None] = {}
        for item in items:
            given = self._parts.ledger.given(item.request)
            numbers = [(each.resource, each.id) for each in named_ids(item.delivery, given)]
            if (owner := owner_reference(item.delivery)) and item.owner:
                numbers.append((owner.to, item.owner))
            if item.number:
                numbers.append((item.resource, item.number))
            for resource, number in numbers:
                chosen = self._settings.ids.get(resource, {}).get(number)
                if chosen is not None and not is_id(self._settings.delivery(resource), chosen):
                    found[resource, chosen] = None
        return list(found)

    def _is_settled(self, item: Item) -> bool:
        """Whether an item names what the account does not know, or is there under its number; it is
        settled then."""
        if item.doubtful or not self._refers:
            return False
        failures = [*self._unknown(item)]
        if failures:
            self._settling.fail(item, State.BLOCKED, failures)
            return True
        return item.kind is RequestKind.CREATE and self._is_there(item)

    def _unknown(self, item: Item) -> Iterable[Failure]:
        """What is said of numbers and names that the account does not know."""
        parts, delivery = self._parts, item.delivery
        named = list(named_ids(delivery, parts.ledger.given(item.request)))
        for pointer, resource, number in named:
            found = self._unresolved(resource, number, pointer)
            yield from () if found is None else (found,)
        if (owner := owner_reference(delivery)) is not None and item.owner is not None:
            found = self._unresolved(owner.to, item.owner, None)
            yield from () if found is None else (found,)
        own = self._references.own_number(item)
        if item.kind in (RequestKind.UPDATE, RequestKind.DELETE) and own is not None:
            found = self._unresolved(item.resource, own, None, is_own=True)
            yield from () if found is None else (found,)

    def _unresolved(
        self, resource: str, number: str, pointer: str | None, *, is_own: bool = False
    ) -> Failure | None:
        """What is said of a number that the account does not know; None for one that it knows, or
        that is a document of this ledger."""
        delivery, resolver = self._settings.delivery(resource), self._parts.resolver
        if delivery is None or delivery.cross_reference is None:
            return None
        chosen = resolver.chosen(resource, number)
        if chosen is not None:
            if is_id(delivery, chosen):
                return None
            words = f"the account has no {delivery.noun} called {chosen}"
            return failure(account_rules.NAMED_UNKNOWN, pointer, words)
        if not is_own and resolver.resolved(resource, number).is_sent:
            return None
        said = self._parts.ledger.referred(resource, number)
        if said is not None and said.target_id is not None:
            return None
        if said is None and (refused := self._references.refused.get(resource)) is not None:
            return refused
        words = f"the account knows no {delivery.noun} {number}"
        rule = account_rules.NUMBER_UNKNOWN if not is_own else catalogue.NOT_FOUND
        return failure(rule, pointer, words)

    def _is_there(self, item: Item) -> bool:
        """Whether what is to be created is in the account under its number, and settled by that."""
        number = self._references.own_number(item)
        said = None if number is None else self._parts.ledger.referred(item.resource, number)
        if said is None or said.target_id is None:
            return False
        delivery = item.delivery
        if delivery.shared:
            record = RequestRecord(said.target_id, note=THERE, kept=said.kept)
            self._settling.done(item, record)
            return True
        words = f"{delivery.noun} {said.target_id} is what number {number} has become"
        match self._settings.on_name_taken:
            case OnNameTaken.SKIP:
                self._settling.skip(item, words, said.target_id)
            case OnNameTaken.FAIL:
                there = failure(account_rules.NUMBER_THERE, None, words)
                self._settling.fail(item, State.BLOCKED, [there])
            case _:
                return False
        return True

    @property
    def _target(self) -> Target:
        return TARGETS[self._settings.target]


def privileges_of(delivery: Delivery, kind: RequestKind) -> list[str]:
    """What a caller must be allowed to do for requests of a kind."""
    steps = {
        RequestKind.UPDATE: delivery.update,
        RequestKind.DELETE: delivery.remove,
        RequestKind.PLACE: (*delivery.create, *delivery.update),
    }.get(kind, delivery.create)
    said: Mapping[str, str] = delivery.privileges
    return [said[step.method] for step in steps if step.method in said]
