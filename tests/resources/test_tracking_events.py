"""Events of tracking feeds: what is checked of their ids, and what becomes of what is odd."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate import convert, lint, read
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.resources import RESOURCES
from ctct_migrate.resources.tracking.plain import FEEDS, event_id, milliseconds
from ctct_migrate.rules.fast.fast_path import look

URI = "http://api.constantcontact.com/ws/customers/joe"
ID = "contacts/51/events/opens/1103500000001,51,1217955004534"
TIME = "2008-08-05T16:50:04.534Z"


def event(
    id: str = ID, time: str = TIME, payload: str = "OpenEvent", more: str = "", campaign: str = "1103500000001"
) -> bytes:  # fmt: skip
    return f"""\
<{payload} xmlns="http://ws.constantcontact.com/ns/1.0/" id="{URI}/{id}">
  <Contact id="{URI}/contacts/51"><EmailAddress>ada@example.org</EmailAddress></Contact>
  <Campaign id="{URI}/campaigns/{campaign}"><Name>Spring</Name></Campaign>
  <EventTime>{time}</EventTime>{more}
</{payload}>
""".encode()


CASES = [
    (event(), []),
    (event(time="2008-08-05T12:50:04.534-04:00"), []),
    (event(time="2008-08-05T16:50:04.535Z"), ["CT450"]),
    (event(time="2008-08-05T12:50:04.534Z"), ["CT450"]),
    (event(time="2008-08-05T16:50:04Z"), ["CT450"]),
    (event("campaigns/1103500000001/events/opens/1103500000001,51,1217955004534"), []),
    (event("campaigns/1103500000001/events/x/1103500000001,51,1217955004534"), []),
    (event("campaigns/7/events/opens/1103500000001,51,1217955004534"), ["CT452"]),
    (event("contacts/52/events/opens/1103500000001,51,1217955004534"), ["CT452"]),
    (event("contacts/51/events/opens/7,51,1217955004534"), ["CT451"]),
    (event("contacts/51/events/sends/1103500000001,51,1217955004534"), ["CT453"]),
    (event("contacts/51/events/opens/1103500000001,51,99999999999999999"), ["CT450"]),
    (event("contacts/51/events/opens/1103500000001,51"), ["CT319"]),
    (event(payload="OptOutEvent", id=ID.replace("opens", "optouts")), []),
]  # fmt: skip


@pytest.mark.parametrize(("data", "codes"), CASES)
def test_what_an_id_says_is_held_against_the_event(data: bytes, codes: list[str]) -> None:
    found = lint(read(data), Shape.RECORD)
    assert [each.code for each in found] == codes
    assert not any(each.stops_conversion for each in found)
    assert len(convert(read(data), Shape.RECORD)) == 1


@pytest.mark.parametrize(("data", "codes"), CASES)
def test_the_fast_path_takes_what_nothing_is_said_of(data: bytes, codes: list[str]) -> None:
    seen = look(read(data), ConversionOptions(Shape.RECORD), Shape.RECORD)
    assert codes == [] or seen is None
    if b"/events/x/" not in data and not codes:
        assert seen is not None


def test_every_feed_has_its_own_event() -> None:
    for feed, name in FEEDS.items():
        assert RESOURCES[name].collection == f"events/{feed}"
    events = {each.name for each in RESOURCES.values() if each.rules.endswith("tracking.rules")}
    assert events == set(FEEDS.values())


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),
    st.integers(-14 * 60, 14 * 60),
)
def test_milliseconds_are_those_of_the_moment(local: datetime, offset: int) -> None:
    moment = local.replace(tzinfo=UTC, microsecond=local.microsecond // 1000 * 1000)
    shifted = (moment + timedelta(minutes=offset)).replace(tzinfo=None)
    sign, (hours, minutes) = "-" if offset < 0 else "+", divmod(abs(offset), 60)
    text = f"{shifted.isoformat(timespec='milliseconds')}{sign}{hours:02}:{minutes:02}"
    assert milliseconds(text) == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(
        milliseconds=1
    )


@pytest.mark.parametrize(
    "uri",
    ["", "data:,", f"{URI}/contacts/51", f"{URI}/contacts/51/events/opens/1,2", f"{URI}/{ID},4"],
)
def test_what_is_no_event_is_none(uri: str) -> None:
    assert event_id(uri) is None


def test_both_names_of_a_link_and_of_a_reason_are_read() -> None:
    for payload, name, pointer in (
        ("ClickEvent", "LinkUrl", "link_uri"), ("ClickEvent", "Url", "link_uri"),
        ("OptoutEvent", "OptOutReason", "unsubscribe_reason"), ("OptOutEvent", "Reason", "unsubscribe_reason"),
    ):  # fmt: skip
        feed = "clicks" if payload == "ClickEvent" else "optouts"
        data = event(ID.replace("opens", feed), payload=payload, more=f"<{name}>words</{name}>")
        (made,) = convert(read(data), Shape.RECORD)
        assert made.body[pointer] == "words"
        assert made.resource == ("click_event" if feed == "clicks" else "optout_event")


def test_a_time_that_cannot_be_read_costs_the_property() -> None:
    (made,) = convert(read(event(time="05/08/2008 16:50")), Shape.RECORD)
    assert "open_date" not in made.body
    assert made.body["contact_id"] == "51"


def test_an_event_is_recorded_whatever_the_shape_of_its_campaign_element() -> None:
    data = event().replace(b"><Name>Spring</Name></Campaign>", b"/>")
    assert lint(read(data)) == []
    assert len(convert(read(data), Shape.RECORD)) == 1
