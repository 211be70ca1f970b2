"""What a sandbox holds, as JSON."""

from __future__ import annotations

from typing import Any

from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.served import served
from ctct_migrate.targets import TARGETS


def state_of(store: Store, target: str) -> dict[str, Any]:
    """Everything that is stored but the calls, by the last part of each collection's path:
    `campaigns` and `lists` are records by id; `schedules`, which live in campaigns, lists of records
    by the campaign's id.  `addresses` is the status of each address, `activities` are the jobs, by
    their numbers."""
    found: dict[str, Any] = {}
    for kind in served(target).values():
        if kind.owner:
            found[kind.plural] = store.by_parent(kind.slug)
        else:
            found[kind.plural] = {record["id"]: record for record in store.resources(kind.slug)}
    found["addresses"] = store.address_states()
    if TARGETS[target].bulk_jobs is None:
        return found
    jobs = {record["id"]: _without_work(record) for record in store.resources("activity")}
    return {**found, "activities": jobs}


def _without_work(job: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in job.items() if name != "work"}
