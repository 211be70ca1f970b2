"""The control endpoint, outside the API: how tests and people steer a running sandbox.

| call | does |
|---|---|
| GET `/_control/faults` | the armed faults, each with `seen` and `struck` |
| POST `/_control/faults` | arms a fault, or each of an array (properties: `faults.Fault`) |
| DELETE `/_control/faults` | disarms all |
| GET `/_control/calls?after=N` | the calls of the API with numbers above N (`database.RecordedCall`) |
| GET `/_control/state` | everything that is stored but the calls (`TargetServer.state`) |
| POST `/_control/seed` | adds lists, addresses, campaigns, records (`seeds.Seeds`) |
| POST `/_control/settings` | sets some of the target's own settings (`SandboxOptions.settings`) |
| GET `/_control/time` | `{"now": …}`, the server's moment |
| POST `/_control/time` | `{"seconds": N}`: makes time pass; answers the new moment |
| POST `/_control/reset` | as if just started on an empty database |

It asks for no key, counts for no rate and is recorded nowhere.  Bad input is a 400 with
`{"error": sentence}`.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ctct_migrate.sandbox.faults import Fault
from ctct_migrate.sandbox.requests import timestamp
from ctct_migrate.sandbox.seeds import Seeds
from ctct_migrate.sandbox.service import Service

_Endpoint = Callable[[Request], Awaitable[Response]]


def control(service: Service) -> list[Route]:
    """The routes of the control endpoint of a service."""

    async def read_faults(request: Request) -> Response:
        return JSONResponse(service.plan.to_json())

    async def arm(request: Request) -> Response:
        value = await _json(request)
        faults = [Fault.from_json(item) for item in (value if isinstance(value, list) else [value])]
        service.plan.arm(faults)
        return JSONResponse(service.plan.to_json(), 201)

    async def disarm(request: Request) -> Response:
        service.plan.disarm()
        return Response(status_code=204)

    async def calls(request: Request) -> Response:
        after = request.query_params.get("after", "0")
        if not (after.isascii() and after.isdigit() and len(after) <= 18):
            raise ValueError("after is the number of a call")
        return JSONResponse([asdict(call) for call in service.store.calls(int(after))])

    async def state(request: Request) -> Response:
        return JSONResponse(service.state())

    async def seed(request: Request) -> Response:
        service.plant(Seeds.from_json(await _json(request)))
        return Response(status_code=204)

    async def change_settings(request: Request) -> Response:
        value = await _json(request)
        if not isinstance(value, dict):
            raise ValueError("expected an object of settings by their names")
        service.change_settings(value)
        return Response(status_code=204)

    async def read_time(request: Request) -> Response:
        return JSONResponse({"now": timestamp(service.clock.now())})

    async def pass_time(request: Request) -> Response:
        value = await _json(request)
        seconds = value.get("seconds") if isinstance(value, dict) else None
        if not isinstance(seconds, int | float) or isinstance(seconds, bool):
            raise ValueError("expected an object with seconds, a number")
        service.pass_time(seconds)
        return await read_time(request)

    async def reset(request: Request) -> Response:
        service.reset()
        return Response(status_code=204)

    table: tuple[tuple[str, str, _Endpoint], ...] = (
        ("GET", "/faults", read_faults),
        ("POST", "/faults", arm),
        ("DELETE", "/faults", disarm),
        ("GET", "/calls", calls),
        ("GET", "/state", state),
        ("POST", "/seed", seed),
        ("POST", "/settings", change_settings),
        ("GET", "/time", read_time),
        ("POST", "/time", pass_time),
        ("POST", "/reset", reset),
    )
    return [Route(path, _told(endpoint), methods=[method]) for method, path, endpoint in table]


def _told(endpoint: _Endpoint) -> _Endpoint:
    """The endpoint, with a 400 for bad input."""

    async def told(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 400)

    return told


async def _json(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except (ValueError, RecursionError):
        raise ValueError("the body is not JSON") from None
