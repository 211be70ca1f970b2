"""What the conformance suite goes through: resources, targets, and good samples of each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ctct_migrate import Choices, Document, read
from ctct_migrate.mapping.rows import NO_CHOICES
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.targets import TARGETS
from ctct_migrate.v1 import ElementFact, vocabulary

#: What v1 does not say and some resources need, to be created.
CHOICES = Choices(event_time_zone="US/Eastern", event_contact="Ada Lunt")

SAMPLES = Path(__file__).resolve().parents[2] / "samples"

#: Resources by their payload names, and the targets that have a place for each.
PAIRS = [
    (name, target)
    for name, resource in RESOURCES.items()
    for target in TARGETS
    if TARGETS[target].delivery(resource.slug) is not None
]


@cache
def _samples(folder: str) -> tuple[tuple[Path, frozenset[str | None]], ...]:
    """The samples of a folder that expect nothing, and the resources that each holds."""
    found = []
    for path in sorted((SAMPLES / folder).glob("*.xml")):
        data = path.read_bytes().replace(b"\0", b"")
        if b"expect:" not in data or b"expect: nothing" in data:
            found.append((path, frozenset(entry.resource for entry in read(path).entries)))
    return tuple(found)


@cache
def good_samples(name: str) -> tuple[Path, ...]:
    """The samples of `good/` that hold a resource of that name, and no other; of one that can only
    be recorded, those of `archive/`.  A sample that expects something (a time that has passed) is
    not among them."""
    recorded = RESOURCES[name].is_recorded_alone(NO_CHOICES)
    folder = "archive" if recorded else "good"
    return tuple(path for path, resources in _samples(folder) if resources == {name})


ALL_SAMPLES = [(name, path) for name in RESOURCES for path in good_samples(name)]


class Place(NamedTuple):
    """An element in a document, and what the vocabulary says of it."""

    element: Element
    fact: ElementFact


def places(document: Document, name: str) -> Iterator[Place]:
    """The elements below the payloads of a document that the vocabulary knows, first ones first."""
    for entry in document.entries:
        assert entry.payload is not None
        waiting = [(child, child.name) for child in entry.payload.elements]
        while waiting:
            element, path = waiting.pop(0)
            fact = vocabulary().element(name, path)
            if fact is not None:
                yield Place(element, fact)
                waiting += [(inner, f"{path}/{inner.name}") for inner in element.elements]


def without(document: Document, element: Element) -> Document:
    """The document without an element."""
    text = document.source.text
    return read((text[: element.start] + text[element.end :]).encode())


def with_text(document: Document, element: Element, value: str) -> Document:
    """The document with another text in an element."""
    text = document.source.text
    start, end = element.open_end, element.close_start  # of one that holds elements alone
    if element.filled:
        start, end = element.filled[0].start, element.filled[-1].end
    return read((text[:start] + value + text[end:]).encode())
