"""CT330, CT331, CT333 to CT335 and CT345: how wrong values of a contact are spoken of.

What is allowed, and what it means, is read from the XSD, and of countries from the v2 JSON Schema;
the generic family `values` finds what is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping

from ctct_migrate.diagnostics import Concern, Fix, Rule, Safety, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources.contact.example_contacts import GOOD, LISTS, SOURCE, contact, with_child
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.edits import is_empty, rename, write_value
from ctct_migrate.rules.own_rules import ValueWords
from ctct_migrate.rules.values.meanings import meant
from ctct_migrate.targets.v2.contact import contact_countries, contact_country

_CONTACT = "reference, v1-resources, Contact"

STATUS = Rule(
    "CT330", "contact-status", Severity.ERROR,
    summary="A status that no contact has",
    why="The status says whether somebody wants to be mailed. From another word that cannot be known, and a contact that is created anew is mailed, so that none is made of it; a record is made without it.",
    bad=with_child("<Status>Bounced</Status>"), good=with_child("<Status>Active</Status>"),
    how="Write the status that the contact has, or leave the element out where the contact is new and wants to be mailed.",
    fact=f"{_CONTACT}: Elements; mapping-v2, Consent",
    element="Contact/Status",
)  # fmt: skip
ADDRESS = Rule(
    "CT331", "contact-address", Severity.ERROR,
    summary="A contact's address that is not an e-mail address of 6 to 80 characters",
    why="v1 answered it with a 400, `The provided email address … was not valid`, also where it was longer than 80 characters; v2 has the same limits.",
    bad=contact("<EmailAddress>ada.example.org</EmailAddress>", SOURCE, LISTS), good=GOOD,
    how="Write one address alone: no name, no angle brackets, no `mailto:`; of several, make several contacts.",
    fact=f"{_CONTACT}: Known rejections",
)  # fmt: skip
STATE = Rule(
    "CT333", "contact-state", Severity.ERROR,
    summary="A state code that is not of a US state or Canadian province",
    why="`StateCode` was for the US and Canada alone; other regions have `StateName`. v2 takes two capital letters.",
    bad=with_child("<StateCode>Kent</StateCode>"), good=with_child("<StateCode>MA</StateCode>"),
    how="Write the two-letter code, or put a region outside the US and Canada into `StateName`.",
    fact=f"{_CONTACT}: Elements",
    element="Contact/StateCode",
)  # fmt: skip
COUNTRY = Rule(
    "CT334", "contact-country", Severity.ERROR,
    summary="A country code that v2 does not have",
    why="v1 wrote ISO 3166-1 codes of two letters, and so does v2.",
    bad=with_child("<CountryCode>Utopia</CountryCode>"), good=with_child("<CountryCode>us</CountryCode>"),
    how="Write the two-letter code of the country.",
    fact=f"{_CONTACT}: Elements",
)  # fmt: skip
SOURCE_WORD = Rule(
    "CT335", "opt-in-source", Severity.ERROR,
    summary="An opt-in source that is not one of v1's two",
    why="It says who acted, the account's owner or the contact, and decides whether a welcome e-mail goes out. v1 and v2 have different words for the two, and refuse others.",
    bad=contact("<EmailAddress>ada@example.org</EmailAddress>", "<OptInSource>WEBSITE</OptInSource>", LISTS), good=GOOD,
    how="Write ACTION_BY_CUSTOMER for what the account's owner did, ACTION_BY_CONTACT for what the contact did.",
    fact=f"{_CONTACT}: Elements",
    element="Contact/OptInSource",
)  # fmt: skip
EMAIL_TYPE = Rule(
    "CT345", "email-type", Severity.ERROR,
    summary="An e-mail type other than HTML and Text",
    why="These two alone were ever written. v2 has no such preference, so that it is left out whatever it says.",
    bad=with_child("<EmailType>Multipart</EmailType>"), good=with_child("<EmailType>HTML</EmailType>"),
    how="Write HTML or Text, or leave the element out.",
    fact=f"{_CONTACT}: Elements",
    element="Contact/EmailType",
    concern=Concern.V1,
)  # fmt: skip

RULES = (STATUS, ADDRESS, STATE, COUNTRY, SOURCE_WORD, EMAIL_TYPE)


def _country_in_two_letters(text: str) -> str | None:
    """The code of a country that is written in another way which the conversion reads: `USA`."""
    code = contact_country(text)
    return None if code is None else code.lower()


def _severity_in_records(context: Context) -> Severity | None:
    """A record is made without it."""
    return Severity.WARNING if context.shape is Shape.RECORD else None


def _moved_to_name(context: Context, element: Element) -> tuple[Fix, ...]:
    """Certain where the country says that the region is none of the US or Canada: the region goes
    into `StateName`, if that is free."""
    country, name = meant(context, "CountryCode"), context.field("StateName")
    if country is None or country.upper() in ("US", "CA"):
        return ()
    region = " ".join(element.text.split())
    if name is None:
        edits = rename(context, element, "StateName")
    elif is_empty(name) and name.parent is element.parent:
        edits = (write_value(context, element, ""), write_value(context, name, region))
    else:
        return ()
    return context.report.fix("Move it into `StateName`", *edits) if edits else ()


#: An address with a space before its `@`, which may have been a `+` that was not encoded
#: (reference, v1-resources, Known rejections).
_LOST_PLUS = late_compile(r"[^\s@<>\"',;]++ [^\s@<>\"',;]++@[^\s@<>\"',;]++")


def _with_plus(context: Context, element: Element) -> tuple[Fix, ...]:
    """The address with the `+` that a form took for a space: a guess."""
    text = element.text.strip()
    if _LOST_PLUS.fullmatch(text) is None:
        return ()
    right = text.replace(" ", "+")
    edit = write_value(context, element, right)
    return context.report.fix(f"Write `{right}`", edit, safety=Safety.UNSAFE)


#: How the rules speak of wrong values, by code.
VALUE_WORDS: Mapping[str, ValueWords] = {
    words.rule.code: words
    for words in (
        ValueWords(STATUS, "a status of a contact", severity=_severity_in_records),
        ValueWords(ADDRESS, fixes=_with_plus, help=ADDRESS.how),
        ValueWords(
            STATE, "the code of a state",
            "outside the US and Canada, `StateName` takes the region",
            "expected a two-letter code such as {examples}", examples=("MA", "TX"),
            fixes=_moved_to_name, is_read=True,
        ),
        ValueWords(
            COUNTRY, "the code of a country", expected="expected a two-letter code such as {examples}",
            codes=contact_countries, examples=("us", "ca"), is_read=True,
            reading=_country_in_two_letters,
        ),
        ValueWords(SOURCE_WORD, "an opt-in source", severity=_severity_in_records),
        ValueWords(EMAIL_TYPE, "a type of e-mail"),
    )
}  # fmt: skip
