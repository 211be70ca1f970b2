"""The processes that do the work: started, given batches, replaced when they die, ended.

`WorkerPool` is a pool of them (pebble does the scheduling); `guarded` is one for a few inputs that are
not worth a pool, but must not end the run either.  What they do is handed in as a `Task`: a value
that takes what an input was packed into and gives an answer for each.

What does not belong here: where inputs come from, and the order of results (`run`).
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

    from pebble import ProcessFuture, ProcessPool

A = TypeVar("A")

#: What is done with a batch: an answer for each of its members, in their order.
Task = Callable[[Sequence[Any]], list[A]]

#: Seconds between two looks at whether a process has died, or is to end.
_LOOK = 0.02

#: Bytes that a pipe may hold.  With the 64 KiB that it has otherwise, a batch's results pass in a
#: dozen portions, with a change of process for each: five times the time that they take so.
_PIPE = 1 << 20

#: Batches between two collections of garbage.
_COLLECT = 8


class Died(Exception):
    """The process that worked on something ended; `str(error)` says how, for users."""


class WorkerPool(Generic[A]):
    """`size` worker processes, each prepared by `prepare`."""

    def __init__(self, size: int, task: Task[A], prepare: Callable[[], object] | None):
        self.size, self._task, self._prepare = size, task, prepare
        if prepare and _COPIES:
            # Copies of this process share what it has loaded.  To copy it is safe while it has one
            # thread, and pebble starts its own after the workers.
            prepare()
            self._prepare = None
        self._pool = self._new_pool()

    def _new_pool(self) -> ProcessPool:
        from pebble import CONSTS, ProcessPool

        CONSTS.sleep_unit = _LOOK
        worker = _Worker(self._task)
        return ProcessPool(
            self.size, initializer=_begin, initargs=(worker, self._prepare), context=_context()
        )

    def start(self, batch: Sequence[Any]) -> ProcessFuture[list[A]]:
        """Hands out a batch."""
        try:
            return self._pool.schedule(_work, args=(batch,))
        except RuntimeError:  # the pool broke down while nobody was at work
            self.stop()
            self._pool = self._new_pool()
            return self._pool.schedule(_work, args=(batch,))

    def answers(self, future: ProcessFuture[list[A]]) -> list[A]:
        """The answers about a batch.  Raises `Died`."""
        from concurrent.futures import BrokenExecutor

        from pebble import ProcessExpired

        try:
            return future.result()
        except (ProcessExpired, BrokenExecutor) as error:
            raise Died(_how_it_ended(getattr(error, "exitcode", None))) from None

    def stop(self) -> None:
        """Ends the processes, at once."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def guarded(task: Task[A], batch: Sequence[Any]) -> list[A]:
    """The answers about a batch, from one process that is there for them alone; from this one
    where processes cannot be copied, and starting one would take longer than the work.  Raises
    `Died`."""
    if not _COPIES:
        return task(batch)
    import multiprocessing

    context = multiprocessing.get_context("fork")
    reader, writer = context.Pipe(duplex=False)
    process = context.Process(target=_do, args=(_Worker(task), batch, reader, writer), daemon=True)
    process.start()
    writer.close()
    try:
        answers: list[A] = reader.recv()
    except EOFError:
        process.join()
        raise Died(_how_it_ended(process.exitcode)) from None
    finally:
        process.kill()
        process.join()
        reader.close()
    return answers


# -- in a worker -------------------------------------------------------------------------------


class _Worker:
    """What a worker process is: its task, and how it keeps its memory small.

    Cyclic garbage are the located trees of documents with mistakes alone, so that looking for it as
    often as Python does costs a tenth of the time and finds little; it is done now and then
    instead.
    """

    def __init__(self, task: Task[Any]):
        self.task = task
        self._done = 0

    def begin(self) -> None:
        """What there is already is not looked at any more."""
        gc.freeze()
        gc.disable()

    def work(self, batch: Sequence[Any]) -> list[Any]:
        """The answers about a batch."""
        answers = self.task(batch)
        self._done += 1
        if not self._done % _COLLECT:
            gc.collect()
        return answers


_worker: _Worker | None = None


def _begin(worker: _Worker, prepare: Callable[[], object] | None) -> None:
    """How a worker process begins."""
    import signal

    global _worker
    # An interrupt goes to all processes of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if prepare:
        prepare()
    _worker = worker
    worker.begin()


def _work(batch: Sequence[Any]) -> list[Any]:
    assert _worker is not None  # pebble has called `_begin`
    return _worker.work(batch)


def _do(worker: _Worker, batch: Sequence[Any], reader: Connection, writer: Connection) -> None:
    """What a guarded process does."""
    reader.close()
    _begin(worker, None)
    writer.send(worker.work(batch))
    writer.close()


# -- their processes ---------------------------------------------------------------------------

#: Whether workers are copies of this process.
_COPIES = sys.platform == "linux"


def _context() -> BaseContext:
    """How worker processes are started, and how wide the pipes to them are."""
    import multiprocessing

    if not _COPIES:
        return multiprocessing.get_context()
    import fcntl
    from multiprocessing.context import ForkContext

    class Wide(ForkContext):
        def Pipe(self, duplex: bool = True) -> tuple[Connection, Connection]:  # noqa: N802
            reader, writer = super().Pipe(duplex)
            with suppress(OSError):  # more than this user may have
                fcntl.fcntl(writer.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
            return reader, writer

    context: BaseContext = Wide()
    return context


def _how_it_ended(status: int | None) -> str:
    import signal

    how = "ended"
    if status is not None and status < 0:
        try:
            how = f"was ended by {signal.Signals(-status).name}"
        except ValueError:
            how = f"was ended by signal {-status}"
    return f"the process that worked on it {how}; the other documents are done"
