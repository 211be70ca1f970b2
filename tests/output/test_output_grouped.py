"""Forms for many documents: groups, counts, and what is left out of a list."""

import json

import pytest
from output_specimens import campaign, diagnosed, fix, rendered

from ctct_migrate.diagnostics import Severity
from ctct_migrate.output import AUTOMATIC, DocumentReport, Style, counts
from ctct_migrate.output.automatic import MANY, MUCH
from ctct_migrate.output.selection import errors_only, limited
from ctct_migrate.source import Source


def reports(number: int, *, each: int = 1, **fields) -> list[DocumentReport]:
    made = []
    for at in range(number):
        source = Source(f"{at}.xml", campaign().data)
        made.append(DocumentReport(source, (diagnosed(source, "cmp_grt_name", **fields),) * each))
    return made


def test_groups_have_counts_and_two_examples():
    source = campaign()
    warning = diagnosed(
        source, "Spring", code="CT610", name="status-scheduled", severity=Severity.WARNING, entry=3
    )
    fixable = diagnosed(source, "Spring", code="CT311", name="yes-no",
                        fixes=(fix(source, "Spring", "x"),))  # fmt: skip
    written = rendered("grouped", DocumentReport(source, (warning, fixable)), *reports(3, each=2))
    assert written == (
        "error[CT310] greeting-name: 6 in 3 documents\n"
        "  0.xml:3:17: `cmp_grt_name` is not a greeting name\n"
        "  0.xml:3:17: `cmp_grt_name` is not a greeting name\n"
        "  … and 4 more\n"
        "\n"
        "error[CT311] yes-no: 1 in 1 document, 1 can be fixed\n"
        "  campaign.xml:2:9: `Spring` is not a greeting name\n"
        "\n"
        "warning[CT610] status-scheduled: 1 in 1 document\n"
        "  campaign.xml:2:9: (entry 3) `Spring` is not a greeting name\n"
        "\n"
        "= more: ctct-migrate explain CT310 (or CT311, CT610)\n"
        "4 documents: 7 errors, 1 warning; 1 can be fixed with ctct-migrate fix\n"
    )


def test_nothing_for_nothing():
    assert (
        rendered("grouped", DocumentReport(campaign()))
        == rendered(AUTOMATIC, DocumentReport(campaign()))
        == ""
    )


@pytest.mark.parametrize("number", [1, MANY])
def test_some_documents_are_listed(number):
    found = [*reports(number), *[DocumentReport(Source("good.xml", b"<a/>"))] * 100]
    assert rendered(AUTOMATIC, *found) == rendered("text", *found)


@pytest.mark.parametrize(("number", "each"), [(MANY + 1, 1), (2, MUCH), (500, 2)])
def test_many_are_grouped(number, each):
    found = reports(number, each=each)
    assert rendered(AUTOMATIC, *found) == rendered("grouped", *found)


def test_the_summary_alone():
    found = reports(3, each=2)
    assert "".join(counts.render(found, Style())) == "3 documents: 6 errors\n"
    assert (
        "".join(counts.render([DocumentReport(campaign())], Style()))
        == "1 document: nothing to report\n"
    )
    assert json.loads("".join(counts.render_json(found, Style()))) == {
        "documents": 3, "errors": 6, "warnings": 0, "infos": 0, "fixable": 0, "fixable_unsafe": 0,
    }  # fmt: skip


def test_errors_only():
    source = campaign()
    every = tuple(diagnosed(source, "Spring", severity=severity) for severity in Severity)
    (report,) = errors_only([DocumentReport(source, every)])
    assert [each.severity for each in report.found] == [Severity.ERROR]


def test_a_limit_counts_errors_and_others_apart():
    source = campaign()
    warning = diagnosed(source, "Spring", severity=Severity.WARNING)
    error = diagnosed(source, "Spring")
    found = [
        DocumentReport(source, (warning,) * 5 + (error,) * 5),
        DocumentReport(source, (error,)),
    ]
    first, second = limited(found, 2)
    assert first.diagnostics == (warning, warning, error, error)
    assert second.diagnostics == ()
    assert len(first.unlisted) + len(second.unlisted) == 7
