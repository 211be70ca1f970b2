"""Documents for the tests of commands: one that is right, and the same with mistakes."""

GOOD = """\
<?xml version="1.0" encoding="UTF-8"?>
<entry xmlns="http://www.w3.org/2005/Atom">
  <link href="/ws/customers/joesflowers/campaigns" rel="edit"/>
  <id>data:,none</id>
  <title type="text">Spring</title>
  <updated>2010-11-13T20:03:35.000Z</updated>
  <author><name>Constant Contact</name></author>
  <content type="application/vnd.ctct+xml">
    <Campaign xmlns="http://ws.constantcontact.com/ns/1.0/" id="data:,none">
      <Name>Spring</Name>
      <Status>Draft</Status>
      <Date>2010-11-13T20:03:35.000Z</Date>
      <Subject>Flowers</Subject>
      <FromName>Joe</FromName>
      <FromEmail>
        <Email id="http://api.constantcontact.com/ws/customers/joesflowers/settings/emailaddresses/1"/>
        <EmailAddress>joe@example.com</EmailAddress>
      </FromEmail>
      <ReplyToEmail>
        <Email id="http://api.constantcontact.com/ws/customers/joesflowers/settings/emailaddresses/1"/>
        <EmailAddress>joe@example.com</EmailAddress>
      </ReplyToEmail>
      <ViewAsWebpage>NO</ViewAsWebpage>
      <PermissionReminder>NO</PermissionReminder>
      <GreetingSalutation>Dear</GreetingSalutation>
      <GreetingName>FirstName</GreetingName>
      <GreetingString>Greetings!</GreetingString>
      <OrganizationName>Flowers</OrganizationName>
      <OrganizationAddress1>1 Main St</OrganizationAddress1>
      <OrganizationCity>Boston</OrganizationCity>
      <OrganizationState>MA</OrganizationState>
      <OrganizationPostalCode>02110</OrganizationPostalCode>
      <OrganizationCountry>us</OrganizationCountry>
      <IncludeForwardEmail>NO</IncludeForwardEmail>
      <IncludeSubscribeLink>NO</IncludeSubscribeLink>
      <EmailContentFormat>HTML</EmailContentFormat>
      <EmailContent>&lt;html&gt;&lt;body&gt;Hello&lt;/body&gt;&lt;/html&gt;</EmailContent>
      <EmailTextContent>&lt;Text&gt;Hello&lt;/Text&gt;</EmailTextContent>
    </Campaign>
  </content>
</entry>
"""

#: Two errors: CT310, which nothing fixes, at 26:21; and CT311, which is fixed safely, at 23:22.
BAD = GOOD.replace(">FirstName<", ">cmp_grt_name<").replace(
    "<ViewAsWebpage>NO", "<ViewAsWebpage>no"
)

#: BAD, after `fix`.
MENDED = BAD.replace("<ViewAsWebpage>no", "<ViewAsWebpage>NO")

#: What a campaigns feed says of a campaign (CT415): a warning, an error in what is to be created,
#: and nothing in a record.
SUMMARY = f"""\
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>http://api.constantcontact.com/ws/customers/joesflowers/campaigns</id>
  <title type="text">Campaigns for customer: joesflowers</title>
  <author><name>joesflowers</name></author>
  <updated>2011-11-23T00:11:12.861Z</updated>
{GOOD[GOOD.index("<entry") : GOOD.index("      <Subject>")]}\
    </Campaign>
  </content>
</entry>
</feed>
"""
