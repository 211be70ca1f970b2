"""`ctct-migrate verify XML JSON`: whether a v2 body says what the XML says.

For teams that check their own rewritten integration.  Parses and prints; the comparison is made in
`mapping.equivalence`, worded in `verification`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from ctct_migrate import Document, read
from ctct_migrate.cli import Failure
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.mapping.dates import time_zone as named_zone
from ctct_migrate.payload import Shape
from ctct_migrate.render import FORMATS, Report, renderer
from ctct_migrate.verification import Body, verify


@click.command("verify", short_help="Check a v2 JSON body against the XML it was made from.")
@click.argument("xml", metavar="XML", type=click.Path(path_type=Path))
@click.argument("given", metavar="JSON", type=click.Path(path_type=Path))
@click.option(
    "--shape",
    type=click.Choice([shape.value for shape in Shape]),
    help="What the body is for; told from it if left out.",
)
@click.option(
    "--time-zone",
    metavar="ZONE",
    help="The zone of dates that name none, such as America/New_York.",
)
@click.option(
    "--format",
    type=click.Choice(list(FORMATS)),
    default="text",
    show_default=True,
    help="Form of the output.",
)
@colour_option
def command(
    xml: Path, given: Path, shape: str | None, time_zone: str | None, format: str, when: str
) -> int:
    """Check a v2 JSON body against the XML it was made from.

    JSON is one body, a list of bodies in the order of the document's entries, or the JSON Lines of
    `convert`; - for standard input. Each property that differs is an error at its place in the XML.
    Exit status: 0 equivalent, 1 not, 2 something could not be read.
    """
    document = _document(xml)
    bodies = _bodies(given)
    try:
        zone = named_zone(time_zone) if time_zone else None
    except ValueError as error:
        raise Failure(str(error)) from error
    found = verify(document, bodies, Shape(shape) if shape else None, time_zone=zone)
    report = Report(document.source, tuple(found))
    for chunk in renderer(format)([report], style(when)):
        sys.stdout.write(chunk)
    return int(bool(found))


def _document(path: Path) -> Document:
    try:
        return read(path)
    except OSError as error:
        raise Failure(f"{path}: {error.strerror or error}") from error


def _bodies(path: Path) -> list[Body]:
    """The bodies in a file, each with the number of its entry if the file names it."""
    try:
        data = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
    except OSError as error:
        raise Failure(f"{path}: {error.strerror or error}") from error
    try:
        text = data.decode("utf-8-sig")
        values: list[Any]
        try:
            value = json.loads(text)
            values = value if isinstance(value, list) else [value]
        except ValueError:
            values = [json.loads(line) for line in text.splitlines() if line.strip()]
            if len(values) < 2:
                raise
    except (ValueError, RecursionError) as error:
        raise Failure(f"{path}: this is not JSON: {error}") from error
    return [_body(value) for value in values]


def _body(value: Any) -> Body:
    """A value as it is, or out of a line of `convert`."""
    if isinstance(value, dict) and {"source", "entry", "body"} <= value.keys():
        return Body(value["body"], value["entry"])
    return Body(value, None)
