"""Which document of the ledger a document is.

It is known by what it says: its resource, its number or else its name, and a digest of what is
sent that white space does not change.  Path and entry are where it was found; they decide only
between documents that could be meant.

First, all documents that say what the ledger has are found again, wherever they are now.  Then
each of the others is compared with what was not found: it is one of those, changed since, if its
number or its place says so; it is a new one if none has its number or name.  What is neither is
unclear, and is kept back until somebody says which it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from ctct_migrate.late_dataclass import dataclass, replace
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
from ctct_migrate.sender.ledger.records import Body
from ctct_migrate.sender.settings import OnNameTaken, OnUnclear, Settings

#: States of what was, or may have been, sent.
_SENT = (State.DONE, State.IN_DOUBT, State.IN_FLIGHT)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A document, as the ledger knows it.

    request      its request, planned if it is new
    before       what the ledger had of it until now; None for a new one
    rival        what it may be, if that is unclear; None otherwise
    is_repeated  whether the plan has it already
    body         what the document gives today, of one that was put aside; else None
    """

    request: LedgerRequest
    before: KnownDocument | None = None
    rival: KnownDocument | None = None
    is_repeated: bool = False
    body: Body | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A document of a plan.

    document  where it was found
    kind      what is to be done with it
    content   what is sent; its body is empty while the document is put aside
    owner     v1 id of the resource that it lives in; None for none
    """

    document: LedgerDocument
    kind: RequestKind
    content: RequestContent
    owner: str | None = None

    @property
    def digests(self) -> Digests:
        """Of what is sent."""
        return self.content.digests

    def with_body(self, body: Body) -> Arrival:
        """The same with another body."""
        return replace(self, content=replace(self.content, body=body))


class Identities:
    """Recognises the documents of one plan: `enter` for each, then `rest`."""

    def __init__(self, ledger: Ledger, settings: Settings):
        self._ledger, self._settings = ledger, settings
        self._aside: list[tuple[int, Arrival, LedgerRequest]] = []
        #: Of requests that were entered for documents put aside: those that they turned out to be.
        self._became: dict[int, int] = {}
        ledger.begin_plan()

    def enter(self, position: int, arrival: Arrival) -> Recognised | None:
        """The document, if it says what the ledger has, or if nothing is like it; None: it is put
        aside, until all documents were entered.  `position` is returned with it then."""
        equal = self._ledger.equal(arrival.document, arrival.kind, arrival.digests)
        repeated = [known for known in equal if known.planned]
        alike = [] if equal else self._ledger.alike(arrival.document, arrival.kind)
        equal = equal or [k for k in alike if arrival.digests.same_content(k.digests)]
        certain = [known for known in equal if not known.planned and known.rival is None]
        here = [known for known in repeated if _is_place(known.document, arrival.document)]
        if certain and not here:
            known = min(certain, key=lambda each: _distance(each, arrival.document))
            return Recognised(self._entered(arrival, known.row), known)
        if repeated:
            first = (here or repeated)[0]
            return Recognised(self._ledger.request(first.request or 0), first, is_repeated=True)
        if not equal and not alike:
            return Recognised(self._entered(arrival, None))
        row = equal[0].row if equal else None
        entered = self._entered(arrival, row)
        self._aside.append((position, arrival.with_body({}), entered))  # the ledger has it
        return None

    def rest(self) -> Iterator[tuple[int, Arrival, Recognised]]:
        """The documents that were put aside, each with the position that it was entered with."""
        for position, arrival, request in self._aside:
            found = self._decided(arrival, request)
            self._became[request.id] = found.request.id
            yield position, arrival, found

    def final(self, request: int) -> int:
        """The request that one which `enter` returned has become."""
        return self._became.get(request, request)

    def _entered(self, arrival: Arrival, row: int | None) -> LedgerRequest:
        return self._ledger.enter(arrival.document, arrival.kind, arrival.content, row)

    def _decided(self, arrival: Arrival, entered: LedgerRequest) -> Recognised:
        alike = []
        for known in self._ledger.alike(arrival.document, arrival.kind):
            if known.rival is None:
                alike.append(known)
            elif _is_place(known.document, arrival.document):
                self._ledger.remove(known.row)  # this document, as it was when it was unclear
        body = self._ledger.body(entered.id)
        match _judged(arrival, alike, self._settings):
            case KnownDocument() as known:
                self._ledger.remove(entered.row)
                entered = self._entered(arrival.with_body(body), known.row)
                return Recognised(entered, known, body=body)
            case OnUnclear.NEW:
                self._ledger.set_rival(entered.row, None)
                return Recognised(entered, body=body)
        self._ledger.set_rival(entered.row, alike[0].row)
        return Recognised(entered, rival=alike[0], body=body)


def _judged(
    arrival: Arrival, alike: list[KnownDocument], settings: Settings
) -> KnownDocument | OnUnclear:
    """Which of the documents that are like it an arrival is; or that it is new, or unclear."""
    document = arrival.document
    if not alike:
        return OnUnclear.NEW
    for fits in (
        [known for known in alike if _is_place(known.document, document)],
        [known for known in alike if _is_numbered(known.document, arrival)],
        [known for known in alike if known.document.path == document.path],
    ):
        if len(fits) == 1:
            return fits[0]  # changed since
    sent = [known for known in alike if known.state in _SENT]
    if not sent and len(alike) == 1:
        return alike[0]  # nothing was made of it, and this is to be sent in its stead
    if sent and settings.on_name_taken in (OnNameTaken.SKIP, OnNameTaken.UPDATE):
        return OnUnclear.NEW  # its name is taken: what is to be done then, was said
    if settings.on_unclear is OnUnclear.SAME:
        return (sent or alike)[-1]
    return settings.on_unclear


def _is_numbered(known: LedgerDocument, arrival: Arrival) -> bool:
    """Whether the number says that it is the same.  Of two creates with one number, but with
    different names, it does not: clients wrote numbers of their own."""
    document = arrival.document
    if document.number is None or document.number != known.number:
        return False
    return arrival.kind is not RequestKind.CREATE or document.name == known.name


def _distance(known: KnownDocument, document: LedgerDocument) -> tuple[bool, bool, bool]:
    """How far from `document` a known document was found; one that was sent is nearer."""
    where = known.document
    return (
        not _is_place(where, document),
        where.path != document.path,
        known.state not in _SENT,
    )


def _is_place(one: LedgerDocument, other: LedgerDocument) -> bool:
    return one.entry == other.entry and same_path(one.path, other.path)


def same_path(one: str, other: str) -> bool:
    """Whether two paths, as users gave them, name one file."""
    return one == other or os.path.abspath(one) == os.path.abspath(other)  # noqa: PTH100
