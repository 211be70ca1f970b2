"""Contacts: who is on a list, and who opted out (reference, v2-resources, Contacts).

An address is never free again: a contact that is deleted has opted out, and keeps it.  Only the
contact's own action brings somebody back who opted out; what the owner sends about such a contact
leaves it as it was, on no list (open in the reference, and decided here).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Answer, Error, json_answer
from ctct_migrate.sandbox.requests import bad_request, timestamp
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount
from ctct_migrate.sandbox.v2.account_endpoints import list_errors

OWNER, VISITOR = "ACTION_BY_OWNER", "ACTION_BY_VISITOR"

#: Statuses of contacts.
ACTIVE, UNCONFIRMED, OPTED_OUT, REMOVED = "ACTIVE", "UNCONFIRMED", "OPTOUT", "REMOVED"

#: What a contact shows that never opted out (reference, v2-resources, Contacts).
NEVER = "1969-12-31T19:00:00.000Z"


def status_on(lists: Any, before: str | None = None) -> str:
    """The status of a contact that is on those lists and has not opted out."""
    if not lists:
        return REMOVED
    return UNCONFIRMED if before == UNCONFIRMED else ACTIVE


def opted_out(record: Record, moment: str) -> Record:
    """A contact, after it opted out."""
    address = {
        **record["email_addresses"][0],
        "status": OPTED_OUT,
        "opt_out_source": OWNER,
        "opt_out_date": moment,
    }
    return {
        **record,
        "status": OPTED_OUT,
        "lists": [],
        "email_addresses": [address],
        "modified_date": moment,
    }


class _Contacts(Behaviour):
    most_listed = 500

    def prepared(self, account: ServedAccount, body: Any, current: Record | None) -> Any:
        _action(account)
        return body

    def errors(
        self, account: ServedAccount, body: Mapping[str, Any], current: Record | None
    ) -> Iterator[Error]:
        """The lists have to be there; who opted in is who acts."""
        now = account.request.now
        yield from list_errors(account.store, account.options, body.get("lists"), now)
        given = body["email_addresses"][0].get("opt_in_source")
        if current is None and given not in (None, _action(account)):
            message = "#/email_addresses/0/opt_in_source: Value must be that of action_by."
            yield Error("json.value.invalid", message)

    def completed(self, account: ServedAccount, record: Record, current: Record | None) -> Record:
        """With what the server knows of an address; `current` has the status from before."""
        moment, action = timestamp(account.request.now), _action(account)
        before = (current or {}).get("status")
        stays_out = before == OPTED_OUT and action != VISITOR
        lists = [] if stays_out else record.get("lists") or []
        status = OPTED_OUT if stays_out else status_on(lists, before)
        known = (current or {}).get("email_addresses") or [{}]
        address = {
            "confirm_status": "NO_CONFIRMATION_REQUIRED",
            "opt_in_date": moment,
            "opt_in_source": action,
            "opt_out_date": NEVER,
            **known[0],
            **record["email_addresses"][0],
            "status": status,
        }
        if before == OPTED_OUT and not stays_out:
            address |= {"opt_in_date": moment, "opt_in_source": action, "opt_out_date": NEVER}
        return {
            **record,
            "status": status,
            "lists": [{"id": each["id"], "status": ACTIVE} for each in lists],
            "email_addresses": [address],
        }

    def left(self, account: ServedAccount, record: Record) -> Record:
        """DELETE opts out, and the address stays taken."""
        return opted_out(record, timestamp(account.request.now))

    def shown(self, account: ServedAccount, record: Record) -> Record:
        """Codes of countries are answered in small letters."""
        shown = [
            {**each, "country_code": each["country_code"].lower()}
            if each.get("country_code")
            else each
            for each in record.get("addresses") or ()
        ]
        return {**record, "addresses": shown}


def _action(account: ServedAccount) -> str:
    """Who acts.  Raises RefusedError (400) for somebody else."""
    action = account.request.query.get("action_by", OWNER)
    if action not in (OWNER, VISITOR):
        raise bad_request(f"The query parameter action_by cannot be '{action}'.")
    return action


def members(account: ServedAccount, record: Record) -> Answer:
    """GET `/lists/{id}/contacts`, all on one page (the reference pages them as the contacts are)."""
    found = account.store.on_list("contact", record["id"])
    results = [BEHAVIOUR.shown(account, each) for each in found]
    return json_answer(200, {"meta": {"pagination": {}}, "results": results})


BEHAVIOUR = _Contacts()
