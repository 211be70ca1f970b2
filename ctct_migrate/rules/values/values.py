"""CT310 to CT321: values that are not among those the format allows.

Allowed values, patterns and their meaning come from the XSD, countries from the v2 JSON Schema; a
row of `_LISTED` or `_URIS` says which rule is about which of the XSD's types, and in what words.
What a wrong value was meant to be is found in `meanings`.  What v2 is stricter about than v1, the
form of addresses and the length of texts, is told by `limits`.  Dates have a family of
their own; a value that is missing belongs to `required`, but for the GreetingName
and the URIs, which may be left out and not be empty.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ctct_migrate.contract import contract
from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Rule, Safety, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import hole, is_empty, rename, write_value
from ctct_migrate.rules.nearness import squeezed
from ctct_migrate.rules.phrases import choice, quoted
from ctct_migrate.rules.values import regions
from ctct_migrate.rules.values.meanings import (
    Meaning,
    email_of,
    facts_of,
    meaning_of,
    meant,
    readable,
)
from ctct_migrate.rules.values.uris import RESOURCE_URI, URIS, check_uri
from ctct_migrate.targets.v2.states_and_countries import ACCOUNT_VARIABLE
from ctct_migrate.v1 import ElementFact, TypeFact

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
YES_NO = Rule(
    "CT311", "yes-no", Severity.ERROR,
    summary="A flag that is neither YES nor NO",
    why="v1's flags are the words YES and NO, in capitals. What else stands there is refused, or taken for NO.",
    bad="<ViewAsWebpage>false</ViewAsWebpage>", good="<ViewAsWebpage>NO</ViewAsWebpage>",
    how="Write YES or NO.", fact=_CAMPAIGN,
    element="Campaign/ViewAsWebpage",
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
    summary="A state that is no code of a US state or Canadian province",
    why="v1 refused a US organization without a state code; v2 wants two capital letters.",
    bad="<OrganizationState>Boston</OrganizationState>", good="<OrganizationState>MA</OrganizationState>",
    how="Write the two-letter code. A region outside the US and Canada goes into OrganizationInternationalState.",
    fact=_CAMPAIGN,
    element="Campaign/OrganizationState",
)  # fmt: skip
COUNTRY = Rule(
    "CT314", "organization-country", Severity.ERROR,
    summary="A country that is no code of v2's list",
    why="v1 wrote ISO 3166-1 codes of two letters; v2 refuses whatever is not in its list of codes.",
    bad="<OrganizationCountry>Utopia</OrganizationCountry>", good="<OrganizationCountry>us</OrganizationCountry>",
    how="Write the two-letter code of the country.",
    fact=f"{_CAMPAIGN}; reference, v2-contract, Campaign: country",
)  # fmt: skip
CAMPAIGN_TYPE = Rule(
    "CT315", "campaign-type", Severity.ERROR,
    summary="A campaign type other than STOCK, CUSTOM and TEMPLATE_V2",
    why="The type says whether the campaign has content of its own. With another word it cannot be told what v2 will take.",
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
COUNTER = Rule(
    "CT318", "counter", Severity.ERROR,
    summary="A count that is no whole number",
    why="Counts become integers in v2's record of a campaign; what is no number is left out of it.",
    bad="<Opens>many</Opens>", good="<Opens>611</Opens>",
    how="Write digits alone, without signs, separators and fractions, or leave the element out: only the server writes it.",
    fact=_CAMPAIGN,
    concern=Concern.V1,
)  # fmt: skip
EMAIL_ADDRESS = Rule(
    "CT320", "email-address", Severity.ERROR,
    summary="An address that is no e-mail address",
    why="Campaigns are sent from, and answered to, addresses that the account's owner has confirmed; what is no address never is one.",
    bad="<FromEmail><EmailAddress>joe.example.com</EmailAddress></FromEmail>",
    good="<FromEmail><EmailAddress>joe@example.com</EmailAddress></FromEmail>",
    how="Write the address alone: no name, no angle brackets, one address.",
    fact=_CAMPAIGN,
)  # fmt: skip

RULES = (
    GREETING_NAME, YES_NO, STATUS, STATE, COUNTRY, CAMPAIGN_TYPE, FORMAT, ARCHIVE_STATUS, COUNTER,
    RESOURCE_URI, EMAIL_ADDRESS, *regions.RULES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Listed:
    """How a value of one of the XSD's types is spoken of.

    noun      what it should be: `a greeting name`; empty where the values speak for themselves
    help      what to do, where no value is near; else the rule says
    expected  the label, for lists that are too long to be spelled out
    filler    what an empty element may say, where it may not be empty
    """

    rule: Rule
    noun: str = ""
    help: str = ""
    expected: str = ""
    filler: str = ""


_LISTED = {
    "GreetingName": _Listed(
        GREETING_NAME, "a greeting name", "None leaves the name out of the greeting", filler="None"
    ),
    "YesNo": _Listed(YES_NO),
    "CampaignStatus": _Listed(STATUS, "a status"),
    "StateCode": _Listed(
        STATE, "the code of a state",
        "outside the US and Canada, OrganizationInternationalState takes the region",
        "expected a two-letter code such as {examples}",
    ),
    "CountryCode": _Listed(
        COUNTRY, "the code of a country", expected="expected a two-letter code such as {examples}"
    ),
    "CampaignType": _Listed(CAMPAIGN_TYPE, "a type of campaign"),
    "ContentFormat": _Listed(FORMAT, "a format of content"),
    "ArchiveStatus": _Listed(ARCHIVE_STATUS, "an archive status"),
    "Counter": _Listed(COUNTER, "a count", expected="expected a whole number, 0 or more"),
    "EmailAddress": _Listed(
        EMAIL_ADDRESS, "an e-mail address", expected="expected an address such as joe@example.com"
    ),
}  # fmt: skip

#: Elements that the rules speak of by their names.
_ABROAD, _COUNTRY = "OrganizationInternationalState", "OrganizationCountry"


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with the values of an entry's payload."""
    for element, fact in facts_of(context):
        held = fact.type
        if (
            held is not None
            and held.name in _LISTED
            and not _is_right(held, element.text)
            and not ACCOUNT_VARIABLE.search(element.text)
            and readable(context, element)
        ):
            yield _wrong(context, element, fact, held)
        for attribute in fact.attributes:
            if attribute.type.name in URIS:
                yield from check_uri(context, element, attribute)
    yield from regions.check(context)


# -- values of elements -------------------------------------------------------------------------


def _wrong(context: Context, element: Element, fact: ElementFact, held: TypeFact) -> Diagnostic:
    text, words = element.text, _LISTED[held.name]
    if is_empty(element):
        return _empty(context, element, fact, words)
    meaning = email_of(text) if held.name == "EmailAddress" else meaning_of(held, text)
    help_ = _help(held, words, meaning)
    if _asks_to_send(held, text):
        meaning, help_ = None, (_BY_SCHEDULE,)
    return context.report.at(
        words.rule, *context.value_span(element), f"{quoted(text.strip())} is {_is_not(held, words)}",
        label=_expected(held, words), help=help_, element=context.path(element),
        fixes=_fixes(context, element, held, meaning),
        severity=Severity.WARNING if words.rule is CAMPAIGN_TYPE and context.shape is Shape.RECORD else None,
    )  # fmt: skip


def _is_right(held: TypeFact, text: str) -> bool:
    """Whether a text is a value of its type; a country is one of v2's list."""
    text = text.strip(" \t\r\n")
    if not held.accepts(text):
        return False
    if not text:
        return True
    return held.name != "CountryCode" or text.upper() in contract.country_names()


def _own(held: TypeFact) -> list[str]:
    """The values of an enumeration without their spellings."""
    return [value.value for value in held.enumeration if value.spelling_of is None]


def _is_not(held: TypeFact, words: _Listed) -> str:
    """`not a greeting name`, `neither YES nor NO`."""
    return f"not {words.noun}" if words.noun else f"neither {' nor '.join(_own(held))}"


def _expected(held: TypeFact, words: _Listed) -> str:
    """`expected YES or NO`: the allowed values, or what they look like where they are many."""
    if not words.expected:
        return f"expected {choice(_own(held))}"
    if held.name == "CountryCode":
        codes = [code.lower() for code in contract.country_names()]
        examples = _examples(codes, "us", "ca")
    else:
        examples = _examples([value.value for value in held.enumeration], "MA", "TX")
    return words.expected.format(examples=choice(examples))


def _examples(values: list[str], *wanted: str) -> list[str]:
    """Well-known ones of `values`, or the first of them."""
    return [value for value in wanted if value in values] or values[: len(wanted)]


#: Words for sending, squeezed, that were written into Status so as to send the campaign.
_TO_SEND = (
    "send",
    "sendnow",
    "tosend",
    "sendit",
    "sending",
    "schedule",
    "publish",
    "active",
    "queued",
)

_BY_SCHEDULE = "a Status sends nothing: to send the campaign, POST a Schedule document with the time in `ScheduledTime` to its `schedules`, and leave the Status out"


def _asks_to_send(held: TypeFact, text: str) -> bool:
    """Whether a status was written to have the campaign sent."""
    return held.name == "Status" and squeezed(text) in _TO_SEND


def _help(held: TypeFact, words: _Listed, meaning: Meaning | None) -> tuple[str, ...]:
    if meaning is None:
        return (words.help or words.rule.how,)
    name = _name(held, meaning.value)
    question = f"did you mean `{meaning.value}`{f', {name}' if name else ''}?"
    return (question, words.help) if words.help and not name else (question,)


def _name(held: TypeFact, code: str) -> str:
    """The name of a state or a country; empty for other values, which speak for themselves."""
    if held.name == "CountryCode":
        return contract.country_names().get(code.upper(), "")
    if held.name == "StateCode":
        return next((v.documentation for v in held.enumeration if v.value == code), "")
    return ""


def _fixes(
    context: Context, element: Element, held: TypeFact, meaning: Meaning | None
) -> tuple[Fix, ...]:
    if meaning is not None and _is_right(held, meaning.value):
        safety = Safety.SAFE if meaning.certain else Safety.UNSAFE
        edit = write_value(context, element, meaning.value)
        return context.report.fix(f"Write `{meaning.value}`", edit, safety=safety)
    if held.name == "StateCode":
        return _moved_abroad(context, element)
    return ()


def _moved_abroad(context: Context, element: Element) -> tuple[Fix, ...]:
    """Certain where the country says that the region is none of the US or Canada: the region goes
    into the element for it, if that is free."""
    country, abroad = meant(context, _COUNTRY), context.field(_ABROAD)
    if country is None or country.upper() in ("US", "USA", "CA"):
        return ()
    region = " ".join(element.text.split())
    if abroad is None:
        edits = rename(context, element, _ABROAD)
    elif is_empty(abroad) and abroad.parent is element.parent:
        edits = (write_value(context, element, ""), write_value(context, abroad, region))
    else:
        return ()
    return context.report.fix(f"Move it into `{_ABROAD}`", *edits) if edits else ()


def _empty(context: Context, element: Element, fact: ElementFact, words: _Listed) -> Diagnostic:
    """An empty element of a type that has no empty value."""
    held, at = fact.type, hole(context, element)
    assert held is not None
    fixes: tuple[Fix, ...] = ()
    if words.filler and held.accepts(words.filler):
        edit = write_value(context, element, words.filler)
        fixes = context.report.fix(f"Write `{words.filler}`", edit, safety=Safety.UNSAFE)
    return context.report.at(
        words.rule, at, at, f"`{fact.name}` is empty", label=_expected(held, words),
        help=(words.help or words.rule.how,), element=context.path(element), fixes=fixes,
    )  # fmt: skip
