"""What was really done about a request that is done: a list that was there was found, not created.

The ledger has it as the request's note.
"""

from __future__ import annotations

from enum import StrEnum

from ctct_migrate.sender.ledger import LedgerRequest, RequestKind

#: Notes in the ledger about how a request came to be done: of an update, of a creation where what has
#: the key is as good, and of one whose number the account knows.
EQUAL = "was equal already"
SHARED = "the account has one already, which is used"
THERE = "the account has it under its number"

_REPLACED = "replaced the "


class Deed(StrEnum):
    """What was done."""

    CREATED = "created"
    FOUND = "found"
    REPLACED = "replaced"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    PLACED = "placed"
    DELETED = "deleted"


_USUAL = {
    RequestKind.CREATE: Deed.CREATED,
    RequestKind.UPDATE: Deed.UPDATED,
    RequestKind.PLACE: Deed.PLACED,
    RequestKind.DELETE: Deed.DELETED,
}


def replaced(noun: str, key_name: str) -> str:
    """The note of a creation that has replaced what had its key."""
    return f"{_REPLACED}{noun} of that {key_name}"


def deed_of(request: LedgerRequest) -> Deed:
    """What was done about a request that is done."""
    note = request.record.note
    if request.kind is RequestKind.CREATE:
        if note in (SHARED, THERE):
            return Deed.FOUND
        if note.startswith(_REPLACED):
            return Deed.REPLACED
    return Deed.UNCHANGED if note == EQUAL else _USUAL[request.kind]
