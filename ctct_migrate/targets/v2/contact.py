"""Contacts in v2 (reference, mapping-v2, Contact; v2-resources, Contacts)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache

from ctct_migrate.mapping.codecs import DATE, LIST_ID, STRIPPED, TEXT, TRUE_FALSE, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    Chosen,
    Codec,
    Condition,
    ConversionOptions,
    ShapeRefusal,
    Table,
    Texts,
    UnreadableValue,
    dropped,
    ignored,
    recorded,
    requested,
    sent,
)
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.resources.contact import CONTACT as RESOURCE
from ctct_migrate.resources.contact.standing import Standing, standing_of
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets import import_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.target import Barrier, Collection, Delivery, Recovery, Step
from ctct_migrate.targets.v2.states_and_countries import (
    STATE,
    country_code,
    country_names,
    state_code,
)
from ctct_migrate.targets.v2.target import V2

#: v2's words for where a contact stands: those of v1, but for the last (reference, mapping-v2,
#: Contact: Status).
_STATUS: Mapping[Standing, str] = {
    Standing.ACTIVE: "ACTIVE",
    Standing.UNCONFIRMED: "UNCONFIRMED",
    Standing.REMOVED: "REMOVED",
    Standing.DO_NOT_MAIL: "OPTOUT",
}

#: Reference, mapping-v2, Contact: OptInSource.
_SOURCES: Mapping[str, str] = {
    "ACTION_BY_CUSTOMER": "ACTION_BY_OWNER",
    "ACTION_BY_CONTACT": "ACTION_BY_VISITOR",
}

_OWNER = _SOURCES["ACTION_BY_CUSTOMER"]

_REQUESTS = frozenset({Shape.CREATE, Shape.UPDATE})


def _status(text: str, options: ConversionOptions) -> str | None:
    standing = standing_of(text)
    if standing is Standing.UNKNOWN:
        raise UnreadableValue("enumeration")
    return _STATUS.get(standing)


def _source(text: str, options: ConversionOptions) -> str | None:
    text = " ".join(text.split())
    if text and text not in _SOURCES:
        raise UnreadableValue("enumeration")
    return _SOURCES.get(text)


def _action(text: str, options: ConversionOptions) -> str | None:
    """Who acts in a request, which is what counts for the welcome e-mail."""
    return _OWNER if options.choices.opt_in_by == "owner" else _source(text, options)


def contact_country(text: str) -> str | None:
    """v2's code of the country that a contact's `CountryCode` or `CountryName` says, of two
    letters; None for what is not a country."""
    code = country_code(text)
    return code if code is None else code[:2]  # USA is US, the one code of three letters


@cache
def contact_countries() -> Mapping[str, str]:
    """The countries that a contact can be in, by their codes as v1 writes them: two small letters."""
    return {code.lower(): name for code, name in country_names().items() if len(code) == 2}


@lru_cache(maxsize=512)
def _country_of(text: str) -> str | None:
    return contact_country(text)


def _country(text: str, options: ConversionOptions) -> str | None:
    code = contact_country(text)
    if code is None and not text.isspace():
        raise UnreadableValue("country")
    return code


def says_the_same(code: str, name: str) -> bool:
    """Whether a `StateCode` and a `StateName` say the same, both being of the US or of Canada."""
    found = state_code(code) if code else None
    return found is not None and found == state_code(name)


def _may_be_confirmed(texts: Texts) -> bool:
    unconfirmed = standing_of(texts("Status")) is Standing.UNCONFIRMED
    return not (unconfirmed and texts("Confirmed") == "true")


#: Nothing may say that a contact has confirmed who has not (reference, mapping-v2, Consent).
_CONFIRMED = Condition(
    _may_be_confirmed,
    Fate.DROPPED,
    "the contact is Unconfirmed, and a request may not say otherwise",
    _REQUESTS,
)
_NAMED_BY_CODE = Condition(
    lambda texts: not says_the_same(texts("StateCode"), texts("StateName")),
    Fate.IGNORED,
    "StateCode says the same",
    _REQUESTS,
)
_KNOWN_COUNTRY = Condition(
    lambda texts: _country_of(texts("CountryName")) is not None,
    Fate.DROPPED,
    "{target} has no country of that name",
)

_CUSTOM_FIELDS = range(1, 16)

_NO_LIST_CONSENT = "{target} keeps the consent of a contact, not of each list"

TABLE = Table(
    payload="Contact",
    resource="contact",
    target=V2.title,
    contract=V2.contract,
    rows=(
        # The id of a contact that is updated stands in the URL alone.
        *(recorded(path, "/id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        recorded("Status", "/status", Codec("enumeration", _status)),
        sent("EmailAddress", "/email_addresses/0/email_address", STRIPPED),
        recorded("OptInSource", "/email_addresses/0/opt_in_source", Codec("enumeration", _source)),
        requested("OptInSource", "action_by", Codec("enumeration", _action)),
        recorded("OptInTime", "/email_addresses/0/opt_in_date", DATE),
        recorded(
            "OptOutSource", "/email_addresses/0/opt_out_source", Codec("enumeration", _source)
        ),
        recorded("OptOutTime", "/email_addresses/0/opt_out_date", DATE),
        sent("FirstName", "/first_name", TEXT),
        sent("MiddleName", "/middle_name", TEXT),
        sent("LastName", "/last_name", TEXT),
        sent("JobTitle", "/job_title", TEXT),
        sent("CompanyName", "/company_name", TEXT),
        sent("HomePhone", "/home_phone", TEXT),
        sent("WorkPhone", "/work_phone", TEXT),
        sent("Addr1", "/addresses/0/line1", TEXT),
        sent("Addr2", "/addresses/0/line2", TEXT),
        sent("Addr3", "/addresses/0/line3", TEXT),
        sent("City", "/addresses/0/city", TEXT),
        sent("StateCode", "/addresses/0/state_code", STATE),
        sent("StateName", "/addresses/0/state", TEXT, when=_NAMED_BY_CODE),
        sent("CountryCode", "/addresses/0/country_code", Codec("country", _country)),
        sent(
            "CountryName",
            "/addresses/0/country_code",
            Codec("country", _country),
            when=_KNOWN_COUNTRY,
            reason="CountryCode says which country it is",
        ),
        sent("PostalCode", "/addresses/0/postal_code", TEXT),
        sent("SubPostalCode", "/addresses/0/sub_postal_code", TEXT),
        sent("Note", "/notes/0/note", TEXT),
        *(
            sent(f"CustomField{number}", f"/custom_fields/{number}/value", TEXT)
            for number in _CUSTOM_FIELDS
        ),
        sent("ContactLists/ContactList*/@id", "/lists/*/id", LIST_ID),
        sent("Confirmed", "/confirmed", TRUE_FALSE, when=_CONFIRMED),
        recorded("InsertTime", "/created_date", DATE),
        recorded("LastUpdateTime", "/modified_date", DATE),
        dropped("EmailType"),
        dropped("Name", "the server makes it of the other names, and it is not taken apart"),
        dropped("OptOutReason"),
        dropped("ContactLists/ContactList*/OptInSource", _NO_LIST_CONSENT),
        dropped("ContactLists/ContactList*/OptInTime", _NO_LIST_CONSENT),
        ignored("ContactLists/ContactList*/atom:link", "it repeats the id", deep=True),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
    constants={f"/custom_fields/{number}/name": f"CustomField{number}" for number in _CUSTOM_FIELDS}
    | {"/addresses/0/address_type": Chosen("address_type"), "?action_by": _OWNER},
    distinct=frozenset({"/lists"}),
    empty_lists={"/lists": frozenset({Shape.UPDATE})},
    refused={
        Shape.CREATE: (
            ShapeRefusal(
                "Status",
                "",
                "not-to-be-mailed",
                forbids=lambda text: not standing_of(text).may_be_created,
            ),
        )
    },
)

_PATH = "contacts"

#: Who acts stands in the URL (reference, v2-resources, Contacts).
_QUERY = {"action_by": "/action_by"}

#: Reference, v2-resources, Contacts.
DELIVERY = Delivery(
    "contact",
    TABLE,
    schema="contact",
    create=(
        Step(
            "create",
            "POST",
            _PATH,
            query=_QUERY,
            keeps={"id": "/id"},
            recovery=Recovery.KEY,
            answers=("id",),
        ),
    ),
    update=(
        Step(
            "update",
            "PUT",
            f"{_PATH}/{{id}}",
            query=_QUERY,
            keeps={"id": "/id"},
            recovery=Recovery.READ,
            answers=("id",),
        ),
    ),
    item=f"{_PATH}/{{id}}",
    collection=Collection(
        _PATH,
        {"limit": "500"},
        rows="/results",
        key="/email_addresses/0/email_address",
        key_form=str.casefold,
        # Also those who opted out, or are on no list: their addresses are taken.
        lookup={"email": "{key}", "status": "ALL"},
        numbered=False,
        since="modified_since",
        next="/meta/pagination/next_link",
        created="created_date",
    ),
    dates=("modified_date", "created_date"),
    privileges={
        "list": "contacts:read",
        "GET": "contacts:read",
        "POST": "contacts:write",
        "PUT": "contacts:write",
        "DELETE": "contacts:write",
    },
    barrier=Barrier(
        "status",
        "OPTOUT",
        {"action_by": _SOURCES["ACTION_BY_CONTACT"]},
        import_rules.OPTED_OUT_THERE,
    ),
    gathers={"/lists": "id", "/custom_fields": "name", "/addresses": "address_type"},
    # Reference, v2-resources, Contacts: who opted in cannot be edited; a state is filled in from its
    # code; labels are the account's.
    restored={
        "/email_addresses/0/opt_in_source": "",
        "/custom_fields/0/label": "",
        "/addresses/0/state": "/addresses/0/state_code",
    },
    # Nothing states that the numbers are those of v1 (reference, mapping-v2, Rules for all).
    other_key=import_rules.OTHER_ADDRESS,
    unknown=catalogue.LIST_UNKNOWN,
    # Codes of countries are answered in small letters (reference, v2-resources, Contacts).
    forms={
        "/email_addresses/0/email_address": str.casefold,
        "/addresses/0/country_code": str.casefold,
        "/addresses/1/country_code": str.casefold,
    },
    shown_at={catalogue.LIST_UNKNOWN.code: ("/lists/*/id",)},
)
