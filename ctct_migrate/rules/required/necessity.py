"""Necessity: where something that is missing is shown.

What is missing has no text of its own.  It is shown where something makes it necessary, such as the
flag that asks for it, and the place to insert at is a second label.
"""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """Characters `start` up to `end`, and what is said there."""

    start: int
    end: int
    text: str


def needed(place: Mark, cause: Mark | None, absent: bool) -> tuple[int, int, str, tuple[Mark, ...]]:
    """The span, the label and the further labels of what is missing: an element that is `absent`
    is shown where something makes it necessary, then the place to insert at; an empty one at its
    own place."""
    if cause is None:
        return *place, ()
    return (*cause, (place,)) if absent else (*place, (cause,))
