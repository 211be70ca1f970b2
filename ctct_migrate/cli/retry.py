"""`ctct-migrate retry`: plans what failed anew; `send` then sends it."""

from __future__ import annotations

from pathlib import Path

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import complete_rules
from ctct_migrate.cli.send import DEFAULT_LEDGER


@click.command("retry", short_help="Plan what failed anew, for the next send.")
@click.option(
    "--ledger",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=DEFAULT_LEDGER,
    show_default=True,
    help="The ledger of the runs.",
)
@click.option(
    "--code",
    "codes",
    multiple=True,
    metavar="CODE",
    shell_complete=complete_rules,
    help="Only what failed with this code, such as CT901.  Repeatable.",
)
def command(ledger: Path, codes: tuple[str, ...]) -> int:
    """Plan what failed, or is blocked, anew. Nothing is sent: give `send` again afterwards.

    Needed where the server refused a document that is right, and the cause is gone: an address was
    not confirmed, a list was missing, a permission lacked. A document that was corrected since, and
    what is blocked or in doubt, each `send` takes up by itself.
    """
    from ctct_migrate.cli.send_output import requests_table
    from ctct_migrate.configured_values import nearest_rule
    from ctct_migrate.rules.registry import find
    from ctct_migrate.sender import Ledger, LedgerError

    wanted = []
    for code in codes:
        rule = find(code)
        if rule is None:
            raise CommandError(f"--code: there is no rule `{code}`{nearest_rule(code)}")
        wanted.append(rule.code)
    if not ledger.exists():
        raise CommandError(f"{ledger}: there is no such ledger")
    try:
        with Ledger.copy(ledger) as copy:
            server, target = copy.server, copy.target
        if server is None:
            raise CommandError(f"{ledger}: nothing was sent with it")
        with Ledger.open(ledger, server, target=target) as opened:
            planned = opened.retry(wanted)
            requests = [opened.request(request.id) for request in planned]
    except LedgerError as error:
        raise CommandError(str(error)) from error
    if requests:
        click.echo(requests_table(requests, target), nl=False)
    if not requests:
        which = f" with {' or '.join(wanted)}" if wanted else ""
        click.echo(f"nothing has failed{which}, so that nothing is planned anew")
    elif len(requests) == 1:
        click.echo("1 request is planned anew; give send again to send it")
    else:
        click.echo(f"{len(requests):,} requests are planned anew; give send again to send them")
    return 0
