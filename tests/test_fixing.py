"""`fix` as a library: what the command line does not show."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from ctct_migrate import fix, read

SCHEDULE = b"""\
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


def test_a_time_zone_that_is_given_is_assumed_in_every_pass() -> None:
    data, applied = fix(read(SCHEDULE), unsafe=True, time_zone=ZoneInfo("America/New_York"))
    assert [each.title for each in applied] == ["Rename it to `name`"]
    assert b">2090-11-13T20:03:35<" in data


def test_without_one_a_date_gets_its_zone_on_demand() -> None:
    data, _ = fix(read(SCHEDULE), unsafe=True)
    assert b">2090-11-13T20:03:35Z<" in data
