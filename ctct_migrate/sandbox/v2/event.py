"""Events: a new one is a DRAFT, and PATCH alone changes that (reference, v2-resources, General and
Eventspot)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ctct_migrate.sandbox.answers import Answer, Error, errors, json_answer
from ctct_migrate.sandbox.requests import RefusedError, timestamp
from ctct_migrate.sandbox.served import Behaviour, Record, ServedAccount
from ctct_migrate.targets.v2.target import V2

#: Which status may become which, and what then says when.
_CHANGES = {
    ("DRAFT", "ACTIVE"): "active_date",
    ("ACTIVE", "CANCELLED"): "cancelled_date",
}

_DATES = ("active_date", "cancelled_date", "deleted_date")


class _Events(Behaviour):
    sets: Mapping[str, Any] = MappingProxyType({"status": "DRAFT"})

    def completed(self, account: ServedAccount, record: Record, current: Record | None) -> Record:
        moment = timestamp(account.request.now)
        created = moment if current is None else current.get("created_date", moment)
        kept = {
            name: each
            for name, each in record.items()
            if name not in _DATES or (current is not None and current.get(name))
        }
        return {**kept, "created_date": created, "updated_date": moment}

    def shown(self, account: ServedAccount, record: Record) -> Record:
        # Answers about events leave out null.
        return {name: value for name, value in record.items() if value is not None}


def patch(account: ServedAccount, record: Record) -> Answer:
    """PATCH of one: `[{"op": "REPLACE", "path": "#/status", "value": …}]`."""
    body = account.request.json()
    if not isinstance(body, list) or len(body) != 1:
        raise _bad("json.type.invalid", "#: The request is an array with one operation.")
    found = V2.contract.violations("event_status", "update", body[0])
    if found:
        raise _bad("json.value.invalid", f"#/0{found[0].pointer}: {found[0].message}.")
    before, after = record.get("status", "DRAFT"), body[0]["value"]
    if (before, after) not in _CHANGES:
        raise _bad("json.value.invalid", f"#/0/value: An event that is {before} cannot be {after}.")
    moment = timestamp(account.request.now)
    changed = {**record, "status": after, _CHANGES[before, after]: moment, "updated_date": moment}
    account.store.save("event", "", changed, key=record["name"])
    return json_answer(200, BEHAVIOUR.shown(account, changed))


def _bad(key: str, message: str) -> RefusedError:
    return RefusedError(errors(400, [Error(key, message)]))


BEHAVIOUR = _Events()
BEHAVIOUR.more = (("PATCH", "", "campaign:write", patch),)
