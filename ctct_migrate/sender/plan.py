"""What is to be sent: documents against the ledger, before any call is made.

A plan holds no bodies, so that a run of any length fits into memory; they are in the ledger.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import field
from datetime import UTC, datetime
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.bulk_way import BulkWay
from ctct_migrate.sender.comparison import instant
from ctct_migrate.sender.file_forms import DIGEST, file_digest, unsent
from ctct_migrate.sender.identity import Arrival, Identities, Recognised, same_path
from ctct_migrate.sender.ledger import (
    Digests,
    KnownDocument,
    Ledger,
    LedgerDocument,
    LedgerRequest,
    RequestContent,
    RequestKind,
    State,
)
from ctct_migrate.sender.ledger.digests import content_digest, exact_digest, one_line
from ctct_migrate.sender.placing import Origin, key_pointer
from ctct_migrate.sender.references import (
    chosen,
    given,
    mapped,
    named_ids,
    number_of,
    owner_of,
)
from ctct_migrate.sender.settings import BulkChoice, OnNameTaken, Settings
from ctct_migrate.targets import TARGETS, account_rules, file_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.replies import (
    Failure,
    Reaction,
)
from ctct_migrate.targets.target import Delivery


@dataclass(frozen=True, slots=True)
class Submission:
    """A payload that is to be sent.

    payload  what is sent
    sha256   of the document's bytes, in hexadecimal; empty: that of the body is taken
    again    makes the payload once more, to show where a failure is; without it the payload is
             kept in memory
    removes  whether what it names is to be deleted, and nothing of it is sent
    """

    payload: Payload
    sha256: str = ""
    again: Callable[[], Payload | None] | None = None
    removes: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One request of this run.

    request   its number in the ledger
    delivery  how the target takes the resource
    number    as the ledger knows the document (`LedgerDocument.number`)
    owner     v1 id of the resource that it lives in; None for none
    name      its key, in the form in which keys are compared, or empty
    fresh     what the document gives today, when the ledger's request is in doubt with something
              else; None otherwise
    doubtful  whether it may have been done: the server is asked before anything else
    named     the resources that the body names: slugs and ids
    ids_of_target  whether the ids are the target's own (`Payload.ids_of_target`)
    apart     what tells the document from others of its key (`Delivery.apart`)
    """

    request: int
    kind: RequestKind
    delivery: Delivery
    number: str | None
    owner: str | None
    name: str
    origin: Origin
    fresh: RequestContent | None = None
    doubtful: bool = False
    named: frozenset[tuple[str, str]] = frozenset()
    ids_of_target: bool = False
    apart: tuple[str, ...] = ()

    @property
    def resource(self) -> str:
        """Slug of the resource."""
        return self.delivery.resource


@dataclass(frozen=True, slots=True)
class Repeated:
    """A document that the plan has already, found at another place.

    request  of the one that it is the same as
    origin   where this one was found
    failure  what is to be said about it
    """

    request: int
    origin: Origin
    failure: Failure


@dataclass(slots=True)
class SendPlan:
    """What a run is to do.

    items     in the order of the documents: what is to be sent
    settled   requests of these documents that are done, or failed and unchanged since
    findings  by request: what keeps an item from being sent, or is worth saying of a settled one
    settings  what was chosen
    under_way by request: the request about many that it is a part of, whose end is not known
    order     by request: its place among the documents
    repeated  documents that are the same as one of the others
    """

    items: list[Item] = field(default_factory=list)
    settled: list[Item] = field(default_factory=list)
    findings: dict[int, list[Failure]] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    under_way: dict[int, int] = field(default_factory=dict)
    order: dict[int, int] = field(default_factory=dict)
    repeated: list[Repeated] = field(default_factory=list)

    @property
    def sending(self) -> list[Item]:
        """The items that nothing keeps from being sent."""
        return [item for item in self.items if item.request not in self.findings]

    def counts(self) -> dict[tuple[str, RequestKind], int]:
        """How many items of each resource (by slug) and kind will be sent."""
        return dict(Counter((item.resource, item.kind) for item in self.sending))

    @property
    def calls(self) -> int:
        """The calls that it takes, at the least: each listing that is looked at fits into one, and
        what is unchanged needs no PUT."""
        return self.calls_with(self.settings.bulk)

    def in_bulk(self, choice: BulkChoice) -> list[Item]:
        """The items that are sent by requests about many, with that choice."""
        way = BulkWay.of(self.settings)
        return [] if way is None else way.chosen(self.sending, replace(self.settings, bulk=choice))

    def bulk_requests(self, choice: BulkChoice) -> int:
        """How many requests about many there are, at the least, with that choice."""
        way, chosen = BulkWay.of(self.settings), self.in_bulk(choice)
        return way.requests(chosen) if way is not None and chosen else 0

    def calls_with(self, choice: BulkChoice) -> int:
        """The same, with another choice about requests about many."""
        way, chosen = BulkWay.of(self.settings), self.in_bulk(choice)
        in_bulk = way.calls(chosen) if way is not None and chosen else 0
        apart = {item.request for item in chosen}
        sending = self.sending
        created = {
            (item.resource, item.number)
            for item in sending
            if item.kind is RequestKind.CREATE and item.number
        }
        known = {(item.resource, item.number) for item in (*self.items, *self.settled)}
        preflight = self.settings.preflight
        looking = {look for item in sending for look in _looks(item, known) if preflight}
        asked = _asked(sending, known, self.settings, rights=preflight)
        jobs = {self.under_way[item.request] for item in sending if item.request in self.under_way}
        singly = [item for item in sending if item.request not in apart | self.under_way.keys()]
        doubts = len(jobs) + sum(item.doubtful for item in singly)
        return (
            asked + len(looking) + doubts + in_bulk + sum(_calls(item, created) for item in singly)
        )

    def seconds(self, per_second: int, choice: BulkChoice | None = None) -> float:
        """How long the calls take at the allowed rate; `choice` as for `calls_with`."""
        return self.calls_with(choice or self.settings.bulk) / per_second

    def days(self, per_day: int, left_today: int, choice: BulkChoice | None = None) -> int:
        """On how many days calls are made, with so many left today; `choice` as for
        `calls_with`."""
        calls = self.calls_with(choice or self.settings.bulk)
        return 1 + max(0, math.ceil((calls - left_today) / per_day))


def _looks(item: Item, known: Set[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
    """What is looked at in the account before an item is sent, each in a way of its own; `known` are
    the slugs and numbers of documents, which are not looked for there."""
    if item.kind in (RequestKind.PLACE, RequestKind.DELETE):
        return
    for check in item.delivery.checks:
        yield "check", check.collection.path
    for slug, _ in item.named - known:
        yield "ids", slug
    owner = BY_SLUG[item.resource].owner
    is_in_new = owner is not None and (owner.to, item.owner) in known  # where nothing is yet
    if item.kind is RequestKind.CREATE and item.delivery.looks_first and not is_in_new:
        yield "keys", f"{item.resource} {item.owner or ''}"


def _asked(
    items: Sequence[Item], known: Set[tuple[str, str | None]], settings: Settings, *, rights: bool
) -> int:
    """How many calls it takes to ask, once in a run, what the caller may do, what the account has
    to have, and what numbers have become."""
    numbers: dict[str, set[str]] = {}
    for item in items:
        owner = BY_SLUG[item.resource].owner
        own = item.kind in (RequestKind.UPDATE, RequestKind.DELETE) or (
            item.delivery.cross_reference is not None and item.delivery.cross_reference.renewed
        )
        named = {(slug, number) for slug, number in item.named if (slug, number) not in known}
        if owner is not None and item.owner and (owner.to, item.owner) not in known:
            named.add((owner.to, item.owner))
        if own and item.number and item.kind is not RequestKind.PLACE:
            named.add((item.resource, item.number))
        for slug, number in named:
            numbers.setdefault(slug, set()).add(number)
    calls = 0
    for slug, found in numbers.items():
        delivery = settings.delivery(slug)
        reference = delivery.cross_reference if delivery is not None else None
        calls += math.ceil(len(found) / reference.most) if reference is not None else 0
    needs = {need.path for item in items for need in item.delivery.needs}
    told = bool(items) and TARGETS[settings.target].rights is not None
    return calls + (len(needs) + told if rights else 0)


def _calls(item: Item, created: set[tuple[str, str]]) -> int:
    owner = BY_SLUG[item.resource].owner
    if item.kind is RequestKind.CREATE or (
        item.kind is RequestKind.PLACE and owner and (owner.to, item.owner) in created
    ):
        return sum(1 + step.confirmed for step in item.delivery.create)
    if item.kind is RequestKind.DELETE:
        return 2
    confirmed = item.kind is RequestKind.UPDATE and item.delivery.other_key is not None
    return 2 * max(1, len(item.delivery.update)) + confirmed  # what is there is fetched first


class Planner:
    """Makes plans for one ledger."""

    def __init__(self, ledger: Ledger, settings: Settings):
        self._ledger, self._settings = ledger, settings

    def plan(self, submissions: Iterable[Submission]) -> SendPlan:
        """Enter the documents into the ledger, and see what is to be done about each."""
        plan = SendPlan(settings=self._settings)
        for job in self._ledger.open_jobs():
            plan.under_way |= dict.fromkeys(self._ledger.members(job.id), job.id)
        with self._ledger.together():
            identities = Identities(self._ledger, self._settings)
            origins: dict[int, Origin] = {}  # of documents that were put aside
            for position, submission in enumerate(submissions):
                arrival, origin = self._arrival(submission)
                found = identities.enter(position, arrival)
                if found is None:
                    origins[position] = origin
                elif found.is_repeated:
                    self._repeat(plan, found, origin)
                else:
                    self._add(plan, position, arrival, found, origin)
            for position, arrival, found in identities.rest():
                kept = arrival.with_body(found.body or {})
                self._add(plan, position, kept, found, origins[position])
        plan.repeated = [
            replace(each, request=identities.final(each.request)) for each in plan.repeated
        ]
        plan.items.sort(key=lambda item: plan.order[item.request])
        plan.settled.sort(key=lambda item: plan.order[item.request])
        self._find_twins(plan)
        self._find_bare_owners(plan)
        return plan

    def _repeat(self, plan: SendPlan, found: Recognised, origin: Origin) -> None:
        first = found.request.document
        if first.entry == origin.entry and same_path(first.path, origin.path):
            return  # the same place, named twice
        words = f"the other is {place(first)}"
        said = failure(catalogue.SAME_TWICE, words=words)
        plan.repeated.append(Repeated(found.request.id, origin, said))

    def _arrival(self, submission: Submission) -> tuple[Arrival, Origin]:
        """A submission, as the ledger is to know it, and where it came from.  Raises ValueError
        for a resource that the target has no place for."""
        payload = submission.payload
        delivery = self._settings.delivery(payload.resource)
        if delivery is None:
            raise ValueError(f"{self._settings.target} has no place for {payload.resource}")
        body, origins = mapped(delivery, payload.body, chosen(self._settings.ids))
        made_for = dict(payload.made_for) if delivery.fitting is not None else {}
        request = {**payload.request, **made_for}
        if delivery.sends_file and payload.shape is Shape.CREATE and not submission.removes:
            request[DIGEST] = file_digest(delivery, payload.body, payload.source)
        digests = _digests(body, request)
        document = _document(submission, delivery, digests.planned)
        content = RequestContent(
            digests,
            body,
            given(delivery, payload.body),
            request,
            parts_of(delivery, payload.body),
        )
        kind = RequestKind.DELETE if submission.removes else _kind(payload)
        arrival = Arrival(document, kind, content, owner_of(payload))
        again = submission.again or (lambda: payload)
        return arrival, Origin(
            document.path, document.entry, again, delivery, origins, payload.ids_of_target
        )  # fmt: skip

    def _add(
        self, plan: SendPlan, position: int, arrival: Arrival, found: Recognised, origin: Origin
    ) -> None:
        request, kind, delivery = found.request, arrival.kind, origin.delivery
        body = arrival.content.body
        plan.order[request.id] = position
        doubtful = request.state in (State.IN_DOUBT, State.IN_FLIGHT)
        changed = _is_changed(request, self._compared(arrival, request))
        mixed = changed and self._is_mixed(request, arrival)
        item = Item(
            request.id, kind, delivery, arrival.document.number, arrival.owner,
            delivery.key_of(body), origin,
            arrival.content if doubtful and changed and not mixed else None, doubtful,
            frozenset((each.resource, each.id) for each in named_ids(delivery, body)),
            origin.ids_of_target, delivery.apart_of(body),
        )  # fmt: skip
        if found.rival is not None:
            plan.items.append(item)
            plan.findings[request.id] = [_unclear(delivery, arrival.document, found.rival)]
            return
        if mixed and not doubtful:
            plan.items.append(item)
            plan.findings[request.id] = [_half_way(delivery, request)]
            return
        if not doubtful and not self._replanned(request, changed, arrival):
            plan.settled.append(item)
            if request.state is State.DONE and changed:
                plan.findings[request.id] = [_changed(item, request, found.before)]
            elif request.state is State.FAILED:
                plan.findings[request.id] = [known_failure(request)]
            return
        plan.items.append(item)
        # What was tried before may have taken effect meanwhile: then the server is asked first.
        untried = not doubtful and (not request.attempts or delivery.stage is None)
        if arrival.content.parameters.get(DIGEST) == "" and not doubtful:
            words = unsent(delivery, body, origin.path)
            lacking = failure(file_rules.NOT_SENT, delivery.created_key or delivery.key, words)
            plan.findings.setdefault(request.id, []).append(lacking)
        if kind is RequestKind.PLACE and untried and self._has_passed(delivery, body):
            words = f"it is {datetime.now(UTC):%Y-%m-%d %H:%M} UTC now"
            passed = failure(catalogue.MOMENT_PASSED, delivery.future, words)
            plan.findings.setdefault(request.id, []).append(passed)

    def _compared(self, arrival: Arrival, request: LedgerRequest) -> Digests:
        """The digests of a document to compare with what was sent: a file that was sent and is not there
        any more is no change."""
        content = arrival.content
        if request.state is not State.DONE or content.parameters.get(DIGEST) != "":
            return content.digests
        sent = self._ledger.parameters(request.id).get(DIGEST, "")
        return _digests(content.body, {**content.parameters, DIGEST: sent})

    def _is_mixed(self, request: LedgerRequest, arrival: Arrival) -> bool:
        """Whether a creation has some of its steps behind it, and the document has changed in what
        these sent."""
        if request.kind is not RequestKind.CREATE or request.state is State.DONE:
            return False
        parts = arrival.content.parts
        done = self._ledger.done_parts(request.id)
        return any(parts.get(step, part) != part for step, part in done.items())

    def _replanned(self, request: LedgerRequest, changed: bool, arrival: Arrival) -> bool:
        """Whether a request is to be sent (again); the ledger then has today's body."""
        again = request.state in (State.PLANNED, State.BLOCKED, State.SKIPPED)
        if request.kind is RequestKind.DELETE:
            again = True  # it may have come back since: the server is asked
        elif request.state is State.FAILED or (
            request.state is State.DONE and request.kind is not RequestKind.CREATE
        ):
            again = changed
        if again and changed:
            self._ledger.replan(request.id, arrival.content)
        elif again and request.state is not State.PLANNED:
            # What is sent (a new name, say) stays: an earlier try of it may still arrive.
            self._ledger.replan(request.id)
        return again

    def _has_passed(self, delivery: Delivery, body: Mapping[str, Any]) -> bool:
        moment = instant(at(body, delivery.future)) if delivery.future else None
        if moment is None or self._settings.reschedule_past is not None:
            return False
        return moment <= datetime.now(UTC)

    def _find_bare_owners(self, plan: SendPlan) -> None:
        """What is to be placed in something that this run creates without what it needs for that is
        not sent, and neither is that, so that its document can be completed first."""
        created = {
            (item.resource, item.number): item
            for item in plan.items
            if item.kind is RequestKind.CREATE and item.number
        }
        for item in plan.items:
            part, owned = item.delivery.owner_part, BY_SLUG[item.resource].owner
            if part is None or owned is None or item.doubtful:
                continue
            owner = created.get((owned.to, item.owner)) if item.owner else None
            if owner is None or at(self._ledger.body(owner.request), part.pointer):
                continue
            if any(each.rule is part.rule for each in plan.findings.get(item.request, ())):
                continue
            named = _place(owner.origin.path, owner.origin.entry)
            words = part.words.format(owner=named)
            found = failure(part.rule, item.delivery.future, words)
            plan.findings.setdefault(item.request, []).append(found)
            if not owner.doubtful:
                words = part.placed.format(placed=_place(item.origin.path, item.origin.entry))
                found = failure(part.rule, key_pointer(owner.delivery), words)
                plan.findings.setdefault(owner.request, []).append(found)

    def _find_twins(self, plan: SendPlan) -> None:
        """Of two documents with one name, or about one number, the second is not sent."""
        names: dict[tuple[str, ...], Item] = {}
        numbers: dict[tuple[str, str], Item] = {}
        renaming = self._settings.on_name_taken is OnNameTaken.RENAME
        # What is, or may be, on the server already is the first of its name.
        first_ones = [*plan.settled, *(item for item in plan.items if item.doubtful)]
        kept = {item.request for item in first_ones}
        for item in (*first_ones, *(item for item in plan.items if not item.doubtful)):
            found = []
            if item.number:
                first = numbers.setdefault((item.resource, item.number), item)
                if first is not item:
                    pointer = key_pointer(item.delivery)
                    found.append(failure(catalogue.NUMBER_TWICE, pointer, _other(first)))
            creates = item.kind is RequestKind.CREATE and item.delivery.key
            if creates and not renaming and not found:
                first = names.setdefault(
                    (item.resource, item.owner or "", *item.apart, item.name), item
                )
                if first is not item:
                    pointer = key_pointer(item.delivery)
                    found.append(failure(catalogue.NAME_TWICE, pointer, _other(first)))
            if found and item.request not in kept:
                plan.findings.setdefault(item.request, []).extend(found)


def failure(rule: Any, pointer: str | None = None, words: str = "") -> Failure:
    """Something that keeps one document from being sent, and that no server said."""
    return Failure(rule, Reaction.FAIL, words=words, pointer=pointer)


def known_failure(request: LedgerRequest) -> Failure:
    """The failure that the ledger remembers."""
    record = request.record
    rules = {rule.code: rule for rule in (*catalogue.RULES, *account_rules.ACCOUNT_RULES)}
    rule = rules.get(record.code or "", catalogue.REFUSED)
    return Failure(rule, Reaction.FAIL, record.status, words=record.words, pointer=record.pointer)


def _is_changed(request: LedgerRequest, digests: Digests) -> bool:
    """Whether a document says something else than the ledger has.  White space counts as long as
    the request may still be sent: it is sent as it is written today."""
    if request.kind is RequestKind.CREATE and request.state in (State.DONE, State.IN_DOUBT):
        return not request.digests.same_content(digests)
    return request.digests.planned != digests.planned


def _digests(body: Mapping[str, Any], request: Mapping[str, str]) -> Digests:
    """Of a body and the parameters of its request."""
    said = {"body": body, "request": request} if request else body
    return Digests(exact_digest(said), content_digest(said))


def parts_of(delivery: Delivery, body: Mapping[str, Any]) -> dict[str, str]:
    """Digests of what each step of a creation sends, by its name; empty where there is one."""
    if len(delivery.create) < 2:
        return {}
    return {step.name: exact_digest({"part": step.sends(body)}) for step in delivery.create}


def changed_since(item: Item, target_id: str | None, words: str = "") -> Failure:
    """That a document was sent and has changed since.  An update goes by the document's id; who has
    none is told how to give it one."""
    said = failure(catalogue.CHANGED_SINCE, words=words)
    if item.delivery.sends_file:
        how = (
            "No update brings a file: another one is sent under another name. Its name, its description"
            " and its folder are changed with `--shape update`."
        )
        return replace(said, how=how)
    if item.number is not None or not item.delivery.update:
        return said
    noun, collection = item.delivery.noun, BY_SLUG[item.resource].collection
    how = "`--shape update` needs an id, and the document has none."
    if target_id is None:
        return replace(said, how=f"{how} Change the {noun} in the account.")
    if item.delivery.cross_reference is None:
        how += f" Give it that of the {noun} in the account, a URI that ends in"
        how += f" `{collection}/{target_id}`, and bring the change over with `--shape update`."
    else:
        how += (
            f" Give it one of your own, a URI that ends in `{collection}/1`, and bring the change"
        )
        how += f" over with `--shape update --id-map {item.resource}=1={target_id}`."
    return replace(said, how=how)


def _changed(item: Item, request: LedgerRequest, before: KnownDocument | None) -> Failure:
    """That a document has changed since; where it was found then, if elsewhere."""
    words = ""
    here = _place(item.origin.path, item.origin.entry)
    if before is not None and place(before.document) != here:
        words = f"it was sent from {place(before.document)}"
    return changed_since(item, request.record.target_id, words)


def _half_way(delivery: Delivery, request: LedgerRequest) -> Failure:
    words = f"{delivery.noun} {request.record.target_id} was made of it"
    return failure(catalogue.STEP_CHANGED, key_pointer(delivery), words)


def _unclear(delivery: Delivery, document: LedgerDocument, rival: KnownDocument) -> Failure:
    made = f" as {delivery.noun} {rival.target_id}" if rival.target_id else ""
    verb = "was sent" if rival.target_id else f"is {rival.state}"
    words = (
        f"{rival.document.name or rival.document.number} {verb}{made} from {place(rival.document)}"
    )
    return failure(catalogue.UNCLEAR, key_pointer(delivery), words)


def place(document: LedgerDocument) -> str:
    """Where a document was found, for users."""
    return _place(document.path, document.entry)


def _place(path: str, entry: int | None) -> str:
    return path if entry is None else f"{path}, entry {entry}"


def _other(item: Item) -> str:
    return f"the other is {_place(item.origin.path, item.origin.entry)}"


def _kind(payload: Payload) -> RequestKind:
    if BY_SLUG[payload.resource].singleton:
        return RequestKind.PLACE
    return RequestKind.UPDATE if payload.shape is Shape.UPDATE else RequestKind.CREATE


def document_path(source: str, sha256: str) -> str:
    """The path by which the ledger knows a source.  Standard input and bytes in memory have no path
    of their own: what is in them stands for it, by the digest of that."""
    if not source or source == "-" or source.startswith("<"):
        return f"{source or '-'}#{sha256[:16]}"
    return source


def _document(submission: Submission, delivery: Delivery, planned: str) -> LedgerDocument:
    """What the ledger calls the document."""
    payload = submission.payload
    sha256 = submission.sha256 or planned
    path = document_path(payload.source, sha256)
    name, number, owner = (
        one_line(delivery.key_of(payload.body)),
        number_of(payload),
        owner_of(payload),
    )
    if number is None and owner is not None and name:
        name = f"{owner}/{name}"  # unique in the resource that it lives in, and not beyond
    if any(apart := delivery.apart_of(payload.body)):
        name = "/".join((*apart, name))
    return LedgerDocument(path, payload.entry, sha256, payload.resource, number, name)
