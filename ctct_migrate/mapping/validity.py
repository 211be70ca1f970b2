"""Validity: the contract's verdict on a body, sooner.

`Contract.is_valid` is the judge.  Nearly all of its time goes into one pattern, run over one
long text (`email_content`).  Such a text is looked at here with Python's `re`, which finds literal
text at the speed of memory, and the judge gets a body in which a short text that keeps the same
pattern stands for it.  What the pattern is, and how long the text may be, is read from the
contract.  A property test holds the two verdicts to each other.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, NamedTuple

from ctct_migrate.contract.contract import Contract, PropertyLimits
from ctct_migrate.json_pointers import at, with_value
from ctct_migrate.late_pattern import late_compile

#: Characters from which a text is worth the trouble.
_LONG = 1_000

#: How many characters at the beginning and at the end of a text are searched for a page's first
#: and last tags.  No more, since the judge takes linear time for any text, and `re` does not.
_BEGINNING, _END = 8_000, 400

#: A part of a pattern that is literal text, which `re` finds in linear time.
_LITERAL = late_compile(r"(?:[\w\s<>/=]|\\[^\w\s])+")

#: What a pattern may have between its parts: anything.
_ANYTHING = r"[\s\S]*"


class _LongText(NamedTuple):
    """A property that may hold a long text of some pattern.

    pointer    its JSON pointer, 0 for the items of lists
    limits     what the contract says of it
    parts      the pattern, in parts that follow each other at any distance
    forbidden  what may stand nowhere in it, or None
    """

    pointer: str
    limits: PropertyLimits
    parts: tuple[re.Pattern[str], ...]
    forbidden: re.Pattern[str] | None


@cache
def _long_texts(contract: Contract, resource: str) -> tuple[_LongText, ...]:
    """The properties that may hold a long text of some pattern."""
    found = []
    for pointer in contract.properties(resource, "record"):
        limits = contract.limits(resource, pointer)
        if limits.pattern and (limits.max_length or 0) >= _LONG:
            parts = tuple(re.compile(part, re.ASCII) for part in limits.pattern.split(_ANYTHING))
            forbidden = re.compile(limits.forbidden, re.ASCII) if limits.forbidden else None
            found.append(_LongText(pointer, limits, parts, forbidden))
    return tuple(found)


def is_valid(contract: Contract, resource: str, shape: str, body: dict[str, Any]) -> bool:
    """Whether `body` keeps the contract, as `Contract.is_valid` would say."""
    for pointer, limits, parts, forbidden in _long_texts(contract, resource):
        text = at(body, pointer)
        if type(text) is not str or len(text) < _LONG or len(text) > (limits.max_length or 0):
            continue
        if forbidden is not None and forbidden.search(text) is not None:
            continue
        short = _short(text, parts)
        if short is not None:
            body = with_value(body, pointer, short)
    return contract.is_valid(resource, shape, body)


def _short(text: str, parts: tuple[re.Pattern[str], ...]) -> str | None:
    """What in `text` matches the parts, one after the other: the first two towards its beginning,
    the last two at its end, and what is between them, which is literal, anywhere between.  None
    where they are not to be found there."""
    half = min(2, len(parts) // 2)
    end = max(len(text) - _END, 0)
    begins = _matches(text, 0, min(_BEGINNING, end), parts[:half])
    if begins is None:
        return None
    found, at = begins
    for part in parts[half:-half]:
        match = part.search(text, at) if _LITERAL.fullmatch(part.pattern) else None
        if match is None:
            return None
        found += match[0]
        at = match.end()
    ends = _matches(text, max(end, at), len(text), parts[-half:])
    return found + ends[0] if ends is not None else None


def _matches(
    text: str, at: int, end: int, parts: tuple[re.Pattern[str], ...]
) -> tuple[str, int] | None:
    """The matches of the parts in order, joined, in `text` from `at` up to `end`, and where the last
    one ends.  The first match of each after the one before is as good as any: it leaves most for the
    rest."""
    found = ""
    for part in parts:
        match = part.search(text, at, end)
        if match is None:
            return None
        found += match[0]
        at = match.end()
    return found, at
