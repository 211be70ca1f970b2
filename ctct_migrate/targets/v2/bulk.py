"""Bulk activities of v2 (reference, v2-resources, Bulk activities; mapping-v2, Many contacts and v1
activity request).

The limits of the JSON call of an import are not documented; those of its siblings are, and the
lower ones are taken.  Their megabyte is taken for the smaller of the two that bear the name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from ctct_migrate.late_dataclass import replace
from ctct_migrate.payload import Shape
from ctct_migrate.targets.bulk_activity import (
    BulkActivity,
    BulkColumn,
    BulkJobs,
    BulkLimits,
    BulkOption,
    ColumnPlace,
)
from ctct_migrate.targets.target import Recovery, Step
from ctct_migrate.targets.v2.states_and_countries import US, country_code

#: Less than 4 MB, and at most 20,000 contacts.
LIMITS = BulkLimits(rows=20_000, bytes=4_000_000 - 1)


def _text(name: str, property: str, *aliases: str) -> BulkColumn:
    """A column whose property has the same name in a contact and in a row."""
    place = ColumnPlace((property,))
    return BulkColumn(name, (name,), place, (place,), aliases=aliases)


def _address(name: str, property: str, *aliases: str) -> BulkColumn:
    place = ColumnPlace(("addresses", 0, property))
    return BulkColumn(name, (name,), place, (place,), aliases=aliases)


def _country(text: str) -> str | None:
    """The two letters of a country that a text is or names, or None."""
    code = country_code(text)
    return "US" if code in US else code


def _custom_fields() -> Iterator[BulkColumn]:
    for number in range(1, 16):
        name = f"CUSTOM FIELD {number}"
        # The spelling of the reference's example of an import; a contact has another.
        row = ColumnPlace(("custom_fields",), f"custom_field_{number}")
        contact = ColumnPlace(("custom_fields",), f"CustomField{number}")
        yield BulkColumn(name, (name,), row, (contact,), aliases=(f"CUSTOM {number}",))


_EMAIL = BulkColumn(
    "EMAIL",
    ("EMAIL ADDRESS",),
    ColumnPlace(("email_addresses", 0)),
    (ColumnPlace(("email_addresses", 0, "email_address")),),
    exported="Email Address",
    aliases=("EMAIL", "E-MAIL", "MAIL", "E-MAIL ADDRESS"),
)

#: What v2 takes, in the order of the reference, and what it ignores.
COLUMNS = (
    _EMAIL,
    _text("FIRST NAME", "first_name", "FORENAME", "GIVEN NAME"),
    BulkColumn("", ("MIDDLE NAME",), None, (ColumnPlace(("middle_name",)),)),
    _text("LAST NAME", "last_name", "SURNAME", "FAMILY NAME"),
    _text("JOB TITLE", "job_title", "TITLE"),
    _text("COMPANY NAME", "company_name", "COMPANY", "ORGANIZATION"),
    _text("WORK PHONE", "work_phone", "BUSINESS PHONE"),
    _text("HOME PHONE", "home_phone"),
    _address("ADDRESS LINE 1", "line1", "ADDR1", "ADDRESS 1", "STREET"),
    _address("ADDRESS LINE 2", "line2", "ADDR2", "ADDRESS 2"),
    _address("ADDRESS LINE 3", "line3", "ADDR3", "ADDRESS 3"),
    _address("CITY", "city", "TOWN"),
    # A state may be given in words here, so that a contact's state without a code has its place.
    BulkColumn(
        "STATE",
        ("STATE", "STATE/PROVINCE (US/CANADA)"),
        ColumnPlace(("addresses", 0, "state_code")),
        (ColumnPlace(("addresses", 0, "state_code")), ColumnPlace(("addresses", 0, "state"))),
        aliases=("STATE CODE", "STATE NAME", "STATE/PROVINCE", "PROVINCE", "US STATE/CA PROVINCE"),
    ),
    replace(_address("COUNTRY", "country_code", "COUNTRY CODE", "COUNTRY NAME"), code=_country),
    BulkColumn(
        "ZIP/POSTAL CODE",
        ("POSTAL CODE",),
        ColumnPlace(("addresses", 0, "postal_code")),
        (ColumnPlace(("addresses", 0, "postal_code")),),
        aliases=("ZIP/POSTAL CODE", "ZIP", "ZIP CODE", "POSTCODE"),
    ),
    BulkColumn("", ("SUB POSTAL CODE",), None, (ColumnPlace(("addresses", 0, "sub_postal_code")),)),
    *_custom_fields(),
)


#: Who may be in a row: whoever may be created, so that nobody comes back who opted out; and the
#: members of a list, of whom v1 said no more than the address.
_TAKEN: Mapping[str, Shape] = {"contact": Shape.CREATE, "contact_list_member": Shape.RECORD}


def _step(name: str) -> Step:
    # No key leads to a job: one whose answer was lost can only be looked for among the account's
    # activities, by its type, its time and its number of contacts.
    return Step(
        "create", "POST", f"activities/{name}", keeps={"id": "/id"}, recovery=Recovery.NEVER,
        answers=("id",),
    )  # fmt: skip


#: Reference, v2-resources, Bulk activities; mapping-v2, Many contacts, for the number of contacts.
JOBS = BulkJobs(
    listing="activities",
    item="activities/{id}",
    answered=("id", "type", "status"),
    complete="COMPLETE",
    failed=frozenset({"ERROR", "CANCELLED"}),
    listed=50,
    kept_days=14,
    from_rows=25,
    query={"type": "{type}"},
)

_FLAG = {"true": True, "false": False}

#: Reference, mapping-v2, v1 activity request.
_OPTIONS = {
    "fileType": BulkOption("file_type", dict.fromkeys(("CSV", "TXT"), "CSV")),
    "sortBy": BulkOption("sort_by"),
    "exportOptDate": BulkOption("export_date_added", _FLAG),
    "exportOptSource": BulkOption("export_added_by", _FLAG),
}

#: Every activity, by its name.
BULK: Mapping[str, BulkActivity] = MappingProxyType(
    {
        each.name: each
        for each in (
            BulkActivity(
                "addcontacts",
                "ADD_CONTACTS",
                ("SV_ADD", "ADD_CONTACTS", "ADD_CONTACT_DETAIL"),
                _step("addcontacts"),
                "adds contacts to lists",
                COLUMNS,
                LIMITS,
                headed="/column_names",
                takes=_TAKEN,
                kept=(ColumnPlace(("addresses", 0, "address_type")),),
                creates=True,
            ),
            BulkActivity(
                "removefromlists",
                "REMOVE_CONTACTS_FROM_LISTS",
                ("REMOVE_CONTACTS_FROM_LISTS",),
                _step("removefromlists"),
                "removes contacts from lists",
                (_EMAIL,),
                LIMITS,
                takes=_TAKEN,
            ),
            BulkActivity(
                "clearlists",
                "CLEAR_CONTACTS_FROM_LISTS",
                ("CLEAR_CONTACTS_FROM_LISTS",),
                _step("clearlists"),
                "removes all contacts from lists",
            ),
            BulkActivity(
                "exportcontacts",
                "EXPORT_CONTACTS",
                ("EXPORT_CONTACTS",),
                _step("exportcontacts"),
                "exports the contacts of a list",
                COLUMNS,
                headed="/column_names",
                fixed={"file_type": "CSV"},
                options=_OPTIONS,
            ),
        )
    }
)
