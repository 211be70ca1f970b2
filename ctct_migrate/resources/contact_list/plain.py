"""Whether the rules of contact lists would report nothing, asked of a list's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from ctct_migrate.rules.fast.fields import Fields

SIGNUP, HIDDEN = "DisplayOnSignup", "No"


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return frozenset({SIGNUP})


def is_plain(fields: Fields) -> bool:
    """Whether the rules of contact lists would report nothing."""
    return fields.get(SIGNUP, "").strip() != HIDDEN
