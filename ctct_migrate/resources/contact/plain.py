"""Whether the rules of contacts would report nothing, asked of a contact's texts alone
(`rules.fast.questions`)."""

from __future__ import annotations

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.payload import Shape
from ctct_migrate.resources.contact import SUMMARY
from ctct_migrate.resources.contact.standing import Standing, standing_of
from ctct_migrate.resources.contact_list.built_in import has_built_in
from ctct_migrate.rules.fast.fields import ASIDE, ENVELOPE, LISTED, MARKUP, NUMBER, URIS, Fields
from ctct_migrate.rules.fast.suspects import is_postal_code_in_doubt
from ctct_migrate.targets.v2.contact import contact_countries, contact_country, says_the_same

_ASKED = frozenset({
    "Status", "EmailAddress", "OptInSource", "InsertTime", "StateCode", "StateName", "CountryCode",
    "CountryName", "ContactLists", "HomePhone", "WorkPhone", "Name", "EmailType", "OptInTime", "Confirmed", "PostalCode", URIS, ENVELOPE,
})  # fmt: skip

PHONES = ("HomePhone", "WorkPhone")

#: What is written to a server.
_REQUESTS = (Shape.CREATE, Shape.UPDATE)

#: The source of what the account's owner did, which nothing is said of, and of what the contact did.
_BY_OWNER, BY_CONTACT = "ACTION_BY_CUSTOMER", "ACTION_BY_CONTACT"


def fields() -> frozenset[str]:
    """Names of the children that `is_plain` asks about."""
    return _ASKED


def is_plain_for(fields: Fields, shape: Shape | None) -> bool:
    """Whether the rules of contacts would report nothing, for what the contact is to become."""
    return (
        (shape is Shape.RECORD or _has_source(fields))
        and (shape is Shape.RECORD or _has_lists(fields) or _needs_no_list(fields, shape))
        and (shape not in _REQUESTS or (_may_be_sent(fields, shape) and not _is_summary(fields)))
        and _address(fields)
        and _phones(fields)
        and fields.get("EmailAddress", "").isascii()
        and _lists(fields)
    )


def is_remarked(fields: Fields, shape: Shape | None) -> bool:
    """Whether they remark on where the contact stands, or on who acted."""
    return shape in _REQUESTS and (
        standing_of(fields.get("Status", "")) is Standing.UNCONFIRMED
        or fields.get("OptInSource", "").strip() == BY_CONTACT
    )


def is_excused(fields: Fields, name: str) -> bool:
    """Whether a contact of the account may lack a child that a new one has to have."""
    return name == "ContactLists" and _needs_no_list(fields, None)


def _has_lists(fields: Fields) -> bool:
    return fields.get("ContactLists") == MARKUP


def _needs_no_list(fields: Fields, shape: Shape | None) -> bool:
    """Whether nothing is said of a contact that is on no list: of one of the account that is not to be
    mailed, where nobody has asked for a shape, nor of a new one, which the engine makes where the target
    knows that it is not to be mailed; nor of the entry of a listing.  It may not leave by its own act."""
    if "ContactLists" in fields and fields.get("OptInSource", "").strip() not in ("", _BY_OWNER):
        return False
    if shape is None:
        return LISTED in fields or (NUMBER in fields and _is_off_all_lists(fields))
    return shape is Shape.CREATE and _is_off_all_lists(fields)


def _is_off_all_lists(fields: Fields) -> bool:
    return standing_of(fields.get("Status", "")) in (Standing.REMOVED, Standing.DO_NOT_MAIL)


def _has_source(fields: Fields) -> bool:
    """What the server answered of one contact has none of its own."""
    return bool(fields.get("OptInSource", "").strip()) or "InsertTime" in fields


def _is_summary(fields: Fields) -> bool:
    """Whether it has what a listing has, and nothing that only the whole contact has."""
    details = fields.keys() - SUMMARY - {"ContactLists"} - ASIDE
    return not details and bool(fields.keys() & _OF_SERVER)


#: What clients did not have to write.
_OF_SERVER = SUMMARY - {"EmailAddress", "OptInSource"}


def _may_be_sent(fields: Fields, shape: Shape | None) -> bool:
    """Whether nothing is in the way of a request: whether a new contact may be made, the engine knows."""
    standing = standing_of(fields.get("Status", ""))
    return standing.may_be_created or (shape is Shape.CREATE and standing is not Standing.UNKNOWN)


def _address(fields: Fields) -> bool:
    """State and country by code and by name say the same, where there are both."""
    if fields.keys().isdisjoint(_ADDRESS):
        return True
    code, name = fields.get("StateCode", "").strip(), fields.get("StateName", "").strip()
    if code and name and not says_the_same(code, name):
        return False
    if is_postal_code_in_doubt(fields.get("PostalCode", ""), fields.get("CountryCode", "")):
        return False
    code, name = fields.get("CountryCode", "").strip(), fields.get("CountryName", "").strip()
    if code and code.lower() not in contact_countries():
        return False
    return not name or (
        contact_country(name) is not None
        and (not code or contact_country(code) == contact_country(name))
    )


#: What is looked at of an address.
_ADDRESS = frozenset({"StateCode", "StateName", "PostalCode", "CountryCode", "CountryName"})


def _phones(fields: Fields) -> bool:
    return not any(is_scientific(fields[name]) for name in PHONES if name in fields)


def _lists(fields: Fields) -> bool:
    """One account alone, and no list that v1 made itself."""
    uris = fields.get(URIS, "")
    accounts = _USER.finditer(f"{uris}\n{fields.get(ENVELOPE, '')}")
    if len({match[1].lower() for match in accounts}) > 1:
        return False
    return not has_built_in(uris)


_USER = late_compile(r"/ws/customers/([^/\s]+)/")


def is_scientific(text: str) -> bool:
    """Whether a telephone number is written as a spreadsheet shows large numbers: `5.55014E+09`."""
    text = text.strip()
    head, mark, tail = text.upper().partition("E+")
    return bool(mark) and tail.isdigit() and head.replace(".", "", 1).isdigit()
