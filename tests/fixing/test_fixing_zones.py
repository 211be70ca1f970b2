"""`fix` with a time zone: dates that name none get it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from ctct_migrate import fix, lint, read
from ctct_migrate.fixing import fixed

SCHEDULE = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289/schedules/1</id>
  <title type="text"></title>
  <updated>2009-10-19T18:34:53.105Z</updated>
  <author><nmae>Joe</nmae></author>
  <content type="application/vnd.ctct+xml">
    <Schedule xmlns="http://ws.constantcontact.com/ns/1.0/"
      id="http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289/schedules/1">
      <ScheduledTime>2090-11-13T20:03:35</ScheduledTime>
    </Schedule>
  </content>
</entry>
"""
RIGHT = SCHEDULE.replace("nmae", "name")

ZONES = [
    ("2090-11-13T20:03:35", "America/New_York", "2090-11-13T20:03:35-05:00"),
    ("2030-07-13T20:03:35", "America/New_York", "2030-07-13T20:03:35-04:00"),
    ("2030-07-13T20:03:35.5", "Europe/Berlin", "2030-07-13T20:03:35.5+02:00"),
    ("2030-07-13T20:03:35", "Z", "2030-07-13T20:03:35Z"),
    ("2030-07-13T20:03:35", "-03:30", "2030-07-13T20:03:35-03:30"),
    ("<![CDATA[2030-07-13T20:03:35]]>", "Z", "<![CDATA[2030-07-13T20:03:35Z]]>"),
]


@pytest.mark.parametrize(("written", "zone", "right"), ZONES)
def test_the_zone_is_written(written: str, zone: str, right: str) -> None:
    text = RIGHT.replace("2090-11-13T20:03:35", written)
    data, (applied,) = fix(read(text.encode()), time_zone=zone)
    assert data.decode() == RIGHT.replace("2090-11-13T20:03:35", right)
    assert applied.title.startswith("Write `2")
    assert lint(read(data)) == []
    assert fix(read(data), time_zone=zone) == (data, ())


def test_beside_other_fixes_and_as_a_zone_of_python() -> None:
    data, applied = fix(
        read(SCHEDULE.encode()), unsafe=True, time_zone=ZoneInfo("America/New_York")
    )
    assert [each.title for each in applied] == [
        "Rename it to `name`",
        "Write `2090-11-13T20:03:35-05:00`",
    ]
    assert b">2090-11-13T20:03:35-05:00<" in data


@pytest.mark.parametrize("local", ["2030-11-03T01:30:00", "2030-03-10T02:30:00"])
def test_a_time_that_the_clocks_showed_twice_or_never_is_a_guess(local: str) -> None:
    text = RIGHT.replace("2090-11-13T20:03:35", local).encode()
    assert fix(read(text), time_zone="America/New_York") == (text, ())
    data, (applied,) = fix(read(text), time_zone="America/New_York", unsafe=True)
    assert data != text
    assert applied.safety == "unsafe"


def test_a_zone_that_is_only_assumed_is_not_written() -> None:
    result = fixed(read(RIGHT.encode()), time_zone="Europe/Berlin", writes_zone=False)
    assert (result.data, result.applied, result.left) == (RIGHT.encode(), (), ())


def test_a_date_that_is_not_written_is_not_left_over() -> None:
    text = RIGHT.replace("2090-11-13T20:03:35", "2030-11-03T01:30:00").encode()
    assert fixed(read(text), time_zone="America/New_York").left == ()


def test_without_one_a_date_gets_its_zone_on_demand() -> None:
    data, _ = fix(read(SCHEDULE.encode()), unsafe=True)
    assert b">2090-11-13T20:03:35Z<" in data


def test_a_zone_that_there_is_not() -> None:
    with pytest.raises(ValueError, match="Mars/Olympus"):
        fix(read(RIGHT.encode()), time_zone="Mars/Olympus")
