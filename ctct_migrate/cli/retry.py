"""`ctct-migrate retry`: plans what failed anew; `send` then sends it."""

from __future__ import annotations

from pathlib import Path

import click

from ctct_migrate.cli import CommandError
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
    help="Only what failed with this code, such as CT901.  Repeatable.",
)
def command(ledger: Path, codes: tuple[str, ...]) -> int:
    """Plan what failed, or is blocked, anew. Nothing is sent: give `send` again afterwards.

    What is in doubt needs no retry: each `send` asks the server about it.
    """
    from ctct_migrate.cli.send_output import requests_table
    from ctct_migrate.sender import Ledger, LedgerError

    if not ledger.exists():
        raise CommandError(f"{ledger}: there is no such ledger")
    try:
        with Ledger.copy(ledger) as copy:
            server, target = copy.server, copy.target
        if server is None:
            raise CommandError(f"{ledger}: nothing was sent with it")
        with Ledger.open(ledger, server, target=target) as opened:
            planned = opened.retry(code.upper() for code in codes)
            requests = [opened.request(request.id) for request in planned]
    except LedgerError as error:
        raise CommandError(str(error)) from error
    if requests:
        click.echo(requests_table(requests, target), nl=False)
    noun = "request is" if len(requests) == 1 else "requests are"
    click.echo(f"{len(requests):,} {noun} planned anew; send sends them")
    return 0
