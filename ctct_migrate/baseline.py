"""The baseline: what was wrong when a project began to lint, so that only new mistakes are reported.

A diagnostic is known by what it is about, not by where it stands: its code, its element, the
text around it, and how many of that kind its document had.  Lines may move, indentation may
change; a second mistake of a kind that was recorded once is new.

Values and JSON text; which file they are in, and when it is written, stands with the command
line.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from typing import Any

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.source import Source

#: What a file of ours says of itself, and the version of its form.
FORMAT = "ctct-migrate baseline"
VERSION = 1

#: Characters before and after the guilty text that count, so that in a document without line
#: ends a change elsewhere does not make everything new.
_CONTEXT = 60


class BaselineError(Exception):
    """A file is not a baseline, or one of another version; the message is one clause."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """For each document, by the path that it has in the baseline, how many diagnostics of each
    fingerprint are known."""

    documents: Mapping[str, Mapping[str, int]]

    @property
    def size(self) -> int:
        """How many diagnostics are known."""
        return sum(sum(counts.values()) for counts in self.documents.values())


def fingerprint(source: Source, diagnostic: Diagnostic) -> str:
    """What the diagnostic is known by: its code and 16 hexadecimal figures of a hash."""
    start, end = diagnostic.span.start, diagnostic.span.end
    line = source.line(start.line)
    first = start.column - 1
    last = end.column - 1 if end.line == start.line else len(line)
    around = line[max(first - _CONTEXT, 0) : last + _CONTEXT]
    parts = (diagnostic.code, diagnostic.element, " ".join(around.split()))
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return f"{diagnostic.code}:{blake2b(text, digest_size=8).hexdigest()}"


class Recorder:
    """Counts the diagnostics of a run, for a new baseline."""

    def __init__(self) -> None:
        self._documents: dict[str, Counter[str]] = {}

    def add(self, path: str, source: Source, diagnostics: Iterable[Diagnostic]) -> None:
        """Counts those of one document (or of a part of it), which the baseline knows as `path`."""
        marks = Counter(fingerprint(source, diagnostic) for diagnostic in diagnostics)
        if marks:
            self._documents.setdefault(path, Counter()).update(marks)

    @property
    def baseline(self) -> Baseline:
        """What was counted."""
        return Baseline({path: dict(counts) for path, counts in self._documents.items()})


class Sieve:
    """Lets through what a baseline does not know, in one run."""

    def __init__(self, baseline: Baseline):
        self._left = {path: Counter(counts) for path, counts in baseline.documents.items()}
        self._seen: set[str] = set()

    def new(self, path: str, source: Source, diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Those of one document's diagnostics that are new, in their order.  What is known is
        used up: of three mistakes of a kind that was recorded twice, the last is new."""
        self._seen.add(path)
        left = self._left.setdefault(path, Counter())
        found = []
        for diagnostic in diagnostics:
            mark = fingerprint(source, diagnostic)
            if left[mark] > 0:
                left[mark] -= 1
            else:
                found.append(diagnostic)
        return found

    def stale(self, is_gone: Callable[[str], bool]) -> dict[str, int]:
        """How many diagnostics of the baseline did not occur, by document: of those that were asked
        about, and of those that `is_gone` says are there no more."""
        left = {path: sum(counts.values()) for path, counts in self._left.items()}
        return {
            path: number
            for path, number in left.items()
            if number and (path in self._seen or is_gone(path))
        }


def written(baseline: Baseline) -> str:
    """The baseline as JSON, sorted, a fingerprint a line, so that it can be kept in version
    control."""
    documents = {
        path: dict(sorted(counts.items())) for path, counts in sorted(baseline.documents.items())
    }
    return (
        json.dumps({"format": FORMAT, "version": VERSION, "documents": documents}, indent=1) + "\n"
    )


def parsed(data: bytes) -> Baseline:
    """The baseline in the bytes of a file.  Raises `BaselineError`."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BaselineError("this is not a baseline (it is not JSON)") from error
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise BaselineError("this is not a baseline")
    if value.get("version") != VERSION:
        raise BaselineError(
            f"this baseline is of version {value.get('version')!r}, not {VERSION}: "
            "record it anew with --write-baseline"
        )
    documents = value.get("documents")
    if not isinstance(documents, dict) or not all(map(_are_counts, documents.values())):
        raise BaselineError("this baseline is damaged: record it anew with --write-baseline")
    return Baseline(documents)


def _are_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(
        type(count) is int and count > 0 for count in value.values()
    )
