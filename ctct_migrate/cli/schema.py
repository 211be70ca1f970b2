"""`ctct-migrate schema`: the XSDs of v1's documents for tools that validate, and the JSON Schema of the
configuration for editors."""

from __future__ import annotations

from pathlib import Path

import click

from ctct_migrate.cli import CommandError


@click.command(
    "schema",
    short_help="Write the XSDs of v1's documents, or the JSON Schema of the configuration.",
)
@click.argument(
    "folder", metavar="[FOLDER]", type=click.Path(path_type=Path, file_okay=False), required=False
)
@click.option(
    "--configuration", is_flag=True,
    help="Print the JSON Schema of ctct-migrate.toml instead, for editors.",
)  # fmt: skip
def command(folder: Path | None, configuration: bool) -> int:
    """Write the XSDs of v1's documents into FOLDER, which is made if it is not there, and print the
    path of the one to validate with: xmllint --noout --schema FOLDER/atom.xsd campaign.xml. It takes
    an entry, a feed, or a bare payload of any resource. Schemas in FOLDER are overwritten.
    """
    if configuration:
        if folder is not None:
            raise click.UsageError("--configuration prints one schema: it takes no FOLDER.")
        from ctct_migrate.configuration_schema import configuration_schema
        from ctct_migrate.output.jsons import dumped

        click.echo(dumped(configuration_schema(), indent=2))
        return 0
    if folder is None:
        raise click.UsageError("Missing argument 'FOLDER'.")
    from ctct_migrate.v1.whole_schema import write_whole_schema

    try:
        folder.mkdir(parents=True, exist_ok=True)
        whole = write_whole_schema(folder)
    except OSError as error:
        raise CommandError(f"{error.filename or folder}: {error.strerror or error}") from error
    click.echo(whole)
    return 0
