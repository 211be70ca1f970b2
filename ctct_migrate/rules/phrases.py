"""Words that the families share: lists, quotations, and the document that examples are cut from.

No rule stands here.
"""

from __future__ import annotations

from collections.abc import Iterable

from ctct_migrate.unseen import called, unseen_in

#: A whole and right document, for the examples of rules that are about documents.
GOOD_ENTRY = """\
<?xml version="1.0" encoding="UTF-8"?>
<entry xmlns="http://www.w3.org/2005/Atom">
  <link href="/ws/customers/joe/campaigns/1100546096289/schedules/1" rel="edit"/>
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289/schedules/1</id>
  <title type="text">2030-11-13T15:03:35Z</title>
  <updated>2030-11-13T20:03:35.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Schedule xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289/schedules/1">
      <ScheduledTime>2030-11-13T20:03:35.000Z</ScheduledTime>
    </Schedule>
  </content>
</entry>
"""

#: Characters of a user's text that a message quotes at most.
_QUOTE = 60


def clip(text: str, length: int = _QUOTE) -> str:
    """`text` in one line, its white space squeezed, cut to `length` characters with `…`."""
    text = " ".join(text.split())
    return text if len(text) <= length else text[: length - 1] + "…"


def quoted(text: str | None) -> str:
    """A user's text in backquotes, clipped."""
    return f"`{clip(text or '')}`"


def choice(words: Iterable[str]) -> str:
    """`A, B or C`."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return ", ".join(listed[:-1]) + " or " + listed[-1]


def listing(words: Iterable[str]) -> str:
    """`A, B and C`."""
    listed = list(words)
    if len(listed) < 2:
        return "".join(listed)
    return ", ".join(listed[:-1]) + " and " + listed[-1]


def unseen(text: str) -> tuple[str, ...]:
    """What is said of characters in a value that a reader does not see: a line, or none."""
    found = unseen_in(text)
    if not found:
        return ()
    stand = "stand" if len(found) > 1 else "stands"
    return (f"{listing(map(called, found))} {stand} in the value, and cannot be seen",)


def several(noun: str) -> str:
    """The plural of a noun.

    >>> several("list"), several("account address"), several("activity"), several("day")
    ('lists', 'account addresses', 'activities', 'days')
    """
    if noun.endswith(("s", "x", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}s"


def plural(count: int, noun: str) -> str:
    """`1 element`, `2 elements`."""
    return f"{count:,} {noun if count == 1 else several(noun)}"


def whole_campaign(attribute: str) -> str:
    """An example: a campaign of which an update would empty nothing."""
    return f"""\
<Campaign xmlns="http://ws.constantcontact.com/ns/1.0/"{attribute}>
  <Name>Spring news</Name>
  <Subject>Spring is here</Subject>
  <FromName>Maple Street Books</FromName>
  <FromEmail><EmailAddress>news@example.com</EmailAddress></FromEmail>
  <ReplyToEmail><EmailAddress>news@example.com</EmailAddress></ReplyToEmail>
  <ViewAsWebpage>NO</ViewAsWebpage>
  <ViewAsWebpageText/>
  <ViewAsWebpageLinkText/>
  <PermissionReminder>NO</PermissionReminder>
  <PermissionReminderText/>
  <GreetingSalutation>Dear</GreetingSalutation>
  <GreetingName>FirstName</GreetingName>
  <GreetingString>Dear reader,</GreetingString>
  <OrganizationName>Maple Street Books</OrganizationName>
  <OrganizationAddress1>48 Maple Street</OrganizationAddress1>
  <OrganizationAddress2/>
  <OrganizationAddress3/>
  <OrganizationCity>Northampton</OrganizationCity>
  <OrganizationState>MA</OrganizationState>
  <OrganizationCountry>us</OrganizationCountry>
  <OrganizationPostalCode>01060</OrganizationPostalCode>
  <IncludeForwardEmail>NO</IncludeForwardEmail>
  <ForwardEmailLinkText/>
  <IncludeSubscribeLink>NO</IncludeSubscribeLink>
  <SubscribeLinkText/>
  <EmailContentFormat>HTML</EmailContentFormat>
  <EmailContent>&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;</EmailContent>
  <EmailTextContent>&lt;Text&gt;Hi&lt;/Text&gt;</EmailTextContent>
  <StyleSheet/>
  <ContactLists>
    <ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1"/>
  </ContactLists>
</Campaign>
"""


def article(name: str) -> str:
    """`a` or `an`, as the English word `name` takes it.

    >>> article("Event"), article("Contact")
    ('an', 'a')
    """
    return "an" if name[:1].lower() in "aeiou" else "a"


def with_article(noun: str) -> str:
    """`a contact list`, `an event`."""
    return f"{article(noun)} {noun}"
