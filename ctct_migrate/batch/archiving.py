"""A conversion of many documents from beginning to end: bodies to an output, lines to a manifest.

For those who write commands::

    with Archive(output, manifest=manifest, resume=resume, force=force, shape="record") as archive:
        for result in archive.convert(inputs(paths), work, jobs=jobs):
            # Done, with a Record (print result.value.text), Unchanged, or an InputError; each has
            # been written already
            ...
    archive.totals        # how many were converted, refused, unreadable, skipped

`work(source, item)` returns an `Outcome` (see `outcomes.outcome`).  Without errors of the output
itself the `with` ends with everything in place; when it is left by an exception, an interrupt
among them, what had been committed stays for `--resume` if there is a manifest, and nothing
half-written is left.  `OutputError` means that nothing can be written any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields
from pathlib import Path
from types import TracebackType
from typing import Self

from ctct_migrate.batch.contents import reason
from ctct_migrate.batch.documents import Input, InputError
from ctct_migrate.batch.folders import FolderOutput
from ctct_migrate.batch.manifest import (
    Known,
    Line,
    ManifestError,
    Writer,
    line_of_error,
    read,
    unwritten,
    with_output,
    with_reached,
    written,
)
from ctct_migrate.batch.outcomes import Outcome
from ctct_migrate.batch.outputs import Output, OutputError, Taken, output_at
from ctct_migrate.batch.recording import Record, Recording
from ctct_migrate.batch.run import Done, Unchanged, Work, run, run_changed

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


class Archive:
    """An output with its manifest, for one run."""

    def __init__(
        self,
        output: str | Path,
        *,
        manifest: str | Path | None = None,
        resume: bool = False,
        force: bool = False,
        shape: str = "record",
    ):
        """Opens both.  Raises `OutputError` if that cannot be done."""
        if resume and manifest is None:
            raise OutputError("going on with a run needs its manifest")
        self.shape = shape
        self._name = str(output)
        self._counts = dict.fromkeys((field.name for field in fields(Totals)), 0)
        self._broken = False
        self._path = Path(manifest) if manifest is not None else None
        self._known: Known | None = None
        self._manifest: Writer | None = None
        self._waiting: list[bytes] = []
        try:
            if self._path is not None and resume:
                self._known = Known()
                self._known.load(self._path)
            elif self._path is not None and self._path.exists() and not force:
                raise OutputError(
                    f"{self._path} is there already; --force overwrites it, --resume goes on with it"
                )
            self._output: Output = output_at(Path(output), force=force, resume=self._known)
            if self._path is not None:
                self._manifest = Writer(self._path, self._known)
        except ManifestError as error:
            raise OutputError(str(error)) from None
        except OSError as error:
            raise OutputError(f"{error.filename or output}: {reason(error)}") from None

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
                    self._commit()
        finally:
            if not whole:
                self._output.abandon(resumable=self._manifest is not None)
            if self._manifest:
                self._manifest.close()
            if self._known:
                self._known.close()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Turns what goes wrong with the output into one line, and remembers that something was
        left half-done."""
        self._broken = True
        try:
            yield
        except OSError as error:
            name = error.filename or self._name
            later = "; --resume goes on from what is written" if self._manifest else ""
            raise OutputError(f"{name}: {reason(error)}{later}") from None
        self._broken = False

    def convert(
        self,
        items: Iterable[Input | InputError],
        work: Work[Outcome],
        *,
        jobs: int | None = None,
        prepare: Callable[[], object] | None = None,
    ) -> Iterator[Done[Record] | Unchanged | InputError]:
        """Works on the inputs and writes what comes of them, in order; gives what is to be told
        of each.  What `work` returns that is no outcome comes back as it is, and nothing is
        written of it.  Raises `OutputError` when nothing can be written any more."""
        results: Iterator[Done[Record] | Unchanged | InputError]
        manifest = self._manifest is not None
        recording = Recording(work, self._output.form, self.shape, self._output.name, manifest)
        if manifest:
            results = run_changed(items, recording, self._digest, jobs=jobs, prepare=prepare)
        else:
            results = run(items, recording, jobs=jobs, prepare=prepare)
        for result in results:
            errors: list[InputError] = []
            if isinstance(result, Done):
                if isinstance(result.value, Record):
                    with self._writing():
                        errors = self._take(result.item, result.value)
            elif isinstance(result, InputError):
                with self._writing():
                    self._note_error(result)
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

    def _digest(self, item: Input) -> str | None:
        if self._known is None:
            return None
        return self._known.sha256(item, self.shape, self._output.holds)

    def _note_error(self, error: InputError) -> None:
        self._counts["unreadable"] += 1
        if self._known:
            self._known.again(error.name, error.entry, error.entry is not None)
        self._add(written(line_of_error(error)) if self._manifest else b"")

    def _take(self, item: Input, record: Record) -> list[InputError]:
        """Puts the bodies into the output; what could not be put is told."""
        old = set(self._known.outputs(item)) if self._known else set()
        if self._known:
            self._known.again(item.name, item.entry, item.part is not None)
        errors = []
        for entry, data, line in record.entries:
            if data is None:
                self._counts["refused"] += 1
            else:
                try:
                    output = self._output.put(item, entry, data)
                    self._counts["converted"] += 1
                    old.discard(output)
                    if self._output.name is None:
                        line = with_output(line, output)
                except Taken as problem:
                    errors.append(InputError(item.name, str(problem), entry))
                    self._counts["unwritten"] += 1
                    line = unwritten(line, str(problem)) if line else line
            self._add(line)
        if isinstance(self._output, FolderOutput):
            for output in old:
                self._output.retract(output)
        return errors

    def _add(self, line: bytes) -> None:
        if self._manifest:
            self._waiting.append(line)
        if self._output.due or len(self._waiting) >= _WAITING:
            self._commit()

    def _commit(self) -> None:
        """Writes what waits: the bodies first, then the lines that tell of them."""
        end = self._output.commit()
        if self._manifest and self._waiting:
            self._waiting[-1] = with_reached(self._waiting[-1], self._output.name, end)
            self._manifest.write(self._waiting)
            self._waiting = []

    def _finish(self) -> None:
        self._commit()
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
            flags = (kept for line, kept in counting() if line.get("output") == name)
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
