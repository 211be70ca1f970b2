"""uvicorn, on a loopback socket, in whatever thread calls: the main one with Ctrl-C, or any other.

This module and those it imports need the extra `sandbox`; `box` and the command line import it
only when a server is to start.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import uvicorn

from ctct_migrate.sandbox.app import application
from ctct_migrate.sandbox.database import SandboxError
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.service import Service
from ctct_migrate.sandbox.wire import Connections, protocol

#: Seconds that calls under way have to end in when the server stops.
GRACE = 1

#: Seconds that an idle connection is kept: long, so that no client meets a closing one by chance.
KEEP_ALIVE = 75


class Serving(uvicorn.Server):
    """One server of one service.  `on_ready` is called in the serving thread, with the port, when
    connections are accepted.  Raises SandboxError when the port or the database cannot be
    used."""

    def __init__(self, options: SandboxOptions, on_ready: Callable[[int], None]):
        self._socket = _listening(options)
        self._on_ready = on_ready
        connections: Connections = {}
        try:
            self._service = Service(options)
        except SandboxError:
            self._socket.close()
            raise
        super().__init__(
            uvicorn.Config(
                application(self._service, connections),
                http=protocol(connections),
                loop="asyncio",
                lifespan="off",
                ws="none",
                proxy_headers=False,
                # The query carries the API key, so that no call is ever logged.
                access_log=False,
                log_config=None,
                log_level="critical",
                timeout_keep_alive=KEEP_ALIVE,
                timeout_graceful_shutdown=GRACE,
            )
        )

    def serve_until_told(self) -> None:
        """Serve until `should_exit` is set, or, in the main thread, until SIGINT or SIGTERM."""
        try:
            self.run(sockets=[self._socket])
        finally:
            self._socket.close()
            self._service.close()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """uvicorn's hook: begin to accept connections."""
        await super().startup(sockets)
        self._on_ready(self._socket.getsockname()[1])

    async def main_loop(self) -> None:
        """uvicorn's hook: wait for the end, with an eye on it five times as often as uvicorn's
        own, since programs start and stop many sandboxes."""
        while not await self.on_tick(0):
            await asyncio.sleep(0.02)

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


def serve(options: SandboxOptions, on_ready: Callable[[int], None]) -> None:
    """Serve in the main thread until Ctrl-C.  A sandbox without a database gets a temporary
    one."""
    with TemporaryDirectory(prefix="ctct-sandbox-") as folder:
        file = options.database or str(Path(folder, "sandbox.sqlite3"))
        Serving(replace(options, database=file), on_ready).serve_until_told()


def _listening(options: SandboxOptions) -> socket.socket:
    host = "127.0.0.1" if options.host == "localhost" else options.host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off only for sockets that name TCP; with it on, each
    # answer would wait 40 ms for the client's acknowledgement of its head.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":  # elsewhere the option would let two servers share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, options.port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        reason = error.strerror or str(error)
        raise SandboxError(f"cannot listen on {host}, port {options.port}: {reason}") from None
    return listening
