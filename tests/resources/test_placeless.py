"""Resources that a target has no place for: skipped, and said by resource with what to do instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from event_documents import CHOICES, SAMPLES

from ctct_migrate import Severity, Shape, convert, lint, read
from ctct_migrate.resources import RESOURCES
from ctct_migrate.targets import TARGETS

PLACELESS = [
    path
    for path in sorted((SAMPLES / "archive").glob("*.xml"))
    if (names := {entry.resource for entry in read(path).entries} - {None})
    and all(TARGETS["v3"].delivery(RESOURCES[str(name)].slug) is None for name in names)
]


def test_there_are_some() -> None:
    assert {"event-detail", "folders-feed", "images-feed", "registrant-detail"} <= {
        path.stem for path in PLACELESS
    }


@pytest.mark.parametrize("path", PLACELESS, ids=lambda path: path.stem)
@pytest.mark.parametrize("shape", [*Shape, None])
def test_each_is_skipped_and_said_once(path: Path, shape: Shape | None) -> None:
    document = read(path)
    found = lint(document, shape, target="v3", choices=CHOICES)
    said = [each for each in found if each.code == "CT877"]
    assert [each.entry for each in said] == [each.index for each in document.entries]
    assert {each.severity for each in said} == {Severity.WARNING}
    assert not [each for each in found if each.code in ("CT804", "CT820", "CT870")]
    for each in said:
        assert len(each.help) == 2  # what can be done instead, and what to do with the document
    if shape is not None:
        conversion = convert(document, shape, target="v3", choices=CHOICES)
        assert list(conversion) == []


def test_for_both_targets_it_is_said_of_the_one() -> None:
    found = lint(read(SAMPLES / "good" / "folder-create.xml"), target="v2,v3")
    assert [(each.code, each.targets) for each in found] == [("CT877", ("v3",))]
