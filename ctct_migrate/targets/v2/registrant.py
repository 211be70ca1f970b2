"""Registrants in v2's Eventspot: records, since v2 takes none (reference, mapping-v2, Registrant)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.mapping.codecs import AMOUNT, COUNTER, LOCAL_DATE, STRIPPED, id_of, one_of
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    Codec,
    Composed,
    Composition,
    ConversionOptions,
    Table,
    dropped,
    part,
    recorded,
)
from ctct_migrate.resources.registrant import REGISTRANT as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.target import Delivery
from ctct_migrate.targets.v2.target import V2

#: The sections of v2, by what they are made of.
_SECTIONS = ("PersonalInformation", "BusinessInformation", "CustomInformation1", "CustomInformation2")  # fmt: skip


def section_text(element: Any) -> str:
    """A section of answers in an lxml element, as JSON text; empty where nothing was answered.  Each
    child is an answer under its own name; a `CustomField` has a question, and one answer or more."""
    label, fields = "", list(_fields(element))
    for child in element.iterchildren("*"):
        if child.tag == "Label":
            label = label or decoded(child).strip()
    if not fields:
        return ""
    return json.dumps({"label": label, "fields": fields} if label else {"fields": fields})


def _fields(element: Any) -> Iterator[dict[str, Any]]:
    for child in element.iterchildren("*"):
        if child.tag == "CustomField":
            question = _text(child.find("Question"))
            answers = [text for each in child.iterfind("Answers/Answer") if (text := _text(each))]
            if question or answers:
                yield _answered({"label": question} if question else {}, answers)
        elif child.tag != "Label" and _text(child):
            yield {"type": "single_value", "name": child.tag, "value": _text(child)}


def _answered(field: Mapping[str, Any], answers: list[str]) -> dict[str, Any]:
    if len(answers) > 1:
        return {"type": "multiple_values", **field, "values": answers}
    return {"type": "single_value", **field, **({"value": answers[0]} if answers else {})}


def _text(element: Any) -> str:
    return "" if element is None else decoded(element).strip()


def _section(text: str, options: ConversionOptions) -> dict[str, Any] | None:
    found: dict[str, Any] | None = json.loads(text) if text.startswith("{") else None
    return found


_SECTION = Codec("section", _section, whole=section_text)


def _sections(first: Any, parts: Mapping[str, Any], options: ConversionOptions) -> Composed:
    """The sections that there are, in the order of v1."""
    found = [first, *(parts.get(name) for name in _SECTIONS[1:])]
    return Composed([each for each in found if each is not None])


def _enumeration(path: str, pointer: str) -> Codec:
    return one_of("Registrant", path, V2.contract, "registrant", pointer)


_ORDER = "/payment_summary/order"

TABLE = Table(
    payload="Registrant",
    resource="registrant",
    target=V2.title,
    contract=V2.contract,
    rows=(
        *(recorded(path, "/id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        recorded("FirstName", "/first_name", STRIPPED),
        recorded("LastName", "/last_name", STRIPPED),
        recorded("EmailAddress", "/email", STRIPPED),
        recorded("RegistrationStatus", "/registration_status", _enumeration("RegistrationStatus", "/registration_status")),
        recorded("RegistrationDate", "/registration_date", LOCAL_DATE),
        recorded("PaymentStatus", "/payment_status", _enumeration("PaymentStatus", "/payment_status")),
        recorded("AttendanceStatus/Status", "/attendance_status", _enumeration("AttendanceStatus/Status", "/attendance_status")),
        recorded("GuestCount", "/guest_count", COUNTER),
        recorded("TicketId", "/ticket_id", STRIPPED),
        recorded(_SECTIONS[0], "/sections", _SECTION),
        *(part(name, name, _SECTION) for name in _SECTIONS[1:]),
        recorded("PaymentType", "/payment_summary/payment_type", _enumeration("PaymentType", "/payment_summary/payment_type")),
        recorded("CurrencyType", f"{_ORDER}/currency_type", _enumeration("CurrencyType", f"{_ORDER}/currency_type")),
        recorded("OrderAmount", f"{_ORDER}/total", AMOUNT),
        recorded("Costs/Cost*/FeeType", f"{_ORDER}/fees/*/type", STRIPPED),
        recorded("Costs/Cost*/Count", f"{_ORDER}/fees/*/quantity", COUNTER),
        recorded("Costs/Cost*/Rate", f"{_ORDER}/fees/*/amount", AMOUNT),
        dropped("Costs/Cost*/Total", "it is the count times the rate"),
        dropped("AttendanceStatus/Type"),
        dropped("Guests", deep=True),
        *ENVELOPE,
    ),
    composed={"/sections": Composition(_SECTIONS[1:], _sections)},
)  # fmt: skip

DELIVERY = Delivery("registrant", TABLE, schema="registrant", dates=("registration_date",))
