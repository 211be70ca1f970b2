"""Changes of a text as few small edits, so that cursors and folds of an editor stay where they are."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import NamedTuple


class TextChange(NamedTuple):
    """Replace the characters `start` up to `end` of a text by `text`."""

    start: int
    end: int
    text: str


#: Lines above which the part that differs is replaced as a whole: comparing takes quadratic time.
_COMPARED = 4_000


def changes(before: str, after: str) -> list[TextChange]:
    """The edits that turn one text into another: of whole lines, but for what a line has in common
    with the one that takes its place."""
    if before == after:
        return []
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    if len(old) + len(new) > _COMPARED:
        return [_trimmed(0, before, after)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        _trimmed(starts[a], "".join(old[a:b]), "".join(new[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _trimmed(start: int, before: str, after: str) -> TextChange:
    """The change without what both texts begin and end with."""
    most = min(len(before), len(after))
    head = next((at for at in range(most) if before[at] != after[at]), most)
    most -= head
    tail = next((at for at in range(most) if before[-1 - at] != after[-1 - at]), most)
    return TextChange(start + head, start + len(before) - tail, after[head : len(after) - tail])
