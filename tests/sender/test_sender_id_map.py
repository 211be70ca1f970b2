"""Ids of resources, old to new."""

from __future__ import annotations

from pathlib import Path

import pytest

from ctct_migrate.sender.id_map import IdMapError, id_map, id_maps, together
from ctct_migrate.sender.references import chosen, mapped
from ctct_migrate.targets.v2.campaign import DELIVERY


def test_pairs_and_files(tmp_path: Path):
    path = tmp_path / "lists.csv"
    path.write_text("\ufeffold,new\r\n11, 4\r\n\r\n12,5\r\n", encoding="utf-8")
    bare = tmp_path / "bare.csv"
    bare.write_text("13,6\n")
    assert id_map(["1=2", str(path), str(bare), "1=2"]) == {
        "1": "2", "11": "4", "12": "5", "13": "6"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (["1=x"], "digits"),
        (["=2"], "digits"),
        (["1=2", "1=3"], "1 is mapped to 2 and to 3"),
        (["missing.csv"], "expected OLD=NEW"),
    ],
)
def test_what_is_no_map(values, sentence):
    with pytest.raises(IdMapError, match=sentence) as caught:
        id_map(values)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"1,2,3\n", "3 columns"),
        (b"1\n", "1 columns"),
        (b"\xff\xfe", "UTF-8"),
        (b"1,x\n", "digits"),
    ],
)
def test_a_file_that_is_no_map(tmp_path: Path, data, sentence):
    path = tmp_path / "lists.csv"
    path.write_bytes(data)
    with pytest.raises(IdMapError, match=sentence):
        id_map([str(path)])


def test_two_lists_may_become_one():
    body = {"sent_to_contact_lists": [{"id": "1"}, {"id": "2"}, {"id": "3"}]}
    new, kept = mapped(DELIVERY, body, chosen({"contact_list": {"1": "9", "2": "9"}}))
    assert new == {"sent_to_contact_lists": [{"id": "9"}, {"id": "3"}]}
    assert kept == {"/sent_to_contact_lists": [0, 2]}
    assert body["sent_to_contact_lists"][0] == {"id": "1"}
    assert mapped(DELIVERY, {"name": "x"}, chosen({})) == ({"name": "x"}, {})


def test_what_is_not_changed_stays_as_it_is_even_what_is_there_twice():
    body = {"sent_to_contact_lists": [{"id": "1"}, {"id": "1"}]}
    same, kept = mapped(DELIVERY, body, chosen({"contact_list": {"7": "8"}}))
    assert same == body
    assert kept == {"/sent_to_contact_lists": [0, 1]}


def test_any_resource_has_a_map_of_its_own(tmp_path: Path):
    path = tmp_path / "campaigns.csv"
    path.write_text("old,new\n1100546096289,7\n")
    given = [f"campaign={path}", "contact_list=1=5", "contact_list=2=6", "campaign=8=9"]
    assert id_maps(given, "v2") == {
        "campaign": {"1100546096289": "7", "8": "9"},
        "contact_list": {"1": "5", "2": "6"},
    }
    assert id_maps([], "v2") == {}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("lists.csv", "expected RESOURCE=FILE; the resources are contact_list"),
        ("list=1=2", "'list' is not a resource"),
        ("campaign=1=x", "digits"),
        ("campaign=missing.csv", "missing.csv: no such file"),
    ],
)
def test_what_is_no_map_of_a_resource(value, sentence):
    with pytest.raises(IdMapError, match=sentence) as caught:
        id_maps([value], "v2")
    assert "\n" not in str(caught.value)


def test_two_maps_that_disagree():
    assert together({"a": {"1": "2"}}, {"a": {"1": "2", "3": "4"}, "b": {"1": "3"}}) == {
        "a": {"1": "2", "3": "4"},
        "b": {"1": "3"},
    }
    with pytest.raises(IdMapError, match="1 is mapped to 2 and to 3"):
        together({"a": {"1": "2"}}, {"a": {"1": "3"}})
