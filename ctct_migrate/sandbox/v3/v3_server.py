"""v3's server, as the sandbox asks it: the gateway, the API, the refusals, the seeds, the state.

The bearer token alone lets a call in; an API key means nothing.  Calls are counted for the
application, whoever calls, at 4 a second and a settable quota of the day (reference, v3-contract,
Transport).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ctct_migrate.late_dataclass import replace
from ctct_migrate.sandbox.answers import JSON, Answer
from ctct_migrate.sandbox.auth import digest
from ctct_migrate.sandbox.call_limits import Excess, RateLimits
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.faults import FaultKind
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.requests import RefusedError, ServerRequest
from ctct_migrate.sandbox.seeds import Seeds
from ctct_migrate.sandbox.target_server import TargetServer
from ctct_migrate.sandbox.v3 import (
    account_resources,
    jobs,
    login_grants,
    sends,
    v3_errors,
    v3_seeds,
    v3_state,
)
from ctct_migrate.sandbox.v3.endpoints import ENDPOINTS, V3Endpoint
from ctct_migrate.sandbox.v3.v3_call import AccountMoment, Record, V3Call
from ctct_migrate.sandbox.v3.v3_settings import V3Settings

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from ctct_migrate.sandbox.service import Service
    from ctct_migrate.sandbox.wire import Connections

#: Who calls are counted for, where nothing tells applications apart.
_APPLICATION = "application"

_REFUSALS = {
    FaultKind.OVER_QPS: v3_errors.THROTTLED,
    FaultKind.OVER_QUOTA: v3_errors.QUOTA_EXCEEDED,
    FaultKind.INACTIVE_KEY: v3_errors.SWITCHED_OFF,
    FaultKind.EXPIRED_TOKEN: v3_errors.UNAUTHORIZED,
    FaultKind.INSUFFICIENT_SCOPE: v3_errors.privilege_missing("campaign:send"),
}

_MULTIPART = "multipart/form-data"


class _V3Server(TargetServer):
    """The server of v3."""

    scheduling = "campaign:send"

    def check_options(self, options: SandboxOptions) -> None:
        known = self.privileges(options.target)
        unknown = set(options.denied_privileges) - known
        if unknown:
            raise ValueError(f"{min(unknown)} is not a privilege: {', '.join(sorted(known))}")
        V3Settings.of(options.settings)

    def privileges(self, target: str) -> frozenset[str]:
        return frozenset(account_resources.PRIVILEGES)

    def caller(self, request: ServerRequest) -> str:
        return _APPLICATION

    def gateway_refusal(
        self,
        request: ServerRequest,
        monotonic: float,
        options: SandboxOptions,
        limits: RateLimits,
    ) -> Answer | None:
        excess = limits.admit(digest(_APPLICATION), monotonic, request.now)
        if excess is None:
            return None
        answer = v3_errors.THROTTLED if excess is Excess.SECOND else v3_errors.QUOTA_EXCEEDED
        return v3_errors.in_form(answer, V3Settings.of(options.settings).error_form)

    def answer(self, store: Store, options: SandboxOptions, request: ServerRequest) -> Answer:
        settings = V3Settings.of(options.settings)
        call = V3Call(store, options, settings, request.now, request)
        try:
            return self._answer(call)
        except RefusedError as refused:
            return v3_errors.in_form(refused.answer, settings.error_form)

    def _answer(self, call: V3Call) -> Answer:
        scopes = self.scopes(call)
        endpoint, request = _resolved(call.request)
        if endpoint.scope and endpoint.scope not in scopes:
            raise RefusedError(v3_errors.scope_missing(endpoint.scope))
        if endpoint.privilege in call.options.denied_privileges:
            raise RefusedError(v3_errors.privilege_missing(endpoint.privilege))
        _check_type(request)
        call = replace(call, request=request)
        _catch_up(call)
        return endpoint.handler(call)

    def scopes(self, call: V3Call) -> frozenset[str]:
        """The scopes of the call's token.  Raises RefusedError (401) for a token that is not let
        in."""
        token, known = call.request.token, call.options.tokens
        given = login_grants.standing(call.store, token, call.now.timestamp())
        if given is not None and given.is_alive:
            return given.scopes
        if not token or given is not None or (known and token not in known):
            raise RefusedError(v3_errors.UNAUTHORIZED)
        return frozenset(call.settings.scopes)

    def routes(self, service: Service, connections: Connections) -> list[BaseRoute]:
        from ctct_migrate.sandbox.v3.login_endpoints import login_routes

        return login_routes(service, connections)

    def refusal(self, kind: FaultKind, status: int = 500) -> Answer:
        if kind in _REFUSALS:
            return _REFUSALS[kind]
        return v3_errors.CHANGED_TWICE if status == 409 else v3_errors.server_error(status)

    def too_large(self) -> Answer:
        return v3_errors.TOO_LARGE

    def plant(self, store: Store, options: SandboxOptions, given: Seeds, now: datetime) -> None:
        v3_seeds.plant(_moment(store, options, now), given)

    def fitting_record(
        self, target: str, slug: str, number: str, body: Mapping[str, Any] | None
    ) -> Record | None:
        return v3_seeds.fitting_record(slug, number, body)

    def needed_records(self, body: Any) -> Mapping[str, tuple[Record, ...]]:
        return v3_seeds.needed_records(body)

    def catch_up(self, store: Store, options: SandboxOptions, now: datetime) -> None:
        _catch_up(_moment(store, options, now))

    def state(self, store: Store, target: str) -> dict[str, Any]:
        return v3_state.state_of_account(store)


def _moment(store: Store, options: SandboxOptions, now: datetime) -> AccountMoment:
    return AccountMoment(store, options, V3Settings.of(options.settings), now)


def _catch_up(moment: AccountMoment) -> None:
    """What the server does by itself."""
    sends.catch_up(moment)
    jobs.catch_up(moment)


def _resolved(request: ServerRequest) -> tuple[V3Endpoint, ServerRequest]:
    """The endpoint of a request, and the request with its path's parameters.  Raises RefusedError:
    404 for an unknown path, 405 for a method that the path lacks."""
    allowed = []
    for endpoint in ENDPOINTS:
        match = endpoint.pattern.fullmatch(request.path)
        if match and endpoint.method == request.method:
            return endpoint, replace(request, parameters=match.groupdict())
        if match:
            allowed.append(endpoint.method)
    if allowed:
        raise RefusedError(v3_errors.NOT_ALLOWED.with_headers(Allow=", ".join(allowed)))
    raise RefusedError(v3_errors.NO_SUCH_PATH)


def _check_type(request: ServerRequest) -> None:
    """Raise RefusedError (415) for a body that is not JSON; the import of a file alone is a form."""
    if request.method not in ("POST", "PUT", "PATCH"):
        return
    sent = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    wanted = _MULTIPART if request.path.endswith("_file_import") else JSON
    if sent != wanted:
        raise RefusedError(v3_errors.UNSUPPORTED_TYPE)


SERVER = _V3Server()
