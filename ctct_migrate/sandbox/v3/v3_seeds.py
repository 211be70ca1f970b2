"""What an account of v3 has before anybody calls: lists, addresses, campaigns of the past, contacts,
custom fields.

A record has the properties that v3 has for it, and `number`: what it was in v1, by which the xref calls
know it.  Records that it names may be named by v1's numbers, too.

| resource | properties |
|---|---|
| campaign | `name`, `current_status` (Draft), `format_type` (1), those of its activity; `scheduled_date` of one that is Scheduled; `run_date` and `count` of one that is Done |
| contact_list | `name`, `favorite`, `description` |
| contact | those of POST; `permission_to_send` may be any |
| custom_field | `label`, `type` |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from ctct_migrate.sandbox.options import CONFIRMED, DEFAULT_ADDRESS, UNCONFIRMED, is_number
from ctct_migrate.sandbox.requests import instant, timestamp
from ctct_migrate.sandbox.seeds import Seeds
from ctct_migrate.sandbox.v3 import (
    campaigns,
    contact_fields,
    contact_lists,
    contacts,
    sends,
    xrefs,
)
from ctct_migrate.sandbox.v3.v3_call import (
    AccountMoment,
    Record,
    is_id,
    new_id,
    numbered_id,
    without,
)

#: The content and the sender of a campaign of which nothing is said.
_UNKNOWN_ACTIVITY: Mapping[str, Any] = {
    "format_type": 1,
    "from_name": "Sandbox",
    "from_email": DEFAULT_ADDRESS,
    "reply_to_email": DEFAULT_ADDRESS,
    "subject": "Subject",
    "html_content": "<html><body><p>Text</p></body></html>",
    "document_properties": {"letter_format": "HTML", "text_content": "Text"},
}

#: Properties of a seed that are no property of the activity.
_OF_CAMPAIGN = ("id", "number", "name", "current_status", "scheduled_date", "run_date", "count")


def plant(moment: AccountMoment, seeds: Seeds) -> None:
    """Store what of the seeds is not there, all or nothing.  Raises ValueError, with a sentence for
    users, for what cannot be used."""
    with moment.store.trial() as trial:
        for number, name in seeds.lists.items():
            contact_lists.plant(moment, number, {"name": name})
        for status, addresses in (
            (CONFIRMED, seeds.addresses),
            (UNCONFIRMED, seeds.unconfirmed_addresses),
        ):
            for address in addresses:
                if moment.store.address_status(address) is None:
                    moment.store.save_address(address, status)
        given = {slug: list(records) for slug, records in seeds.records.items()}
        given.setdefault(campaigns.CAMPAIGN, []).extend(seeds.campaigns)
        unknown = set(given) - set(_PLANTING)
        if unknown:
            raise ValueError(f"{min(unknown)}: the sandbox cannot begin with records of it")
        for slug, planting in _PLANTING.items():
            for record in given.get(slug, ()):
                try:
                    planting(moment, dict(record))
                except (KeyError, TypeError, AttributeError) as error:
                    raise ValueError(f"{slug}: {record!r} cannot be used: {error!r}") from None
        trial.keep = True


def _number(record: Record) -> str:
    """v1's number of a record; empty for none.  Raises ValueError."""
    number = str(record.get("number", record.get("id", "")))
    if number and not is_number(number):
        raise ValueError(f"{number!r} is not a number of v1: those are digits")
    return number


def _ids(kind: str, given: Any) -> list[str]:
    """Ids, some of which may be v1's numbers."""
    return [numbered_id(kind, each) if is_number(each) else each.lower() for each in given]


def _plant_list(moment: AccountMoment, record: Record) -> None:
    contact_lists.plant(moment, _number(record), without(record, ("id", "number")))


def _plant_campaign(moment: AccountMoment, record: Record) -> None:
    number, name = _number(record), record["name"]
    ids = None
    if number:
        ids = (
            numbered_id(campaigns.CAMPAIGN, number),
            numbered_id(campaigns.ACTIVITY, number),
            numbered_id(campaigns.PAGE, number),
        )
    there = moment.store.with_key(campaigns.CAMPAIGN, "", moment.key(name)) is not None
    if there or (ids and moment.store.resource(campaigns.CAMPAIGN, "", ids[0])):
        return
    status = str(record.get("current_status", campaigns.DRAFT)).upper()
    if status not in campaigns.STATUSES:
        raise ValueError(f"current_status of '{name}' is {status}: {', '.join(campaigns.STATUSES)}")
    activity = {**_UNKNOWN_ACTIVITY, **without(record, _OF_CAMPAIGN)}
    lists = activity.get("contact_list_ids", ())
    activity["contact_list_ids"] = _ids(contact_lists.LIST, lists)
    stored = campaigns.add(moment, name, activity, status=status, ids=ids)
    made = moment.store.resource(campaigns.ACTIVITY, "", stored["activity"])
    assert made is not None, "just stored"
    if number:
        to = {"campaign_id": stored["id"], "campaign_activity_id": stored["activity"]}
        xrefs.save(moment.store, campaigns.CAMPAIGN, number, to)
    if status == campaigns.SCHEDULED:
        due = instant(record.get("scheduled_date", "")) or moment.now + timedelta(days=1)
        sends.schedule(moment, stored["activity"], due, campaigns.DRAFT)
    elif status == campaigns.DONE:
        run = instant(record.get("run_date", "")) or moment.now - timedelta(days=1)
        sends.add_former(moment, made, timestamp(run), int(record.get("count", 0)))


def _plant_contact(moment: AccountMoment, record: Record) -> None:
    number = _number(record)
    given = {"create_source": contacts.OWNER, **without(record, ("id", "number"))}
    given["list_memberships"] = _ids(contact_lists.LIST, given.get("list_memberships", ()))
    if contacts.by_address(moment.store, given["email_address"]["address"]) is not None:
        return
    contact_id = (
        numbered_id(contacts.CONTACT, number) if number else new_id(moment.store, "contact")
    )
    contacts.add(moment, given, contact_id)
    if number:
        xrefs.save(moment.store, contacts.CONTACT, number, {"contact_id": contact_id})


def _plant_field(moment: AccountMoment, record: Record) -> None:
    label = record["label"]
    if moment.store.with_key(contact_fields.FIELD, "", moment.key(label)) is None:
        given = without(record, ("id", "number"))
        contact_fields.save_field(moment, given, numbered_id(contact_fields.FIELD, label))


_PLANTING: Mapping[str, Callable[[AccountMoment, Record], None]] = {
    contact_lists.LIST: _plant_list,
    contact_fields.FIELD: _plant_field,
    campaigns.CAMPAIGN: _plant_campaign,
    contacts.CONTACT: _plant_contact,
}


def fitting_record(slug: str, number: str, body: Mapping[str, Any] | None) -> Record | None:
    """The record of what has a number in v1, as it was before an update with that body (as `convert`
    writes it); None where the account cannot begin with one."""
    if not is_number(number):
        return None
    if slug == contact_lists.LIST:
        return {"number": number}
    if slug == campaigns.CAMPAIGN:
        # With a list, so that it can be scheduled.
        return {"number": number, "name": f"Campaign {number}", "contact_list_ids": ["1"]}
    address = (body or {}).get("email_address")
    if slug == contacts.CONTACT:
        known = address["address"] if isinstance(address, dict) else f"contact{number}@example.com"
        return {"number": number, "email_address": {"address": known}}
    return None


def needed_records(body: Any) -> Mapping[str, tuple[Record, ...]]:
    """The custom fields whose labels stand in a body, of a contact or of an import, as `convert` writes
    it."""
    if not isinstance(body, dict):
        return {}
    labels = [each.get("custom_field_id") for each in body.get("custom_fields", ())]
    for row in body.get("import_data", ()):
        labels += [name.removeprefix("cf:") for name in row if name.startswith("cf:")]
    wanted = dict.fromkeys(label for label in labels if label and not is_id(label))
    return {contact_fields.FIELD: tuple({"label": label} for label in wanted)} if wanted else {}
