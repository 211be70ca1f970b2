"""`ctct-migrate login`: logs in to an account, by a browser or by a code.

Parses and prints; the work is done in `ctct_migrate.login`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import webbrowser
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.cli.log_in_options import (
    LoginFailed,
    here,
    log_in_target_option,
    login_server_of,
    server_of,
    server_option,
    store_of,
    target_with_log_ins,
)

if TYPE_CHECKING:
    from ctct_migrate.login.log_in_store import LogInStore
    from ctct_migrate.login.log_ins import LogIn
    from ctct_migrate.login.login_server import Authorization, DeviceCode, LoginServer
    from ctct_migrate.login.redirects import Redirects
    from ctct_migrate.targets.authorization import OAuth


@click.command("login", short_help="Log in to an account, so that `send` may use it.")
@click.option(
    "--client-id",
    metavar="ID",
    envvar="CTCT_CLIENT_ID",
    show_envvar=True,
    help="The application's client id, which is also its API key.",
)
@click.option("--device", is_flag=True, help="Log in with a code that is entered elsewhere.")
@click.option(
    "--no-browser", is_flag=True, help="Print the address instead of opening it in a browser."
)
@click.option(
    "--redirect-uri",
    metavar="URI",
    help="Where the browser comes back to, just as it is registered for the application"
    " [default: http://localhost:8910/callback].",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    help="The same with another port; 0: any free one, where the server takes any.",
)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="Ask for these scopes, and not for what sending needs.  Repeatable.",
)
@click.option(
    "--store",
    "place",
    type=click.Choice(["auto", "keyring", "file"]),
    default="auto",
    show_default=True,
    help="Where the tokens are kept: the system's keyring, or a file that only you can read.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=300.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for the browser.",
)
@log_in_target_option
@server_option
@click.option(
    "--login-url", metavar="URL", help="The log-in server, if it is not the target's own."
)
def command(
    client_id: str | None, device: bool, no_browser: bool, redirect_uri: str | None,
    port: int | None, scopes: tuple[str, ...], place: str, timeout: float,
    target: str | None, base_url: str | None, login_url: str | None,
) -> int:  # fmt: skip
    """Log in to an account (OAuth 2.0), so that `send` may use it.

    A browser is opened, where the account's owner agrees. On a server without one, use --device, or
    --no-browser and any other machine. The access token renews itself, as long as it is used once in
    180 days.

    An application with a secret needs CTCT_CLIENT_SECRET, here and whenever the log-in is used.
    """
    from ctct_migrate.login.flows import by_browser, by_device
    from ctct_migrate.login.log_ins import LogIn, LoginError
    from ctct_migrate.login.login_server import LoginServer
    from ctct_migrate.login.which_log_in import SECRET_VARIABLE

    goal, oauth = target_with_log_ins(target)
    server_url = server_of(goal, base_url)
    oauth = login_server_of(goal, oauth, server_url, login_url)
    configured = here()
    client_id = (client_id or configured.client_id).strip()
    if not client_id:
        raise CommandError(
            "say which application logs in: --client-id, CTCT_CLIENT_ID, or client-id in the"
            " configuration"
        )
    uri = _redirect_uri(redirect_uri or configured.redirect_uri, port)
    store = store_of()
    in_keyring = _in_keyring(place)
    secret = os.environ.get(SECRET_VARIABLE, "").strip() or None
    wanted = scopes or oauth.asked
    try:
        with LoginServer(oauth, client_id, secret) as server:
            if device:
                tokens = by_device(server, wanted, _show_code)
            else:
                show = partial(_show_address, opens=not no_browser and _has_browser())
                tokens = by_browser(server, uri, wanted, show, seconds=timeout)
            log_in = LogIn(
                goal.name, server_url, client_id, oauth.token, tokens,
                in_keyring=in_keyring, has_secret=secret is not None,
            )  # fmt: skip
            store.save(log_in)  # before the first call: from here on the log-in cannot be lost
            log_in = _named(store, log_in, oauth, server)
    except LoginError as error:
        raise LoginFailed(error) from None
    _say(log_in, wanted, oauth)
    return 0


def _redirect_uri(given: str, port: int | None) -> str:
    from ctct_migrate.login.redirects import (
        DEFAULT_REDIRECT_URI,
        checked_redirect_uri,
        with_port,
    )

    uri = given or DEFAULT_REDIRECT_URI
    try:
        checked_redirect_uri(uri)
        return uri if port is None else with_port(uri, port)
    except ValueError as error:
        raise CommandError(str(error)) from error


def _in_keyring(place: str) -> bool:
    from ctct_migrate.login import system_keyring

    if place == "keyring" and not system_keyring.works():
        raise CommandError(
            "there is no keyring that works here (pip install 'ctct-migrate[keyring]', and a session"
            " that has one): use --store file"
        )
    return place != "file" and system_keyring.works()


def _has_browser() -> bool:
    """Whether a browser can be opened that has a window of its own: one in the terminal would take
    that over."""
    return (
        sys.platform in ("win32", "darwin")
        or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))
    )  # fmt: skip


def _show_address(authorization: Authorization, redirects: Redirects, *, opens: bool) -> None:
    opened = False
    if opens:
        with suppress(webbrowser.Error, OSError):
            opened = webbrowser.open(authorization.url)
    if opened:
        click.echo("The browser shows where to log in. If it does not, open", err=True)
    else:
        click.echo("Open in a browser, and log in:", err=True)
    click.echo(f"\n    {authorization.url}\n", err=True)
    click.echo(f"It comes back to {authorization.redirect_uri}", err=True)
    if not opened:
        click.echo(
            "If the browser is on another machine, it shows an error then: copy the address that it"
            " shows, and paste it here.",
            err=True,
        )
        threading.Thread(target=_take_pasted, args=(redirects,), daemon=True).start()


def _input_waits() -> bool:
    """Whether something has come from standard input, after a fifth of a second at most.  Raises
    OSError or ValueError where that cannot be told."""
    if sys.platform == "win32":  # where `select` knows sockets alone
        import msvcrt
        import time

        time.sleep(0.2)
        return msvcrt.kbhit()
    import select

    return bool(select.select([sys.stdin], [], [], 0.2)[0])


def _take_pasted(redirects: Redirects) -> None:
    """Reads addresses from standard input until one is the answer."""
    with suppress(OSError, ValueError):  # no input that can be waited for
        while redirects.wait(0) is None:
            if not _input_waits():
                continue
            line = sys.stdin.readline()
            if not line:
                return
            if line.strip() and not redirects.pasted(line):
                click.echo("This is not the address of this log-in; waiting on.", err=True)


def _show_code(code: DeviceCode) -> None:
    click.echo(f"Open {code.url} on any machine, and enter the code\n", err=True)
    click.echo(f"    {code.user}\n", err=True)
    if code.complete:
        click.echo(f"or open {code.complete}", err=True)


def _named(store: LogInStore, log_in: LogIn, oauth: OAuth, server: LoginServer) -> LogIn:
    """The log-in with the account's names, stored under them."""
    from ctct_migrate.login.account_identity import adopted, identity
    from ctct_migrate.login.renewal import StoredToken
    from ctct_migrate.targets import TARGETS
    from ctct_migrate.targets.client import Client
    from ctct_migrate.targets.credentials import KEY_VARIABLE, Credentials

    target = TARGETS[log_in.target]
    token = StoredToken(store, log_in, server.renewed)
    key = os.environ.get(KEY_VARIABLE, "").strip() if target.needs_key else None

    async def asked() -> LogIn:
        credentials = Credentials(key, token)
        async with Client(log_in.server, credentials, answers=target.answers) as client:
            return adopted(store, token.log_in, await identity(client, oauth))

    return asyncio.run(asked())


def _say(log_in: LogIn, wanted: tuple[str, ...], oauth: OAuth) -> None:
    from ctct_migrate.targets.credentials import TOKEN_VARIABLE

    click.echo(f"Logged in to {log_in.target} as {log_in.title}.")
    granted = log_in.tokens.scopes
    lacking = [scope for scope in wanted if granted and scope not in granted]
    if lacking and lacking != [oauth.refresh_scope]:
        click.echo(f"warning: not granted: {', '.join(lacking)}", err=True)
    if not log_in.tokens.refresh:
        click.echo(
            f"warning: there is no refresh token ({oauth.refresh_scope} was not granted): log in"
            " again when the access token has ended",
            err=True,
        )
    if os.environ.get(TOKEN_VARIABLE, "").strip():
        click.echo(
            f"warning: {TOKEN_VARIABLE} is set, and counts before the log-in: unset it to use this",
            err=True,
        )
    if not log_in.account_id:
        click.echo(
            "warning: the server did not say whose account it is; `ctct-migrate whoami` asks again",
            err=True,
        )
