"""The declared bulk requests agree with v1's forms and with the JSON Schemas."""

from __future__ import annotations

import json

import pytest

from ctct_migrate.schema_files import schema_directory
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import by_v1_name, pointer_of
from ctct_migrate.v1.form_parameters import ACTIVITY_TYPES, FormKind

BULK = [(target, each) for target in TARGETS.values() for each in target.bulk.values()]
IDS = [f"{target.name}-{each.name}" for target, each in BULK]


def schema(target, activity):
    path = schema_directory() / target.name / f"{activity.schema}.json"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("target", [each for each in TARGETS.values() if each.bulk])
def test_every_form_of_v1_has_its_request(target):
    names = by_v1_name(target.bulk)
    assert set(names) == set(ACTIVITY_TYPES)
    kinds = {}
    for name, activity in names.items():
        kinds.setdefault(activity.name, set()).add(ACTIVITY_TYPES[name])
    assert all(len(each) == 1 for each in kinds.values())
    assert len(kinds) == len(FormKind)


@pytest.mark.parametrize(("target", "activity"), BULK, ids=IDS)
def test_its_columns_are_those_of_its_schema(target, activity):
    if not activity.headed:
        return
    named = [each for each in activity.columns if each.name]
    names = [each.name if activity.limits else each.exported or each.name for each in named]
    known = schema(target, activity)["properties"][activity.headed[1:]]["items"]["enum"]
    if target.name == "v3":  # which has more than v1 had, and one name for several of v1's
        assert set(names) <= set(known)
    else:
        assert names == known


@pytest.mark.parametrize(("target", "activity"), BULK, ids=IDS)
def test_every_column_has_a_place_that_the_schema_knows(target, activity):
    if activity.limits is None:
        return
    for column in activity.columns:
        if column.row is None:
            assert not column.name
            continue
        path = () if activity.plain else column.row.path
        pointer = f"{activity.rows}/0{pointer_of(path)}"
        assert target.contract.limits(activity.schema, pointer).description


@pytest.mark.parametrize(("target", "activity"), BULK, ids=IDS)
def test_an_empty_body_has_all_that_its_schema_requires(target, activity):
    whole = activity.whole(["1", "2"], ["EMAIL ADDRESS"])
    assert set(schema(target, activity).get("required", [])) <= set(whole) or activity.states
    assert activity.lists_in(whole) == ("1", "2")
    if activity.limits is not None:
        assert activity.rows_in(activity.with_rows(whole, ["row"])) == ["row"]


@pytest.mark.parametrize(("target", "activity"), BULK, ids=IDS)
def test_no_two_columns_are_called_the_same(target, activity):
    names = [name for each in activity.columns for name in (*each.headings, *each.aliases)]
    assert len(names) == len(set(names))
    assert [name.upper() for name in names] == names
