from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ctct_migrate.mapping.dates import Oddity, read_date, right_date, time_zone
from ctct_migrate.v1 import vocabulary

#: Text; what is odd; what it can mean; what v2 gets (None: not certain).
CASES = [
    ("2013-05-10T11:07:43.626Z", "", ["2013-05-10T11:07:43.626Z"], "2013-05-10T11:07:43.626Z"),
    ("2010-11-13T20:03:35Z", "", ["2010-11-13T20:03:35Z"], "2010-11-13T20:03:35.000Z"),
    ("2010-11-13T20:03:35.5+05:30", "", ["2010-11-13T20:03:35.5+05:30"], "2010-11-13T20:03:35.500+05:30"),
    ("2010-11-13T20:03:35-08:00", "", ["2010-11-13T20:03:35-08:00"], "2010-11-13T20:03:35.000-08:00"),
    (" 2010-11-13T20:03:35Z\n", "", ["2010-11-13T20:03:35Z"], "2010-11-13T20:03:35.000Z"),
    ("2010-09-28T05:22:42 01:00", "lost-plus", ["2010-09-28T05:22:42+01:00"], "2010-09-28T05:22:42.000+01:00"),
    ("2010-09-28T05:22:42.105 0100", "lost-plus spelling", ["2010-09-28T05:22:42.105+01:00"], "2010-09-28T05:22:42.105+01:00"),
    ("2010-09-28T05:22:42", "no-zone", ["2010-09-28T05:22:42"], None),
    ("2013-03-27T08:04:15.089", "no-zone", ["2013-03-27T08:04:15.089"], None),
    ("2010-09-28T05:22:42.1234567-05:00", "long-fraction", ["2010-09-28T05:22:42.123-05:00"], "2010-09-28T05:22:42.123-05:00"),
    ("2010-09-28T05:22:42.1234567", "no-zone long-fraction", ["2010-09-28T05:22:42.123"], None),
    ("2010-09-28T05:22:42:105Z", "colon-fraction", ["2010-09-28T05:22:42.105Z"], "2010-09-28T05:22:42.105Z"),
    ("2010-09-28 05:22:42Z", "space", ["2010-09-28T05:22:42Z"], "2010-09-28T05:22:42.000Z"),
    ("2010-09-28t05:22:42z", "spelling", ["2010-09-28T05:22:42Z"], "2010-09-28T05:22:42.000Z"),
    ("2010-09-28T05:22:42 UTC", "spelling", ["2010-09-28T05:22:42Z"], "2010-09-28T05:22:42.000Z"),
    ("2010-09-28T05:22Z", "spelling", ["2010-09-28T05:22:00Z"], "2010-09-28T05:22:00.000Z"),
    ("2010-09-28T24:00:00Z", "spelling", ["2010-09-29T00:00:00Z"], "2010-09-29T00:00:00.000Z"),
    ("2010-12-31T23:59:60Z", "spelling", ["2011-01-01T00:00:00Z"], "2011-01-01T00:00:00.000Z"),
    ("12/12/2010", "slashes no-time no-zone", ["2010-12-12T00:00:00"], None),
    ("25/12/2010", "slashes no-time no-zone", ["2010-12-25T00:00:00"], None),
    ("05/06/2010", "slashes no-time no-zone", ["2010-05-06T00:00:00", "2010-06-05T00:00:00"], None),
    ("5/6/2010 10:30 PM", "slashes no-zone", ["2010-05-06T22:30:00", "2010-06-05T22:30:00"], None),
    ("12/13/2010 12:05 am", "slashes no-zone", ["2010-12-13T00:05:00"], None),
    ("13/13/2010", "impossible slashes no-time no-zone", [], None),
    ("2010-09-28", "no-time no-zone", ["2010-09-28T00:00:00"], None),
    ("2010-02-30T00:00:00Z", "impossible", [], None),
    ("2010-13-05T00:00:00Z", "impossible", ["2010-05-13T00:00:00Z"], None),
    ("2010-09-28T25:00:00Z", "impossible", [], None),
    ("2010-09-28T05:22:42+15:00", "impossible", [], None),
    ("0000-01-01T00:00:00Z", "impossible", [], None),
    ("", "unreadable", [], None),
    ("next Tuesday", "unreadable", [], None),
    ("٢٠١٠-09-28T05:22:42Z", "unreadable", [], None),
]  # fmt: skip


@pytest.mark.parametrize(("text", "oddities", "readings", "v2"), CASES)
def test_what_is_odd_and_what_it_means(
    text: str, oddities: str, readings: list[str], v2: str | None
) -> None:
    reading = read_date(text)
    assert " ".join(reading.oddities) == oddities
    assert [each.text for each in reading.readings] == readings
    assert (reading.certain and reading.certain.v2) == v2
    assert (reading.instant is None) == (v2 is None)


def test_a_zone_is_assumed_where_the_text_names_none() -> None:
    reading = read_date("2010-09-28T05:22:42", time_zone("America/New_York"))
    assert reading.oddities == (Oddity.NO_ZONE,)
    assert reading.certain is not None
    assert reading.certain.v2 == "2010-09-28T05:22:42.000-04:00"
    assert reading.instant == datetime(2010, 9, 28, 9, 22, 42, tzinfo=UTC)
    winter = read_date("2010-12-28T05:22:42", time_zone("America/New_York"))
    assert winter.certain is not None
    assert winter.certain.offset == "-05:00"


def test_a_zone_does_not_make_a_guess_certain() -> None:
    zone = time_zone("UTC")
    assert read_date("2010-09-28", zone).certain is None
    assert read_date("05/06/2010 10:30", zone).certain is None
    assert [each.text for each in read_date("2010-09-28", zone).readings] == [
        "2010-09-28T00:00:00Z"
    ]


def test_a_zone_leaves_what_the_text_says() -> None:
    reading = read_date("2010-09-28T05:22:42+01:00", time_zone("-05:00"))
    assert reading.certain is not None
    assert reading.certain.offset == "+01:00"


@pytest.mark.parametrize("name", ["UTC", "Z", "z", "+01:00", "-0500", "+14:00", "Europe/Paris"])
def test_names_of_zones(name: str) -> None:
    assert time_zone(name).utcoffset(datetime(2010, 1, 1)) is not None


@pytest.mark.parametrize("name", ["", "Mars/Phobos", "+99:00", "../etc/passwd", "EST5 EDT", "\0"])
def test_what_is_no_zone_is_refused_in_a_sentence(name: str) -> None:
    with pytest.raises(ValueError, match="is not a time zone: write"):
        time_zone(name)


MOMENTS = st.datetimes(
    min_value=datetime(1, 1, 2),
    max_value=datetime(9999, 12, 30),
    timezones=st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))),
)


@given(MOMENTS, st.sampled_from(["seconds", "milliseconds", "microseconds"]))
def test_every_rfc_3339_date_is_right_and_keeps_its_moment(moment: datetime, unit: str) -> None:
    text = moment.isoformat(timespec=unit)
    reading = read_date(text)
    kept = datetime.fromisoformat(text)
    assert set(reading.oddities) <= {Oddity.LONG_FRACTION}
    assert reading.instant == kept
    assert reading.certain is not None
    v2 = datetime.fromisoformat(reading.certain.v2)
    assert timedelta() <= kept - v2 < timedelta(milliseconds=1)
    again = read_date(reading.certain.v2)
    assert again.certain is not None
    assert again.certain.v2 == reading.certain.v2
    assert again.oddities == ()


@given(st.text() | st.from_regex(r"\d{1,4}[-/]\d{1,2}[-/]\d{1,4}[T ]?[\d:. +Z-]{0,20}"))
def test_no_text_raises_and_readings_are_right(text: str) -> None:
    for zone in (None, UTC):
        for reading in read_date(text, zone).readings:
            again = read_date(reading.text)
            assert again.given == reading.text
            assert set(again.oddities) <= {Oddity.NO_ZONE}


@given(st.text(alphabet="0123456789-T:.Z+", max_size=30))
def test_what_the_schema_takes_is_right_here(text: str) -> None:
    date = vocabulary().element("Schedule", "ScheduledTime")
    assert date is not None
    if date.accepts(text) and text.strip():
        assert read_date(text).certain is not None


@given(
    st.sampled_from([text for text, *_ in CASES])
    | st.datetimes().map(lambda moment: f"{moment.isoformat()}Z")
    | st.from_regex(
        r"\A20[01]\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)\Z"
    )
)
def test_a_right_date_is_read_no_other_way_in_short(text: str) -> None:
    right, reading = right_date(text), read_date(text)
    if right is not None:
        assert reading.readings == (right,)
        assert reading.certain == right
    else:
        assert reading.oddities not in ((), (Oddity.LONG_FRACTION,)) or text != text.strip()
