"""The playground's web application: the page, its files, and the calls that it makes.

It answers this machine alone: a `Host` other than its own address (a name that was made to lead here)
and a call from another page are refused.  Nothing of a request is stored or logged.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ctct_migrate.output.explanation import explanation_sections
from ctct_migrate.payload import Shape
from ctct_migrate.playground import MAX_DOCUMENT
from ctct_migrate.playground.page_answers import fix_text, inspect_text, open_file
from ctct_migrate.playground.page_workers import PageWorkers, WorkError
from ctct_migrate.playground.question import too_large
from ctct_migrate.playground.sample_documents import SAMPLES, sample
from ctct_migrate.playground.schema_words import schema_words
from ctct_migrate.rules.registry import find
from ctct_migrate.targets import TARGETS

STATIC = Path(__file__).resolve().parent / "static"

#: The page's files, each with its type.
FILES = {
    "playground.js": "text/javascript; charset=utf-8",
    "playground.css": "text/css; charset=utf-8",
    "favicon.svg": "image/svg+xml",
    "licenses.txt": "text/plain; charset=utf-8",
}

#: What stands in the page's place of a nonce, as built.
_NONCE = "{{nonce}}"

#: Bytes of the largest call.  A text is longer as JSON than as it is: a control character takes six bytes for one.  The rest is
#: for what is asked about it.
LARGEST_CALL = 6 * MAX_DOCUMENT + 10_000

#: Sent with every answer.  No answer may be kept, shown in a frame, or taken for another type.
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def policy(nonce: str) -> str:
    """The content security policy of the page: its own script and style sheet, the style elements
    with that nonce, which the editor makes, calls to its own server, and nothing else.  No text can
    become markup or script (`require-trusted-types-for`)."""
    return "; ".join((
        "default-src 'none'",
        "script-src 'self'",
        f"style-src 'self' 'nonce-{nonce}'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ))  # fmt: skip


class PlaygroundApp:
    """The application of one server, which listens on `port` of loopback.  The processes that
    `workers` has do the work."""

    def __init__(self, port: int, workers: PageWorkers):
        self._hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost")}
        if port == 80:
            self._hosts |= {"127.0.0.1", "localhost"}
        self._workers = workers

    def application(self) -> ASGIApp:
        """The ASGI application."""
        routes = [
            Route("/", self._page),
            Route("/static/{name}", self._file),
            Route("/api/start", self._start),
            Route("/api/samples/{name}", self._sample),
            Route("/api/rules/{code}", self._rule),
            Route("/api/schema", self._schema),
            Route("/api/inspect", self._inspect, methods=["POST"]),
            Route("/api/fix", self._fix, methods=["POST"]),
            Route("/api/open", self._open, methods=["POST"]),
        ]
        return _guarded(Starlette(routes=routes), self._refusal)

    def _refusal(self, request: Request) -> Response | None:
        """Why a request is not answered: it is not this page that asks."""
        host = request.headers.get("host", "")
        if host not in self._hosts:
            return _error("This server answers to 127.0.0.1 and localhost alone.", status=421)
        if request.method in ("GET", "HEAD"):
            return None
        if request.headers.get("origin") != f"http://{host}":
            return _error("This server answers its own page alone.", status=403)
        return None

    # -- what does not change ----------------------------------------------------------------------

    async def _page(self, request: Request) -> Response:
        self._workers.start()  # its first question follows at once
        nonce = secrets.token_urlsafe(16)
        page = _content("index.html").decode().replace(_NONCE, nonce)
        headers = {"Content-Security-Policy": policy(nonce)}
        return Response(page, media_type="text/html", headers=headers)

    async def _file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in FILES:
            return _error("There is no such file.", status=404)
        return Response(_content(name), headers={"Content-Type": FILES[name]})

    async def _start(self, request: Request) -> Response:
        return _json(start_values())

    async def _sample(self, request: Request) -> Response:
        found = sample(request.path_params["name"])
        return _error("There is no such sample.", status=404) if found is None else _json(found)

    async def _rule(self, request: Request) -> Response:
        found = rule_values(request.path_params["code"])
        return _error("There is no such rule.", status=404) if found is None else _json(found)

    async def _schema(self, request: Request) -> Response:
        return _json(schema_words())

    # -- what is asked about a document --------------------------------------------------------------

    async def _inspect(self, request: Request) -> Response:
        return await self._worked(request, inspect_text)

    async def _fix(self, request: Request) -> Response:
        return await self._worked(request, fix_text)

    async def _open(self, request: Request) -> Response:
        return await self._worked(request, open_file, limit=MAX_DOCUMENT)

    async def _worked(
        self,
        request: Request,
        work: Callable[[bytes], dict[str, Any]],
        limit: int = LARGEST_CALL,
    ) -> Response:
        """The answer of a worker; given up where the page does not wait for it any more."""
        try:
            data = await _body(request, limit)
        except ClientDisconnect:
            return Response(status_code=499)
        if data is None:
            return _error(too_large(), status=413)
        answer = asyncio.ensure_future(self._workers.answer(work, data))
        gone = asyncio.ensure_future(_until_gone(request))
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        gone.cancel()
        if not answer.done():
            answer.cancel()
            return Response(status_code=499)
        try:
            value = answer.result()
        except WorkError as error:
            return _error(str(error), status=500)
        return _json(value, status=422 if "error" in value else 200)


def _guarded(application: ASGIApp, refusal: Callable[[Request], Response | None]) -> ASGIApp:
    """An application behind `refusal`, each of whose answers has `_HEADERS`, whatever it is."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = refusal(Request(scope)) if scope["type"] == "http" else None
        await (refused or application)(scope, receive, with_headers)

    return guarded


@cache
def _content(name: str) -> bytes:
    return (STATIC / name).read_bytes()


def start_values() -> dict[str, Any]:
    """What the page offers: targets, shapes, samples, the limit, and the version."""
    return {
        "version": version("ctct-migrate"),
        "targets": [{"name": name, "title": each.title} for name, each in TARGETS.items()],
        "shapes": [shape.value for shape in Shape],
        "samples": [{"name": each.name, "title": each.title} for each in SAMPLES],
        "limit": MAX_DOCUMENT,
    }


def rule_values(code: str) -> dict[str, Any] | None:
    """The explanation of a rule, in sections; None where there is no rule of that code."""
    rule = find(code)
    if rule is None:
        return None
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity.value,
        "summary": rule.summary,
        "sections": [
            {"title": title, "lines": lines, "as_is": as_is}
            for title, lines, as_is in explanation_sections(rule)
        ],
    }


async def _body(request: Request, limit: int) -> bytes | None:
    """The body of a request, or None for one that is too large, of which nothing more is read."""
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            return None
        parts.append(part)
    return b"".join(parts)


async def _until_gone(request: Request) -> None:
    while not await request.is_disconnected():
        await asyncio.sleep(0.1)


def _json(value: dict[str, Any], status: int = 200) -> Response:
    """An answer; lone surrogates, which stand for bytes, are escaped."""
    return Response(json.dumps(value), status, media_type="application/json")


def _error(message: str, status: int) -> Response:
    return _json({"error": message, "field": ""}, status)
