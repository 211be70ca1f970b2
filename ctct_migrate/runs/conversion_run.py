"""A conversion of many documents from beginning to end: bodies to an output, lines to a manifest.

For those who write commands::

    with Archive(output, manifest=manifest, resume=resume, force=force, purpose=purpose) as archive:
        for result in archive.convert(inputs(paths), work, jobs=jobs):
            # Done, with a Record (print result.value.text), Unchanged, or an InputError; each has
            # been written already
            ...
    archive.totals        # how many were converted, refused, unreadable, skipped

`purpose(item)` says what the bodies of an input are for.  `work(source, item)` returns a `DocumentOutcome` (see `outcomes.outcome`).  Without errors of the output
itself the `with` ends with everything in place; when it is left by an exception, an interrupt
among them, what had been committed stays for `--resume` if there is a manifest, and nothing
half-written is left.  `OutputError` means that nothing can be written any more.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.runs.document_records import DocumentRecord, Recording
from ctct_migrate.runs.folder_output import FolderOutput
from ctct_migrate.runs.manifest import (
    Line,
    ManifestError,
    Writer,
    line_of_error,
    read,
    unwritten,
    with_occurrence,
    with_output,
    with_reached,
    written,
)
from ctct_migrate.runs.outcomes import DocumentOutcome
from ctct_migrate.runs.output_lock import locked
from ctct_migrate.runs.outputs import (
    KeptBody,
    Output,
    OutputError,
    Taken,
    is_file_name,
    output_at,
    unwritable,
)
from ctct_migrate.runs.purpose import Purpose
from ctct_migrate.runs.resume import Known, Occurrences
from ctct_migrate.runs.work import Done, Unchanged, Work, run, run_changed

__all__ = ["Archive", "OutputError", "Totals"]

#: Lines that wait for the output to be committed, at the most.
_WAITING = 1_000


@dataclass(frozen=True, slots=True)
class Totals:
    """Resources converted and refused, documents unreadable, bodies unwritten, and inputs skipped
    because nothing has changed since."""

    converted: int = 0
    refused: int = 0
    unreadable: int = 0
    unwritten: int = 0
    skipped: int = 0


def _default_purpose(item: Input) -> Purpose:
    return Purpose()


def _unasked(item: Input) -> bool:
    return False


class Archive:
    """An output with its manifest, for one run."""

    def __init__(
        self,
        output: str | Path,
        *,
        manifest: str | Path | None = None,
        resume: bool = False,
        force: bool = False,
        purpose: Callable[[Input], Purpose] = _default_purpose,
        target: str = DEFAULT_TARGET,
        tables: bool = False,
    ):
        """Opens both.  `purpose` says what the bodies of an input are for; it is called in other
        processes too.  `target` is the one whose bodies an output with columns has; `tables` asks
        for a folder of Parquet files.  Raises `OutputError` if that cannot be done."""
        if resume and manifest is None:
            raise OutputError("going on with a run needs its manifest")
        self._purpose = purpose
        self._redo: Callable[[Input], bool] = _unasked
        self._name = str(output)
        self._counts = dict.fromkeys((field.name for field in fields(Totals)), 0)
        self._broken = False
        self._path = Path(manifest) if manifest is not None else None
        self._known: Known | None = None
        self._manifest: Writer | None = None
        self._occurrences = Occurrences()
        self._numbers: deque[int] = deque()
        self._waiting: list[bytes] = []
        self._held = ExitStack()
        try:
            self._open(Path(output), force=force, resume=resume, target=target, tables=tables)
        except BaseException:
            self._held.close()
            raise

    def _open(self, output: Path, *, force: bool, resume: bool, target: str, tables: bool) -> None:
        path = self._path
        if path is not None and path.resolve() == output.resolve():
            raise OutputError(f"{path} cannot be the manifest and the output")
        try:
            if path is not None:
                self._held.enter_context(locked(path))
            if tables or (not output.is_dir() and is_file_name(output)):
                self._held.enter_context(locked(output))
            if path is not None and resume:
                self._known = Known()
                self._known.load(path)
            elif path is not None and path.exists() and not force:
                raise OutputError(
                    f"{path} is there already; --force overwrites it, --resume goes on with it"
                )
            self._output: Output = output_at(
                output, force=force, resume=self._known, target=target, tables=tables
            )
        except ManifestError as error:
            raise OutputError(str(error)) from None
        except OSError as error:
            raise self._error(error) from None
        except sqlite3.Error as error:
            raise _no_room(error) from None
        if path is not None:
            try:
                self._manifest = Writer(path, self._known.size if self._known else 0)
            except OSError as error:
                raise OutputError(f"{path} cannot be written: {unwritable(error)}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        whole = False
        try:
            if kind is None:
                with self._writing():
                    self._finish()
                whole = True
            elif not self._broken:
                with suppress(OutputError), self._writing():
                    self._commit(whole=self._output.seamless)
        finally:
            if not whole:
                self._output.abandon(resumable=self._manifest is not None)
            if self._manifest:
                self._manifest.close()
            if self._known:
                self._known.close()
            self._occurrences.close()
            self._held.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turns what goes wrong with the output into one line, and remembers that something was
        left half-done."""
        self._broken = True
        try:
            yield
        except OSError as error:
            raise self._error(error) from None
        except ManifestError as error:  # somebody else wrote it meanwhile
            raise OutputError(str(error)) from None
        except sqlite3.Error as error:
            raise _no_room(error) from None
        self._broken = False

    def _error(self, error: OSError) -> OutputError:
        """The line about a file that cannot be written, by the name that users gave it."""
        manifest = self._path is not None and error.filename == str(self._path)
        name = str(self._path) if manifest else self._name
        later = "; --resume goes on from what is written" if self._manifest else ""
        return OutputError(f"{name} cannot be written: {unwritable(error)}{later}")

    def convert(
        self,
        items: Iterable[Input | InputError],
        work: Work[DocumentOutcome],
        *,
        jobs: int | None = None,
        prepare: Callable[[], object] | None = None,
        redo: Callable[[Input], bool] = _unasked,
    ) -> Iterator[Done[DocumentRecord] | Unchanged | InputError]:
        """Works on the inputs and writes what comes of them, in order; gives what is to be told
        of each.  `redo` says of which inputs something else may come though they are unchanged.  What `work` returns that is not an outcome comes back as it is, and nothing is
        written of it.  Raises `OutputError` when nothing can be written any more."""
        results: Iterator[Done[DocumentRecord] | Unchanged | InputError]
        self._redo = redo
        manifest = self._manifest is not None
        recording = Recording(work, self._output.form, self._purpose, self._output.name, manifest)
        if manifest:
            items = self._numbered(items)
            results = run_changed(items, recording, self._digest, jobs=jobs, prepare=prepare)
        else:
            results = run(items, recording, jobs=jobs, prepare=prepare)
        for result in _told(results):
            occurrence = self._numbers.popleft() if manifest else 0
            errors: list[InputError] = []
            if isinstance(result, Done):
                if isinstance(result.value, DocumentRecord):
                    with self._writing():
                        errors = self._take(result.item, occurrence, result.value)
            elif isinstance(result, InputError):
                with self._writing():
                    self._note_error(result, occurrence)
            else:
                self._counts["skipped"] += 1
                if isinstance(self._output, FolderOutput):
                    self._output.skip(result.item)
            yield result
            yield from errors

    @property
    def totals(self) -> Totals:
        """What came of it so far."""
        return Totals(**self._counts)

    def _numbered(self, items: Iterable[Input | InputError]) -> Iterator[Input | InputError]:
        """The inputs, as they are; which of its name each is goes to `_numbers`, since there is
        one result for each, in their order."""
        for item in items:
            self._numbers.append(self._occurrences.of(item))
            yield item

    def _digest(self, item: Input) -> str | None:
        if self._known is None or self._redo(item):
            return None
        return self._known.sha256(item, self._numbers[-1], self._purpose(item), self._output.holds)

    def _note_error(self, error: InputError, occurrence: int) -> None:
        self._counts["unreadable"] += 1
        if self._known:
            self._known.again(error.name, occurrence, error.entry, error.entry is not None)
        line = written(line_of_error(error)) if self._manifest else b""
        self._add(with_occurrence(line, occurrence))

    def _take(self, item: Input, occurrence: int, record: DocumentRecord) -> list[InputError]:
        """Puts the bodies into the output; what could not be put is told."""
        old = set(self._known.outputs(item, occurrence)) if self._known else set()
        if self._known:
            self._known.again(item.name, occurrence, item.entry, item.part is not None)
        errors = []
        for entry, data, line, skipped, part in record.entries:
            if skipped:
                pass  # its diagnostic says so
            elif data is None:
                self._counts["refused"] += 1
            else:
                try:
                    output = self._output.put(item, entry, data, part)
                    self._counts["converted"] += 1
                    old.discard(output)
                    if self._output.name is None:
                        line = with_output(line, output)
                except Taken as problem:
                    errors.append(InputError(item.name, str(problem), entry))
                    self._counts["unwritten"] += 1
                    line = unwritten(line, str(problem)) if line else line
            self._add(with_occurrence(line, occurrence))
        if isinstance(self._output, FolderOutput):
            for output in old:
                self._output.retract(output)
        return errors

    def _add(self, line: bytes) -> None:
        if self._manifest:
            self._waiting.append(line)
        if self._output.due or len(self._waiting) >= _WAITING:
            self._commit(whole=self._output.due)

    def _commit(self, *, whole: bool) -> None:
        """Writes what waits: the bodies first (if `whole`, or there are none), then the lines that
        tell of them.  Lines whose bodies are still to come count only with a later one, so that
        the last of them goes on waiting."""
        counting = whole or not self._output.pending
        if counting:
            end = self._output.commit()
            if self._waiting:
                self._waiting[-1] = with_reached(self._waiting[-1], self._output.name, end)
        if self._manifest:
            ready = len(self._waiting) if counting else len(self._waiting) - 1
            self._manifest.write(self._waiting[:ready])
            del self._waiting[:ready]

    def _finish(self) -> None:
        self._commit(whole=True)
        if self._known and self._manifest and self._path:
            lines, bodies = self._known.superseded(self._output.name)
            if lines:
                self._compact(self._known, self._manifest, self._path, bodies)
        self._output.complete()

    def _compact(self, known: Known, manifest: Writer, path: Path, bodies: bool) -> None:
        """Leaves out what has been done anew."""
        manifest.close()

        def counting() -> Iterator[tuple[Line, bool]]:
            for number, line in enumerate(read(path)):
                yield line, number >= known.lines or known.counts(line)

        name = self._output.name
        if bodies:
            flags = (
                KeptBody(kept, str(line.get("resource")))
                for line, kept in counting()
                if line.get("output") == name
            )
            end = self._output.compact(flags)
        else:
            end = self._output.commit()
        spare = path.with_name(f"{path.name}.new")
        with spare.open("wb") as new:
            last: Line | None = None
            for line, kept in counting():
                if kept:
                    line.pop("reached", None)
                    if last:
                        new.write(written(last))
                    last = line
            if last:
                last["reached"] = None if end is None else [name, end]
                new.write(written(last))
        spare.replace(path)


T = TypeVar("T")


def _told(results: Iterator[T]) -> Iterator[T]:
    """The results.  Inputs are counted while they are asked for, which may fail too."""
    try:
        yield from results
    except sqlite3.Error as error:
        raise _no_room(error) from None


def _no_room(error: sqlite3.Error) -> OutputError:
    """The line about a temporary database that cannot be written."""
    return OutputError(f"the folder for temporary files ({tempfile.gettempdir()}): {error}")
