"""`ctct-migrate convert`: v2 JSON of the documents that are named.

Parses and prints; what a document becomes is made in `conversion`, where many bodies go is
`batch`'s business.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctct_migrate.cli import CommandError, Interrupted
from ctct_migrate.cli.completed_values import complete_paths
from ctct_migrate.cli.configurations import REPORTED, Wanted, configured, jobs_option
from ctct_migrate.cli.conversion_work import (
    V1,
    ConvertRequest,
    ConvertWork,
    RunStatus,
    prepared,
    work_of,
)
from ctct_migrate.cli.limit_options import limits_option
from ctct_migrate.cli.run_inputs import RunInputs
from ctct_migrate.cli.standard_input import stdin_filename_option
from ctct_migrate.cli.standard_output import FORMS, is_one_file, to_file, to_standard_output
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.inputs.byte_sources import InputLimits
from ctct_migrate.inputs.input import InputError, PassedOver
from ctct_migrate.late_dataclass import replace
from ctct_migrate.payload import Shape

if TYPE_CHECKING:
    from ctct_migrate.runs.conversion_run import Archive


#: Files of another form than Parquet.
_OTHER_FILES = (".json", ".jsonl", ".jsonl.gz", ".jsonl.zst")

#: Files that take no requests about many.
_NOT_BULK = (".json", ".parquet", ".jsonl.gz", ".jsonl.zst")


#: The form that makes the output folder one of tables.
_TABLES = "parquet"


@click.command("convert", short_help="Convert v1 documents to v2 JSON.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_paths)
@click.option(
    "--shape",
    type=click.Choice([shape.value for shape in Shape]),
    help="What the bodies are for: a POST (create, unless the configuration says otherwise), a "
    "PUT, or an archived record in full.",
)
@click.option(
    "-o", "--output", metavar="PATH", type=click.Path(path_type=Path),
    help="A folder, which mirrors the tree of the inputs; a file that ends in .json, for one body; "
    "or one that ends in .jsonl, .jsonl.gz, .jsonl.zst or .parquet.",
)  # fmt: skip
@click.option(
    "--format", type=click.Choice((*FORMS, _TABLES)),
    help="Form of standard output, or of a .json file, for one document as for many: an array, or "
    "JSON Lines, of source, entry, resource, body and dropped. parquet makes of the folder -o one "
    "table for each resource.",
)  # fmt: skip
@click.option(
    "--bulk", metavar="REQUEST",
    help="Gather contacts, or members of lists, into requests about many: addcontacts or "
    "removefromlists. One body for each set of lists, below the limits.",
)  # fmt: skip
@click.option(
    "--from", "origin", metavar="NAME", default=V1, show_default=True,
    help="What the inputs are: v1 documents, or JSON bodies of a target, such as v2, for another "
    "one.  Of a folder the .json and .jsonl files are taken then.",
)  # fmt: skip
@click.option("--explain", is_flag=True, help="Print what became of each part of the documents.")
@click.option(
    "--source-map", metavar="FILE", type=click.Path(path_type=Path),
    help="Write there, as JSON Lines, where in the XML each property comes from; - adds it to the "
    "lines on standard output.",
)  # fmt: skip
@click.option(
    "--manifest", metavar="FILE", type=click.Path(path_type=Path),
    help="Record there what became of each document (with -o).",
)  # fmt: skip
@click.option("--resume", is_flag=True, help="Skip what the manifest says is done and unchanged.")
@click.option("--force", is_flag=True, help="Overwrite outputs that are there already.")
@click.option(
    "-q", "--quiet", is_flag=True,
    help="Print errors alone: no warnings, no progress; with a manifest, which has those of the "
    "documents, only what could not be read or written.",
)  # fmt: skip
@stdin_filename_option
@configured(**REPORTED)
@jobs_option
@limits_option
@colour_option
def command(
    paths: tuple[str, ...], shape: str | None, output: Path | None, format: str | None, bulk: str | None,
    explain: bool, stdin_name: str | None, source_map: Path | None, manifest: Path | None, resume: bool, force: bool, quiet: bool,
    wanted: Wanted, jobs: int | None, limits: InputLimits, when: str, origin: str,
) -> int:  # fmt: skip
    """Convert v1 documents to the JSON of a target.

    PATH is a file, a folder, a glob, an archive, @list.txt (a path a line), or - for standard
    input. One document becomes bare JSON on standard output; several become JSON Lines of source,
    entry, resource, body and dropped; --format says one of the two for both. A document with errors
    becomes no JSON: its diagnostics go to standard error. Exit status: 0 all converted, 1 errors found, 2 something could not be read or
    written.
    """
    request = ConvertRequest(
        paths, Shape(shape) if shape else None, output, explain, source_map, manifest, resume,
        force, quiet, wanted, jobs, when, limits, format, stdin_name,
    )  # fmt: skip
    if origin != V1:
        request = _of_bodies(request, origin, explain=explain, bulk=bulk)
    if output is None and (manifest or resume or force):
        raise click.UsageError("--manifest, --resume and --force need -o.")
    if resume and manifest is None:
        raise click.UsageError("--resume needs --manifest FILE.")
    if output is not None and (explain or source_map):
        raise click.UsageError("--explain and --source-map go without -o.")
    tables = format == _TABLES
    if tables and output is None:
        raise click.UsageError(
            "--format parquet needs -o: a folder, or a file that ends in .parquet."
        )
    if tables and output is not None and output.name.lower().endswith(_OTHER_FILES):
        raise click.UsageError(
            "--format parquet goes to a folder, or to a file that ends in .parquet."
        )
    if tables and output is not None and output.name.lower().endswith(".parquet"):
        tables = output.is_dir()  # one file, as its name says
    one_file = output is not None and is_one_file(output)
    if one_file and manifest:
        raise click.UsageError("--manifest is for a folder of bodies, or a file of many.")
    if format and format != _TABLES and (explain or (output is not None and not one_file)):
        raise click.UsageError("--format is for standard output, or a file that ends in .json.")
    if bulk is not None:
        if explain or source_map or shape or format:
            raise click.UsageError(
                "--bulk goes without --shape, --format, --explain and --source-map."
            )
        if output is not None and output.name.lower().endswith(_NOT_BULK):
            raise click.UsageError("requests about many go to a folder, or to a file .jsonl.")
        from ctct_migrate.cli.bulk import to_bulk

        return to_bulk(request, bulk)
    if explain:
        from ctct_migrate.cli.accounts import explain as explained

        return explained(request)
    if output is None:
        return to_standard_output(request)
    return to_file(request, output) if one_file else _to_output(request, output, tables=tables)


def _of_bodies(
    request: ConvertRequest, origin: str, *, explain: bool, bulk: str | None
) -> ConvertRequest:
    """The request for bodies of the target named `origin`: each folder as its files of JSON.  Raises
    CommandError and UsageError."""
    from ctct_migrate.targets import target_named

    if bulk is not None or explain:
        raise click.UsageError(
            "--from takes bodies as they are: it goes without --bulk and --explain."
        )
    try:
        name = target_named(origin).name
    except ValueError as error:
        raise CommandError(f"--from: {error}") from error
    if (request.wanted.target or name) == name:
        raise click.UsageError(f"--from {name} needs --target with another one.")
    paths: list[str] = []
    for path in request.paths:
        folder = Path(path)
        if path != "-" and folder.is_dir():
            found = (each for each in folder.rglob("*") if each.suffix.lower() in _JSON_SUFFIXES)
            paths += map(str, sorted(found))
        else:
            paths.append(path)
    return replace(request, paths=tuple(paths), origin=name)


#: Files of JSON in a folder.
_JSON_SUFFIXES = frozenset({".json", ".jsonl"})


def _to_output(request: ConvertRequest, output: Path, *, tables: bool) -> int:
    from ctct_migrate.runs.conversion_run import Archive, OutputError

    recorded = request.manifest is not None
    drawn = style(request.colour, to_file=not sys.stderr.isatty())
    status, passed = RunStatus(drawn=drawn, grouped=recorded), PassedOver()
    work = work_of(request, detailed=recorded)
    if not recorded and (tables or output.name.lower().endswith(".parquet")):
        work = replace(work, listed=False)  # which has no place for what is dropped
    try:
        with Archive(
            output, manifest=request.manifest, resume=request.resume, force=request.force,
            purpose=work.purpose, target=work.configurations.here.target,
            tables=tables,
        ) as archive:  # fmt: skip
            _archive(request, work, archive, status, passed)
    except OutputError as error:
        raise CommandError(str(error)) from error
    except KeyboardInterrupt:
        later = "; --resume goes on from what is written" if request.manifest else ""
        raise Interrupted(f"interrupted{later}") from None
    if not (request.quiet and recorded):
        status.finish()
    if not request.quiet:
        click.echo(_summary(archive, passed), err=True)
    return status.code


def _archive(
    request: ConvertRequest,
    work: ConvertWork,
    archive: Archive,
    status: RunStatus,
    passed: PassedOver,
) -> None:
    from ctct_migrate.runs.progress_bar import tracked
    from ctct_migrate.runs.work import Done

    # With a manifest each entry is an input of its own, which is done again if it has changed.
    joined = request.manifest is None
    run = RunInputs(request.paths, request.limits, request.stdin_name, joined)
    survey = run.surveyed(
        jobs=request.jobs, passed=passed, resumed=request.resume, quiet=request.quiet
    )
    with survey as (found, facts):
        work = replace(work, facts=facts)
        results = archive.convert(
            found,
            work,  # type: ignore[arg-type]
            jobs=request.jobs,
            prepare=prepared,
            redo=lambda item: facts.touches(item.name),
        )
        for result in tracked(results, request.paths, quiet=request.quiet):
            if isinstance(result, InputError):
                status.note(result)
            elif isinstance(result, Done):
                if isinstance(result.value, CommandError):
                    raise result.value
                status.note(result.value)


def _summary(archive: Archive, passed: PassedOver) -> str:
    """One line: how many were converted, and what became of the others."""
    totals = archive.totals
    parts = [f"{totals.converted:,} converted"]
    parts += [f"{totals.refused:,} with errors"] if totals.refused else []
    parts += [f"{totals.unreadable:,} unreadable"] if totals.unreadable else []
    parts += [f"{totals.unwritten:,} not written"] if totals.unwritten else []
    parts += [f"{totals.skipped:,} unchanged"] if totals.skipped else []
    return "; ".join([", ".join(parts), *([str(passed)] if str(passed) else [])])
