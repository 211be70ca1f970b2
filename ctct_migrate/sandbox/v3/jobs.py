"""Bulk activities: `/activities`, and what happens to one from 201 to its end (reference, v3-contract,
Bulk activities).

A job is initialized, then processing, and is carried out whole when its time has come
(`SandboxOptions.activity_seconds`).  What each kind of job does stands in `job_work`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from ctct_migrate.sandbox.answers import Answer, json_answer
from ctct_migrate.sandbox.requests import RefusedError, instant, timestamp
from ctct_migrate.sandbox.v3 import (
    contact_fields,
    contact_lists,
    import_reading,
    job_work,
    v3_errors,
    v3_paging,
)
from ctct_migrate.sandbox.v3.v3_call import (
    AccountMoment,
    Record,
    V3Call,
    new_id,
    violations,
    without,
)

_OF = v3_errors.ACTIVITIES

#: A job, and what of it is still to do, by the same id.
JOB, _WAITING = "bulk_job", "bulk_work"

_INITIALIZED, _PROCESSING, _COMPLETED, _FAILED = "initialized", "processing", "completed", "failed"
_STATES = (_INITIALIZED, _PROCESSING, _COMPLETED, "cancelled", _FAILED, "timed_out")

_MOST_LISTED, _KEPT_DAYS = 500, 10

#: Counts that a job of a kind shows from its beginning to its end.
_COUNTED: Mapping[str, tuple[str, ...]] = {
    job_work.IMPORT: (
        "items_total_count", "person_count", "error_count", "correctable_count",
        "cannot_add_to_list_count",
    ),
    job_work.ADD_TO_LISTS: ("items_total_count", "items_completed_count", "list_count"),
    job_work.REMOVE_FROM_LISTS: ("items_total_count", "items_completed_count", "list_count"),
    job_work.DELETE_LISTS: ("list_count",),
    job_work.DELETE_CONTACTS: ("list_count", "items_total_count", "items_completed_count"),
    job_work.DELETE_FIELDS: (),
    job_work.DELETE_TAGS: ("items_total_count", "items_completed_count"),
    job_work.EXPORT: ("items_total_count", "items_completed_count"),
}  # fmt: skip


def begin(
    moment: AccountMoment, kind: str, work: Mapping[str, Any], *, items: int = 0, file: str = ""
) -> Record:
    """Store a job that is carried out later; the job.  Raises RefusedError (429) when too many are
    queued."""
    if moment.store.count_of(_WAITING, "") >= moment.settings.most_jobs:
        raise RefusedError(v3_errors.THROTTLED)
    counts = dict.fromkeys(_COUNTED[kind], 0)
    if "items_total_count" in counts:
        counts["items_total_count"] = items
    job: Record = {
        "id": new_id(moment.store, JOB),
        "kind": kind,
        "state": _INITIALIZED,
        "created_at": moment.stamp,
        "updated_at": moment.stamp,
        "percent_done": 0,
        "activity_errors": [],
        "status": counts,
    }
    if file:
        job["source_file_name"] = file
    moment.store.put(JOB, job, modified=moment.stamp)
    due = moment.now + timedelta(seconds=moment.options.activity_seconds)
    waiting = {"id": job["id"], "due": timestamp(due), "work": work}
    moment.store.put(_WAITING, waiting, modified=waiting["due"])
    return job


def catch_up(moment: AccountMoment) -> None:
    """Carry out the jobs whose time has come."""
    until = timestamp(moment.now + timedelta(milliseconds=1))
    for _, _, waiting in reversed(moment.store.newest(_WAITING, -1, until=until)):
        job = moment.store.resource(JOB, "", waiting["id"])
        assert job is not None, "stored with what it is to do"
        moment.store.discard(_WAITING, job["id"])
        ended: Record = {"state": _FAILED, "activity_errors": ["The activity failed."]}
        if not moment.options.activities_fail:
            done = job_work.carry_out(moment, job["kind"], job["id"], waiting["work"])
            counts = {name: done.counts.get(name, job["status"][name]) for name in job["status"]}
            ended = {"state": _COMPLETED, "activity_errors": done.errors, "status": counts}
        stamps = dict.fromkeys(("started_at", "completed_at", "updated_at"), waiting["due"])
        changed = {**job, **stamps, **ended, "percent_done": 100}
        moment.store.put(JOB, changed, modified=job["created_at"])


def shown(moment: AccountMoment, job: Record) -> Record:
    """A job as it is answered: one that waits is begun when half of its time is over."""
    found = {"activity_id": job["id"], **job}
    waiting = moment.store.resource(_WAITING, "", job["id"])
    if waiting is not None:
        due, created = instant(waiting["due"]), instant(job["created_at"])
        assert due is not None, "written by this module"
        assert created is not None, "written by this module"
        if moment.now - created >= (due - created) / 2:
            found |= {"state": _PROCESSING, "started_at": moment.stamp, "percent_done": 50}
    own = {"self": {"href": f"{moment.options.prefix}/activities/{job['id']}"}}
    if job["kind"] == job_work.EXPORT and job["state"] == _COMPLETED:
        own["results"] = {"href": f"{moment.options.prefix}/contact_exports/{job['id']}"}
    if job["kind"] == job_work.DELETE_TAGS:  # those alone have errors of this form
        found["activity_errors"] = [{"message": each} for each in job["activity_errors"]]
    hidden = ("id", "kind", *(() if job["status"] else ("status",)))
    return {**without(found, hidden), "_links": own}


def listing(call: V3Call) -> Answer:
    """GET `?state=&limit=`: of the last ten days, the newest first."""
    call, at = v3_paging.resumed(call, _OF)
    limit, state = call.limit(_OF, _MOST_LISTED), call.request.query.get("state", "")
    if state and state not in _STATES:
        raise v3_errors.invalid(_OF, f"state cannot be {state}.")
    since = timestamp(call.now - timedelta(days=_KEPT_DAYS))
    rows = call.store.newest(JOB, -1, before=tuple(at) if at else None, after=since)
    found = [(row[:2], shown(call, row[2])) for row in rows]
    fitting = [row for row in found if state in ("", row[1]["state"])]
    end = fitting[limit - 1][0] if len(fitting) > limit else None
    jobs = [row[1] for row in fitting[:limit]]
    return json_answer(200, {"activities": jobs, **v3_paging.links(call, end)})


def read(call: V3Call) -> Answer:
    """GET of one.  404 for one that is older than ten days."""
    number = call.parameter("activity_id")
    job = call.store.resource(JOB, "", number)
    if job is None or job["created_at"] < timestamp(call.now - timedelta(days=_KEPT_DAYS)):
        raise v3_errors.missing(_OF, f"There is no activity {number}.")
    return json_answer(200, shown(call, job))


# What begins a job


def _begun(call: V3Call, kind: str, body: Mapping[str, Any], items: int = 0) -> Answer:
    return json_answer(201, shown(call, begin(call, kind, body, items=items)))


def import_rows(call: V3Call) -> Answer:
    """POST of `contacts_json_import`: what is over the limit of bytes is lost without an error."""
    body = call.body(_OF)
    most = call.settings.import_bytes
    if len(call.request.body) > most:
        kept = import_reading.rows_within(call.request.body, most)
        rows = body.get("import_data")
        body = {**body, "import_data": rows[:kept] if isinstance(rows, list) else rows}
    found = violations(job_work.IMPORT, "create", body)
    v3_errors.refuse(_OF, (each for each in found if not import_reading.is_about_a_row(each)))
    contact_lists.check_known(call, _OF, "list_ids", body["list_ids"])
    bad = {str(row): words for row, words in import_reading.row_errors(found).items()}
    rows = body["import_data"]
    work = {"rows": rows, "list_ids": body["list_ids"], "bad": bad, "first_line": 1}
    return json_answer(201, shown(call, begin(call, job_work.IMPORT, work, items=len(rows))))


def import_file(call: V3Call) -> Answer:
    """POST of `contacts_file_import`, a form with a file of CSV: the same."""
    from ctct_migrate.sandbox.v3 import file_import  # the parser of forms is slow to load

    form = file_import.read(call)
    contact_lists.check_known(call, _OF, "list_ids", form.list_ids)
    found = violations(
        job_work.IMPORT, "create", {"import_data": form.rows, "list_ids": form.list_ids}
    )
    about_rows = [each for each in found if import_reading.is_about_a_row(each)]
    v3_errors.refuse(_OF, (each for each in found if each not in about_rows))
    bad = {str(row): words for row, words in import_reading.row_errors(about_rows).items()}
    work = {"rows": form.rows, "list_ids": form.list_ids, "bad": bad, "first_line": 2}
    job = begin(call, job_work.IMPORT, work, items=len(form.rows), file=form.name)
    return json_answer(201, shown(call, job))


def _change_lists(kind: str, call: V3Call) -> Answer:
    """POST of `add_list_memberships` and `remove_list_memberships`."""
    body = call.checked(_OF, kind, "create")
    contact_lists.check_known(call, _OF, "list_ids", body["list_ids"])
    contact_lists.check_known(call, _OF, "source", body["source"].get("list_ids", ()))
    return _begun(call, kind, body, len(job_work.sourced(call, body)))


def _delete_contacts(call: V3Call) -> Answer:
    """POST of `contact_delete`."""
    body = call.checked(_OF, job_work.DELETE_CONTACTS, "create")
    contact_lists.check_known(call, _OF, "list_ids", body.get("list_ids", ()))
    return _begun(
        call, job_work.DELETE_CONTACTS, body, len(job_work.sourced(call, {"source": body}))
    )


def _delete_lists(call: V3Call) -> Answer:
    """POST of `list_delete`."""
    body = call.checked(_OF, job_work.DELETE_LISTS, "create")
    contact_lists.check_known(call, _OF, "list_ids", body["list_ids"])
    return _begun(call, job_work.DELETE_LISTS, body)


def _delete_fields(call: V3Call) -> Answer:
    """POST of `custom_fields_delete`."""
    body = call.checked(_OF, job_work.DELETE_FIELDS, "create")
    for each in body["custom_field_ids"]:
        if call.store.resource(contact_fields.FIELD, "", each.lower()) is None:
            raise v3_errors.invalid(_OF, f"custom_field_ids: there is no custom field {each}.")
    return _begun(call, job_work.DELETE_FIELDS, body)


def _export(call: V3Call) -> Answer:
    """POST of `contact_exports`."""
    body = call.checked(_OF, job_work.EXPORT, "create")
    contact_lists.check_known(call, _OF, "list_ids", body.get("list_ids", ()))
    return _begun(call, job_work.EXPORT, body, len(job_work.exported(call, body)))


def results(call: V3Call) -> Answer:
    """GET `/contact_exports/{id}`: CSV."""
    number = call.parameter("activity_id")
    found = call.store.resource(job_work.RESULT, "", number)
    if found is None:
        raise v3_errors.missing(_OF, f"There is no export {number}.")
    headers = {
        "Content-Type": "text/csv;charset=utf-8",
        "Content-Disposition": f'attachment; filename="{number}.csv"',
    }
    return Answer(200, found["text"].encode(), headers)


def delete_list(call: V3Call) -> Answer:
    """DELETE `/contact_lists/{list_id}`: 202, for the list goes later."""
    record = contact_lists.found(call)
    job = begin(call, job_work.DELETE_LISTS, {"list_ids": [record["id"]]})
    return json_answer(202, without(shown(call, job), ("started_at", "status")))


def delete_tag(call: V3Call) -> Answer:
    """DELETE `/contact_tags/{tag_id}`: the same."""
    number = contact_fields.found(call, contact_fields.TAG, "tag_id")["id"]
    job = begin(call, job_work.DELETE_TAGS, {"tag_ids": [number]}, items=1)
    return json_answer(202, without(shown(call, job), ("started_at",)))


#: What begins a job, by the last part of its path.
BEGINNINGS: Iterable[tuple[str, Callable[[V3Call], Answer]]] = (
    (job_work.IMPORT, import_rows),
    ("contacts_file_import", import_file),
    (job_work.ADD_TO_LISTS, partial(_change_lists, job_work.ADD_TO_LISTS)),
    (job_work.REMOVE_FROM_LISTS, partial(_change_lists, job_work.REMOVE_FROM_LISTS)),
    (job_work.DELETE_LISTS, _delete_lists),
    (job_work.DELETE_CONTACTS, _delete_contacts),
    (job_work.DELETE_FIELDS, _delete_fields),
    (job_work.EXPORT, _export),
)
