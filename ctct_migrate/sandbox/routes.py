"""The endpoints: one table of paths, methods and privileges, and how a request finds its row.

Derived from the target's deliveries; the endpoints of the account stand in
`TARGET/account_endpoints`, those of its jobs in `TARGET/activities`, for a target that has any.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.sandbox import resources, stepped
from ctct_migrate.sandbox.answers import JSON, NOT_ALLOWED, NOT_FOUND, Answer
from ctct_migrate.sandbox.auth import check_privilege, check_token
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.requests import RefusedError, ServerRequest, check_negotiation
from ctct_migrate.sandbox.served import Record, Served, ServedAccount, served

#: The module of a target's jobs that are carried out after a while.
_JOBS = "activities"

Handler = Callable[[ServedAccount], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row: who may do what where, the function that does it, and the type of the body."""

    method: str
    path: str
    pattern: re.Pattern[str]
    privilege: str
    handler: Handler
    media: str = JSON


@cache
def endpoints(target: str) -> tuple[Endpoint, ...]:
    """The endpoints of a target."""
    rows = [row for kind in served(target).values() for row in _rows(kind)]
    more: list[Any] = []
    for name in ("account_endpoints", _JOBS, *served(target)):
        module = _module(target, name)
        more.extend(getattr(module, "ENDPOINTS", ()))
    return tuple(
        Endpoint(method, path, _pattern(path), privilege, handler, *media)
        for method, path, privilege, handler, *media in (*more, *rows)
    )


@cache
def _module(target: str, name: str) -> Any:
    """A module of what is peculiar to a target; None where there is none."""
    module = f"{__package__}.{target}.{name}"
    if find_spec(f"{__package__}.{target}") is None or find_spec(module) is None:
        return None
    return import_module(module)


def carry_out(account: ServedAccount) -> None:
    """Do what a server does by itself before it answers a call: the jobs whose time has come."""
    module = _module(account.options.target, _JOBS)
    if module is not None:
        module.carry_out(account)


def privileges(target: str) -> frozenset[str]:
    """All privileges that calls of a target need."""
    return frozenset(endpoint.privilege for endpoint in endpoints(target))


def _rows(kind: Served) -> Iterator[tuple[str, str, str, Handler]]:
    delivery = kind.delivery
    collection = delivery.collection
    assert collection is not None, "what has no collection is not served"
    allowed, plural = delivery.privileges, collection.path
    if any(step.part for step in delivery.create):
        yield from stepped.rows(kind)
        return
    yield "GET", plural, allowed["list"], partial(resources.listing, kind)
    if "POST" in allowed and delivery.create:
        yield "POST", plural, allowed["POST"], partial(resources.create, kind)
    for method, handler in (
        ("GET", resources.read), ("PUT", resources.update), ("DELETE", resources.delete)
    ):  # fmt: skip
        if delivery.item and method in allowed:
            yield method, delivery.item, allowed[method], partial(handler, kind)
    for method, below, privilege, function in kind.behaviour.more:
        path = f"{delivery.item}/{below}".removesuffix("/")
        yield method, path, privilege, partial(_of_one, kind, function)


def _of_one(
    kind: Served, function: Callable[[ServedAccount, Record], Answer], account: ServedAccount
) -> Answer:
    """The answer of an endpoint that is about one resource."""
    return function(account, resources.found(kind, account))


def _pattern(path: str) -> re.Pattern[str]:
    """A path below the base URL as a regular expression: `{name}` is one segment."""
    parts = re.split(r"\{(\w+)\}", f"/{path}")
    return re.compile(
        "".join(f"(?P<{p}>[^/]+)" if i % 2 else re.escape(p) for i, p in enumerate(parts))
    )


def answer(store: Store, options: SandboxOptions, request: ServerRequest) -> Answer:
    """The API's answer to a request that the gateway let through."""
    try:
        check_token(request, options)
        endpoint, request = _resolved(options.target, request)
        check_privilege(endpoint.privilege, options)
        check_negotiation(request, endpoint.media)
        account = ServedAccount(store, options, request)
        carry_out(account)
        return endpoint.handler(account)
    except RefusedError as refused:
        return refused.answer


def _resolved(target: str, request: ServerRequest) -> tuple[Endpoint, ServerRequest]:
    """The endpoint of a request, and the request with its path's parameters.  Raises RefusedError:
    404 for an unknown path, 405 (with Allow) for a method that the path lacks."""
    allowed = []
    for endpoint in endpoints(target):
        match = endpoint.pattern.fullmatch(request.path)
        if match and endpoint.method == request.method:
            return endpoint, replace(request, parameters=match.groupdict())
        if match:
            allowed.append(endpoint.method)
    if allowed:
        raise RefusedError(NOT_ALLOWED.answer().with_headers(Allow=", ".join(allowed)))
    raise RefusedError(NOT_FOUND.answer())
