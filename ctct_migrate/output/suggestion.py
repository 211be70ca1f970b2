"""What a fix would do, as the lines that go and the lines that come.

    help: write `FirstName`
       |
    23 -       <GreetingName>first_name</GreetingName>
    23 +       <GreetingName>FirstName</GreetingName>

Drawn from the fix's edits; a fix that touches much is only named.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from ctct_migrate.diagnostics import Edit, Fix, Safety
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.output.cells import shown
from ctct_migrate.output.paint import Paint
from ctct_migrate.output.places import character
from ctct_migrate.output.window import window
from ctct_migrate.source import Source

#: What is short enough to be drawn: lines, before and after together, and characters put in.
_MOST_LINES = 8
_MOST_TEXT = 400

#: Characters before and after the edits that are looked at: more than are ever shown.  A line can
#: be a megabyte long.
_NEIGHBOURHOOD = 1000

#: As `Source` counts lines.
_LINE_END = late_compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class _Change:
    """A line that goes (`-`) or comes (`+`); `start` up to `end` is the part that differs."""

    number: int
    sign: str
    line: str
    start: int
    end: int


def suggestion(source: Source, fix: Fix, width: int, paint: Paint) -> Iterator[str]:
    """The lines that tell of `fix`; `width` is the number of digits in the gutter."""
    safe = fix.safety is Safety.SAFE
    how = "" if safe else " (a guess: only fix --unsafe does it)"
    yield f"{paint('help', 'help')}: {shown(fix.title)}{how}"
    changes = _changes(source, fix.edits)
    if not changes:
        return
    width = max(width, len(str(max(change.number for change in changes))))
    yield paint("gutter", " " * width + " |")
    for change in changes:
        view = window(change.line, change.start, change.end, paint.style.width)
        number = paint("gutter", f"{change.number:>{width}}")
        role = "removed" if change.sign == "-" else "added"
        yield f"{number} {paint(role, f'{change.sign} {view.drawing}'.rstrip())}"


def _changes(source: Source, edits: Sequence[Edit]) -> list[_Change]:
    """The lines that go, then those that come; nothing if they are too many to be drawn."""
    if not edits or sum(len(edit.text) for edit in edits) > _MOST_TEXT:
        return []
    edits = sorted(edits)
    places = [(character(source, e.offset), character(source, e.end_offset)) for e in edits]
    first, last = source.position(places[0][0]), source.position(places[-1][1])
    if last.line - first.line >= _MOST_LINES:
        return []
    start, end = places[0][0], places[-1][1]
    start -= len(_lines(source.text[max(start - _NEIGHBOURHOOD, 0) : start])[-1])
    end += len(_lines(source.text[end : end + _NEIGHBOURHOOD])[0])
    before = source.text[start:end]
    after, at = [], start
    for edit, (low, high) in zip(edits, places, strict=True):
        after += [source.text[at:low], edit.text]
        at = high
    after.append(source.text[at:end])
    changes = _differing(_lines(before), _lines("".join(after)), first.line)
    return changes if len(changes) <= _MOST_LINES else []


def _lines(text: str) -> list[str]:
    """The lines as `Source` counts them, without their ends."""
    return _LINE_END.split(text)


def _differing(before: list[str], after: list[str], number: int) -> list[_Change]:
    """The lines in which the two differ, without what they begin and end with alike."""
    while before and after and before[0] == after[0]:
        before, after, number = before[1:], after[1:], number + 1
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    return [
        _Change(number + at, sign, line, *_range(line, other))
        for sign, lines, others in (("-", before, after), ("+", after, before))
        for at, line in enumerate(lines)
        for other in [others[at] if at < len(others) else ""]
    ]


def _range(line: str, other: str) -> tuple[int, int]:
    """The part of `line` that `other` does not begin or end with."""
    most = min(len(line), len(other))
    low = bisect_left(range(most), True, key=lambda at: line[: at + 1] != other[: at + 1])
    tail = bisect_left(range(most - low), True, key=lambda at: line[-1 - at :] != other[-1 - at :])
    return low, len(line) - tail
