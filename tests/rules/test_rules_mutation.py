"""Small mistakes at random places: a drawn part of what `bench/mutation.py` measures.

The lower bounds are what the design asks for; the benchmark's own figures are better.
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from mutation import INSERTION, LOSS, SWAP, Outcome, drawn, outcome, slips  # noqa: E402

#: Mutants that are drawn, and the seed by which they are.
NUMBER, SEED = 150, 20121


@pytest.fixture(scope="module")
def outcomes() -> list[Outcome]:
    """What came of the mistakes that can be noticed."""
    every = [outcome(slip) for slip in drawn(NUMBER, SEED)]
    return [each for each in every if each.counted]


def test_the_same_seed_draws_the_same_mistakes_of_every_kind() -> None:
    first = drawn(NUMBER, SEED)
    assert first == drawn(NUMBER, SEED)
    assert first != drawn(NUMBER, SEED + 1)
    assert {slip.kind for slip in first} == {LOSS, INSERTION, SWAP}
    assert len({(slip.sample, slip.text()) for slip in first}) == len(first) == NUMBER


def test_every_mistake_changes_its_sample() -> None:
    for slip in islice(slips(), 0, 100_000, 997):
        assert slip.text() != (ROOT / slip.sample).read_bytes().decode("utf-8")


def test_most_mistakes_are_one_error(outcomes: list[Outcome]) -> None:
    assert len(outcomes) > NUMBER / 2
    missed = [each for each in outcomes if each.errors != 1]
    assert len(missed) <= 0.05 * len(outcomes), [(each.slip, each.said) for each in missed]


def test_most_documents_are_restored_by_safe_fixes(outcomes: list[Outcome]) -> None:
    restored = sum(each.restored for each in outcomes)
    assert restored >= 0.72 * len(outcomes)


def test_safe_fixes_do_no_harm(outcomes: list[Outcome]) -> None:
    assert [each.slip for each in outcomes if each.worse or each.left_malformed] == []
