"""A folder with a file for each body, the tree of the inputs mirrored.

`2010/a.xml` gives `2010/a.json`, entry 7 of a feed `2010/a.xml` gives `2010/a/7.json`.  A file has
its name when it is whole; what two inputs have in common, the first of them has.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ctct_migrate.batch.contents import reason
from ctct_migrate.batch.documents import Input
from ctct_migrate.batch.manifest import Known
from ctct_migrate.batch.outcomes import Resource
from ctct_migrate.batch.outputs import Taken
from ctct_migrate.batch.recording import Form


def file_of_body(name: str, resource: Resource) -> bytes:
    """What stands in the file of a body."""
    return (resource.body or b"") + b"\n"


def output_name(item: Input, entry: int | None) -> str:
    """The name of a body's file in an output folder."""
    stem, dot, suffix = item.relative.rpartition(".")
    if not dot or "/" in suffix or not stem or stem.endswith("/"):
        stem = item.relative
    return f"{stem}.json" if entry is None else f"{stem}/{entry}.json"


class FolderOutput:
    """A folder with a file for each body."""

    def __init__(self, path: Path, *, force: bool, resume: Known | None):
        self.path, self.force, self.known = path, force, resume
        self.name = None
        self.form: Form = file_of_body
        self.due = True  # what the manifest does not tell of would be in the way of --resume
        # Which input has which file, in a temporary database: there may be millions.
        self._claims = sqlite3.connect("", isolation_level=None)
        self._claims.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -4096;"
            "CREATE TABLE claim (name TEXT PRIMARY KEY, source TEXT) WITHOUT ROWID; BEGIN"
        )
        self._made: str | None = None
        self._temporary = path / f".ctct-migrate-{os.getpid()}.tmp"
        if resume:  # a run that was killed could not tidy up
            for left in path.glob(".ctct-migrate-*.tmp"):
                left.unlink(missing_ok=True)

    def holds(self, output: str) -> bool:
        """Whether `output` is a file in this folder."""
        return output.startswith(os.path.join(self.path, "")) and os.path.exists(output)

    def put(self, item: Input, entry: int | None, data: bytes) -> str:
        """Writes the body's file, all at once."""
        name = output_name(item, entry)
        target = os.path.join(self.path, name)
        self._claim(item, name, target)
        ours = self.known is not None and target in self.known.outputs(item)
        try:
            self._make(os.path.dirname(target))
            self._write(target, data, replacing=self.force or ours)
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
        key = os.path.normcase(name).encode("utf-8", "backslashreplace").decode()
        source = item.name if item.entry is None else f"{item.name}, entry {item.entry}"
        text = source.encode("utf-8", "backslashreplace").decode()
        try:
            self._claims.execute("INSERT INTO claim VALUES (?, ?)", (key, text))
        except sqlite3.IntegrityError:
            first = self._claims.execute("SELECT source FROM claim WHERE name = ?", (key,))
            raise Taken(f"{target} is the output of {first.fetchone()[0]} already") from None

    def _write(self, target: str, data: bytes, *, replacing: bool) -> None:
        """Puts `data` under the name `target`, all at once."""
        temporary = str(self._temporary)
        try:
            with open(temporary, "wb") as stream:
                stream.write(data)
            if replacing or not self._linked(temporary, target):
                os.replace(temporary, target)
            else:
                os.unlink(temporary)
        except OSError:
            with suppress(OSError):
                os.unlink(temporary)
            raise

    @staticmethod
    def _linked(temporary: str, target: str) -> bool:
        """Gives the file its second name, which fails if there is one of that name, unlike a
        renaming; False where the file system has no such links."""
        try:
            os.link(temporary, target)
        except (NotImplementedError, AttributeError):
            pass
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            return True
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        return False

    def skip(self, item: Input) -> None:
        """Notes the files of an input that is not done anew, so that no other input gets them."""
        for output in self.known.outputs(item) if self.known else ():
            with suppress(Taken):
                self._claim(item, os.path.relpath(output, self.path).replace(os.sep, "/"), output)

    def retract(self, target: str) -> None:
        """Takes away the file of a body that is refused by now."""
        with suppress(OSError):
            os.unlink(target)

    def commit(self) -> None:
        """Everything is written as it comes."""

    def compact(self, keep: Iterable[bool]) -> None:
        """Files that do not count any more have been replaced or retracted."""

    def complete(self) -> None:
        """Nothing is left to do."""
        self._claims.close()

    def abandon(self, *, resumable: bool) -> None:
        """What is there is whole, and stays."""
        self._claims.close()


def _holds(path: str, data: bytes) -> bool:
    with open(path, "rb") as stream:
        return stream.read(len(data) + 1) == data


_NO_LINKS = frozenset({errno.EPERM, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})
_IN_THE_WAY = "a file stands where a folder belongs, or the other way about"
_NAME_PROBLEMS = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP, errno.EILSEQ})
