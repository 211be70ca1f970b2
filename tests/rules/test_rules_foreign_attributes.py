"""Attributes of other namespaces are reported where the schema does not allow them, and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sampling import some

from ctct_migrate import lint, read
from ctct_migrate.v1 import vocabulary

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "good"
PATHS = [
    path
    for path in sorted(SAMPLES.glob("*.xml"))
    if not path.stem.startswith("encoding") and path.stat().st_size < 20_000
]
_START_TAG = re.compile(r"<[A-Za-z][\w:]*(?=[\s/>])")


def _with_each(text: str, attribute: str) -> Iterator[str]:
    """The text with the attribute in the first tag of each name."""
    tags: dict[str, int] = {}
    for tag in _START_TAG.finditer(text):
        tags.setdefault(tag[0], tag.end())
    for at in tags.values():
        yield text[:at] + attribute + text[at:]


@pytest.mark.parametrize("attribute", [' xml:lang="en"', ' xmlns:shop="urn:shop" shop:id="1"'])
@pytest.mark.parametrize("path", some(PATHS, 16), ids=lambda path: path.stem)
def test_they_are_reported_where_the_schema_refuses_them(path: Path, attribute: str) -> None:
    text = path.read_text("utf-8")
    before = {each.code for each in lint(read(text.encode()))}
    for changed in _with_each(text, attribute):
        document = read(changed.encode())
        if document.root is None:  # the tag stands in a comment, or in a text
            continue
        found = {each.code for each in lint(document)} - before
        assert "CT399" not in found
        assert bool(found) != vocabulary().is_valid(document.root), changed
