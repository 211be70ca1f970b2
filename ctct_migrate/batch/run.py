"""Work on many inputs, in several processes, with the results in the order of the inputs.

For those who write commands::

    for result in run(inputs(paths), work, jobs=jobs):
        if isinstance(result, Done):        # result.value is what work(source, item) returned
            ...                             # result.item is the Input
        else:                               # an InputError: could not be read, or ended its worker
            print(result, file=sys.stderr)

`work` is a function of a module (or another value that can be pickled) that takes a `Source` and
its `Input` and returns something that can be pickled.  It reads nothing and prints nothing: what
is to be printed is part of what it returns, so that output is the same for every number of
processes.  `prepare` is called once in each process before the work begins (or in this one, where
the others are copies of it): to load schemas, say.

A few inputs are worked on in this process, without any of the machinery, unless `jobs` asks for
processes.  Otherwise each worker process takes some inputs at a time, and only a few batches are under way, so that memory
does not grow with the number of inputs.  When a worker dies, what it had is done again one by one,
and the one input that ends it once more is reported.  When the caller stops asking (an interrupt,
a pipe that closed), the workers end.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ctct_migrate.batch.contents import Unreadable
from ctct_migrate.batch.documents import Input, InputError
from ctct_migrate.source import Source

if TYPE_CHECKING:
    from pebble import ProcessFuture, ProcessPool

T = TypeVar("T")
Work = Callable[[Source, Input], T]

#: Inputs, and bytes of inputs, that go to a worker at a time.
_COUNT = 48
_SIZE = 768 * 1024

#: What an input counts for whose size is not known.
_UNKNOWN = 64 * 1024

#: Batches under way for each worker: one in work, one waiting, one whose results are waiting.
_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """An input that was worked on; `sha256` of its bytes, in hexadecimal, if that was asked
    for."""

    item: Input
    value: T
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """An input that was not worked on, because its SHA-256 is the one that is known of it."""

    item: Input


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def run(
    items: Iterable[Input | InputError],
    work: Work[T],
    *,
    jobs: int | None = None,
    prepare: Callable[[], object] | None = None,
) -> Iterator[Done[T] | InputError]:
    """What `work` makes of each input, in order; errors among the items in their places.

    `jobs` is the number of worker processes, that of the processors by default.
    """
    for result in _run(((item, None) for item in items), work, jobs, prepare, hashed=False):
        assert not isinstance(result, Unchanged)  # nothing is known, so nothing is unchanged
        yield result


def run_changed(
    items: Iterable[Input | InputError],
    work: Work[T],
    known: Callable[[Input], str | None],
    *,
    jobs: int | None = None,
    prepare: Callable[[], object] | None = None,
) -> Iterator[Done[T] | Unchanged | InputError]:
    """Like `run`, with the SHA-256 of each input; those whose SHA-256 is what `known` says are
    not worked on.  `known` is called in this process, in the order of the inputs."""
    pairs = ((item, known(item) if isinstance(item, Input) else None) for item in items)
    return _run(pairs, work, jobs, prepare, hashed=True)


#: An input with the SHA-256 that is known of it, or an error.
_Pair = tuple[Input | InputError, str | None]

#: What a worker says of an input: the value and the SHA-256, an error, or None for unchanged.
_Answer = tuple[T, str] | InputError | None


def _run(
    pairs: Iterator[_Pair],
    work: Work[T],
    jobs: int | None,
    prepare: Callable[[], object] | None,
    *,
    hashed: bool,
) -> Iterator[Done[T] | Unchanged | InputError]:
    batches = _batches(pairs)
    first = next(batches, None)
    if first is None:
        return
    second = next(batches, None)
    if second is None and (jobs is None or len(first) == 1):
        if prepare:
            prepare()
        for pair in first:
            yield from _results([pair], _answers(work, [pair], hashed))
        return
    task = _Task(work, hashed)
    crew = _Crew(max(1, jobs or processors()), prepare)
    under_way: deque[tuple[list[_Pair], ProcessFuture[list[_Answer[T]]]]] = deque()
    try:
        for batch in _chain(first, second, batches):
            under_way.append((batch, crew.start(task, batch)))
            if len(under_way) >= crew.size * _AHEAD:
                done, future = under_way.popleft()
                yield from _results(done, crew.finish(task, done, future))
        while under_way:
            done, future = under_way.popleft()
            yield from _results(done, crew.finish(task, done, future))
    finally:
        crew.dismiss()


def _chain(
    first: list[_Pair], second: list[_Pair] | None, rest: Iterator[list[_Pair]]
) -> Iterator[list[_Pair]]:
    yield first
    if second is not None:
        yield second
    yield from rest


def _size(pair: _Pair) -> int:
    item = pair[0]
    if isinstance(item, InputError):
        return 0
    return _UNKNOWN if item.size is None else item.size


def _batches(pairs: Iterator[_Pair]) -> Iterator[list[_Pair]]:
    """The pairs, some at a time; where one batch ends does not depend on who works on it."""
    batch: list[_Pair] = []
    size = 0
    for pair in pairs:
        batch.append(pair)
        size += _size(pair)
        if len(batch) >= _COUNT or size >= _SIZE:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _results(
    batch: list[_Pair], answers: list[_Answer[T]]
) -> Iterator[Done[T] | Unchanged | InputError]:
    """What came of a batch: the answers, which are about its inputs, with its errors between."""
    given = iter(answers)
    for item, _ in batch:
        if isinstance(item, InputError):
            yield item
            continue
        answer = next(given)
        if answer is None:
            yield Unchanged(item)
        elif isinstance(answer, InputError):
            yield answer
        else:
            yield Done(item, *answer)


@dataclass(frozen=True, slots=True)
class _Task(Generic[T]):
    """What a worker does with a batch."""

    work: Work[T]
    hashed: bool

    def __call__(self, batch: list[tuple[tuple[Any, ...], str | None]]) -> list[_Answer[T]]:
        pairs: list[_Pair] = [(Input.unpacked(values), known) for values, known in batch]
        return _answers(self.work, pairs, self.hashed)


def _answers(work: Work[T], batch: list[_Pair], hashed: bool) -> list[_Answer[T]]:
    return [_answer(work, item, known, hashed) for item, known in batch if isinstance(item, Input)]


def _answer(work: Work[T], item: Input, known: str | None, hashed: bool) -> _Answer[T]:
    try:
        data = item.read()
        digest = _sha256(data) if hashed else ""
        if known is not None and digest == known:
            return None
        return work(item.source(data), item), digest
    except Unreadable as problem:
        return item.error(problem)
    except MemoryError:
        return item.error("there is not enough memory to work on it")
    except Exception as error:  # a mistake of ours; the other documents are done all the same
        return item.error(_internal(error))


def _sha256(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _internal(error: Exception) -> str:
    """A programming error in one line, with its place."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = ""
    if trace:
        code = trace.tb_frame.f_code
        place = f" at {os.path.basename(code.co_filename)}:{trace.tb_lineno}"
    what = " ".join(str(error).split())[:200]
    return f"internal error{place}: {type(error).__name__}: {what}; please report it"


class _Crew:
    """The worker processes."""

    def __init__(self, size: int, prepare: Callable[[], object] | None):
        self.size, self.prepare = size, prepare
        # Copies of this process are at work at once and share its memory; that is safe while it
        # has one thread, and pebble starts its own after the workers.
        self.copies = sys.platform == "linux"
        if prepare and self.copies:
            prepare()
        self.pool = self._hired()

    def _hired(self) -> ProcessPool:
        import multiprocessing

        from pebble import ProcessPool

        context = multiprocessing.get_context("fork" if self.copies else None)
        return ProcessPool(self.size, initializer=_begin, initargs=(self.prepare,), context=context)

    def start(self, task: _Task[T], batch: list[_Pair]) -> ProcessFuture[list[_Answer[T]]]:
        """Hands out a batch."""
        pairs = [(item.packed(), known) for item, known in batch if isinstance(item, Input)]
        try:
            return self.pool.schedule(task, args=(pairs,))
        except RuntimeError:  # the pool broke down while nobody was at work
            self.dismiss()
            self.pool = self._hired()
            return self.pool.schedule(task, args=(pairs,))

    def finish(
        self, task: _Task[T], batch: list[_Pair], future: ProcessFuture[list[_Answer[T]]]
    ) -> list[_Answer[T]]:
        """The answers about a batch; if its worker died, one by one."""
        from concurrent.futures import BrokenExecutor

        from pebble import ProcessExpired

        try:
            return future.result()
        except (ProcessExpired, BrokenExecutor):
            pass
        answers: list[_Answer[T]] = []
        for pair in batch:
            if isinstance(pair[0], InputError):
                continue
            try:
                answers += self.start(task, [pair]).result()
            except (ProcessExpired, BrokenExecutor) as error:
                answers.append(pair[0].error(_obituary(getattr(error, "exitcode", None))))
        return answers

    def dismiss(self) -> None:
        """Ends the processes, at once."""
        self.pool.stop()  # type: ignore[no-untyped-call]
        self.pool.join()


def _begin(prepare: Callable[[], object] | None) -> None:
    """How a worker process begins."""
    import signal

    # An interrupt goes to all processes of a terminal; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if prepare:
        prepare()


def _obituary(status: int | None) -> str:
    import signal

    how = "ended"
    if status is not None and status < 0:
        try:
            how = f"was ended by {signal.Signals(-status).name}"
        except ValueError:
            how = f"was ended by signal {-status}"
    return f"the process that worked on it {how}; the other documents are done"
