"""The program as a process of its own, and documents for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from program import completed
from sender_payloads import ADDRESS, FUTURE

from ctct_migrate.sandbox import Sandbox

ACCOUNT = "http://api.constantcontact.com/ws/customers/maplebooks"

_CAMPAIGN = """<?xml version="1.0" encoding="UTF-8"?>
<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/campaigns/{number}">
  <Name>{name}</Name>
  <Subject>{subject}</Subject>
  <FromName>Maple Street Books</FromName>
  <ViewAsWebpage>NO</ViewAsWebpage>
  <PermissionReminder>NO</PermissionReminder>
  <GreetingName>{greeting}</GreetingName>
  <OrganizationName>Maple Street Books</OrganizationName>
  <OrganizationAddress1>48 Maple Street</OrganizationAddress1>
  <OrganizationCity>Northampton</OrganizationCity>
  <OrganizationState>MA</OrganizationState>
  <OrganizationCountry>us</OrganizationCountry>
  <IncludeForwardEmail>NO</IncludeForwardEmail>
  <IncludeSubscribeLink>NO</IncludeSubscribeLink>
  <EmailContentFormat>HTML</EmailContentFormat>
  <EmailContent>&lt;html&gt;&lt;body&gt;Hello&lt;/body&gt;&lt;/html&gt;</EmailContent>
  <EmailTextContent>&lt;Text&gt;Hello&lt;/Text&gt;</EmailTextContent>
  <ContactLists><ContactList id="{account}/lists/{list}"/></ContactLists>
  <FromEmail><EmailAddress>{address}</EmailAddress></FromEmail>
  <ReplyToEmail><EmailAddress>{address}</EmailAddress></ReplyToEmail>
</Campaign>
"""

_SCHEDULE = """<?xml version="1.0" encoding="UTF-8"?>
<Schedule xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/campaigns/{number}/schedules/1">
  <ScheduledTime>{time}</ScheduledTime>
</Schedule>
"""


def write_campaign(path: Path, name: str, number: int, **more: str) -> Path:
    """A campaign's document; `greeting`, `subject`, `list` and `address` can be given."""
    fields = {"greeting": "FirstName", "subject": "News", "list": "1", "address": ADDRESS}
    text = _CAMPAIGN.format(account=ACCOUNT, name=name, number=number, **(fields | more))
    path.write_text(text, encoding="utf-8")
    return path


def write_feed(path: Path, *entries: str) -> Path:
    """A feed of campaigns, of `feed_entry` each."""
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{ACCOUNT}/campaigns</id><title>Campaigns</title>"
        "<updated>2009-10-19T18:34:53.105Z</updated><author><name>x</name></author>\n"
    )
    path.write_text(head + "".join(entries) + "</feed>\n", encoding="utf-8")
    return path


def feed_entry(name: str, subject: str = "News", number: int | None = None) -> str:
    """An entry with a campaign, as a client wrote it before it was created, or with a number."""
    fields = {"greeting": "FirstName", "subject": subject, "list": "1", "address": ADDRESS}
    text = _CAMPAIGN.format(account=ACCOUNT, name=name, number=number or 0, **fields)
    campaign = text.partition("\n")[2]
    uri = f"{ACCOUNT}/campaigns/{number}"
    if number is None:
        uri = "data:,"
        campaign = campaign.replace(f' id="{ACCOUNT}/campaigns/0"', "")
    return (
        f"<entry><title>{name}</title><updated>2009-10-19T18:34:53.105Z</updated>"
        f"<author><name>x</name></author><id>{uri}</id>"
        f'<content type="application/vnd.ctct+xml">\n{campaign}</content></entry>\n'
    )


def write_schedule(path: Path, number: int, time: str = FUTURE) -> Path:
    """A schedule's document."""
    path.write_text(_SCHEDULE.format(account=ACCOUNT, number=number, time=time), encoding="utf-8")
    return path


def environment(box: Sandbox) -> dict[str, str]:
    """An environment with the sandbox's credentials."""
    return os.environ | {"CTCT_API_KEY": box.api_key, "CTCT_ACCESS_TOKEN": box.access_token}


def command(*arguments: str | Path) -> list[str]:
    """A command line of the program."""
    return [sys.executable, "-m", "ctct_migrate", *map(str, arguments)]


def run(
    *arguments: str | Path,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    stdin: bytes = b"",
) -> subprocess.CompletedProcess[str]:
    """The program, run to its end."""
    return completed(*arguments, env=env, cwd=cwd, stdin=stdin)


def table(output: str) -> list[Sequence[str]]:
    """The rows of a printed table, without its heads."""
    rows = [line.split() for line in output.splitlines() if line.strip() and "─" not in line]
    return [row for row in rows if row[0] != "document"]


_CONTACT = """<?xml version="1.0" encoding="UTF-8"?>
<Contact xmlns="http://ws.constantcontact.com/ns/1.0/">
  <EmailAddress>{address}</EmailAddress>
  <FirstName>{first}</FirstName>
  <OptInSource>ACTION_BY_CUSTOMER</OptInSource>
  <ContactLists><ContactList id="{account}/lists/{list}"/></ContactLists>
</Contact>
"""

_LIST = """<?xml version="1.0" encoding="UTF-8"?>
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/" id="{account}/lists/{number}">
  <OptInDefault>false</OptInDefault>
  <Name>{name}</Name>
  <SortOrder>99</SortOrder>
</ContactList>
"""


def write_contact(path: Path, address: str, first: str = "Ann", list: str = "1") -> Path:
    """A contact's document, as a client wrote it before it was created."""
    text = _CONTACT.format(account=ACCOUNT, address=address, first=first, list=list)
    path.write_text(text, encoding="utf-8")
    return path


def write_list(path: Path, name: str, number: int) -> Path:
    """A contact list's document."""
    path.write_text(_LIST.format(account=ACCOUNT, name=name, number=number), encoding="utf-8")
    return path
