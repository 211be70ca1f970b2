"""What an earlier manifest says is done, for a run that goes on with it.

In databases in temporary files, not in memory: there may be millions of lines.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.runs.disk import database
from ctct_migrate.runs.manifest import Line, escaped, lines
from ctct_migrate.runs.outcomes import ResourceStatus
from ctct_migrate.runs.purpose import Purpose

#: What a resource has come to that is not worked on again.
_SETTLED = frozenset({ResourceStatus.CONVERTED.value, ResourceStatus.SKIPPED.value})


class Occurrences:
    """How often each input has come already: a path may be given twice, and an archive may have
    two files of one name."""

    def __init__(self) -> None:
        self._rows = database(
            "seen (source TEXT, entry INTEGER, times INTEGER, PRIMARY KEY (source, entry))"
        )

    def of(self, item: Input | InputError) -> int:
        """0 for the first input of that name (and entry), 1 for the second …"""
        return int(
            self._rows.execute(
                "INSERT INTO seen VALUES (?, ?, 0)"
                " ON CONFLICT DO UPDATE SET times = times + 1 RETURNING times",
                (escaped(item.name), _entry(item.entry)),
            ).fetchone()[0]
        )

    def close(self) -> None:
        """Forgets everything."""
        self._rows.close()


class Known:
    """What a manifest says.

    ends         how far each output reached, by its name, when the last line was written
    lines, size  of the manifest: the number of the lines that count, and of their bytes
    """

    def __init__(self) -> None:
        self._rows = database(
            "done (source TEXT, occurrence INTEGER, entry INTEGER, part INTEGER, status TEXT, shape TEXT,"
            " target TEXT, choices TEXT,"
            " sha256 TEXT, output BLOB, again INTEGER DEFAULT 0,"
            " PRIMARY KEY (source, occurrence, entry, part))"
        )
        self.ends: dict[str, int] = {}
        self.size = self.lines = 0

    def load(self, path: Path) -> None:
        """Takes in the manifest at `path`, if there is one.  Raises OSError or `ManifestError`."""
        if not path.exists():
            return
        self.lines, self.size = _counting(path)
        with path.open("rb") as stream:
            for number, line in enumerate(lines(stream, path)):
                if number < self.lines:
                    self._take(line)

    def _take(self, line: Line) -> None:
        # Of two lines about one thing nobody knows which is right: neither is taken to be done.
        self._rows.execute(
            "INSERT INTO done VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT DO UPDATE SET"
            " sha256 = NULL, status = excluded.status, output = excluded.output",
            (*_key(line), line["status"], line.get("shape"),
             line.get("target") or DEFAULT_TARGET, line.get("choices") or "", line.get("sha256"),
             _bytes(line.get("output"))),
        )  # fmt: skip
        if reached := line.get("reached"):
            self.ends[reached[0]] = reached[1]

    def sha256(
        self, item: Input, occurrence: int, purpose: Purpose, is_there: Callable[[str], bool]
    ) -> str | None:
        """The SHA-256 of an input all of whose bodies are there, for this purpose, but for those
        that were skipped; None for anything else."""
        rows = self._about(item, occurrence)
        for status, shape, target, choices, _, output in rows:
            if status not in _SETTLED or (shape, target, choices) != purpose:
                return None
            if status == ResourceStatus.SKIPPED.value:
                continue
            if output is None or not is_there(_name(output)):
                return None
        return rows[0][4] if rows else None

    def outputs(self, item: Input, occurrence: int | None = None) -> list[str]:
        """The files that the bodies of an input are in; of all of its name without a number."""
        return [_name(row[5]) for row in self._about(item, occurrence) if row[5]]

    def _about(
        self, item: Input, occurrence: int | None
    ) -> list[tuple[str, str | None, str, str, str | None, bytes | None]]:
        query = "SELECT status, shape, target, choices, sha256, output FROM done WHERE source = ?"
        keys: list[str | int] = [escaped(item.name)]
        if occurrence is not None:
            query += " AND occurrence = ?"
            keys.append(occurrence)
        if item.part is not None:
            query += " AND entry = ?"
            keys.append(item.part.entry)
        return self._rows.execute(query, keys).fetchall()

    def again(self, name: str, occurrence: int, entry: int | None, part: bool) -> None:
        """Notes that something is done anew, so that what stands about it counts no more: all of
        the document `name`, or (`part`) one entry of a large feed."""
        change = "UPDATE done SET again = 1 WHERE source = ? AND occurrence = ?"
        if part:
            keys = (escaped(name), occurrence, _entry(entry))
            self._rows.execute(f"{change} AND entry = ?", keys)
        else:
            self._rows.execute(change, (escaped(name), occurrence))

    def superseded(self, output: str | None) -> tuple[bool, bool]:
        """Whether lines count no more, and whether bodies in the file `output` do not."""
        row = self._rows.execute(
            "SELECT count(*), count(iif(output = ?, 1, NULL)) FROM done WHERE again = 1",
            (_bytes(output),),
        ).fetchone()
        return row[0] > 0, row[1] > 0

    def counts(self, line: Line) -> bool:
        """Whether an earlier line still counts."""
        row = self._rows.execute(
            "SELECT again FROM done WHERE source = ? AND occurrence = ? AND entry = ? AND part = ?",
            _key(line),
        ).fetchone()
        return row is None or not row[0]

    def close(self) -> None:
        """Forgets everything."""
        self._rows.close()


def _counting(path: Path) -> tuple[int, int]:
    """The number of the lines up to the last that tells how far the output reached, and of their
    bytes."""
    count = size = 0
    number = end = 0
    with path.open("rb") as stream:
        for number, raw in enumerate(stream, 1):
            end += len(raw)
            # In a string the quotes would have backslashes before them.
            if b'"reached":' in raw and raw.endswith(b"\n"):
                count, size = number, end
    return count, size


def _key(line: Line) -> tuple[str, int, int, int]:
    source, occurrence = escaped(line["source"]), line.get("occurrence", 0)
    return source, occurrence, _entry(line.get("entry")), _entry(line.get("part"))


def _entry(entry: int | None) -> int:
    return -1 if entry is None else entry


def _bytes(name: str | None) -> bytes | None:
    """The name of a file, which may be no UTF-8, as SQLite takes it."""
    return None if name is None else name.encode("utf-8", "surrogatepass")


def _name(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")
