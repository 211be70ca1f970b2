"""Contacts in v3 (reference, mapping-v3, Contact; v3-contract, Contacts).

Whether a contact may be mailed is said by `permission_to_send`, which is composed of v1's `Status`
and `OptInSource`.  Who has opted out is created as unsubscribed, on no list; who was taken off all
lists is not created, nor changed, since that would bring the contact back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ctct_migrate.diagnostics import Severity
from ctct_migrate.mapping.codecs import STRIPPED, TEXT, UTC_DATE, id_of
from ctct_migrate.mapping.envelope_rows import ENVELOPE
from ctct_migrate.mapping.rows import (
    Chosen,
    Codec,
    Composition,
    OfRequests,
    Row,
    ShapeRefusal,
    Table,
    dropped,
    ignored,
    part,
    recorded,
    sent,
)
from ctct_migrate.payload import Shape
from ctct_migrate.resources.contact import CONTACT as RESOURCE
from ctct_migrate.resources.contact.standing import Standing, standing_of
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
from ctct_migrate.targets.v3.consent_rules import HELD_BACK
from ctct_migrate.targets.v3.contact_values import (
    BY_STATUS,
    CUSTOM_FIELD_ROWS,
    IMPLICIT,
    KINDS,
    NOT_OPTED_OUT,
    OPTED_OUT,
    OWNER,
    UNSUBSCRIBED,
    actor,
    consent,
    country_name,
    label,
    list_id,
    permission,
    source,
    state_name,
    street,
)
from ctct_migrate.targets.v3.ids import UUID
from ctct_migrate.targets.v3.target import V3

_REQUESTS = frozenset({Shape.CREATE, Shape.UPDATE})
_CREATE = frozenset({Shape.CREATE})
_UPDATE = frozenset({Shape.UPDATE})
_CHANGED = frozenset({Shape.UPDATE, Shape.RECORD})

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
        recorded("OptInSource", "/email_address/opt_in_source", Codec("enumeration", source)),
        recorded("OptOutTime", "/email_address/opt_out_date", UTC_DATE),
        recorded("OptOutSource", "/email_address/opt_out_source", Codec("enumeration", source)),
        Row("OptOutReason", "/email_address/opt_out_reason", TEXT, _CHANGED, when=OPTED_OUT),
        sent("FirstName", "/first_name", TEXT),
        sent("LastName", "/last_name", TEXT),
        sent("JobTitle", "/job_title", TEXT),
        sent("CompanyName", "/company_name", TEXT),
        Row("OptInSource", "/create_source", Codec("enumeration", actor), _CREATE),
        Row("OptInSource", "/update_source", Codec("enumeration", actor), _UPDATE),
        sent("HomePhone", "/phone_numbers/0/phone_number", TEXT),
        sent("WorkPhone", "/phone_numbers/1/phone_number", TEXT),
        sent("Addr1", "/street_addresses/0/street", TEXT),
        sent("City", "/street_addresses/0/city", TEXT),
        sent("StateName", "/street_addresses/0/state", TEXT),
        sent(
            "StateCode", "/street_addresses/0/state", Codec("state", state_name),
            reason="StateName says which it is",
        ),
        sent("PostalCode", "/street_addresses/0/postal_code", TEXT),
        sent("CountryName", "/street_addresses/0/country", TEXT),
        sent(
            "CountryCode", "/street_addresses/0/country", Codec("country", country_name),
            reason="CountryName says which it is",
        ),
        *(row for _, row in CUSTOM_FIELD_ROWS.values()),
        sent(
            "ContactLists/ContactList*/@id", f"{_LISTS}/*", Codec("list-uri", list_id),
            when=NOT_OPTED_OUT, reason="v1 kept it itself: it is a state, which Status has too",
        ),
        sent("Note", "/notes/0/content", TEXT),
        part("OptInSource", "consent", Codec("enumeration", consent)),
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
        "/create_source": OWNER,
        "/update_source": OWNER,
        "/phone_numbers/0/kind": "home",
        "/phone_numbers/1/kind": "work",
        "/street_addresses/0/kind": Chosen("address_type", KINDS.__getitem__),
        **{
            f"/custom_fields/{number}/custom_field_id": label(name)
            for name, (number, _) in CUSTOM_FIELD_ROWS.items()
        },
    },
    composed={
        "/email_address/permission_to_send": Composition(("consent",), permission),
        "/street_addresses/0/street": Composition(("second", "third"), street),
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
            frozenset({BY_STATUS[Standing.UNCONFIRMED], "temp_hold"}),
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
