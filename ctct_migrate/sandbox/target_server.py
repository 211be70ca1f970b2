"""What a server does in its target's own way: its gateway, its API, its refusals, its seeds.

`TargetServer` is the server of a target about which the deliveries say everything.  A target whose
server is of another kind (other ids, other errors, endpoints that no delivery knows) has a
`TargetServer` of its own, as `SERVER` of the package `sandbox/TARGET`.  What is common to all (sockets,
faults, the record of calls, the control endpoint) asks the target's server, and names no target.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ctct_migrate.sandbox import auth, routes, seeds
from ctct_migrate.sandbox.answers import (
    INACTIVE_KEY,
    INVALID_TOKEN,
    OVER_QPS,
    OVER_QUOTA,
    SERVER_ERROR,
    TOO_LARGE,
    Answer,
    Error,
    errors,
    insufficient_scope,
)
from ctct_migrate.sandbox.call_limits import RateLimits
from ctct_migrate.sandbox.database import Store
from ctct_migrate.sandbox.faults import FaultKind
from ctct_migrate.sandbox.options import SandboxOptions, is_number
from ctct_migrate.sandbox.requests import ServerRequest
from ctct_migrate.sandbox.served import Record, served
from ctct_migrate.sandbox.state import state_of

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from ctct_migrate.sandbox.service import Service
    from ctct_migrate.sandbox.wire import Connections

_REFUSALS = {
    FaultKind.OVER_QPS: OVER_QPS,
    FaultKind.OVER_QUOTA: OVER_QUOTA,
    FaultKind.INACTIVE_KEY: INACTIVE_KEY,
    FaultKind.EXPIRED_TOKEN: INVALID_TOKEN,
}


class TargetServer:
    """The server of a target whose deliveries say everything about it.

    scheduling  the privilege without which nothing can be scheduled
    """

    scheduling = "campaign:activate"

    def check_options(self, options: SandboxOptions) -> None:
        """Raise ValueError, with a sentence for users, when the options cannot be kept."""
        known = self.privileges(options.target)
        unknown = set(options.denied_privileges) - known
        if unknown:
            raise ValueError(f"{min(unknown)} is not a privilege: {', '.join(sorted(known))}")
        if options.settings:
            raise ValueError(f"a sandbox of {options.target} has no settings of its own")

    def privileges(self, target: str) -> frozenset[str]:
        """All privileges that calls need."""
        return routes.privileges(target)

    def routes(self, service: Service, connections: Connections) -> list[BaseRoute]:
        """What is served besides the API and the control endpoint, such as a page to log in;
        `connections` are those that can be cut."""
        return []

    def caller(self, request: ServerRequest) -> str:
        """Who a call is counted for: the API key; empty for nobody."""
        return request.key

    def gateway_refusal(
        self,
        request: ServerRequest,
        monotonic: float,
        options: SandboxOptions,
        limits: RateLimits,
    ) -> Answer | None:
        """What the gateway refuses a call with; None: it is let through, and counted."""
        return auth.gateway_refusal(request, monotonic, options, limits)

    def answer(self, store: Store, options: SandboxOptions, request: ServerRequest) -> Answer:
        """The API's answer to a call that the gateway let through."""
        return routes.answer(store, options, request)

    def refusal(self, kind: FaultKind, status: int = SERVER_ERROR.status) -> Answer:
        """What a call gets that is struck by a fault which refuses it; `status` is that of
        `FaultKind.SERVER_ERROR`."""
        if kind is FaultKind.SERVER_ERROR:
            return errors(status, [Error(SERVER_ERROR.key, SERVER_ERROR.message)])
        if kind is FaultKind.INSUFFICIENT_SCOPE:
            return insufficient_scope()
        return _REFUSALS[kind].answer()

    def too_large(self) -> Answer:
        """What a call gets whose body is larger than the sandbox reads."""
        return TOO_LARGE.answer()

    def plant(
        self, store: Store, options: SandboxOptions, given: seeds.Seeds, now: datetime
    ) -> None:
        """Store what of the seeds is not there, all or nothing.  Raises ValueError, with a sentence
        for users, when they cannot be used."""
        seeds.plant(store, options, given, now)

    def fitting_record(
        self, target: str, slug: str, number: str, body: Mapping[str, Any] | None
    ) -> Record | None:
        """A record, as `SandboxOptions.records` has them, of the resource of that slug and v1 number,
        as it was before an update with that body; None for the body: only its number is known.  None
        where the account cannot begin with such a record."""
        kind = served(target).get(slug)
        if kind is None or kind.owner or not is_number(number):
            return None
        if body is None:
            return seeds.sample(kind, number)
        # What cannot be made up, such as an address, is as the update has it.
        required = kind.contract.required(slug, "record")
        needed = {name: value for name, value in body.items() if name in required}
        return {**needed, **seeds.sample(kind, number), **kind.behaviour.before(body)}

    def needed_records(self, body: Any) -> Mapping[str, tuple[Record, ...]]:
        """Records that an account needs besides, of resources that v1 does not have, for a body to be
        taken; by slug, as `SandboxOptions.records` has them."""
        return {}

    def catch_up(self, store: Store, options: SandboxOptions, now: datetime) -> None:
        """Do what the server would have done by itself until now, after time was made to pass.  A
        server that does such things before its next answer has nothing to do here."""

    def state(self, store: Store, target: str) -> dict[str, Any]:
        """Everything that is stored but the calls, as JSON."""
        return state_of(store, target)


@cache
def server_of(target: str) -> TargetServer:
    """The server of the target of that name."""
    package = f"{__package__}.{target}"
    if find_spec(package) is None:
        return TargetServer()
    found = getattr(import_module(package), "SERVER", None)
    if found is None:
        return TargetServer()
    assert isinstance(found, TargetServer)
    return found
