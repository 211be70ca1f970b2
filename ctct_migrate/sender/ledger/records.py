"""The rows of the ledger, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import Any

from ctct_migrate.late_dataclass import dataclass


class State(StrEnum):
    """Where a request stands."""

    PLANNED = "planned"  #: not sent, or sent and surely not done
    IN_FLIGHT = "in flight"  #: being sent by the process that holds the ledger
    DONE = "done"  #: the server has it
    FAILED = "failed"  #: refused, and surely not done; `retry`, or a changed document, plans anew
    IN_DOUBT = "in doubt"  #: may have been done; the server is asked before anything is sent again
    BLOCKED = "blocked"  #: cannot be sent for a reason outside its document; `send` tries again
    SKIPPED = "skipped"  #: left out, as `--on-name-taken skip` wishes


class RequestKind(StrEnum):
    """What a request does."""

    CREATE = "create"  #: brings a resource into being
    UPDATE = "update"  #: replaces one that is there
    BULK = "bulk"  #: does for many contacts at once what other requests of the ledger plan for each
    DELETE = "delete"  #: takes away one that is there
    PLACE = "place"  #: either, for that of which there is at most one: what is there is read first


@dataclass(frozen=True, slots=True)
class LedgerDocument:
    """What a request is made from.

    path      where the document was found last, as the user named it
    entry     0-based number of the entry in a feed, else None
    sha256    of the file's bytes, in hexadecimal
    resource  slug of the resource
    number    its v1 id, or None.  Of what lives in another resource: the id of that one, followed
              by `/` and its own unless there can only be one
    name      its key (a name), by which it is known when it has no number; empty for a resource
              without a key
    """

    path: str
    entry: int | None
    sha256: str
    resource: str
    number: str | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class RequestRecord:
    """What became of a request, apart from its state.

    target_id    id of what the server has
    code, words  of the failure: its catalogue code, and the server's own words
    pointer      JSON pointer into the body that the failure is about
    status       HTTP status of the failure
    note         one clause about how it came to its state (`adopted`, `was equal already` …)
    kept         what else of the answer is kept, by name: what the step keeps, and, of what lives in
                 another resource, that one's id on the server (`campaign_id`).  When it is recorded,
                 an empty text takes away what was kept
    """

    target_id: str | None = None
    code: str | None = None
    words: str = ""
    pointer: str | None = None
    status: int | None = None
    note: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Digests:
    """Of a body as it came from its document, before a rename or a new time; hexadecimal.

    planned  SHA-256, whatever the order of its properties
    content  the same, and whatever its white space; empty in requests of old ledgers whose body
             was changed before it was sent
    """

    planned: str
    content: str

    def same_content(self, other: Digests) -> bool:
        """Whether both say the same."""
        return self.planned == other.planned or bool(self.content and self.content == other.content)


#: A JSON object, as it is sent.
Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RequestContent:
    """What a document gives to be sent.

    digests     of the body and the parameters
    body        the JSON body
    given       the properties of the body that name other resources, as the document has them
    parameters  what belongs to the request and not to the body: texts of query parameters, by name, and
                what the body was made for (`Payload.made_for`)
    parts       digests of what each step sends, by its name; empty where there is one step
    """

    digests: Digests
    body: Body
    given: Body = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """A document of the ledger, with its request of one kind.

    row      of the document
    rival    row of the document that it may be, as long as that is not decided
    planned  whether the current plan has it already
    request  number of the request; None if there is none of that kind, and then `digests` are
             empty
    state    of the request, or None
    target_id  of what the server has
    """

    row: int
    document: LedgerDocument
    rival: int | None
    planned: bool
    request: int | None
    state: State | None
    digests: Digests
    target_id: str | None


@dataclass(frozen=True, slots=True)
class LedgerRequest:
    """One thing to be done on the server.

    row       of its document
    digests   of the body as it came from the document
    found     when the document was last seen, in seconds since 1970, or None
    attempts  how often it was sent
    started   when it was last sent, in seconds since 1970, or None
    changed   when its state last changed, in seconds since 1970
    """

    id: int
    row: int
    document: LedgerDocument
    kind: RequestKind
    state: State
    digests: Digests
    record: RequestRecord
    attempts: int
    started: float | None
    changed: float
    found: float | None


@dataclass(frozen=True, slots=True)
class CrossReferenced:
    """What the server said that a number of v1 has become.

    target_id  id there; None where the server does not know the number
    kept       what else it said, by name, as a `Step` keeps it
    asked      when it was asked, in seconds since 1970
    """

    target_id: str | None
    kept: Mapping[str, str]
    asked: float


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time that a request was sent.  Times are seconds since 1970; `ended` is None when the
    process ended before the answer came; `step` names the step of the delivery, and is empty in
    ledgers of the first three versions."""

    method: str
    path: str
    started: float
    ended: float | None
    status: int | None
    outcome: str
    step: str = ""
