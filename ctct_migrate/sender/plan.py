"""What is to be sent: the items of a plan, and how many calls they take.

A plan holds no bodies, so that a run of any length fits into memory; they are in the ledger.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import field

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.payload import Payload
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.sender.bulk_way import BulkWay
from ctct_migrate.sender.ledger import (
    RequestContent,
    RequestKind,
)
from ctct_migrate.sender.placing import Origin
from ctct_migrate.sender.settings import BulkChoice, Settings
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.replies import (
    Failure,
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
