"""`ctct-migrate mapping`: what becomes of each element of a v1 resource in v2 and v3."""

from __future__ import annotations

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import complete_targets
from ctct_migrate.output.mapping_overview import overview, whole_page
from ctct_migrate.output.mapping_table import fields, mapping_lines, markdown
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG, PARTS, RESOURCES
from ctct_migrate.targets import TARGETS, targets_named

#: What v1 had: what targets alone have is mapped from nothing.
_SLUGS = [resource.slug for resource in (*RESOURCES.values(), *PARTS)]


@click.command("mapping", short_help="Show what becomes of each v1 element in v2 and v3.")
@click.argument("resource", type=click.Choice(_SLUGS), required=False)
@click.option(
    "--target", metavar="NAME,…", shell_complete=complete_targets, default=",".join(TARGETS), show_default=True,
    help="The targets that are shown.",
)  # fmt: skip
@click.option(
    "--shape", type=click.Choice([shape.value for shape in Shape]), default=Shape.CREATE.value,
    show_default=True, help="What the bodies are for.",
)  # fmt: skip
@click.option(
    "--format", type=click.Choice(["text", "markdown", "json"]), default="text", show_default=True,
    help="Form of the output.",
)  # fmt: skip
@click.option("--all", "whole", is_flag=True, help="All resources with all elements (as Markdown).")
@click.option(
    "--bodies", is_flag=True, help="The requests that JSON bodies can be sent with (as Markdown)."
)
def command(
    resource: str | None, target: str, shape: str, format: str, whole: bool, bodies: bool
) -> None:  # fmt: skip
    """Show what becomes of each element of a v1 RESOURCE in v2 and v3; without one, what
    becomes of each resource.

    It is made from the tables that `convert` runs.
    """
    try:
        targets = [TARGETS[name] for name in targets_named(target)]
    except ValueError as error:
        raise CommandError(str(error)) from error
    if bodies:
        from ctct_migrate.output.body_requests import requests_page

        click.echo(requests_page(targets), nl=False)
        return
    if whole:
        click.echo(whole_page(targets), nl=False)
        return
    if resource is None:
        lines = list(overview(targets))
    else:
        lines = list(mapping_lines(BY_SLUG[resource], targets, Shape(shape)))
    if format == "json":
        from ctct_migrate.output.jsons import dumped

        click.echo(dumped(fields(lines, targets), indent=2))
    elif format == "markdown":
        click.echo(markdown(lines, targets), nl=False)
    else:
        for line in lines:
            click.echo(line.path)
            for each, cell in zip(targets, line.cells, strict=True):
                click.echo(f"  {each.title}  {cell.replace('`', '')}")
