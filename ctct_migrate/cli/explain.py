"""`ctct-migrate explain`: what a code means, from the catalogue."""

from __future__ import annotations

import click

from ctct_migrate.cli import Failure
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.configuration import nearest_rule
from ctct_migrate.render.explanation import explanation_text
from ctct_migrate.render.paint import Paint
from ctct_migrate.rules.registry import find


@click.command("explain", short_help="Explain a code: what it means, and how to mend it.")
@click.argument("code", metavar="CODE|NAME")
@colour_option
def command(code: str, when: str) -> None:
    """Explain a code (CT310) or a name (greeting-name): what it is, why it matters, an example of
    it wrong and right, how to mend it, and where the fact is from.
    """
    found = find(code.strip())
    if found is None:
        raise Failure(f"there is no rule `{code}`{nearest_rule(code)}")
    click.echo(explanation_text(found, Paint(style(when))), nl=False, color=True)
