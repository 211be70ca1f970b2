"""`ctct-migrate rules`: the catalogue, as a list, as JSON, or as the documentation's page."""

from __future__ import annotations

import click

from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.output.explanation import catalogue_fields, catalogue_markdown, catalogue_text
from ctct_migrate.output.paint import Paint
from ctct_migrate.rules.registry import catalogue


@click.command("rules", short_help="List the catalogue of rules.")
@click.option(
    "--format", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True,
    help="A line a rule; everything about each as JSON; or docs/rules.md.",
)  # fmt: skip
@colour_option
def command(format: str, when: str) -> None:
    """List the catalogue of rules; `ctct-migrate explain CODE` explains one."""
    rules = catalogue()
    if format == "json":
        from ctct_migrate.output.jsons import dumped

        click.echo(dumped(catalogue_fields(rules), indent=2))
    elif format == "markdown":
        click.echo(catalogue_markdown(rules), nl=False)
    else:
        click.echo(catalogue_text(rules, Paint(style(when))), nl=False, color=True)
