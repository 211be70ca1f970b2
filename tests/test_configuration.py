import re
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.configuration import Configuration, ConfigurationError, parsed
from ctct_migrate.configured_values import codes
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.rules.registry import catalogue
from ctct_migrate.source import Source

ROOT = PurePath("/project")
SPAN = Source("a.xml", b"<a/>").span(0, 4)


def found(*wanted: str) -> list[Diagnostic]:
    rules = {rule.code: rule for rule in catalogue()}
    return [
        Diagnostic("a.xml", None, SPAN, rules[code].severity, code, rules[code].name, "message")
        for code in wanted
    ]


def read(text: str, name: str = "ctct-migrate.toml") -> Configuration | None:
    return parsed(text.encode(), name, ROOT)


def kept(configuration: Configuration, path: str, *wanted: str) -> list[str]:
    return [d.code for d in configuration.applied(found(*wanted), PurePath(path))]


FULL = """
select = ["CT3", "status-scheduled"]
ignore = ["greeting-name"]
time-zone = "America/New_York"
shape = "update"

[severity]
CT6 = "info"
CT610 = "error"

[per-file-ignores]
"old/**" = ["CT3"]
"""


def test_every_setting_is_read():
    configuration = read(FULL)
    assert configuration.select == codes("CT3") | {"CT610"}
    assert configuration.ignore == {"CT310"}
    assert configuration.time_zone == "America/New_York"
    assert configuration.shape is Shape.UPDATE
    assert configuration.severities["CT610"] is Severity.ERROR
    assert configuration.severities["CT601"] is Severity.INFO
    assert configuration.per_file_ignores == (("old/**", codes("CT3")),)
    assert configuration.root == ROOT


def test_it_is_applied_to_diagnostics():
    configuration = read(FULL)
    every = ("CT301", "CT310", "CT401", "CT610")
    assert kept(configuration, "/project/new/a.xml", *every) == ["CT301", "CT610"]
    assert kept(configuration, "/project/old/x/a.xml", *every) == ["CT610"]
    (scheduled,) = configuration.applied(found("CT610"), PurePath("/project/a.xml"))
    assert scheduled.severity is Severity.ERROR


def test_none_changes_nothing():
    given = found("CT301", "CT610", "CT801")
    assert Configuration().applied(given, PurePath("a.xml")) == given
    assert read("") == Configuration(root=ROOT)


@pytest.mark.parametrize(
    ("selector", "stands_for"),
    [
        ("CT310", {"CT310"}),
        ("ct310", {"CT310"}),
        ("greeting-name", {"CT310"}),
        ("CT41", {r.code for r in catalogue() if r.code.startswith("CT41")}),
        ("ALL", {r.code for r in catalogue()}),
        ("CT", {r.code for r in catalogue()}),
        ("C", set()),
        ("", set()),
        ("CT3100", set()),
        ("greeting", set()),
    ],
)
def test_selectors(selector, stands_for):
    assert codes(selector) == stands_for


@pytest.mark.parametrize(
    ("glob", "path", "matches"),
    [
        ("a.xml", "/project/a.xml", True),
        ("a.xml", "/project/deep/down/a.xml", True),
        ("*.xml", "/project/deep/a.xml", True),
        ("*.xml", "/elsewhere/a.xml", True),
        ("old/*.xml", "/project/old/a.xml", True),
        ("old/*.xml", "/project/old/deep/a.xml", False),
        ("old/*.xml", "/project/very/old/a.xml", False),
        ("old/**", "/project/old/deep/a.xml", True),
        ("old/", "/project/old/deep/a.xml", True),
        ("./old/", "/project/old/a.xml", True),
        ("**/old/*.xml", "/project/old/a.xml", True),
        ("**/old/*.xml", "/project/very/old/a.xml", True),
        ("201?/*.xml", "/project/2010/a.xml", True),
        ("201[0-2]/*.xml", "/project/2011/a.xml", True),
        ("201[!0-2]/*.xml", "/project/2011/a.xml", False),
        ("201[!0-2]/*.xml", "/project/2013/a.xml", True),
        ("a+(b).xml", "/project/a+(b).xml", True),
        ("a.xml", "/project/aXxml", False),
        ("[", "/project/[", True),
    ],
)
def test_globs(glob, path, matches):
    configuration = Configuration(per_file_ignores=((glob, frozenset({"CT310"})),), root=ROOT)
    assert kept(configuration, path, "CT310") == ([] if matches else ["CT310"])


@given(st.text("ab*?[]!-/.\\^{}", max_size=12), st.text("ab[]/.", max_size=8))
def test_no_glob_is_too_strange(glob, path):
    configuration = Configuration(per_file_ignores=((glob, frozenset({"CT310"})),), root=ROOT)
    assert kept(configuration, f"/project/{path}", "CT310") in ([], ["CT310"])


def test_of_severities_the_more_particular_counts():
    for order in ('CT610 = "error"\nCT6 = "info"', 'CT6 = "info"\nCT610 = "error"'):
        severities = read(f"[severity]\n{order}").severities
        assert (severities["CT610"], severities["CT611"]) == (Severity.ERROR, Severity.INFO)


def test_command_line_options_are_laid_over_it():
    configuration = read('select = ["CT3"]\nignore = ["CT301"]')
    assert configuration.with_options(["CT4"], ["CT401"]).select == codes("CT4")
    assert configuration.with_options(["CT4"], ["CT401"]).ignore == {"CT301", "CT401"}
    assert configuration.with_options() == configuration


def test_a_project_file_may_have_no_table_of_ours():
    assert read("[tool.other]\nselect = 1", "pyproject.toml") is None
    assert read('[project]\nname = "ctct-migrate"', "pyproject.toml") is None
    assert read("[[[ no TOML at all", "pyproject.toml") is None
    table = read('[tool.ctct-migrate]\nignore = ["CT310"]', "dir/pyproject.toml")
    assert table.ignore == {"CT310"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("selct = []", "ctct-migrate.toml: there is no setting `selct`; did you mean `select`?"),
        (
            "colour = 1",
            "ctct-migrate.toml: there is no setting `colour`; there are select, ignore, "
            "per-file-ignores, severity, time-zone, shape, target, client-id, redirect-uri, "
            "address-type, opt-in-by, greeting-word, format-type, permission-reminder, event-time-zone, event-contact, "
            "custom-fields",
        ),
        (
            'ignore = ["greting-name"]',
            "ctct-migrate.toml: ignore: there is no rule `greting-name`; "
            "did you mean `greeting-name`?",
        ),
        (
            'ignore = ["CT31O"]',
            "ctct-migrate.toml: ignore: there is no rule `CT31O`; did you mean `CT310`?",
        ),
        (
            'select = ["XX1"]',
            "ctct-migrate.toml: select: there is no rule `XX1`; `ctct-migrate rules` lists them",
        ),
        ('select = "CT3"', "ctct-migrate.toml: select: an array of strings is expected"),
        ("ignore = [1]", "ctct-migrate.toml: ignore: an array of strings is expected"),
        ("severity = 1", "ctct-migrate.toml: severity: a table is expected"),
        (
            '[severity]\nCT3 = "eror"',
            "ctct-migrate.toml: severity: CT3: there is no `eror`; did you mean `error`?",
        ),
        (
            '[severity]\nCT3 = "off"',
            "ctct-migrate.toml: severity: CT3: there is no `off`; expected error, warning, info",
        ),
        (
            '[per-file-ignores]\n"*.xml" = "CT3"',
            'ctct-migrate.toml: per-file-ignores: "*.xml": an array of strings is expected',
        ),
        (
            'shape = "creat"',
            "ctct-migrate.toml: shape: there is no `creat`; did you mean `create`?",
        ),
        (
            'time-zone = "Europe/Berln"',
            "ctct-migrate.toml: time-zone: there is no time zone `Europe/Berln`; "
            "did you mean `Europe/Berlin`?",
        ),
        (
            'target = "V2"',
            "ctct-migrate.toml: target: there is no target `V2`; did you mean `v2`?",
        ),
        (
            'target = "atom"',
            "ctct-migrate.toml: target: there is no target `atom`; expected v2, v3",
        ),
        (
            "target = 2",
            "ctct-migrate.toml: target: a string is expected, such as v2",
        ),
        (
            "time-zone = 2",
            "ctct-migrate.toml: time-zone: a string is expected, such as Europe/Berlin or +02:00",
        ),
        (
            'time-zone = "../../etc/passwd"',
            "ctct-migrate.toml: time-zone: `../../etc/passwd` is not a time zone: "
            "write America/New_York, UTC or an offset like -05:00",
        ),
    ],
)
def test_mistakes_are_told_with_what_was_meant(text, message):
    with pytest.raises(ConfigurationError) as error:
        read(text)
    assert re.sub(r": line \d+, column \d+", "", str(error.value), count=1) == message
    assert re.search(r": line \d+, column \d+", str(error.value))


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"select = [\n'CT3'\nignore = 1\n", "line 3, column 1"),
        (b"a = 1\na = 2\n", "line 2"),
        (b"select = ['CT3'", "line 1, column 16 (its end)"),
        (b"a = 1\n# caf\xe9\n", "line 2, column 6: this is not UTF-8"),
        (b"\x00", "line 1"),
    ],
)
def test_what_is_not_toml_is_one_line_that_says_where(data, where):
    with pytest.raises(ConfigurationError) as error:
        parsed(data, "ctct-migrate.toml", ROOT)
    message = str(error.value)
    assert message.startswith("ctct-migrate.toml: ")
    assert where in message
    assert "\n" not in message


def test_mistakes_in_a_project_file_name_its_table():
    with pytest.raises(
        ConfigurationError,
        match=r"pyproject.toml \[tool.ctct-migrate\]: line 2, column 1: there is no",
    ):
        read("[tool.ctct-migrate]\nx = 1", "pyproject.toml")
    with pytest.raises(ConfigurationError, match=r"a table is expected"):
        read("[tool]\nctct-migrate = 1", "pyproject.toml")


@pytest.mark.parametrize(
    "text",
    [
        '[tool.ctct-migrate]\nselect = ["CT3"]',
        '[tool."ctct-migrate"]\nselect = ["CT3"]',
        "[ tool . 'ctct-migrate' ]\nselect = [\"CT3\"]",
        '["tool".ctct-migrate]\nselect = ["CT3"]',
        '[tool]\nctct-migrate.select = ["CT3"]',
        'tool.ctct-migrate.select = ["CT3"]',
        'tool = {ctct-migrate = {select = ["CT3"]}}',
    ],
)
def test_the_table_of_a_project_is_found_however_it_is_spelt(text):
    assert read(text, "pyproject.toml").select == codes("CT3")


@pytest.mark.parametrize(
    ("zone", "hours"), [("Z", 0), ("+02:00", 2), ("-11:30", -11.5), ("UTC", 0), ("Asia/Tokyo", 9)]
)
def test_time_zones(zone, hours):
    configuration = read(f'time-zone = "{zone}"')
    assert configuration.time_zone == zone
    assert configuration.zone.utcoffset(datetime(2010, 1, 1)) == timedelta(hours=hours)
    assert Configuration().with_options(time_zone=zone).zone == configuration.zone


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_else(data):
    for name in ("ctct-migrate.toml", "pyproject.toml"):
        with suppress(ConfigurationError):
            parsed(data, name, ROOT)
