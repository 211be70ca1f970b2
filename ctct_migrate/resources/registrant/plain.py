"""Whether the rules of registrants would report nothing, asked of a registrant's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from ctct_migrate.payload import Shape
from ctct_migrate.rules.fast.fields import Fields

COSTS = "Costs"

#: What a line of an order has: how many, what one costs, what they cost together.
PARTS = ("Count", "Rate", "Total")


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return frozenset()


def is_plain(fields: Fields) -> bool:
    """Whether the rules of registrants would report nothing about children that hold text."""
    return True


def is_plain_inside(payload: Any, shape: Shape | None) -> bool:
    """Whether they would report nothing about what was ordered."""
    return not any(
        adds_up(cost.findtext(name) or "" for name in PARTS) is False
        for cost in payload.iterfind(f"{COSTS}/Cost")
    )


def adds_up(texts: Iterable[str]) -> bool | None:
    """Whether a count times a rate is a total; None where one of them is missing or no number."""
    try:
        count, rate, total = (Decimal(text.strip()) for text in texts)
    except InvalidOperation:
        return None
    return count * rate == total
