"""A bar on a terminal: how many documents are done, how fast, and how long it will take.

For those who write commands::

    for result in tracked(run(inputs(paths), work), paths, quiet=quiet):
        ...

Nothing is drawn in pipes and files, with `quiet`, and in runs that are over before anybody looks.
What is written to standard error meanwhile appears above the bar.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

from ctct_migrate.inputs.file_names import is_archive, is_plain_xml, is_skipped, is_xml
from ctct_migrate.runs.work import Done, Unchanged

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")

#: Seconds until the bar appears, between two drawings, and that each may spend on the estimate.
_PATIENCE, _EVERY, _SHARE = 0.6, 0.1, 0.02

#: Back to the beginning of the line, and nothing on it (ECMA-48: CR, EL 2).
_ERASE = "\r\x1b[2K"


def tracked(
    results: Iterable[T],
    paths: Sequence[str | os.PathLike[str]],
    *,
    quiet: bool = False,
    stream: TextIO | None = None,
) -> Iterator[T]:
    """The results of a run, with a bar on `stream` (standard error) while they come.  `paths` are
    what the inputs come from."""
    terminal = sys.stderr if stream is None else stream
    if quiet or not terminal.isatty() or os.environ.get("TERM") == "dumb":
        yield from results
        return
    began = drawn = time.monotonic()
    bar: _Bar | None = None
    done = size = 0
    try:
        for result in results:
            yield result
            done += 1
            if isinstance(result, Done | Unchanged):
                size += result.item.size or 0
            now = time.monotonic()
            if bar is None and now - began > _PATIENCE:
                bar = _Bar(terminal, paths, began)
            if bar is not None and now - drawn > _EVERY:
                bar.draw(done, size)
                drawn = now
    finally:
        if bar is not None:
            bar.close()


def sizes(paths: Sequence[str | os.PathLike[str]]) -> Iterator[int | None]:
    """Bytes of the documents that `paths` stand for, a summand after the other; None, and no more,
    where only reading them would tell."""
    for path in [os.fspath(path) for path in paths]:
        for size in _in_folder(path) if os.path.isdir(path) else [_size(path)]:
            yield size
            if size is None:
                return


def _in_folder(folder: str) -> Iterator[int | None]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_skipped(name)]
        for name in names:
            if not is_skipped(name) and (is_xml(name) or is_archive(name)):
                yield _size(os.path.join(parent, name))


def _size(path: str) -> int | None:
    """Bytes of the documents in one file, about."""
    from ctct_migrate.inputs.byte_sources import File, UnreadableInput
    from ctct_migrate.inputs.zips import members

    try:
        if path.lower().endswith(".zip"):
            found = members(File(path))[1]
            return sum(member.size for member in found if is_xml(member.name))
        if is_plain_xml(path) or path.lower().endswith(".tar"):
            return os.stat(path).st_size
    except (OSError, UnreadableInput):
        pass
    return None


class _Bar:
    """A bar that is drawn when asked.  It measures bytes, since documents are not counted before
    they are read, and tells the number of documents."""

    def __init__(self, terminal: TextIO, paths: Sequence[str | os.PathLike[str]], began: float):
        self._sizes: Iterator[int | None] = sizes(paths)
        self._sum = 0
        self._total: int | None = None
        self._began = began
        self._above = _Above(terminal)
        self._real = sys.stderr
        self._bar = _rich(terminal)
        self._bar.start()
        self._bar.add_task("", total=None, told="")
        if terminal is sys.stderr:
            sys.stderr = self._above

    def draw(self, done: int, size: int) -> None:
        """Draws it with `done` documents of `size` bytes."""
        if self._above.open:
            return  # in the middle of a line
        self._estimate()
        rate = done / (time.monotonic() - self._began)
        self._bar.update(
            self._bar.task_ids[0], total=self._total, completed=size,
            told=f"{done:,} documents  {rate:,.0f}/s",
        )  # fmt: skip
        self._bar.refresh()
        self._above.below = True

    def _estimate(self) -> None:
        """Goes on summing up, for a short while: a folder may hold a million files."""
        until = time.monotonic() + _SHARE
        while self._total is None and time.monotonic() < until:
            size = next(self._sizes, -1)
            if size is None:
                self._sizes = iter(())
                return
            if size >= 0:
                self._sum += size
            elif self._sum:
                self._total = self._sum
            else:
                return

    def close(self) -> None:
        """Takes it away."""
        if sys.stderr is self._above:
            sys.stderr = self._real
        if self._above.open:
            self._real.write("\n")
        self._bar.stop()


class _Above:
    """Standard error while there is a bar: what is written takes the bar's line, and the bar is
    drawn anew below it.

    below  whether the bar stands on the line of the cursor
    open   whether what was written has not ended its line
    """

    def __init__(self, terminal: TextIO):
        self._terminal = terminal
        self.below = self.open = False

    def write(self, text: str) -> int:
        """Writes text where the bar was."""
        if self.below and isinstance(text, str) and text:  # click tries what takes bytes
            getattr(self._terminal, "stream", self._terminal).write(_ERASE)
            self.below = False
        written = self._terminal.write(text)
        self.open = not text.endswith("\n") if text else self.open
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._terminal, name)


def _rich(terminal: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    # No thread of its own to draw it: worker processes are copies of this one.
    return Progress(
        BarColumn(bar_width=30), TextColumn("{task.fields[told]}"), TimeRemainingColumn(),
        console=Console(file=getattr(terminal, "stream", terminal)), auto_refresh=False, transient=True,
        redirect_stdout=False, redirect_stderr=False,
    )  # fmt: skip
