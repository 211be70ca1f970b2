"""`mapping`: the table of elements, and the documentation's copy of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ctct_migrate.resources import PARTS, RESOURCES
from ctct_migrate.targets import TARGETS

PAGES = Path(__file__).parents[2] / "docs" / "reference"
PAGE = PAGES / "campaign-elements.md"
OF_V1 = (*RESOURCES.values(), *PARTS)
RESOURCES_PAGE = PAGES / "resources.md"
BODIES_PAGE = PAGES / "requests.md"


def test_the_page_has_the_table_of_campaigns(run) -> None:
    _, _, table = PAGE.read_text("utf-8").partition("<!-- mapping campaign -->\n\n")
    assert table == run("mapping", "campaign", "--format", "markdown").out, "run: make docs"


def test_the_page_of_resources_has_all_tables(run) -> None:
    _, _, tables = RESOURCES_PAGE.read_text("utf-8").partition("<!-- mapping -->\n\n")
    assert tables == run("mapping", "--all").out, "run: make docs"


def test_the_page_of_bodies_has_the_table_of_requests(run) -> None:
    _, _, tables = BODIES_PAGE.read_text("utf-8").partition("<!-- requests -->\n\n")
    assert tables == run("mapping", "--bodies").out, "run: make docs"


def test_each_resource_has_a_line(run) -> None:
    lines = {each["v1"]: each for each in json.loads(run("mapping", "--format", "json").out)}
    assert {resource.name for resource in OF_V1} <= lines.keys()
    assert lines["Folder"]["v2"].startswith("created (POST `/library/folders`)")
    assert lines["Folder"]["v3"].startswith("no place: ")
    assert "`--event-time-zone` and `--event-contact`" in lines["Event"]["v2"]
    assert lines["Registrant"]["v2"] == "recorded alone"
    assert "no counterpart" in lines["AttendanceStatus"]["v2"]


@pytest.mark.parametrize("resource", [each.slug for each in OF_V1])
@pytest.mark.parametrize("shape", ["create", "update", "record"])
def test_each_element_has_a_cell_for_each_target(run, resource: str, shape: str) -> None:
    lines = json.loads(run("mapping", resource, "--shape", shape, "--format", "json").out)
    assert lines
    for line in lines:
        assert all(line[name] for name in TARGETS)


def test_pointers_are_those_of_the_table(run) -> None:
    lines = json.loads(run("mapping", "campaign", "--format", "json").out)
    (subject,) = [line for line in lines if line["v1"] == "Subject"]
    assert subject["v2"] == "`/subject`"
    assert "`/activity/subject`" in subject["v3"]
    assert "Subject\n  v3  " in run("mapping", "campaign", "--target", "v3").out


def test_a_target_that_there_is_not(run) -> None:
    outcome = run("mapping", "campaign", "--target", "v4")
    assert outcome.status == 2
    assert "there is no target `v4`" in outcome.err
