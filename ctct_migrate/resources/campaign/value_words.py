"""CT310 and CT312 to CT317: how wrong values of a campaign are spoken of.

What is allowed, and what it means, is read from the XSD, and of countries from the v2 JSON Schema;
the generic family `values` finds what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from ctct_migrate.diagnostics import Concern, Fix, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import is_empty, rename, write_value
from ctct_migrate.rules.nearness import squeezed
from ctct_migrate.rules.own_rules import ValueWords
from ctct_migrate.rules.values.meanings import meant
from ctct_migrate.targets.v2.states_and_countries import ABROAD_PATH, COUNTRY_PATH, country_names
from ctct_migrate.v1 import vocabulary

_CAMPAIGN = "reference, v1-atom, Campaign"

GREETING_NAME = Rule(
    "CT310", "greeting-name", Severity.ERROR,
    summary="A greeting name that the format does not have",
    why="v1 answered it with a 400; v2 knows the same ones. The founding thread of this project was about one.",
    bad="<GreetingName>cmp_grt_name</GreetingName>", good="<GreetingName>FirstName</GreetingName>",
    how="Write one of the allowed values; None leaves the name out of the greeting.",
    fact=_CAMPAIGN,
    element="Campaign/GreetingName",
)  # fmt: skip
STATUS = Rule(
    "CT312", "status", Severity.ERROR,
    summary="A status that no campaign has",
    why="The server sets the status, in words of its own. Another one is left out of v2's record of the campaign.",
    bad="<Status>Ready</Status>", good="<Status>Draft</Status>",
    how="Write the status that the campaign has, or leave the element out: a new campaign is a draft.",
    fact=_CAMPAIGN,
    element="Campaign/Status",
    concern=Concern.V1,
)  # fmt: skip
STATE = Rule(
    "CT313", "organization-state", Severity.ERROR,
    summary="A state that is not a code of a US state or Canadian province",
    why="v1 refused a US organization without a state code; v2 wants two capital letters.",
    bad="<OrganizationState>Boston</OrganizationState>", good="<OrganizationState>MA</OrganizationState>",
    how="Write the two-letter code. A region outside the US and Canada goes into OrganizationInternationalState.",
    fact=_CAMPAIGN,
    element="Campaign/OrganizationState",
)  # fmt: skip
COUNTRY = Rule(
    "CT314", "organization-country", Severity.ERROR,
    summary="A country that is not a code of v2's list",
    why="v1 wrote ISO 3166-1 codes of two letters. v2 refuses whatever is not in its list of codes: these, and USA, which is taken as it is.",
    bad="<OrganizationCountry>Utopia</OrganizationCountry>", good="<OrganizationCountry>us</OrganizationCountry>",
    how="Write the two-letter code of the country.",
    fact=f"{_CAMPAIGN}; reference, v2-contract, Campaign: country",
)  # fmt: skip
CAMPAIGN_TYPE = Rule(
    "CT315", "campaign-type", Severity.ERROR,
    summary="A campaign type other than STOCK, CUSTOM and TEMPLATE_V2",
    why="The type says whether the campaign has content of its own. With another word it cannot be known what v2 will take.",
    bad="<CampaignType>NEWSLETTER</CampaignType>", good="<CampaignType>CUSTOM</CampaignType>",
    how="Write CUSTOM for a campaign with its own content, STOCK or TEMPLATE_V2 for one made from a template.",
    fact=_CAMPAIGN,
    element="Campaign/CampaignType",
)  # fmt: skip
FORMAT = Rule(
    "CT316", "content-format", Severity.ERROR,
    summary="A content format other than HTML and XHTML",
    why="Both servers know these two alone, in capitals.",
    bad="<EmailContentFormat>text</EmailContentFormat>", good="<EmailContentFormat>HTML</EmailContentFormat>",
    how="Write HTML, or XHTML for content that is XHTML and has a style sheet.",
    fact=_CAMPAIGN,
    element="Campaign/EmailContentFormat",
)  # fmt: skip
ARCHIVE_STATUS = Rule(
    "CT317", "archive-status", Severity.ERROR,
    summary="An archive status other than Pending and Published",
    why="The server sets it, in words of its own; a document with another was not written by it.",
    bad="<ArchiveStatus>Public</ArchiveStatus>", good="<ArchiveStatus>Published</ArchiveStatus>",
    how="Write one of the allowed values, or leave the element out: only the server writes it.",
    fact=_CAMPAIGN,
    element="Campaign/ArchiveStatus",
    concern=Concern.V1,
)  # fmt: skip

RULES = (GREETING_NAME, STATUS, STATE, COUNTRY, CAMPAIGN_TYPE, FORMAT, ARCHIVE_STATUS)

#: Words for sending, squeezed, that were written into Status so as to send the campaign.
_TO_SEND = frozenset({
    "send", "sendnow", "tosend", "sendit", "sending", "schedule", "publish", "active", "queued",
})  # fmt: skip

_BY_SCHEDULE = "a Status sends nothing: to send the campaign, POST a Schedule document with the time in `ScheduledTime` to its `schedules`, and leave the Status out"


def _instead_of_sending(text: str) -> str | None:
    """What to do instead of a status that was written to have the campaign sent."""
    return _BY_SCHEDULE if squeezed(text) in _TO_SEND else None


def _no_state(text: str) -> str | None:
    """What to say of two letters that are no code of a state; other words may be names."""
    code = text.strip().upper()
    if len(code) != 2 or not code.isalpha() or code in vocabulary().states():
        return None
    return f"no state of the US and no province of Canada has the code {code}; a region elsewhere belongs in OrganizationInternationalState"


@cache
def _countries() -> Mapping[str, str]:
    """The countries of v2's list, by their codes as v1 writes them."""
    return {code.lower(): name for code, name in country_names().items()}


def _severity_of_type(context: Context) -> Severity | None:
    return Severity.WARNING if context.shape is Shape.RECORD else None


def _moved_abroad(context: Context, element: Element) -> tuple[Fix, ...]:
    """Certain where the country says that the region is none of the US or Canada: the region goes
    into the element for it, if that is free."""
    country, abroad = meant(context, COUNTRY_PATH), context.field(ABROAD_PATH)
    if country is None or country.upper() in ("US", "USA", "CA"):
        return ()
    region = " ".join(element.text.split())
    if abroad is None:
        edits = rename(context, element, ABROAD_PATH)
    elif is_empty(abroad) and abroad.parent is element.parent:
        edits = (write_value(context, element, ""), write_value(context, abroad, region))
    else:
        return ()
    return context.report.fix(f"Move it into `{ABROAD_PATH}`", *edits) if edits else ()


#: How the rules speak of wrong values, by code.
VALUE_WORDS: Mapping[str, ValueWords] = {
    words.rule.code: words
    for words in (
        ValueWords(
            GREETING_NAME, "a greeting name", "None leaves the name out of the greeting", filler="None"
        ),
        ValueWords(STATUS, "a status", unmeant=_instead_of_sending),
        ValueWords(
            STATE, "the code of a state",
            "outside the US and Canada, OrganizationInternationalState takes the region",
            "expected a two-letter code such as {examples}", examples=("MA", "TX"), unmeant=_no_state,
            fixes=_moved_abroad,
        ),
        ValueWords(
            COUNTRY, "the code of a country", expected="expected a two-letter code such as {examples}",
            codes=_countries, examples=("us", "ca"),
        ),
        ValueWords(CAMPAIGN_TYPE, "a type of campaign", severity=_severity_of_type),
        ValueWords(FORMAT, "a format of content"),
        ValueWords(ARCHIVE_STATUS, "an archive status"),
    )
}  # fmt: skip
