"""`verify` as a library: what a port's own test suite calls."""

from __future__ import annotations

import json
from typing import Any

import pytest
from example_documents import CAMPAIGN
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate import convert, read, verify

DOCUMENT = read(CAMPAIGN.encode(), path="a.xml")
(PAYLOAD,) = convert(DOCUMENT)
BODY = PAYLOAD.body

FORMS: list[Any] = [
    BODY,
    [BODY],
    json.dumps(BODY),
    json.dumps(BODY, indent=2).encode(),
    b"\xef\xbb\xbf" + json.dumps([BODY]).encode(),
    json.dumps({"source": "a.xml", "entry": None, "body": BODY}),
]


@pytest.mark.parametrize("body", FORMS)
def test_a_body_in_every_form(body: Any) -> None:
    assert verify(DOCUMENT, body) == []
    assert verify(DOCUMENT, body, "create", time_zone="Europe/Berlin") == []


def test_a_difference_is_a_diagnostic_on_the_xml() -> None:
    (found,) = verify(DOCUMENT, {**BODY, "subject": "x"})
    assert str(found).startswith("a.xml:")
    assert 'CT850 error: `subject` is `"x"` in the JSON' in str(found)


def test_json_that_cannot_be_read_is_one_on_the_json() -> None:
    (found,) = verify(DOCUMENT, '{"name": \n}')
    assert (found.code, found.path, found.span.start.line) == ("CT851", "JSON", 2)


def test_documents_with_errors_give_their_own() -> None:
    bad = read(CAMPAIGN.replace("<ViewAsWebpage>NO", "<ViewAsWebpage>maybe").encode())
    assert [each.code for each in verify(bad, BODY)] == ["CT311"]


@pytest.mark.parametrize("body", [5, None, 1.5])
def test_what_is_no_body(body: Any) -> None:
    with pytest.raises(TypeError):
        verify(DOCUMENT, body)


def test_shapes_and_zones_that_there_are_not() -> None:
    with pytest.raises(ValueError, match="shape"):
        verify(DOCUMENT, BODY, "shape")
    with pytest.raises(ValueError, match="Mars"):
        verify(DOCUMENT, BODY, time_zone="Mars/Olympus")


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*BODY, "id", "x", "subjekt", "0", "a/b"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*BODY, "subjekt", "Name", "x"]), _json, max_size=6))
def test_whatever_is_changed_is_noticed_and_nothing_raises(changes: dict[str, Any]) -> None:
    given_body = {**BODY, **changes}
    found = verify(DOCUMENT, given_body)
    if not found:
        reported = {
            name: value for name, value in given_body.items() if value not in (None, "", [], {})
        }
        assert {*reported} >= {name for name in BODY if BODY[name] not in (None, "", [], {})}
    again = verify(DOCUMENT, json.dumps(given_body))
    assert [str(each) for each in again] == [str(each) for each in found]


@given(st.one_of(st.text(max_size=40), st.binary(max_size=40)))
def test_no_text_raises(text: str | bytes) -> None:
    for each in verify(DOCUMENT, text):
        assert str(each)
        assert 0 <= each.span.start.offset <= each.span.end.offset


@pytest.mark.parametrize(
    "body", [{"name": "General", "status": "ACTIVE"}, {"name": "a", "status": "HIDDEN", "id": "1"}]
)
def test_a_body_that_another_resource_has_is_one_sentence(body: dict[str, Any]) -> None:
    """`name` and `status` are properties of both: what it is valid as decides."""
    (found,) = verify(DOCUMENT, body)
    assert found.code == "CT852"
    assert found.message == "this is the body of a contact list, and the XML is a campaign"


@given(st.sets(st.sampled_from(sorted(BODY)), min_size=1))
def test_a_body_of_which_parts_are_missing_is_still_one_of_its_resource(left: set[str]) -> None:
    found = verify(DOCUMENT, {name: BODY[name] for name in left})
    assert "CT852" not in [each.code for each in found]
