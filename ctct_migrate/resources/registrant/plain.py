"""Whether the rules of registrants would report nothing, asked of a registrant's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from ctct_migrate.resources.registrant.event_named import names_event
from ctct_migrate.rules.fast.fields import ENVELOPE, MARKUP, URIS, Fields


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return frozenset({ENVELOPE, URIS, "Costs"})


def is_plain(fields: Fields) -> bool:
    """Whether the rules of registrants would report nothing.  What was ordered is looked at
    properly."""
    uris = f"{fields.get(URIS, '')}\n{fields.get(ENVELOPE, '')}".split("\n")
    return fields.get("Costs") != MARKUP and names_event(uris)
