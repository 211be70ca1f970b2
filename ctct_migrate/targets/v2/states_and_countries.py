"""Addresses: states, provinces and countries of organizations.

v1 has OrganizationState for the US and Canada and OrganizationInternationalState for the rest; v2
has `state` for the US and `international_state` outside it (reference, v2-contract, v1 to v2).
Names and codes are read from the vocabulary (states, provinces) and from the contract (countries).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.codecs import SPACE
from ctct_migrate.mapping.rows import Codec, Condition, ConversionOptions, Texts, UnreadableValue
from ctct_migrate.payload import Fate
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.v1 import vocabulary

#: The United States: ISO 3166-1, and the code of its own that v2 has besides.
US = frozenset({"US", "USA"})

#: A variable that v1 filled in from the account's own address: `$ACCOUNT.ORGANIZATIONNAME`
#: (reference, v1-atom, What v1 minded: Account variables).
ACCOUNT_VARIABLE = late_compile(r"\$ACCOUNT\.\w", re.IGNORECASE)

STATE_PATH = "OrganizationState"
ABROAD_PATH = "OrganizationInternationalState"
COUNTRY_PATH = "OrganizationCountry"


@cache
def _state_codes() -> dict[str, str]:
    """Codes of states and provinces, by code and by name, in small letters."""
    states = vocabulary().states()
    return {
        **{name.lower(): code for code, name in states.items()},
        **{c.lower(): c for c in states},
    }


@cache
def _country_codes() -> dict[str, str]:
    """Codes of countries, by code and by name, in small letters."""
    names = country_names()
    return {**{name.lower(): code for code, name in names.items()}, **{c.lower(): c for c in names}}


@cache
def country_names() -> Mapping[str, str]:
    """The codes of countries that v2 knows, in capitals, with their English names."""
    return V2.contract.limits("campaign", "/message_footer/country").names


def state_code(text: str) -> str | None:
    """The code of the US state or Canadian province that `text` names or is, or None.

    >>> state_code("Massachusetts"), state_code("ma"), state_code("Kent")
    ('MA', 'MA', None)
    """
    return _looked_up(_state_codes(), text)


def country_code(text: str) -> str | None:
    """v2's code of the country that `text` names or is, or None.

    >>> country_code("us"), country_code("Canada"), country_code("xx")
    ('US', 'CA', None)
    """
    return _looked_up(_country_codes(), text)


def _looked_up(codes: dict[str, str], text: str) -> str | None:
    text = text.lower()
    return codes.get(text) or codes.get(" ".join(text.split()))


def _state(text: str, options: ConversionOptions) -> str | None:
    code = state_code(text)
    if code is None and ACCOUNT_VARIABLE.search(text):
        return text.strip(SPACE)
    if code is None and not text.isspace():
        raise UnreadableValue("state")
    return code


def _region(text: str, options: ConversionOptions) -> str | None:
    return None if text.isspace() else state_code(text) or text.strip(SPACE)


def _country(text: str, options: ConversionOptions) -> str | None:
    code = country_code(text)
    if code is None and ACCOUNT_VARIABLE.search(text):
        return text.strip(SPACE)
    if code is None and not text.isspace():
        raise UnreadableValue("country")
    return code


STATE = Codec("state", _state)
REGION = Codec("region", _region)
COUNTRY = Codec("country", _country)


def _is_abroad(texts: Texts) -> bool:
    return _names_abroad(texts(COUNTRY_PATH))


@lru_cache(maxsize=512)
def _names_abroad(country: str) -> bool:
    return bool(country) and country_code(country) not in US


#: An organization whose country is not given is taken for one in the US, as v1 did; the contract
#: will say that the country is missing.
IN_US = Condition(
    lambda texts: not _is_abroad(texts),
    Fate.IGNORED,
    "state is for organizations in the US",
)
ABROAD = Condition(
    lambda texts: _is_abroad(texts),
    Fate.DROPPED,
    "international_state is for organizations outside the US",
)
STATE_ABROAD = Condition(
    lambda texts: _is_abroad(texts),
    Fate.IGNORED,
    "state takes it",
)
