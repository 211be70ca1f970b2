"""Endpoints of what takes several steps: each step writes its part of one record.

The record holds the parts at their places in the body.  The first step makes it, with an id and with
the further ids that the delivery keeps of the answer; the others find it by one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ctct_migrate.json_pointers import at
from ctct_migrate.sandbox import resources
from ctct_migrate.sandbox.answers import NOT_FOUND, Answer, json_answer, no_content
from ctct_migrate.sandbox.refusals import error, refuse
from ctct_migrate.sandbox.requests import RefusedError, bad_request
from ctct_migrate.sandbox.served import Record, Served, ServedAccount, kept_id, put
from ctct_migrate.targets.target import Step

_Row = tuple[str, str, str, Callable[[ServedAccount], Answer]]


def rows(kind: Served) -> Iterator[_Row]:
    """Method, path, privilege and function of each endpoint."""
    delivery = kind.delivery
    assert delivery.collection is not None, "what has no collection is not served"
    allowed = delivery.privileges
    first, *later = delivery.create
    found: dict[tuple[str, str], Callable[[ServedAccount], Answer]] = {
        ("GET", delivery.collection.path): partial(resources.listing, kind),
        (first.method, first.path): partial(create, kind, first),
    }
    for step in (*later, *delivery.update):
        found.setdefault((step.method, step.path), partial(write, kind, step))
    if delivery.item:
        found["GET", delivery.item] = partial(resources.read, kind)
    for step in (*delivery.create, *delivery.update):
        path = (step.reads or step.path).partition("?")[0]
        found.setdefault(("GET", path), partial(read, kind, step))
    listing = ("GET", delivery.collection.path)
    for place, function in found.items():
        method, path = place
        privilege = allowed["list"] if place == listing else allowed.get(method, allowed["GET"])
        yield method, path, privilege, function


def create(kind: Served, step: Step, account: ServedAccount) -> Answer:
    """The first step: makes the record."""
    parent = resources.owner_id(kind, account)
    body = _part(kind, step, "create", account)
    record: Record = {}
    put(record, step.part, body)
    refuse(kind.behaviour.errors(account, record, None))
    resources.check_key(kind, account, parent, record, None)
    first, key = kind.behaviour.first_id, kind.delivery.key_of(record)
    stored = account.store.add(kind.slug, parent, record, key=key, first=first)
    kind.behaviour.stored(account, parent, stored)
    return json_answer(201, kind.shown(account, stored))


def write(kind: Served, step: Step, account: ServedAccount) -> Answer:
    """A later step, or one of an update: writes its part, or takes it away."""
    parent, record = _found(kind, account)
    there = at(record, step.part)
    if step.method == "DELETE":
        if there is None:
            raise RefusedError(NOT_FOUND.answer())
        put(record, step.part, None)
        account.store.save(kind.slug, parent, record, key=kind.delivery.key_of(record))
        return no_content()
    if step.method == "POST" and there is not None:
        raise bad_request(f"There is one already in this {kind.noun}.")
    shape = "update" if step in kind.delivery.update else "create"
    body = _part(kind, step, shape, account)
    refuse(kind.behaviour.errors(account, {**record}, record))
    put(record, step.part, body)
    resources.check_key(kind, account, parent, record, record["id"])
    account.store.save(kind.slug, parent, record, key=kind.delivery.key_of(record))
    kind.behaviour.stored(account, parent, record)
    return json_answer(201 if step.method == "POST" else 200, _shown(step, record))


def read(kind: Served, step: Step, account: ServedAccount) -> Answer:
    """What a step has written.  404 before that."""
    _, record = _found(kind, account)
    found = at(record, step.part + step.compares)
    if found is None:
        raise RefusedError(NOT_FOUND.answer())
    return json_answer(200, found)


def _shown(step: Step, record: Record) -> Any:
    part = at(record, step.part)
    return {**part, "id": record["id"]} if isinstance(part, dict) else part


def _part(kind: Served, step: Step, shape: str, account: ServedAccount) -> Any:
    body = account.request.json()
    contract = kind.contract
    found = contract.part_violations(kind.delivery.schema, shape, step.part, body)
    refuse(error(each) for each in found)
    return body


def _found(kind: Served, account: ServedAccount) -> tuple[str, Record]:
    """The record that the path names, and what it lives in.  Raises RefusedError (404)."""
    parameters = account.request.parameters
    number = parameters.get("id")
    for name in kind.kept_names:
        if name in parameters:
            number = parameters[name].removeprefix(kept_id(name, ""))
    for parent, records in account.store.by_parent(kind.slug).items():
        for record in records:
            if record["id"] == number:
                return parent, record
    raise RefusedError(NOT_FOUND.answer())
