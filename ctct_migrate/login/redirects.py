"""The address of this machine that a browser is sent back to after a log-in (RFC 8252, 7.3).

A small server listens there until the answer to one request for authorization has come.  What does
not have that request's `state` is turned away, and waited on.
"""

from __future__ import annotations

import html
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit

from ctct_migrate.login.log_ins import LoginError
from ctct_migrate.targets import login_rules
from ctct_migrate.targets.client import is_loopback_host

#: The redirect URI unless another is said.  It has to be registered for the application.
DEFAULT_REDIRECT_URI = "http://localhost:8910/callback"

_PAGE = """\
<!doctype html><html lang="en"><head><meta charset="utf-8"><title>ctct-migrate</title></head>
<body style="font-family: sans-serif; max-width: 32em; margin: 4em auto"><h1>{title}</h1>
<p>{words}</p></body></html>
"""

_DONE = _PAGE.format(title="Back to the terminal", words="ctct-migrate has the answer. This page can be closed.")  # fmt: skip
_NOT_OURS = _PAGE.format(title="Not this log-in", words="This answer belongs to another log-in, or to none. Begin again in the terminal.")  # fmt: skip


def checked_redirect_uri(uri: str) -> SplitResult:
    """The parts of a redirect URI.  Raises ValueError, with a line for users, unless it is plain
    http to this machine with a path."""
    try:
        parts = urlsplit(uri)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(f"{uri!r} is not a URI") from None
    if parts.scheme != "http" or not is_loopback_host(host):
        raise ValueError(
            f"{uri}: the browser has to come back to this machine: http://localhost:PORT/PATH, as it"
            " is registered for the application"
        )
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError(f"{uri}: a user name, query or fragment is not possible here")
    if port == 0 or not uri.isascii() or not uri.isprintable() or " " in uri:
        raise ValueError(f"{uri}: a port from 1 to 65535 is expected, and no blanks")
    return parts


def with_port(uri: str, port: int) -> str:
    """The redirect URI with another port; 0 stands for a free one, which is chosen here.  Raises
    ValueError, as `checked_redirect_uri` does."""
    parts = checked_redirect_uri(uri)
    host = parts.hostname or ""
    if port == 0:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
    return parts._replace(netloc=f"{f'[{host}]' if ':' in host else host}:{port}").geturl()


class Redirects:
    """Listens at a redirect URI.

    is_answer  whether the query of an address belongs to the log-in that is waited for

    A context manager; entering it raises LoginError when nothing can listen there.
    """

    def __init__(self, uri: str, is_answer: Callable[[str], bool]):
        self._uri, self._parts = uri, checked_redirect_uri(uri)
        self._is_answer = is_answer
        self._came = threading.Event()
        self._found = ""
        self._servers: list[ThreadingHTTPServer] = []

    def __enter__(self) -> Self:
        host, port = self._parts.hostname or "", self._parts.port or 80
        # `localhost` is either address, and which one a browser takes is its own affair.
        wanted = ("127.0.0.1", "::1") if host == "localhost" else (host,)
        problem: OSError | None = None
        for address in wanted:
            try:
                self._servers.append(_server(address, port, self._handle))
            except OSError as error:
                problem = problem or error
        if not self._servers and problem is not None:
            words = f"cannot listen at {self._uri}: {problem.strerror or problem}"
            raise LoginError(login_rules.LISTENING_FAILED, words)
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def pasted(self, address: str) -> bool:
        """Take an address that a person has copied from a browser; whether it is the answer."""
        query = urlsplit(address.strip()).query
        if not self._is_answer(query):
            return False
        self._take(query)
        return True

    def wait(self, seconds: float) -> str | None:
        """The address that the browser came back to, with the answer; None when none has come in so
        many seconds."""
        return self._found if self._came.wait(seconds) else None

    def _take(self, query: str) -> None:
        if not self._came.is_set():
            self._found = f"{self._uri}?{query}"
            self._came.set()

    def _handle(self, target: str) -> tuple[int, str]:
        """Status and page for a GET."""
        parts = urlsplit(target)
        if parts.path != (self._parts.path or "/"):
            return 404, _PAGE.format(title="Nothing here", words=html.escape(self._uri))
        if not self._is_answer(parts.query):
            return 400, _NOT_OURS
        self._take(parts.query)
        return 200, _DONE


def _server(
    address: str, port: int, handle: Callable[[str], tuple[int, str]]
) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # seconds for a browser to say what it wants

        def do_GET(self) -> None:
            status, page = handle(self.path)
            body = page.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is logged: the address holds a code."""

        def version_string(self) -> str:
            return "ctct-migrate"

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        daemon_threads = True
        block_on_close = False

        def handle_error(self, request: object, client_address: object) -> None:
            """A browser that went away is nobody's concern."""

    return Server((address, port), Handler)
