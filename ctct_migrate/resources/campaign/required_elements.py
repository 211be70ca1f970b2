"""CT401 to CT413 and CT416: the catalogue of what a campaign has to have.

When an element is required is said by the XSD, and the generic family `missing` finds that it is
not there; `Resource.missing` leads from the element to the rule.
"""

from __future__ import annotations

from ctct_migrate.diagnostics import Rule, Severity

_CAMPAIGN = "reference, v1-atom, Campaign"
_FOOTER = "reference, v2-contract, Campaign: message_footer"
_EMAIL_ID = "http://api.constantcontact.com/ws/customers/joe/settings/emailaddresses/1"

MISSING_NAME = Rule(
    "CT401", "missing-name", Severity.ERROR,
    summary="The campaign has no name",
    why="Campaigns are distinguished by their names, which are unique in an account; v1 and v2 refuse one without.",
    bad="<!-- no Name -->", good="<Name>Spring news</Name>",
    how="Add a `Name` that no other campaign of the account has.", fact=_CAMPAIGN,
)  # fmt: skip
MISSING_SUBJECT = Rule(
    "CT402", "missing-subject", Severity.ERROR,
    summary="The campaign has no subject line",
    why="Both servers require it: an e-mail without a subject is not sent.",
    bad="<Subject></Subject>", good="<Subject>Spring is here</Subject>",
    how="Add a `Subject`.", fact=_CAMPAIGN,
)  # fmt: skip
MISSING_FROM_NAME = Rule(
    "CT403", "missing-from-name", Severity.ERROR,
    summary="The campaign does not say whom it is from",
    why="Both servers require the name that recipients see as the sender.",
    bad="<!-- no FromName -->", good="<FromName>Maple Street Books</FromName>",
    how="Add a `FromName`.", fact=_CAMPAIGN,
)  # fmt: skip
MISSING_FROM_EMAIL = Rule(
    "CT404", "missing-from-email", Severity.ERROR,
    summary="The campaign has no address that it is sent from",
    why="Both servers require one, out of those that are verified in the account.",
    bad="<FromEmail></FromEmail>",
    good="<FromEmail><EmailAddress>joe@example.com</EmailAddress></FromEmail>",
    how="Add a `FromEmail` with an `EmailAddress` in it, one that is verified in the account.", fact=_CAMPAIGN,
)  # fmt: skip
MISSING_CONTENT = Rule(
    "CT405", "missing-email-content", Severity.ERROR,
    summary="The campaign has no message: EmailContent is missing or empty",
    why="EmailContent is the e-mail itself, and both servers refuse a campaign without it. Only a campaign that was made from a template (`CampaignType` STOCK) comes without: v1 did not give its content out.",
    bad="<EmailContent></EmailContent>",
    good="<EmailContent>&lt;html&gt;&lt;body&gt;Hi&lt;/body&gt;&lt;/html&gt;</EmailContent>",
    how="Add `<EmailContent>` with a whole HTML document in it, encoded as text: `&lt;html&gt;&lt;body&gt;…&lt;/body&gt;&lt;/html&gt;`.", fact=_CAMPAIGN,
)  # fmt: skip
MISSING_TEXT = Rule(
    "CT406", "missing-email-text-content", Severity.ERROR,
    summary="The campaign has no text version",
    why="Both servers require a version for mail programs that show no HTML; v2 wants at least one character of it.",
    bad="<EmailTextContent>&lt;Text&gt;&lt;/Text&gt;</EmailTextContent>",
    good="<EmailTextContent>&lt;Text&gt;Hi&lt;/Text&gt;</EmailTextContent>",
    how="Add `EmailTextContent` with the message as text in `<Text>…</Text>`.", fact=_CAMPAIGN,
)  # fmt: skip
MISSING_STATE = Rule(
    "CT407", "missing-organization-state", Severity.ERROR,
    summary="An organization in the US without its state",
    why="v1 answered it with a 400: it was one of the two mistakes in the document that this project was founded on. v2 requires the state too.",
    bad="<OrganizationState></OrganizationState>", good="<OrganizationState>MA</OrganizationState>",
    how="Add an `OrganizationState` with the two-letter code of the state.",
    fact=f"{_CAMPAIGN}; {_FOOTER}",
)  # fmt: skip
MISSING_REMINDER = Rule(
    "CT408", "missing-permission-reminder-text", Severity.ERROR,
    summary="A permission reminder without its text",
    why="With PermissionReminder set to YES both servers require the text that is shown.",
    bad="<PermissionReminder>YES</PermissionReminder>\n<PermissionReminderText></PermissionReminderText>",
    good="<PermissionReminder>YES</PermissionReminder>\n<PermissionReminderText>You asked for this e-mail.</PermissionReminderText>",
    how="Write the reminder into `PermissionReminderText`, or set `PermissionReminder` to NO.", fact=_CAMPAIGN,
)  # fmt: skip
MISSING_VIEW = Rule(
    "CT409", "missing-view-as-webpage-text", Severity.ERROR,
    summary="A link to the web page without its words",
    why="With ViewAsWebpage set to YES both servers require the words before the link and those of the link.",
    bad="<ViewAsWebpage>YES</ViewAsWebpage>\n<ViewAsWebpageText></ViewAsWebpageText>\n<ViewAsWebpageLinkText>Click here</ViewAsWebpageLinkText>",
    good="<ViewAsWebpage>YES</ViewAsWebpage>\n<ViewAsWebpageText>Cannot see this?</ViewAsWebpageText>\n<ViewAsWebpageLinkText>Click here</ViewAsWebpageLinkText>",
    how="Write `ViewAsWebpageText` and `ViewAsWebpageLinkText`, or set `ViewAsWebpage` to NO.", fact=_CAMPAIGN,
)  # fmt: skip
MISSING_FORWARD = Rule(
    "CT410", "missing-forward-link-text", Severity.ERROR,
    summary="A link to forward the e-mail without its words",
    why="With IncludeForwardEmail set to YES v2 requires the words of the link; v1 had nothing to show.",
    bad="<IncludeForwardEmail>YES</IncludeForwardEmail>\n<!-- no ForwardEmailLinkText -->",
    good="<IncludeForwardEmail>YES</IncludeForwardEmail>\n<ForwardEmailLinkText>Forward this</ForwardEmailLinkText>",
    how="Write `ForwardEmailLinkText`, or set `IncludeForwardEmail` to NO.",
    fact=f"{_CAMPAIGN}; {_FOOTER}",
)  # fmt: skip
MISSING_SUBSCRIBE = Rule(
    "CT411", "missing-subscribe-link-text", Severity.ERROR,
    summary="A link to subscribe without its words",
    why="With IncludeSubscribeLink set to YES v2 requires the words of the link; v1 had nothing to show.",
    bad="<IncludeSubscribeLink>YES</IncludeSubscribeLink>\n<!-- no SubscribeLinkText -->",
    good="<IncludeSubscribeLink>YES</IncludeSubscribeLink>\n<SubscribeLinkText>Subscribe</SubscribeLinkText>",
    how="Write `SubscribeLinkText`, or set `IncludeSubscribeLink` to NO.",
    fact=f"{_CAMPAIGN}; {_FOOTER}",
)  # fmt: skip
MISSING_FORMAT = Rule(
    "CT412", "missing-content-format", Severity.ERROR,
    summary="The campaign does not say whether its content is HTML or XHTML",
    why="Both servers require it of a campaign that has content of its own (`CampaignType` CUSTOM): XHTML is checked more strictly, and may have a StyleSheet.",
    bad="<!-- no EmailContentFormat -->", good="<EmailContentFormat>HTML</EmailContentFormat>",
    how="Add `<EmailContentFormat>HTML</EmailContentFormat>`, or XHTML if the content is that.", fact=_CAMPAIGN,
)  # fmt: skip
PARTIAL_ADDRESS = Rule(
    "CT413", "partial-address", Severity.ERROR,
    summary="A postal address of which a part is missing",
    why="v2 takes a whole address, or none and uses the account's. A part of one is refused.",
    bad="<!-- no OrganizationAddress1 -->", good="<OrganizationAddress1>48 Maple Street</OrganizationAddress1>",
    how="Add what is missing, or leave all `Organization…` elements out to use the account's address.", fact=_FOOTER,
)  # fmt: skip
UNRESOLVED_EMAIL = Rule(
    "CT416", "unresolved-email", Severity.ERROR,
    summary="An e-mail address that is given by a link alone",
    why="v1 knew each address of an account by a number, the last part of `Email`'s `id`. v2 wants the address itself, which only the account can say.",
    bad=f'<FromEmail><Email id="{_EMAIL_ID}"/></FromEmail>',
    good=f'<FromEmail><Email id="{_EMAIL_ID}"/><EmailAddress>joe@example.com</EmailAddress></FromEmail>',
    how="Look the address up in the account's settings and add it: `<EmailAddress>joe@example.com</EmailAddress>`.",
    fact="reference, v2-contract, v1 to v2, campaign",
)  # fmt: skip

RULES = (
    MISSING_NAME, MISSING_SUBJECT, MISSING_FROM_NAME, MISSING_FROM_EMAIL, MISSING_CONTENT,
    MISSING_TEXT, MISSING_STATE, MISSING_REMINDER, MISSING_VIEW, MISSING_FORWARD,
    MISSING_SUBSCRIBE, MISSING_FORMAT, PARTIAL_ADDRESS, UNRESOLVED_EMAIL,
)  # fmt: skip
