"""`ctct-migrate logout`: forgets a log-in."""

from __future__ import annotations

import click

from ctct_migrate.cli.log_in_options import (
    LoginFailed,
    account_option,
    log_in_of,
    log_in_target_option,
    server_option,
    store_of,
    target_with_log_ins,
)


@click.command("logout", short_help="Forget a log-in.")
@account_option
@click.option("--all", "every", is_flag=True, help="Forget all log-ins to the target.")
@log_in_target_option
@server_option
def command(account: str, every: bool, target: str | None, base_url: str | None) -> int:
    """Take the tokens of a log-in from this machine.

    The log-in server has no way to take a token back: to end the application's access for good, the
    account's owner does so in the account's settings.
    """
    from ctct_migrate.login.log_ins import LoginError

    if every and account:
        raise click.UsageError("--all and --account exclude each other.")
    goal, _ = target_with_log_ins(target)
    store = store_of()
    if every:
        chosen = [each for each in store.all() if each.target == goal.name]
    else:
        chosen = [log_in_of(store, goal, base_url, account)]
    try:
        for log_in in chosen:
            with store.locked(
                log_in, tidy=True
            ):  # who renews its token right now would store it again
                store.remove(log_in)
            click.echo(f"Logged out of {log_in.title}: its tokens are gone from this machine.")
        for path in store.damaged() if every else ():
            store.remove_file(path)
            click.echo(f"Removed {path}, which was not a log-in that can be read.")
    except LoginError as error:
        raise LoginFailed(error) from None
    if every and not chosen:
        click.echo("Nobody was logged in.")
    return 0
