"""Whether the rules of tracking events would report nothing of an event in a feed of `opens`."""

from __future__ import annotations

from ctct_migrate.resources.tracking.plain import fields, is_plain_in
from ctct_migrate.rules.fast.fields import Fields

__all__ = ["fields", "is_plain"]


def is_plain(fields: Fields) -> bool:
    """Whether the rules would report nothing."""
    return is_plain_in("opens", fields)
