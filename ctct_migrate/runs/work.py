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
processes.  `prepare` loads, before the work begins, what the work would load at its first document:
it is called once in each worker process, or in this one where the workers are copies of it, and not
at all where there is little work.

One input alone is worked on in this process, without any of the machinery.  Several that make up
one batch are worked on in a single copy of this process, so that one that ends it does not end the
run; that takes some 15 ms.  Otherwise, and whenever `jobs` asks for processes, each worker of a `WorkerPool`
takes some inputs at a time, and only a few batches are under way, so that memory does not grow with
the number of inputs.  When a worker dies, what it had is done again one by one, and the one input
that ends it once more is reported.  When the caller stops asking (an interrupt, a pipe that
closed), the workers end.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ctct_migrate.inputs.byte_sources import UnreadableInput
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.source import Source

if TYPE_CHECKING:
    from pebble import ProcessFuture

    from ctct_migrate.runs.workers import WorkerPool

T = TypeVar("T")
Work = Callable[[Source, Input], T]

#: Work that is given the SHA-256 of the input's bytes too, in hexadecimal.
HashedWork = Callable[[Source, Input, str], T]

#: Inputs, and bytes of inputs, that go to a worker at a time.
_COUNT = 48
_SIZE = 768 * 1024

#: What an input counts for whose size is not known.
_UNKNOWN = 64 * 1024

#: Batches under way for each worker: one in work, one waiting, one whose results are waiting.
_AHEAD = 3


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """An input that was worked on, and what came of it."""

    item: Input
    value: T


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
    pairs = ((item, None) for item in items)
    for result in _run(pairs, _Task(work, None), jobs, prepare):
        assert not isinstance(result, Unchanged)  # nothing is known, so nothing is unchanged
        yield result


def run_changed(
    items: Iterable[Input | InputError],
    work: HashedWork[T],
    known: Callable[[Input], str | None],
    *,
    jobs: int | None = None,
    prepare: Callable[[], object] | None = None,
) -> Iterator[Done[T] | Unchanged | InputError]:
    """Like `run`, for work that needs SHA-256; inputs whose SHA-256 is what `known` says are not
    worked on.  `known` is called in this process, in the order of the inputs."""
    pairs = ((item, known(item) if isinstance(item, Input) else None) for item in items)
    return _run(pairs, _Task(None, work), jobs, prepare)


#: An input with the SHA-256 that is known of it, or an error; the same as it goes to a worker.
_Pair = tuple[Input | InputError, str | None]
_Packed = tuple[tuple[Any, ...], str | None]

#: What a worker says of an input: what came of it, an error, or None for unchanged.
_Answer = tuple[T] | InputError | None

_Result = Done[T] | Unchanged | InputError


@dataclass(frozen=True, slots=True)
class _Task(Generic[T]):
    """What a worker does with a batch; one of the two."""

    work: Work[T] | None
    hashed: HashedWork[T] | None

    def __call__(self, batch: Sequence[_Packed]) -> list[_Answer[T]]:
        return [self._answer(Input.unpacked(values), known) for values, known in batch]

    def _answer(self, item: Input, known: str | None) -> _Answer[T]:
        try:
            data = item.read()
            if self.work is not None:
                return (self.work(item.source(data), item),)
            assert self.hashed is not None
            digest = _sha256(data)
            if known is not None and digest == known:
                return None
            return (self.hashed(item.source(data), item, digest),)
        except UnreadableInput as problem:
            return item.error(problem)
        except MemoryError:
            return item.error("there is not enough memory to work on it")
        except Exception as error:  # a mistake of ours; the other documents are done all the same
            return item.error(_internal(error))


def _run(
    pairs: Iterator[_Pair],
    task: _Task[T],
    jobs: int | None,
    prepare: Callable[[], object] | None,
) -> Iterator[_Result[T]]:
    batches = _batches(pairs)
    first = next(batches, None)
    if first is None:
        return
    second = next(batches, None)
    if second is None and len(first) == 1:
        yield from _results(first, task(_packed(first)))
        return
    if second is None and jobs is None:
        yield from _results(first, _few(first, task))
        return
    from ctct_migrate.runs.workers import WorkerPool

    pool = WorkerPool(max(1, jobs or processors()), task, prepare)
    under_way: deque[tuple[list[_Pair], ProcessFuture[list[_Answer[T]]]]] = deque()
    try:
        for batch in chain([first], [second] if second is not None else [], batches):
            under_way.append((batch, pool.start(_packed(batch))))
            if len(under_way) >= pool.size * _AHEAD:
                done, future = under_way.popleft()
                yield from _results(done, _finished(pool, done, future))
        while under_way:
            done, future = under_way.popleft()
            yield from _results(done, _finished(pool, done, future))
    finally:
        pool.stop()


def _few(batch: list[_Pair], task: _Task[T]) -> list[_Answer[T]]:
    """The answers about a batch that is all there is."""
    from ctct_migrate.runs.workers import Died, WorkerPool, guarded

    try:
        return guarded(task, _packed(batch))
    except Died:
        pool = WorkerPool(1, task, None)
    try:
        return _one_by_one(pool, batch)
    finally:
        pool.stop()


def _finished(
    pool: WorkerPool[_Answer[T]], batch: list[_Pair], future: ProcessFuture[list[_Answer[T]]]
) -> list[_Answer[T]]:
    """The answers about a batch; if its worker died, one by one."""
    from ctct_migrate.runs.workers import Died

    try:
        return pool.answers(future)
    except Died:
        return _one_by_one(pool, batch)


def _one_by_one(pool: WorkerPool[_Answer[T]], batch: list[_Pair]) -> list[_Answer[T]]:
    from ctct_migrate.runs.workers import Died

    answers: list[_Answer[T]] = []
    for pair in batch:
        if isinstance(pair[0], InputError):
            continue
        try:
            answers += pool.answers(pool.start(_packed([pair])))
        except Died as death:
            answers.append(pair[0].error(str(death)))
    return answers


def _packed(batch: list[_Pair]) -> list[_Packed]:
    return [(item.packed(), known) for item, known in batch if isinstance(item, Input)]


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


def _results(batch: list[_Pair], answers: list[_Answer[T]]) -> Iterator[_Result[T]]:
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
            yield Done(item, answer[0])


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
