"""A sandbox with an event, and the command `send` given JSON bodies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from body_bench import EVENT, BodyBench

from ctct_migrate.sandbox import Sandbox, SandboxOptions


@pytest.fixture
def options() -> SandboxOptions:
    return SandboxOptions(
        lists={"1": "Customers"}, addresses=("news@example.org",), calls_per_second=1000,
        calls_per_day=100_000,
    )  # fmt: skip


@pytest.fixture
def bench(options: SandboxOptions, tmp_path: Path) -> Iterator[BodyBench]:
    with Sandbox(options) as box:
        yield BodyBench(box, tmp_path)


@pytest.fixture
def event(bench: BodyBench) -> str:
    """The id of an event that the account has."""
    return bench.post("eventspot/events", EVENT)
