"""Forms of v1: the requests for bulk activities, which were not XML (reference, v1-resources,
Activity: Request parameters).

Names, values, and which activity takes what; how a form is read stands in `reader.forms`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from ctct_migrate.late_dataclass import dataclass


class FormKind(StrEnum):
    """What a form asks for."""

    ADD = "add"  #: contacts are put on lists
    REMOVE = "remove"  #: contacts are taken off lists
    CLEAR = "clear"  #: all contacts are taken off lists
    EXPORT = "export"  #: the contacts of a list are exported


ACTIVITY_TYPE = "activityType"

#: What a form asks for, by the value of `activityType`; the first two and ADD_CONTACT_DETAIL have
#: the same effect, and every client wrote SV_ADD.
ACTIVITY_TYPES: Mapping[str, FormKind] = MappingProxyType(
    {
        "SV_ADD": FormKind.ADD,
        "ADD_CONTACTS": FormKind.ADD,
        "ADD_CONTACT_DETAIL": FormKind.ADD,
        "REMOVE_CONTACTS_FROM_LISTS": FormKind.REMOVE,
        "CLEAR_CONTACTS_FROM_LISTS": FormKind.CLEAR,
        "EXPORT_CONTACTS": FormKind.EXPORT,
    }
)

_ROWS = frozenset({FormKind.ADD, FormKind.REMOVE})
_LISTS = frozenset({FormKind.ADD, FormKind.REMOVE, FormKind.CLEAR})
_EXPORT = frozenset({FormKind.EXPORT})


@dataclass(frozen=True, slots=True)
class FormParameter:
    """One parameter of a form.

    kinds     of forms that take it
    required  whether these need it
    repeats   whether it may be given more than once
    values    the values that it takes, the usual one first; empty where any will do
    meaning   what it says, for messages
    """

    name: str
    kinds: frozenset[FormKind]
    meaning: str
    required: bool = False
    repeats: bool = False
    values: tuple[str, ...] = ()


_TRUE_FALSE = ("true", "false")

#: Every parameter, by its name.
PARAMETERS: Mapping[str, FormParameter] = MappingProxyType(
    {
        each.name: each
        for each in (
            FormParameter(
                ACTIVITY_TYPE, frozenset(FormKind), "what is to be done", required=True,
                values=tuple(ACTIVITY_TYPES),
            ),
            FormParameter("data", _ROWS, "the contacts, as CSV", required=True),
            FormParameter("dataFile", _ROWS, "the contacts, as a file"),
            FormParameter("lists", _LISTS, "the URI of a list", required=True, repeats=True),
            FormParameter("listId", _EXPORT, "the URI of the list", required=True),
            FormParameter("fileType", _EXPORT, "the form of the file", values=("CSV", "TXT")),
            FormParameter(
                "sortBy", _EXPORT, "the order of the rows", values=("EMAIL_ADDRESS", "DATE_DESC")
            ),
            FormParameter("exportOptDate", _EXPORT, "whether it says when", values=_TRUE_FALSE),
            FormParameter("exportOptSource", _EXPORT, "whether it says who", values=_TRUE_FALSE),
            FormParameter("exportListName", _EXPORT, "whether it names the list", values=_TRUE_FALSE),
            FormParameter("columns", _EXPORT, "the name of a column", repeats=True),
        )
    }
)  # fmt: skip

#: Parameters that hold the contacts: either of them.
DATA_PARAMETERS = ("data", "dataFile")
