"""Contacts in v3 (reference, mapping-v3, Contact; v3-contract, Contacts).

Whether a contact may be mailed is said by `permission_to_send`, which is composed of v1's `Status`
and `OptInSource`.  Who has opted out is created as unsubscribed, on no list; who was taken off all
lists is not created, nor changed, since that would bring the contact back.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ctct_migrate.diagnostics import Severity
from ctct_migrate.mapping.codecs import LIST_ID, STRIPPED, TEXT, UTC_DATE, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    NO_PLACE,
    Chosen,
    Codec,
    Composed,
    Composition,
    Condition,
    ConversionOptions,
    OfRequests,
    Row,
    ShapeRefusal,
    Table,
    UnreadableValue,
    dropped,
    ignored,
    part,
    recorded,
    sent,
)
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.resources.contact import CONTACT as RESOURCE
from ctct_migrate.resources.contact import CUSTOM_FIELDS
from ctct_migrate.resources.contact.standing import Standing, standing_of
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.resources.resource import OWN_PATHS
from ctct_migrate.targets import account_rules, import_rules
from ctct_migrate.targets import reply_rules as catalogue
from ctct_migrate.targets.account_facts import CrossReference, Detour, LabelledId
from ctct_migrate.targets.target import (
    Barrier,
    Collection,
    Delivery,
    HeldValue,
    Recovery,
    Step,
)
from ctct_migrate.targets.v2.contact import contact_countries, contact_country
from ctct_migrate.targets.v2.states_and_countries import state_code
from ctct_migrate.targets.v3.consent_rules import HELD_BACK
from ctct_migrate.targets.v3.ids import UUID
from ctct_migrate.targets.v3.target import V3
from ctct_migrate.v1 import vocabulary

_REQUESTS = frozenset({Shape.CREATE, Shape.UPDATE})
_CREATE = frozenset({Shape.CREATE})
_UPDATE = frozenset({Shape.UPDATE})
_CHANGED = frozenset({Shape.UPDATE, Shape.RECORD})

# -- whether a contact may be mailed ----------------------------------------------------------------

#: Reference, mapping-v3, Contact: OptInSource.
_SOURCES: Mapping[str, str] = {"ACTION_BY_CUSTOMER": "Account", "ACTION_BY_CONTACT": "Contact"}

_OWNER = _SOURCES["ACTION_BY_CUSTOMER"]

#: Reference, mapping-v3, Contact: Status Active.
_PERMISSIONS: Mapping[str, str] = {"Account": "implicit", "Contact": "explicit"}

#: The permission of a contact of which nobody says who put it on its lists: v1's owner did.
IMPLICIT = _PERMISSIONS[_OWNER]

#: Permissions that a state says by itself, whoever acted.
_BY_STATUS: Mapping[Standing, str] = {
    Standing.UNCONFIRMED: "pending_confirmation",
    Standing.DO_NOT_MAIL: "unsubscribed",
}

UNSUBSCRIBED = _BY_STATUS[Standing.DO_NOT_MAIL]


def _source(text: str, options: ConversionOptions) -> str | None:
    text = " ".join(text.split())
    if text and text not in _SOURCES:
        raise UnreadableValue("enumeration")
    return _SOURCES.get(text)


def _actor(text: str, options: ConversionOptions) -> str | None:
    """Who acts in a request."""
    return _OWNER if options.choices.opt_in_by == "owner" else _source(text, options)


def _consent(text: str, options: ConversionOptions) -> str | None:
    """The permission that a source says; a source that there is not is reported where it is sent."""
    return _PERMISSIONS.get(_SOURCES.get(" ".join(text.split()), ""))


def _permission(status: Any, parts: Mapping[str, Any], options: ConversionOptions) -> Composed:
    standing = standing_of(status or "")
    if standing in _BY_STATUS:
        return Composed(
            _BY_STATUS[standing], used={"consent": "Status says more than who put it on its lists"}
        )
    if standing in (Standing.ACTIVE, Standing.NONE):
        return Composed(parts.get("consent", IMPLICIT), used={"consent": ""})
    if standing is Standing.UNKNOWN:
        return Composed(None, "it is not one of the values that v1 has for it")
    reason = f"{V3.title} has no such state: a contact is on no list, or it is deleted"
    return Composed(None, reason, unused={"consent": "the contact was taken off all lists"})


_NOT_OPTED_OUT = Condition(
    lambda texts: standing_of(texts("Status")) is not Standing.DO_NOT_MAIL,
    Fate.DROPPED,
    "the contact has opted out, and is on no list of {target}'s",
    _REQUESTS,
)
_OPTED_OUT = Condition(
    lambda texts: standing_of(texts("Status")) is Standing.DO_NOT_MAIL,
    Fate.DROPPED,
    "the contact has not opted out",
    _UPDATE,
)


def _list_id(text: str, options: ConversionOptions) -> str | None:
    """The id of a list; none for a list that v1 kept itself, which is a state: a record does without
    it, and nobody can be put on one."""
    found: str = LIST_ID.read(text, options)
    if found not in CONTACT_LIST.built_in:
        return found
    if options.shape is not Shape.RECORD:
        raise UnreadableValue("list-uri")
    return None


# -- where a contact lives --------------------------------------------------------------------------

#: v3's words for the kinds of postal address that the user chooses from.
KINDS: Mapping[str, str] = {"PERSONAL": "home", "BUSINESS": "work"}


def _street(first: Any, parts: Mapping[str, Any], options: ConversionOptions) -> Composed:
    """The lines of an address, on one line."""
    lines = {"": first, **parts}
    told = {name: text.strip() for name, text in lines.items() if text is not None}
    value = ", ".join(told.values())
    kind = KINDS[options.choices.address_type]
    said = [f"v1 does not say which address it is: `{kind}` is taken (`--address-type`)"]
    joined = [f"{V3.title} has one line for the street"] if len(told) > 1 else []
    return Composed(value, "; ".join(said + joined), dict.fromkeys(parts, "".join(joined)))


def _state(text: str, options: ConversionOptions) -> str | None:
    """The name of a state or province."""
    if text.isspace():
        return None
    code = state_code(text)
    if code is None:
        raise UnreadableValue("state")
    return vocabulary().states()[code]


def _country(text: str, options: ConversionOptions) -> str | None:
    """The name of the country of a code."""
    if text.isspace():
        return None
    code = contact_country(text)
    if code is None:
        raise UnreadableValue("country")
    return contact_countries()[code.lower()]


# -- custom fields ----------------------------------------------------------------------------------

#: v3 has no place of its own for it: a custom field may take it.
_MIDDLE = "MiddleName"


def custom_value(name: str, text: str, options: ConversionOptions) -> str | None:
    """The value of a numbered custom field.  Raises UnreadableValue unless the caller says where it
    goes, or that it is left out; a record needs no such word."""
    if text.isspace():
        return None
    if options.choices.custom_field(name) is None and options.shape is not Shape.RECORD:
        raise UnreadableValue("custom-field")
    return text


def _is_wanted(name: str) -> Condition:
    """That the user does not leave a numbered custom field out."""
    return Condition(
        lambda texts: True,
        Fate.DROPPED,
        "it is left out, as was asked for",
        chosen=lambda choices: choices.custom_field(name) != "",
    )


_MIDDLE_IS_WANTED = Condition(
    lambda texts: True,
    Fate.DROPPED,
    f"{NO_PLACE} but a custom field (`--custom-field {_MIDDLE}=LABEL`)",
    chosen=lambda choices: bool(choices.custom_field(_MIDDLE)),
)


def _label(name: str) -> Chosen:
    """The label of the custom field that takes an element's value; in a record of which nobody says
    it, the element's name."""
    return Chosen("custom_fields", lambda fields: dict(fields).get(name) or name)


def _custom_fields() -> dict[str, tuple[int, Row]]:
    rows = {
        name: sent(
            name, f"/custom_fields/{number}/value",
            Codec("custom field", partial(custom_value, name)), when=_is_wanted(name),
        )
        for number, name in enumerate(CUSTOM_FIELDS, 1)
    }  # fmt: skip
    last = len(rows) + 1
    rows[_MIDDLE] = sent(
        _MIDDLE, f"/custom_fields/{last}/value", TEXT, when=_MIDDLE_IS_WANTED,
        weight=Severity.WARNING,
    )  # fmt: skip
    return {name: (number, row) for number, (name, row) in enumerate(rows.items(), 1)}


_CUSTOM_FIELDS = _custom_fields()

# -- the table --------------------------------------------------------------------------------------

_CARRIED = "read only in {target}: it cannot be carried over"


#: What v1 knew and the new account will not, since the server alone writes it, with how much that
#: matters.
_READ_ONLY: Mapping[str, Severity | None] = {
    "OptInTime": Severity.WARNING,
    "OptOutTime": Severity.INFO,
    "OptOutSource": Severity.INFO,
    "InsertTime": None,
    "LastUpdateTime": None,
    "Confirmed": Severity.INFO,
}


_NO_LIST_CONSENT = "{target} keeps the consent of a contact, not of each list"

_LISTS = "/list_memberships"

TABLE = Table(
    payload="Contact",
    resource="contact",
    target=V3.title,
    contract=V3.contract,
    rows=(
        # The id of a contact that is updated stands in the URL alone.
        *(recorded(path, "/contact_id", id_of(RESOURCE), number=True) for path in OWN_PATHS),
        sent("EmailAddress", "/email_address/address", STRIPPED),
        sent("Status", "/email_address/permission_to_send", TEXT),
        recorded("OptInTime", "/email_address/opt_in_date", UTC_DATE),
        recorded("OptInSource", "/email_address/opt_in_source", Codec("enumeration", _source)),
        recorded("OptOutTime", "/email_address/opt_out_date", UTC_DATE),
        recorded("OptOutSource", "/email_address/opt_out_source", Codec("enumeration", _source)),
        Row("OptOutReason", "/email_address/opt_out_reason", TEXT, _CHANGED, when=_OPTED_OUT),
        sent("FirstName", "/first_name", TEXT),
        sent("LastName", "/last_name", TEXT),
        sent("JobTitle", "/job_title", TEXT),
        sent("CompanyName", "/company_name", TEXT),
        Row("OptInSource", "/create_source", Codec("enumeration", _actor), _CREATE),
        Row("OptInSource", "/update_source", Codec("enumeration", _actor), _UPDATE),
        sent("HomePhone", "/phone_numbers/0/phone_number", TEXT),
        sent("WorkPhone", "/phone_numbers/1/phone_number", TEXT),
        sent("Addr1", "/street_addresses/0/street", TEXT),
        sent("City", "/street_addresses/0/city", TEXT),
        sent("StateName", "/street_addresses/0/state", TEXT),
        sent(
            "StateCode", "/street_addresses/0/state", Codec("state", _state),
            reason="StateName says which it is",
        ),
        sent("PostalCode", "/street_addresses/0/postal_code", TEXT),
        sent("CountryName", "/street_addresses/0/country", TEXT),
        sent(
            "CountryCode", "/street_addresses/0/country", Codec("country", _country),
            reason="CountryName says which it is",
        ),
        *(row for _, row in _CUSTOM_FIELDS.values()),
        sent(
            "ContactLists/ContactList*/@id", f"{_LISTS}/*", Codec("list-uri", _list_id),
            when=_NOT_OPTED_OUT, reason="v1 kept it itself: it is a state, which Status has too",
        ),
        sent("Note", "/notes/0/content", TEXT),
        part("OptInSource", "consent", Codec("enumeration", _consent)),
        part("Addr2", "second", TEXT),
        part("Addr3", "third", TEXT),
        recorded("InsertTime", "/created_at", UTC_DATE),
        recorded("LastUpdateTime", "/updated_at", UTC_DATE),
        *(dropped(path, _CARRIED, weight=weight) for path, weight in _READ_ONLY.items()),
        dropped(
            "OptOutReason", "{target} takes it of a contact alone that is there already",
            weight=Severity.INFO,
        ),
        dropped("EmailType"),
        dropped("SubPostalCode", weight=Severity.INFO),
        dropped("Name", "the server makes it of the other names, and it is not taken apart"),
        dropped("ContactLists/ContactList*/OptInSource", _NO_LIST_CONSENT),
        dropped("ContactLists/ContactList*/OptInTime", _NO_LIST_CONSENT),
        ignored("ContactLists/ContactList*/atom:link", "it repeats the id", deep=True),
        ignored("atom:link", "it repeats the id", deep=True),
        *ENVELOPE,
    ),
    constants={
        "/email_address/permission_to_send": OfRequests(IMPLICIT),
        "/create_source": _OWNER,
        "/update_source": _OWNER,
        "/phone_numbers/0/kind": "home",
        "/phone_numbers/1/kind": "work",
        "/street_addresses/0/kind": Chosen("address_type", KINDS.__getitem__),
        **{
            f"/custom_fields/{number}/custom_field_id": _label(name)
            for name, (number, _) in _CUSTOM_FIELDS.items()
        },
    },
    composed={
        "/email_address/permission_to_send": Composition(("consent",), _permission),
        "/street_addresses/0/street": Composition(("second", "third"), _street),
    },
    distinct=frozenset({_LISTS}),
    empty_lists={_LISTS: _UPDATE},
    # Arrays that an update leaves out stay as they are (reference, v3-contract, Contacts).
    kept=frozenset({
        "/email_address", "/phone_numbers", "/street_addresses", "/custom_fields", _LISTS, "/notes",
    }),
    refused=dict.fromkeys(
        _REQUESTS,
        (
            ShapeRefusal(
                "Status", "", "not-to-be-mailed",
                forbids=lambda text: standing_of(text) in (Standing.REMOVED, Standing.UNKNOWN),
            ),
        ),
    ),
)  # fmt: skip

_PATH = "contacts"

#: What an answer has only if it is asked for (reference, v3-contract, Contacts).
_INCLUDE = "custom_fields,list_memberships,phone_numbers,street_addresses,notes"

_ITEM = f"{_PATH}/{{id}}?include={_INCLUDE}"

#: What a PUT empties where it leaves it out (reference, v3-contract, Contacts).
_PLAIN = (
    "first_name",
    "last_name",
    "job_title",
    "company_name",
    "birthday_month",
    "birthday_day",
    "anniversary",
)


def _updating(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a PUT, of that of a POST: who acts has another name there."""
    return {
        "update_source" if name == "create_source" else name: value for name, value in body.items()
    }


#: Reference, v3-contract, Contacts.
DELIVERY = Delivery(
    "contact",
    TABLE,
    schema="contact",
    create=(
        Step(
            "create",
            "POST",
            _PATH,
            keeps={"id": "/contact_id"},
            recovery=Recovery.KEY,
            reads=_ITEM,
            answers=("contact_id",),
        ),
    ),
    update=(
        Step(
            "update",
            "PUT",
            f"{_PATH}/{{id}}",
            keeps={"id": "/contact_id"},
            repeats=dict.fromkeys(_PLAIN, ""),
            recovery=Recovery.READ,
            reads=_ITEM,
            answers=("contact_id",),
        ),
    ),
    item=_ITEM,
    collection=Collection(
        _PATH,
        {"limit": "500", "include": _INCLUDE},
        rows="/contacts",
        id="contact_id",
        key="/email_address/address",
        key_form=str.casefold,
        # Also those who were deleted: their addresses are taken.
        lookup={"email": "{key}", "status": "all", "include": _INCLUDE},
        numbered=False,
        since="updated_after",
        next="/_links/next/href",
        created="created_at",
    ),
    id_form=UUID,
    dates=("updated_at", "created_at"),
    privileges={
        "list": "contacts:read",
        "GET": "contacts:read",
        "POST": "contacts:write",
        "PUT": "contacts:write",
        "DELETE": "contacts:write",
    },
    barrier=Barrier(
        "email_address/permission_to_send",
        UNSUBSCRIBED,
        {},
        import_rules.OPTED_OUT_THERE,
        {"status": UNSUBSCRIBED},
    ),
    gathers={
        "/custom_fields": "custom_field_id",
        "/phone_numbers": "kind",
        "/street_addresses": "kind",
        "/notes": "content",
        _LISTS: "",
    },
    held=(
        HeldValue(
            "/email_address/permission_to_send",
            frozenset({_BY_STATUS[Standing.UNCONFIRMED], "temp_hold"}),
            frozenset({UNSUBSCRIBED}),
            HELD_BACK,
        ),
    ),
    rules="ctct_migrate.targets.v3.contact_rules",
    other_key=import_rules.OTHER_ADDRESS,
    unknown=catalogue.LIST_UNKNOWN,
    forms={"/email_address/address": str.casefold},
    shown_at={catalogue.LIST_UNKNOWN.code: (f"{_LISTS}/*",)},
    labels=(
        LabelledId(
            "/custom_fields/*/custom_field_id",
            UUID,
            Collection(
                "contact_custom_fields",
                {"limit": "100"},
                rows="/custom_fields",
                id="custom_field_id",
                next="/_links/next/href",
            ),
            ("/label", "/name"),
            "/name",
            account_rules.FIELD_UNKNOWN,
            "none is called {label}",
        ),
    ),
    # Whether POST takes somebody who wants no e-mails is not published (reference, mapping-v3).
    detour=Detour(
        "/email_address/permission_to_send",
        (UNSUBSCRIBED, "not_set"),
    ),
    updating=_updating,
    cross_reference=CrossReference(
        f"{_PATH}/contact_id_xrefs",
        "sequence_ids",
        500,
        "/xrefs",
        "sequence_id",
        {"id": "/contact_id"},
    ),
)
