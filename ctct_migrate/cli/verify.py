"""`ctct-migrate verify XML JSON`: whether v2 bodies say what the XML says.

For teams that check their own rewritten integration.  Finds and reads the files, and prints; what
belongs together, and what differs, is decided in `verification`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ctct_migrate import Document
from ctct_migrate.bodies import repeated_properties
from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import complete_paths, complete_time_zones
from ctct_migrate.cli.configurations import choice_options, chosen_in, target_option
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.inputs.byte_sources import UnreadableInput
from ctct_migrate.inputs.paths import InputError, inputs
from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.dates import time_zone as named_zone
from ctct_migrate.mapping.rows import DEFAULT_TARGET, NO_CHOICES
from ctct_migrate.output import FORMATS, DocumentReport, renderer
from ctct_migrate.payload import Shape
from ctct_migrate.runs.run_facts import known_keys
from ctct_migrate.source import Source
from ctct_migrate.targets import target_named
from ctct_migrate.verification import compare
from ctct_migrate.verification.json_bodies import parsed
from ctct_migrate.verification.pairing import JsonFile, Named, paired

#: Files in a folder that are taken for JSON.
_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")


@click.command("verify", short_help="Check a v2 JSON body against the XML it was made from.")
@click.argument("xml", metavar="XML", shell_complete=complete_paths)
@click.argument("given", metavar="JSON", type=click.Path(path_type=Path))
@click.option(
    "--shape",
    type=click.Choice([shape.value for shape in Shape]),
    help="What the body is for; by default, what the body itself shows.",
)
@click.option(
    "--time-zone",
    metavar="ZONE",
    shell_complete=complete_time_zones,
    help="The zone of dates that name none, such as America/New_York.",
)
@target_option
@choice_options
@click.option(
    "--format",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Form of the output.",
)
@colour_option
def command(
    xml: str, given: Path, shape: str | None, time_zone: str | None, target: str | None,
    format: str, when: str, **chosen: Any,
) -> int:  # fmt: skip
    """Check JSON bodies of a target against the XML that they were made from.

    XML is a document, a folder, a glob or an archive. JSON is one body, a list of bodies in the
    order of the document's entries, or JSON Lines, such as those of `convert`; or a folder of such
    files; - for standard input. Several of both are paired by the document that a line of `convert`
    names, by relative path or stem, by the campaign's number, else in order. Each property that
    differs is an error at its place in the XML; what has no partner is one too.

    Exit status: 0 equivalent, 1 not, 2 something could not be read.
    """
    try:
        zone = named_zone(time_zone) if time_zone else None
        name = target_named(target or DEFAULT_TARGET).name
        choices = NO_CHOICES.chosen(chosen_in(chosen))
    except ValueError as error:
        raise CommandError(str(error)) from error
    _check_order(xml, given)
    failed = False
    documents: list[Named] = []
    for item in _documents(xml):
        if isinstance(item, InputError):
            failed = True
            click.echo(f"ctct-migrate: {item}", err=True)
        else:
            documents.append(item)
    choices = replace(choices, known_keys=known_keys(each.document for each in documents))
    reports: list[DocumentReport] = []
    twice: list[DocumentReport] = []
    files: list[JsonFile] = []
    for relative, source in _json_files(given):
        read = parsed(source)
        if read.problems:
            reports.append(DocumentReport(source, tuple(read.problems)))
        elif repeated := repeated_properties(source):
            twice.append(DocumentReport(source, tuple(repeated)))
        files.append(JsonFile(relative, source, read.bodies))
    broken = bool(reports)
    reports += twice
    pairs = paired(documents, files)
    for named, bodies in zip(documents, pairs.bodies, strict=True):
        if broken and not bodies:
            continue  # its body may be the one that cannot be read
        wanted = Shape(shape) if shape else None
        found = compare(
            named.document, bodies, wanted, time_zone=zone, target=name, choices=choices
        )
        reports.append(DocumentReport(named.document.source, tuple(found)))
    alone: dict[Source, list[Diagnostic]] = {}
    if not failed:  # else its document may be the one that cannot be read
        for source, diagnostic in pairs.alone:
            alone.setdefault(source, []).append(diagnostic)
    reports += [DocumentReport(source, tuple(found)) for source, found in alone.items()]
    for chunk in renderer(format)(reports, style(when)):
        sys.stdout.write(chunk)
    if failed:
        return 2
    return int(any(report.diagnostics for report in reports))


def _check_order(xml: str, given: Path) -> None:
    """Ends the run where the two arguments are plainly swapped."""
    first, second = _beginning(Path(xml)), _beginning(given)
    if first in ("{", "[") and second == "<":
        raise CommandError(
            f"{xml} is JSON and {given} is XML: the XML comes first, "
            f"ctct-migrate verify {given} {xml}"
        )


def _beginning(path: Path) -> str:
    """The first character of a file that is not white space; empty where there is none."""
    try:
        with path.open("rb") as file:
            text = file.read(4096).decode("utf-8-sig", "replace")
    except (OSError, ValueError):
        return ""
    return text.lstrip()[:1]


def _documents(xml: str) -> Iterator[Named | InputError]:
    for item in inputs([xml], split=False):
        if isinstance(item, InputError):
            yield item
            continue
        try:
            yield Named(item.relative, Document(Source(item.name, item.read())))
        except UnreadableInput as error:
            yield InputError(item.name, str(error))


def _json_files(path: Path) -> Iterator[tuple[str, Source]]:
    """The JSON files, each with its path below a folder that was given, else empty."""
    try:
        if str(path) == "-":
            yield "", Source("-", sys.stdin.buffer.read())
        elif path.is_dir():
            for each in sorted(path.rglob("*")):
                if each.suffix.lower() in _JSON_SUFFIXES and each.is_file():
                    yield each.relative_to(path).as_posix(), Source(str(each), each.read_bytes())
        else:
            yield "", Source(str(path), path.read_bytes())
    except OSError as error:
        raise CommandError(f"{error.filename or path}: {error.strerror or error}") from error
