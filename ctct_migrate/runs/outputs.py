"""Where bodies are written: what a folder, and a file of many, have in common.

`output_at` tells by the ending of the name.  What they have in common: nothing is overwritten
unless that is asked for, nothing half-written bears its final name, and what has been committed
survives whatever comes.  A file of many is called `NAME.part` until it is complete.

- a folder (`batch.folders`): a file for each body, the tree of the inputs mirrored
- `.jsonl`, `.jsonl.gz`, `.jsonl.zst` (`batch.lines`): a line for each body
- `.parquet` (`batch.parquet`): a row for each body
- a folder of tables (`batch.parquet_tables`), where that is asked for: a Parquet file for each resource
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, Protocol

from ctct_migrate.inputs.input import Input
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.runs.document_records import Form
from ctct_migrate.runs.resume import Known


class OutputError(Exception):
    """Nothing can be written any more: one line."""


class Taken(Exception):
    """One body cannot be written where it belongs: one line.  The others can."""


class KeptBody(NamedTuple):
    """Whether a body that was put into an output still counts, and the slug of its resource."""

    kept: bool
    resource: str


class Output(Protocol):
    """A place for bodies.

    name  what a manifest calls the file that they are all in; None for a folder of many
    form  what it wants of a converted resource; a function of a module, called in any process
    """

    @property
    def name(self) -> str | None: ...  # noqa: D102

    @property
    def form(self) -> Form: ...  # noqa: D102

    @property
    def due(self) -> bool:
        """Whether it is time to `commit`.  That follows from the bodies that were taken since the
        last time alone, so that a run that is gone on with gives the same bytes."""

    @property
    def seamless(self) -> bool:
        """Whether it does not show where it was committed, so that it may be at any time."""

    @property
    def pending(self) -> bool:
        """Whether anything was taken that is not committed."""

    def holds(self, output: str) -> bool:
        """Whether what a manifest calls `output` is in this place, and still there."""

    def put(self, item: Input, entry: int | None, data: bytes, part: str = "") -> str:
        """Takes what `form` made of a resource (`entry` is its 0-based number in a feed, `part` what
        it is called that became a body of its own besides that of its resource), and
        gives the name of the file that it is, or will be, in.  Raises `Taken`, and OSError when
        nothing can be written."""

    def commit(self) -> int | None:
        """Writes what was taken, for good; gives how far the file reaches then, None for a
        folder.  Raises OSError, and leaves what was committed before."""

    def compact(self, keep: Iterable[KeptBody]) -> int | None:
        """Leaves out bodies that do not count any more: `keep` says so of each, in the order in
        which they were taken, those of earlier runs first.  Gives how far the file reaches."""

    def complete(self) -> None:
        """Gives it its final name.  Raises OSError."""

    def abandon(self, *, resumable: bool) -> None:
        """Leaves what was committed for a later run, or nothing half-done at all."""


_ENDINGS = (".jsonl", ".jsonl.gz", ".jsonl.zst")
_PARQUET = ".parquet"


def is_file_name(path: Path) -> bool:
    """Whether an output of that name is a file of many bodies."""
    return path.name.lower().endswith((*_ENDINGS, _PARQUET))


def output_at(
    path: Path,
    *,
    force: bool,
    resume: Known | None,
    target: str = DEFAULT_TARGET,
    tables: bool = False,
) -> Output:
    """The output at `path`, by its ending, of bodies for the target of that name; `tables` asks for a
    folder of Parquet files, one for each resource.  Raises `OutputError` if it is there already,
    unless it may be overwritten or is what `resume` goes on with."""
    from ctct_migrate.runs.folder_output import FolderOutput
    from ctct_migrate.runs.json_lines_output import LinesOutput

    name = path.name.lower()
    if name.endswith(_ENDINGS):
        return LinesOutput(path, force=force, resume=resume)
    if name.endswith(_PARQUET):
        from ctct_migrate.runs.parquet_output import ParquetOutput

        return ParquetOutput(path, force=force, resume=resume, target=target)
    if tables:
        from ctct_migrate.runs.parquet_tables import ParquetTables

        return ParquetTables(path, force=force, resume=resume, target=target)
    if path.exists() and not path.is_dir():
        raise OutputError(
            f"{path}: this is a file; an output is a folder, or ends in .json (one body), "
            f"{', '.join(_ENDINGS)} or .parquet"
        )
    return FolderOutput(path, force=force, resume=resume)


def refuse_existing(path: Path, part: Path, *, force: bool, resume: Known | None) -> None:
    """Raises `OutputError` if an output is there, or a part of one, and may not be overwritten."""
    if force or (resume and str(path) in resume.ends):
        return
    if path.exists() and resume:
        raise OutputError(
            f"{path} is there already, and the manifest does not list it; --force overwrites it"
        )
    if path.exists():
        raise OutputError(
            f"{path} is there already; --force overwrites it, --resume goes on with it"
        )
    if part.exists() and not resume:
        raise OutputError(
            f"{part} is left of a run that broke off; --resume goes on with it, --force begins again"
        )


def unwritable(error: Exception) -> str:
    """Why a file cannot be written, without its name."""
    if isinstance(error, FileNotFoundError):
        return "there is no such folder"
    text = str(getattr(error, "strerror", None) or error) or type(error).__name__
    return text[0].lower() + text[1:]


def unlike(path: Path) -> str:
    """The message about an output that is not what its manifest says."""
    return f"{path}: it does not hold what the manifest says it does; run without --resume"
