"""Sending one campaign: POST of a new one, or PUT of one that is there.

Each function ends with the request settled in the ledger, or with Stopped.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from ctct_migrate.contract.contract import limits, stock_content
from ctct_migrate.sender.account import AccountView
from ctct_migrate.sender.calling import Caller, Refused, Sent, pause_before
from ctct_migrate.sender.comparison import differences, emptied
from ctct_migrate.sender.ledger import (
    Digests,
    Ledger,
    LedgerRequest,
    RequestKind,
    RequestRecord,
    State,
)
from ctct_migrate.sender.list_map import LISTS
from ctct_migrate.sender.plan import Item, failure
from ctct_migrate.sender.recovery import LostAnswers, RecoveryFinding, Verdict
from ctct_migrate.sender.settings import OnNameTaken, Settings
from ctct_migrate.sender.settling import Settling
from ctct_migrate.sender.stopping import Gate
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import Call, CallOutcome, EndpointPattern, Failure, Reaction

#: Notes in the ledger about how a campaign came to be done.
ADOPTED = "found on the server, equal to what was sent"
EQUAL = "was equal already"
REPLACED = "replaced the campaign of that name"


class Campaigns:
    """Sends campaigns."""

    def __init__(
        self,
        ledger: Ledger,
        caller: Caller,
        account: AccountView,
        recovery: LostAnswers,
        gate: Gate,
        settings: Settings,
        settling: Settling,
    ):
        self._ledger, self._caller, self._account = ledger, caller, account
        self._recovery, self._gate, self._settings = recovery, gate, settings
        self._settling = settling

    async def send(self, item: Item) -> None:
        """Send a campaign, after looking up what became of it if it is in doubt.  Raises
        Stopped."""
        request = self._ledger.request(item.request)
        if request.kind is RequestKind.UPDATE:
            await self._update(item, request)
        elif request.state is not State.IN_DOUBT or not await self._found(item, item.fresh):
            await self._create(item)

    async def fits(self, item: Item) -> bool:
        """Whether the account has what a campaign needs; if not, the request is settled.  A
        campaign that is in doubt may be there already, and is not looked at.  Raises Stopped."""
        if item.doubtful:
            return True
        body = self._ledger.body(item.request)
        failures = [found async for found in self._unfit(body)]
        failing = self._settings.on_name_taken is OnNameTaken.FAIL
        tried = self._ledger.request(item.request).attempts > 0
        if item.kind is RequestKind.CREATE and failing and not tried:
            for v2_id in (await self._account.campaigns(item.name))[:1]:
                failures.append(_taken(f"campaign {v2_id} has it"))
        if failures:
            self._settling.fail(item, State.BLOCKED, failures)
        return not failures

    # Creating

    async def _create(self, item: Item) -> None:
        body = self._ledger.body(item.request)
        body.pop("id", None)  # of a replacement that was tried before
        if self._settings.preflight:
            known = await self._account.campaigns(str(body["name"]).strip())
            if known and not await self._free_at_last(item, body, known[0]):
                return
        for tries in range(1, self._settings.tries + 1):
            sent = await self._post(item, body)
            reaction = sent.reaction
            if reaction is None:
                return
            if reaction is Reaction.NAME_TAKEN:
                if not await self._taken_meanwhile(item, body, sent.outcome):
                    return
            elif reaction is not Reaction.ASK:
                self._settling.fail(item, State.FAILED, sent.outcome.failures)
                return
            elif await self._found(item, ()):
                return
            else:
                await self._gate.pause(pause_before(tries))
            last = sent.outcome.failures
        self._settling.fail(item, State.BLOCKED, last)

    async def _post(self, item: Item, body: dict[str, Any]) -> Sent:
        sent = await self._caller.change(
            item.request,
            Call.on("POST", EndpointPattern.CAMPAIGNS),
            body,
            lambda value: value["name"].strip() == str(body["name"]).strip(),
            lambda value: RequestRecord(v2_id=value["id"]),
        )
        if sent.reaction is None:
            self._account.created(str(body["name"]), sent.value["id"])
            self._settling.done(item)
        return sent

    async def _unfit(self, body: dict[str, Any]) -> AsyncIterator[Failure]:
        """What the account lacks for a campaign."""
        for name in ("from_email", "reply_to_email"):
            address = body.get(name)
            if address and await self._account.lacks_address(address):
                yield failure(
                    catalogue.ADDRESS_REFUSED, f"/{name}", f"{address} is not confirmed there"
                )
        for index, entry in enumerate(body.get(LISTS) or ()):
            if await self._account.lacks_list(entry["id"]):
                yield failure(
                    catalogue.LIST_UNKNOWN, f"/{LISTS}/{index}/id",
                    f"the account has no list {entry['id']}",
                )  # fmt: skip

    async def _on_taken(self, item: Item, body: dict[str, Any], v2_id: str, said: str = "") -> bool:
        """Do as `--on-name-taken` says; whether the campaign is still to be created (`body` then
        has another name)."""
        match self._settings.on_name_taken:
            case OnNameTaken.RENAME:
                body["name"] = await self._free_name(item.name)
                return True
            case OnNameTaken.UPDATE:
                await self._put(item, body, v2_id, REPLACED)
            case OnNameTaken.SKIP:
                self._settling.skip(item, f"campaign {v2_id} has the name")
            case OnNameTaken.FAIL:
                words = f"campaign {v2_id} has it{said}"
                self._settling.fail(item, State.BLOCKED, [_taken(words)])
        return False

    async def _free_at_last(self, item: Item, body: dict[str, Any], v2_id: str) -> bool:
        """The name is taken before anything is sent: maybe by a try of an earlier run, which
        arrived after it was asked about.  Whether the campaign is still to be created."""
        request = self._ledger.request(item.request)
        if request.attempts:
            finding = await self._recovery.campaign(request, body, everywhere=True)
            if await self._is_settled_by(item, body, finding):
                return False
        return await self._on_taken(item, body, v2_id)

    async def _taken_meanwhile(
        self, item: Item, body: dict[str, Any], outcome: CallOutcome
    ) -> bool:
        """The server says that the name is taken: maybe by an earlier try of ours, whose answer
        was lost.  Whether the campaign is still to be created."""
        request = self._ledger.request(item.request)
        finding = await self._recovery.campaign(request, body, everywhere=True)
        if request.attempts > 1 and await self._is_settled_by(item, body, finding):
            return False
        if finding.verdict is Verdict.ABSENT:  # taken by something that the listing does not show
            if self._settings.on_name_taken is OnNameTaken.RENAME:
                body["name"] = await self._free_name(item.name)
                return True
            self._settling.fail(item, State.BLOCKED, outcome.failures)
            return False
        equal = finding.verdict is Verdict.OURS
        said = ", and is equal to this document" if equal else ""
        return await self._on_taken(item, body, finding.v2_id, said)

    async def _free_name(self, name: str) -> str:
        """The name with the first number after it that is free, within the contract's length."""
        longest = limits("campaign", "/name").max_length or len(name) + 8
        for candidate in _numbered(name.strip(), longest):
            if await self._account.claim(candidate):
                return candidate
        raise AssertionError("numbers do not end")

    # In doubt

    async def _found(self, item: Item, fresh: tuple[Digests, dict[str, Any]] | tuple[()]) -> bool:
        """Whether the campaign that is in doubt is settled; otherwise it is not there, and is
        planned again, as `fresh` has it if the document has changed."""
        request = self._ledger.request(item.request)
        body = self._ledger.body(item.request)
        try:
            finding = await self._recovery.campaign(request, body)
        except Refused as refused:
            self._settling.fail(item, State.IN_DOUBT, refused.outcome.failures)
            return True
        if await self._is_settled_by(item, body, finding):
            if fresh and finding.verdict is Verdict.OURS:
                self._settling.note(item, failure(catalogue.CHANGED_SINCE))
            return True
        self._ledger.replan(item.request, *fresh)
        return False

    async def _is_settled_by(
        self, item: Item, body: dict[str, Any], finding: RecoveryFinding
    ) -> bool:
        """Whether a request that was sent before is settled by what the server has: it is done if
        that is ours, and stays in doubt if that cannot be told."""
        if finding.verdict is Verdict.OURS:
            self._settling.done(item, RequestRecord(v2_id=finding.v2_id, note=ADOPTED))
            return True
        if finding.verdict is not Verdict.UNCLEAR:
            return False
        if self._settings.on_name_taken is OnNameTaken.UPDATE:
            await self._put(item, body, finding.v2_id, REPLACED)
        else:
            words = f"campaign {finding.v2_id} differs in {', '.join(finding.pointers)}"
            doubt = failure(catalogue.DOUBT_DIFFERS, finding.pointers[0], words)
            self._settling.fail(item, State.IN_DOUBT, [doubt])
        return True

    # Updating

    async def _update(self, item: Item, request: LedgerRequest) -> None:
        if request.state is State.IN_DOUBT:
            await self._recovery.settled(request)
            self._ledger.replan(item.request, *item.fresh)
        body = self._ledger.body(item.request)
        known = self._ledger.campaign_id(item.number) if item.number else None
        await self._put(item, body, known or str(body.get("id") or ""), "")

    async def _put(self, item: Item, body: dict[str, Any], v2_id: str, note: str) -> None:
        """Replace a campaign, if it differs, and if nothing is lost by it."""
        body = {**body, "id": v2_id}
        for tries in range(1, self._settings.tries + 1):
            try:
                there = await self._caller.ask(Call.on("GET", EndpointPattern.CAMPAIGN, v2_id))
            except Refused as refused:
                self._settling.fail(item, State.FAILED, refused.outcome.failures)
                return
            if there.get("template_type") == "STOCK":
                body = {name: value for name, value in body.items() if name not in stock_content()}
            lost = _lost(body, there)
            if not differences("campaign", body, there) and not lost:
                self._settling.done(item, RequestRecord(v2_id=v2_id, note=note or EQUAL))
                return
            if failures := list(self._against(body, there, lost)):
                self._settling.fail(item, State.BLOCKED, failures)
                return
            sent = await self._caller.change(
                item.request,
                Call.on("PUT", EndpointPattern.CAMPAIGN, v2_id),
                body,
                lambda value: value["id"] == v2_id,
                lambda value: RequestRecord(v2_id=v2_id, note=note),
            )
            if sent.reaction is None:
                self._settling.done(item)
                return
            if sent.reaction is not Reaction.ASK:
                taken = sent.reaction is Reaction.NAME_TAKEN
                state = State.BLOCKED if taken else State.FAILED
                self._settling.fail(item, state, sent.outcome.failures)
                return
            await self._recovery.settled(self._ledger.request(item.request))
            await self._gate.pause(pause_before(tries))
        self._settling.fail(item, State.BLOCKED, sent.outcome.failures)

    def _against(
        self, body: dict[str, Any], there: dict[str, Any], lost: list[str]
    ) -> Iterator[Failure]:
        """What speaks against an update."""
        if there.get("status") not in (None, "DRAFT"):
            yield failure(catalogue.NOT_A_DRAFT, "/id", f"its status is {there['status']}")
        if lost and not self._settings.allow_emptying:
            for pointer in lost:
                yield failure(catalogue.WOULD_EMPTY, pointer, f"{pointer} would be emptied")


def _taken(words: str) -> Failure:
    return failure(catalogue.NAME_TAKEN, "/name", words)


def _lost(body: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """What the campaign has and would not have any more; content that cannot be written is not
    lost."""
    stock = there.get("template_type") == "STOCK"
    kept = {f"/{name}" for name in stock_content()} if stock else set()
    return [pointer for pointer in emptied(body, there) if pointer not in kept]


def _numbered(name: str, longest: int) -> Iterator[str]:
    number = 2
    while True:
        tail = f" ({number})"
        yield name[: longest - len(tail)].rstrip() + tail
        number += 1
