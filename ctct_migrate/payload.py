"""Payload: one v2 request body, where each part of it came from, and what was left out.

Values only.  The mapping engine makes payloads; this module knows neither XML nor HTTP.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.source import Span


class Shape(StrEnum):
    """What a body is for."""

    CREATE = "create"  #: POST: what may be sent for something new
    UPDATE = "update"  #: PUT: with the id, everything that it replaces
    RECORD = "record"  #: an archived resource in full, read-only properties included

    # Enum's own is written in Python, and several tables are looked into for every document.
    __hash__ = str.__hash__


class Fate(StrEnum):
    """What became of one part of a document."""

    MAPPED = "mapped"  #: it is in the body, at `Account.pointer`
    IGNORED = "ignored"  #: left out for a stated reason (Atom bookkeeping, read-only in a create)
    DROPPED = "dropped"  #: v2 has no place for it


@dataclass(frozen=True, slots=True)
class Account:
    """What became of one element, attribute or text.

    path     v1 path in plain names, `entry/content/Campaign/Urls/Url[2]/@id`
    span     where it stands
    value    its text, as an XML parser reports it (elements without text: empty)
    fate     mapped, ignored or dropped
    pointer  JSON pointer (RFC 6901) into the body, or `?` and a name for what is in `request`; empty
             unless mapped
    reason   what was done, or why it was left out
    """

    path: str
    span: Span
    value: str
    fate: Fate
    pointer: str
    reason: str


class Dropped(NamedTuple):
    """Something of the document that is not in the body.

    path    v1 path in plain names; line is 1-based; value its text; reason one clause
    """

    path: str
    line: int
    value: str
    reason: str


@dataclass(frozen=True)
class Payload:
    """One v2 JSON body.

    source    path of the document
    entry     0-based number of the entry in a feed, else None
    resource  slug of the resource: `campaign`, `contact_list`
    shape     what the body is for
    body      the JSON value, checked against the contract
    request   what belongs to the request and not to its body, by name: texts of query parameters,
              checked against `#/$defs/request` of the contract; empty for most resources
    number    the resource's own v1 id (of a schedule, its id in its campaign); None where the
              document names none: its ids have no number, or a documented filler (`mapping.ids`)
    references  v1 ids of the other resources that it names, by their slugs: the campaign of a
              schedule, the lists of a campaign; without those of which it names none
    ids_of_target  whether its ids are those that the target gave, and not v1's: of a body that came
              from no v1 document
    made_for  of the body of an update, what was chosen about what is there, by the name of the choice:
              `format_type`; empty where there is nothing to choose
    part      0-based number among the bodies that parts of one resource became, such as the fees of
              an event, which v1 had inside it; None for the resource itself
    """

    source: str
    entry: int | None
    resource: str
    shape: Shape
    body: dict[str, Any]
    number: str | None
    accounts: Callable[[], tuple[Account, ...]] = field(repr=False, compare=False)
    drops: Callable[[], tuple[Dropped, ...]] = field(repr=False, compare=False)
    spans: Callable[[], Mapping[str, Span]] = field(repr=False, compare=False)
    references: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    request: Mapping[str, str] = field(default_factory=dict)
    part: int | None = None
    ids_of_target: bool = False
    made_for: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def dropped(self) -> tuple[Dropped, ...]:
        """What is not in the body and has no counterpart in v2, in document order."""
        return self.drops()

    @cached_property
    def accounting(self) -> tuple[Account, ...]:
        """What became of every element, attribute and non-blank text, in document order."""
        return self.accounts()

    @cached_property
    def source_map(self) -> Mapping[str, Span]:
        """For each JSON pointer of the body, the span of the XML that it came from; the same for
        each name of the request, with a `?` before it."""
        return self.spans()
