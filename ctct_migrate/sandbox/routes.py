"""The endpoints: one table of paths, methods and privileges, and how a request finds its row.

Reference, v2-contract, Endpoints.  Rows are data; what they do stands in `campaigns`,
`schedules`, `contactlists` and `account`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from ctct_migrate.sandbox import account, campaigns, contactlists, schedules
from ctct_migrate.sandbox.answers import NOT_ALLOWED, NOT_FOUND, Answer
from ctct_migrate.sandbox.auth import check_privilege, check_token
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.options import Options
from ctct_migrate.sandbox.requests import RefusedError, Request, check_negotiation

Handler = Callable[[Store, Options, Request], Answer]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A row: who may do what where, and the function that does it."""

    method: str
    path: str
    privilege: str
    handler: Handler


_CAMPAIGNS = "/emailmarketing/campaigns"
_CAMPAIGN = f"{_CAMPAIGNS}/{{campaign_id}}"
_SCHEDULES = f"{_CAMPAIGN}/schedules"
_SCHEDULE = f"{_SCHEDULES}/{{schedule_id}}"
_ADDRESSES = "/account/verifiedemailaddresses"

ENDPOINTS = (
    Endpoint("GET", _CAMPAIGNS, "campaign:list", campaigns.campaigns),
    Endpoint("POST", _CAMPAIGNS, "campaign:create", campaigns.create),
    Endpoint("GET", _CAMPAIGN, "campaign:read", campaigns.read),
    Endpoint("PUT", _CAMPAIGN, "campaign:create", campaigns.update),
    Endpoint("DELETE", _CAMPAIGN, "campaign:create", campaigns.delete),
    # The reference names no privileges for these two.
    Endpoint("GET", f"{_CAMPAIGN}/preview", "campaign:read", campaigns.preview),
    Endpoint("POST", f"{_CAMPAIGN}/tests", "campaign:create", campaigns.test_mail),
    Endpoint("GET", _SCHEDULES, "campaign:read", schedules.schedules),
    Endpoint("POST", _SCHEDULES, "campaign:activate", schedules.create),
    Endpoint("GET", _SCHEDULE, "campaign:read", schedules.read),
    Endpoint("PUT", _SCHEDULE, "campaign:activate", schedules.update),
    Endpoint("DELETE", _SCHEDULE, "campaign:activate", schedules.delete),
    Endpoint("GET", "/lists", "contacts:lists:read", contactlists.lists),
    Endpoint("POST", "/lists", "contacts:lists:write", contactlists.create),
    Endpoint("GET", "/lists/{list_id}", "contacts:lists:read", contactlists.read),
    Endpoint("PUT", "/lists/{list_id}", "contacts:lists:write", contactlists.update),
    Endpoint("DELETE", "/lists/{list_id}", "contacts:lists:write", contactlists.delete),
    Endpoint("GET", "/account/info", "account:read", account.info),
    Endpoint("GET", _ADDRESSES, "account:read", account.addresses),
    Endpoint("POST", _ADDRESSES, "account:update", account.add_address),
)

PRIVILEGES = frozenset(endpoint.privilege for endpoint in ENDPOINTS)


def _pattern(path: str) -> re.Pattern[str]:
    """A path as a regular expression: `{name}` is one segment."""
    parts = re.split(r"\{(\w+)\}", path)
    return re.compile(
        "".join(f"(?P<{p}>[^/]+)" if i % 2 else re.escape(p) for i, p in enumerate(parts))
    )


_PATTERNS = {endpoint.path: _pattern(endpoint.path) for endpoint in ENDPOINTS}


def answer(store: Store, options: Options, request: Request) -> Answer:
    """The API's answer to a request that the gateway let through."""
    try:
        check_token(request, options)
        endpoint, request = _resolved(request)
        check_privilege(endpoint.privilege, options)
        check_negotiation(request)
        return endpoint.handler(store, options, request)
    except RefusedError as refused:
        return refused.answer


def _resolved(request: Request) -> tuple[Endpoint, Request]:
    """The endpoint of a request, and the request with its path's parameters.  Raises RefusedError: 404
    for an unknown path, 405 (with Allow) for a method that the path lacks."""
    allowed = []
    for endpoint in ENDPOINTS:
        match = _PATTERNS[endpoint.path].fullmatch(request.path)
        if match and endpoint.method == request.method:
            return endpoint, replace(request, parameters=match.groupdict())
        if match:
            allowed.append(endpoint.method)
    if allowed:
        raise RefusedError(NOT_ALLOWED.answer().with_headers(Allow=", ".join(allowed)))
    raise RefusedError(NOT_FOUND.answer())
