"""uvicorn on a socket that was opened before, in whatever thread calls: the main one with Ctrl-C, or any
other.  The sandbox and the playground are served by it.

It needs uvicorn, which the extras `sandbox` and `web` bring, and is imported when a server is to start.
"""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

#: Seconds that calls under way have to end in when a server stops.
_GRACE = 1


class LoopbackServer(uvicorn.Server):
    """One server of one application (ASGI), on a socket that listens.  `on_ready` is called with the
    port, in the serving thread, when connections are accepted.  No call is logged: what it asks for
    may be secret.  `settings` are those of uvicorn that are not the same for all."""

    def __init__(
        self,
        listening: socket.socket,
        application: Any,
        on_ready: Callable[[int], None],
        **settings: Any,
    ):
        self._socket = listening
        self._on_ready = on_ready
        self.port: int = listening.getsockname()[1]
        super().__init__(
            uvicorn.Config(
                application,
                loop="asyncio",
                lifespan="off",
                ws="none",
                proxy_headers=False,
                access_log=False,
                log_config=None,
                log_level="critical",
                timeout_graceful_shutdown=_GRACE,
                **settings,
            )
        )

    def serve_until_told(self) -> None:
        """Serve until `should_exit` is set, or, in the main thread, until SIGINT or SIGTERM."""
        try:
            self.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self.ended()

    def ended(self) -> None:
        """Called when nothing is served any more."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn's hook: begin to accept connections."""
        await super().startup(sockets)
        self._on_ready(self.port)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's hook: end in order at SIGINT and SIGTERM.  Unlike uvicorn's own, it does not
        raise the signal again when all is done."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        signals = (signal.SIGINT, signal.SIGTERM)
        former = {number: signal.signal(number, self.handle_exit) for number in signals}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)


def listening_socket(host: str, port: int) -> socket.socket:
    """A socket that listens on an address of IPv4 or IPv6; port 0 is a free one.  Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only for sockets that name TCP; with it on, each
    # answer would wait 40 ms for the client's acknowledgement of its head.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening
