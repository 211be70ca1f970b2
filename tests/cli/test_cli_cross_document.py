"""What the documents of one run say together: duplicates, and owners that are missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_documents import GOOD

URI = "http://api.constantcontact.com/ws/customers/joe"


def entry(path: str, payload: str) -> str:
    return f"""\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>{URI}/{path}</id>
  <title>One</title>
  <updated>2010-09-28T05:22:42.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    {payload.replace(" ", f' xmlns="http://ws.constantcontact.com/ns/1.0/" id="{URI}/{path}"', 1)}
  </content>
</entry>
"""


def contact_list(number: int, name: str = "Gardeners") -> str:
    return entry(
        f"lists/{number}",
        f"<ContactList ><OptInDefault>false</OptInDefault><Name>{name}</Name></ContactList>",
    )


def schedule(campaign: int) -> str:
    return entry(
        f"campaigns/{campaign}/schedules/1",
        "<Schedule ><ScheduledTime>2090-05-10T11:07:43Z</ScheduledTime></Schedule>",
    )


def campaign(number: int) -> str:
    return GOOD.replace("data:,none", f"{URI}/campaigns/{number}")


def reported(err: str) -> list[str]:
    return [line for line in err.splitlines() if "[CT61" in line]


@pytest.fixture
def convert(run, folder):
    def converted(*documents: str) -> list[str]:
        names = []
        for number, text in enumerate(documents):
            names.append(f"d{number}.xml")
            Path(names[-1]).write_text(text, encoding="utf-8")
        status, _, err = run("convert", *names)
        assert status == 0, err
        return reported(err)

    return converted


def test_two_lists_of_one_number_are_called_lists(convert) -> None:
    assert convert(contact_list(11), contact_list(11, "Others")) == [
        "warning[CT616]: contact list `11` stands in another document of this run too"
    ]


def test_a_list_is_not_the_campaign_of_its_number(convert) -> None:
    assert convert(contact_list(11), schedule(11)) == [
        "info[CT615]: campaign `11` is not in this run"
    ]
    assert convert(contact_list(11), campaign(11)) == []
    assert convert(contact_list(11), campaign(11), schedule(11)) == []


def test_a_schedule_stands_behind_or_before_its_campaign(convert) -> None:
    assert convert(schedule(11), campaign(11)) == []
    assert convert(campaign(11), schedule(11)) == []
    assert convert(campaign(12), schedule(11)) == ["info[CT615]: campaign `11` is not in this run"]


def test_two_schedules_of_one_campaign_and_two_campaigns(convert) -> None:
    assert convert(campaign(11), schedule(11), schedule(11)) == [
        "warning[CT616]: the schedule of campaign `11` stands in another document of this run too"
    ]
    assert convert(campaign(11), campaign(11), campaign(12)) == [
        "warning[CT616]: campaign `11` stands in another document of this run too"
    ]


def test_a_filler_is_nobodys_number(convert) -> None:
    assert convert(contact_list(0), contact_list(0), campaign(0), campaign(0)) == []
