"""The declared bulk requests agree with v1's forms and with the JSON Schemas."""

from __future__ import annotations

import json

import pytest

from ctct_migrate.payload import Shape
from ctct_migrate.schema_files import schema_directory
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import by_v1_name
from ctct_migrate.v1.form_parameters import ACTIVITY_TYPES, FormKind

BULK = [(target, each) for target in TARGETS.values() for each in target.bulk.values()]
IDS = [f"{target.name}-{each.name}" for target, each in BULK]


def schema(target, activity):
    path = schema_directory() / target.name / f"{activity.name}.json"
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
    properties = schema(target, activity)["properties"]
    if "column_names" not in properties:
        return
    exported = "import_data" not in properties
    names = [
        (each.exported or each.name) if exported else each.name
        for each in activity.columns
        if each.name
    ]
    assert names == properties["column_names"]["items"]["enum"]


@pytest.mark.parametrize(("target", "activity"), BULK, ids=IDS)
def test_every_column_has_a_place_that_the_schema_knows(target, activity):
    if activity.limits is None:
        return
    known = set(target.contract.properties(activity.name, Shape.CREATE))
    for column in activity.columns:
        if column.row is None:
            assert not column.name
            continue
        pointer = "/import_data/0" + "".join(f"/{token}" for token in column.row.path)
        assert pointer.removesuffix("/0") in known


@pytest.mark.parametrize(("target", "activity"), BULK, ids=IDS)
def test_no_two_columns_are_called_the_same(target, activity):
    names = [name for each in activity.columns for name in (*each.headings, *each.aliases)]
    assert len(names) == len(set(names))
    assert [name.upper() for name in names] == names
