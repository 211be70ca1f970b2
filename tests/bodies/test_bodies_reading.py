"""What is said of JSON bodies, and where."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.bodies import BodyRequest, BodyRequestError, is_body, read_bodies
from ctct_migrate.bodies.json_places import placed
from ctct_migrate.payload import Shape
from ctct_migrate.source import Source

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))["case"]

LIST = {"name": "Readers", "status": "ACTIVE"}


def read(text: str | bytes | dict[str, Any], **said: Any) -> Any:
    if isinstance(text, dict):
        text = json.dumps(text)
    data = text if isinstance(text, bytes) else text.encode()
    request = BodyRequest.of("v2", **{"shape": Shape.CREATE, **said})
    return read_bodies(Source("a.json", data), request)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_each_case_is_said_at_its_place(case: dict[str, Any]) -> None:
    said = case.get("shape", "create")
    shape = Shape(said) if said else None
    found = read(case["text"], resource=case.get("resource"), shape=shape).diagnostics
    places = [
        [each.code, each.span.start.line, each.span.start.column, each.element] for each in found
    ]
    assert places == [each[:4] for each in case["expect"]]
    for each, expected in zip(found, case["expect"], strict=True):
        assert expected[4] in " ".join((each.message, each.label, *each.help))


def test_a_body_becomes_a_payload_with_its_places() -> None:
    text = '{"name": "Readers",\n "status": "ACTIVE", "contact_count": 3}'
    (payload,) = read(text, resource="list")
    assert payload.body == LIST
    assert (payload.resource, payload.shape, payload.number) == ("contact_list", "create", None)
    spans = payload.source_map
    assert set(spans) == {"", "/name", "/status"}
    assert (spans["/status"].start.line, spans["/status"].start.column) == (2, 12)


def test_of_several_bodies_those_with_errors_become_no_payload() -> None:
    found = read('[{"name": "A", "status": "ACTIVE"}, {"name": 1, "status": "ACTIVE"}]')
    assert [each.entry for each in found] == [0]


def test_an_update_has_the_number_that_its_body_or_the_caller_says() -> None:
    (payload,) = read({**LIST, "id": "9"}, resource="list", shape=Shape.UPDATE)
    assert (payload.number, payload.body) == ("9", LIST)
    (payload,) = read(LIST, resource="list", shape=Shape.UPDATE, number="12")
    assert payload.number == "12"
    found = read({**LIST, "id": "9"}, resource="list", shape=Shape.UPDATE, number="12")
    assert [each.code for each in found.diagnostics] == ["CT898"]


def test_where_a_body_belongs_has_to_be_said_before_it_is_sent() -> None:
    body = {"scheduled_date": "2031-05-10T11:07:43.626Z"}
    found = read(body, places=True)
    assert [each.code for each in found.diagnostics] == ["CT898"]
    assert "--parent campaign=ID" in found.diagnostics[0].label
    (payload,) = read(body, places=True, parents=["campaign=11"])
    assert payload.references == {"campaign": ("11",)}
    found = read(LIST, places=True, shape=Shape.UPDATE)
    found_with_id = read({**LIST, "id": "5"}, places=True, resource="list", number="5")
    assert "would be created" in found_with_id.diagnostics[0].message
    assert "which contact list is meant" in found.diagnostics[0].message


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"resource": "schedul"}, "did you mean `schedule`?"),
        ({"resource": "spaceship"}, "expected"),
        ({"parents": ["campaign"]}, "expected RESOURCE=ID"),
        ({"parents": ["campain=1"]}, "did you mean `campaign`?"),
        ({"parents": ["campaign=1", "campaign=2"]}, "given twice"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(said: dict[str, Any], words: str) -> None:
    with pytest.raises(BodyRequestError, match=words.replace("?", r"\?")):
        BodyRequest.of("v2", **said)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        (json.dumps(LIST), True),
        ("\ufeff " + json.dumps([LIST, LIST]), True),
        ('{"name": "package", "version": "1", "scripts": {}, "dependencies": {}}', False),
        ('{"xml": "<entry/>"}', False),
        ("<entry/>", False),
        ("[1, 2]", False),
        ("[]", False),
        ("{", True),
        ('{"xml": "<entry/>', False),
    ],
)
def test_bodies_are_recognised(text: str, is_one: bool) -> None:
    assert is_body(Source("a.json", text.encode()), BodyRequest()) is is_one


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(JSON, st.sampled_from([None, 1]))
def test_every_value_is_found_at_its_place(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent)
    found, end = placed(text)
    assert end == len(text)
    for pointer, each in found.everything():
        assert json.loads(text[each.start : each.end]) == each.value
        assert found.at(pointer) is each


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_bad_input_never_raises(data: bytes) -> None:
    found = read(data, resource="contact_list", places=True)
    assert len(found) or found.diagnostics or not data.strip(b"[] \n\r\t")
