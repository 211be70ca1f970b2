"""What a sample says of itself: what it shows, and which diagnostics are expected where.

A sample opens, after its XML declaration, with a comment:

    <!-- shows: a campaign with a bad greeting name
         expect: CT310 23:21-23:33 cmp_grt_name
         expect: CT601 warning 20:13-20:38 2010-09-28T05:22:42 01:00
         expect: CT407 30:7
         expect create: CT802 22:21-22:26 STOCK
    -->

`expect:` is what `lint` says; `expect SHAPE:` what it says when it is asked for that shape.  After
the code come the severity (unless it is an error), `entry N` (0-based) in feeds, and the place:
line and column of the start, and of the end (exclusive) unless the place is empty because something
is missing there; then the guilty text itself, shortened by `…` in its middle where it is long or
runs over lines.  A byte that cannot be decoded is written `\\xE9`.  `expect: nothing` stands alone.
Lines count the comment.  Documents that cannot hold a comment have a file `NAME.expect` beside
them, with the same lines.

This module reads what is expected, and knows nothing of the program that is tested.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

#: Folders of samples; `samples/golden` holds what they convert to.
FOLDERS = ("good", "bad", "dialects", "archive")

_HEADER = re.compile(r"\s*(?:<\?xml[^>]*\?>\s*)?<!--(.*?)-->", re.S)
_SHOWS = re.compile(r"shows:\s*(.+)")
_EXPECT = re.compile(r"expect(?: (?P<shape>create|update|record))?: (?P<what>.+)")
_PLACE = re.compile(
    r"(?P<code>CT\d{3})(?: (?P<severity>warning|info))?(?: entry (?P<entry>\d+))?"
    r" (?P<line>\d+):(?P<column>\d+)(?:-(?P<end_line>\d+):(?P<end_column>\d+) (?P<text>.+))?"
)
_LINE_END = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True, slots=True, order=True)
class Expectation:
    """One diagnostic that is expected; `start` and `end` are (line, column), 1-based; `entry` is
    -1 where the document is not a feed."""

    start: tuple[int, int]
    end: tuple[int, int]
    code: str
    severity: str
    entry: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample.

    shows         what it is there for
    expectations  by shape, None for none: sorted
    quotations    of each place that is not empty, (expectation, its guilty text as written)
    """

    path: Path
    text: str
    shows: str
    expectations: dict[str | None, tuple[Expectation, ...]]
    quotations: tuple[tuple[Expectation, str], ...]

    def at(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The text between two places, a byte that cannot be decoded as `\\xE9`.  Raises
        IndexError when there is no such place."""
        text = self.text[self._index(start) : self._index(end)]
        return re.sub("[\udc80-\udcff]", lambda m: f"\\x{ord(m[0]) - 0xDC00:02X}", text)

    def _index(self, place: tuple[int, int]) -> int:
        starts = [0, *(match.end() for match in _LINE_END.finditer(self.text)), len(self.text) + 1]
        line, column = place
        index = starts[line - 1] + column - 1
        if line < 1 or column < 1 or index >= starts[line]:
            raise IndexError(f"{self.path.name} has no place {line}:{column}")
        return index


def sample_paths(*folders: str) -> list[Path]:
    """The samples in these folders, in all if none is named, sorted."""
    return sorted(
        path
        for folder in folders or FOLDERS
        for path in (SAMPLES / folder).iterdir()
        if path.is_file() and path.suffix != ".expect"
    )


def sample_name(path: Path) -> str:
    """`bad/campaign-001.xml`: what a sample is called in the output of a test."""
    return path.relative_to(SAMPLES).as_posix()


def read_sample(path: Path) -> Sample:
    """The sample at `path`.  Raises ValueError when it does not say what it shows, or says so in a
    form that is not the one above."""
    text = _decoded(path.read_bytes())
    beside = path.with_name(path.name + ".expect")
    if beside.exists():
        header: str | None = beside.read_text(encoding="utf-8")
    else:
        match = _HEADER.match(text)
        header = match[1] if match else None
    if header is None:
        raise ValueError(f"{path} opens with no comment, and has no {beside.name} beside it")
    shows: list[str] = []
    said: list[tuple[str | None, Expectation | None, str]] = []
    for line in filter(None, (line.strip() for line in header.splitlines())):
        if not shows:
            match = _SHOWS.fullmatch(line)
            if match is None:
                raise ValueError(f"{path} says {line!r} before what it shows")
            shows.append(match[1])
        elif line.startswith("expect"):
            said.append(_expectation(path, line))
        elif said:
            raise ValueError(f"{path} says {line!r} after what is expected")
        else:
            shows.append(line)
    return Sample(path, text, " ".join(shows), *_sorted_out(path, said))


def _expectation(path: Path, line: str) -> tuple[str | None, Expectation | None, str]:
    """(shape, what is expected or None for nothing, the guilty text as written)"""
    match = _EXPECT.fullmatch(line)
    if match is None:
        raise ValueError(f"{path}: {line!r} is not an expectation")
    if match["what"] == "nothing":
        return match["shape"], None, ""
    place = _PLACE.fullmatch(match["what"])
    if place is None:
        raise ValueError(f"{path}: {match['what']!r} is not a code with a place")
    start = int(place["line"]), int(place["column"])
    end = (int(place["end_line"]), int(place["end_column"])) if place["end_line"] else start
    if place["end_line"] and end <= start:
        raise ValueError(f"{path}: {line!r} ends before it starts")
    entry = -1 if place["entry"] is None else int(place["entry"])
    expectation = Expectation(start, end, place["code"], place["severity"] or "error", entry)
    return match["shape"], expectation, place["text"] or ""


def _sorted_out(
    path: Path, said: list[tuple[str | None, Expectation | None, str]]
) -> tuple[dict[str | None, tuple[Expectation, ...]], tuple[tuple[Expectation, str], ...]]:
    by_shape: dict[str | None, tuple[Expectation, ...]] = {}
    for shape in dict.fromkeys(shape for shape, _, _ in said):
        reported = [expected for of, expected, _ in said if of == shape]
        if None in reported and len(reported) > 1:
            raise ValueError(f"{path} expects nothing, and something")
        by_shape[shape] = tuple(sorted(expected for expected in reported if expected is not None))
    if None not in by_shape:
        raise ValueError(f"{path} does not say what is expected")
    return by_shape, tuple((what, text) for _, what, text in said if what is not None and text)


def quotes(written: str, found: str) -> bool:
    """Whether a guilty text as written in a sample is the text that was found, shortened or
    not."""
    if written == found:
        return True
    head, mark, tail = written.partition("…")
    return (
        bool(mark)
        and len(head + tail) < len(found)
        and found.startswith(head)
        and found.endswith(tail)
    )


def _decoded(data: bytes) -> str:
    """The text of a sample, bytes that its encoding does not allow as lone surrogates."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16")
    declared = re.match(rb"""\s*<\?xml[^>]*encoding=["']([\w.-]+)["']""", data)
    encoding = declared[1].decode() if declared else "utf-8"
    try:
        single = "<".encode(encoding) == b"<"
    except LookupError:
        single = False
    text = data.decode(encoding if single else "utf-8", "surrogateescape")
    return text.removeprefix("\ufeff")


def read_samples(*folders: str) -> Iterator[Sample]:
    """The samples in these folders, in all if none is named."""
    return map(read_sample, sample_paths(*folders))
