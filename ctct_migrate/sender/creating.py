"""Bringing a resource into being, or replacing the one that a document names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.json_pointers import with_value
from ctct_migrate.late_dataclass import replace as replace_fields
from ctct_migrate.sender.account_ids import confirmed_id
from ctct_migrate.sender.calling import Change, Refused, Sent, pause_before
from ctct_migrate.sender.deeds import SHARED, replaced
from ctct_migrate.sender.detours import Detours
from ctct_migrate.sender.file_forms import DIGEST, FileNotSentError, file_form
from ctct_migrate.sender.finding import ADOPTED, Finding, Likeness, answered
from ctct_migrate.sender.later_steps import LaterSteps
from ctct_migrate.sender.ledger import RequestContent, RequestKind, RequestRecord, State
from ctct_migrate.sender.owners import owner_of_item
from ctct_migrate.sender.placing import key_pointer
from ctct_migrate.sender.plan import Item
from ctct_migrate.sender.plan_failures import changed_since, failure, known_failure
from ctct_migrate.sender.replacing import replace
from ctct_migrate.sender.run_parts import RunParts
from ctct_migrate.sender.settings import OnNameTaken
from ctct_migrate.sender.step_calls import keeps_all, path_ids, record_of
from ctct_migrate.targets import file_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import (
    CallOutcome,
    Expected,
    Failure,
    Reaction,
)
from ctct_migrate.targets.target import Delivery, Recovery


class Creations:
    """Sends what is created, or updated."""

    def __init__(self, parts: RunParts):
        self._parts = parts
        self._ledger, self._settling = parts.ledger, parts.settling
        self._later, self._detours = LaterSteps(parts), Detours(parts)

    async def send(self, item: Item) -> None:
        """Send a document.  Raises Stopped."""
        owner = await owner_of_item(self._parts, item)
        if owner is None:
            return
        request = self._ledger.request(item.request)
        within = owner.ids
        if request.kind is RequestKind.UPDATE:
            await self._update(item, within)
            return
        if self._detours.is_begun(item):
            await self._detour(item, within)
            return
        is_begun = self._is_begun(item)
        if not is_begun and (
            request.state is not State.IN_DOUBT or not await self._found(item, within, item.fresh)
        ):
            await self._create(item, within, looks=not (owner.found.is_new and owner.found.is_sent))
        if is_begun or self._is_begun(item):
            await self._later.send(item, within)

    async def _detour(self, item: Item, within: Mapping[str, str]) -> None:
        body = self._parts.resolver.body(item)
        if body is not None:
            await self._detours.send(item, body, within)

    def _is_begun(self, item: Item) -> bool:
        """Whether the first of several steps is done."""
        steps = item.delivery.create
        return len(steps) > 1 and steps[0].name in self._ledger.done_parts(item.request)

    async def _update(self, item: Item, within: Mapping[str, str]) -> None:
        request = self._ledger.request(item.request)
        if request.state is State.IN_DOUBT:
            if self._cannot_be_read(item):
                self._settling.fail(item, State.IN_DOUBT, [known_failure(request)])
                return
            await self._parts.finder.settled(request)
            self._ledger.replan(item.request, item.fresh)
        body = self._parts.resolver.body(item)
        if body is None:
            return
        resource = item.delivery.resource
        number = (item.number or "").rpartition("/")[2]
        known = self._ledger.id_of(resource, item.number) if item.number else None
        known = self._parts.resolver.chosen(resource, number) or known
        own = known or str(body.get("id") or number)
        note = ""
        if item.delivery.cross_reference is not None and known is None:
            said = self._ledger.referred(resource, number)
            if said is None or said.target_id is None:
                words = f"the account knows no {item.delivery.noun} {number}"
                self._settling.fail(item, State.FAILED, [failure(catalogue.NOT_FOUND, None, words)])
                return
            own, within = said.target_id, {**said.kept, **within}
        if item.delivery.other_key is not None and known is None and not item.ids_of_target:
            confirmed = await confirmed_id(self._parts, item, body, {**within, "id": own})
            if confirmed is None:
                return
            note = "" if confirmed == own else f"the account has it as {confirmed}"
            own = confirmed
        await replace(self._parts, item, body, {**within, "id": own}, note)

    def _cannot_be_read(self, item: Item) -> bool:
        """Whether nothing can be read of the step of an update that is in doubt."""
        attempts = self._ledger.attempts(item.request)
        names = {step.name for step in item.delivery.update if step.recovery is not Recovery.READ}
        return bool(attempts) and attempts[-1].step in names

    async def _create(self, item: Item, within: Mapping[str, str], *, looks: bool) -> None:
        """Create a resource; `looks`: whether one of its key may be there before."""
        body = self._parts.resolver.body(item)
        if body is None:
            return
        delivery = item.delivery
        body.pop("id", None)  # of a replacement that was tried before
        if self._parts.settings.preflight and delivery.looks_first and looks:
            try:
                known = await self._parts.account.ids(delivery, delivery.key_of(body), within)
                known = await self._parts.finder.not_apart(delivery, body, within, known)
            except Refused as refused:
                self._settling.refused(item, refused.outcome)
                return
            if known and not await self._free_at_last(item, body, within, known[0]):
                return
        for tries in range(1, self._parts.settings.tries + 1):
            try:
                sent = await self._post(item, body, within)
            except FileNotSentError as error:
                pointer = delivery.created_key or delivery.key
                unsent = failure(file_rules.NOT_SENT, pointer, str(error))
                self._settling.fail(item, State.BLOCKED, [unsent])
                return
            reaction = sent.reaction
            if reaction is None:
                return
            if reaction is Reaction.NAME_TAKEN and delivery.key:
                if not await self._taken_meanwhile(item, body, within, sent.outcome):
                    return
            elif self._detours.helps(item, body, sent.outcome):
                self._detours.begin(item)
                await self._detour(item, within)
                return
            elif reaction is not Reaction.ASK:
                self._settling.refused(item, sent.outcome)
                return
            elif await self._found(item, within, None, sent.outcome):
                return
            else:
                await self._parts.gate.pause(pause_before(tries))
            last = sent.outcome.failures
        self._settling.fail(item, State.BLOCKED, last)

    async def _post(self, item: Item, body: dict[str, Any], within: Mapping[str, str]) -> Sent:
        """Send the first step.  Raises FileNotSentError before anything is sent, or Stopped."""
        delivery, collection = item.delivery, item.delivery.collection
        step, *later = delivery.create
        key = delivery.key_of(body)
        parameters = self._ledger.parameters(item.request)
        form = None
        if step.file:
            planned = parameters.get(DIGEST, "")
            form = file_form(delivery, step, body, item.origin.path, planned)

        def is_ours(value: Any) -> bool:
            made = step.answered(value)
            keyless = not key or collection is None or bool(step.id_header)
            same = keyless or (collection is not None and collection.key_of(made) == key)
            return same and keeps_all(step, made)

        sent = await self._parts.caller.change(
            Change(
                item.request,
                step,
                body,
                path_ids(delivery, body, within, RequestRecord()),
                parameters,
                Expected(step.answers_array, answered(delivery), header=step.id_header),
                of_several=bool(later),
                is_last=not later,
                instead=form,
            ),
            is_ours,
            lambda value: record_of(step, step.answered(value)),
        )
        if sent.reaction is None:
            if key:
                made = record_of(step, step.answered(sent.value)).target_id or ""
                self._parts.account.created(delivery, key, within, made)
            if not later:
                self._settling.done(item)
        return sent

    async def _on_taken(
        self,
        item: Item,
        body: dict[str, Any],
        within: Mapping[str, str],
        target_id: str,
        said: str = "",
    ) -> bool:
        """Do as `--on-name-taken` says; whether the resource is still to be created (`body` then
        has another key)."""
        delivery = item.delivery
        match self._parts.settings.on_name_taken:
            case OnNameTaken.RENAME if _is_numbered(delivery):
                await self._rename(item, body, within)
                return True
            case OnNameTaken.UPDATE if _is_replaced(delivery):
                await self._replace(item, body, within, target_id)
            case OnNameTaken.SKIP:
                note = f"{delivery.noun} {target_id} has the {delivery.key_name}"
                self._settling.skip(item, note, target_id)
            case _ if delivery.shared:
                self._settling.done(item, RequestRecord(target_id, note=SHARED))
            case _:
                words = f"{delivery.noun} {target_id} has it{said}"
                self._settling.fail(item, State.BLOCKED, [_taken(delivery, words)])
        return False

    async def _replace(
        self, item: Item, body: dict[str, Any], within: Mapping[str, str], target_id: str
    ) -> None:
        delivery = item.delivery
        note = replaced(delivery.noun, delivery.key_name)
        await replace(self._parts, item, body, {**within, "id": target_id}, note)

    async def _rename(self, item: Item, body: dict[str, Any], within: Mapping[str, str]) -> None:
        """Give `body` a key that is free."""
        key = await self._free_key(item, within)
        body.update(with_value(body, item.delivery.key, key))

    async def _free_at_last(
        self, item: Item, body: dict[str, Any], within: Mapping[str, str], target_id: str
    ) -> bool:
        """The key is taken before anything is sent: maybe by a try of an earlier run, which
        arrived after it was asked about.  Whether the resource is still to be created."""
        request = self._ledger.request(item.request)
        if request.attempts:
            finding = await self._parts.finder.created(
                item.delivery, request, body, within, everywhere=True
            )
            if await self._is_settled_by(item, body, within, finding):
                return False
        return await self._on_taken(item, body, within, target_id)

    async def _taken_meanwhile(
        self, item: Item, body: dict[str, Any], within: Mapping[str, str], outcome: CallOutcome
    ) -> bool:
        """The server says that the key is taken: maybe by an earlier try of ours, whose answer
        was lost.  Whether the resource is still to be created."""
        request = self._ledger.request(item.request)
        finding = await self._parts.finder.created(
            item.delivery, request, body, within, everywhere=True
        )
        if request.attempts > 1 and await self._is_settled_by(item, body, within, finding):
            return False
        if finding.likeness is Likeness.ABSENT:
            words = " ".join(each.words for each in outcome.failures)
            finding = await self._parts.finder.said(item.delivery, body, within, words)
        if finding.likeness is Likeness.ABSENT:  # taken by something that no listing shows
            renames = self._parts.settings.on_name_taken is OnNameTaken.RENAME
            if renames and _is_numbered(item.delivery):
                await self._rename(item, body, within)
                return True
            self._settling.fail(item, State.BLOCKED, outcome.failures)
            return False
        if self._is_barred(item, finding):
            return False
        equal = finding.likeness is Likeness.OURS or not finding.pointers
        said = ", and is equal to this document" if equal else ""
        return await self._on_taken(item, body, within, finding.target_id, said)

    async def _free_key(self, item: Item, within: Mapping[str, str]) -> str:
        """The key with the first number after it that is free, within the contract's length."""
        delivery = item.delivery
        collection, name = delivery.collection, item.name
        assert collection is not None, "what has a key is listed"
        limits = delivery.table.contract.limits(delivery.schema, delivery.key)
        for candidate in _numbered(name, limits.max_length or len(name) + 8):
            form = collection.form_of(candidate)
            if await self._parts.account.claim(delivery, form, within):
                return candidate
        raise AssertionError("numbers do not end")

    # In doubt

    async def _found(
        self,
        item: Item,
        within: Mapping[str, str],
        fresh: RequestContent | None,
        outcome: CallOutcome | None = None,
    ) -> bool:
        """Whether the creation that is in doubt (`outcome`: since just now) is settled; otherwise
        the resource is not there, and is planned again, as `fresh` has it if the document has
        changed."""
        request = self._ledger.request(item.request)
        if item.delivery.create[0].recovery is not Recovery.KEY or not item.delivery.key:
            failures = outcome.failures if outcome else (known_failure(request),)
            self._settling.fail(item, State.IN_DOUBT, failures)
            return True
        body = self._ledger.body(item.request)
        try:
            finding = await self._parts.finder.created(item.delivery, request, body, within)
        except Refused as refused:
            self._settling.fail(item, State.IN_DOUBT, refused.outcome.failures)
            return True
        if finding.likeness is Likeness.ABSENT and self._parts.finder.is_early(
            item.delivery, request
        ):
            how = (
                "The server may have it and not list it yet. Give the command again in ten minutes."
            )
            failures = outcome.failures if outcome else (known_failure(request),)
            self._settling.fail(item, State.IN_DOUBT, [replace_fields(failures[0], how=how)])
            return True
        if await self._is_settled_by(item, body, within, finding):
            if fresh and finding.likeness is Likeness.OURS:
                self._settling.note(item, changed_since(item, finding.target_id))
            return True
        self._ledger.replan(item.request, fresh)
        return False

    def _adopt(self, item: Item, finding: Finding) -> None:
        """Take what the server has for what the first step made."""
        step, *later = item.delivery.create
        if later:
            kept = record_of(step, finding.record).kept
            record = RequestRecord(finding.target_id, note=ADOPTED, kept=kept)
            self._ledger.reach(item.request, step.name, State.PLANNED, record)
        else:
            self._settling.done(item, RequestRecord(finding.target_id, note=ADOPTED))

    async def _is_settled_by(
        self, item: Item, body: dict[str, Any], within: Mapping[str, str], finding: Finding
    ) -> bool:
        """Whether a request that was sent before is settled by what the server has: it is done if
        that is ours, and stays in doubt if that cannot be told."""
        if finding.likeness is Likeness.OURS:
            self._adopt(item, finding)
            return True
        if self._is_barred(item, finding):
            return True
        if finding.likeness is not Likeness.UNCLEAR:
            return False
        if self._parts.settings.on_name_taken is OnNameTaken.UPDATE and _is_replaced(item.delivery):
            await self._replace(item, body, within, finding.target_id)
        else:
            pointers = ", ".join(finding.pointers)
            words = f"{item.delivery.noun} {finding.target_id} differs in {pointers}"
            doubt = failure(catalogue.DOUBT_DIFFERS, finding.pointers[0], words)
            self._settling.fail(item, State.IN_DOUBT, [doubt])
        return True

    def _is_barred(self, item: Item, finding: Finding) -> bool:
        """Whether what has the key is to be left as it is, such as somebody who opted out; the request
        is settled then."""
        delivery, barrier = item.delivery, item.delivery.barrier
        parameters = self._ledger.parameters(item.request)
        if barrier is None or not barrier.stops(finding.record, parameters):
            return False
        words = f"{delivery.noun} {finding.target_id} is {barrier.value}"
        if self._parts.settings.on_name_taken is OnNameTaken.SKIP:
            self._settling.skip(item, words, finding.target_id)
        else:
            barred = failure(barrier.rule, key_pointer(delivery), words)
            self._settling.fail(item, State.BLOCKED, [barred])
        return True


def _is_replaced(delivery: Delivery) -> bool:
    """Whether what has the key can be made equal to a new one: no update brings a file."""
    return bool(delivery.update) and not delivery.sends_file


def _is_numbered(delivery: Delivery) -> bool:
    return delivery.collection is not None and delivery.collection.numbered


def _taken(delivery: Delivery, words: str) -> Failure:
    return failure(catalogue.NAME_TAKEN, key_pointer(delivery), words)


def _numbered(name: str, longest: int) -> Iterator[str]:
    number = 2
    while True:
        tail = f" ({number})"
        yield name[: longest - len(tail)].rstrip() + tail
        number += 1
