"""Complaints: why the engine gives no body, as values without wording.

The rules say all of this to users, mostly before the engine comes to it; a complaint makes sure
that no wrong body leaves, whatever a rule may have missed.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from ctct_migrate.late_dataclass import dataclass


class ComplaintKind(StrEnum):
    """What is in the way."""

    UNKNOWN_ELEMENT = "unknown-element"  #: no row knows it
    UNKNOWN_ATTRIBUTE = "unknown-attribute"  #: likewise
    STRAY_TEXT = "stray-text"  #: text where only elements belong
    REPEATED_ELEMENT = "repeated-element"  #: the second of something that v2 has once
    NESTED_ELEMENT = "nested-element"  #: an element where only text belongs
    UNREADABLE = "unreadable"  #: a codec cannot read the value; `detail`: what is expected
    NUMBERS_DIFFER = "numbers-differ"  #: `detail`: the readings, as (path, number)
    NO_NUMBER = "no-number"  #: the campaign's number is needed and nowhere to be found
    NOT_TO_BE_MAILED = "not-to-be-mailed"  #: a new one would be mailed, who does not want that
    STOCK = "stock"  #: v2 makes no such campaign
    COMPOSED = "composed"  #: a value made of several would break; `detail`: how, in a clause
    CONTRACT = "contract"  #: the target would refuse the body; `detail`: a `v2.contract.Violation`


#: What is in the way of a create alone.
OF_CREATES = frozenset({ComplaintKind.STOCK, ComplaintKind.NOT_TO_BE_MAILED})


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing that is in the way.

    kind       see `ComplaintKind`
    path       v1 path, as the table has it; empty for what is about no one place
    node       the lxml element, or None
    attribute  name of the attribute of `node` that it is about, or empty
    text       the value, as an XML parser reports it
    detail     depends on the kind
    """

    kind: ComplaintKind
    path: str = ""
    node: Any = None
    attribute: str = ""
    text: str = ""
    detail: Any = None
