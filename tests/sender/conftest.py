"""A sandbox whose rate limit does not matter, and a way to send to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sender_payloads import ADDRESS, Bench

from ctct_migrate.sandbox import Sandbox, SandboxOptions

FAST = 1000


@pytest.fixture
def options() -> SandboxOptions:
    return SandboxOptions(
        lists={"1": "Customers", "2": "Friends"},
        addresses=(ADDRESS,),
        calls_per_second=FAST,
        calls_per_day=100_000,
    )


@pytest.fixture
def box(options: SandboxOptions) -> Iterator[Sandbox]:
    with Sandbox(options) as sandbox:
        yield sandbox


@pytest.fixture
def bench(box: Sandbox, tmp_path: Path) -> Bench:
    return Bench(box, tmp_path / "test.ledger")


@pytest.fixture(autouse=True)
def no_stray_loop() -> Iterator[None]:
    yield
    asyncio.set_event_loop(None)
