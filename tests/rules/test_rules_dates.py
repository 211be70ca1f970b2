"""CT601 to CT604."""

from __future__ import annotations

from datetime import UTC

import pytest
from example_documents import SCHEDULE, document_of
from hypothesis import assume, given
from hypothesis import strategies as st
from rule_cases import Case, contexts, found, run

from ctct_migrate.api.conversion import convert
from ctct_migrate.api.reading import read
from ctct_migrate.payload import Shape
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.values import date_values
from ctct_migrate.v1 import vocabulary


def _time(text: str, code: str | None, right: str | None = None, safe: bool = True) -> Case:
    fixed = None if right is None else f"<ScheduledTime>{right}</ScheduledTime>"
    return Case(f"<ScheduledTime>{text}</ScheduledTime>", code, text.strip(), fixed, safe)


TIMES = [
    _time("2030-09-28T05:22:42 01:00", "CT601", "2030-09-28T05:22:42+01:00"),
    _time("2030-09-28T05:22:42.105 01:00", "CT601", "2030-09-28T05:22:42.105+01:00"),
    _time("\n  2030-09-28 05:22:42 01:00 ", "CT601", "\n  2030-09-28T05:22:42+01:00 "),
    _time("2030-03-27T08:04:15.089", "CT602", "2030-03-27T08:04:15.089Z", safe=False),
    _time("2030-10-19 18:34:53Z", "CT603", "2030-10-19T18:34:53Z"),
    _time("2030-10-19T18:34:53:105Z", "CT603", "2030-10-19T18:34:53.105Z"),
    _time("2030-10-19T18:34:53.1050000-04:00", "CT603", "2030-10-19T18:34:53.105-04:00"),
    _time("2030-10-19t18:34:53z", "CT603", "2030-10-19T18:34:53Z"),
    _time("2030-10-19T18:34:53+0100", "CT603", "2030-10-19T18:34:53+01:00"),
    _time("2030-10-19", "CT603", "2030-10-19T00:00:00Z", safe=False),
    _time("12/13/2030", "CT603", "2030-12-13T00:00:00Z", safe=False),
    _time("05/06/2030", "CT603"),
    _time("next Tuesday", "CT603"),
    _time("2030-02-30T09:00:00Z", "CT604"),
    _time("2030-10-19T25:00:00Z", "CT604"),
    _time("2030-10-19T18:34:53+25:00", "CT604"),
    _time("2030-10-19T18:34:53Z", None),
    _time("2030-10-19T18:34:53.105+14:00", None),
    _time("2030-10-19T18:34:53.105123-05:30", None),
    _time("", None),  # the business of required
]


@pytest.mark.parametrize("case", TIMES, ids=lambda case: case.id)
def test_the_time_of_a_schedule(case: Case) -> None:
    run(date_values.check, case)


def test_a_lost_plus_is_told_as_in_the_founding_thread() -> None:
    (diagnostic,) = found(date_values.check, document_of("<Date>2010-09-28T05:22:42 01:00</Date>"))
    assert diagnostic.message == "`2010-09-28T05:22:42 01:00` has lost the `+` of its time zone"
    assert diagnostic.label == "expected `+` before 01:00"
    assert diagnostic.help == (
        "a `+` that passes through a form or a URL becomes a space: send it as `%2B`",
    )
    assert diagnostic.severity == "warning"


READ_ONLY = ["Date", "LastEditDate", "LastRunDate", "NextRunDate"]


@pytest.mark.parametrize("name", READ_ONLY)
def test_dates_that_the_server_writes_are_warnings(name: str) -> None:
    data = document_of(f"<{name}>2010-09-28T05:22:42 01:00</{name}>")
    for shape in (None, *Shape):
        assert [each.severity for each in found(date_values.check, data, shape)] == ["warning"]
    assert found(date_values.check, document_of(f"<{name}></{name}>")) == []


@pytest.mark.parametrize(
    ("text", "left_out"),
    [("soon", True), ("2010-02-30T00:00:00Z", True), ("2010-02-03", True),
     ("2010-09-28T05:22:42", True), ("2010-09-28 05:22:42Z", False)],
)  # fmt: skip
def test_a_date_that_cannot_be_read_costs_a_record_that_property(text: str, left_out: bool) -> None:
    data = document_of(f"<LastRunDate>{text}</LastRunDate>")
    (diagnostic,) = found(date_values.check, data, Shape.RECORD)
    assert diagnostic.severity == "warning"
    assert ("the record is made without this date" in " ".join(diagnostic.help)) is left_out
    (payload,) = convert(read(data), "record")
    assert ("last_run_date" not in payload.body) is left_out
    reported = [(each.path, each.value) for each in payload.dropped]
    assert (("entry/content/Campaign/LastRunDate", text) in reported) is left_out


WHY = [
    ("2030-02-30T09:00:00Z", "February 2030 has 28 days"),
    ("2028-02-30T09:00:00Z", "February 2028 has 29 days"),
    ("2030-13-13T09:00:00Z", "there is no month 13"),
    ("2030-12-12T09:61:00Z", "there is no minute 61"),
    ("2030-12-12T24:01:00Z", "there is no hour 24"),
    ("2030-12-12T12:00:00+19:00", "no place on earth has that offset"),
    ("13/13/2030", "the calendar has no such day"),
    ("0000-12-12T12:00:00Z", "there is no year 0"),
]


@pytest.mark.parametrize(("text", "why"), WHY)
def test_why_a_date_is_impossible(text: str, why: str) -> None:
    mistake = date_values.date_mistake(text)
    assert mistake is not None
    assert (mistake.rule.code, mistake.label) == ("CT604", why)


def test_an_ambiguous_date_names_both_readings() -> None:
    mistake = date_values.date_mistake("05/06/2030")
    assert mistake is not None
    assert mistake.help[-1] == "2030-05-06 or 2030-06-05 may be meant"
    assert mistake.replacement is None


def test_a_zone_that_is_assumed_is_not_missing() -> None:
    assert date_values.date_mistake("2030-03-27T08:04:15", UTC) is None
    lost = date_values.date_mistake("2030-03-27 08:04:15", UTC)
    assert lost is not None
    assert (lost.rule.code, lost.replacement) == ("CT603", "2030-03-27T08:04:15Z")
    document = read(document_of("<ScheduledTime>2030-03-27T08:04:15</ScheduledTime>"))
    assert list(date_values.check(Context(document, document.entries[0], None, UTC))) == []


def test_a_date_with_markup_or_without_an_end_is_not_judged() -> None:
    assert found(date_values.check, document_of("<ScheduledTime>20<b>30</b></ScheduledTime>")) == []
    cut = SCHEDULE[: SCHEDULE.index("<ScheduledTime>") + 20]
    assert [list(date_values.check(context)) for context in contexts(cut.encode())] == [[]]


ODD = st.from_regex(
    r"[0-9]{3,4}-?[0-1]?[0-9]-[0-3]?[0-9][T t]?[0-2]?[0-9]:[0-5][0-9](:[0-6][0-9])?([.:,][0-9]{1,8})?"
    r"(Z|z| |[+ -][0-1][0-9]:?[0-5][0-9])?",
    fullmatch=True,
)


@given(
    st.one_of(ODD, st.datetimes(allow_imaginary=False).map(lambda moment: moment.isoformat() + "Z"))
)
def test_the_rules_and_the_schema_agree(text: str) -> None:
    fact = vocabulary().element("Schedule", "ScheduledTime")
    assert fact is not None
    assert fact.accepts(text) == (date_values.date_mistake(text) is None)


@given(st.one_of(ODD, st.text(max_size=30)))
def test_what_is_offered_is_right(text: str) -> None:
    mistake = date_values.date_mistake(text)
    assume(mistake is not None)
    assert mistake is not None
    assert mistake.label
    if mistake.replacement is not None:
        assert date_values.date_mistake(mistake.replacement) is None
