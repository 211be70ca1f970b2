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
from typing import Any

from ctct_migrate.contract.contract import Contract, PropertyLimits

#: Characters from which a text is worth the trouble.
_LONG = 1_000

#: How many characters at the beginning and at the end of a text are searched for a page's first
#: and last tags.  No more, since the judge takes linear time for any text, and `re` does not.
_BEGINNING, _END = 8_000, 400

#: What a pattern may have between its parts: anything.
_ANYTHING = r"[\s\S]*"


@cache
def _long_texts(
    contract: Contract, resource: str
) -> dict[str, tuple[PropertyLimits, tuple[re.Pattern[str], ...]]]:
    """The properties that may hold a long text of some pattern, with the pattern in parts that
    follow each other at any distance."""
    found = {}
    for pointer in contract.properties(resource, "record"):
        limits = contract.limits(resource, pointer)
        if pointer.count("/") == 1 and limits.pattern and (limits.max_length or _LONG) >= _LONG:
            parts = tuple(re.compile(part, re.ASCII) for part in limits.pattern.split(_ANYTHING))
            found[pointer[1:]] = limits, parts
    return found


def is_valid(contract: Contract, resource: str, shape: str, body: dict[str, Any]) -> bool:
    """Whether `body` keeps the contract, as `Contract.is_valid` would say."""
    for name, (limits, parts) in _long_texts(contract, resource).items():
        text = body.get(name)
        if type(text) is not str or len(text) < _LONG:
            continue
        short = _short(text, parts)
        if short is not None and not len(text) > (limits.max_length or len(text)):
            body = {**body, name: short}
    return contract.is_valid(resource, shape, body)


def _short(text: str, parts: tuple[re.Pattern[str], ...]) -> str | None:
    """What in `text` matches the parts, one after the other: half of them towards its beginning,
    the others at its end.  None where they are not to be found there."""
    half = len(parts) // 2
    end = max(len(text) - _END, 0)
    begins = _matches(text, min(_BEGINNING, end), parts[:half])
    ends = _matches(text[end:], _END, parts[half:]) if begins is not None else None
    return begins + ends if begins is not None and ends is not None else None


def _matches(text: str, end: int, parts: tuple[re.Pattern[str], ...]) -> str | None:
    """The matches of the parts in order, joined, in `text` up to `end`.  The first match of each
    after the one before is as good as any: it leaves most for the rest."""
    found = ""
    at = 0
    for part in parts:
        match = part.search(text, at, end)
        if match is None:
            return None
        found += match[0]
        at = match.end()
    return found
