"""The server as it is started: over standard input and output, for one client."""

from __future__ import annotations

import os
import sys

from ctct_migrate.language_server.lsp_requests import answer_requests
from ctct_migrate.language_server.migration_server import MigrationServer
from ctct_migrate.output.drawn import exact


def made_server() -> MigrationServer:
    """A server that answers every request we support."""
    server = MigrationServer()
    answer_requests(server)
    return server


def serve() -> None:
    """Serves one client, over standard input and output, until it ends or goes away."""
    server = made_server()
    try:
        # A file of its own, since pygls closes it at the end.
        with os.fdopen(os.dup(exact(sys.stdout).fileno()), "wb") as output:
            server.start_io(stdin=sys.stdin.buffer, stdout=output)
    finally:
        server.end()
