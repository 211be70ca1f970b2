"""Contacts: `/contacts`, and who may be mailed.

An address belongs to one contact for good, a deleted one, too.  Decided here, where the reference says
that an address which was unsubscribed stays unmailable: a PUT by the account's owner that would make it
mailable is refused, one by the contact is the contact's own wish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ctct_migrate.sandbox.answers import Answer, json_answer, no_content
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.v3 import contact_fields, contact_lists, v3_errors, v3_paging
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, Record, V3Call, new_id, without

CONTACT = "contact"

_OF = v3_errors.CONTACTS

#: How many a page holds at most (reference, v3-contract, Contacts).
_MOST_LISTED = 500

#: Statuses as the store has them.
LIVE, DELETED = "live", "deleted"

#: What is shown of a contact only if it is asked for.
INCLUDED = (
    "custom_fields", "list_memberships", "phone_numbers", "street_addresses", "taggings", "notes",
)  # fmt: skip

#: What a PUT empties that does not say it.
_PLAIN = (
    "first_name", "last_name", "job_title", "company_name", "birthday_month", "birthday_day",
    "anniversary",
)  # fmt: skip

IMPLICIT, EXPLICIT, UNSUBSCRIBED = "implicit", "explicit", "unsubscribed"
_PENDING = "pending_confirmation"

#: Permissions with which a contact is mailed.
_MAILABLE = (IMPLICIT, EXPLICIT)

_STATUSES = ("all", "active", DELETED, "not_set", _PENDING, "temp_hold", UNSUBSCRIBED)

#: Whether the person was asked to subscribe again, which no answer shows.
_ASKED = "asked_again"

#: Who acted.
OWNER, VISITOR = "Account", "Contact"

_ID = {"type": "string", "minLength": 1}
_NAME = {"type": "string", "minLength": 1, "maxLength": 50}
_SIGN_UP = {
    "type": "object",
    "properties": {
        "email_address": {"type": "string", "maxLength": 50, "pattern": "^[^@ ]+@[^@ ]+$"},
        "first_name": _NAME, "last_name": _NAME, "job_title": _NAME, "company_name": _NAME,
        "phone_number": {"type": "string", "maxLength": 25},
        "street_address": {"type": "object", "required": ["kind"]},
        "birthday_month": {"type": "integer", "minimum": 1, "maximum": 12},
        "birthday_day": {"type": "integer", "minimum": 1, "maximum": 31},
        "anniversary": {"type": "string", "maxLength": 10},
        "list_memberships": {"type": "array", "minItems": 1, "maxItems": 50, "items": _ID},
        "custom_fields": {
            "type": "array", "maxItems": 50,
            "items": {"type": "object", "required": ["custom_field_id", "value"]},
        },
    },
    "required": ["email_address", "list_memberships"],
    "additionalProperties": False,
}  # fmt: skip
_RESUBSCRIBE = {
    "type": "object",
    "properties": {"list_ids": {"type": "array", "items": _ID}},
    "additionalProperties": False,
}


def mailable(store: Store, lists: Iterable[str]) -> list[str]:
    """The addresses of the contacts on lists who may be mailed, each once."""
    found: dict[str, None] = {}
    for number in lists:
        for record in store.holding(CONTACT, "$.list_memberships", number):
            if is_mailable(record):
                found[record["email_address"]["address"].lower()] = None
    return list(found)


def is_mailable(record: Record) -> bool:
    """Whether a contact is mailed."""
    permission = record["email_address"]["permission_to_send"]
    return permission in _MAILABLE and "deleted_at" not in record


def by_address(store: Store, address: str) -> Record | None:
    """The contact that has an address, deleted or not."""
    number = store.with_key(CONTACT, "", address.strip().lower())
    return store.resource(CONTACT, "", number) if number else None


def save(moment: AccountMoment, record: Record) -> Record:
    """Store a contact as changed now."""
    record = {**record, "updated_at": moment.stamp}
    moment.store.put(
        CONTACT,
        record,
        key=record["email_address"]["address"].strip().lower(),
        status=DELETED if "deleted_at" in record else LIVE,
        modified=moment.stamp,
    )
    return record


def add(moment: AccountMoment, given: Mapping[str, Any], number: str = "") -> Record:
    """Store a new contact, given as POST gives it; its record."""
    address = given["email_address"]
    record: Record = {
        "id": number or new_id(moment.store, CONTACT),
        **{name: [] for name in INCLUDED},
        **without(dict(given), ("email_address",)),
        "created_at": moment.stamp,
    }
    record["email_address"] = {
        "address": address["address"],
        "created_at": moment.stamp,
        "confirm_status": "off",
    }
    permission = address.get("permission_to_send", IMPLICIT)
    record = with_permission(moment, record, permission, given.get("create_source", OWNER))
    return save(moment, with_ids(moment, record))


def with_permission(moment: AccountMoment, record: Record, permission: str, source: str) -> Record:
    """A contact with a permission that somebody gave or took; one who unsubscribes is on no list."""
    address = {**record["email_address"], "permission_to_send": permission}
    if record["email_address"].get("permission_to_send") != permission:
        address["updated_at"] = moment.stamp
        if permission == UNSUBSCRIBED:
            address |= {"opt_out_source": source, "opt_out_date": moment.stamp}
        elif permission in _MAILABLE:
            address |= {"opt_in_source": source, "opt_in_date": moment.stamp}
    changed = {**record, "email_address": address}
    return {**changed, "list_memberships": []} if permission == UNSUBSCRIBED else changed


def with_ids(moment: AccountMoment, record: Record) -> Record:
    """A contact whose telephones, addresses and notes have ids, and whose ids are in small letters."""
    found = dict(record)
    for name, own in (
        ("phone_numbers", "phone_number_id"),
        ("street_addresses", "street_address_id"),
        ("notes", "note_id"),
    ):
        items = []
        for each in found[name]:
            if own not in each:
                each = {own: new_id(moment.store, own), **each, "created_at": moment.stamp}
            items.append(each)
        found[name] = items
    for name in ("list_memberships", "taggings"):
        found[name] = list(dict.fromkeys(each.lower() for each in found[name]))
    return found


def shown(record: Record, include: Iterable[str] = INCLUDED) -> Record:
    """A contact as it is answered."""
    hidden = ("id", _ASKED, *(name for name in INCLUDED if name not in include))
    return {"contact_id": record["id"], **without(record, hidden)}


def listing(call: V3Call) -> Answer:
    """GET `?email=&status=&lists=&tags=&updated_after=&include=&include_count=&limit=`."""
    call, at = v3_paging.resumed(call, _OF)
    limit, include = call.limit(_OF, _MOST_LISTED), _include(call)
    fits = _filter(call)
    query = call.request.query
    if "email" in query:
        one = by_address(call.store, query["email"].replace(" ", "+"))
        rows = [(0, one)] if one and fits(one) else []
    else:
        rows = _page(call, at or 0, limit + 1, fits)
    end = rows[limit - 1][0] if len(rows) > limit else None
    answer: Record = {"contacts": [shown(record, include) for _, record in rows[:limit]]}
    if query.get("include_count") == "true":
        answer["contacts_count"] = len(_page(call, 0, None, fits))
    return json_answer(200, {**answer, **v3_paging.links(call, end)})


def _include(call: V3Call) -> list[str]:
    found = call.words("include")
    unknown = [name for name in found if name not in INCLUDED]
    if unknown:
        raise v3_errors.invalid(_OF, f"include cannot be {unknown[0]}.")
    return found


def _filter(call: V3Call) -> Any:
    """Whether a listing shows a contact.  Raises RefusedError for a query that is wrong."""
    status = call.request.query.get("status", "").lower()
    if status and status not in _STATUSES:
        raise v3_errors.invalid(_OF, f"status cannot be {status}.")
    lists, tags = set(call.words("lists")), set(call.words("tags"))
    since = call.moment(_OF, "updated_after")

    def fits(record: Record) -> bool:
        permission = record["email_address"]["permission_to_send"]
        deleted = "deleted_at" in record
        right = {
            "": not deleted,
            "all": True,
            DELETED: deleted,
            "active": is_mailable(record),
        }.get(status, not deleted and permission == status)
        return (
            right
            and record["updated_at"] >= since
            and (not lists or not lists.isdisjoint(record["list_memberships"]))
            and (not tags or not tags.isdisjoint(record["taggings"]))
        )

    return fits


def _page(call: V3Call, after: int, most: int | None, fits: Any) -> list[tuple[int, Record]]:
    """The contacts behind a place that fit, at most so many."""
    found: list[tuple[int, Record]] = []
    while True:
        rows = call.store.page(CONTACT, after, _MOST_LISTED)
        found += [row for row in rows if fits(row[1])]
        if len(rows) < _MOST_LISTED or (most is not None and len(found) >= most):
            return found[:most]
        after = rows[-1][0]


def create(call: V3Call) -> Answer:
    """POST."""
    body = call.checked(_OF, "contact", "create")
    permission = body["email_address"].get("permission_to_send", IMPLICIT)
    taken = {
        "implicit-explicit": permission in _MAILABLE,
        "all-but-unsubscribed": permission != UNSUBSCRIBED,
    }
    if not taken.get(call.settings.permissions_on_post, True):
        raise v3_errors.invalid(_OF, f"permission_to_send cannot be {permission}.")
    _check_free(call, body["email_address"]["address"], "")
    _check_references(call, body)
    return json_answer(201, shown(add(call, body)))


def _check_free(call: V3Call, address: str, own: str) -> None:
    """Raise RefusedError (409) when another contact than `own` has the address: its message holds
    that contact's id."""
    there = by_address(call.store, address)
    if there is not None and there["id"] != own:
        raise v3_errors.taken(
            _OF, f"Validation failed: the email address exists already for contact {there['id']}."
        )


def _check_references(call: V3Call, body: Mapping[str, Any]) -> None:
    """Raise RefusedError (400) for lists, tags and custom fields that the account does not have."""
    contact_lists.check_known(call, _OF, "list_memberships", body.get("list_memberships", ()))
    contact_fields.check_known(call, body)


def read(call: V3Call) -> Answer:
    """GET of one."""
    record = found(call)
    return json_answer(200, shown(record, _include(call)))


def found(call: V3Call) -> Record:
    """The contact that the path names.  Raises RefusedError (404)."""
    number = call.parameter("contact_id")
    record = call.store.resource(CONTACT, "", number)
    if record is None:
        raise v3_errors.missing(_OF, f"There is no contact {number}.")
    return record


def update(call: V3Call) -> Answer:
    """PUT: what is plain and left out is emptied, arrays that are left out are kept."""
    record = found(call)
    body = call.checked(_OF, "contact", "update")
    source = body["update_source"]
    kept = without(record, _PLAIN)
    if source == OWNER:
        kept.pop("deleted_at", None)
    changed = {**kept, **without(body, ("email_address",))}
    address = body.get("email_address")
    if address is not None:
        _check_free(call, address["address"], record["id"])
        changed = _with_address(call, changed, address, source)
    _check_references(call, body)
    if changed["email_address"]["permission_to_send"] == UNSUBSCRIBED:
        changed["list_memberships"] = []
    return json_answer(200, shown(save(call, with_ids(call, changed))))


def _with_address(
    call: V3Call, record: Record, given: Mapping[str, Any], source: str
) -> Record:  # fmt: skip
    """A contact with the address and the permission that a PUT gives."""
    before = record["email_address"]["permission_to_send"]
    permission = given.get("permission_to_send", before)
    if before == UNSUBSCRIBED and permission != UNSUBSCRIBED and source != VISITOR:
        raise v3_errors.invalid(
            _OF, "permission_to_send cannot be changed: the contact has unsubscribed."
        )
    changed = with_permission(call, record, permission, source)
    address = {**changed["email_address"], "address": given["address"]}
    if "opt_out_reason" in given:
        address["opt_out_reason"] = given["opt_out_reason"]
    return {**changed, "email_address": address}


def delete(call: V3Call) -> Answer:
    """DELETE: the contact is on no list, and keeps its address."""
    record = found(call)
    remove(call, record)
    return no_content()


def remove(moment: AccountMoment, record: Record) -> None:
    """Delete a contact."""
    save(moment, {**record, "deleted_at": moment.stamp, "list_memberships": []})


def delete_field(call: V3Call) -> Answer:
    """DELETE `/contact_custom_fields/{custom_field_id}`."""
    remove_field(call, contact_fields.found(call, contact_fields.FIELD, "custom_field_id")["id"])
    return no_content()


def remove_field(moment: AccountMoment, number: str) -> None:
    """Take a custom field away, with what contacts have in it."""
    for _, record in moment.store.page(CONTACT, 0, -1):
        left = [each for each in record["custom_fields"] if each["custom_field_id"] != number]
        if len(left) != len(record["custom_fields"]):
            save(moment, {**record, "custom_fields": left})
    moment.store.discard(contact_fields.FIELD, number)


def sign_up(call: V3Call) -> Answer:
    """POST `/contacts/sign_up_form`: creates or adds to a contact, who says so; never empties."""
    body = call.small(_OF, _SIGN_UP)
    _check_references(call, body)
    given = {name: body[name] for name in _PLAIN if name in body}
    lists, fields = body["list_memberships"], body.get("custom_fields", [])
    if "phone_number" in body:
        given["phone_numbers"] = [{"phone_number": body["phone_number"], "kind": "other"}]
    if "street_address" in body:
        given["street_addresses"] = [body["street_address"]]
    there = by_address(call.store, body["email_address"])
    if there is None:
        address = {"address": body["email_address"], "permission_to_send": EXPLICIT}
        new = {**given, "email_address": address, "create_source": VISITOR}
        record = add(call, {**new, "list_memberships": lists, "custom_fields": fields})
        return json_answer(201, {"contact_id": record["id"], "action": "created"})
    own = {each["custom_field_id"] for each in fields}
    kept = [each for each in there["custom_fields"] if each["custom_field_id"] not in own]
    changed = with_permission(call, without(there, ("deleted_at",)), EXPLICIT, VISITOR)
    changed |= {
        **given,
        "update_source": VISITOR,
        "list_memberships": [*changed["list_memberships"], *lists],
        "custom_fields": [*kept, *fields],
    }
    save(call, with_ids(call, changed))
    return json_answer(200, {"contact_id": there["id"], "action": "updated"})


def resubscribe(call: V3Call) -> Answer:
    """PUT `/contacts/resubscribe/{contact_id}`: asks the person, once."""
    record = found(call)
    body = call.small(_OF, _RESUBSCRIBE)
    lists = body.get("list_ids", [])
    contact_lists.check_known(call, _OF, "list_ids", lists)
    if record["email_address"]["permission_to_send"] != UNSUBSCRIBED or record.get(_ASKED):
        raise v3_errors.invalid(_OF, "The contact cannot be asked to subscribe again.")
    changed = with_permission(call, record, _PENDING, OWNER)
    save(call, {**changed, _ASKED: True, "list_memberships": lists})
    return json_answer(200, {})


def counts(call: V3Call) -> Answer:
    """GET `/contacts/counts`: of those who are not deleted."""
    found = dict.fromkeys(("total", EXPLICIT, IMPLICIT, "pending", UNSUBSCRIBED), 0)
    for _, record in call.store.page(CONTACT, 0, -1, status=LIVE):
        permission = record["email_address"]["permission_to_send"]
        found["total"] += 1
        name = "pending" if permission == _PENDING else permission
        if name in found:
            found[name] += 1
    return json_answer(200, {**found, "new_subscriber": 0})
