"""What a client sends as its settings, in the forms that clients have."""

from __future__ import annotations

from typing import Any

import pytest

from ctct_migrate.language_server.client_settings import (
    SECTION,
    client_settings,
    is_about_us,
    section_of,
)


@pytest.mark.parametrize("said", [{"timeZone": "Z"}, {SECTION: {"timeZone": "Z"}}])
def test_the_section_may_be_named_or_not(said: Any) -> None:
    assert section_of(said) == {"timeZone": "Z"}
    settings = client_settings(said)
    assert (settings.table, settings.problems) == ({"time-zone": "Z"}, ())


@pytest.mark.parametrize("said", [None, [], "v3", 3, {SECTION: None}, {SECTION: [1]}])
def test_what_is_no_table_sets_nothing(said: Any) -> None:
    assert section_of(said) == {}
    assert client_settings(said) == client_settings({})


@pytest.mark.parametrize(
    "said", [{"target": "v3"}, {"largest_document": 3}, {"path": ""}, {SECTION: {}, "xml": {}}]
)
def test_a_table_with_a_name_of_ours_is_about_us(said: Any) -> None:
    assert is_about_us(said)


@pytest.mark.parametrize(
    "said",
    [None, [], {}, {"xml": {"target": "v3"}}, {"yaml": {}, "redhat.telemetry.enabled": True}],
)
def test_a_table_of_other_servers_is_not_about_us(said: Any) -> None:
    assert not is_about_us(said)
