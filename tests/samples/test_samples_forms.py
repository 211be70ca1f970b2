"""Forms among the samples: what is wrong with each, what the others become, and that fixes help."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from expectations import SAMPLES, read_sample, sample_name
from test_samples import reported

from ctct_migrate import Severity, convert, fix, lint, read, verify
from ctct_migrate.targets import TARGETS

FORMS = sorted(each for each in (SAMPLES / "forms").iterdir() if each.suffix != ".expect")
GOLDEN = sorted((SAMPLES / "golden/forms").iterdir())


@pytest.mark.parametrize("path", FORMS, ids=sample_name)
def test_it_has_the_mistakes_that_it_shows(path: Path) -> None:
    sample = read_sample(path)
    found = lint(read(path))
    assert tuple(sorted(map(reported, found))) == sample.expectations[None]
    for expected, text in sample.quotations:
        there = sample.at(expected.start, expected.end)
        first, _, last = text.partition("…")
        assert there.startswith(first)
        assert there.endswith(last)


@pytest.mark.parametrize("path", FORMS, ids=sample_name)
def test_it_has_bodies_exactly_where_nothing_stops_them(path: Path) -> None:
    document = read(path)
    made = convert(document)
    stopped = any(each.stops_conversion for each in lint(document, "create"))
    assert bool(made) != stopped
    contract = TARGETS["v2"].contract
    for each in made:
        assert contract.violations(each.resource, "create", each.body) == ()
    assert made.ok == (not any(e.severity is Severity.ERROR for e in made.diagnostics))


@pytest.mark.parametrize("golden", GOLDEN, ids=sample_name)
def test_it_becomes_the_body_beside_it(golden: Path) -> None:
    (path,) = (each for each in FORMS if each.stem == golden.stem)
    bodies = [each.body for each in convert(read(path))]
    assert bodies == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FORMS, ids=sample_name)
def test_each_part_of_a_body_has_its_place(path: Path) -> None:
    document = read(path)
    for payload in convert(document):
        data = document.source.data
        for pointer, span in payload.source_map.items():
            value = payload.body
            for token in pointer.split("/")[1:]:
                value = value[int(token)] if isinstance(value, list) else value[token]
            raw = data[span.start.offset : span.end.offset]
            assert raw
            if pointer.startswith("/import_data") and "country_code" not in pointer:
                assert read_value(raw, payload.source) == value
        spoken = {each.pointer for each in payload.accounting if each.pointer}
        assert spoken == set(payload.source_map)


def read_value(raw: bytes, path: str) -> str:
    from urllib.parse import unquote_plus

    text = raw.decode() if "multipart" in path else unquote_plus(raw.decode())
    return text.removeprefix('"').removesuffix('"').strip()


@pytest.mark.parametrize("unsafe", [False, True])
@pytest.mark.parametrize("path", FORMS, ids=sample_name)
def test_fixes_make_it_better_and_are_made_once(path: Path, unsafe: bool) -> None:
    document = read(path)
    before = [each for each in lint(document) if each.severity is Severity.ERROR]
    data, applied = fix(document, unsafe=unsafe)
    again = read(data, path=path.name)
    after = [each for each in lint(again) if each.severity is Severity.ERROR]
    assert len(after) <= len(before)
    assert bool(applied) == (data != document.source.data)
    assert fix(again, unsafe=unsafe) == (data, ())
    if convert(document) and "CT344" not in {each.code for each in lint(document)}:
        assert [e.body for e in convert(again)] == [e.body for e in convert(document)]


@pytest.mark.parametrize("golden", GOLDEN, ids=sample_name)
def test_its_body_says_what_it_says(golden: Path) -> None:
    (path,) = (each for each in FORMS if each.stem == golden.stem)
    (body,) = json.loads(golden.read_text(encoding="utf-8"))
    document = read(path)
    assert verify(document, body) == []
    assert verify(document, json.dumps(body)) == []
    changed = json.loads(json.dumps(body))
    changed["lists"] = ["99"]
    assert {each.code for each in verify(document, changed)} == {"CT850"}
