"""Whether the rules of registrants would report nothing, asked of a registrant's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from ctct_migrate.rules.fast.fields import MARKUP, Fields

COSTS = "Costs"


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return frozenset({COSTS})


def is_plain(fields: Fields) -> bool:
    """Whether the rules of registrants would report nothing.  What was ordered is looked at
    properly."""
    return fields.get(COSTS) != MARKUP
