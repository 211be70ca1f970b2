"""Documents for the tests of conversion: a right campaign, and the same with other elements."""

from __future__ import annotations

import re
from typing import Any

from ctct_migrate import Document, Shape, read
from ctct_migrate.mapping.engine import MappingOutcome
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.rules.fast import fast_path

ENTRY = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <link href="/ws/customers/joe/campaigns/1100546096289" rel="edit"/>
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289</id>
  <title type="text">Spring</title>
  <updated>2010-09-28T05:22:42.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/joe/campaigns/1100546096289">
      <Name>Spring</Name>
      <Subject>Flowers</Subject>
      <FromName>Joe</FromName>
      <FromEmail><EmailAddress>joe@example.com</EmailAddress></FromEmail>
      <EmailContentFormat>HTML</EmailContentFormat>
      <EmailContent>&lt;html&gt;&lt;body&gt;Hello&lt;/body&gt;&lt;/html&gt;</EmailContent>
      <EmailTextContent>&lt;Text&gt;Hello&lt;/Text&gt;</EmailTextContent>
    </Campaign>
  </content>
</entry>
"""

SCHEDULE = """\
<entry xmlns="http://www.w3.org/2005/Atom">
  <link href="/ws/customers/joe/campaigns/{link}/schedules/1" rel="edit"/>
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns/{id}/schedules/1</id>
  <title type="text">When</title>
  <updated>2010-09-28T05:22:42.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Schedule xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/joe/campaigns/{own}/schedules/1">
      <ScheduledTime>{time}</ScheduledTime>
    </Schedule>
  </content>
</entry>
"""

#: An organization, without its state and country.
ORGANIZATION = (
    "<OrganizationName>Flowers</OrganizationName>"
    "<OrganizationAddress1>1 Main St</OrganizationAddress1>"
    "<OrganizationCity>Boston</OrganizationCity>"
)


def campaign(inside: str = "", *, without: str = "") -> str:
    """The campaign with more elements, which replace their namesakes; `without` those named."""
    text = ENTRY
    names = [*re.findall(r"<(\w+)[ >/]", inside), *without.split()]
    for name in names:
        text = re.sub(rf"      <{name}>.*</{name}>\n", "", text)
    return text.replace("    </Campaign>", f"      {inside}\n    </Campaign>")


def document(text: str) -> Document:
    return read(text.encode())


def outcomes(text: str, shape: str = "create", **options: Any) -> list[MappingOutcome]:
    """What the engine makes of each payload of a document."""
    seen = fast_path.outcomes(document(text), ConversionOptions(Shape(shape), **options))
    return [each.outcome for each in seen]


def outcome(text: str, shape: str = "create", **options: Any) -> MappingOutcome:
    (found,) = outcomes(text, shape, **options)
    return found


def body(text: str, shape: str = "create", **options: Any) -> dict[str, Any]:
    """The body of a document that converts."""
    found = outcome(text, shape, **options)
    assert found.body is not None, found.complaints
    return found.body
