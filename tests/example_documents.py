"""Whole documents made of the fragments that the catalogue's examples are.

A fragment's top-level elements replace their namesakes in a document that is otherwise right; a
comment `<!-- no Name -->` takes one away; what begins like a document is one already.
"""

from __future__ import annotations

import re

from ctct_migrate.resources import NAMES, RESOURCES, Dialect
from ctct_migrate.rules.phrases import GOOD_ENTRY

CAMPAIGN = """\
<?xml version="1.0" encoding="UTF-8"?>
<entry xmlns="http://www.w3.org/2005/Atom">
  <link href="/ws/customers/joe/campaigns/1100546096289" rel="edit"/>
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289</id>
  <title type="text">Spring sale</title>
  <updated>2010-09-28T05:22:42.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289">
      <Name>Spring sale</Name>
      <Status>Draft</Status>
      <Date>2010-09-28T05:22:42.000Z</Date>
      <Subject>Spring sale</Subject>
      <FromName>Joe</FromName>
      <FromEmail><EmailAddress>joe@example.com</EmailAddress></FromEmail>
      <ReplyToEmail><EmailAddress>joe@example.com</EmailAddress></ReplyToEmail>
      <ViewAsWebpage>NO</ViewAsWebpage>
      <ViewAsWebpageLinkText></ViewAsWebpageLinkText>
      <ViewAsWebpageText></ViewAsWebpageText>
      <PermissionReminder>YES</PermissionReminder>
      <PermissionReminderText>You asked for this.</PermissionReminderText>
      <GreetingSalutation>Dear</GreetingSalutation>
      <GreetingName>FirstName</GreetingName>
      <GreetingString>Greetings!</GreetingString>
      <OrganizationName>Joe's Flowers</OrganizationName>
      <OrganizationAddress1>1 Main Street</OrganizationAddress1>
      <OrganizationAddress2></OrganizationAddress2>
      <OrganizationAddress3></OrganizationAddress3>
      <OrganizationCity>Ashland</OrganizationCity>
      <OrganizationState>MA</OrganizationState>
      <OrganizationInternationalState></OrganizationInternationalState>
      <OrganizationCountry>us</OrganizationCountry>
      <OrganizationPostalCode>01721</OrganizationPostalCode>
      <IncludeForwardEmail>NO</IncludeForwardEmail>
      <ForwardEmailLinkText></ForwardEmailLinkText>
      <IncludeSubscribeLink>NO</IncludeSubscribeLink>
      <SubscribeLinkText></SubscribeLinkText>
      <EmailContentFormat>HTML</EmailContentFormat>
      <EmailContent>&lt;html&gt;&lt;body&gt;&lt;p&gt;Hello&lt;/p&gt;&lt;/body&gt;&lt;/html&gt;</EmailContent>
      <EmailTextContent><Text>Hello</Text></EmailTextContent>
      <StyleSheet></StyleSheet>
      <ContactLists><ContactList id="http://api.constantcontact.com/ws/customers/joe/lists/1"/></ContactLists>
    </Campaign>
  </content>
</entry>
"""

SCHEDULE = GOOD_ENTRY

_WHOLE = (
    *("<?xml", "<entry", "<feed", "<rss", "<service", "<html", "{"),
    *(f"<{name} " for name in NAMES),
)
_ENVELOPE = ("id", "title", "updated", "author", "content", "link", "name", "Topic")
_SCHEDULE = ("ScheduledTime",)


LIST = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <id>data:,</id>
  <title type="text">Readers</title>
  <updated>2010-04-22T00:09:06.017Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <ContactList xmlns="http://ws.constantcontact.com/ns/1.0/">
      <OptInDefault>false</OptInDefault>
      <Name>Readers</Name>
      <DisplayOnSignup>Yes</DisplayOnSignup>
      <SortOrder>99</SortOrder>
    </ContactList>
  </content>
</entry>
"""

#: Children that a contact list alone has.
_LIST = frozenset({"DisplayOnSignup", "OptInDefault", "SortOrder"})


def _is_plain(fragment: str) -> bool:
    """Whether a fragment is a document of v1's second dialect."""
    found = re.match(r"<([A-Za-z]+)[\s>]", fragment)
    resource = RESOURCES.get(found[1]) if found else None
    named = resource is not None and resource.dialect is Dialect.PLAIN
    return named or fragment.startswith(("<atom:entry", "<AttendanceStatus"))


def document_of(fragment: str, *, whole: bool = False) -> bytes:
    """The bytes of a document that shows a fragment."""
    stripped = fragment.lstrip()
    if whole or not stripped or stripped.startswith(_WHOLE) or _is_plain(stripped):
        return fragment.encode("utf-8", "surrogateescape")
    names = re.findall(r"(?m)^<([A-Za-z]\w*)", fragment)
    gone = re.findall(r"<!-- no (\w+) -->", fragment)
    about = [*names, *gone]
    base = SCHEDULE if any(name in _SCHEDULE for name in about) else CAMPAIGN
    base = base if _LIST.isdisjoint(about) else LIST
    for name in about:
        line = rf"(?ms)^ *<{name}(?=[\s/>])[^\n]*?(?:/>|</{name}>)\n"
        if re.search(line, base) is None and name not in _ENVELOPE:
            line = f"(?i){line}"  # a name in the wrong letter case
        base = re.sub(line, "@@\n", base, count=1)
        if name == "content":
            base = re.sub(r"(?s) *<content .*</content>\n", "@@\n", base)
    text = re.sub(r"<!-- no \w+ -->\n?", "", fragment)
    if "@@\n" in base:
        base = base.replace("@@", text, 1).replace("@@\n", "")
        return base.encode()
    parent = "</entry>" if names and names[0] in _ENVELOPE else "</Campaign>"
    at = base.index(parent)
    return (base[:at] + text + "\n" + base[at:]).encode()
