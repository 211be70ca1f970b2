"""A folder of Parquet files, a table for each resource: `sent_event.parquet`, `contact.parquet`.

The columns of a table are `source`, `entry`, then the properties that the resource has in the target,
with the types of its JSON Schema.  All tables are committed together: a part of the whole is a part
of each table that has rows in it, under the same number, so that one number says how far all of them
reach.  Millions of rows of tracking go through here, so that a part is made by columns.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from ctct_migrate.inputs.input import Input
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.runs.document_records import Form
from ctct_migrate.runs.outputs import KeptBody, OutputError
from ctct_migrate.runs.parquet_output import (
    ParquetOutput,
    loaded_pyarrow,
    row_of_table,
    schema_of_table,
    table,
)
from ctct_migrate.runs.resume import Known
from ctct_migrate.targets import TARGETS

#: Rows of one part, of all tables together, and bytes of bodies.
_ROWS, _BYTES = 10_000, 3 << 20

#: Rows of a table that are Python's values at a time.
_AT_ONCE = 500

_ENDING = ".parquet"


class ParquetTables:
    """The folder at `path`; `end` in the manifest is the number of parts."""

    def __init__(
        self, path: Path, *, force: bool, resume: Known | None, target: str = DEFAULT_TARGET
    ):
        loaded_pyarrow()
        self.path, self.name, self._target = path, str(path), target
        self.form: Form = row_of_table
        self._end = resume.ends.get(self.name, 0) if resume else 0
        self._fresh = not self._end
        self._count = self._size = 0
        self._tables: dict[str, _Table] = {}
        there = list(self._there())
        if path.exists() and not path.is_dir():
            raise OutputError(f"{path}: this is a file; tables go into a folder")
        if there and self._fresh and not force:
            last = "and the manifest does not list it" if resume else "--resume goes on with it"
            raise OutputError(
                f"{there[0][1]} is there already, {last}; --force overwrites it"
                if resume
                else f"{there[0][1]} is there already; --force overwrites it, {last}"
            )
        if self._end and not there:
            raise OutputError(f"{path}: the tables that the manifest lists are not there")
        for resource, _ in there:
            self._table(resource)

    def _there(self) -> Iterator[tuple[str, Path]]:
        """The tables that are in the folder, whole or in parts: slug and path."""
        for resource in sorted(TARGETS[self._target].deliveries()):
            table_path = self.path / f"{resource}{_ENDING}"
            if table_path.exists() or table_path.with_name(f"{table_path.name}.parts").exists():
                yield resource, table_path

    def _table(self, resource: str) -> _Table:
        if resource not in self._tables:
            path = self.path / f"{resource}{_ENDING}"
            self._tables[resource] = _Table(path, resource, self._target, self._end)
        return self._tables[resource]

    @property
    def due(self) -> bool:
        """Whether a part is full."""
        return self._count >= _ROWS or self._size >= _BYTES

    @property
    def seamless(self) -> bool:
        """No: each part becomes a row group."""
        return False

    @property
    def pending(self) -> bool:
        """Whether a part has been begun."""
        return self._count > 0

    def holds(self, output: str) -> bool:
        """Whether `output` is this folder."""
        return output == self.name

    def put(self, item: Input, entry: int | None, data: bytes, part: str = "") -> str:
        """Takes a row of a table."""
        resource, _, row = data.partition(b"\n")
        self._table(resource.decode()).put(item, entry, row, part)
        self._count += 1
        self._size += len(row)
        return self.name

    def commit(self) -> int:
        """Writes the rows that were taken as parts of the tables."""
        if self._count:
            for each in self._tables.values():
                each.commit_as(self._end)
            self._end += 1
            self._count = self._size = 0
        return self._end

    def compact(self, keep: Iterable[KeptBody]) -> int:
        """Writes the tables anew without the rows that do not count."""
        flags: dict[str, bytearray] = {}
        for each in keep:
            flags.setdefault(each.resource, bytearray()).append(each.kept)
        for resource, kept in flags.items():
            table_of = self._table(resource)
            table_of.reach(self._end)
            table_of.compact(KeptBody(bool(flag), resource) for flag in kept)
        return self._end

    def complete(self) -> None:
        """Puts the parts of each table together; those of an earlier run that have no rows in this
        one are taken away."""
        for each in self._tables.values():
            if not each.parts.exists():
                if self._fresh:
                    each.path.unlink(missing_ok=True)
            else:
                each.reach(self._end)
                each.complete()

    def abandon(self, *, resumable: bool) -> None:
        """Leaves the parts, or takes them away."""
        for each in self._tables.values():
            each.abandon(resumable=resumable)


class _Table(ParquetOutput):
    """The table of one resource, whose parts have the numbers of the whole."""

    def __init__(self, path: Path, resource: str, target: str, end: int):
        self._resource = resource
        self._set_up(path, target, end)
        self._begin()
        for part in self.parts.glob(f"*{_ENDING}"):
            if int(part.stem) >= end:  # of a run that broke off before it was noted
                part.unlink()
        with suppress(OSError):  # there is none, or it holds parts
            self.parts.rmdir()

    def _columns(self, pyarrow: Any, target: str) -> Any:
        try:
            return schema_of_table(pyarrow, target, self._resource)
        except KeyError:
            raise OutputError(f"{target} has no {self._resource}") from None

    def reach(self, end: int) -> None:
        """Notes how many parts of the whole there are."""
        self._end = end

    def commit_as(self, number: int) -> None:
        """Writes the rows that were taken as the part of that number."""
        self._end = number
        self.commit()

    def _table(self) -> Any:
        """The rows that were taken, some at a time: as Python's values they take most room."""
        chunks = []
        while self._rows:
            chunks.append(self._chunk([orjson.loads(row) for row in self._rows[:_AT_ONCE]]))
            del self._rows[:_AT_ONCE]
        return self._pyarrow.concat_tables(chunks).combine_chunks()

    def _chunk(self, rows: list[dict[str, Any]]) -> Any:
        """Rows as a table, by columns where that is possible, which is ten times as fast."""
        pyarrow, columns = self._pyarrow, self._schema
        if any(pyarrow.types.is_nested(each.type) for each in columns):
            return table(pyarrow, columns, rows)
        try:
            arrays = [
                self._array([row.get(each.name) for row in rows], each.type) for each in columns
            ]
        except (pyarrow.ArrowException, TypeError):  # a date beyond the calendar, or the like
            return table(pyarrow, columns, rows)
        return pyarrow.Table.from_arrays(arrays, schema=columns)

    def _array(self, values: list[Any], kind: Any) -> Any:
        if not self._pyarrow.types.is_timestamp(kind):
            return self._pyarrow.array(values, kind)
        return self._pyarrow.array(values, self._pyarrow.string()).cast(kind)

    def abandon(self, *, resumable: bool) -> None:
        """Leaves the parts, or takes them away."""
        if not resumable:
            shutil.rmtree(self.parts, ignore_errors=True)
