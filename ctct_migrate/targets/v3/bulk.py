"""Bulk activities of v3 (reference, v3-contract, Bulk activities; mapping-v3, Contact and Activity).

An import makes new contacts implicit, by the account's owner, and takes telephone numbers of the US
and addresses of 50 characters alone.  A contact that it would change is created by itself.  What is
over 4 MB is dropped by the server without an error, so that no request comes near it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Shape
from ctct_migrate.resources.contact import CUSTOM_FIELDS
from ctct_migrate.targets.bulk_activity import (
    BulkActivity,
    BulkColumn,
    BulkJobs,
    BulkLimits,
    ColumnPlace,
    RowParts,
)
from ctct_migrate.targets.target import Recovery, Step
from ctct_migrate.targets.v2.contact import contact_countries, contact_country
from ctct_migrate.targets.v2.states_and_countries import state_code
from ctct_migrate.targets.v3.contact_values import IMPLICIT, KINDS, UNSUBSCRIBED
from ctct_migrate.targets.v3.target import V3
from ctct_migrate.v1 import vocabulary

#: Less than 4 MB, whichever of the two that bear the name is meant, and at most 40,000 contacts.
LIMITS = BulkLimits(rows=40_000, bytes=4_000_000 - 1)

#: Contacts that a removal names, each by its id.
_REMOVED = BulkLimits(rows=500, bytes=4_000_000 - 1)

_ROWS = "/import_data"
_LISTS = "/list_ids"

# -- one contact ------------------------------------------------------------------------------------

_PLAIN = ("first_name", "last_name", "job_title", "company_name")

#: What an import calls the parts of a postal address, behind the kind of address.
_PARTS = {"street": "street", "city": "city", "state": "state", "postal_code": "zip", "country": "country"}  # fmt: skip

#: Where telephone numbers have the form of those of the US: the North American Numbering Plan.
_AMERICAN = frozenset({
    "United States", "Canada", "Puerto Rico", "Guam", "American Samoa", "Northern Mariana Islands",
    "U.S. Virgin Islands", "United States Virgin Islands",
})  # fmt: skip


def us_phone(text: str) -> str | None:
    """A telephone number, if it has the form of one of the US."""
    text = text.strip()
    fits = V3.contract.fits_pattern("contacts_json_import", f"{_ROWS}/0/phone", text)
    return text if fits else None


def row_parts(contact: Mapping[str, Any]) -> RowParts:
    """The row of the body that creates a contact; of a member of a list its address alone."""
    address = contact["email_address"]
    values: dict[str, Any] = {"email": address["address"]}
    values |= {name: contact[name] for name in _PLAIN if name in contact}
    for phone in contact.get("phone_numbers", ()):
        number = phone["phone_number"]
        values[f"{phone['kind']}_phone"] = us_phone(number) or number
    for each in contact.get("street_addresses", ()):
        given = {name: each[part] for part, name in _PARTS.items() if part in each}
        values |= {f"{each['kind']}_{name}": value for name, value in given.items()}
    for each in contact.get("custom_fields", ()):
        values[f"cf:{each['custom_field_id']}"] = each["value"]
    notes = range(len(contact.get("notes", ())))
    return RowParts(
        values,
        tuple(f"/notes/{number}/content" for number in notes),
        "; ".join(_changes(contact, values)),
    )


def _changes(contact: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    """What an import would make of a contact that is not what its body says, each in a clause."""
    permission = contact["email_address"].get("permission_to_send", IMPLICIT)
    if permission != IMPLICIT:
        yield f"an import makes contacts {IMPLICIT}, and this one is {permission}"
    if "create_source" in contact and not contact.get("list_memberships"):
        yield "an import puts contacts on lists, and this one is on none"
    limits = V3.contract.limits("contacts_json_import", f"{_ROWS}/0/email")
    if len(values["email"]) > (limits.max_length or 0):
        yield f"an import takes addresses of {limits.max_length} characters at most"
    countries = {
        each["country"] for each in contact.get("street_addresses", ()) if "country" in each
    }
    phones = [value for name, value in values.items() if name.endswith("_phone")]
    if phones and (countries - _AMERICAN or None in map(us_phone, phones)):
        yield "an import takes telephone numbers of the US alone"


# -- columns ----------------------------------------------------------------------------------------


def _text(heading: str, name: str, *aliases: str) -> BulkColumn:
    return BulkColumn(heading, (heading,), ColumnPlace((name,)), exported=name, aliases=aliases)


def _phone(heading: str, name: str, *aliases: str) -> BulkColumn:
    return BulkColumn(
        heading, (heading,), ColumnPlace((name,)), exported="phone_numbers", aliases=aliases,
        code=us_phone, noun="a telephone number of the US, which an import takes alone",
        help="The contact is imported without it. To keep the number, create the contact by itself.",
    )  # fmt: skip


def _of_kind(name: str) -> Callable[[Choices], tuple[str | int, ...]]:
    return lambda choices: (f"{KINDS[choices.address_type]}_{name}",)


def _postal(
    heading: str, name: str, *aliases: str, code: Callable[[str], str] | None = None,
    joined: str = "", headings: tuple[str, ...] = (),
) -> BulkColumn:  # fmt: skip
    place = ColumnPlace((f"home_{name}",), chosen=_of_kind(name))
    return BulkColumn(
        heading, headings or (heading,), place, exported="street_addresses", aliases=aliases,
        code=code, joined=joined,
    )  # fmt: skip


def _labelled(element: str) -> ColumnPlace:
    def path(choices: Choices) -> tuple[str | int, ...] | None:
        label = choices.custom_field(element)
        return (f"cf:{label}",) if label else None

    needed = element in CUSTOM_FIELDS  # v1's numbers say nothing to v3
    return ColumnPlace((f"cf:{element}",), chosen=path, element=element, needed=needed)


def _state(text: str) -> str:
    """A state by its name, if it is one of the US or of Canada."""
    code = state_code(text)
    return text if code is None else vocabulary().states()[code]


def _country(text: str) -> str:
    """A country by its name, if it is known."""
    code = contact_country(text)
    return text if code is None else contact_countries()[code.lower()]


_EMAIL = BulkColumn(
    "EMAIL ADDRESS",
    ("EMAIL ADDRESS",),
    ColumnPlace(("email",)),
    (ColumnPlace(("email_address", "address")),),
    exported="email_address",
    aliases=("EMAIL", "E-MAIL", "MAIL", "E-MAIL ADDRESS"),
)

COLUMNS = (
    _EMAIL,
    _text("FIRST NAME", "first_name", "FORENAME", "GIVEN NAME"),
    BulkColumn(
        "MIDDLE NAME", ("MIDDLE NAME",), _labelled("MiddleName"), exported="custom_fields"
    ),
    _text("LAST NAME", "last_name", "SURNAME", "FAMILY NAME"),
    _text("JOB TITLE", "job_title", "TITLE"),
    _text("COMPANY NAME", "company_name", "COMPANY", "ORGANIZATION"),
    _phone("WORK PHONE", "work_phone", "BUSINESS PHONE"),
    _phone("HOME PHONE", "home_phone"),
    _postal("ADDRESS LINE 1", "street", "ADDR1", "ADDRESS 1", "STREET", joined=", "),
    _postal("ADDRESS LINE 2", "street", "ADDR2", "ADDRESS 2", joined=", "),
    _postal("ADDRESS LINE 3", "street", "ADDR3", "ADDRESS 3", joined=", "),
    _postal("CITY", "city", "TOWN"),
    _postal(
        "STATE", "state", "STATE CODE", "STATE NAME", "STATE/PROVINCE", "PROVINCE",
        "US STATE/CA PROVINCE", code=_state, headings=("STATE", "STATE/PROVINCE (US/CANADA)"),
    ),
    _postal("COUNTRY", "country", "COUNTRY CODE", "COUNTRY NAME", code=_country),
    _postal(
        "ZIP/POSTAL CODE", "zip", "ZIP/POSTAL CODE", "ZIP", "ZIP CODE", "POSTCODE",
        headings=("POSTAL CODE",),
    ),
    BulkColumn("", ("SUB POSTAL CODE",), None),
    *(
        BulkColumn(
            f"CUSTOM FIELD {number}", (f"CUSTOM FIELD {number}",), _labelled(element),
            exported="custom_fields", aliases=(f"CUSTOM {number}",),
        )
        for number, element in enumerate(CUSTOM_FIELDS, 1)
    ),
)  # fmt: skip

# -- requests ---------------------------------------------------------------------------------------

#: Who may be in a row: whoever may be created, so that nobody comes back who opted out; and the
#: members of a list, of whom v1 said no more than the address.
_TAKEN: Mapping[str, Shape] = {"contact": Shape.CREATE, "contact_list_member": Shape.RECORD}

#: What v1 kept as lists and v3 has as a state of contacts.
_STATES = {
    "active": ("status", "active"),
    "do-not-mail": ("status", "unsubscribed"),
    "removed": ("status", "removed"),
}


def _step(name: str) -> Step:
    # No key leads to a job: one whose answer was lost can only be looked for among the account's
    # activities, by its time and its number of contacts.
    return Step(
        "create", "POST", f"activities/{name}", keeps={"id": "/activity_id"},
        recovery=Recovery.NEVER, answers=("activity_id",),
    )  # fmt: skip


def _address_alone(contact: Mapping[str, Any]) -> RowParts:
    opted_out = contact["email_address"].get("permission_to_send") == UNSUBSCRIBED
    unfit = "the contact has opted out, and is on no list" if opted_out else ""
    return RowParts(contact["email_address"]["address"], unfit=unfit)


_REMOVE = "remove_list_memberships"
_EXPORT = "contact_exports"
_MEMBERSHIPS = "/list_memberships/*"

#: Reference, v3-contract, Bulk activities.  A job does not say of which type it is.
JOBS = BulkJobs(
    listing="activities",
    item="activities/{id}",
    answered=("activity_id", "state"),
    complete="completed",
    failed=frozenset({"failed", "cancelled", "timed_out"}),
    listed=500,
    kept_days=10,
    from_rows=25,
    query={"limit": "500"},
    rows="/activities",
    id="activity_id",
    type="",
    state="state",
    created="created_at",
    errors="activity_errors",
    contacts="/status/items_total_count",
    error_count="/status/error_count",
)

#: Every activity that v1's forms had, by its name.
BULK: Mapping[str, BulkActivity] = MappingProxyType(
    {
        each.name: each
        for each in (
            BulkActivity(
                "contacts_json_import",
                "contacts_json_import",
                ("SV_ADD", "ADD_CONTACTS", "ADD_CONTACT_DETAIL"),
                _step("contacts_json_import"),
                "adds contacts to lists",
                COLUMNS,
                LIMITS,
                lists=(_LISTS,),
                contact_lists=_MEMBERSHIPS,
                parts=row_parts,
                takes=_TAKEN,
                creates=True,
            ),
            BulkActivity(
                _REMOVE,
                _REMOVE,
                ("REMOVE_CONTACTS_FROM_LISTS",),
                _step(_REMOVE),
                "removes contacts from lists",
                (_EMAIL,),
                _REMOVED,
                rows="/source/contact_ids",
                plain=True,
                lists=(_LISTS,),
                contact_lists=_MEMBERSHIPS,
                parts=_address_alone,
                takes=_TAKEN,
            ),
            BulkActivity(
                "clear_lists",
                _REMOVE,
                ("CLEAR_CONTACTS_FROM_LISTS",),
                _step(_REMOVE),
                "removes all contacts from lists",
                lists=(f"/source{_LISTS}", _LISTS),
                schema_name=_REMOVE,
            ),
            BulkActivity(
                _EXPORT,
                _EXPORT,
                ("EXPORT_CONTACTS",),
                _step(_EXPORT),
                "exports the contacts of a list",
                COLUMNS,
                lists=(_LISTS,),
                states=_STATES,
                headed="/fields",
            ),
        )
    }
)
