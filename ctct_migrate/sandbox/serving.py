"""The sandbox's server, in whatever thread calls: the main one with Ctrl-C, or any other.

This module and those it imports need the extra `sandbox`; `server` and the command line import it
only when a server is to start.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from ctct_migrate.late_dataclass import replace
from ctct_migrate.loopback_server import LoopbackServer, listening_socket
from ctct_migrate.sandbox.app import application
from ctct_migrate.sandbox.database import SandboxError
from ctct_migrate.sandbox.options import SandboxOptions
from ctct_migrate.sandbox.service import Service
from ctct_migrate.sandbox.wire import Connections, protocol

#: Seconds that an idle connection is kept: long, so that no client meets a closing one by chance.
KEEP_ALIVE = 75


class Serving(LoopbackServer):
    """One server of one service.  `on_ready` is called in the serving thread, with the port, when
    connections are accepted.  Raises SandboxError when the port or the database cannot be
    used."""

    def __init__(self, options: SandboxOptions, on_ready: Callable[[int], None]):
        listening = _listening(options)
        connections: Connections = {}
        try:
            self._service = Service(options)
        except SandboxError:
            listening.close()
            raise
        super().__init__(
            listening,
            application(self._service, connections),
            on_ready,
            http=protocol(connections),
            timeout_keep_alive=KEEP_ALIVE,
        )

    def ended(self) -> None:
        """Close the database."""
        self._service.close()

    async def main_loop(self) -> None:
        """uvicorn's hook: wait for the end, with an eye on it five times as often as uvicorn's
        own, since programs start and stop many sandboxes."""
        while not await self.on_tick(0):
            await asyncio.sleep(0.02)


def serve(options: SandboxOptions, on_ready: Callable[[int], None]) -> None:
    """Serve in the main thread until Ctrl-C.  A sandbox without a database gets a temporary
    one."""
    with TemporaryDirectory(prefix="ctct-sandbox-") as folder:
        file = options.database or str(Path(folder, "sandbox.sqlite3"))
        Serving(replace(options, database=file), on_ready).serve_until_told()


def _listening(options: SandboxOptions) -> socket.socket:
    host = "127.0.0.1" if options.host == "localhost" else options.host.strip("[]")
    try:
        return listening_socket(host, options.port)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SandboxError(f"cannot listen on {host}, port {options.port}: {reason}") from None
