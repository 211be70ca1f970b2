"""Searches that look ahead in a text, again and again, without reading any of it twice.

A scan that asks at every `<` whether an end comes later reads the whole rest of the text each
time when none does, which takes hours for a megabyte of hostile text.  What is here remembers.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from ctct_migrate.late_pattern import late_compile

_END_TAG = late_compile(r"</([^\s<>/!?\"'=]++)")


class Ahead:
    """The next place of `pattern` in `text[:end]`, for places that mostly go forward.

    Takes time in proportion to the text, however often it is asked, as long as the places do not
    go back.  A match is the same from wherever the search begins, so the pattern must not look
    after the place it begins at.
    """

    __slots__ = ("_at", "_found", "_from", "_pattern", "_text", "end")

    def __init__(self, pattern: re.Pattern[str], text: str, end: int | None = None):
        self._pattern, self._text = pattern, text
        self.end = len(text) if end is None else end
        self._from, self._at = 0, -1
        self._found: re.Match[str] | None = None

    def __call__(self, at: int) -> re.Match[str] | None:
        """The first match that begins at `at` (0-based) or later; None when there is none."""
        if self._at < 0 or not self._from <= at <= self._at:
            self._found = self._pattern.search(self._text, at, self.end)
            self._at = self.end if self._found is None else self._found.start()
        self._from = at
        return self._found

    def start(self, at: int) -> int:
        """Where that match begins; -1 when there is none."""
        found = self(at)
        return -1 if found is None else found.start()


class EndTags:
    """Where the end tags of each name stand in a text; read once, when first asked."""

    def __init__(self, text: str):
        self._text = text
        self._starts: dict[str, list[int]] | None = None

    def next(self, qname: str, at: int, limit: int) -> int:
        """The index of the first `</qname` that begins at `at` or later and ends before `limit`
        (both 0-based); -1 when there is none."""
        if self._starts is None:
            self._starts = {}
            for match in _END_TAG.finditer(self._text):
                self._starts.setdefault(match[1], []).append(match.start())
        starts = self._starts.get(qname, ())
        place = bisect_left(starts, at)
        if place < len(starts) and starts[place] + len(qname) + 2 <= limit:
            return starts[place]
        return -1


def before_space(text: str, start: int, at: int) -> int:
    """The index after the last character of `text[start:at]` that is not white space; `start` if
    there is none."""
    while at > start and text[at - 1].isspace():
        at -= 1
    return at
