"""Which of very many cases an ordinary run of the tests takes.

Some tests try everything there is of a kind: every name of an encoding, hundreds of kills.  An ordinary
run takes a fixed part of them, spread over the whole; `make exhaustive` (CTCT_EXHAUSTIVE=1) takes all.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

#: Whether all cases are wanted.
EXHAUSTIVE = os.environ.get("CTCT_EXHAUSTIVE") == "1"


def some(cases: Iterable[T], most: int) -> list[T]:
    """At most `most` of `cases`, evenly spread, the first among them; all in an exhaustive run."""
    every = list(cases)
    if EXHAUSTIVE or len(every) <= most:
        return every
    return [every[at * len(every) // most] for at in range(most)]
