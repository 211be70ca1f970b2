"""A Parquet file of bodies, a row for each, for analysts.

The columns are `source`, `entry`, `resource`, then the properties of all resources of one target,
with the types that the JSON Schemas give them; dates are timestamps in UTC.  A property that two
schemas give different types is text: JSON, unless it is text already.  Needs pyarrow (the extra
`parquet`).

A Parquet file cannot be added to, so rows go into small files in `NAME.parts/`, each whole in
itself, which are put together at the end.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from ctct_migrate.inputs.input import Input
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.runs.document_records import Form
from ctct_migrate.runs.outcomes import ResourceOutcome, compact
from ctct_migrate.runs.outputs import KeptBody, OutputError, refuse_existing, unlike
from ctct_migrate.runs.resume import Known
from ctct_migrate.targets import TARGETS

#: Rows of one part, and of one row group of the whole; bytes of bodies in one part at the most.
_ROWS, _BYTES = 1_000, 4 << 20

#: Rows that are Python's values at a time.
_AT_ONCE = 20


class ParquetOutput:
    """The file at `path`; `end` in the manifest is the number of parts."""

    def __init__(
        self, path: Path, *, force: bool, resume: Known | None, target: str = DEFAULT_TARGET
    ):
        self._set_up(path, target, resume.ends.get(str(path), 0) if resume else 0)
        refuse_existing(path, self.parts, force=force, resume=resume)
        if self._end and not (path.exists() or self.parts.exists()):
            raise OutputError(unlike(path))
        self._begin()

    def _set_up(self, path: Path, target: str, end: int) -> None:
        """Everything that is in memory; `end` is the number of parts that count already."""
        self._pyarrow = loaded_pyarrow()
        self._parquet = self._pyarrow.parquet
        self._target = target
        self._schema = self._columns(self._pyarrow, target)
        self.path, self.name = path, str(path)
        self.form: Form = row_of_body
        self.parts = path.with_name(f"{path.name}.parts")
        self._merged = path.with_name(f"{path.name}.merged")
        self._new = path.with_name(f"{path.name}.new")
        self._rows: list[bytes] = []
        self._size = 0
        self._end = end
        self._tidy()

    def _begin(self) -> None:
        """Takes away what does not count of earlier parts."""
        if not self._end:
            shutil.rmtree(self.parts, ignore_errors=True)
        self._base = self.path if self._end and self.path.exists() else None

    def _columns(self, pyarrow: Any, target: str) -> Any:
        return schema(pyarrow, target)

    def _tidy(self) -> None:
        """Finishes what a run was about to finish when it broke off (`complete`)."""
        if self._merged.exists():
            if self._new.exists():
                self._new.replace(self.path)
            shutil.rmtree(self._merged)

    @property
    def due(self) -> bool:
        """Whether a part is full."""
        return len(self._rows) >= _ROWS or self._size >= _BYTES

    @property
    def seamless(self) -> bool:
        """No: each part becomes a row group."""
        return False

    @property
    def pending(self) -> bool:
        """Whether a part has been begun."""
        return bool(self._rows)

    def holds(self, output: str) -> bool:
        """Whether `output` is this file."""
        return output == str(self.path)

    def put(self, item: Input, entry: int | None, data: bytes, part: str = "") -> str:
        """Takes a row."""
        self._rows.append(data)
        self._size += len(data)
        return self.name

    def commit(self) -> int:
        """Writes the rows that were taken as a part."""
        if self._rows:
            self.parts.mkdir(parents=True, exist_ok=True)
            part = self.parts / f"{self._end:08}.parquet"
            spare = part.with_suffix(".tmp")
            try:
                self._parquet.write_table(self._table(), spare, compression="zstd")
                spare.replace(part)
            except OSError as error:
                spare.unlink(missing_ok=True)
                raise self._plain(error) from None
            self._end += 1
            self._size = 0
        return self._end

    def _table(self) -> Any:
        """The rows that were taken, a few at a time: as Python's values they take most room."""
        pyarrow = self._pyarrow
        chunks = []
        while self._rows:
            rows = [orjson.loads(row) for row in self._rows[:_AT_ONCE]]
            del self._rows[:_AT_ONCE]
            unknown = next((n for row in rows for n in row if n not in self._schema.names), None)
            if unknown is not None:
                raise OutputError(
                    f"{self.path}: {self._target} has no property `{unknown}`; a Parquet file holds"
                    " the bodies of one target"
                )
            chunks.append(table(pyarrow, self._schema, rows))
        return pyarrow.concat_tables(chunks)

    def _pieces(self) -> Iterator[Any]:
        """What has been written so far, as tables."""
        files = [self._base] if self._base else []
        if self.parts.exists():
            files += sorted(
                part for part in self.parts.glob("*.parquet") if int(part.stem) < self._end
            )
        for file in files:
            # Read as it is asked for, not ahead, and not in several threads: half the memory.
            with self._parquet.ParquetFile(file, pre_buffer=False, buffer_size=1 << 16) as opened:
                for group in range(opened.num_row_groups):
                    yield opened.read_row_group(group, use_threads=False)

    def compact(self, keep: Iterable[KeptBody]) -> int:
        """Writes the whole anew without the rows that do not count."""
        flags = (each.kept for each in keep)
        self._merge(
            piece.filter(self._pyarrow.array([next(flags) for _ in range(piece.num_rows)]))
            for piece in self._pieces()
        )
        return self._end

    def complete(self) -> None:
        """Puts the parts together."""
        if self.parts.exists() or not self.path.exists():
            self._merge(self._pieces())

    def _merge(self, pieces: Iterable[Any]) -> None:
        try:
            with self._parquet.ParquetWriter(self._new, self._schema, compression="zstd") as new:
                for piece in pieces:
                    if piece.num_rows:
                        new.write_table(piece)
                    del piece
                    self._pyarrow.default_memory_pool().release_unused()
        except OSError as error:
            self._new.unlink(missing_ok=True)
            raise self._plain(error) from None
        # In this order, so that the parts are never taken for what comes after the whole.
        if self.parts.exists():
            self.parts.rename(self._merged)
        self._new.replace(self.path)
        self._base = self.path
        shutil.rmtree(self._merged, ignore_errors=True)

    def _plain(self, error: OSError) -> OSError:
        """The error without pyarrow's words around it."""
        if error.errno is None:
            return error
        return OSError(error.errno, os.strerror(error.errno), str(self.path))

    def abandon(self, *, resumable: bool) -> None:
        """Leaves the parts, or takes them away."""
        if not resumable:
            with suppress(OSError):
                shutil.rmtree(self.parts)


def loaded_pyarrow() -> Any:
    """pyarrow, with its module for Parquet.  Raises `OutputError` where it is not installed."""
    # The pool that gives memory back; the others keep half as much again.  It can only be chosen
    # before pyarrow is loaded.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    try:
        import pyarrow.parquet
    except ImportError:
        raise OutputError("Parquet needs pyarrow: pip install 'ctct-migrate[parquet]'") from None
    return pyarrow


#: Columns that say where a body is from.
_OWN = ("source", "entry", "resource")
_OWN_IN_JSON = tuple(f'"{name}":'.encode() for name in _OWN)


def _column(name: str) -> str:
    """The column of a property of a body: a file has a `source` too, which is not the document's."""
    return f"body_{name}" if name in _OWN else name


def _columns_of(body: bytes) -> bytes:
    """A body with its properties under the names of their columns."""
    if not any(name in body for name in _OWN_IN_JSON):
        return body
    return compact({_column(name): value for name, value in orjson.loads(body).items()})


def row_of_table(name: str, resource: ResourceOutcome) -> bytes:
    """A row of the table of its resource: the resource's slug, a line end, and the JSON object of the
    table's columns."""
    columns = compact({"source": name, "entry": resource.entry})
    body = _columns_of(resource.body or b"{}")
    row = columns[:-1] + (b"," + body[1:] if body != b"{}" else b"}")
    return (resource.resource or "").encode() + b"\n" + row


def row_of_body(name: str, resource: ResourceOutcome) -> bytes:
    """A row, as the JSON object of its columns."""
    columns = {"source": name, "entry": resource.entry, "resource": resource.resource}
    body = _columns_of(resource.body or b"{}")
    return compact(columns)[:-1] + (b"," + body[1:] if body != b"{}" else b"}")


def schema(pyarrow: Any, target: str = DEFAULT_TARGET) -> Any:
    """The columns of the bodies of the target of that name, from its JSON Schemas."""
    fields = {
        "source": pyarrow.field("source", pyarrow.string(), nullable=False),
        "entry": pyarrow.field("entry", pyarrow.int64()),
        "resource": pyarrow.field("resource", pyarrow.string(), nullable=False),
    }
    for document in _schemas(target):
        for name, node in document.get("properties", {}).items():
            column = _column(name)
            field = pyarrow.field(column, _type(pyarrow, document, node))
            if not fields.setdefault(column, field).equals(field):
                fields[column] = pyarrow.field(column, pyarrow.string())
    return pyarrow.schema(list(fields.values()))


def schema_of_table(pyarrow: Any, target: str, resource: str) -> Any:
    """The columns of the table of one resource, by its slug, likewise.  Raises KeyError for a
    resource that the target does not take."""
    delivery = TARGETS[target].delivery(resource)
    if delivery is None:
        raise KeyError(resource)
    document = TARGETS[target].contract.schema(delivery.schema)
    fields = [
        pyarrow.field("source", pyarrow.string(), nullable=False),
        pyarrow.field("entry", pyarrow.int64()),
    ]
    for name, node in document.get("properties", {}).items():
        fields.append(pyarrow.field(_column(name), _type(pyarrow, document, node)))
    return pyarrow.schema(fields)


def _schemas(name: str) -> Iterator[Any]:
    """The JSON Schemas of all bodies of a target, by the names of the resources."""
    target = TARGETS[name]
    for _, delivery in sorted(target.deliveries().items()):
        if delivery.has_source:
            yield target.contract.schema(delivery.schema)


def _type(pyarrow: Any, document: Any, node: Any) -> Any:
    """The Arrow type of what a JSON Schema allows."""
    while "$ref" in node:
        target = document
        for token in node["$ref"].removeprefix("#/").split("/"):
            target = target[token]
        node = target
    kinds = node.get("type", "string")
    several = [k for k in kinds if k != "null"] if isinstance(kinds, list) else [kinds]
    kind = several[0] if len(several) == 1 else "string"
    if kind == "object" and node.get("properties"):
        return pyarrow.struct(
            [
                pyarrow.field(name, _type(pyarrow, document, child))
                for name, child in node.get("properties", {}).items()
            ]
        )
    if kind == "array" and "items" in node:
        return pyarrow.list_(_type(pyarrow, document, node["items"]))
    if node.get("format") == "date-time":
        return pyarrow.timestamp("us", tz="UTC")
    simple = {"boolean": pyarrow.bool_(), "integer": pyarrow.int64(), "number": pyarrow.float64()}
    return simple.get(kind, pyarrow.string())


def table(pyarrow: Any, columns: Any, rows: list[dict[str, Any]]) -> Any:
    """The rows as a table with these columns."""
    dates = [field.name for field in columns if pyarrow.types.is_timestamp(field.type)]
    texts = [field.name for field in columns if pyarrow.types.is_string(field.type)]
    nested = [field for field in columns if pyarrow.types.is_nested(field.type)]
    for row in rows:
        for name in texts:
            if not isinstance(row.get(name, ""), str | None):
                row[name] = compact(row[name]).decode()
        for field in nested:
            if field.name in row:
                row[field.name] = _fitted(pyarrow, row[field.name], field.type)
        for name in dates:
            if isinstance(row.get(name), str):
                row[name] = _moment(row[name])
    return pyarrow.Table.from_pylist(rows, schema=columns)


def _fitted(pyarrow: Any, value: Any, kind: Any) -> Any:
    """A value of an object or a list as its type wants it: what may be a text or a number is text,
    dates are moments."""
    types = pyarrow.types
    if value is None:
        return None
    if types.is_struct(kind) and isinstance(value, dict):
        known = {each.name: each.type for each in kind}
        return {n: _fitted(pyarrow, v, known[n]) if n in known else v for n, v in value.items()}
    if types.is_list(kind) and isinstance(value, list):
        return [_fitted(pyarrow, each, kind.value_type) for each in value]
    if types.is_string(kind) and not isinstance(value, str):
        return compact(value).decode()
    if types.is_timestamp(kind) and isinstance(value, str):
        return _moment(value)
    return value


def _moment(text: str) -> Any:
    """The moment that a date-time of v2 names; None for what Python's calendar does not have."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
