"""What only v1's server minded is an error of lint and does not stop a conversion."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from example_documents import CAMPAIGN, SCHEDULE, document_of

from ctct_migrate import Rule, Severity, Shape, convert, lint, read
from ctct_migrate.cli.configurations import Configurations, Wanted
from ctct_migrate.cli.explain import command
from ctct_migrate.cli.submissions import Submissions
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
    "an updated that is not a date": ("CT206", UPDATED, "<updated>today</updated>"),
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
    said = {
        "CT208": "About v1 alone: `lint` reports an error",
        "CT610": "About v1 alone: the body is right all the same.",
        "CT310": "a document with this error is not converted.",
        "CT805": "About the conversion: the body is made",
        "CT912": "About an answer of the target's server",
    }
    for code, words in said.items():
        assert words in " ".join(CliRunner().invoke(command, [code]).output.split())


#: The rules that are about the v1 document alone; all others are about what it converts to.
ABOUT_V1 = {
    "CT090": "a comment is not part of the document",
    "CT091": "likewise",
    "CT203": "a target has its own ids; the URI of what is updated is in the payload or the link",
    "CT204": "likewise, unless the number in it is all that says what is updated or recorded",
    "CT205": "its value was ignored",
    "CT206": "likewise",
    "CT207": "its value was ignored",
    "CT208": "no target has an author",
    "CT209": "likewise",
    "CT211": "the payload is there, whatever the type says",
    "CT214": "there is one payload, and it is plain which",
    "CT215": "a link without a target says nothing; what needs one is reported for itself",
    "CT312": "the server sets it; it is left out of the record, which is said",
    "CT317": "likewise",
    "CT318": "likewise",
    "CT324": "it says what the attribute says",
    "CT325": "an attribute for programs that read XML; no target has it",
    "CT339": "no target has it in the body; the request says what v2 assumes anyway",
    "CT345": "no target has such a preference",
    "CT430": "the id is read without its line break",
    "CT431": "the address is read without the blanks",
    "CT434": "no target has a sum of the image",
    "CT610": "a status schedules nothing in a target either",
}


def test_the_table_of_what_rules_are_about() -> None:
    assert {rule.code for rule in catalogue() if rule.concern is Concern.V1} == ABOUT_V1.keys()


ERRORS = [rule for rule in catalogue() if rule.code in ABOUT_V1 and rule.severity is Severity.ERROR]


@pytest.mark.parametrize("rule", ERRORS, ids=lambda rule: rule.code)
def test_the_wrong_example_of_a_rule_about_v1_converts_as_the_right_one(rule: Rule) -> None:
    wrong, right = (convert(read(document_of(each))) for each in (rule.bad, rule.good))
    assert rule.code in {each.code for each in wrong.diagnostics}
    assert wrong.ok
    assert [each.body for each in wrong] == [each.body for each in right] != []
    assert "no row of the table knows it" not in {a.reason for p in wrong for a in p.accounting}


URI = "http://api.constantcontact.com/ws/customers/joe/campaigns"
ENTRY_ID = CAMPAIGN[CAMPAIGN.index("<id>") : CAMPAIGN.index("</id>") + 5]

#: What of a rule about the conversion is about v1 alone: the code, and a document.
ABOUT_V1_HERE = {
    "two titles": ("CT303", CAMPAIGN.replace(TITLE, TITLE + TITLE.replace(">", ">x", 1))),
    "two authors": ("CT303", CAMPAIGN.replace(AUTHOR, AUTHOR * 2)),
    "a title of a type that Atom does not have": (
        "CT399", CAMPAIGN.replace(TITLE, '<title type="markdown">Spring</title>'),
    ),
    "a relative URI": ("CT319", CAMPAIGN.replace(f'id="{URI}/', 'id="/ws/customers/joe/campaigns/')),
}  # fmt: skip


@pytest.mark.parametrize("case", ABOUT_V1_HERE.values(), ids=ABOUT_V1_HERE)
def test_what_no_conversion_reads_does_not_stop_one(case: tuple[str, str]) -> None:
    code, text = case
    (found,) = (each for each in lint(read(text.encode())) if each.code == code)
    assert found.concern is Concern.V1
    assert convert(read(text.encode()))[0].body == convert(read(CAMPAIGN.encode()))[0].body


def test_a_bare_number_for_an_id_stops_what_needs_it_alone() -> None:
    payload_id = f' id="{URI}/1100546096289"'
    link = '<link href="/ws/customers/joe/campaigns/1100546096289" rel="edit"/>'
    text = CAMPAIGN.replace(ENTRY_ID, "<id>1100546096289</id>")
    assert payload_id in text
    assert link in text
    for shape in ("create", "record", "update"):
        assert len(convert(read(text.encode()), shape)) == 1, shape
    alone = text.replace(payload_id, "").replace(link, "").encode()
    assert [len(convert(read(alone), shape)) for shape in ("create", "record", "update")] == [
        1,
        0,
        0,
    ]


def test_a_severity_in_the_configuration_does_not_keep_v1s_mistakes_from_being_sent(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.xml").write_text(CAMPAIGN.replace(AUTHOR, ""), "utf-8")
    settings = tmp_path / "ctct-migrate.toml"
    settings.write_text('[severity]\nCT208 = "error"\n', "utf-8")
    shown: list[tuple[str, Severity]] = []
    submissions = Submissions(
        [str(tmp_path / "a.xml")], Shape.CREATE, Configurations(Wanted(config=settings)),
        lambda _, found: shown.extend((each.code, each.severity) for each in found), lambda _: None,
    )  # fmt: skip
    assert len(list(submissions)) == 1
    assert submissions.refused == 0
    assert shown == [("CT208", Severity.ERROR)]


def test_the_number_of_a_new_schedule_is_no_matter_of_the_conversion() -> None:
    text = SCHEDULE.replace("/schedules/1", "/schedules/2")
    assert text != SCHEDULE
    shapes = ("create", "update", "record")
    assert [len(convert(read(text.encode()), shape)) for shape in shapes] == [1, 0, 0]
    assert {each.code for each in lint(read(text.encode()))} == {"CT614"}
