"""The last inch: HTTP messages whole, in half, or cut off, over uvicorn.

ASGI has no word for cutting a connection, so uvicorn's protocol class is extended by the one thing
needed: which transport belongs to which client address.  Nothing here decides what is sent.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from ctct_migrate.sandbox.answers import Answer
from ctct_migrate.sandbox.faulty_answers import Passage, Transmission

#: The open connections, by the client's address as ASGI gives it (`scope["client"]`).
Connections = dict[tuple[str, int], asyncio.Transport]

#: SO_LINGER switched on with no time to linger: closing sends RST (socket(7)).
_NO_LINGER = struct.pack("ii", 1, 0)


def protocol(connections: Connections) -> type[asyncio.Protocol]:
    """uvicorn's HTTP/1.1 protocol, entering its connections in `connections`."""

    class Entered(H11Protocol):
        _peer: tuple[str, int] | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            address = transport.get_extra_info("peername")
            if address:
                self._peer = (str(address[0]), int(address[1]))
                connections[self._peer] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            if self._peer:
                connections.pop(self._peer, None)
            super().connection_lost(exc)

    return Entered


async def send_whole(answer: Answer, send: Send) -> None:
    """Send an answer as a complete HTTP message."""
    await send(_head(answer))
    await send({"type": "http.response.body", "body": answer.body})


async def deliver(
    delivery: Transmission, scope: Scope, receive: Receive, send: Send, connections: Connections
) -> None:
    """Send as much of an answer as is to reach the client."""
    if delivery.passage is Passage.WHOLE:
        await send_whole(delivery.answer, send)
        return
    if delivery.passage is Passage.HALF:
        body = delivery.answer.body
        half = {"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True}
        await send(_head(delivery.answer))
        await send(half)
    transport = connections.get(tuple(scope["client"]))
    if transport is not None:
        _cut(transport, reset=delivery.reset, flush=delivery.passage is Passage.HALF)
    # uvicorn answers 500 for an application that ends early, unless the client is known gone.
    while (await receive())["type"] != "http.disconnect":
        pass


def _head(answer: Answer) -> dict[str, Any]:
    headers = [(name.lower().encode(), value.encode()) for name, value in answer.headers.items()]
    # 204 has no body, and no length of one (RFC 9110, 8.6).
    if answer.status not in (204, 304):
        headers.append((b"content-length", str(len(answer.body)).encode()))
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


def _cut(transport: asyncio.Transport, *, reset: bool, flush: bool) -> None:
    if reset:
        peer: socket.socket = transport.get_extra_info("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    if flush and not reset:
        transport.close()
    else:
        transport.abort()
