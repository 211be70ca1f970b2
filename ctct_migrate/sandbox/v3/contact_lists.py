"""Contact lists: `/contact_lists`."""

from __future__ import annotations

from collections.abc import Iterable

from ctct_migrate.sandbox.answers import Answer, json_answer
from ctct_migrate.sandbox.options import is_number, list_name
from ctct_migrate.sandbox.v3 import v3_errors, v3_paging, xrefs
from ctct_migrate.sandbox.v3.v3_call import (
    AccountMoment,
    Record,
    V3Call,
    is_id,
    new_id,
    numbered_id,
    without,
)

LIST = "contact_list"

_OF = v3_errors.CONTACTS

#: Reference, v3-contract, Lists.
_MOST_LISTED, _MOST = 500, 1_000

#: Statuses as the store has them.
ACTIVE, DELETED = "active", "deleted"


def ids(call: V3Call) -> Answer:
    """GET `/contact_lists/list_id_xrefs`.  With `accept_any_list`, a list of a number that the account
    does not have comes into being."""
    if call.options.accept_any_list:
        for number in filter(is_number, call.words(xrefs.LISTS.asked)):
            plant(call, number, {})
    return xrefs.LISTS(call)


def listing(call: V3Call) -> Answer:
    """GET `?name=&status=&limit=&include_count=&include_membership_count=`."""
    call, at = v3_paging.resumed(call, _OF)
    query, limit = call.request.query, call.limit(_OF, _MOST_LISTED)
    status = query.get("status", ACTIVE).lower()
    if status not in (ACTIVE, DELETED, "all"):
        raise v3_errors.invalid(_OF, f"status cannot be {status}.")
    counts = query.get("include_membership_count", "")
    if "name" in query:
        named = call.store.with_key(LIST, "", call.key(query["name"]))
        record = call.store.resource(LIST, "", named) if named else None
        rows = [(0, record)] if record and status in (_status(record), "all") else []
    else:
        wanted = None if status == "all" else status
        rows = call.store.page(LIST, at or 0, limit + 1, status=wanted)
    end = rows[limit - 1][0] if len(rows) > limit else None
    lists = [shown(call, record, counts=bool(counts)) for _, record in rows[:limit]]
    found: Record = {"lists": lists}
    if query.get("include_count") == "true":
        found["lists_count"] = call.store.count_of(LIST, ACTIVE)
    return json_answer(200, {**found, **v3_paging.links(call, end)})


def create(call: V3Call) -> Answer:
    """POST."""
    body = call.checked(_OF, "contact_list", "create")
    check_name(call, body["name"], "")
    if call.store.count_of(LIST, ACTIVE) >= _MOST:
        raise v3_errors.invalid(_OF, f"An account can have at most {_MOST} lists.")
    return json_answer(201, shown(call, add(call, new_id(call.store, LIST), body)))


def add(moment: AccountMoment, number: str, given: Record) -> Record:
    """Store a new list; its record."""
    record = {
        "id": number, "favorite": False, "description": "", **given,
        "created_at": moment.stamp, "updated_at": moment.stamp,
    }  # fmt: skip
    save(moment, record)
    return record


def save(moment: AccountMoment, record: Record) -> None:
    """Store a list; one that is deleted leaves its name free."""
    status = _status(record)
    key = moment.key(record["name"]) if status == ACTIVE else ""
    moment.store.put(LIST, record, key=key, status=status, modified=record["updated_at"])


def _status(record: Record) -> str:
    return DELETED if "deleted_at" in record else ACTIVE


def check_name(call: V3Call, name: str, own: str) -> None:
    """Raise RefusedError (409) when another list than `own` has the name."""
    if call.store.with_key(LIST, "", call.key(name)) not in (None, own):
        raise v3_errors.taken(_OF, f"A list of the name '{name}' exists already.")


def read(call: V3Call) -> Answer:
    """GET of one."""
    counts = bool(call.request.query.get("include_membership_count", ""))
    return json_answer(200, shown(call, found(call), counts=counts))


def update(call: V3Call) -> Answer:
    """PUT of one."""
    record = found(call)
    body = call.checked(_OF, "contact_list", "update")
    if _status(record) == DELETED:
        raise _not_there(record["id"])
    check_name(call, body["name"], record["id"])
    blank = {"favorite": False, "description": ""}
    changed = {**record, **blank, **body, "updated_at": call.stamp}
    save(call, changed)
    return json_answer(200, shown(call, changed))


def found(call: V3Call) -> Record:
    """The list that the path names.  Raises RefusedError (404)."""
    number = call.parameter("list_id")
    record = call.store.resource(LIST, "", number)
    if record is None:
        raise _not_there(number)
    return record


def _not_there(number: str) -> Exception:
    return v3_errors.missing(_OF, f"There is no list {number}.")


def shown(moment: AccountMoment, record: Record, *, counts: bool = False) -> Record:
    """A list as it is answered."""
    answer = {"list_id": record["id"], **without(record, ("id",))}
    if counts:
        found = moment.store.holding("contact", "$.list_memberships", record["id"])
        answer["membership_count"] = len(found)
    return answer


def check_known(moment: AccountMoment, of: str, name: str, ids: Iterable[object]) -> None:
    """Raise RefusedError (400) for a list that the account does not have.  `name` is the property that
    names them.  With `accept_any_list`, v1's numbers excepted, a list comes into being instead."""
    for each in ids:
        number = str(each).lower()
        record = moment.store.resource(LIST, "", number) if is_id(number) else None
        if record is not None and _status(record) == ACTIVE:
            continue
        if record is None and is_id(number) and moment.options.accept_any_list:
            add(moment, number, {"name": list_name(number)})
            continue
        raise v3_errors.invalid(of, f"{name}: there is no list {each}.")


def plant(moment: AccountMoment, number: str, given: Record) -> None:
    """Store a list that was there before anybody called, under v1's number, unless there is one.  A
    name that is taken is made its own by the number.  Raises ValueError for a number that is none."""
    if not is_number(number):
        raise ValueError(f"{number!r} is not the number of a list")
    list_id = numbered_id(LIST, number)
    if moment.store.resource(LIST, "", list_id) is not None:
        return
    name = str(given.get("name") or list_name(number))
    if moment.store.with_key(LIST, "", moment.key(name)) is not None:
        name = f"{name} ({number})"
    add(moment, list_id, {**given, "name": name})
    xrefs.save(moment.store, LIST, number, {"list_id": list_id})
