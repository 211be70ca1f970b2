"""Events in v2's Eventspot (reference, mapping-v2, Event; v2-resources, Eventspot).

v1 has neither the time zone of an event nor who holds it, which v2 requires: they are chosen, or the
event is recorded alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ctct_migrate.mapping.codecs import (
    COUNTER,
    LOCAL_DATE,
    STRIPPED,
    TEXT,
    TRUE_FALSE,
    id_of,
    one_of,
)
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    REQUESTED,
    Chosen,
    Codec,
    Condition,
    ConversionOptions,
    Row,
    Table,
    Texts,
    ValueLeftOut,
    dropped,
    ignored,
    recorded,
    sent,
)
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.resources.event import EVENT as RESOURCE
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets.target import Delivery, InnerBody
from ctct_migrate.targets.v2.states_and_countries import US, country_code, state_code
from ctct_migrate.targets.v2.target import V2
from ctct_migrate.targets.v2.v2_calls import created, in_pages, replaced

#: v2's word for an event of no other kind.
OTHER = "OTHER"


def kind_of(text: str) -> str | None:
    """v2's word for the kind of an event that v1 calls `text`; None where v2 has none.

    >>> kind_of("Food & Wine"), kind_of("Sleepover")
    ('FOOD_WINE', None)
    """
    word = re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")
    return word if word in V2.contract.limits("event", "/type").enum else None


def _recorded_kind(text: str, options: ConversionOptions) -> str | None:
    if text.isspace():
        return None
    kind = kind_of(text)
    if kind is None:
        raise ValueLeftOut("{target} has no such kind of event")
    return kind


def _sent_kind(text: str, options: ConversionOptions) -> str | None:
    return None if text.isspace() else kind_of(text) or OTHER


_PAID = one_of(
    "Event", "PaymentOptions/PaymentOption/Type", V2.contract, "event", "/payment_options/0"
)


def _sent_option(text: str, options: ConversionOptions) -> str | None:
    """What may be sent: the others were for events before October 2013, or are the server's."""
    word = _PAID.read(text, options)
    if options.shape is not Shape.RECORD and word in NOT_SENT:
        raise ValueLeftOut("{target} takes it no more")
    return word if isinstance(word, str) else None


#: Ways to pay that v2 answers and does not take (reference, v2-resources, Eventspot: Event).
NOT_SENT = frozenset({"GOOGLE_CHECKOUT", "ONLINE_CREDIT_CARD_PROCESSOR"})

#: Countries whose states and provinces have codes; of an address without a country they are tried.
_WITH_STATES = US | {"CA"}


def _has_states(country: str) -> Callable[[Texts], bool]:
    def holds(texts: Texts) -> bool:
        given = texts(country)
        return not given or country_code(given) in _WITH_STATES

    return holds


def _state_code(text: str, options: ConversionOptions) -> str | None:
    return state_code(text.strip())


def _country_code(text: str, options: ConversionOptions) -> str | None:
    code = country_code(text.strip())
    return code[:2] if code is not None else None  # USA is US, the one code of three letters


def _address(v1: str, pointer: str, **more: str) -> Iterator[Row]:
    """The rows of a postal address (reference, mapping-v2, Event)."""
    for number in (1, 2, 3):
        yield sent(f"{v1}/Address{number}", f"{pointer}/line{number}", TEXT, **more)
    yield sent(f"{v1}/City", f"{pointer}/city", TEXT, **more)
    yield sent(f"{v1}/State", f"{pointer}/state", TEXT, **more)
    when = Condition(
        _has_states(f"{v1}/Country".replace("*", "")), Fate.IGNORED, "it is of another country"
    )
    yield sent(
        f"{v1}/State", f"{pointer}/state_code", Codec("state", _state_code), when=when, **more
    )
    yield sent(f"{v1}/Country", f"{pointer}/country", TEXT, **more)
    yield sent(f"{v1}/Country", f"{pointer}/country_code", Codec("country", _country_code), **more)
    yield sent(f"{v1}/PostalCode", f"{pointer}/postal_code", TEXT, **more)


TYPES = "RegistrationTypes/RegistrationType"
OPTIONS = "PaymentOptions/PaymentOption"
FEES = f"{TYPES}*/EventFees/EventFee*"

_ONE_TYPE = "{target} has one kind of registration, and the first one counts"

TABLE = Table(
    payload="Event",
    resource="event",
    target=V2.title,
    contract=V2.contract,
    rows=(
        # The id of an event that is updated stands in the URL alone.
        *(recorded(path, "/id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        sent("Name", "/name", STRIPPED),
        sent("Title", "/title", STRIPPED),
        sent("Description", "/description", TEXT),
        recorded("Status", "/status", one_of("Event", "Status", V2.contract, "event", "/status")),
        recorded("EventType", "/type", Codec("kind", _recorded_kind)),
        Row("EventType", "/type", Codec("kind", _sent_kind), REQUESTED),
        sent("StartDate", "/start_date", LOCAL_DATE),
        sent("EndDate", "/end_date", LOCAL_DATE),
        sent("EventLocation/Location", "/location", TEXT),
        *_address("EventLocation", "/address"),
        sent("CurrencyType", "/currency_type", one_of("Event", "CurrencyType", V2.contract, "event", "/currency_type")),
        sent(f"{OPTIONS}*/Type", "/payment_options/*", Codec("enumeration", _sent_option)),
        sent(f"{OPTIONS}*/PayPalAccountEmail", "/paypal_account_email", STRIPPED),
        *_address(f"{OPTIONS}*/PaymentAddress", "/payment_address"),
        sent(f"{TYPES}*/GuestLimit", "/track_information/guest_limit", COUNTER, reason=_ONE_TYPE),
        sent(f"{TYPES}*/RegistrationLimitCount", "/track_information/registration_limit_count", COUNTER, reason=_ONE_TYPE),
        sent(f"{TYPES}*/RegistrationClosedManually", "/track_information/is_registration_closed_manually", TRUE_FALSE, reason=_ONE_TYPE),
        sent(f"{TYPES}*/Ticketing", "/track_information/is_ticketing_link_displayed", TRUE_FALSE, reason=_ONE_TYPE),
        recorded("Registered", "/total_registered_count", COUNTER),
        recorded("RegistrationURL", "/registration_url", STRIPPED),
        recorded("CreatedDate", "/created_date", LOCAL_DATE),
        recorded("PublishDate", "/active_date", LOCAL_DATE),
        dropped("EventFeeRequired"),
        dropped("AttendedCount"),
        dropped("CancelledCount"),
        dropped(f"{TYPES}*/Name"),
        ignored(f"{TYPES}*/EventFees", "each fee is a body of its own", deep=True),
        *ENVELOPE,
    ),
    first=frozenset({TYPES}),
    distinct=frozenset({"/payment_options"}),
    added={
        shape: {
            "/type": OTHER,
            "/time_zone_id": Chosen("event_time_zone"),
            "/contact/name": Chosen("event_contact"),
        }
        for shape in REQUESTED
    },
)  # fmt: skip

_PATH = "eventspot/events"

#: Reference, v2-resources, Eventspot.
PRIVILEGES = {
    "list": "campaign:read",
    "GET": "campaign:read",
    "POST": "campaign:write",
    "PUT": "campaign:write",
    "PATCH": "campaign:write",
    "DELETE": "campaign:write",
}

#: Reference, v2-resources, Eventspot.
DELIVERY = Delivery(
    "event",
    TABLE,
    schema="event",
    create=created(_PATH),
    update=replaced(_PATH),
    item=f"{_PATH}/{{id}}",
    collection=in_pages(_PATH),
    dates=("updated_date", "active_date", "created_date", "start_date"),
    privileges=PRIVILEGES,
    # Codes of countries are answered in small letters (reference, v2-resources, Eventspot).
    forms={
        "/address/country_code": str.casefold,
        "/payment_address/country_code": str.casefold,
    },
    rules="ctct_migrate.targets.v2.event_rules",
    parts={"fee": InnerBody(FEES, frozenset({Shape.CREATE, Shape.RECORD}))},
)
