"""States that may stand in an entry: those of the country beside them.

Which state is in which country is said by the XSD, in the list of a state's values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ctct_migrate.rules.context import Context
from ctct_migrate.rules.values.meanings import meant
from ctct_migrate.targets.v2.states_and_countries import COUNTRY_PATH, STATE_PATH, US, country_code
from ctct_migrate.v1 import Value

#: The child of a payload that holds the country, by the one that holds the code of a state in it.
_COUNTRIES: Mapping[str, str] = {STATE_PATH: COUNTRY_PATH, "StateCode": "CountryCode"}


def values_in_country(context: Context, name: str, values: Sequence[Value]) -> list[Value]:
    """Those of the `values` of a payload's child `name` that are in the country which the payload
    says.  All of them where they are not states, and where no country is said that has any: then it
    is not known which are right."""
    beside = _COUNTRIES.get(name)
    said = meant(context, beside) if beside is not None else None
    country = country_code(said) if said is not None else None
    home = "US" if country in US else country
    return [each for each in values if each.country == home] or list(values)
