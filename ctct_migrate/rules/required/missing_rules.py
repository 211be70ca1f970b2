"""CT400 and CT415: the rules of the family `missing` that speak of any resource.

A resource may have better words for an element of its own (`Resource.missing`).
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity

MISSING_ELEMENT = Rule(
    "CT400", "missing-element", Severity.ERROR,
    summary="An element or attribute that has to be there is missing or empty",
    why="v1 required it, and refused a document without it. What it should say cannot be made up.",
    bad="""\
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/">
  <OptInDefault>true</OptInDefault>
</ContactList>
""",
    good="""\
<ContactList xmlns="http://ws.constantcontact.com/ns/1.0/">
  <OptInDefault>true</OptInDefault>
  <Name>Readers</Name>
</ContactList>
""",
    how="Add it; the label says what it is.",
    fact="schemas/v1: minOccurs, use and f:required",
)  # fmt: skip
FEED_SUMMARY = Rule(
    "CT415", "feed-summary", Severity.WARNING,
    summary="An entry of a feed that only lists its resource",
    why="Some of v1's feeds held only a part of each resource: those of campaigns no more than Name, Status and Date. The whole stands at the entry's own URI. From the listing a record can be made, but nothing can be created or updated.",
    bad="""\
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joe/campaigns</id>
  <title type="text">Campaigns for customer: joe</title>
  <author><name>joe</name></author>
  <updated>2011-11-23T00:11:12.861Z</updated>
  <entry>
    <link href="/ws/customers/joe/campaigns/1108737216651" rel="edit"/>
    <id>http://api.constantcontact.com/ws/customers/joe/campaigns/1108737216651</id>
    <title type="text">Spring news</title>
    <updated>2011-11-22T15:26:32.156Z</updated>
    <author><name>Constant Contact</name></author>
    <content type="application/vnd.ctct+xml">
      <Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" id="http://api.constantcontact.com/ws/customers/joe/campaigns/1108737216651">
        <Name>Spring news</Name>
        <Status>Sent</Status>
        <Date>2011-11-22T15:26:32.156Z</Date>
      </Campaign>
    </content>
  </entry>
</feed>
""",
    good="<Subject>Spring is here</Subject>",
    how="Fetch or find each resource's own entry, at the URI in its `id`. `--shape record` takes the listing as it is.",
    fact="reference, v1-atom, Transport: feeds",
)  # fmt: skip

RULES = (MISSING_ELEMENT, FEED_SUMMARY)
