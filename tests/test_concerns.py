"""What only v1's server minded is an error of lint and does not stop a conversion."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from example_documents import CAMPAIGN, SCHEDULE

from ctct_migrate import Severity, convert, lint, read
from ctct_migrate.cli.explain import command
from ctct_migrate.diagnostics import Concern
from ctct_migrate.rules.registry import catalogue

AUTHOR = "<author><name>Constant Contact</name></author>"
UPDATED = CAMPAIGN[CAMPAIGN.index("<updated>") : CAMPAIGN.index("</updated>") + 10]
TITLE = CAMPAIGN[CAMPAIGN.index("<title") : CAMPAIGN.index("</title>") + 8]

MINDED_BY_V1 = {
    "no author": ("CT208", AUTHOR, ""),
    "an empty author": ("CT209", AUTHOR, "<author></author>"),
    "no updated": ("CT205", UPDATED, ""),
    "an updated without a zone": ("CT206", UPDATED, "<updated>2011-09-14T08:30:00</updated>"),
    "an updated in .NET's local form": ("CT206", UPDATED, "<updated>9/14/2011</updated>"),
    "an updated that is no date": ("CT206", UPDATED, "<updated>today</updated>"),
    "no title": ("CT207", TITLE, ""),
}


@pytest.mark.parametrize("case", MINDED_BY_V1.values(), ids=MINDED_BY_V1)
@pytest.mark.parametrize("shape", ["create", "record"])
def test_an_error_that_concerns_v1_alone_does_not_stop_a_conversion(
    case: tuple[str, str, str], shape: str
) -> None:
    code, right, wrong = case
    document = read(CAMPAIGN.replace(right, wrong).encode())
    (found,) = lint(document, shape)
    assert (found.code, found.severity, found.stops_conversion) == (code, Severity.ERROR, False)
    conversion = convert(document, shape)
    assert conversion[0].body == convert(read(CAMPAIGN.encode()), shape)[0].body
    assert [(each.code, each.severity) for each in conversion.diagnostics] == [
        (code, Severity.WARNING)
    ]
    assert conversion.ok


def test_so_it_is_for_schedules() -> None:
    document = read(SCHEDULE.replace(AUTHOR, "").encode())
    assert [each.code for each in lint(document)] == ["CT208"]
    assert len(convert(document)) == 1


@pytest.mark.parametrize("date", ["2008-04-16", " 2011-02-26 ", "1970-01-01"])
def test_a_date_alone_in_updated_is_a_warning_with_a_safe_fix(date: str) -> None:
    (found,) = lint(read(CAMPAIGN.replace(UPDATED, f"<updated>{date}</updated>").encode()))
    assert (found.code, found.severity) == ("CT206", Severity.WARNING)
    assert found.fixes[0].safety == "safe"
    assert found.fixes[0].edits[0].text == f"{date.strip()}T00:00:00Z"


def test_an_error_beside_it_still_stops_the_conversion() -> None:
    text = CAMPAIGN.replace(AUTHOR, "").replace("<Name>", "<Nmae>").replace("</Name>", "</Nmae>")
    assert not convert(read(text.encode()))


def test_explain_says_what_a_rule_is_about() -> None:
    run = CliRunner().invoke(command, ["CT208"])
    assert "Only v1's server minded it" in run.output
    run = CliRunner().invoke(command, ["CT310"])
    assert "A document with this error is not converted." in run.output


def test_most_rules_concern_the_conversion() -> None:
    v1 = {rule.code for rule in catalogue() if rule.concern is Concern.V1}
    assert {"CT203", "CT205", "CT206", "CT207", "CT208", "CT209"} <= v1
    assert not any(code.startswith(("CT1", "CT4", "CT5", "CT7", "CT8")) for code in v1)
