"""Grouping: rows of one set of lists into bodies below the limits, in memory that does not grow.

Rows wait in a database in a temporary file, in the order in which they came.  A group is a set of
lists; groups come in the order of their first rows.  The same rows in the same order give the same
bodies, byte for byte.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

import orjson

from ctct_migrate.bulk.bulk_rows import BulkRow
from ctct_migrate.contract.contract import Contract
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.targets.bulk_activity import BulkActivity


@dataclass(frozen=True, slots=True)
class Twin:
    """A row of the group that has the same address as one that was to be added.

    place    of the row that is kept, as it was given
    differs  whether the two hold different values; those of the row that is kept are sent
    """

    place: str
    differs: bool


@dataclass(frozen=True, slots=True)
class BulkBody:
    """One bulk request.

    activity   its kind
    number     1-based, among all of the run
    lists      ids of its lists
    columns    names of its columns; empty where the request lists none
    addresses  the address of each row
    places     what was given with each row, in the order of the rows
    data       the body: JSON on one line, in UTF-8
    """

    activity: BulkActivity
    number: int
    lists: tuple[str, ...]
    columns: tuple[str, ...]
    addresses: tuple[str, ...]
    places: tuple[str, ...]
    data: bytes


@dataclass(frozen=True, slots=True)
class SingleBody:
    """The body of a contact that is in no request about many.

    activity  of the request that it is not in
    number    1-based, among all such of the run
    resource  slug of the resource
    lists     ids of its lists
    address   its address
    place     what was given with it
    data      the body: JSON on one line, in UTF-8
    """

    activity: BulkActivity
    number: int
    resource: str
    lists: tuple[str, ...]
    address: str
    place: str
    data: bytes


class InvalidBulkBody(Exception):
    """A body would break the contract of the target: a mistake of this program, since each of its
    rows was made of a body that keeps it."""


_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -8192;
CREATE TABLE groups (id INTEGER PRIMARY KEY, lists TEXT UNIQUE);
CREATE TABLE bulk_rows (
    id INTEGER PRIMARY KEY, grp INTEGER, key TEXT, address TEXT, columns BLOB, data BLOB, place TEXT
);
CREATE TABLE singles (
    id INTEGER PRIMARY KEY, resource TEXT, lists TEXT, address TEXT, data BLOB, place TEXT
);
CREATE UNIQUE INDEX by_key ON bulk_rows (grp, key);
CREATE INDEX by_group ON bulk_rows (grp, id);
BEGIN;
"""


class Grouping:
    """Gathers the rows of one activity.

    `contract` is the target's: no body leaves that breaks it.  Raises `sqlite3.Error` where the
    folder for temporary files cannot be written.
    """

    def __init__(self, activity: BulkActivity, contract: Contract):
        if activity.limits is None:
            raise ValueError(f"{activity.name} takes no rows")
        self.activity = activity
        self._limits = activity.limits
        self._contract = contract
        self._rows = sqlite3.connect("", isolation_level=None)
        self._rows.executescript(_TABLES)
        self._groups: dict[tuple[str, ...], int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Forgets all rows."""
        self._rows.close()

    def add(self, row: BulkRow, place: str) -> Twin | None:
        """Takes a row, and remembers `place` with it, a text that means something to the caller.

        A row whose address is in its group already is not taken: the one that is there comes back.
        """
        group = self._group(row.lists)
        data = orjson.dumps(row.values)
        columns = bytes(sorted(row.columns))
        taken = self._rows.execute(
            "INSERT OR IGNORE INTO bulk_rows (grp, key, address, columns, data, place)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (group, row.key, row.address, columns, data, place),
        ).rowcount
        if taken:
            return None
        kept, other = self._rows.execute(
            "SELECT place, data FROM bulk_rows WHERE grp = ? AND key = ?", (group, row.key)
        ).fetchone()
        name = self.activity.row_address[1:].partition("/")[0]
        return Twin(kept, _without(name, other) != _without(name, data))

    def add_single(self, resource: str, row: BulkRow, body: bytes, place: str) -> None:
        """Takes a contact that is to be created by itself: its body as JSON, of that resource."""
        self._rows.execute(
            "INSERT INTO singles (resource, lists, address, data, place) VALUES (?, ?, ?, ?, ?)",
            (resource, orjson.dumps(row.lists), row.address, body, place),
        )

    def singles(self) -> Iterator[SingleBody]:
        """Those contacts, in the order in which they came."""
        found = self._rows.execute(
            "SELECT resource, lists, address, data, place FROM singles ORDER BY id"
        )
        for number, (resource, lists, address, data, place) in enumerate(found, 1):
            yield SingleBody(
                self.activity, number, resource, tuple(orjson.loads(lists)), address, place, data
            )

    def _group(self, lists: tuple[str, ...]) -> int:
        number = self._groups.get(lists)
        if number is None:
            number = self._groups[lists] = len(self._groups)
        return number

    def bodies(self) -> Iterator[BulkBody]:
        """The bodies, group by group, each as full as the limits allow.  Raises
        `InvalidBulkBody`."""
        number = 0
        for lists, group in self._groups.items():
            body = _Filling(self.activity, lists)
            found = self._rows.execute(
                "SELECT address, columns, data, place FROM bulk_rows WHERE grp = ? ORDER BY id",
                (group,),
            )
            for address, columns, data, place in found:
                if not body.has_room(data, columns, self._limits.rows, self._limits.bytes):
                    number += 1
                    yield self._checked(body, number)
                    body = _Filling(self.activity, lists)
                body.take(address, columns, data, place)
            number += 1
            yield self._checked(body, number)

    def _checked(self, body: _Filling, number: int) -> BulkBody:
        made = body.made(number)
        name = self.activity.schema
        if len(made.data) > self._limits.bytes or len(made.places) > self._limits.rows:
            raise InvalidBulkBody(f"{name} {number} is larger than the limits allow")
        if not self._contract.is_valid(name, "create", orjson.loads(made.data)):
            raise InvalidBulkBody(f"{name} {number} is not what its JSON Schema allows")
        return made


class _Filling:
    """A body that rows are put into."""

    def __init__(self, activity: BulkActivity, lists: tuple[str, ...]):
        self._activity, self._lists = activity, lists
        self._columns: set[int] = set()
        self._addresses: list[str] = []
        self._places: list[str] = []
        self._rows: list[bytes] = []
        self._size = 0

    def has_room(self, data: bytes, columns: bytes, rows: int, size: int) -> bool:
        """Whether one more row leaves the body below the limits; the first always has room."""
        if not self._rows:
            return True
        ends = len(self._around(self._columns.union(columns)))
        return len(self._rows) < rows and self._size + 1 + len(data) + ends <= size

    def take(self, address: str, columns: bytes, data: bytes, place: str) -> None:
        """Puts a row in."""
        self._columns.update(columns)
        self._addresses.append(address)
        self._places.append(place)
        self._size += len(data) + bool(self._rows)
        self._rows.append(data)

    def _names(self, columns: set[int]) -> tuple[str, ...]:
        if not self._activity.headed:
            return ()
        return tuple(dict.fromkeys(self._activity.columns[index].name for index in sorted(columns)))

    def _around(self, columns: set[int]) -> bytes:
        """The body without its rows."""
        return orjson.dumps(self._activity.whole(self._lists, self._names(columns)))

    def made(self, number: int) -> BulkBody:
        """The body."""
        before, after = self._around(self._columns).split(b"[]", 1)
        data = b"".join((before, b"[", b",".join(self._rows), b"]", after))
        return BulkBody(
            self._activity, number, self._lists, self._names(self._columns),
            tuple(self._addresses), tuple(self._places), data,
        )  # fmt: skip


def _without(name: str, data: bytes) -> object:
    """What a row says besides its address, of which the letter case may differ: the property of that
    name; nothing where the row is the address alone."""
    values = orjson.loads(data)
    if not isinstance(values, dict):
        return None
    values.pop(name, None)
    return values
