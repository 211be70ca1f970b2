"""When documents are looked at: after a pause in typing, in a thread of their own, and never so that
an old result takes the place of a new one.

All methods are called in the event loop; `look` runs in a thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any

from ctct_migrate.language_server.analysis import Analysis, Snapshot
from ctct_migrate.late_dataclass import dataclass

#: What makes two looks at a document the same: its version, and the state of its configuration.
_Key = tuple[int, int]


@dataclass(frozen=True)
class _Look:
    key: _Key
    future: asyncio.Future[Analysis | None]


class CheckSchedule:
    """The looks at the open documents.

    look     works an analysis out, in a thread
    current  the version that a document has now, by its URI; None where it is not open
    publish  is given each analysis of a version that is still the current one
    delay    seconds without a change after which a document is looked at
    """

    def __init__(
        self,
        executor: Executor,
        look: Callable[[Snapshot], Analysis],
        current: Callable[[str], Snapshot | None],
        publish: Callable[[Analysis], Any],
        delay: Callable[[], float],
    ):
        self._executor, self._look, self._current = executor, look, current
        self._publish, self._delay = publish, delay
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._looks: dict[str, _Look] = {}
        self._newest: dict[str, _Key] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._generation = 0

    def changed(self, uri: str, *, at_once: bool = False) -> None:
        """Looks at a document after the pause, which begins anew with each change."""
        self._stop(uri)
        delay = 0.0 if at_once else self._delay()
        self._timers[uri] = asyncio.get_running_loop().call_later(delay, self._begin, uri)

    def closed(self, uri: str) -> None:
        """Forgets a document; what is still worked out about it is not published."""
        self._stop(uri)
        self._looks.pop(uri, None)
        self._newest.pop(uri, None)

    def outdated(self) -> None:
        """What was worked out so far does not count any more: a configuration has changed."""
        self._generation += 1

    async def analysis(self, uri: str) -> Analysis | None:
        """What is known of the version that a document has now; None where it is not open, or was
        changed before it could be looked at."""
        look = self._look_at(uri)
        return None if look is None else await asyncio.shield(look.future)

    def _look_at(self, uri: str) -> _Look | None:
        """The look at the version that a document has now, which may be over already."""
        snapshot = self._current(uri)
        if snapshot is None:
            return None
        key = snapshot.version, self._generation
        known = self._looks.get(uri)
        if known is None or known.key != key:
            self._newest[uri] = key  # before the thread begins, which compares with it
            loop = asyncio.get_running_loop()
            future = loop.run_in_executor(self._executor, self._looked, snapshot, key)
            known = self._looks[uri] = _Look(key, future)
        return known

    def _looked(self, snapshot: Snapshot, key: _Key) -> Analysis | None:
        if self._newest.get(snapshot.uri) != key:  # it was changed while this one was waiting
            return None
        return self._look(snapshot)

    def _stop(self, uri: str) -> None:
        timer = self._timers.pop(uri, None)
        if timer is not None:
            timer.cancel()

    def _begin(self, uri: str) -> None:
        self._timers.pop(uri, None)
        task = asyncio.get_running_loop().create_task(self._check(uri))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _check(self, uri: str) -> None:
        look = self._look_at(uri)
        if look is None:
            return
        analysis = await asyncio.shield(look.future)
        # Its version does not say that it is still the newest: a document that was closed and opened
        # again begins to count anew, and so has another look at the same version.
        now = self._current(uri)
        if analysis is None or now is None or self._looks.get(uri) is not look:
            return
        if look.key == (
            now.version,
            self._generation,
        ):  # else a change has begun a check of its own
            self._publish(analysis)
