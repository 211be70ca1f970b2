"""Bulk activities: requests about many contacts, which are carried out after a while (reference,
v2-resources, Bulk activities).

A job is PENDING, then RUNNING, and is carried out whole at the first call after its time has come
(`SandboxOptions.activity_seconds`).  Decided here, since the reference leaves it open: the first row
of a request is line 2 of it, after the line of the columns' names; `contact_count` is the number of
rows, whatever became of them; an import leaves alone whoever has opted out, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ctct_migrate.contract.contract import Violation
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.sandbox import resources
from ctct_migrate.sandbox.answers import NOT_FOUND, Answer, Error, json_answer
from ctct_migrate.sandbox.options import is_number
from ctct_migrate.sandbox.refusals import error, refuse
from ctct_migrate.sandbox.requests import RefusedError, bad_request, instant, timestamp
from ctct_migrate.sandbox.served import Record, ServedAccount, served
from ctct_migrate.sandbox.v2 import contact
from ctct_migrate.targets.bulk_activity import BulkActivity
from ctct_migrate.targets.v2.bulk import BULK
from ctct_migrate.targets.v2.target import V2

_KIND, _CONTACT, _LIST = "activity", "contact", "contact_list"

#: What a listing holds, and how many days a job is kept.
MOST_LISTED, KEPT_DAYS = 50, 14

_PENDING, _RUNNING, _COMPLETE, _ERROR = "PENDING", "RUNNING", "COMPLETE", "ERROR"

#: Properties of a stored job that no answer shows: its work, and when it is done.
_OWN = frozenset({"work", "name", "due"})

#: The number of the first row, as errors count lines.
_FIRST_LINE = 2

_IN_A_ROW = late_compile(r"/import_data/(\d+)/")

#: What is checked when a row is carried out, and not when the request arrives.
_VALUES = frozenset({"pattern", "format", "minLength", "maxLength", "enum"})

_Errors = dict[int, str]


def start(activity: BulkActivity, account: ServedAccount) -> Answer:
    """POST of one kind of job: 201 before anything of it is done."""
    request = account.request
    body = request.json()
    found = V2.contract.violations(activity.name, "create", body)
    refuse(error(each) for each in found if not _is_about_a_row(each))
    _check_limits(activity, account, body)
    refuse(_list_errors(account, body["lists"]))
    bad = _row_errors(found)
    if activity.headed and 0 in bad and not body.get("column_names", [""]):
        raise bad_request("The first contact's address is not valid.")
    due = request.now + timedelta(seconds=account.options.activity_seconds)
    job = account.store.add(
        _KIND,
        "",
        {
            "type": activity.type,
            "status": _PENDING,
            "error_count": 0,
            "contact_count": 0,
            "created_date": timestamp(request.now),
            "modified_date": timestamp(request.now),
            "name": activity.name,
            "due": timestamp(due),
            "work": {"body": body, "bad": {str(row): words for row, words in bad.items()}},
        },
    )
    shown = _shown(job)
    kept = ("id", "type", "error_count", "contact_count")
    answer = json_answer(201, {name: shown[name] for name in kept})
    return answer.with_headers(Location=f"{V2.base_url}activities/{shown['id']}")


def _is_about_a_row(violation: Violation) -> bool:
    return violation.keyword in _VALUES and bool(_IN_A_ROW.match(violation.pointer))


def _row_errors(violations: Iterable[Violation]) -> _Errors:
    """What is wrong with rows, by their 0-based numbers."""
    found: _Errors = {}
    for each in violations:
        match = _IN_A_ROW.match(each.pointer)
        if match is not None and _is_about_a_row(each):
            name = next(p for p in reversed(each.pointer.split("/")) if not p.isdigit())
            words = "Email Address" if name == "email_addresses" else name.replace("_", " ")
            found.setdefault(int(match[1]), f"Invalid {words}")
    return found


def _check_limits(activity: BulkActivity, account: ServedAccount, body: Any) -> None:
    limits = activity.limits
    if limits is None:
        return
    if len(account.request.body) > limits.bytes:
        raise bad_request("The size of the request exceeds 4 MB.")
    if len(body["import_data"]) > limits.rows:
        raise bad_request(f"The request has more than {limits.rows} contacts.")


def _list_errors(account: ServedAccount, lists: Iterable[str]) -> Iterator[Error]:
    for number in lists:
        if not is_number(number) or account.store.resource(_LIST, "", number) is None:
            message = f"The contact list {number} does not exist."
            yield Error("json.field.lists.value.invalid", message)


def listing(account: ServedAccount) -> Answer:
    """GET `/activities?status=&type=`: the last 50, newest first."""
    query = account.request.query
    jobs = [_shown(each) for each in _kept(account)]
    for name in ("status", "type"):
        asked = query.get(name, "")
        jobs = [each for each in jobs if asked in ("", each[name])]
    return json_answer(200, list(reversed(jobs))[:MOST_LISTED])


def read(account: ServedAccount) -> Answer:
    """GET of one.  404 for one that is older than 14 days."""
    number = account.request.parameters["id"]
    for job in _kept(account):
        if _shown(job)["id"] == number:
            return json_answer(200, _shown(job))
    raise RefusedError(NOT_FOUND.answer(f"Activity not found for id {number}"))


def _kept(account: ServedAccount) -> list[Record]:
    since = timestamp(account.request.now - timedelta(days=KEPT_DAYS))
    return account.store.resources(_KIND, modified_since=since)


def _shown(job: Record) -> Record:
    return {
        **{name: value for name, value in job.items() if name not in _OWN},
        "id": job_id(job["id"]),
    }


def job_id(number: str) -> str:
    """The id that a job shows, of the number under which it is stored."""
    return f"a07e{int(number):015d}"


def carry_out(account: ServedAccount) -> None:
    """Carry out the jobs whose time has come."""
    store, now = account.store, account.request.now
    for status in (_PENDING, _RUNNING):
        for job in store.resources(_KIND, status=status):
            due, created = instant(job["due"]), instant(job["created_date"])
            assert due is not None, "written by this module"
            assert created is not None, "written by this module"
            if now >= due:
                _finish(account, job, now)
            elif status == _PENDING and now - created >= (due - created) / 2:
                started = {"status": _RUNNING, "start_date": timestamp(now)}
                store.save(_KIND, "", {**job, **started})


def _finish(account: ServedAccount, job: Record, now: datetime) -> None:
    body = job["work"]["body"]
    rows = body.get("import_data", [])
    errors: _Errors = {int(row): words for row, words in job["work"]["bad"].items()}
    for number, row in enumerate(rows):
        words = account.options.refused_contacts.get(row["email_addresses"][0].lower())
        if words:
            errors[number] = words
    fails = account.options.activities_fail
    done: int = len(rows)
    if not fails:
        done = _WORK[job["name"]](account, body, errors)
    finished = {
        "status": _ERROR if fails else _COMPLETE,
        "start_date": job.get("start_date", timestamp(now)),
        "finish_date": timestamp(now),
        "contact_count": done,
        "error_count": 0 if fails else len(errors),
    }
    if errors and not fails:
        finished["errors"] = [_error(account, rows, *each) for each in sorted(errors.items())]
    kept = {name: value for name, value in job.items() if name != "work"}
    account.store.save(_KIND, "", {**kept, **finished})


def _error(account: ServedAccount, rows: list[Record], number: int, words: str) -> Any:
    """An error in the newer form, or in the older one."""
    line = number + _FIRST_LINE
    if not account.options.errors_as_objects:
        return f"Line {line}: {words}"
    address = rows[number]["email_addresses"][0]
    return {"message": words, "line_number": line, "email_address": address}


# The work.  Each function gives the number of contacts, and adds to the errors.


def _add(account: ServedAccount, body: Mapping[str, Any], errors: _Errors) -> int:
    kind = served(account.options.target)[_CONTACT]
    columns = {name.upper() for name in body["column_names"]}
    store, moment = account.store, timestamp(account.request.now)
    for number, row in enumerate(body["import_data"]):
        if number in errors:
            continue
        given = {**_taken(row, columns), "lists": [{"id": each} for each in body["lists"]]}
        key = kind.delivery.key_of(given)
        known = store.with_key(_CONTACT, "", key)
        if known is None:
            resources.add(kind, account, "", given, moment)
            continue
        there = store.resource(_CONTACT, "", known)
        assert there is not None, "its key is known"
        if there["status"] == contact.OPTED_OUT:
            errors[number] = "The contact has opted out"
            continue
        store.save(_CONTACT, "", _updated(there, given, moment), key=key)
    return len(body["import_data"])


def _taken(row: Record, columns: set[str]) -> Record:
    """What an import takes of a row, as the properties of a contact: what is among the columns, and
    not blank."""
    found: Record = {"email_addresses": [{"email_address": row["email_addresses"][0]}]}
    for column in BULK["addcontacts"].columns[1:]:
        place = column.row
        if place is None or column.name not in columns:
            continue
        if place.item:
            number = place.item.rpartition("_")[2]
            for each in row.get("custom_fields", ()):
                if each["name"] == place.item and each["value"]:
                    item = {"name": f"CustomField{number}", "value": each["value"]}
                    found.setdefault("custom_fields", []).append(item)
        elif place.path[0] == "addresses":
            given = (row.get("addresses") or [{}])[0]
            if value := given.get(place.path[-1]):
                address = found.setdefault("addresses", [{}])[0]
                kind = given.get("address_type", "PERSONAL")
                address |= {"address_type": kind, str(place.path[-1]): value}
        elif value := row.get(str(place.path[0])):
            found[str(place.path[0])] = value
    return found


def _updated(there: Record, given: Record, moment: str) -> Record:
    """A contact after an import: what the import says replaces what was there, and the rest stays."""
    merged = {**there, "modified_date": moment}
    for name, value in given.items():
        if name == "addresses":
            old = (there.get("addresses") or [{}])[0]
            merged["addresses"] = [{**old, **value[0]}, *(there.get("addresses") or [])[1:]]
        elif name == "custom_fields":
            fields = {each["name"]: each for each in there.get("custom_fields") or ()}
            fields |= {each["name"]: each for each in value}
            merged["custom_fields"] = list(fields.values())
        elif name == "lists":
            lists = {each["id"]: each for each in there["lists"]}
            lists |= {each["id"]: {"id": each["id"], "status": contact.ACTIVE} for each in value}
            merged["lists"] = list(lists.values())
        elif name != "email_addresses":
            merged[name] = value
    return _with_status(merged)


def _with_status(record: Record) -> Record:
    status = contact.status_on(record["lists"], record["status"])
    address = {**record["email_addresses"][0], "status": status}
    return {**record, "status": status, "email_addresses": [address]}


def _off(account: ServedAccount, record: Record, lists: Iterable[str]) -> None:
    """Take a contact off lists."""
    gone = set(lists)
    left = [each for each in record["lists"] if each["id"] not in gone]
    if len(left) == len(record["lists"]):
        return
    changed = {**record, "lists": left, "modified_date": timestamp(account.request.now)}
    key = served(account.options.target)[_CONTACT].delivery.key_of(record)
    account.store.save(_CONTACT, "", _with_status(changed), key=key)


def _remove(account: ServedAccount, body: Mapping[str, Any], errors: _Errors) -> int:
    kind = served(account.options.target)[_CONTACT]
    for number, row in enumerate(body["import_data"]):
        address = {"email_addresses": [{"email_address": row["email_addresses"][0]}]}
        known = account.store.with_key(_CONTACT, "", kind.delivery.key_of(address))
        record = account.store.resource(_CONTACT, "", known) if known else None
        if record is None:
            errors.setdefault(number, "The contact does not exist")
        elif number not in errors:
            _off(account, record, body["lists"])
    return len(body["import_data"])


def _clear(account: ServedAccount, body: Mapping[str, Any], errors: _Errors) -> int:
    cleared = 0
    for number in body["lists"]:
        for record in account.store.on_list(_CONTACT, number):
            _off(account, record, [number])
            cleared += 1
    return cleared


def _export(account: ServedAccount, body: Mapping[str, Any], errors: _Errors) -> int:
    return account.store.count_on_list(_CONTACT, body["lists"][0])


_WORK: Mapping[str, Callable[[ServedAccount, Mapping[str, Any], _Errors], int]] = {
    "addcontacts": _add,
    "removefromlists": _remove,
    "clearlists": _clear,
    "exportcontacts": _export,
}

#: Method, path below the base URL, privilege, function.
ENDPOINTS = (
    ("GET", "activities", "contacts:read", listing),
    *(
        (each.step.method, each.step.path, "contacts:write", partial(start, each))
        for each in BULK.values()
    ),
    ("GET", "activities/{id}", "contacts:read", read),
)
