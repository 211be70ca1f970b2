"""Outcomes: what a run of the engine gives, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any, NamedTuple

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.complaints import Complaint
from ctct_migrate.mapping.rows import Row
from ctct_migrate.payload import Fate

#: Elements by key.
Found = dict[Any, Any]


class Note(NamedTuple):
    """What a row did with the lxml element `node`, or with an attribute of it: put a value at
    `pointer`, or, where that is empty, set it aside, with this fate and for this reason."""

    row: Row
    node: Any
    attribute: str
    pointer: str
    fate: Fate
    reason: str


#: What a row set aside: row, node, attribute, fate, reason.
Aside = tuple[Row, Any, str, Fate, str]


@dataclass(slots=True)
class MappingOutcome:
    """What a run gave.

    body        the JSON value, or None where something is in the way
    numbers     the id that says which resource the document is, by the path that it was read from:
                its own, or that of its owner where there is one at most in each
    complaints  what is in the way
    aside       what rows that are sent in this shape did not send after all and v2 has no place
                for; some may be empty
    attempt     the body as far as it could be made, valid or not
    found       the payload's elements by key, the payload itself under the empty one
    differs     whether the document's ids name more than one resource
    number      the resource's own v1 id; None where the document names none (`ids`)
    request     query parameters that the body is sent with, valid or not
    repeats     whether the document names another resource twice, which is sent once
    texts       the texts of the payload's children that hold nothing else, by key, None for none; not
                of all, where something has to be looked at (comments, elements that repeat)
    """

    body: dict[str, Any] | None
    numbers: Mapping[str, str]
    complaints: list[Complaint]
    aside: list[Aside]
    attempt: dict[str, Any]
    found: Mapping[Any, Any] = field(repr=False)
    differs: bool = False
    number: str | None = None
    request: Mapping[str, str] = field(default_factory=dict)
    repeats: bool = False
    texts: Mapping[Any, str | None] = field(default_factory=dict, repr=False)
