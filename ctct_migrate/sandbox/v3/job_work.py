"""What bulk activities do to an account, each kind by a function of its own."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field
from typing import Any

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.sandbox.v3 import contact_fields, contact_lists, contacts
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, Record, without

#: The kinds, as paths and schemas call them.
IMPORT = "contacts_json_import"
ADD_TO_LISTS, REMOVE_FROM_LISTS = "add_list_memberships", "remove_list_memberships"
DELETE_LISTS, DELETE_CONTACTS = "list_delete", "contact_delete"
DELETE_FIELDS, DELETE_TAGS, EXPORT = (
    "custom_fields_delete",
    "contacts_tags_delete",
    "contact_exports",
)

#: What an export wrote, by the job's id.
RESULT = "export_result"

_PLAIN = (
    "first_name", "last_name", "job_title", "company_name", "birthday_month", "birthday_day",
    "anniversary",
)  # fmt: skip

#: Columns of a row for each kind of telephone and postal address, by what is put before their names.
_KINDS = {"": "other", "home_": "home", "work_": "work", "mobile_": "mobile", "other_": "other"}
_STREETS = {"city": "city", "state": "state", "zip": "postal_code", "country": "country"}

#: What an export holds that names no fields.
_EXPORTED = ("email_address", "first_name", "last_name", "company_name")

_CUSTOM = "cf:"


@dataclass(slots=True)
class JobDone:
    """What a job did: its counts, and its errors in words."""

    counts: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


def carry_out(moment: AccountMoment, kind: str, job: str, work: Mapping[str, Any]) -> JobDone:
    """Do a job's work."""
    return _WORK[kind](moment, job, work)


def sourced(moment: AccountMoment, body: Mapping[str, Any]) -> list[Record]:
    """The contacts that a request's `source` names, without those that it excludes.  A segment and a
    level of engagement have no contacts here."""
    source = body["source"]
    excluded = set(body.get("exclude", {}).get("contact_ids", ()))
    found: dict[str, Record] = {}
    for number in source.get("list_ids", ()):
        found |= _by_id(
            moment.store.holding(contacts.CONTACT, "$.list_memberships", number.lower())
        )
    for number in source.get("tag_ids", ()):
        found |= _by_id(moment.store.holding(contacts.CONTACT, "$.taggings", number.lower()))
    for number in source.get("contact_ids", ()):
        record = moment.store.resource(contacts.CONTACT, "", number.lower())
        if record is not None and "deleted_at" not in record:
            found[record["id"]] = record
    if source.get("all_active_contacts"):
        live = (
            each for _, each in moment.store.page(contacts.CONTACT, 0, -1, status=contacts.LIVE)
        )
        found |= _by_id(each for each in live if contacts.is_mailable(each))
    return [record for number, record in found.items() if number not in excluded]


def _by_id(records: Iterable[Record]) -> dict[str, Record]:
    return {record["id"]: record for record in records}


# Imports


def _import(moment: AccountMoment, job: str, work: Mapping[str, Any]) -> JobDone:
    """Adds new contacts as implicit, by the owner; of others, what is given changes, and their
    permission stays; who unsubscribed cannot be put on a list."""
    done = JobDone({"items_total_count": len(work["rows"])})
    lists = [each.lower() for each in work["list_ids"]]
    fields = {
        record["name"]: record["id"] for _, record in moment.store.page(contact_fields.FIELD, 0, -1)
    }
    persons = barred = 0
    for number, row in enumerate(work["rows"]):
        words = _refused(moment, row, work["bad"].get(str(number), ""), fields)
        if words:
            line = number + work["first_line"]
            done.errors.append(f"Line {line}: {words} ({row.get('email', '')})")
            continue
        persons += 1
        record = _imported(moment, row, fields)
        if record["email_address"]["permission_to_send"] == contacts.UNSUBSCRIBED:
            barred += 1
        else:
            on = dict.fromkeys([*record["list_memberships"], *lists])
            contacts.save(moment, {**record, "list_memberships": list(on)})
    done.counts |= {
        "person_count": persons,
        "error_count": len(done.errors),
        "cannot_add_to_list_count": barred,
    }
    return done


def _refused(
    moment: AccountMoment, row: Record, bad: str, fields: Mapping[str, str]
) -> str:  # fmt: skip
    """Why a row is not taken, in words; empty where it is."""
    for name in row:
        if name.startswith(_CUSTOM) and name.removeprefix(_CUSTOM) not in fields:
            return f"Unknown custom field {name}"
    return moment.options.refused_contacts.get(str(row.get("email", "")).lower(), "") or bad


def _imported(moment: AccountMoment, row: Record, fields: Mapping[str, str]) -> Record:
    """The contact of a row, made or changed."""
    given = _of_row(row, fields)
    there = contacts.by_address(moment.store, row["email"])
    if there is None:
        address = {"address": row["email"], "permission_to_send": contacts.IMPLICIT}
        new = {**given, "email_address": address, "create_source": contacts.OWNER}
        return contacts.add(moment, new)
    merged = {**without(there, ("deleted_at",)), "update_source": contacts.OWNER}
    for name, value in given.items():
        merged[name] = _merged(merged[name], value) if isinstance(value, list) else value
    return contacts.save(moment, contacts.with_ids(moment, merged))


def _merged(there: list[Record], given: list[Record]) -> list[Record]:
    """The items of an array after an import: one of the same kind, or of the same field, is replaced."""

    def own(item: Record) -> str:
        return str(item.get("custom_field_id", item.get("kind", "")))

    new = {own(each) for each in given}
    return [*(each for each in there if own(each) not in new), *given]


def _of_row(row: Record, fields: Mapping[str, str]) -> Record:
    """What a row says, as the properties of a contact."""
    found: Record = {name: row[name] for name in _PLAIN if name in row}
    phones, places = [], []
    for prefix, kind in _KINDS.items():
        if f"{prefix}phone" in row:
            phones.append({"phone_number": row[f"{prefix}phone"], "kind": kind})
        place = {
            name: row[f"{prefix}{of}"] for of, name in _STREETS.items() if f"{prefix}{of}" in row
        }
        lines = [row[f"{prefix}{of}"] for of in ("street", "street2") if f"{prefix}{of}" in row]
        if lines:
            place["street"] = ", ".join(lines)
        if place:
            places.append({"kind": kind, **place})
    custom = [
        {"custom_field_id": fields[name.removeprefix(_CUSTOM)], "value": value}
        for name, value in row.items()
        if name.startswith(_CUSTOM)
    ]
    for name, items in (
        ("phone_numbers", phones),
        ("street_addresses", places),
        ("custom_fields", custom),
    ):
        if items:
            found[name] = items
    return found


# The others


def _add_to_lists(moment: AccountMoment, job: str, work: Mapping[str, Any]) -> JobDone:
    lists = [each.lower() for each in work["list_ids"]]
    added = 0
    for record in sourced(moment, work):
        if record["email_address"]["permission_to_send"] != contacts.UNSUBSCRIBED:
            on = dict.fromkeys([*record["list_memberships"], *lists])
            contacts.save(moment, {**record, "list_memberships": list(on)})
            added += 1
    return JobDone({"items_completed_count": added, "list_count": len(lists)})


def _remove_from_lists(moment: AccountMoment, job: str, work: Mapping[str, Any]) -> JobDone:
    lists = {each.lower() for each in work["list_ids"]}
    found = sourced(moment, work)
    for record in found:
        _take_off(moment, record, lists)
    return JobDone({"items_completed_count": len(found), "list_count": len(lists)})


def _take_off(moment: AccountMoment, record: Record, lists: Iterable[str]) -> None:
    gone = set(lists)
    left = [each for each in record["list_memberships"] if each not in gone]
    if len(left) != len(record["list_memberships"]):
        contacts.save(moment, {**record, "list_memberships": left})


def _delete_lists(moment: AccountMoment, job: str, work: Mapping[str, Any]) -> JobDone:
    for each in work["list_ids"]:
        record = moment.store.resource(contact_lists.LIST, "", each.lower())
        if record is None or "deleted_at" in record:
            continue
        for contact in moment.store.holding(contacts.CONTACT, "$.list_memberships", record["id"]):
            _take_off(moment, contact, [record["id"]])
        contact_lists.save(
            moment, {**record, "updated_at": moment.stamp, "deleted_at": moment.stamp}
        )
    return JobDone({"list_count": len(work["list_ids"])})


def _delete_contacts(moment: AccountMoment, job: str, work: Mapping[str, Any]) -> JobDone:
    found = sourced(moment, {"source": work})
    for record in found:
        contacts.remove(moment, record)
    return JobDone(
        {"items_completed_count": len(found), "list_count": len(work.get("list_ids", ()))}
    )


def _delete_fields(moment: AccountMoment, job: str, work: Mapping[str, Any]) -> JobDone:
    for each in work["custom_field_ids"]:
        contacts.remove_field(moment, each.lower())
    return JobDone()


def _delete_tags(moment: AccountMoment, job: str, work: Mapping[str, Any]) -> JobDone:
    for number in work["tag_ids"]:
        for record in moment.store.holding(contacts.CONTACT, "$.taggings", number):
            left = [each for each in record["taggings"] if each != number]
            contacts.save(moment, {**record, "taggings": left})
        moment.store.discard(contact_fields.TAG, number)
    return JobDone({"items_completed_count": len(work["tag_ids"])})


def exported(moment: AccountMoment, body: Mapping[str, Any]) -> list[Record]:
    """The contacts that an export is about."""
    names = ("contact_ids", "list_ids", "tag_ids", "segment_id")
    source = {name: body[name] for name in names if name in body}
    if not source:
        rows = [record for _, record in moment.store.page(contacts.CONTACT, 0, -1)]
    else:
        rows = sourced(moment, {"source": source})
    status = body.get("status", "")
    if status == "removed":
        return [each for each in rows if "deleted_at" in each]
    rows = [each for each in rows if "deleted_at" not in each]
    if status == "unsubscribed":
        unsubscribed = contacts.UNSUBSCRIBED
        return [e for e in rows if e["email_address"]["permission_to_send"] == unsubscribed]
    return [each for each in rows if contacts.is_mailable(each)] if status == "active" else rows


def _export(moment: AccountMoment, job: str, work: Mapping[str, Any]) -> JobDone:
    found = exported(moment, work)
    fields = work.get("fields", _EXPORTED)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([name.replace("_", " ").capitalize() for name in fields])
    for record in found:
        writer.writerow([_cell(record.get(name, "")) for name in fields])
    moment.store.put(RESULT, {"id": job, "text": text.getvalue()})
    return JobDone({"items_completed_count": len(found)})


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("address", next(iter(value.values()), "")))
    if isinstance(value, list):
        return "; ".join(
            each if isinstance(each, str) else " ".join(str(part) for part in each.values())
            for each in value
        )
    return str(value)


_WORK: Mapping[str, Callable[[AccountMoment, str, Mapping[str, Any]], JobDone]] = {
    IMPORT: _import,
    ADD_TO_LISTS: _add_to_lists,
    REMOVE_FROM_LISTS: _remove_from_lists,
    DELETE_LISTS: _delete_lists,
    DELETE_CONTACTS: _delete_contacts,
    DELETE_FIELDS: _delete_fields,
    DELETE_TAGS: _delete_tags,
    EXPORT: _export,
}
