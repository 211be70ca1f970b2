"""The rules of campaigns: what no schema can say of them, and better words for some of what can.

Put together here from the modules of this folder; `rules.own_rules` says what each name is for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.resources.campaign import (
    addresses,
    html_content,
    regions,
    repeated_pages,
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
from ctct_migrate.rules.gating import own_rules_look
from ctct_migrate.rules.values.postal_codes import check_postal_code
from ctct_migrate.targets.v2.states_and_countries import COUNTRY_PATH, STATE_PATH
from ctct_migrate.v1 import vocabulary

__all__ = [
    "RULES", "SPOKEN_OF", "VALUE_WORDS", "check", "guess", "is_excused", "is_substituted",
    "says_nothing",
]  # fmt: skip

RULES = (
    *value_words.RULES, *required_elements.RULES, *regions.RULES, *html_content.RULES, *status.RULES,
    *templates.RULES, *surrogate_references.RULES, *repeated_pages.RULES, *system_lists.RULES,
)  # fmt: skip

#: Children of which `addresses` says itself that they are missing.
SPOKEN_OF = frozenset({addresses.SENDER, STATE_PATH})


_ADDRESS = frozenset(
    name for name in vocabulary().children("Campaign") if name.startswith("Organization")
)
_CONTENT = frozenset({"EmailContent", "EmailContentFormat", "EmailTextContent"})

#: The modules that look at a campaign, with the children that each asks about.
_CHECKS: tuple[tuple[Callable[[Context], Iterator[Diagnostic]], frozenset[str]], ...] = (
    (regions.check, _ADDRESS),
    (addresses.check, _ADDRESS | {addresses.SENDER, "ReplyToEmail", "CampaignType"}),
    (html_content.check, _CONTENT | {"CampaignType"}),
    (status.check, frozenset({"Status", "Date"})),
    (templates.check, _ADDRESS | _CONTENT | {"CampaignType"}),
    (surrogate_references.check, _CONTENT),
    (repeated_pages.check, _CONTENT),
    (system_lists.check, frozenset({"ContactLists"})),
    (partial(check_postal_code, name="OrganizationPostalCode", country=COUNTRY_PATH), _ADDRESS),
)


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with a campaign that the generic families do not see."""
    for look, asked in _CHECKS:
        if own_rules_look(context.meant_signs, asked):
            yield from look(context)
