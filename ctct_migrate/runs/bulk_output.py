"""Where bulk requests are written, and what is recorded of them.

In a folder each body is a file of its own, `addcontacts-0001.json`, with the rows that are in it
beside it, `addcontacts-0001.rows.jsonl`: for each row its place among the rows (0-based), its
address, and the document, entry and line that it comes from.  A contact that is created by itself
has a body of its own, `contacts_json_import-single-0001.json`.  In a file of lines, or on standard
output, each line is an object of `resource`, `lists`, `body` and `rows`.

The bodies depend on all contacts together.  A run that is gone on with makes them again, and leaves
alone what is there already with the same bytes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson

from ctct_migrate.bulk.grouping import BulkBody, SingleBody
from ctct_migrate.payload import Shape
from ctct_migrate.runs.atomic_files import output, put
from ctct_migrate.runs.manifest import written
from ctct_migrate.runs.outcomes import ResourceStatus
from ctct_migrate.runs.outputs import OutputError, unwritable

#: What the place of a row holds besides where it is: for the manifest alone.
_RECORDED = frozenset({"resource", "sha256", "codes"})


def rows_of(body: BulkBody) -> Iterator[dict[str, Any]]:
    """The rows of a body, each with where it comes from."""
    for number, (address, place) in enumerate(zip(body.addresses, body.places, strict=True)):
        where = {k: v for k, v in orjson.loads(place).items() if k not in _RECORDED}
        yield {"row": number, "email_address": address, **where}


def line_of_bulk(body: BulkBody) -> bytes:
    """A body with its rows as one line, with its line end."""
    parts = (
        b'{"resource":' + orjson.dumps(body.activity.name),
        b'"lists":' + orjson.dumps(body.lists),
        b'"body":' + body.data,
        b'"rows":' + orjson.dumps(list(rows_of(body))) + b"}\n",
    )
    return b",".join(parts)


def row_of_single(single: SingleBody) -> dict[str, Any]:
    """The one row of a contact that is created by itself."""
    where = {k: v for k, v in orjson.loads(single.place).items() if k not in _RECORDED}
    return {"row": 0, "email_address": single.address, **where}


def line_of_single(single: SingleBody) -> bytes:
    """Such a contact as one line, with its line end."""
    parts = (
        b'{"resource":' + orjson.dumps(single.resource),
        b'"lists":' + orjson.dumps(single.lists),
        b'"body":' + single.data,
        b'"rows":' + orjson.dumps([row_of_single(single)]) + b"}\n",
    )
    return b",".join(parts)


class BulkFolder:
    """A folder of bodies of one activity.

    Raises `OutputError` if there are such bodies in it already, unless they may be replaced
    (`force`) or belong to a run that is gone on with (`resume`).
    """

    def __init__(self, path: Path, activity: str, *, force: bool, resume: bool):
        self.path, self._activity = path, activity
        self._replacing = force or resume
        self.unchanged = 0
        self._names: set[str] = set()
        if path.exists() and not path.is_dir():
            raise OutputError(f"{path}: this is a file; bulk requests go to a folder, or to .jsonl")
        old = next(iter(self._old()), None)
        if old is not None and not self._replacing:
            raise OutputError(
                f"{old} is there already; --force overwrites it, --resume goes on with it"
            )

    def _old(self) -> list[str]:
        """The files of the activity that are in the folder, sorted."""
        if not self.path.is_dir():
            return []
        pattern = re.compile(r"([a-z_]+)(?:-single)?-\d{4,}\.(?:json|rows\.jsonl)")
        found = []
        for name in sorted(os.listdir(self.path)):
            match = pattern.fullmatch(name)
            if match is not None and match[1] == self._activity:
                found.append(os.path.join(self.path, name))
        return found

    def put(self, body: BulkBody) -> str:
        """Writes a body and its rows; gives the name of the body's file.  The rows come first, so
        that no body is there without them.  Raises `OutputError`."""
        rows = b"".join(orjson.dumps(row) + b"\n" for row in rows_of(body))
        return self._both(f"{body.activity.name}-{body.number:04}", rows, body.data)

    def put_single(self, single: SingleBody) -> str:
        """The same for a contact that is created by itself."""
        rows = orjson.dumps(row_of_single(single)) + b"\n"
        return self._both(f"{single.activity.name}-single-{single.number:04}", rows, single.data)

    def _both(self, stem: str, rows: bytes, data: bytes) -> str:
        stem = os.path.join(self.path, stem)
        name = f"{stem}.json"
        try:
            os.makedirs(self.path, exist_ok=True)
            same = [self._put(f"{stem}.rows.jsonl", rows), self._put(name, data + b"\n")]
        except OSError as error:
            raise OutputError(f"{name} cannot be written: {unwritable(error)}") from None
        self.unchanged += all(same)
        self._names |= {f"{stem}.rows.jsonl", name}
        return name

    def _put(self, target: str, data: bytes) -> bool:
        """Makes `data` the file at `target`; says whether it was there already."""
        try:
            with open(target, "rb") as stream:
                if stream.read(len(data) + 1) == data:
                    return True
        except FileNotFoundError:
            pass
        temporary = os.path.join(self.path, f".ctct-migrate-{os.getpid()}.tmp")
        put(target, data, temporary, replacing=self._replacing)
        return False

    def complete(self) -> None:
        """Takes away what an earlier run wrote and this one did not: a body that is left over would
        be sent."""
        if self._replacing:
            for name in self._old():
                if name not in self._names:
                    os.unlink(name)


class BulkManifest:
    """The manifest of a bulk run: a line for each contact, written when all is done.

    Its lines are those of `runs.manifest`, with the name of the activity for the shape, and with
    `row` and `line` for a contact that is in a body.
    """

    def __init__(self, path: Path, activity: str, target: str, *, force: bool):
        self._path, self._activity, self._target = path, activity, target
        if path.exists() and not force:
            raise OutputError(
                f"{path} is there already; --force overwrites it, --resume goes on with it"
            )
        self._output = output(path)
        self._stream: IO[str] = self._output.__enter__()
        self._last: dict[str, Any] | None = None

    def put(self, body: BulkBody, name: str) -> None:
        """Notes the contacts of a body that was written to the file `name`."""
        for row, place in enumerate(body.places):
            self._add(ResourceStatus.CONVERTED, orjson.loads(place), {"output": name, "row": row})

    def put_single(self, single: SingleBody, name: str) -> None:
        """Notes a contact that is created by itself, whose body was written to the file `name`."""
        more = {"output": name, "row": 0, "shape": Shape.CREATE.value}
        self._add(ResourceStatus.CONVERTED, orjson.loads(single.place), more)

    def note(self, status: ResourceStatus, place: dict[str, Any], **more: Any) -> None:
        """Notes a contact that is in no body."""
        self._add(status, place, {"output": None, **more})

    def _add(self, status: ResourceStatus, place: dict[str, Any], more: dict[str, Any]) -> None:
        line = {
            "source": place["source"],
            "entry": place["entry"],
            "sha256": place.get("sha256"),
            "resource": place.get("resource"),
            "shape": self._activity,
            "target": self._target,
            "status": status.value,
            "codes": place.get("codes", []),
            **more,
        }
        if "line" in place:
            line["line"] = place["line"]
        self._write()
        self._last = line

    def _write(self) -> None:
        if self._last is not None:
            self._stream.write(written(self._last).decode("utf-8"))
            self._last = None

    def complete(self) -> None:
        """Gives it its name.  Raises `OutputError`."""
        if self._last is not None:
            self._last["reached"] = None  # as in any manifest: all lines count
        self._write()
        try:
            self._output.__exit__(None, None, None)
        except OSError as error:
            raise OutputError(f"{self._path} cannot be written: {unwritable(error)}") from None

    def abandon(self) -> None:
        """Leaves the manifest that was there."""
        error = OutputError("the run broke off")
        try:
            self._output.__exit__(OutputError, error, None)
        except OutputError:
            return
