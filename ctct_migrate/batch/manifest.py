"""The manifest: what became of each resource of a run, as JSON Lines.

A line is an object with, always: `source` (the document's name), `entry` (0-based number in a
feed, or null), `sha256` (of the document's bytes, or of the entry's where a large feed came entry
by entry; null if it could not be read), `resource`, `shape`, `status`, `codes`, `output` (the file
that the body is in, or null).  Where they are known: `date`, `diagnostics`, `dropped` and
`message` (of what could not be read).

Lines are written some at a time, after the bodies that they tell of, so that a run that broke off
can be gone on with: what the manifest says is there, is there.  The last of them has `reached`:
the output file and how far it reached then (bytes, or finished parts of a Parquet file), or null
for an output folder.  Lines after the last `reached` do not count.  `Known` is what an earlier
manifest says.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from ctct_migrate.batch.documents import Input, InputError
from ctct_migrate.batch.outcomes import Finding, Resource, Status, compact

#: Diagnostics that a line tells in full; the codes tell of all.
_MOST = 20

Line = dict[str, Any]


def line_of(item: Input, sha256: str, shape: str, resource: Resource) -> Line:
    """The line about a resource, but for its output."""
    line: Line = {
        "source": item.name,
        "entry": resource.entry,
        "sha256": sha256 or None,
        "resource": resource.resource,
        "shape": shape,
        "status": resource.status.value,
        "codes": list(resource.codes),
        "output": None,
    }
    if resource.date:
        line["date"] = resource.date
    if resource.findings:
        line["diagnostics"] = [_told(finding) for finding in resource.findings[:_MOST]]
    if resource.drops:
        line["dropped"] = dict(resource.drops)
    return line


def line_of_error(error: InputError, status: Status = Status.UNREADABLE) -> Line:
    """The line about what could not be read."""
    return {
        "source": error.name,
        "entry": error.entry,
        "sha256": None,
        "resource": None,
        "shape": None,
        "status": status.value,
        "codes": [],
        "output": None,
        "message": error.message,
    }


def _told(finding: Finding) -> Line:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "fix": finding.fix or None,
        "excerpt": finding.excerpt,
        "mark": [finding.start, finding.end],
    }


def written(line: Line) -> bytes:
    """The line as it stands in the file."""
    return compact(line) + b"\n"


# A line that is written already is changed in its bytes: taking it apart and putting it together
# again takes longer than all else that the process that writes does for a document.


def with_output(line: bytes, output: str) -> bytes:
    """A written line of `line_of` with the name of the file that the body is in."""
    # In a string the quotes would stand behind backslashes.
    return line.replace(b',"output":null', b',"output":' + compact(output), 1)


def with_reached(line: bytes, output: str | None, end: int | None) -> bytes:
    """A written line with the note of how far the output reached then."""
    reached = compact(None if end is None else [output, end])
    return b'%s,"reached":%s}\n' % (line.removesuffix(b"}\n"), reached)


def unwritten(line: bytes, message: str) -> bytes:
    """A written line about a body that could not be written where it belongs."""
    told: Line = json.loads(line)
    return written(told | {"status": Status.UNWRITTEN.value, "message": message})


class ManifestError(Exception):
    """A file is no manifest; `str(error)` says where, in one line."""


def read(path: Path) -> Iterator[Line]:
    """The lines of a manifest.  Raises OSError, and `ManifestError` for what is none; a last line
    that was cut off is passed over."""
    with path.open("rb") as stream:
        for line, _ in _lines(stream, path):
            yield line


def _lines(stream: BinaryIO, path: Path) -> Iterator[tuple[Line, bytes]]:
    for number, raw in enumerate(stream, 1):
        if not raw.endswith(b"\n"):
            return  # the run broke off while it was written
        try:
            line = json.loads(raw)
            fit = isinstance(line["source"], str) and line["status"] in _STATUSES
        except (ValueError, KeyError, TypeError, RecursionError):
            fit = False
        if not fit:
            raise ManifestError(f"{path}:{number}: this is no line of a manifest")
        yield line, raw


_STATUSES = frozenset(status.value for status in Status)


class Known:
    """What a manifest says is done, for a run that goes on with it.

    In a database in a temporary file, not in memory: there may be millions of lines.
    """

    def __init__(self) -> None:
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096;"
            "CREATE TABLE done (source TEXT, entry INTEGER, status TEXT, shape TEXT, sha256 TEXT,"
            " output TEXT, again INTEGER DEFAULT 0, PRIMARY KEY (source, entry)) WITHOUT ROWID;"
            "BEGIN"
        )
        #: How far each output reached, by its name, when the last line was written.
        self.ends: dict[str, int] = {}
        self.size = self.lines = 0

    def load(self, path: Path) -> None:
        """Takes in the manifest at `path`, if there is one.  Raises OSError or `ManifestError`.
        `lines` and `size` are then the number of the lines that count and of their bytes."""
        if not path.exists():
            return
        waiting: list[Line] = []
        size = 0
        with path.open("rb") as stream:
            for line, raw in _lines(stream, path):
                waiting.append(line)
                size += len(raw)
                if "reached" in line:
                    self._take(waiting)
                    self.lines += len(waiting)
                    self.size = size
                    waiting = []

    def _take(self, lines: list[Line]) -> None:
        for line in lines:
            # Of two lines about one thing (an archive with two files of one name), nobody knows
            # which is about which: neither is taken to be done.
            self._rows.execute(
                "INSERT INTO done VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET"
                " sha256 = NULL, status = excluded.status, output = excluded.output",
                (_text(line["source"]), _entry(line["entry"]), line["status"],
                 line.get("shape"), line.get("sha256"), line.get("output")),
            )  # fmt: skip
        reached = lines[-1]["reached"]
        if isinstance(reached, list) and len(reached) == 2:
            self.ends[str(reached[0])] = int(reached[1])

    def sha256(self, item: Input, shape: str, is_there: Callable[[str], bool]) -> str | None:
        """The SHA-256 of an input all of whose bodies are there, in this shape; None for anything
        else."""
        rows = self._about(item)
        for status, has, _, output in rows:
            if status != Status.CONVERTED.value or has != shape or not is_there(output or ""):
                return None
        return rows[0][2] if rows else None

    def outputs(self, item: Input) -> list[str]:
        """The files that the bodies of an input are in."""
        return [row[3] for row in self._about(item) if row[3]]

    def _about(self, item: Input) -> list[tuple[str, str | None, str | None, str | None]]:
        query = "SELECT status, shape, sha256, output FROM done WHERE source = ?"
        if item.part is None:
            return self._rows.execute(query, (_text(item.name),)).fetchall()
        return self._rows.execute(
            f"{query} AND entry = ?", (_text(item.name), item.part.entry)
        ).fetchall()

    def again(self, name: str, entry: int | None, part: bool) -> None:
        """Notes that something is done anew, so that what stands about it counts no more: all of
        the document `name`, or (`part`) one entry of a large feed."""
        change = "UPDATE done SET again = 1 WHERE source = ?"
        if part:
            self._rows.execute(f"{change} AND entry = ?", (_text(name), _entry(entry)))
        else:
            self._rows.execute(change, (_text(name),))

    def superseded(self, output: str | None) -> tuple[bool, bool]:
        """Whether lines count no more, and whether bodies in the file `output` do not."""
        row = self._rows.execute(
            "SELECT count(*), count(iif(output = ?, 1, NULL)) FROM done WHERE again = 1", (output,)
        ).fetchone()
        return row[0] > 0, row[1] > 0

    def counts(self, line: Line) -> bool:
        """Whether an earlier line still counts."""
        row = self._rows.execute(
            "SELECT again FROM done WHERE source = ? AND entry = ?",
            (_text(line["source"]), _entry(line["entry"])),
        ).fetchone()
        return row is None or not row[0]

    def close(self) -> None:
        """Forgets everything."""
        self._rows.close()


def _text(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode()


def _entry(entry: int | None) -> int:
    return -1 if entry is None else entry


class Writer:
    """The manifest of a run, written line by line; `known` if it goes on with an earlier one."""

    def __init__(self, path: Path, known: Known | None):
        self.path, self.known = path, known
        self.stream = path.open("r+b" if known and known.size else "wb", buffering=0)
        self.stream.seek(known.size if known else 0)
        self.stream.truncate()
        self.size = known.size if known else 0

    def write(self, lines: list[bytes]) -> None:
        """Adds written lines, all or none.  Raises OSError."""
        data = b"".join(lines)
        try:
            at = 0
            while at < len(data):
                at += self.stream.write(data[at:]) or 0
        except OSError:
            self.stream.truncate(self.size)
            raise
        self.size += len(data)

    def close(self) -> None:
        """Makes sure that it is on the disk."""
        if not self.stream.closed:
            with suppress(OSError):  # a pipe, or a device
                os.fsync(self.stream.fileno())
            self.stream.close()
