"""Processes that do what a page asks, so that the server answers meanwhile.

A question that nobody waits for any more ends with its process (pebble starts another), so that a
large document does not stand in the way of the next one.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pebble import ProcessPool

#: Seconds that a document may take.
TIME_LIMIT = 180

#: How many documents are looked at in one moment.
_PROCESSES = 2

#: What a process is warmed with.
_SMALL = '<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/"><Name>a</Name></Campaign>'


class WorkError(Exception):
    """A question got no answer; `str(error)` is one sentence for users."""


class PageWorkers:
    """The processes of one server."""

    def __init__(self) -> None:
        self._pool: ProcessPool | None = None

    def start(self) -> None:
        """Start the processes, unless they run, without waiting until they are ready."""
        if self._pool is not None:
            return
        from multiprocessing import get_context

        from pebble import ProcessPool

        # A copy of a process that has threads, as `fork` makes it, may stand still for ever.
        context = get_context("spawn")
        with _no_interrupts():
            self._pool = ProcessPool(_PROCESSES, initializer=_begin, context=context)
            for _ in range(_PROCESSES):
                self._pool.schedule(_warmed)

    async def answer(self, work: Callable[[bytes], dict[str, Any]], data: bytes) -> dict[str, Any]:
        """What `work` makes of `data`, in one of the processes; where the caller is cancelled, the
        process is ended.  Raises WorkError."""
        self.start()
        assert self._pool is not None
        from pebble import ProcessExpired

        future = self._pool.schedule(_answered, args=(work, data), timeout=TIME_LIMIT)
        try:
            result: dict[str, Any] | str = await asyncio.wrap_future(future)
        except TimeoutError:
            raise WorkError(f"This takes longer than {TIME_LIMIT} seconds. Use the command line.") from None  # fmt: skip
        except (ProcessExpired, CancelledError, RuntimeError):
            raise WorkError("The process that worked on it ended. Try again.") from None
        if isinstance(result, str):
            raise WorkError(result)
        return result

    def stop(self) -> None:
        """Ends the processes, at once."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None


@contextmanager
def _no_interrupts() -> Iterator[None]:
    """What is started meanwhile, threads and processes, gets no interrupt: Ctrl-C at a terminal goes to
    all of them, and is for the server, which ends its processes itself."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # which, when it starts, lets interrupts through again
    former = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


def _begin() -> None:
    """How a process begins: where interrupts could not be held off, they are ignored."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _warmed() -> None:
    """What the first document would otherwise wait for."""
    import json

    from ctct_migrate.playground.inspection import inspected
    from ctct_migrate.playground.question import Question

    inspected(Question.of(json.dumps({"text": _SMALL}).encode()))


def _answered(work: Callable[[bytes], dict[str, Any]], data: bytes) -> dict[str, Any] | str:
    """The answer; a mistake of this program as a sentence without a word of the document, which a
    traceback could hold."""
    try:
        return work(data)
    except Exception as error:
        return (
            f"ctct-migrate has a bug that this document triggers ({type(error).__name__}). "
            "Please report it."
        )
