"""Validity: the contract's verdict on a body, sooner.

`v2.contract.is_valid` is the judge.  Nearly all of its time goes into one pattern, run over one
long text (`email_content`).  Such a text is looked at here with Python's `re`, which finds literal
text at the speed of memory, and the judge gets a body in which a short text that keeps the same
pattern stands for it.  What the pattern is, and how long the text may be, is read from the
contract.  A property test holds the two verdicts to each other.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ctct_migrate.v2.contract import Limits, contract

#: Characters from which a text is worth the trouble, and up to which it is looked at here: the
#: judge takes linear time for any text, `re` does not.
_LONG, _TOO_LONG = 1_000, 100_000

#: Characters at either end of a text in which a page's first and last tags mostly are.
_NEAR = 400

#: What a pattern may have between its parts: anything.
_ANYTHING = r"[\s\S]*"


@cache
def _long_texts(resource: str) -> dict[str, tuple[Limits, tuple[re.Pattern[str], ...]]]:
    """The properties that may hold a long text of some pattern, with the pattern in parts that
    follow each other at any distance."""
    found = {}
    for pointer in contract().properties(resource, "record"):
        limits = contract().limits(resource, pointer)
        if pointer.count("/") == 1 and limits.pattern and (limits.max_length or _LONG) >= _LONG:
            parts = tuple(re.compile(part, re.ASCII) for part in limits.pattern.split(_ANYTHING))
            found[pointer[1:]] = limits, parts
    return found


def is_valid(resource: str, shape: str, body: dict[str, Any]) -> bool:
    """Whether `body` keeps the contract, as `v2.contract.is_valid` would say."""
    for name, (limits, parts) in _long_texts(resource).items():
        text = body.get(name)
        if type(text) is not str or not _LONG <= len(text) <= _TOO_LONG:
            continue
        short = _short(text, parts)
        if short is not None and not len(text) > (limits.max_length or len(text)):
            body = {**body, name: short}
    return contract().is_valid(resource, shape, body)


def _short(text: str, parts: tuple[re.Pattern[str], ...]) -> str | None:
    """What in `text` matches the parts, one after the other, or None where one does not.

    Where half of them are matched near the beginning and the others near the end, nothing between
    is looked at.
    """
    half = len(parts) // 2
    begins = _matches(text[:_NEAR], parts[:half])
    if begins is not None and len(text) > 2 * _NEAR:
        ends = _matches(text[-_NEAR:], parts[half:])
        if ends is not None:
            return begins + ends
    return _matches(text, parts)


def _matches(text: str, parts: tuple[re.Pattern[str], ...]) -> str | None:
    """The matches of the parts in order, joined.  The first match of each after the one before is
    as good as any: it leaves most for the rest."""
    found = ""
    at = 0
    for part in parts:
        match = part.search(text, at)
        if match is None:
            return None
        found += match[0]
        at = match.end()
    return found
