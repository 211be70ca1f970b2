"""`ctct-migrate schema FOLDER`: the XSDs of v1's documents, for tools that validate."""

from __future__ import annotations

from pathlib import Path

import click

from ctct_migrate.cli import CommandError


@click.command("schema", short_help="Write the XSDs of v1's documents, for xmllint and the like.")
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path) -> int:
    """Write the XSDs of v1's documents into FOLDER, which is made if it is not there, and print the
    path of the one to validate with: xmllint --noout --schema FOLDER/atom.xsd campaign.xml. It takes
    an entry, a feed, or a bare payload of any resource. Schemas in FOLDER are overwritten.
    """
    from ctct_migrate.v1.whole_schema import write_whole_schema

    try:
        folder.mkdir(parents=True, exist_ok=True)
        whole = write_whole_schema(folder)
    except OSError as error:
        raise CommandError(f"{error.filename or folder}: {error.strerror or error}") from error
    click.echo(whole)
    return 0
