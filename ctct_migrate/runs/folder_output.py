"""A folder with a file for each body, the tree of the inputs mirrored.

`2010/a.xml` gives `2010/a.json`, entry 7 of a feed `2010/a.xml` gives `2010/a/7.json`; what became a
body of its own besides, such as the first fee of an event, stands in `2010/a.fee-0.json`.  A file has
its name when it is whole; what two inputs have in common, the first of them has.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ctct_migrate.inputs.byte_sources import reason
from ctct_migrate.inputs.input import Input
from ctct_migrate.runs.atomic_files import put
from ctct_migrate.runs.disk import database
from ctct_migrate.runs.document_records import Form
from ctct_migrate.runs.outcomes import ResourceOutcome
from ctct_migrate.runs.outputs import KeptBody, Taken
from ctct_migrate.runs.resume import Known


def file_of_body(name: str, resource: ResourceOutcome) -> bytes:
    """What stands in the file of a body."""
    return (resource.body or b"") + b"\n"


def output_name(item: Input, entry: int | None, part: str = "") -> str:
    """The name of a body's file in an output folder; `part` tells apart what became of one entry."""
    stem, dot, suffix = item.relative.rpartition(".")
    if not dot or "/" in suffix or not stem or stem.endswith("/"):
        stem = item.relative
    name = stem if entry is None else f"{stem}/{entry}"
    return f"{name}.{part}.json" if part else f"{name}.json"


class FolderOutput:
    """A folder with a file for each body."""

    def __init__(self, path: Path, *, force: bool, resume: Known | None):
        self.path, self.force, self.known = path, force, resume
        self.name = None
        self.form: Form = file_of_body
        # What the manifest does not tell of would be in the way of --resume.
        self.due = self.seamless = True
        self.pending = False
        # Which input has which file, in a temporary database: there may be millions.
        self._claims = database("claim (name TEXT PRIMARY KEY, source TEXT)")
        self._made: str | None = None
        self._temporary = path / f".ctct-migrate-{os.getpid()}.tmp"
        self._try()
        if resume:  # a run that was killed could not tidy up
            for left in path.glob(".ctct-migrate-*.tmp"):
                if not _at_work(left.name):
                    with suppress(OSError):
                        left.unlink()

    def _try(self) -> None:
        """Raises OSError if nothing can be written into the folder, or it cannot be made."""
        there = self.path.absolute()
        while not there.exists():
            there = there.parent
        tempfile.TemporaryFile(dir=there).close()

    def holds(self, output: str) -> bool:
        """Whether `output` is a file in this folder."""
        return output.startswith(os.path.join(self.path, "")) and os.path.exists(output)

    def put(self, item: Input, entry: int | None, data: bytes, part: str = "") -> str:
        """Writes the body's file, all at once."""
        name = output_name(item, entry, part)
        target = os.path.join(self.path, name)
        try:
            self._claim(item, name, target)
        except Taken:
            if self._claimed(name) == _told(item) and _holds(target, data):
                return target  # the same document, given twice
            raise
        ours = self.known is not None and target in self.known.outputs(item)
        try:
            self._make(os.path.dirname(target))
            put(target, data, str(self._temporary), replacing=self.force or ours)
        except FileExistsError:
            if self.known is not None and _holds(target, data):
                return target  # the run broke off before the manifest told of it
            raise Taken(f"{target} is there already; --force overwrites it") from None
        except (NotADirectoryError, IsADirectoryError):
            raise Taken(f"{target} cannot be written: {_IN_THE_WAY}") from None
        except OSError as error:
            if error.filename is not None and error.errno in _NAME_PROBLEMS:
                raise Taken(f"{target} cannot be written: {reason(error)}") from None
            raise
        return target

    def _make(self, folder: str) -> None:
        if folder == self._made:
            return
        try:
            os.makedirs(folder, exist_ok=True)
        except FileExistsError as error:
            raise NotADirectoryError(error.errno, error.strerror, error.filename) from None
        self._made = folder

    def _claim(self, item: Input, name: str, target: str) -> None:
        try:
            self._claims.execute("INSERT INTO claim VALUES (?, ?)", (_key(name), _told(item)))
        except sqlite3.IntegrityError:
            first = self._claimed(name)
            raise Taken(f"{target} is the output of {first} already") from None

    def _claimed(self, name: str) -> str | None:
        """What has the file of that name."""
        row = self._claims.execute("SELECT source FROM claim WHERE name = ?", (_key(name),))
        return next((str(source) for (source,) in row), None)

    def skip(self, item: Input) -> None:
        """Notes the files of an input that is not done anew, so that no other input gets them."""
        for output in self.known.outputs(item) if self.known else ():
            with suppress(Taken):
                self._claim(item, self._inside(output), output)

    def _inside(self, output: str) -> str:
        return os.path.relpath(output, self.path).replace(os.sep, "/")

    def retract(self, target: str) -> None:
        """Takes away the file of a body that is refused by now, unless another input of the same
        name has it."""
        if self._claimed(self._inside(target)) is None:
            with suppress(OSError):
                os.unlink(target)

    def commit(self) -> None:
        """Everything is written as it comes."""

    def compact(self, keep: Iterable[KeptBody]) -> None:
        """Files that do not count any more have been replaced or retracted."""

    def complete(self) -> None:
        """Nothing is left to do."""
        self._claims.close()

    def abandon(self, *, resumable: bool) -> None:
        """What is there is whole, and stays."""
        self._claims.close()


def _at_work(name: str) -> bool:
    """Whether the process whose temporary file has that name still runs, as far as can be told."""
    number = name.removeprefix(".ctct-migrate-").removesuffix(".tmp")
    if os.name != "posix" or not number.isdecimal():  # Windows keeps what is open
        return False
    try:
        os.kill(int(number), 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return int(number) != os.getpid()


def _key(name: str) -> str:
    return os.path.normcase(name).encode("utf-8", "backslashreplace").decode()


def _told(item: Input) -> str:
    source = item.name if item.entry is None else f"{item.name}, entry {item.entry}"
    return source.encode("utf-8", "backslashreplace").decode()


def _holds(path: str, data: bytes) -> bool:
    try:
        with open(path, "rb") as stream:
            return stream.read(len(data) + 1) == data
    except OSError:  # a folder, or not ours to read
        return False


_IN_THE_WAY = "a file stands where a folder belongs, or the other way about"
_NAME_PROBLEMS = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP, errno.EILSEQ})
