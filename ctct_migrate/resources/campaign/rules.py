"""The rules of campaigns: what no schema can say of them, and better words for some of what can.

Put together here from the modules of this folder; `rules.own_rules` says what each name is for.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.resources.campaign import (
    addresses,
    html_content,
    regions,
    required_elements,
    status,
    surrogate_references,
    system_lists,
    templates,
    value_words,
)
from ctct_migrate.resources.campaign.html_content import says_nothing
from ctct_migrate.resources.campaign.templates import guess, is_excused, is_substituted
from ctct_migrate.resources.campaign.value_words import VALUE_WORDS
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.values.postal_codes import check_postal_code
from ctct_migrate.targets.v2.states_and_countries import COUNTRY_PATH, STATE_PATH

__all__ = [
    "RULES", "SPOKEN_OF", "VALUE_WORDS", "check", "guess", "is_excused", "is_substituted",
    "says_nothing",
]  # fmt: skip

RULES = (
    *value_words.RULES, *required_elements.RULES, *regions.RULES, *html_content.RULES, *status.RULES,
    *templates.RULES, *surrogate_references.RULES, *system_lists.RULES,
)  # fmt: skip

#: Children of which `addresses` says itself that they are missing.
SPOKEN_OF = frozenset({addresses.SENDER, STATE_PATH})


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with a campaign that the generic families do not see."""
    for module in (
        regions,
        addresses,
        html_content,
        status,
        templates,
        surrogate_references,
        system_lists,
    ):
        yield from module.check(context)
    yield from check_postal_code(context, "OrganizationPostalCode", COUNTRY_PATH)
