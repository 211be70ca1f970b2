"""Custom fields and tags of contacts: `/contact_custom_fields`, `/contact_tags`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Answer, json_answer
from ctct_migrate.sandbox.v3 import v3_errors, v3_paging
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, Record, V3Call, new_id, without

FIELD, TAG = "custom_field", "contact_tag"

_OF = v3_errors.CONTACTS

#: Reference, v3-contract, Contacts: Custom fields.
_MOST_FIELDS, _FIELDS_LISTED, _TAGS_LISTED = 100, 100, 500

_TAG_SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "maxLength": 255},
        "tag_source": {"enum": ["Contact", "Account"]},
    },
    "required": ["name"],
    "additionalProperties": False,
}


def check_known(call: V3Call, body: Mapping[str, Any]) -> None:
    """Raise RefusedError (400) for a custom field or tag of a contact that the account does not
    have."""
    for each in body.get("custom_fields", ()):
        number = str(each["custom_field_id"]).lower()
        if call.store.resource(FIELD, "", number) is None:
            raise v3_errors.invalid(_OF, f"custom_field_id: there is no custom field {number}.")
    for each in body.get("taggings", ()):
        if call.store.resource(TAG, "", str(each).lower()) is None:
            raise v3_errors.invalid(_OF, f"taggings: there is no tag {each}.")


# Custom fields


def fields(call: V3Call) -> Answer:
    """GET `/contact_custom_fields?limit=`."""
    return _listing(call, FIELD, _FIELDS_LISTED, "custom_fields", "custom_field_id")


def add_field(call: V3Call) -> Answer:
    """POST: the server makes the name of the label."""
    body = call.checked(_OF, "custom_field", "create")
    _check_free(call, FIELD, body["label"], "")
    if call.store.count(FIELD) >= _MOST_FIELDS:
        raise v3_errors.invalid(_OF, f"An account can have at most {_MOST_FIELDS} custom fields.")
    return json_answer(201, _shown(save_field(call, body), "custom_field_id"))


def save_field(moment: AccountMoment, given: Record, number: str = "") -> Record:
    """Store a custom field, given by its label and type; its record."""
    record: Record = {
        "id": number or new_id(moment.store, FIELD), "type": "string",
        "created_at": moment.stamp, **given, "updated_at": moment.stamp,
    }  # fmt: skip
    record["name"] = re.sub(r"\W+", "_", record["label"].strip()).strip("_").lower() or "field"
    moment.store.put(FIELD, record, key=moment.key(record["label"]))
    return record


def read_field(call: V3Call) -> Answer:
    """GET of one."""
    return json_answer(200, _shown(found(call, FIELD, "custom_field_id"), "custom_field_id"))


def change_field(call: V3Call) -> Answer:
    """PUT of one: its label; the type stays, and the name follows."""
    record = found(call, FIELD, "custom_field_id")
    body = call.checked(_OF, "custom_field", "update")
    _check_free(call, FIELD, body["label"], record["id"])
    changed = save_field(call, {**record, "label": body["label"]}, record["id"])
    return json_answer(200, _shown(changed, "custom_field_id"))


# Tags


def tags(call: V3Call) -> Answer:
    """GET `/contact_tags?limit=`."""
    return _listing(call, TAG, _TAGS_LISTED, "tags", "tag_id")


def add_tag(call: V3Call) -> Answer:
    """POST `{name}`."""
    body = call.small(_OF, _TAG_SCHEMA)
    _check_free(call, TAG, body["name"], "")
    return json_answer(201, _shown(_save_tag(call, body, ""), "tag_id"))


def _save_tag(moment: AccountMoment, given: Record, number: str) -> Record:
    record: Record = {
        "id": number or new_id(moment.store, TAG), "tag_source": "Account",
        "created_at": moment.stamp, **given, "updated_at": moment.stamp,
    }  # fmt: skip
    moment.store.put(TAG, record, key=moment.key(record["name"]))
    return record


def read_tag(call: V3Call) -> Answer:
    """GET of one."""
    return json_answer(200, _shown(found(call, TAG, "tag_id"), "tag_id"))


def change_tag(call: V3Call) -> Answer:
    """PUT of one."""
    record = found(call, TAG, "tag_id")
    body = call.small(_OF, _TAG_SCHEMA)
    _check_free(call, TAG, body["name"], record["id"])
    return json_answer(200, _shown(_save_tag(call, {**record, **body}, record["id"]), "tag_id"))


# Both


def _listing(call: V3Call, kind: str, most: int, name: str, own: str) -> Answer:
    call, at = v3_paging.resumed(call, _OF)
    limit = call.limit(_OF, most)
    rows = call.store.page(kind, at or 0, limit + 1)
    end = rows[limit - 1][0] if len(rows) > limit else None
    shown = [_shown(record, own) for _, record in rows[:limit]]
    return json_answer(200, {name: shown, **v3_paging.links(call, end)})


def _check_free(call: V3Call, kind: str, name: str, own: str) -> None:
    if call.store.with_key(kind, "", call.key(name)) not in (None, own):
        raise v3_errors.taken(_OF, f"There is one called '{name}' already.")


def found(call: V3Call, kind: str, parameter: str) -> Record:
    """The custom field or tag that the path names.  Raises RefusedError (404)."""
    number = call.parameter(parameter)
    record = call.store.resource(kind, "", number)
    if record is None:
        raise v3_errors.missing(_OF, f"There is no {parameter} {number}.")
    return record


def _shown(record: Record, own: str) -> Record:
    return {own: record["id"], **without(record, ("id",))}
