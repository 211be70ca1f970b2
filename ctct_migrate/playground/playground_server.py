"""The playground's server, on 127.0.0.1, in the thread that calls."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

from ctct_migrate.loopback_server import LoopbackServer, listening_socket
from ctct_migrate.playground import PlaygroundError
from ctct_migrate.playground.page_workers import PageWorkers
from ctct_migrate.playground.playground_app import PlaygroundApp

_HOST = "127.0.0.1"


class PlaygroundServer(LoopbackServer):
    """One server.  `on_ready` is called with the port, in the serving thread, when connections are
    accepted.  Raises PlaygroundError when the port cannot be used."""

    def __init__(self, port: int, on_ready: Callable[[int], None]):
        try:
            listening = listening_socket(_HOST, port)
        except OSError as error:
            raise PlaygroundError(f"port {port} of {_HOST}: {error.strerror or error}") from None
        self._page_workers = PageWorkers()
        application = PlaygroundApp(listening.getsockname()[1], self._page_workers).application()
        super().__init__(listening, application, on_ready, server_header=False)

    def ended(self) -> None:
        """End the processes that look at documents."""
        self._page_workers.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn's hook: begin to accept connections.  What goes wrong in a call is not printed,
        since it could hold a part of a document."""
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        await super().startup(sockets)
