"""`ctct-migrate report`: a page about a run, from its manifest."""

from __future__ import annotations

from pathlib import Path

import click

from ctct_migrate.cli import CommandError, streams


@click.command("report", short_help="Write a report of a run.")
@click.argument("manifest", metavar="MANIFEST", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Where to write the page; standard output if it is left out.",
)
@click.option("--force", is_flag=True, help="Overwrite FILE.")
def command(manifest: Path, output: Path | None, force: bool) -> None:
    """Write a report of a run: one HTML page, from the manifest that `convert --manifest` wrote.

    The page needs no server and no other file: totals, documents by year, what was found, with
    examples, what was dropped, and what needs a person.
    """
    from ctct_migrate.inputs.file_names import shown
    from ctct_migrate.report.page import ReportError, page
    from ctct_migrate.report.summary import summary
    from ctct_migrate.runs.atomic_files import output as output_file
    from ctct_migrate.runs.manifest import ManifestError, read

    if output is not None and output.exists() and not force:
        raise CommandError(f"{output} is there already; --force overwrites it")
    try:
        told = summary(read(manifest))
        if not told.lines:
            raise CommandError(f"{manifest}: there is no line of a manifest in it")
        text = page(told, shown(str(manifest)))
    except (ManifestError, ReportError) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{manifest}: {error.strerror or error}") from None
    if output is None:
        streams.in_utf_8().write(text)
        return
    try:
        with output_file(output) as stream:
            stream.write(text)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror or error}") from None
