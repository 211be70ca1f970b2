"""The playground's server: uvicorn on a loopback socket, in the thread that calls."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn

from ctct_migrate.playground import PlaygroundError
from ctct_migrate.playground.page_workers import PageWorkers
from ctct_migrate.playground.playground_app import PlaygroundApp

_HOST = "127.0.0.1"

#: Seconds that calls under way have to end in when the server stops.
_GRACE = 1


class PlaygroundServer(uvicorn.Server):
    """One server.  `on_ready` is called with the port, in the serving thread, when connections are
    accepted.  Raises PlaygroundError when the port cannot be used."""

    def __init__(self, port: int, on_ready: Callable[[int], None]):
        self._socket = _listening(port)
        self._on_ready = on_ready
        self.port: int = self._socket.getsockname()[1]
        self._page_workers = PageWorkers()
        super().__init__(
            uvicorn.Config(
                PlaygroundApp(self.port, self._page_workers).application(),
                loop="asyncio",
                lifespan="off",
                ws="none",
                proxy_headers=False,
                server_header=False,
                # Nothing of a document is written anywhere.
                access_log=False,
                log_config=None,
                log_level="critical",
                timeout_graceful_shutdown=_GRACE,
            )
        )

    def serve_until_told(self) -> None:
        """Serve until `should_exit` is set, or, in the main thread, until SIGINT or SIGTERM."""
        try:
            self.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self._page_workers.stop()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn's hook: begin to accept connections."""
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        await super().startup(sockets)
        self._on_ready(self.port)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's hook: end in order at SIGINT and SIGTERM, without raising the signal again."""
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


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((_HOST, port))
        listening.listen(64)
    except OSError as error:
        listening.close()
        raise PlaygroundError(f"port {port} of {_HOST}: {error.strerror or error}") from None
    return listening
