"""A bar on a terminal: how many documents are done, how fast, and how long it will take.

For those who write commands::

    for result in tracked(archive.convert(inputs(paths), work), paths, quiet=quiet):
        ...

Nothing is drawn in pipes and files, with `quiet`, and in runs that are over before anybody looks.
What is written to standard error meanwhile appears above the bar.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TextIO, TypeVar

from ctct_migrate.batch.names import is_archive, is_plain_xml, is_skipped, is_xml

if TYPE_CHECKING:
    from rich.progress import Progress

T = TypeVar("T")

#: Seconds until the bar appears, and between two drawings of it.
_PATIENCE, _EVERY = 0.6, 0.1

#: A plain file that is larger may be a feed, and count for more than one.
_LARGE = 1 << 20


def tracked(
    results: Iterable[T],
    paths: Sequence[str | os.PathLike[str]],
    *,
    quiet: bool = False,
    stream: TextIO | None = None,
) -> Iterator[T]:
    """The results, with a bar on `stream` (standard error) while they come.  `paths` are what the
    inputs come from."""
    terminal = sys.stderr if stream is None else stream
    if quiet or not terminal.isatty() or os.environ.get("TERM") == "dumb":
        yield from results
        return
    began = drawn = time.monotonic()
    bar: Progress | None = None
    done = 0
    try:
        for result in results:
            yield result
            done += 1
            now = time.monotonic()
            if bar is None and now - began > _PATIENCE:
                bar = _bar(terminal, estimated(paths), done)
            elif bar is not None and now - drawn > _EVERY:
                bar.update(bar.task_ids[0], completed=done)
                bar.refresh()
                drawn = now
    finally:
        if bar is not None:
            bar.update(bar.task_ids[0], completed=done)
            bar.stop()


def estimated(paths: Sequence[str | os.PathLike[str]]) -> int | None:
    """How many documents `paths` stand for, or None where only reading them would tell."""
    total = 0
    for path in [os.fspath(path) for path in paths]:
        count = _files(path) if os.path.isdir(path) else _documents(path)
        if count is None:
            return None
        total += count
    return total


def _files(folder: str) -> int | None:
    total = 0
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not is_skipped(name)]
        for name in names:
            if not is_skipped(name) and (is_xml(name) or is_archive(name)):
                count = _documents(os.path.join(parent, name))
                if count is None:
                    return None
                total += count
    return total


def _documents(path: str) -> int | None:
    """The number of documents in one file."""
    from ctct_migrate.batch.contents import File, Unreadable
    from ctct_migrate.batch.zips import members

    try:
        if path.lower().endswith(".zip"):
            return sum(is_xml(member.name) for member in members(File(path))[1])
        return 1 if is_plain_xml(path) and os.stat(path).st_size <= _LARGE else None
    except (OSError, Unreadable):
        return None


def _bar(terminal: TextIO, total: int | None, done: int) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TimeRemainingColumn
    from rich.text import Text

    class Count(ProgressColumn):
        def render(self, task: Task) -> Text:
            of = "" if task.total is None else f" of {int(task.total):,}"
            speed = task.speed or task.finished_speed
            rate = f"  {speed:,.0f}/s" if speed else ""
            return Text(f"{int(task.completed):,}{of}{rate}")

    # No thread of its own to draw it: worker processes are copies of this one.
    bar = Progress(
        BarColumn(), Count(), TimeRemainingColumn(), console=Console(file=terminal),
        auto_refresh=False, transient=True, redirect_stdout=sys.stdout.isatty(),
    )  # fmt: skip
    bar.start()
    bar.add_task("", total=total, completed=done)
    bar.refresh()
    return bar
