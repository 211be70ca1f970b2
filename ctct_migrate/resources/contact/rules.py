"""The rules of contacts: what no schema can say of them, and better words for some of what can.

Put together here from the modules of this folder; `rules.own_rules` says what each name is for.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.resources.contact import consent, membership, particulars, value_words
from ctct_migrate.resources.contact.consent import remarks
from ctct_migrate.resources.contact.value_words import VALUE_WORDS
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.values.postal_codes import check_postal_code

__all__ = ["NOT_CREATED", "REMARKED", "RULES", "VALUE_WORDS", "check", "remarks"]

RULES = (*value_words.RULES, *consent.RULES, *membership.RULES, *particulars.RULES)

#: Without a shape, a contact that the account has may be on no list.
NOT_CREATED = frozenset({membership.WITHOUT_LIST.code})

REMARKED = frozenset({"Status", "OptInSource", "ContactLists"})


def check(context: Context) -> Iterator[Diagnostic]:
    """What is wrong with a contact that the generic families do not see."""
    for module in (consent, membership, particulars):
        yield from module.check(context)
    yield from check_postal_code(context, "PostalCode", "CountryCode")
