"""`ctct-migrate playground`: a page on this machine, until Ctrl-C.

Parses and prints; the page and its server stand in `ctct_migrate.playground`.
"""

from __future__ import annotations

import os
import sys
import threading
import webbrowser
from typing import Any

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.playground import DEFAULT_PORT, PlaygroundError

#: Distributions of the extra, as modules.
_EXTRA = ("starlette", "uvicorn")

_MISSING = "the playground needs Starlette and uvicorn: pip install 'ctct-migrate[web]'"


@click.command("playground", short_help="Check, fix and convert a document in the browser.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help=f"TCP port; 0: a free one. Without it {DEFAULT_PORT}, or a free one if that is taken.",
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
def command(port: int | None, no_browser: bool) -> None:
    """Open a page in which a document is checked while it is written, fixed and converted.

    The page is served on this machine alone, and its address is printed. What is pasted into it
    stays in the page: it is neither stored nor logged. Ctrl-C ends it.
    """
    server_class = _loaded()

    def announce(taken: int) -> None:
        address = f"http://127.0.0.1:{taken}/"
        click.echo(address)
        click.echo("The playground is at this address, for this machine alone. Ctrl-C ends it.", err=True)  # fmt: skip
        if not no_browser:
            # A browser of a terminal ends only when its user leaves it, and the page is served here.
            threading.Thread(target=_show, args=(address,), daemon=True).start()

    try:
        if port is not None:
            server = server_class(port, announce)
        else:
            try:
                server = server_class(DEFAULT_PORT, announce)
            except PlaygroundError:
                server = server_class(0, announce)
                click.echo(
                    f"Port {DEFAULT_PORT} is in use: another one is taken. Links that you copied earlier "
                    f"still open port {DEFAULT_PORT}.",
                    err=True,
                )
    except PlaygroundError as error:
        raise CommandError(f"{error}. --port 0 takes a free one.") from None
    server.serve_until_told()


def _loaded() -> Any:
    """The class of the server.  Raises CommandError where the extra is missing."""
    try:
        from ctct_migrate.playground.playground_server import PlaygroundServer
    except ImportError as error:
        if (error.name or "").partition(".")[0] in _EXTRA:
            raise CommandError(_MISSING) from None
        raise
    return PlaygroundServer


def _show(address: str) -> None:
    """Opens the page in a browser, or says that there is none."""
    if not _has_browser() or not _opened(address):
        click.echo("No browser could be started: open the address in one.", err=True)


#: What is set where a window can be opened, or a browser is named.
_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")


def _has_browser() -> bool:
    """Whether a browser with windows may be there: one of a terminal cannot show the page."""
    return sys.platform in ("win32", "darwin") or any(map(os.environ.get, _DISPLAYS))


def _opened(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except (webbrowser.Error, OSError):
        return False
