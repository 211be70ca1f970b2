"""Fixes for several targets at once, as the language server makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctct_migrate import fix, lint, read
from ctct_migrate.fixing import fixed

SAMPLES = Path(__file__).parents[2] / "samples"
BREAKS = read(SAMPLES / "v3" / "campaign-breaks.xml")


def codes(data: bytes, target: str) -> set[str]:
    return {each.code for each in lint(read(data), target=target)}


def test_mistakes_for_any_of_the_targets_are_fixed() -> None:
    """CT729 is a mistake for v3 alone, and its fix a guess."""
    for target, is_left in (("v2", True), ("v3", False), ("v2,v3", False), ("v3, v2", False)):
        data = fixed(BREAKS, unsafe=True, target=target).data
        assert ("CT729" in codes(data, "v3")) == is_left, target


def test_what_is_left_is_that_of_all_targets() -> None:
    result = fixed(BREAKS, target="v2,v3")
    assert result.data == BREAKS.source.data
    assert list(result.left) == lint(BREAKS, target="v2,v3")


@pytest.mark.parametrize("name", ["campaign-001", "crossed-tags", "ampersand"])
def test_for_both_targets_nothing_gets_worse_for_either(name: str) -> None:
    document = read(SAMPLES / "bad" / f"{name}.xml")
    data = fixed(document, target="v2,v3").data
    for target in ("v2", "v3"):
        assert codes(data, target) <= codes(document.source.data, target)


def test_fix_itself_takes_one_target() -> None:
    with pytest.raises(ValueError, match="v2,v3"):
        fix(BREAKS, target="v2,v3")
