"""CT610 to CT615."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest
from example_documents import CAMPAIGN, SCHEDULE, document_of
from rule_cases import applied, codes, contexts, found, guilty

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.payload import Shape
from ctct_migrate.resources import RESOURCES
from ctct_migrate.resources.campaign import status
from ctct_migrate.resources.schedule import rules as schedules
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.envelope.named_places import naming_places

NOW = datetime(2013, 3, 27, 12, 0, tzinfo=UTC)
NUMBER = "1100546096289"


def check(context: Context, now: datetime = NOW) -> Iterable[Diagnostic]:
    if context.resource == "Campaign":
        return status.check(context)
    return schedules.check(context, now) if context.resource == "Schedule" else ()


def _said(text: str, shape: Shape | None = None, now: datetime = NOW) -> list[Diagnostic]:
    return found(lambda context: check(context, now), text.encode(), shape)


# -- a status of Scheduled ------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Scheduled", "SCHEDULED", "scheduled", " Scheduled "])
def test_a_status_of_scheduled_schedules_nothing(status: str) -> None:
    data = document_of(f"<Status>{status}</Status>\n<Date>2030-09-28T05:22:42Z</Date>")
    (diagnostic,) = found(check, data)
    assert (diagnostic.code, diagnostic.severity) == ("CT610", "warning")
    assert guilty(data, diagnostic) == status.strip()
    (label,) = diagnostic.labels
    assert data[label.span.start.offset : label.span.end.offset] == b"2030-09-28T05:22:42Z"
    assert label.text == "this date was meant"
    assert diagnostic.help == (
        f"a Schedule document does: POST it to `…/campaigns/{NUMBER}/schedules`",
    )


def test_no_date_was_meant() -> None:
    for date in ("<!-- no Date -->", "<Date/>"):
        (diagnostic,) = found(check, document_of(f"<Status>Scheduled</Status>\n{date}"))
        assert diagnostic.labels == ()


def test_a_campaign_without_a_number_is_told_the_form_of_the_address() -> None:
    text = CAMPAIGN.replace(f"/{NUMBER}", "").replace("<Status>Draft", "<Status>Scheduled")
    (diagnostic,) = _said(text)
    assert "`…/campaigns/{id}/schedules`" in diagnostic.help[0]


@pytest.mark.parametrize("status", ["Draft", "Sent", "Running", "", "Schedule d"])
def test_a_date_beside_another_status_is_no_mistake(status: str) -> None:
    said = found(
        check,
        document_of(f"<Status>{status}</Status>\n<Date>2030-09-28T05:22:42Z</Date>"),
    )
    assert [each.code for each in said] == (["CT610"] if status == "Schedule d" else [])


def test_a_record_may_say_that_it_was_scheduled() -> None:
    assert found(check, document_of("<Status>Scheduled</Status>"), Shape.RECORD) == []


# -- the campaign's number ------------------------------------------------------------------------


def _schedule(own: str | None, id_: str, link: str | None) -> str:
    """A schedule that names campaigns, or fillers, in its three places."""
    text = SCHEDULE
    start = text.index("  <link")
    text = text[:start] + text[text.index("\n", start) + 1 :]
    if link is not None:
        text = text.replace(
            "  <id>", f'  <link href="/ws/customers/joe/{link}" rel="edit"/>\n  <id>'
        )
    start = text.index("<id>") + 4
    text = text[:start] + id_ + text[text.index("</id>") :]
    start = text.index(' id="http')
    end = text.index(">", start)
    return text[:start] + ("" if own is None else f' id="{own}"') + text[end:]


URI = "http://api.constantcontact.com/ws/customers/joe"


def _of(number: int, schedule: int = 1) -> str:
    return f"campaigns/{number}/schedules/{schedule}"


NAMED = [
    (None, "data:,none", _of(5)),
    (None, f"{URI}/{_of(5)}", None),
    (f"{URI}/{_of(5)}", "data:,none", None),
    ("data:,none", "data:,", _of(5)),
    (f"{URI}/{_of(5)}", f"{URI}/{_of(5)}", _of(5)),
    (None, f"{URI}/campaigns/5", "campaigns/5/schedules"),
]


@pytest.mark.parametrize(("own", "id_", "link"), NAMED)
def test_one_place_is_enough(own: str | None, id_: str, link: str | None) -> None:
    text = _schedule(own, id_, link)
    assert _said(text) == []
    (context,) = contexts(text.encode())
    assert {place.id for place in naming_places(context, RESOURCES["Campaign"], own=False)} == {"5"}


@pytest.mark.parametrize(
    ("own", "pointed"),
    [(None, "Schedule"), ("data:,none", "data:,none")],
)  # fmt: skip
def test_no_place_names_a_campaign(own: str | None, pointed: str) -> None:
    text = _schedule(own, "data:,none", "campaigns")
    (diagnostic,) = _said(text)
    assert diagnostic.code == "CT611"
    assert guilty(text.encode(), diagnostic) == pointed
    assert codes(text.encode()) == ["CT611"]


def test_an_id_that_is_told_to_be_wrong_is_told_once() -> None:
    assert codes(_schedule("", "data:,none", None).encode()) == ["CT319"]
    assert codes(_schedule("1", "data:,none", None).encode()) == ["CT319"]


CONFLICTS = [
    # the odd one out
    ((5, 6, 5), "6"), ((6, 5, 5), "6"), ((5, 5, 6), "6"),
    # of two the last, in the order in which they are believed
    ((5, 6, None), "6"), ((5, None, 6), "6"), ((None, 5, 6), "6"),
    # three of three
    ((5, 6, 7), "7"),
]  # fmt: skip


@pytest.mark.parametrize(("numbers", "odd"), CONFLICTS)
def test_places_that_name_different_campaigns(numbers: tuple[int | None, ...], odd: str) -> None:
    own, id_, link = numbers
    text = _schedule(
        None if own is None else f"{URI}/{_of(own)}",
        "data:,none" if id_ is None else f"{URI}/{_of(id_)}",
        None if link is None else _of(link),
    )
    (diagnostic,) = _said(text)
    data = text.encode()
    assert (diagnostic.code, guilty(data, diagnostic)) == ("CT612", odd)
    others = {
        data[label.span.start.offset : label.span.end.offset].decode()
        for label in diagnostic.labels
    }
    assert others == {str(number) for number in numbers if number is not None} - {odd}
    (context,) = contexts(data)
    assert len({place.id for place in naming_places(context, RESOURCES["Campaign"], own=False)}) > 1


def test_a_number_behind_references_is_pointed_at() -> None:
    text = _schedule(f"{URI}/{_of(5)}", f"{URI.replace('/ws', '&#x2F;ws')}/{_of(6)}", None)
    (diagnostic,) = _said(text)
    assert guilty(text.encode(), diagnostic) == "6"


# -- the schedule's number ------------------------------------------------------------------------


def test_there_is_no_second_schedule() -> None:
    text = _schedule(f"{URI}/{_of(5, 2)}", f"{URI}/{_of(5, 2)}", _of(5, 2))
    (diagnostic,) = _said(text)
    data = text.encode()
    assert (diagnostic.code, guilty(data, diagnostic)) == ("CT614", "2")
    assert len(diagnostic.labels) == 2
    fixed = applied(data, diagnostic.fixes[0])
    assert fixed.decode() == text.replace("schedules/2", "schedules/1")
    assert codes(data) == ["CT614"]
    assert codes(fixed) == []


# -- the time -------------------------------------------------------------------------------------

PAST = [
    ("2013-03-27T11:59:30Z", "less than a minute"),
    ("2013-03-27T11:55:00Z", "5 minutes"),
    ("2013-03-27T08:04:15.089Z", "3 hours and 55 minutes"),
    ("2013-03-27T13:00:00+02:00", "1 hour"),
    ("2013-03-25T11:00:00Z", "2 days and 1 hour"),
    ("2013-01-01T00:00:00Z", "2 months and 24 days"),
    ("2001-01-01T00:00:00Z", "12 years and 2 months"),
]


@pytest.mark.parametrize(("time", "long"), PAST)
def test_how_long_past_a_time_is(time: str, long: str) -> None:
    data = document_of(f"<ScheduledTime>{time}</ScheduledTime>")
    (diagnostic,) = _said(data.decode())
    assert (diagnostic.code, diagnostic.severity) == ("CT613", "warning")
    assert diagnostic.message == f"`{time}` is {long} past"
    assert guilty(data, diagnostic) == time


@pytest.mark.parametrize(
    "time",
    ["2013-03-27T12:00:01Z", "2013-03-27T12:00:00-01:00", "2013-01-01", "2013-01-01 00:00:00Z", ""],
)
def test_a_time_to_come_or_one_that_is_told_to_be_wrong_is_not_past(time: str) -> None:
    assert _said(document_of(f"<ScheduledTime>{time}</ScheduledTime>").decode()) == []


def test_a_record_is_about_the_past() -> None:
    data = document_of("<ScheduledTime>2010-01-01T00:00:00Z</ScheduledTime>")
    assert found(check, data, Shape.RECORD) == []
    assert [each.code for each in found(check, data)] == ["CT613"]


@pytest.mark.parametrize("seconds", [0, 59, 60, 3599, 86_400, 31_556_952, 10**9])
def test_time_is_told_in_two_units_at_most(seconds: int) -> None:
    assert schedules.elapsed(timedelta(seconds=seconds)).count(" and ") <= 1
