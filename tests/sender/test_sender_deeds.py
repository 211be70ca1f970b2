"""The summary counts what was done: what was there is found or replaced, and not created."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from v3_bench import V3Bench, campaign, contact_list, states, v3_bench

from ctct_migrate.cli.send_output import totals
from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Shape
from ctct_migrate.sender import OnNameTaken


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[V3Bench]:
    with v3_bench(tmp_path) as made:
        yield made


def test_what_was_there_is_found(bench: V3Bench) -> None:
    documents = contact_list("a.xml", "Customers"), contact_list("b.xml", "New ones")
    report = bench.send(*documents)
    assert states(report) == ["done", "done"]
    assert totals(report).startswith("this run: 1 contact list created, 1 contact list found;")
    assert "earlier: 1 contact list created, 1 contact list found" in totals(bench.send(*documents))


def test_what_is_known_by_its_number_is_found(bench: V3Bench) -> None:
    report = bench.send(contact_list("a.xml", "Called otherwise", number="1"))
    assert totals(report).startswith("this run: 1 contact list found;")


def test_what_was_replaced_is_replaced(bench: V3Bench) -> None:
    bench.box.seed(campaigns=[{"number": "77", "name": "Spring news", "format_type": 5}])
    report = bench.send(campaign("a.xml"), on_name_taken=OnNameTaken.UPDATE)
    assert totals(report).startswith("this run: 1 campaign replaced;")


def test_what_was_equal_is_unchanged(bench: V3Bench, tmp_path: Path) -> None:
    bench.box.seed(campaigns=[{"number": "77", "name": "Spring news", "format_type": 5}])
    update = campaign("a.xml", number="77", shape=Shape.UPDATE, choices=Choices(format_type="5"))
    assert totals(bench.send(update)).startswith("this run: 1 campaign updated;")
    bench.ledger = tmp_path / "other.ledger"
    assert totals(bench.send(update)).startswith("this run: 1 campaign unchanged;")
