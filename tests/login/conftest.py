"""A sandbox of v3 with its log-in server, and a folder for log-ins."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from login_bench import LoginBench

from ctct_migrate.sandbox import Sandbox, SandboxOptions


@pytest.fixture
def settings() -> dict[str, object]:
    """What the log-in server is set to; a test module or test may say otherwise."""
    return {}


@pytest.fixture
def bench(settings: dict[str, object], tmp_path: Path) -> Iterator[LoginBench]:
    options = SandboxOptions(
        target="v3", settings=settings, calls_per_second=100_000, calls_per_day=10_000_000
    )
    with Sandbox(options) as sandbox:
        yield LoginBench(sandbox, tmp_path / "logins")
