"""A sandbox for a module of tests, empty again for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sandbox_client import OPTIONS, Client

from ctct_migrate.sandbox import Sandbox


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with Sandbox(OPTIONS) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    running.clear_faults()
    return running


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Client]:
    with Client(sandbox) as client:
        yield client
