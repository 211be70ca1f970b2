"""The JSON Schemas themselves: valid, closed, documented."""

import json

import jsonschema_rs
import pytest

from ctct_migrate.contract.contract import SHAPES
from ctct_migrate.schema_files import schema_directory
from ctct_migrate.targets import TARGETS

#: Targets and the resources that each has a place for.
PAIRS = [(name, slug) for name, target in TARGETS.items() for slug in target.deliveries()]

#: The same with the requests about many contacts, which have one shape alone.
ALL_PAIRS = PAIRS + [
    (name, bulk.schema) for name, target in TARGETS.items() for bulk in target.bulk.values()
]


def schema(target, resource):
    return json.loads((schema_directory() / target / f"{resource}.json").read_text("utf-8"))


def objects(node):
    """Every subschema that lists properties, conditions aside."""
    if isinstance(node, dict):
        if node.get("type") == "object":
            yield node
        for key, child in node.items():
            if key not in ("if", "then"):
                yield from objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from objects(child)


@pytest.mark.parametrize(("target", "resource"), ALL_PAIRS)
def test_it_is_valid_json_schema(target, resource):
    document = schema(target, resource)
    assert document["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    jsonschema_rs.meta.validate(document)


@pytest.mark.parametrize(("target", "resource"), PAIRS)
def test_its_shapes_are_there(target, resource):
    assert set(SHAPES) <= set(schema(target, resource)["$defs"])


@pytest.mark.parametrize(("target", "resource"), ALL_PAIRS)
def test_no_object_takes_a_property_that_is_not_listed(target, resource):
    found = list(objects(schema(target, resource)))
    assert found
    for node in found:
        assert node["additionalProperties"] is False, node.get("description")


@pytest.mark.parametrize(("target", "resource"), PAIRS)
def test_every_property_says_what_it_means(target, resource):
    document = TARGETS[target].contract.schema(resource)
    for node in objects(document):
        for name, child in node["properties"].items():
            while "$ref" in child and not child.get("description"):
                found = document
                for token in filter(None, child["$ref"].removeprefix("#").split("/")):
                    found = found[token]
                child = found
            assert child.get("description"), name


def test_every_country_has_a_name_of_its_own():
    country = schema("v2", "campaign")["$defs"]["country"]
    assert country["enum"] == list(country["x-names"])
    assert len(country["enum"]) == len(set(country["enum"])) == 247
    names = list(country["x-names"].values())
    assert all(names)
    assert len(names) == len(set(names))


def test_the_root_is_the_full_representation():
    validator = jsonschema_rs.validator_for(schema("v2", "campaign"))
    assert validator.is_valid({"name": "Sale", "status": "SENT", "permalink_url": None})
    assert not validator.is_valid({"name": "Sale", "Status": "SENT"})
