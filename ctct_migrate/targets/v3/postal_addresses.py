"""The postal address below a campaign: states and countries as v3 has them.

v3 takes a state's code for the US and Canada (for Canada it is not certain: the account's own
address takes one), and a name elsewhere; countries are codes of two letters (reference,
v3-contract, POST /emails).
"""

from __future__ import annotations

from collections.abc import Mapping

from ctct_migrate.mapping.codecs import TEXT
from ctct_migrate.mapping.rows import (
    Codec,
    Condition,
    ConversionOptions,
    Row,
    Texts,
    UnreadableValue,
    WholeObject,
    sent,
)
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.targets.v2.states_and_countries import (
    ABROAD_PATH,
    ACCOUNT_VARIABLE,
    COUNTRY_PATH,
    REGION,
    STATE,
    STATE_PATH,
    country_code,
)

#: Codes that v1 and v2 had and that are none of ISO 3166-1: the three letters of the US, and the
#: parts of the United Kingdom.
_OTHER_CODES: Mapping[str, str] = {"USA": "US", "U1": "GB", "U2": "GB", "U3": "GB", "U4": "GB"}


def two_letters(text: str) -> str | None:
    """v3's code of the country that a text names or is; None where there is none."""
    code = country_code(text)
    return None if code is None else _OTHER_CODES.get(code, code)


def _country(text: str, options: ConversionOptions) -> str | None:
    code = two_letters(text)
    if code is None and ACCOUNT_VARIABLE.search(text):
        return text.strip()
    if code is None and not text.isspace():
        raise UnreadableValue("country")
    return code


def _origin(text: str, options: ConversionOptions) -> str:
    code = country_code(text)
    return f"v3 has no code {code}, and it is a part of GB" if (code or "").startswith("U") and (
        code in _OTHER_CODES and code != "USA"
    ) else ""  # fmt: skip


COUNTRY = Codec("country", _country, origin=_origin)


def _with_codes(texts: Texts) -> bool:
    """Whether states have codes there; an organization whose country is not given is taken for one
    in the US, as v1 did."""
    country = texts(COUNTRY_PATH)
    return not country or two_letters(country) in ("US", "CA", None)


def _in_canada(texts: Texts) -> bool:
    return two_letters(texts(COUNTRY_PATH)) == "CA"


_CODES = Condition(
    _with_codes, Fate.IGNORED, "state_code is for organizations in the US and Canada"
)
_CANADA = Condition(
    _in_canada, Fate.IGNORED, "state_code takes the state's code in the US and Canada alone"
)
_ELSEWHERE = Condition(
    lambda texts: not _with_codes(texts),
    Fate.DROPPED,
    "state_non_us_name is for organizations outside the US and Canada",
)
_STATE_ELSEWHERE = Condition(
    lambda texts: not _with_codes(texts), Fate.IGNORED, "state_code takes it"
)
_TAKEN = {"fate": Fate.DROPPED, "reason": "the other element of the state is taken"}


def footer(at: str, shapes: frozenset[Shape]) -> tuple[Row, ...]:
    """The rows of the address at the pointer `at`, in some shapes."""
    rows = (
        sent("OrganizationName", f"{at}/organization_name", TEXT),
        sent("OrganizationAddress1", f"{at}/address_line1", TEXT),
        sent("OrganizationAddress2", f"{at}/address_line2", TEXT),
        sent("OrganizationAddress3", f"{at}/address_line3", TEXT),
        sent("OrganizationCity", f"{at}/city", TEXT),
        sent(STATE_PATH, f"{at}/state_code", STATE, when=_CODES),
        sent(ABROAD_PATH, f"{at}/state_code", STATE, when=_CANADA, **_TAKEN),
        sent(ABROAD_PATH, f"{at}/state_non_us_name", TEXT, when=_ELSEWHERE),
        sent(STATE_PATH, f"{at}/state_non_us_name", REGION, when=_STATE_ELSEWHERE, **_TAKEN),
        sent("OrganizationPostalCode", f"{at}/postal_code", TEXT),
        sent(COUNTRY_PATH, f"{at}/country_code", COUNTRY),
    )
    return tuple(row.of(shapes) for row in rows)


#: When the address is left out: with none of what it must have, the account's serves.
FOOTER = WholeObject(
    frozenset({"organization_name", "address_line1", "country_code"}),
    "{target} keeps it in the address below the message, which is left out since the document has "
    "no organization",
    ACCOUNT_VARIABLE,
    "{target} keeps it in the address below the message, which is left to the account, as v1's "
    "variables ask for",
)
