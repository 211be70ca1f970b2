"""What holds for the conversion of every resource for every target that has a place for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from conforming import CHOICES, PAIRS, RESOURCES, TARGETS, good_samples

from ctct_migrate import Severity, Shape, convert, read, verify
from ctct_migrate.payload import Fate

CASES = [(name, target, path) for name, target in PAIRS for path in good_samples(name)]
each_case = pytest.mark.parametrize(
    ("name", "target", "path"), CASES, ids=[f"{target}-{path.stem}" for _, target, path in CASES]
)
each_shape = pytest.mark.parametrize("shape", list(Shape))


@pytest.mark.parametrize(("name", "target"), PAIRS)
@each_shape
def test_some_sample_converts(name: str, target: str, shape: Shape) -> None:
    made = [
        convert(read(path), shape, target=target, choices=CHOICES) for path in good_samples(name)
    ]
    if RESOURCES[name].read_only and shape is not Shape.RECORD:
        assert not any(made)
        assert all({each.code for each in one.diagnostics} == {"CT820"} for one in made)
    else:
        assert any(made)


@each_case
@each_shape
def test_a_body_keeps_its_schema(name: str, target: str, path: Path, shape: Shape) -> None:
    contract = TARGETS[target].contract
    for payload in convert(read(path), shape, target=target, choices=CHOICES):
        assert payload.part is not None or payload.resource == RESOURCES[name].slug
        assert contract.violations(payload.resource, shape, payload.body) == ()


@each_case
@each_shape
def test_every_element_is_accounted_for(name: str, target: str, path: Path, shape: Shape) -> None:
    document = read(path)
    for payload in convert(document, shape, target=target, choices=CHOICES):
        if payload.part is not None:
            continue
        entry = next(each for each in document.entries if each.index == payload.entry)
        root = entry.element or entry.payload
        assert root is not None
        elements = list(root.walk())
        paths = [account.path for account in payload.accounting]
        assert len(set(paths)) == len(paths)
        assert sum("/@" not in each for each in paths) == len(elements)
        for account in payload.accounting:
            assert account.reason or account.fate is Fate.MAPPED, account.path
            assert "no row" not in account.reason


@each_case
@each_shape
def test_verify_accepts_the_own_bodies(name: str, target: str, path: Path, shape: Shape) -> None:
    document = read(path)
    bodies = [payload.body for payload in convert(document, shape, target=target, choices=CHOICES)]
    if bodies:
        given = bodies if document.kind == "feed" else bodies[0]
        found = verify(document, given, shape=shape, target=target, choices=CHOICES)
        assert [each for each in found if each.severity is Severity.ERROR] == []
