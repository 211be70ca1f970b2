"""How v1's values of a contact become v3's: who may be mailed, where a contact lives, and its custom
fields (reference, mapping-v3, Contact)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from ctct_migrate.diagnostics import Severity
from ctct_migrate.mapping.codecs import LIST_ID, TEXT
from ctct_migrate.mapping.rows import (
    NO_PLACE,
    Chosen,
    Codec,
    Composed,
    Condition,
    ConversionOptions,
    Row,
    UnreadableValue,
    sent,
)
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.resources.contact import CUSTOM_FIELDS
from ctct_migrate.resources.contact.standing import Standing, standing_of
from ctct_migrate.resources.contact_list import CONTACT_LIST
from ctct_migrate.targets.v2.contact import contact_countries, contact_country
from ctct_migrate.targets.v2.states_and_countries import state_code
from ctct_migrate.targets.v3.target import V3
from ctct_migrate.v1 import vocabulary

_REQUESTS = frozenset({Shape.CREATE, Shape.UPDATE})
_UPDATE = frozenset({Shape.UPDATE})

# -- whether a contact may be mailed ----------------------------------------------------------------

#: v3's words for who acted (reference, mapping-v3, Contact: OptInSource).
_SOURCES: Mapping[str, str] = {"ACTION_BY_CUSTOMER": "Account", "ACTION_BY_CONTACT": "Contact"}

#: The account's owner acted.
OWNER = _SOURCES["ACTION_BY_CUSTOMER"]

#: Reference, mapping-v3, Contact: Status Active.
_PERMISSIONS: Mapping[str, str] = {"Account": "implicit", "Contact": "explicit"}

#: The permission of a contact of which nobody says who put it on its lists: v1's owner did.
IMPLICIT = _PERMISSIONS[OWNER]

#: Permissions that a state says by itself, whoever acted.
BY_STATUS: Mapping[Standing, str] = {
    Standing.UNCONFIRMED: "pending_confirmation",
    Standing.DO_NOT_MAIL: "unsubscribed",
}

#: The permission of who has opted out.
UNSUBSCRIBED = BY_STATUS[Standing.DO_NOT_MAIL]


def source(text: str, options: ConversionOptions) -> str | None:
    """v3's word for who acted; None where nothing is said.  Raises UnreadableValue for a word that is
    none of v1's."""
    text = " ".join(text.split())
    if text and text not in _SOURCES:
        raise UnreadableValue("enumeration")
    return _SOURCES.get(text)


def actor(text: str, options: ConversionOptions) -> str | None:
    """Who acts in a request."""
    return OWNER if options.choices.opt_in_by == "owner" else source(text, options)


def consent(text: str, options: ConversionOptions) -> str | None:
    """The permission that a source says; a source that there is not is reported where it is sent."""
    return _PERMISSIONS.get(_SOURCES.get(" ".join(text.split()), ""))


def permission(status: Any, parts: Mapping[str, Any], options: ConversionOptions) -> Composed:
    """Whether the contact may be mailed: of the text of `Status`, None for none, and of what
    `consent` made of `OptInSource`, if it made anything."""
    standing = standing_of(status or "")
    if standing in BY_STATUS:
        return Composed(
            BY_STATUS[standing], used={"consent": "Status says more than who put it on its lists"}
        )
    if standing in (Standing.ACTIVE, Standing.NONE):
        return Composed(parts.get("consent", IMPLICIT), used={"consent": ""})
    if standing is Standing.UNKNOWN:
        return Composed(None, "it is not one of the values that v1 has for it")
    reason = f"{V3.title} has no such state: a contact is on no list, or it is deleted"
    return Composed(None, reason, unused={"consent": "the contact was taken off all lists"})


NOT_OPTED_OUT = Condition(
    lambda texts: standing_of(texts("Status")) is not Standing.DO_NOT_MAIL,
    Fate.DROPPED,
    "the contact has opted out, and is on no list of {target}'s",
    _REQUESTS,
)
OPTED_OUT = Condition(
    lambda texts: standing_of(texts("Status")) is Standing.DO_NOT_MAIL,
    Fate.DROPPED,
    "the contact has not opted out",
    _UPDATE,
)


def list_id(text: str, options: ConversionOptions) -> str | None:
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


def street(first: Any, parts: Mapping[str, Any], options: ConversionOptions) -> Composed:
    """The lines of an address, on one line."""
    lines = {"": first, **parts}
    told = {name: text.strip() for name, text in lines.items() if text is not None}
    value = ", ".join(told.values())
    kind = KINDS[options.choices.address_type]
    said = [f"v1 does not say which address it is: `{kind}` is taken (`--address-type`)"]
    joined = [f"{V3.title} has one line for the street"] if len(told) > 1 else []
    return Composed(value, "; ".join(said + joined), dict.fromkeys(parts, "".join(joined)))


def state_name(text: str, options: ConversionOptions) -> str | None:
    """The name of a state or province."""
    if text.isspace():
        return None
    code = state_code(text)
    if code is None:
        raise UnreadableValue("state")
    return vocabulary().states()[code]


def country_name(text: str, options: ConversionOptions) -> str | None:
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


def label(name: str) -> Chosen:
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


CUSTOM_FIELD_ROWS = _custom_fields()
