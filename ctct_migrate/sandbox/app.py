"""The server as an ASGI application: every call of the API recorded, let through the gateway, struck
by its faults, answered.  The API begins where the target's base URL does (`SandboxOptions.prefix`).

The order is that of the real thing: gateway (key, rate), then API (token, path, privilege, media
types, body, account).  Faults strike what the gateway let through.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime
from urllib.parse import parse_qsl, urlencode

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.sandbox.answers import MISDIRECTED, Answer
from ctct_migrate.sandbox.auth import bearer_token, digest
from ctct_migrate.sandbox.control import control
from ctct_migrate.sandbox.faults import FaultKind, Strike
from ctct_migrate.sandbox.faulty_answers import Transmission, distorted
from ctct_migrate.sandbox.options import is_loopback
from ctct_migrate.sandbox.requests import ServerRequest
from ctct_migrate.sandbox.service import Service
from ctct_migrate.sandbox.wire import Connections, deliver, send_whole

#: Bytes of the largest body that is read.  Two contents of 930,000 characters, each written as
#: `\\uXXXX`, are 11 MB.
LARGEST_BODY = 16 * 2**20

_LOG = logging.getLogger(__name__)


def application(service: Service, connections: Connections) -> ASGIApp:
    """The ASGI application of a sandbox: the API, and outside it `/_control` and what else the
    target's server has."""
    api, prefix = _Api(service, connections), service.options.prefix
    inner = Starlette(
        routes=[
            Mount(prefix, app=api),
            Mount("/_control", routes=control(service)),
            *service.server.routes(service, connections),
        ]
    )
    inner.router.redirect_slashes = False

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        """Only calls that mean this machine: a web page that made its own name resolve to
        loopback sends that name, and is turned away."""
        if scope["type"] == "http" and not _means_loopback(scope):
            await send_whole(MISDIRECTED.answer(), send)
            return
        await inner(scope, receive, send)

    return guarded


def _means_loopback(scope: Scope) -> bool:
    host = _headers(scope).get("host", "")
    name, colon, port = host.rpartition(":")
    return is_loopback(name if colon and port.isdigit() else host)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """When a request's head had come, and what it said."""

    monotonic: float
    wall: datetime
    key: str
    rest: str
    query: dict[str, str]


class _Api:
    """ASGI: what is mounted where the API begins."""

    def __init__(self, service: Service, connections: Connections):
        self._service = service
        self._connections = connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        service, store = self._service, self._service.store
        arrival = _arrival(scope, service.clock.now())
        head = _request(scope, arrival, b"", service.options.prefix)
        number = store.begin_call(
            digest(service.server.caller(head)),
            scope["method"],
            scope["path"],
            arrival.rest,
            arrival.monotonic,
            arrival.wall.isoformat(timespec="microseconds"),
        )
        body = await _body(receive)
        if body is None:
            return  # the client ended before it had said everything
        request = replace(head, body=body)
        refusal = service.server.gateway_refusal(
            request, arrival.monotonic, service.options, service.limits
        )
        if refusal is not None:
            delivery, struck = Transmission(refusal), ""
        else:
            store.count_call(number)
            strike = service.plan.strike(scope["method"], scope["path"])
            delivery, struck = await self._struck(strike, request), strike.name
        store.end_call(number, time.monotonic(), delivery.status, struck)
        await deliver(delivery, scope, receive, send, self._connections)

    async def _struck(self, strike: Strike, request: ServerRequest) -> Transmission:
        """What the call gets, with the waiting that it was struck with."""
        await asyncio.sleep(strike.wait_before)
        fault = strike.fault
        answer = self._answer(request, stored=fault is None or fault.stores)
        delivery = distorted(fault, answer, self._service.server) if fault else Transmission(answer)
        await asyncio.sleep(strike.wait_after)
        return delivery

    def _answer(self, request: ServerRequest, *, stored: bool) -> Answer:
        """The API's answer; its changes are kept if they are to be stored and it is not an error."""
        service = self._service
        if len(request.body) > LARGEST_BODY:
            return service.server.too_large()
        try:
            with service.store.trial() as trial:
                answer = service.server.answer(service.store, service.options, request)
                trial.keep = stored and answer.status < 400
        except Exception:
            _LOG.exception("The sandbox failed at %s %s", request.method, request.path)
            return service.server.refusal(FaultKind.SERVER_ERROR)
        return answer


def _headers(scope: Scope) -> dict[str, str]:
    """Headers by lower-case name; those that are repeated are joined (RFC 9110, 5.3)."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def _arrival(scope: Scope, now: datetime) -> _Arrival:
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    query = dict(pairs)
    key = query.pop("api_key", "")
    rest = urlencode([(name, value) for name, value in pairs if name != "api_key"])
    return _Arrival(time.monotonic(), now, key, rest, query)


def _request(scope: Scope, arrival: _Arrival, body: bytes, prefix: str) -> ServerRequest:
    headers = _headers(scope)
    return ServerRequest(
        method=scope["method"],
        path=scope["path"].removeprefix(prefix),
        query=arrival.query,
        headers=headers,
        body=body,
        key=arrival.key,
        token=bearer_token(headers.get("authorization", "")),
        now=arrival.wall,
        mounted=scope["path"],
    )


async def _body(receive: Receive) -> bytes | None:
    """The request's body, read to its end, though no more of it is kept than shows that it is too
    large; None when the client ended first."""
    kept = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(kept) <= LARGEST_BODY:
            kept += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(kept)
