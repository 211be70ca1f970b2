"""When documents are looked at, with looks that take as long as a test wants."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any

import pytest

from ctct_migrate.configuration import Configuration
from ctct_migrate.language_server.analysis import Analysis, Snapshot
from ctct_migrate.language_server.check_schedule import CheckSchedule
from ctct_migrate.language_server.editor_text import EditorText

pytestmark = pytest.mark.asyncio

URI = "file:///a.xml"


class AtOnce(Executor):
    """Does the work before `submit` returns: the thread that is quicker than everything."""

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Desk:
    """One document, its looks and what is published of it."""

    def __init__(self, executor: Executor, look: Any = None):
        self.version = 1
        self.looked: list[int] = []
        self.published: list[int] = []
        self.checks = CheckSchedule(
            executor, look or self.look, lambda _uri: self.now, self.publish, lambda: 0.01
        )

    @property
    def now(self) -> Snapshot:
        return Snapshot(URI, "a.xml", None, self.version, EditorText(str(self.version)))

    def look(self, snapshot: Snapshot) -> Analysis:
        self.looked.append(snapshot.version)
        return Analysis(snapshot, Configuration())

    def publish(self, analysis: Analysis) -> None:
        self.published.append(analysis.snapshot.version)

    def change(self) -> None:
        self.version += 1
        self.checks.changed(URI)

    async def settle(self, version: int) -> None:
        for _ in range(2_000):
            if self.published[-1:] == [version]:
                return
            await asyncio.sleep(0.005)
        raise AssertionError(self.published)


async def test_a_look_that_begins_at_once_counts() -> None:
    desk = Desk(AtOnce())
    desk.checks.changed(URI, at_once=True)
    await desk.settle(1)
    desk.change()
    await desk.settle(2)
    assert desk.looked == [1, 2]


async def test_changes_in_a_row_are_looked_at_once() -> None:
    desk = Desk(AtOnce())
    for _ in range(50):
        desk.change()
    await desk.settle(51)
    assert desk.looked == [51]


async def test_a_slow_look_at_an_old_version_is_not_published() -> None:
    began, go = threading.Event(), threading.Event()

    def look(snapshot: Snapshot) -> Analysis:
        if snapshot.version == 1:
            began.set()
            assert go.wait(30)
        return desk.look(snapshot)

    with ThreadPoolExecutor(2) as executor:
        desk = Desk(executor, look)
        desk.checks.changed(URI, at_once=True)
        assert await asyncio.to_thread(began.wait, 30)
        old = asyncio.ensure_future(desk.checks.analysis(URI))
        await asyncio.sleep(0)
        desk.change()
        await desk.settle(2)
        go.set()
        late = await old
    assert late is not None
    assert late.snapshot.version == 1
    for _ in range(10):
        await asyncio.sleep(0)
    assert sorted(desk.looked) == [1, 2]
    assert desk.published == [2]


async def test_a_slow_look_at_a_text_that_was_closed_is_not_published() -> None:
    """Opened again, the document has the same version and another text."""
    began, go = threading.Event(), threading.Event()
    texts = ["old"]
    published: list[str] = []

    def look(snapshot: Snapshot) -> Analysis:
        if snapshot.text.text == "old":
            began.set()
            assert go.wait(30)
        return Analysis(snapshot, Configuration())

    def now(_uri: str) -> Snapshot:
        return Snapshot(URI, "a.xml", None, 1, EditorText(texts[0]))

    with ThreadPoolExecutor(2) as executor:
        checks = CheckSchedule(
            executor, look, now, lambda each: published.append(each.snapshot.text.text), lambda: 0.0
        )
        checks.changed(URI, at_once=True)
        assert await asyncio.to_thread(began.wait, 30)
        old = asyncio.ensure_future(checks.analysis(URI))  # which ends with the look
        await asyncio.sleep(0)
        checks.closed(URI)
        texts[0] = "new"
        checks.changed(URI, at_once=True)
        for _ in range(2_000):
            if published:
                break
            await asyncio.sleep(0.005)
        go.set()
        assert (late := await old) is not None
        assert late.snapshot.text.text == "old"
        for _ in range(10):
            await asyncio.sleep(0)
    assert published == ["new"]


async def test_a_version_that_waits_while_it_grows_old_is_not_looked_at() -> None:
    began, go = threading.Event(), threading.Event()

    def look(snapshot: Snapshot) -> Analysis:
        began.set()
        assert go.wait(30)
        return desk.look(snapshot)

    with ThreadPoolExecutor(1) as executor:
        desk = Desk(executor, look)
        asked = [asyncio.ensure_future(desk.checks.analysis(URI))]
        await asyncio.sleep(0)
        assert await asyncio.to_thread(began.wait, 30)
        for _ in range(5):
            await asyncio.sleep(0)
            desk.version += 1
            asked.append(asyncio.ensure_future(desk.checks.analysis(URI)))
        await asyncio.sleep(0)
        go.set()
        found = await asyncio.gather(*asked)
    assert desk.looked == [1, 6]
    versions = [each.snapshot.version if each else None for each in found]
    assert versions == [1, *[None] * 4, 6]


async def test_a_new_configuration_makes_old_looks_worthless() -> None:
    desk = Desk(AtOnce())
    desk.checks.changed(URI, at_once=True)
    await desk.settle(1)
    desk.checks.outdated()
    await desk.checks.analysis(URI)
    assert desk.looked == [1, 1]
    await desk.checks.analysis(URI)
    assert desk.looked == [1, 1]
