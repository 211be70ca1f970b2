"""Whether the rules of events would report nothing, asked of an event's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ctct_migrate.mapping.dates import right_date
from ctct_migrate.payload import Shape
from ctct_migrate.rules.fast.fields import Fields
from ctct_migrate.rules.values.url_blanks import has_blank

START, END, URL = "StartDate", "EndDate", "RegistrationURL"
TYPES, OPTIONS = "RegistrationTypes", "PaymentOptions"

#: What only an event by itself has, and what the server wrote in listings too (reference, v1-resources,
#: Event).
DETAILS = ("EventFeeRequired", "CurrencyType", OPTIONS, TYPES)
COUNTS = ("Registered", "CreatedDate", "AttendedCount", "CancelledCount")


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return frozenset({START, END, URL})


def is_plain(fields: Fields) -> bool:
    """Whether the rules of events would report nothing about children that hold text."""
    if has_blank(fields.get(URL, "")):
        return False
    start, end = (fields.get(name, "").strip() for name in (START, END))
    return not (start and end) or ends_first(start, end) is False


def ends_first(start: str, end: str) -> bool | None:
    """Whether something ends before it starts; None where one of the two is not a right date."""
    found = [right_date(text) for text in (start, end)]
    moments = [each.instant for each in found if each is not None]
    if len(moments) < 2 or moments[0] is None or moments[1] is None:
        return None
    return moments[1] < moments[0]


def is_plain_inside(payload: Any, shape: Shape | None) -> bool:
    """Whether they would report nothing about the kinds of registration and the ways to pay."""
    if len(payload.findall(f"{TYPES}/RegistrationType")) > 1:
        return False
    fees = payload.findall(f"{TYPES}/RegistrationType/EventFees/EventFee")
    labels = [(fee.findtext("Label") or "").strip() for fee in fees]
    if len(set(labels)) < len(labels):
        return False
    if shape is Shape.CREATE and any(
        (fee.findtext(name) or "").strip() for fee in fees for name in ("EarlyFee", "LateFee")
    ):
        return False
    if shape not in (Shape.CREATE, Shape.UPDATE):
        return True
    return payload.find(OPTIONS) is None and not is_summary(child.tag for child in payload)


def is_summary(names: Iterable[str]) -> bool:
    """Whether an event with children of these names is one of a listing."""
    found = set(names)
    return found.isdisjoint(DETAILS) and not found.isdisjoint(COUNTS)
