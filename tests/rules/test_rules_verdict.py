"""The verdict's promise: what the fast path calls clean, no family has anything to say of."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from mutants import mutants

from ctct_migrate import Shape, read
from ctct_migrate.rules.fast.fast_path import is_clean
from ctct_migrate.rules.linting import inspect

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench"))

from mutation import samples  # noqa: E402

SAMPLES = sorted(path for path in (ROOT / "samples").rglob("*.xml"))


@pytest.mark.parametrize("shape", [None, *Shape])
def test_no_sample_breaks_the_promise(shape: Shape | None) -> None:
    broken = {
        path.name: [each.code for each in inspect(read(path), shape)]
        for path in SAMPLES
        if is_clean(read(path), shape) and inspect(read(path), shape)
    }
    assert broken == {}


@pytest.mark.parametrize("shape", [None, Shape.CREATE, Shape.RECORD])
def test_no_mutant_breaks_the_promise(shape: Shape | None) -> None:
    for number, path in enumerate(samples()):
        for count, mutant in enumerate(mutants(path.read_text("utf-8"))):
            if (count + number) % 11:
                continue
            document = read(mutant.text.encode("utf-8", "surrogatepass"))
            if is_clean(document, shape):
                assert inspect(document, shape) == [], (path.name, mutant.mutator)


def test_every_good_sample_takes_the_fast_path() -> None:
    """All but those whose scheduled time has passed: that is reported, and nothing else is."""
    good = sorted((ROOT / "samples" / "good").glob("*.xml"))
    past = [path for path in good if [each.code for each in inspect(read(path), None)] == ["CT613"]]
    assert len(past) < len(good)
    assert [path.name for path in good if is_clean(read(path), None) is (path in past)] == []


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1", "utf-16", "utf-16-le", "iso-2022-jp"])
def test_a_directive_is_seen_in_any_encoding(encoding: str) -> None:
    text = (ROOT / "samples" / "good" / "campaign-001.xml").read_text("utf-8")
    body = text.partition("?>")[2] if text.startswith("<?xml") else text
    for comment, clean in (("", True), ("<!-- ctct-migrate: ignore CT310 -->", False)):
        written = f'<?xml version="1.0" encoding="{encoding}"?>{comment}{body.strip()}'
        assert is_clean(read(written.encode(encoding)), None) is clean
