"""`ctct-migrate status`: shows what a ledger holds.

Reads a copy: a `send` that is under way is not disturbed.
"""

from __future__ import annotations

from pathlib import Path

import click

from ctct_migrate.cli import CommandError, streams
from ctct_migrate.cli.send import DEFAULT_LEDGER

_STATES = ("planned", "in flight", "in doubt", "blocked", "failed", "skipped", "done")


@click.command("status", short_help="Show what has been sent and what has not.")
@click.option(
    "--ledger",
    metavar="FILE",
    type=click.Path(path_type=Path),
    default=DEFAULT_LEDGER,
    show_default=True,
    help="The ledger of the runs.",
)
@click.option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice(_STATES),
    help="Only requests in this state.  Repeatable.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="A table, or everything about each request as JSON.",
)
def command(ledger: Path, states: tuple[str, ...], format_: str) -> int:
    """Show what has been sent and what has not.

    Exit status: 0 everything is done, 1 something is not, 2 the ledger cannot be read.
    """
    from ctct_migrate.cli.send_output import requests_table, status_json
    from ctct_migrate.sender import Ledger, LedgerError, State

    if not ledger.exists():
        raise CommandError(f"{ledger}: there is no such ledger")
    try:
        with Ledger.copy(ledger) as copy:
            requests = copy.requests(*(State(state) for state in states))
            counts = {state.value: number for state, number in sorted(copy.counts().items())}
            calls = copy.calls_in_a_day()
            if format_ == "json":
                streams.in_utf_8()
                click.echo(
                    status_json(
                        requests, copy.attempts, server=copy.server, counts=counts,
                        calls_in_24_hours=calls,
                    )
                )  # fmt: skip
            else:
                if requests:
                    click.echo(requests_table(requests, copy.target), nl=False)
                summary = ", ".join(f"{number:,} {state}" for state, number in counts.items())
                click.echo(
                    f"{copy.server}: {summary or 'nothing was sent'}; {calls:,} calls in the last 24 hours"
                )
    except LedgerError as error:
        raise CommandError(str(error)) from error
    return int(any(state not in ("done", "skipped") for state in counts))
