"""The JSON Schema of the configuration takes what the program takes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path, PurePath
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.configuration import ConfigurationError, configuration
from ctct_migrate.configuration_schema import configuration_schema
from ctct_migrate.configured_values import SETTINGS, codes
from ctct_migrate.rules.registry import catalogue

ROOT = Path(__file__).resolve().parents[1]
SCHEMA = configuration_schema()
VALIDATOR = jsonschema_rs.validator_for(SCHEMA)


def is_taken(table: dict[str, Any]) -> bool:
    """Whether the program takes a table of settings."""
    try:
        configuration(table, "ctct-migrate.toml", PurePath("/project"))
    except ConfigurationError:
        return False
    return True


def test_the_copy_for_editors_is_current() -> None:
    copy = (ROOT / "schemas" / "ctct-migrate.schema.json").read_text(encoding="utf-8")
    assert json.loads(copy) == SCHEMA, "make docs makes it again"


def test_it_is_a_schema_of_draft_7() -> None:
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema_rs.meta.validate(SCHEMA)


def test_each_setting_has_a_meaning_that_editors_show() -> None:
    assert list(SCHEMA["properties"]) == list(SETTINGS)
    for name, value in SCHEMA["properties"].items():
        assert value["description"].endswith("."), name


def test_each_rule_can_be_completed_by_code_and_by_name_with_its_summary() -> None:
    listed = SCHEMA["definitions"]["selector"]["anyOf"][0]
    shown = dict(zip(listed["enum"], listed["x-taplo"]["docs"]["enumValues"], strict=True))
    for rule in catalogue():
        assert rule.summary in shown[rule.code]
        assert rule.code in shown[rule.name]


#: What is a selector, and what only looks like one.
_SELECTORS = st.one_of(
    st.sampled_from([rule.code for rule in catalogue()]),
    st.sampled_from([rule.name for rule in catalogue()]),
    st.sampled_from(["ALL", "all", "CT", "ct6", "CT6xx", "CT31X", "CTXXX", "", "C", "6", "CT6x"]),
    st.sampled_from(["CT310 ", "CT3100", "\u0130T310", "CT31\n", "greeting"]),
    st.from_regex(r"CT[0-9]{1,3}[xX]{0,2}", fullmatch=True),
)
_LISTS = st.lists(_SELECTORS, max_size=2)
_TARGETS = st.sampled_from(["v2", "v3", "v4", "", "V3", "v2,v3", "v3, v2", "v2,", ",", " v3 "])
_WORDS = st.sampled_from(
    [
        *("error", "warning", "info", "Error", "create", "update", "record", "make", ""),
        *("PERSONAL", "BUSINESS", "personal", "owner", "visitor", "paragraph", "1", "2", "3", "5"),
    ]
)
_WRONG = st.sampled_from([1, True, "", [], {}, [1], ["x", 2], {"a": 1}])
_FIELDS = st.dictionaries(
    st.sampled_from(["CustomField1", "CustomField15", "CustomField16", "MiddleName", "Name"]),
    st.just("") | st.just(3),
    max_size=2,
)


def _values(name: str) -> st.SearchStrategy[Any]:
    tables = st.dictionaries(_SELECTORS | st.just("a/**"), _LISTS | _WORDS, max_size=2)
    fit: dict[str, st.SearchStrategy[Any]] = {
        "select": _LISTS,
        "ignore": _LISTS,
        "per-file-ignores": st.dictionaries(st.text(max_size=4), _LISTS, max_size=2) | tables,
        "severity": st.dictionaries(_SELECTORS, _WORDS, max_size=2) | tables,
        "time-zone": st.sampled_from(["Europe/Berlin", "UTC", "Z", "+02:00", "-0500"]),
        "target": _TARGETS | st.lists(_TARGETS, max_size=2),
        "custom-fields": _FIELDS,
    }
    return fit.get(name, _WORDS) | _WRONG


@pytest.mark.parametrize("name", [*SETTINGS, "selekt"])
@given(data=st.data())
def test_it_takes_what_the_program_takes(name: str, data: st.DataObject) -> None:
    table = {name: data.draw(_values(name))}
    assert VALIDATOR.is_valid(table) == is_taken(table), table


def test_the_example_of_the_documentation_is_valid() -> None:
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    (example,) = (
        part.split("```")[0] for part in page.split("```toml\n")[1:] if "per-file-ignores" in part
    )
    table = tomllib.loads(example)
    assert VALIDATOR.is_valid(table)
    assert is_taken(table)


@pytest.mark.parametrize("rule", ["CT3", "ct31", "CT3XX", "CT31x", "aLL"])
def test_other_ways_of_writing_a_selector(rule: str) -> None:
    assert codes(rule)
    assert VALIDATOR.is_valid({"select": [rule]})
