"""`ctct-migrate sandbox`: a target's server in the foreground, until Ctrl-C.

Parses and prints; the server stands in `ctct_migrate.sandbox`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import partial

import click

from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.sandbox import Fault, FaultKind, SandboxError, SandboxOptions
from ctct_migrate.sandbox.options import DEFAULT_ADDRESS, DEFAULT_LISTS, is_number, list_name
from ctct_migrate.sandbox.server import load_serving
from ctct_migrate.sandbox.target_server import server_of
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.credentials import KEY_VARIABLE, TOKEN_VARIABLE

_DEFAULTS = SandboxOptions()

_FAULT_HELP = (
    "Arm a fault, such as `server-error,probability=0.1,status=502` or"
    " `close-after,match=^POST,times=1`.  KIND is one of "
    + ", ".join(FaultKind)
    + "; names are match, after, times, probability, seconds, jitter, stored, status, body,"
    " location, retry_after, reset.  A JSON object does as well.  Repeatable."
)


@click.command("sandbox")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="TCP port; 0: a free one.")
@click.option(
    "--database",
    metavar="FILE",
    help="SQLite file that keeps everything from run to run; without it, all goes at the end.",
)
@click.option(
    "--lists",
    multiple=True,
    metavar="ID[=NAME],…",
    help="Contact lists of the account, such as `11,12=Customers`.  Repeatable.",
)
@click.option(
    "--addresses",
    multiple=True,
    metavar="ADDRESS,…",
    help="Confirmed e-mail addresses of the account.  Repeatable.",
)
@click.option(
    "--accept-any-list",
    is_flag=True,
    help="Lists come into being when a body names them (send --no-preflight, which looks before).",
)
@click.option(
    "--accept-any-address",
    is_flag=True,
    help="Addresses come into being, confirmed, when a body names them.",
)
@click.option(
    "--check-credentials",
    is_flag=True,
    help="Let in only the token in CTCT_ACCESS_TOKEN, and, where the target needs a key, the one in"
    " CTCT_API_KEY.",
)
@click.option("--no-postal-address", is_flag=True, help="The account has no postal address.")
@click.option("--no-scheduling", is_flag=True, help="Key or user may not schedule.")
@click.option("--allow-past-dates", is_flag=True, help="Let campaigns be scheduled in the past.")
@click.option("--wrap-text", is_flag=True, help="Answer text_content wrapped in <text>.")
@click.option(
    "--calls-per-second",
    type=click.IntRange(1),
    default=_DEFAULTS.calls_per_second,
    show_default=True,
    help="Calls that a key may make in a second.",
)
@click.option(
    "--calls-per-day",
    type=click.IntRange(0),
    default=_DEFAULTS.calls_per_day,
    show_default=True,
    help="Calls that a key may make in a day.",
)
@click.option("--fault", "faults", multiple=True, metavar="KIND[,NAME=VALUE…]", help=_FAULT_HELP)
@click.option("--latency", type=click.FloatRange(0), help="Seconds that every answer takes.")
@click.option(
    "--token-expires-after",
    type=click.IntRange(0),
    metavar="CALLS",
    help="The access token expires after so many calls.",
)
@click.option(
    "--activity-seconds",
    type=click.FloatRange(0, 86_399),
    default=1.0,
    show_default=True,
    help="Seconds that a bulk activity takes.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="What the target's server has to be set to besides; a NAME that it does not have is answered"
    " with those that it has.  Repeatable.",
)
@click.option("--seed", type=int, default=0, help="Seed of the dice of faults.")
@click.option(
    "--target",
    type=click.Choice(list(TARGETS)),
    default=DEFAULT_TARGET,
    show_default=True,
    help="Whose server it is.",
)
def command(
    port: int,
    database: str | None,
    lists: Sequence[str],
    addresses: Sequence[str],
    accept_any_list: bool,
    accept_any_address: bool,
    check_credentials: bool,
    no_postal_address: bool,
    no_scheduling: bool,
    allow_past_dates: bool,
    wrap_text: bool,
    calls_per_second: int,
    calls_per_day: int,
    faults: Sequence[str],
    latency: float | None,
    token_expires_after: int | None,
    activity_seconds: float,
    settings: Sequence[str],
    seed: int,
    target: str,
) -> None:
    """Run a server of the target on this machine, to rehearse against.

    Its base URL is printed, in one line, when it is ready; `/_control` beside it steers faults and
    shows calls and state.  It listens on loopback alone.  Ctrl-C ends it.
    """
    try:
        keys, tokens = _credentials(target) if check_credentials else ((), ())
        armed = [_fault(text) for text in faults]
        if latency is not None:
            armed.append(Fault(kind=FaultKind.LATENCY, seconds=latency))
        options = SandboxOptions(
            port=port,
            database=database,
            keys=keys,
            tokens=tokens,
            denied_privileges=(server_of(target).scheduling,) if no_scheduling else (),
            lists=_lists(lists) if lists else dict(DEFAULT_LISTS),
            addresses=tuple(_items(addresses)) if addresses else (DEFAULT_ADDRESS,),
            accept_any_list=accept_any_list,
            accept_any_address=accept_any_address,
            future_dates_only=not allow_past_dates,
            wraps_text_content=wrap_text,
            calls_per_second=calls_per_second,
            calls_per_day=calls_per_day,
            faults=tuple(armed),
            activity_seconds=activity_seconds,
            seed=seed,
            target=target,
            settings=_settings(settings),
        )
        if no_postal_address:
            options = replace(options, organization_address=None)
        if token_expires_after is not None:
            options = options.expiring(token_expires_after)
        load_serving().serve(
            options, partial(_announce, options.prefix, TARGETS[target].oauth is not None)
        )
    except (ValueError, SandboxError) as error:
        click.echo(f"error: {error}", err=True)
        raise SystemExit(2) from None


def _announce(prefix: str, has_log_ins: bool, port: int) -> None:
    click.echo(f"http://127.0.0.1:{port}{prefix}")
    click.echo(
        f"Steer it at http://127.0.0.1:{port}/_control (faults, calls, state, seed, reset)."
        "  Ctrl-C ends it.",
        err=True,
    )
    if has_log_ins:
        click.echo(
            f"Log in: ctct-migrate login --base-url http://127.0.0.1:{port}{prefix} --client-id any"
            " --port 0  (any user, nobody is asked).",
            err=True,
        )


def _credentials(target: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The key, where the target needs one, and the token that the environment holds."""
    needed = [KEY_VARIABLE] if TARGETS[target].needs_key else []
    found = [os.environ.get(name, "") for name in (*needed, TOKEN_VARIABLE)]
    if not all(found):
        names = " and ".join((*needed, TOKEN_VARIABLE))
        raise ValueError(f"--check-credentials needs {names}")
    return tuple(found[:-1]), tuple(found[-1:])


def _items(values: Sequence[str]) -> list[str]:
    """What stands between commas, in all values of a repeatable option."""
    return [item.strip() for value in values for item in value.split(",") if item.strip()]


def _lists(values: Sequence[str]) -> dict[str, str]:
    """Contact lists, id to name."""
    pairs = [item.partition("=") for item in _items(values)]
    for number, _, _ in pairs:
        if not is_number(number.strip()):
            raise ValueError(f"--lists {number}: expected ID or ID=NAME, and ids are digits")
    return {number.strip(): name.strip() or list_name(number.strip()) for number, _, name in pairs}


def _settings(values: Sequence[str]) -> dict[str, object]:
    """Settings by name.  What is JSON is taken for what it says, and anything else for text."""
    found: dict[str, object] = {}
    for value in values:
        name, equals, text = value.partition("=")
        if not equals:
            raise ValueError(f"--set {value}: expected NAME=VALUE")
        try:
            found[name.strip()] = json.loads(text)
        except ValueError:
            found[name.strip()] = text.strip()
    return found


def _fault(text: str) -> Fault:
    try:
        return Fault.parse(text)
    except ValueError as error:
        raise ValueError(f"--fault {text}: {error}") from None
