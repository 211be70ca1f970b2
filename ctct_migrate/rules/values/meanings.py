"""Meanings: what a value says, also where it is not written as the format asks.

`first_name` says FirstName, `yes` says YES, `Massachusetts` says MA.  The family `values` reports
how such a value is written; every other rule goes by what it says, so that one mistake is reported
once and mending it brings no other to light.  The allowed values are read from the XSD, those of
countries from the v2 JSON Schema; here stand only ways of writing that are a fact of neither either.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.names.other_names import state_called
from ctct_migrate.rules.nearness import certain, nearest, squeezed
from ctct_migrate.targets.v2.states_and_countries import US, country_names
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.v1 import ElementFact, TypeFact, TypeKind, vocabulary


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text says: `value` as the format writes it, and whether that is certain."""

    value: str
    certain: bool


#: Other words for a value, squeezed, by the name of the XSD's type.
_WORDS: Mapping[str, Mapping[str, str]] = {
    "ContentFormat": {"text/html": "HTML", "application/xhtml+xml": "XHTML"},
    "GreetingName": {"first": "FirstName", "last": "LastName", "firstlast": "FirstAndLastName",
                     "firstlastname": "FirstAndLastName", "fullname": "FirstAndLastName"},
    "ContactStatus": {"optout": "Do Not Mail", "optedout": "Do Not Mail",
                      "unsubscribed": "Do Not Mail", "donotemail": "Do Not Mail"},
    "OptInSource": {"actionbyowner": "ACTION_BY_CUSTOMER", "actionbyvisitor": "ACTION_BY_CONTACT"},
}  # fmt: skip

#: Words for yes and no, squeezed.
_YES = frozenset({"yes", "true", "y", "1", "on"})
_NO = frozenset({"no", "false", "n", "0", "off"})

#: Countries by names that are in common use besides those of the JSON Schema, squeezed.
_COUNTRIES = {
    "america": "US", "unitedstatesofamerica": "US", "uk": "GB", "greatbritain": "GB",
    "unitedkingdomofgreatbritainandnorthernireland": "GB", "burma": "MM", "czechrepublic": "CZ",
    "easttimor": "TL", "holland": "NL", "ivorycoast": "CI", "macau": "MO",
    "macedonia": "MK", "russia": "RU", "swaziland": "SZ", "turkey": "TR", "vaticancity": "VA",
    "republicofkorea": "KR", "korea": "KR", "deutschland": "DE", "españa": "ES",
}  # fmt: skip

_THOUSANDS = late_compile(r"[0-9]{1,3}(?:[, \u00a0][0-9]{3})+")
_NO_FRACTION = late_compile(r"([0-9]+)\.0{1,2}")


#: Characters of a value that may have been meant as something else; nobody means a page of text.
_LONGEST = 1_000


def meaning_of(held: TypeFact, text: str) -> Meaning | None:
    """What `text`, which may be a value of the type or not, says; None for nothing that can be
    made out, and for an empty text."""
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST:
        return None
    if held.name == "CountryCode":
        return _country(text)
    if held.kind is TypeKind.COUNTER:
        return _count(held, text)
    if held.name == "StateCode":
        other = state_called(text, [value.value for value in held.enumeration])
        if other is not None:
            return Meaning(other, certain=True)
        return _named(text, {value.value: value.documentation for value in held.enumeration})
    return _listed(held, text)


def _listed(held: TypeFact, text: str) -> Meaning | None:
    """One of the values of an enumeration."""
    for value in held.enumeration:
        if text == value.value:
            return Meaning(value.spelling_of or value.value, certain=True)
    own = [value.value for value in held.enumeration if value.spelling_of is None]
    other = _WORDS.get(held.name, {}).get(squeezed(text)) or _yes_or_no(text, own)
    if other in own:
        return Meaning(other, certain=True)
    near = nearest(text, own)
    return None if near is None else Meaning(near, certain(text, near))


def _yes_or_no(text: str, own: list[str]) -> str | None:
    """The one of `own`, the values of a flag, that a word for yes or no stands for."""
    if len(own) != 2:
        return None
    for words in (_YES, _NO):
        if squeezed(text) in words:
            return next((value for value in own if squeezed(value) in words), None)
    return None


def _named(text: str, names: Mapping[str, str]) -> Meaning | None:
    """One of the codes that `names` maps to their names; codes are too short to be near one
    another without being mistaken."""
    if text.upper() in names:
        return Meaning(text.upper(), certain=True)
    wanted = squeezed(text)
    for code, name in names.items():
        if wanted in (code.casefold(), squeezed(name)):
            return Meaning(code, certain=True)
    near = nearest(text, names.values())
    if near is None:
        return None
    return Meaning(next(code for code, name in names.items() if name == near), certain=False)


def _country(text: str) -> Meaning | None:
    """A country, in lower case, as v1 writes it."""
    other = _COUNTRIES.get(squeezed(text))
    found = Meaning(other, certain=True) if other else _named(text, country_names())
    return None if found is None else Meaning(found.value.lower(), found.certain)


def _count(held: TypeFact, text: str) -> Meaning | None:
    """A number that is written with separators or an empty fraction."""
    fraction = _NO_FRACTION.fullmatch(text)
    plain = fraction[1] if fraction else text
    if not fraction and _THOUSANDS.fullmatch(text):
        plain = re.sub("[^0-9]", "", text)
    return Meaning(plain, certain=True) if held.accepts(plain) else None


_BRACKETS = late_compile(r"[^<>]*+<\s*+([^<>\s]++)\s*+>\s*+")
_AT = late_compile(r"(?<!\s)\s*+(?:\(at\)|\[at\]|(?<=\s)at(?=\s)|@)\s*+", re.I)


def email_of(text: str) -> Meaning | None:
    """The one address that a text holds besides a name, a scheme or marks of punctuation; a guess
    where its parts are taken apart."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    brackets = _BRACKETS.fullmatch(text)
    plain = (brackets[1] if brackets else text).strip(" \t\r\n<>;,.\"'")
    plain = re.sub(r"\Amailto:\s*+", "", plain, flags=re.I)
    if _is_address(plain):
        return Meaning(plain, certain=True)
    guess = _AT.sub("@", plain).replace(",", ".")
    return Meaning(guess, certain=False) if _is_address(guess) else None


def in_ascii(address: str) -> str | None:
    """An address whose domain is beyond ASCII, with the domain's ASCII form (RFC 5890, 2.3.2); None
    where there is none, or one that says more (`ß`, of which the older standard makes `ss`).

    >>> in_ascii("ada@b\u00fccher.example")
    'ada@xn--bcher-kva.example'
    """
    local, _, domain = address.rpartition("@")
    try:
        right = domain.encode("idna").decode("ascii")
        same = right.encode("ascii").decode("idna") == domain.lower()
    except UnicodeError:
        return None
    return f"{local}@{right}" if same else None


def _is_address(text: str) -> bool:
    """Whether v2 takes `text` for an address, its length aside."""
    return V2.contract.fits_pattern("campaign", "/from_email", text)


# -- the values of a document -------------------------------------------------------------------


def readable(context: Context, element: Element) -> bool:
    """Whether the text of an element can be judged: it is not reported to be cut off, to hold
    markup, or to be malformed."""
    if element.has_elements or not (element.closed or context.whole):
        return False
    return untroubled(context, element.start, element.end)


def untroubled(context: Context, start: int, end: int) -> bool:
    """Whether the readers stumbled over nothing between two places."""
    if not context.document.problems:
        return True
    troubles = _troubles(context.document)
    if not troubles:
        return True
    at = bisect_left(troubles, start)
    return at == len(troubles) or troubles[at] >= end


@lru_cache(maxsize=1)
def _troubles(document: Document) -> tuple[int, ...]:
    """Where the text is malformed, in order; wrong namespaces say nothing of values."""
    return tuple(sorted(p.start for p in document.problems if not p.kind.endswith("-namespace")))


def meant(context: Context, name: str) -> str | None:
    """What the payload's child `name` says, as the format writes it; None when there is no such
    child or nothing can be made out."""
    element = context.field(name)
    fact = vocabulary().element(context.resource or "", name)
    if element is None or fact is None or fact.type is None:
        return None
    found = meaning_of(fact.type, element.text)
    return found.value if found else None


def says(context: Context, condition: str) -> bool:
    """Whether a condition of the XSD holds: `ViewAsWebpage=YES`, `OrganizationCountry=us`."""
    name, _, value = condition.partition("=")
    said = meant(context, name)
    if said is not None and value.upper() in US:
        return said.upper() in US
    return said == value


def facts_of(context: Context) -> Sequence[tuple[Element, ElementFact]]:
    """The payload and every element in it that the format knows, as it was meant, with what the
    XSD says of it; of a child of the payload that may not be repeated the first."""
    return context.facts


def facts_in_doubt(
    context: Context, others_are_right: Callable[[Signs], bool]
) -> Sequence[tuple[Element, ElementFact]]:
    """Those of them with whose values anything can be wrong, where `others_are_right` says so of the others
    by the signs; else all."""
    signs, found = context.meant_signs, context.in_doubt
    return context.facts if signs is None or found is None or not others_are_right(signs) else found


def fact_of(context: Context, element: Element) -> ElementFact | None:
    """What the XSD says of one element of the payload, as it was meant; None for one that the format does
    not know."""
    signs = context.meant_signs
    if signs is None or not signs.has_right_names:
        return next((fact for each, fact in context.facts if each is element), None)
    names: list[str] = []
    at: Element | None = element
    while at is not None and at is not context.payload:
        names.append(context.naming.meant.get(at, at.name))
        at = at.parent
    return vocabulary().element(context.resource or "", "/".join(reversed(names)))


def walk_facts(context: Context) -> Iterator[tuple[Element, ElementFact]]:
    """The same, found anew: `Context.facts` keeps it."""
    resource, payload = context.resource, context.payload
    known = vocabulary()
    top = known.element(resource, "") if resource else None
    if payload is None or resource is None or top is None:
        return
    yield payload, top
    waiting = [
        (element, name)
        for name, found in context.naming.fields.items()
        for element in (found if _is_repeatable(resource, name) else found[:1])
    ]
    listed = {element for element, _ in waiting}
    waiting += [
        (element, path.removeprefix(f"{resource}/"))
        for element, path in context.naming.strays.items()
        if element not in listed and path.startswith(f"{resource}/")
    ]
    while waiting:
        element, path = waiting.pop()
        fact = known.element(resource, path)
        if fact is None:
            continue
        yield element, fact
        for child in element.elements if fact.children else ():
            name = context.naming.meant.get(child, child.name)
            waiting.append((child, f"{path}/{name}"))


def _is_repeatable(resource: str, name: str) -> bool:
    fact = vocabulary().element(resource, name)
    return fact is not None and fact.repeatable
