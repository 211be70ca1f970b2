"""What holds for the good samples of every resource, and for what is made wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from conforming import ALL_SAMPLES, RESOURCES, Place, good_samples, places, with_text, without

from ctct_migrate import Document, Severity, fix, lint, read
from ctct_migrate.rules.fast import fast_path
from ctct_migrate.v1 import vocabulary

each_sample = pytest.mark.parametrize(
    ("name", "path"), ALL_SAMPLES, ids=[path.stem for _, path in ALL_SAMPLES]
)
each_resource = pytest.mark.parametrize("name", RESOURCES)

#: A value that no enumeration is near to.
NONSENSE = "Xqzzyv"


def documents(name: str) -> list[Document]:
    """Good samples in UTF-8, whose text can be changed and encoded again."""
    found = [read(path) for path in good_samples(name)]
    return [each for each in found if each.source.decoding.encoding in ("utf-8", "ascii")]


def places_of(name: str) -> list[tuple[Document, Place]]:
    """Each element that a good sample of the resource has, once."""
    found = {}
    for document in documents(name):
        for place in places(document, name):
            found.setdefault(place.fact.path, (document, place))
    return list(found.values())


REQUIRED = [(n, d, p) for n in RESOURCES for d, p in places_of(n) if p.fact.required]
LISTED = [
    (n, d, p)
    for n in RESOURCES
    for d, p in places_of(n)
    if p.fact.enumeration and p.element.text.strip() and not p.fact.undocumented
]


def named(cases: list[tuple[str, Document, Place]]) -> list[str]:
    return [f"{name}/{place.fact.path}" for name, _, place in cases]


@each_resource
def test_there_is_a_good_sample_of_each_resource(name: str) -> None:
    assert good_samples(name)


@each_sample
def test_a_good_sample_lints_clean_on_the_fast_path(name: str, path: Path) -> None:
    document = read(path)
    assert lint(document) == []
    assert fast_path.is_clean(document, None)


@each_resource
def test_something_is_required_of_each_resource(name: str) -> None:
    known = vocabulary()
    needed = [each for each in known.children(name) if known.element(name, each).required]
    assert any(name == each for each, _, _ in REQUIRED) or not needed


@pytest.mark.parametrize(("name", "document", "place"), REQUIRED, ids=named(REQUIRED))
def test_a_required_element_that_is_missing_is_reported_where_it_belongs(
    name: str, document: Document, place: Place
) -> None:
    broken = without(document, place.element)
    found = [each for each in lint(broken) if each.severity is Severity.ERROR]
    assert len(found) == 1, list(map(str, found))
    assert f"`{place.fact.name}`" in found[0].message + found[0].label
    parent = place.element.parent
    assert parent is not None
    at = broken.source.index(found[0].span.start.line, found[0].span.start.column)
    assert parent.start <= at <= parent.end


@pytest.mark.parametrize(("name", "document", "place"), LISTED, ids=named(LISTED))
def test_a_value_that_is_not_in_the_list_is_reported_at_its_place(
    name: str, document: Document, place: Place
) -> None:
    broken = with_text(document, place.element, NONSENSE)
    data = broken.source.data
    found = [
        d
        for d in lint(broken)
        if data[d.span.start.offset : d.span.end.offset] == NONSENSE.encode()
    ]
    assert len(found) == 1, list(map(str, lint(broken)))
    expected = Severity.WARNING if place.fact.read_only else Severity.ERROR
    assert found[0].severity in (expected, Severity.ERROR)


@pytest.mark.parametrize(
    ("name", "document", "place"), [*REQUIRED, *LISTED], ids=[*named(REQUIRED), *named(LISTED)]
)
@pytest.mark.parametrize("unsafe", [False, True])
def test_fixing_twice_changes_nothing(
    name: str, document: Document, place: Place, unsafe: bool
) -> None:
    for broken in (without(document, place.element), with_text(document, place.element, NONSENSE)):
        once, _ = fix(broken, unsafe=unsafe)
        again, applied = fix(read(once), unsafe=unsafe)
        assert again == once
        assert applied == ()
