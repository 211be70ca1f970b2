"""The excerpt: lines of the document with what is wrong underlined, as rustc draws them.

    23 |       <GreetingName>cmp_grt_name</GreetingName>
       |                     ^^^^^^^^^^^^ expected FirstName or None

The primary span is underlined with `^`, further ones with `-`.  Of labels on one line, the
rightmost stands beside its marks and the others hang below theirs.  A span over several lines is
drawn with a bar along them.  What the lines and labels say is made safe for a terminal here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.output.cells import shown
from ctct_migrate.output.paint import Paint
from ctct_migrate.output.window import Window, fits, window
from ctct_migrate.source import Position, Source, Span

#: Of a span over more lines than this, the middle is left out.
_WHOLE = 5

#: A row of an excerpt: the line's number, or None for a row of marks; and what stands there.
Row = tuple[int | None, str]

ELLIPSIS: Row = (-1, "...")


@dataclass(frozen=True, slots=True)
class Underlining:
    """A span that is underlined; `role` is what `Paint` knows it by."""

    span: Span
    text: str
    role: str

    @property
    def sign(self) -> str:
        """What it is underlined with."""
        return "-" if self.role == "secondary" else "^"


@dataclass(frozen=True, slots=True)
class _Piece:
    """A mark on one line: the characters `start` up to `end`, 0-based; `end` > `start`."""

    line: int
    start: int
    end: int
    text: str
    role: str
    sign: str


@dataclass(frozen=True, slots=True)
class _Bar:
    """A mark over several lines: from the character `start` of line `first` to the character
    `end`, inclusive, of line `last`."""

    first: int
    start: int
    last: int
    end: int
    text: str
    role: str
    sign: str


def gutter_width(marks: Iterable[Underlining]) -> int:
    """Digits of the highest line number that an excerpt with these marks shows."""
    return max(len(str(mark.span.end.line)) for mark in marks)


def excerpt(source: Source, marks: Sequence[Underlining], paint: Paint) -> Iterator[Row]:
    """The rows of the excerpt; the first of `marks` is the primary one."""
    barred = next((mark for mark in marks if _bar(source, mark)), None)
    bar = _bar(source, barred) if barred else None
    pieces = [_piece(source, mark) for mark in marks if mark is not barred]
    last: int | None = None
    for number in _numbers(pieces, bar):
        if last is not None and number == last + 2:
            yield last + 1, _margin(bar, last + 1, paint) + _drawn(source, last + 1, paint)
        elif last is not None and number > last + 1:
            yield ELLIPSIS
        yield from _line(source, number, pieces, bar, paint)
        last = number


def _end(source: Source, span: Span) -> Position:
    """The end of the span, without a line end that it closes with."""
    end = span.end
    if end.column == 1 and end.line > span.start.line:
        length = len(source.line(end.line - 1))
        return Position(end.line - 1, length + 1, end.offset)
    return end


def _bar(source: Source, mark: Underlining) -> _Bar | None:
    """The mark as a bar, if it goes over several lines."""
    start, end = mark.span.start, _end(source, mark.span)
    if end.line <= start.line:
        return None
    last = max(end.column - 2, 0)
    return _Bar(start.line, start.column - 1, end.line, last, mark.text, mark.role, mark.sign)


def _piece(source: Source, mark: Underlining) -> _Piece:
    """The mark on one line; of one that goes over several, what stands on the first."""
    start, end = mark.span.start, _end(source, mark.span)
    first = start.column - 1
    until = end.column - 1 if end.line == start.line else len(source.line(start.line))
    return _Piece(start.line, first, max(until, first + 1), mark.text, mark.role, mark.sign)


def _numbers(pieces: Iterable[_Piece], bar: _Bar | None) -> list[int]:
    """The lines that are shown, in order."""
    numbers = {piece.line for piece in pieces}
    if bar:
        many = bar.last - bar.first >= _WHOLE
        numbers |= {bar.first, bar.first + 1, bar.last} if many else set()
        numbers |= set() if many else set(range(bar.first, bar.last + 1))
    return sorted(numbers)


def _drawn(source: Source, number: int, paint: Paint) -> str:
    return window(source.line(number), 0, 0, paint.style.width).drawing


def _margin(bar: _Bar | None, number: int, paint: Paint) -> str:
    """The two cells in which the bar stands beside line `number`."""
    if bar is None:
        return ""
    return paint(bar.role, "|") + " " if bar.first < number <= bar.last else "  "


def _line(
    source: Source, number: int, pieces: Sequence[_Piece], bar: _Bar | None, paint: Paint
) -> Iterator[Row]:
    """The rows of one line: itself, and the marks below it."""
    line = source.line(number)
    here = sorted((piece for piece in pieces if piece.line == number), key=lambda p: p.start)
    margin = _margin(bar, number, paint)
    slashed = bar is not None and number == bar.first and not line[: bar.start].strip()
    views = _views(line, here, _ends(number, bar), paint.style.width)
    for at, (view, shown_here) in enumerate(views):
        if at:
            yield ELLIPSIS
        before = paint(bar.role, "/") + " " if bar and slashed and not at else margin
        yield number, before + view.drawing
        beside = paint(bar.role, "|") + " " if bar and slashed else margin
        for row in _mark_rows(view, shown_here, paint):
            yield None, beside + row
    if bar and number == bar.first and not slashed:
        cell = views[0][0].cell(bar.start)
        yield None, " " + paint(bar.role, "_" * (cell + 1) + bar.sign)
    if bar and number == bar.last:
        cell = views[-1][0].cell(bar.end)
        yield None, paint(bar.role, f"|{'_' * (cell + 1)}{bar.sign} {shown(bar.text)}".rstrip())


def _ends(number: int, bar: _Bar | None) -> list[int]:
    """The characters of line `number` at which the bar begins or ends."""
    if bar is None:
        return []
    ends = ((bar.first, bar.start), (bar.last, bar.end))
    return [index for line, index in ends if line == number]


def _views(
    line: str, pieces: Sequence[_Piece], ends: Sequence[int], width: int
) -> list[tuple[Window, list[_Piece]]]:
    """The windows in which the line is shown, left to right, each with its pieces: one, unless
    pieces stand too far apart."""
    if not pieces:
        at = ends[0] if ends else 0
        return [(window(line, at, at + bool(ends), width), [])]
    groups: list[list[_Piece]] = []
    whole = len(line) <= width
    for piece in pieces:
        together = groups and (whole or fits(line, groups[-1][0].start, piece.end, width))
        if together:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return [
        (window(line, group[0].start, max(piece.end for piece in group), width), group)
        for group in groups
    ]


@dataclass(frozen=True, slots=True)
class _Placed:
    """A piece in cells of its view."""

    start: int
    end: int
    text: str
    role: str
    sign: str


def _placed(view: Window, piece: _Piece) -> _Placed:
    start = view.cell(piece.start)
    end = max(view.cell(piece.end), start + 1)
    return _Placed(start, end, shown(piece.text), piece.role, piece.sign)


def _mark_rows(view: Window, pieces: Sequence[_Piece], paint: Paint) -> Iterator[str]:
    """The rows below a line: the marks with the rightmost label, then those that hang."""
    if not pieces:
        return
    placed = [_placed(view, piece) for piece in pieces]
    inline = max(placed, key=lambda p: (p.end, p.sign == "^"))
    signs: dict[int, tuple[str, str]] = {}
    for mark in sorted(placed, key=lambda p: p.sign == "^"):  # the primary one goes on top
        signs |= dict.fromkeys(range(mark.start, mark.end), (mark.role, mark.sign))
    row = _assembled(signs, paint)
    yield f"{row} {paint(inline.role, inline.text)}" if inline.text else row
    hanging = [mark for mark in placed if mark is not inline and mark.text]
    hanging.sort(key=lambda mark: mark.start, reverse=True)
    for at, mark in enumerate(hanging):
        rest = {other.start: (other.role, "|") for other in hanging[at + 1 :]}
        if at == 0:
            yield _assembled({**rest, mark.start: (mark.role, "|")}, paint)
        rest.pop(mark.start, None)
        stem = _assembled(rest, paint)
        gap = mark.start - (max(rest) + 1 if rest else 0)
        yield stem + " " * gap + paint(mark.role, mark.text)


def _assembled(signs: dict[int, tuple[str, str]], paint: Paint) -> str:
    """The row with these signs at these cells; neighbours of one role are painted together."""
    parts: list[str] = []
    at = 0
    run: list[tuple[str, str]] = []

    def flush() -> None:
        if run:
            parts.append(paint(run[0][0], "".join(sign for _, sign in run)))
            run.clear()

    for cell in sorted(signs):
        if cell > at or (run and run[0][0] != signs[cell][0]):
            flush()
            parts.append(" " * (cell - at))
        run.append(signs[cell])
        at = cell + 1
    flush()
    return "".join(parts)


def framed(rows: Iterable[Row], width: int, paint: Paint) -> Iterator[str]:
    """The rows with their line numbers, in a gutter for numbers of `width` digits."""
    for row in rows:
        number, text = row
        if row == ELLIPSIS:
            yield paint("gutter", text)
            continue
        edge = paint("gutter", f"{'' if number is None else number:>{width}} |")
        yield f"{edge} {text}".rstrip()
