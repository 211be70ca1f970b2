"""`ctct-migrate whoami`: which account is logged in, what it may do, and until when."""

from __future__ import annotations

import asyncio
import json
import os
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.cli.log_in_options import (
    LoginFailed,
    account_option,
    log_in_of,
    log_in_target_option,
    server_of,
    server_option,
    store_of,
    target_with_log_ins,
)
from ctct_migrate.targets import login_rules, reply_rules

if TYPE_CHECKING:
    from ctct_migrate.login.account_identity import Identity
    from ctct_migrate.login.log_in_store import LogInStore
    from ctct_migrate.login.log_ins import LogIn
    from ctct_migrate.targets import Target
    from ctct_migrate.targets.authorization import OAuth
    from ctct_migrate.targets.credentials import Credentials


@click.command("whoami", short_help="Show which account is logged in, and what it may do.")
@account_option
@log_in_target_option
@server_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object, for programs.")
def command(account: str, target: str | None, base_url: str | None, as_json: bool) -> int:
    """Show which account is logged in: who it is, its scopes, what its user may do, and when its
    token ends.

    With CTCT_ACCESS_TOKEN in the environment, and no --account, that token is asked about.

    Exit status: 0 the server knows it, 2 it does not, or nobody is logged in.
    """
    from ctct_migrate.login.log_ins import LoginError
    from ctct_migrate.targets.credentials import TOKEN_VARIABLE, CredentialsError

    goal, oauth = target_with_log_ins(target)
    try:
        if os.environ.get(TOKEN_VARIABLE, "").strip() and not account:
            facts = _of_environment(goal, oauth, server_of(goal, base_url))
        else:
            store = store_of()
            facts = _of_log_in(store, log_in_of(store, goal, base_url, account), goal, oauth)
    except CredentialsError as error:
        raise CommandError(str(error)) from error
    except LoginError as error:
        raise LoginFailed(error) from None
    failures = facts.pop("failures")
    click.echo(json.dumps(facts, indent=2) if as_json else _text(facts))
    if failures:
        from ctct_migrate.cli.send_output import failure_lines

        for line in list(failure_lines(failures[0]))[:-1]:
            click.echo(line, err=True)
    return 2 if failures else 0


def _of_log_in(store: LogInStore, log_in: LogIn, target: Target, oauth: OAuth) -> dict[str, Any]:
    from ctct_migrate.login.account_identity import adopted
    from ctct_migrate.login.which_log_in import token_of
    from ctct_migrate.targets.credentials import KEY_VARIABLE, Credentials

    token = token_of(store, log_in, oauth, os.environ)
    key = os.environ.get(KEY_VARIABLE, "").strip() if target.needs_key else None
    found = asyncio.run(_asked(target, log_in.server, Credentials(key, token), oauth))
    log_in = token.log_in
    if not found.failures:
        log_in = adopted(store, log_in, found)
    tokens = log_in.tokens
    return {
        **_facts(found, target, log_in.server),
        "account": log_in.account_id, "name": log_in.account_name, "email": log_in.account_email,
        "application": log_in.client_id, "scopes": list(tokens.scopes),
        "missing_scopes": _missing(oauth, tokens.scopes),
        "token_ends": _moment(tokens.ends), "renews_itself": bool(tokens.refresh),
        "stored_in": "the system's keyring" if log_in.in_keyring else str(store.folder / log_in.file_name),
    }  # fmt: skip


def _of_environment(target: Target, oauth: OAuth, server: str) -> dict[str, Any]:
    from ctct_migrate.targets.access_token import claims_of
    from ctct_migrate.targets.credentials import TOKEN_VARIABLE, Credentials

    credentials = Credentials.from_environment(needs_key=target.needs_key)
    found = asyncio.run(_asked(target, server, credentials, oauth))
    claims = claims_of(os.environ[TOKEN_VARIABLE].strip())
    said = claims.get("scp", claims.get("scope", ()))
    scopes = [str(each) for each in (said.split() if isinstance(said, str) else said or ())]
    ends = claims.get("exp")
    return {
        **_facts(found, target, server),
        "account": found.account_id, "name": found.name, "email": found.email,
        "application": str(claims.get("client_id") or claims.get("cid") or ""), "scopes": scopes,
        "missing_scopes": _missing(oauth, tuple(scopes)),
        "token_ends": _moment(float(ends)) if isinstance(ends, int | float) else None,
        "renews_itself": False, "stored_in": TOKEN_VARIABLE,
    }  # fmt: skip


async def _asked(target: Target, server: str, credentials: Credentials, oauth: OAuth) -> Identity:
    from ctct_migrate.login.account_identity import identity
    from ctct_migrate.targets.client import Client

    async with Client(server, credentials, answers=target.answers) as client:
        return await identity(client, oauth)


def _facts(found: Identity, target: Target, server: str) -> dict[str, Any]:
    return {
        "target": target.name, "server": server, "privileges": list(found.privileges),
        "failures": found.failures,
        "is_refused": any(each.rule in _REFUSALS for each in found.failures),
    }  # fmt: skip


#: What says that the token is good for nothing.
_REFUSALS = (login_rules.LOGIN_ENDED, login_rules.FRESH_TOKEN_REFUSED, reply_rules.TOKEN_REFUSED)


def _missing(oauth: OAuth, scopes: tuple[str, ...]) -> list[str]:
    return [scope for scope in oauth.scopes if scopes and scope not in scopes]


def _moment(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError, OSError):
        return None


def _text(facts: dict[str, Any]) -> str:
    who = facts["name"] or facts["email"] or facts["account"] or "an account that is not known"
    more = [each for each in (facts["email"], facts["account"]) if each and each != who]
    rows = [
        ("target", f"{facts['target']} at {facts['server']}"),
        ("application", facts["application"]),
        ("scopes", " ".join(facts["scopes"])),
        ("not granted", " ".join(facts["missing_scopes"])),
        ("privileges", " ".join(facts["privileges"])),
        ("access token", _ending(facts)),
        ("stored in", facts["stored_in"]),
    ]
    head = f"{who} ({', '.join(more)})" if more else who
    return "\n".join([head, *(f"  {name:14}{words}" for name, words in rows if words)])


def _ending(facts: dict[str, Any]) -> str:
    if facts["token_ends"] is None and not facts["is_refused"]:
        return "renews itself" if facts["renews_itself"] else "does not say when it ends"
    if facts["is_refused"]:
        return "is refused by the server"
    end = datetime.fromisoformat(facts["token_ends"])
    left = end.timestamp() - time.time()
    when = end.strftime("%Y-%m-%d %H:%M:%S UTC")
    if left < 0:
        return f"ended {when}"
    hours, minutes = divmod(int(left // 60), 60)
    said = f"ends {when}, in {hours} h {minutes} min"
    return f"{said}, and renews itself" if facts["renews_itself"] else said
