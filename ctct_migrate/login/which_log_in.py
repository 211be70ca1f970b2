"""Which credentials a command calls with: the variables of the environment, or a log-in.

What the environment says counts first: it is meant for programs, and says just what it says.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from urllib.parse import urlsplit

from ctct_migrate.late_dataclass import replace
from ctct_migrate.login.log_in_store import LogInStore
from ctct_migrate.login.log_ins import LogIn, Tokens
from ctct_migrate.login.renewal import StoredToken
from ctct_migrate.targets.authorization import OAuth
from ctct_migrate.targets.client import is_loopback_host
from ctct_migrate.targets.credentials import (
    CLIENT_VARIABLE,
    KEY_VARIABLE,
    TOKEN_VARIABLE,
    Credentials,
    CredentialsError,
)
from ctct_migrate.targets.target import Target

#: Names the account where there are several log-ins.
ACCOUNT_VARIABLE = "CTCT_ACCOUNT"

#: The secret of an application that has one.
SECRET_VARIABLE = "CTCT_CLIENT_SECRET"

#: What to say when the extra is not installed.
MISSING_EXTRA = "logging in needs the extra `login`: pip install 'ctct-migrate[login]'"


def credentials_for(
    target: Target,
    server: str,
    *,
    account: str = "",
    store: LogInStore | None = None,
    environment: Mapping[str, str] | None = None,
) -> Credentials:
    """The credentials for calls to `server`, the base URL of a target's API: those of the environment
    or, without CTCT_ACCESS_TOKEN or where an account is named, a log-in's.  Raises CredentialsError,
    with one line for users."""
    given = os.environ if environment is None else environment
    has_token = bool(given.get(TOKEN_VARIABLE, "").strip())
    oauth = target.oauth
    if oauth is None or (has_token and not account):
        return Credentials.from_environment(given, needs_key=target.needs_key)
    if not is_installed():
        raise CredentialsError(
            f"{TOKEN_VARIABLE} must be set in the environment, or log in, which needs the extra"
            " `login`: pip install 'ctct-migrate[login]'"
        )
    store = store or LogInStore()
    log_in = chosen(store, target, server, account=account, environment=given)
    token = token_of(store, log_in, oauth, given)
    key = given.get(KEY_VARIABLE, "").strip() if target.needs_key else None
    return Credentials(key, token)


def chosen(
    store: LogInStore,
    target: Target,
    server: str = "",
    *,
    account: str = "",
    environment: Mapping[str, str],
) -> LogIn:
    """The one log-in to a target (at a server; empty for any) that is meant.  Raises
    CredentialsError where there is none, or more than one."""
    wanted = account or environment.get(ACCOUNT_VARIABLE, "").strip()
    client_id = environment.get(CLIENT_VARIABLE, "").strip()
    every = [each for each in store.all() if each.target == target.name]
    there = [
        each for each in every if server in ("", each.server) and client_id in ("", each.client_id)
    ]
    found = [each for each in there if not wanted or each.is_of(wanted)]
    if len(found) == 1:
        return found[0]
    if len(found) > 1:
        raise CredentialsError(
            f"there are several log-ins: say whose is meant with --account: {_titles(found)}"
        )
    place = f"{target.title} at {server}" if server else target.title
    if wanted and there:
        are = "is one" if len(there) == 1 else "are some"
        raise CredentialsError(
            f"there is no log-in for the account {wanted!r}; there {are} for {_titles(there)}"
        )
    words = f"nobody is logged in to {place}: give `{log_in_command(target, server)}`"
    if target.needs_key or server:
        words += f", or set {TOKEN_VARIABLE}"
    if every:
        elsewhere = ", ".join(sorted({f"{each.server} ({each.client_id})" for each in every}))
        words += f"; there are log-ins for {elsewhere}"
    if damaged := store.damaged():
        words += f"; {damaged[0]} is not a log-in that can be read"
    raise CredentialsError(words)


def log_in_command(target: Target, server: str) -> str:
    """The command that logs in at a server (empty for the target's own)."""
    words = "ctct-migrate login"
    if server in ("", target.base_url):
        return words
    words += f" --base-url {server}"
    is_near = is_loopback_host(urlsplit(server).hostname or "")
    return words if is_near else f"{words} --login-url URL"


def token_of(
    store: LogInStore, log_in: LogIn, oauth: OAuth, environment: Mapping[str, str]
) -> StoredToken:
    """The token of a log-in, which renews itself.  Raises CredentialsError where it could not."""
    secret = environment.get(SECRET_VARIABLE, "").strip() or None
    if log_in.has_secret and secret is None:
        raise CredentialsError(
            f"{SECRET_VARIABLE} must be set in the environment: the application"
            f" {log_in.client_id} has a secret, which is not stored"
        )
    there = replace(oauth, token=log_in.token_url)

    def renew(tokens: Tokens) -> Tokens:
        from ctct_migrate.login.login_server import LoginServer

        with LoginServer(there, log_in.client_id, secret if log_in.has_secret else None) as server:
            return server.renewed(tokens)

    return StoredToken(store, log_in, renew)


def is_installed() -> bool:
    """Whether the extra `login` is there."""
    return all(find_spec(name) is not None for name in ("oauthlib", "platformdirs"))


def _titles(log_ins: list[LogIn]) -> str:
    return ", ".join(each.title for each in log_ins)
