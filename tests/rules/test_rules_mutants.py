"""One mistake, one error, at its place: a sample of the mutants of `bench/mutation.py`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mutants import mutants, mutator_names

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from mutation import is_hit, samples  # noqa: E402

#: What the design asks for.
SHARE = 0.98


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[bool]]:
    """For each mutator, whether each of a few of its mutants hits."""
    found: dict[str, list[bool]] = {}
    for number, path in enumerate(samples()):
        for count, mutant in enumerate(mutants(path.read_text("utf-8"))):
            if (count + number) % 29 == 0:
                found.setdefault(mutant.mutator, []).append(is_hit(mutant))
    return found


def test_there_are_some_forty_mutators() -> None:
    assert len(mutator_names()) >= 40


def test_the_share_of_hits(drawn: dict[str, list[bool]]) -> None:
    every = [hit for hits in drawn.values() for hit in hits]
    assert len(every) > 500
    assert sum(every) / len(every) >= SHARE, {
        name: f"{sum(hits)} of {len(hits)}" for name, hits in drawn.items() if not all(hits)
    }
