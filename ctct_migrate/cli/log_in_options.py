"""What `login`, `logout` and `whoami` have in common: which target and server are meant, which
log-in, and how what went wrong is shown.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import complete_targets
from ctct_migrate.cli.configurations import Configurations, Wanted
from ctct_migrate.configuration import Configuration
from ctct_migrate.targets import TARGETS, Target, target_named
from ctct_migrate.targets.client import BaseUrlError, checked_base_url, is_loopback_host

if TYPE_CHECKING:
    from ctct_migrate.login.log_in_store import LogInStore
    from ctct_migrate.login.log_ins import LogIn, LoginError
    from ctct_migrate.targets.authorization import OAuth


class LoginFailed(CommandError):
    """A log-in went wrong: shown in the manner of a diagnostic, and exit status 2."""

    def __init__(self, error: LoginError):
        super().__init__(str(error))
        self._failure = error.for_call().failure

    def show(self, file: object = None) -> None:
        """Prints it."""
        from ctct_migrate.cli.send_output import failure_lines

        for line in list(failure_lines(self._failure))[:-1]:
            click.echo(line, err=True)


def log_in_target_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--target`: the name of a target that people log in to, or None."""
    return click.option(
        "--target", metavar="NAME", shell_complete=complete_targets,
        help="The API to log in to; by default the one that has log-ins.",
    )(command)  # fmt: skip


def server_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--base-url`: another server than the target's own."""
    return click.option(
        "--base-url", metavar="URL",
        help="The API, if it is not the target's own: a sandbox, for example.",
    )(command)  # fmt: skip


def account_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--account`: which of several log-ins is meant."""
    return click.option(
        "--account", metavar="ID|NAME|ADDRESS", default="",
        help="Which account is meant, where several are logged in.",
    )(command)  # fmt: skip


def here() -> Configuration:
    """The configuration of the current folder."""
    return Configurations(Wanted()).here


def target_with_log_ins(name: str | None) -> tuple[Target, OAuth]:
    """The target of that name, or the one that the configuration names, or the first one that people
    log in to.  Raises CommandError where nobody can log in to it."""
    configured = TARGETS[here().target] if name is None else None
    if name is not None:
        try:
            target = target_named(name)
        except ValueError as error:
            raise CommandError(str(error)) from error
    elif configured is not None and configured.oauth is not None:
        target = configured
    else:
        target = next(each for each in TARGETS.values() if each.oauth is not None)
    if target.oauth is None:
        able = ", ".join(each.name for each in TARGETS.values() if each.oauth is not None)
        raise CommandError(
            f"there are no log-ins for {target.name}: its key and token are read from CTCT_API_KEY"
            f" and CTCT_ACCESS_TOKEN (log-ins: {able})"
        )
    return target, target.oauth


def server_of(target: Target, base_url: str | None) -> str:
    """The base URL that is meant, with a slash at its end.  Raises CommandError."""
    try:
        return checked_base_url(base_url or target.base_url)
    except BaseUrlError as error:
        raise CommandError(str(error)) from error


def login_server_of(
    target: Target, oauth: OAuth, server: str, login_url: str | None
) -> OAuth:  # fmt: skip
    """Where to log in for a server: the target's own log-in server for the target's own API, the
    sandbox's for a sandbox, and otherwise what is said.  Raises CommandError."""
    if login_url:
        try:
            return oauth.on(checked_base_url(login_url))
        except BaseUrlError as error:
            raise CommandError(str(error).replace("base URL", "log-in URL")) from error
    if server == target.base_url:
        return oauth
    if is_loopback_host(urlsplit(server).hostname or ""):
        return oauth.on(server)
    raise CommandError(f"{server} is not {target.base_url}: say with --login-url where to log in")


def store_of(folder: Path | None = None) -> LogInStore:
    """The user's log-ins.  Raises CommandError without the extra."""
    from ctct_migrate.login.log_in_store import LogInStore
    from ctct_migrate.login.which_log_in import MISSING_EXTRA, is_installed

    if not is_installed():
        raise CommandError(MISSING_EXTRA)
    return LogInStore(folder)


def log_in_of(store: LogInStore, target: Target, base_url: str | None, account: str) -> LogIn:
    """The log-in that a command line means.  Raises CommandError."""
    from ctct_migrate.login.which_log_in import chosen
    from ctct_migrate.targets.credentials import CredentialsError

    server = server_of(target, base_url) if base_url else ""
    try:
        return chosen(store, target, server, account=account, environment=os.environ)
    except CredentialsError as error:
        raise CommandError(str(error)) from error
