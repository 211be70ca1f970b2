"""What an account of v3 holds, as JSON, for tests."""

from __future__ import annotations

from typing import Any

from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.v3 import (
    campaigns,
    contact_fields,
    contact_lists,
    contacts,
    email_schedules,
    jobs,
    sends,
)
from ctct_migrate.sandbox.v3.v3_call import Record


def state_of_account(store: Store) -> dict[str, Any]:
    """Everything that is stored but the calls.

    campaigns      records by id, with `status` in capitals; `activity` is the activity that is sent,
                   whole
    schedules      by the activity's id: `[{"scheduled_date": …}]`, of those that stand
    sends          by the activity's id: each send, with the addresses of its `recipients`
    mailings       how many mails each address would have got, by the activity's id
    lists, contacts, custom_fields, tags  records by id
    addresses      status of each address of the account
    activities     bulk activities by id; `kind` is the last part of the path that began one
    """
    activities = {record["id"]: record for _, record in store.page(campaigns.ACTIVITY, 0, -1)}
    sent = store.by_parent(sends.SEND)
    standing = {number: sends.scheduled(store, number) for number in activities}
    return {
        "campaigns": {
            record["id"]: {**record, "activity": activities[record["activity"]]}
            for _, record in store.page(campaigns.CAMPAIGN, 0, -1)
        },
        "schedules": {
            number: email_schedules.shown(found) for number, found in standing.items() if found
        },
        "sends": sent,
        "mailings": {number: _mailings(found) for number, found in sent.items()},
        "lists": _by_id(store, contact_lists.LIST),
        "contacts": _by_id(store, contacts.CONTACT),
        "custom_fields": _by_id(store, contact_fields.FIELD),
        "tags": _by_id(store, contact_fields.TAG),
        "addresses": store.address_states(),
        "activities": _by_id(store, jobs.JOB),
    }


def _by_id(store: Store, kind: str) -> dict[str, Record]:
    return {record["id"]: record for _, record in store.page(kind, 0, -1)}


def _mailings(found: list[Record]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for send in found:
        for address in send["recipients"]:
            counts[address] = counts.get(address, 0) + 1
    return counts
