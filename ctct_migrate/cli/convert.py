"""`ctct-migrate convert`: v2 JSON of the documents that are named.

Parses and prints; what a document becomes is made in `conversion`, where many bodies go is
`batch`'s business.  One body to standard output is bare JSON; several are JSON Lines.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, TextIO

import click

from ctct_migrate import convert, read
from ctct_migrate.batch import run as batch
from ctct_migrate.batch.contents import Limits
from ctct_migrate.batch.documents import Input, InputError
from ctct_migrate.batch.inputs import inputs
from ctct_migrate.batch.outcomes import Outcome, Resource, Status, outcome
from ctct_migrate.cli import Failure
from ctct_migrate.cli.configurations import (
    Configurations,
    Wanted,
    configuration_options,
    file_of,
    jobs_option,
)
from ctct_migrate.cli.joining import Joining
from ctct_migrate.cli.limits import limits_option
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.render.report import Style
from ctct_migrate.source import Source

if TYPE_CHECKING:
    from ctct_migrate.batch.archiving import Archive


@dataclass(frozen=True, slots=True)
class Request:
    """What a command line asks for."""

    paths: tuple[str, ...]
    shape: Shape | None
    output: Path | None
    explain: bool
    source_map: Path | None
    manifest: Path | None
    resume: bool
    force: bool
    quiet: bool
    wanted: Wanted
    jobs: int | None
    colour: str
    limits: Limits


@click.command("convert", short_help="Convert v1 documents to v2 JSON.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--shape",
    type=click.Choice([shape.value for shape in Shape]),
    help="What the bodies are for: a POST (create, unless the configuration says otherwise), a "
    "PUT, or an archived record in full.",
)
@click.option(
    "-o", "--output", metavar="PATH", type=click.Path(path_type=Path),
    help="A folder, which mirrors the tree of the inputs; or a file that ends in .jsonl, "
    ".jsonl.gz, .jsonl.zst or .parquet.",
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
@click.option("-q", "--quiet", is_flag=True, help="Print errors alone, no warnings, no progress.")
@configuration_options
@jobs_option
@limits_option
@colour_option
def command(
    paths: tuple[str, ...], shape: str | None, output: Path | None, explain: bool,
    source_map: Path | None, manifest: Path | None, resume: bool, force: bool, quiet: bool,
    wanted: Wanted, jobs: int | None, limits: Limits, when: str,
) -> int:  # fmt: skip
    """Convert v1 documents to v2 JSON.

    PATH is a file, a folder, a glob, an archive, @list.txt (a path a line), or - for standard
    input. One document becomes bare JSON on standard output; several become JSON Lines of source,
    entry, resource, body and dropped. A document with errors becomes no JSON: its diagnostics go to
    standard error. Exit status: 0 all converted, 1 errors found, 2 something could not be read or
    written.
    """
    request = Request(
        paths, Shape(shape) if shape else None, output, explain, source_map, manifest, resume,
        force, quiet, wanted, jobs, when, limits,
    )  # fmt: skip
    if output is None and (manifest or resume or force):
        raise click.UsageError("--manifest, --resume and --force need -o.")
    if resume and manifest is None:
        raise click.UsageError("--resume needs --manifest FILE.")
    if output is not None and (explain or source_map):
        raise click.UsageError("--explain and --source-map go without -o.")
    if explain:
        return _explain(request)
    if output is None:
        return _to_standard_output(request)
    return _to_output(request, output)


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with each document, perhaps in another process."""

    configurations: Configurations
    shape: Shape | None
    style: Style
    quiet: bool
    detailed: bool
    mapped: bool = False

    def __call__(self, source: Source, item: Input) -> Outcome | Failure:
        """The document's outcome; or what is wrong with the configuration."""
        try:
            configuration = self.configurations.of(item)
        except Failure as error:
            return error
        shape = self.shape or configuration.shape or Shape.CREATE
        document = read(source)
        made = convert(document, shape, time_zone=configuration.zone)
        found = _told(made.diagnostics, configuration.applied(made.diagnostics, file_of(item)))
        if item.part is not None:
            found = list(item.part.own(found))
        if self.quiet:
            found = [each for each in found if each.severity is Severity.ERROR]

        def names() -> dict[int | None, str | None]:
            return {
                entry.index: entry.resource.lower() if entry.resource else None
                for entry in document.entries
            }

        result = outcome(
            item, source, made, made.diagnostics, text=self._drawn(source, found), names=names,
            detailed=self.detailed,
        )  # fmt: skip
        if self.mapped:
            result = Outcome(result.resources, result.text + _MARK + _maps(item, made))
        return result

    def _drawn(self, source: Source, found: list[Diagnostic]) -> str:
        if not found:
            return ""
        from ctct_migrate.render.paint import Paint
        from ctct_migrate.render.text import lines

        paint = Paint(self.style)
        return "\n".join("\n".join(lines(source, each, paint)) + "\n" for each in found)


#: Between the diagnostics and the source maps of an outcome's text.
_MARK = "\x00"


def _told(every: Iterable[Diagnostic], wanted: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics that the configuration wants, and all errors: they are why there is no
    JSON."""
    chosen = set(wanted)
    return [each for each in every if each.severity is Severity.ERROR or each in chosen]


def _maps(item: Input, payloads: Iterable[Payload]) -> str:
    """A JSON line for each payload: for each JSON pointer, the span of the XML."""
    import json

    found = []
    for payload in payloads:
        spans = {
            pointer: {
                "line": span.start.line, "column": span.start.column,
                "end_line": span.end.line, "end_column": span.end.column,
                "offset": span.start.offset, "end_offset": span.end.offset,
            }
            for pointer, span in payload.source_map.items()
        }  # fmt: skip
        entry = payload.entry if item.part is None else item.part.number(payload.entry)
        line = {"source": item.name, "entry": entry, "source_map": spans}
        found.append(json.dumps(line, ensure_ascii=False))
    return "\n".join(found)


def _work(request: Request, *, detailed: bool = False, mapped: bool = False) -> Work:
    drawn = style(request.colour, to_file=not sys.stderr.isatty())
    configurations = Configurations(request.wanted)
    return Work(configurations, request.shape, drawn, request.quiet, detailed, mapped)


class _Status:
    """What came of a run, and what is told on standard error meanwhile."""

    def __init__(self, *, quiet: bool = False, drawn: Style | None = None) -> None:
        self.failed = self.refused = False
        self._quiet, self._style = quiet, drawn or Style()
        self._joining = Joining()

    @property
    def code(self) -> int:
        """The exit status."""
        return 2 if self.failed else int(self.refused)

    def join(self, item: Input, result: Outcome) -> None:
        """Remembers which campaigns and schedules there are."""
        self._joining.add(item, result.resources)

    def finish(self, *, several: bool) -> None:
        """Prints what the documents of the run say together, if there were several."""
        if self._quiet or not several:
            return
        from ctct_migrate.render.paint import Paint
        from ctct_migrate.render.text import lines

        for source, each in self._joining.diagnostics():
            text = "\n".join(lines(source, each, Paint(self._style)))
            click.echo(f"{text}\n", err=True, color=True)

    def note(self, result: InputError | Outcome) -> None:
        """Takes one result in, and prints what is to be shown of it."""
        if isinstance(result, InputError):
            self.failed = True
            click.echo(f"ctct-migrate: {result}", err=True)
            return
        self.refused |= result.refused
        self.failed |= any(each.status is Status.UNWRITTEN for each in result.resources)
        text = result.text.partition(_MARK)[0]
        if text:
            click.echo(text, err=True, color=True)


# -- to standard output -----------------------------------------------------------------------


def _to_standard_output(request: Request) -> int:
    status = _Status(quiet=request.quiet, drawn=_work(request).style)
    mapped = request.source_map is not None
    inline = str(request.source_map) == "-"
    with ExitStack() as stack:
        maps = _opened(stack, request.source_map) if mapped and not inline else None
        writer = _Writer(sys.stdout, inline=inline)
        for done in _results(request, _work(request, mapped=mapped)):
            if isinstance(done, InputError):
                status.note(done)
                writer.several = True
                continue
            item, result = done
            status.note(result)
            status.join(item, result)
            lines = result.text.partition(_MARK)[2].splitlines()
            if maps is not None:
                maps.writelines(f"{line}\n" for line in lines)
            writer.add(item, result.resources, lines)
        writer.close()
        status.finish(several=writer.several)
    return status.code


def _results(request: Request, work: Work) -> Iterator[tuple[Input, Outcome] | InputError]:
    """What came of each input, in order.  Raises `Failure` where a configuration is wrong."""
    for result in batch.run(inputs(request.paths, limits=request.limits), work, jobs=request.jobs):
        if isinstance(result, InputError):
            yield result
        elif isinstance(result.value, Failure):
            raise result.value
        else:
            yield result.item, result.value


def _opened(stack: ExitStack, path: Path | None) -> IO[str]:
    from ctct_migrate.cli.files import output

    assert path is not None
    try:
        return stack.enter_context(output(path))
    except OSError as error:
        raise Failure(f"{path}: {error.strerror or error}") from error


class _Writer:
    """Standard output: the first resource is held back until it is known whether it is alone."""

    def __init__(self, stream: TextIO, *, inline: bool):
        self.stream = stream
        self.several = inline
        self._held: tuple[Input, Resource, str] | None = None
        self._documents = 0

    def add(self, item: Input, resources: tuple[Resource, ...], maps: list[str]) -> None:
        """Takes the resources of one document."""
        self._documents += 1
        self.several |= self._documents > 1 or len(resources) > 1
        waiting = iter(maps)
        for resource in resources:
            if resource.body is None:
                continue
            line = next(waiting, "")
            if not self.several:
                self._held = (item, resource, line)
                continue
            self._release()
            self._write(item, resource, line)
        if self.several:
            self._release()

    def _release(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._write(*held)

    def _write(self, item: Input, resource: Resource, line: str) -> None:
        from ctct_migrate.batch.outputs import line_of_body

        text = line_of_body(item.name, resource).decode("utf-8", "replace").rstrip("\n")
        if line:
            import json

            spans = json.dumps(json.loads(line)["source_map"], ensure_ascii=False)
            text = f'{text[:-1]},"source_map":{spans}}}'
        self.stream.write(text + "\n")

    def close(self) -> None:
        """Writes what was held back: alone, it is bare JSON, laid out on a terminal."""
        if self._held is None:
            return
        if self.several:
            self._release()
            return
        body = (self._held[1].body or b"").decode("utf-8", "replace")
        if self.stream.isatty():
            import json

            body = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
        self.stream.write(body + "\n")


# -- the accounting ---------------------------------------------------------------------------


def _explain(request: Request) -> int:
    """Prints, for each payload, what became of every part of it."""
    from ctct_migrate.batch.contents import Unreadable
    from ctct_migrate.mapping.feedheads import feed_accounts
    from ctct_migrate.render.accounting import accounting, table

    status = _Status()
    work = _work(request)
    for item in inputs(request.paths, limits=request.limits):
        if isinstance(item, InputError):
            status.note(item)
            continue
        try:
            source = item.source()
        except Unreadable as problem:
            status.note(item.error(problem))
            continue
        result = work(source, item)
        if isinstance(result, Failure):
            raise result
        status.note(result)
        configuration = work.configurations.of(item)
        shape = request.shape or configuration.shape or Shape.CREATE
        document = read(source)
        if head := feed_accounts(document):
            click.echo(table(f"{document.path}: the feed itself", head), nl=False)
        for payload in convert(document, shape, time_zone=configuration.zone):
            click.echo(accounting(payload), nl=False)
    return status.code


# -- to a folder or a file ---------------------------------------------------------------------


def _to_output(request: Request, output: Path) -> int:
    from ctct_migrate.batch.archiving import Archive, OutputError

    status = _Status()
    shape = (request.shape or Shape.CREATE).value
    try:
        with Archive(
            output, manifest=request.manifest, resume=request.resume, force=request.force,
            shape=shape,
        ) as archive:  # fmt: skip
            _archive(request, archive, status)
    except OutputError as error:
        raise Failure(str(error)) from error
    if not request.quiet:
        click.echo(_summary(archive), err=True)
    return status.code


def _archive(request: Request, archive: Archive, status: _Status) -> None:
    work = _work(request, detailed=request.manifest is not None)
    results = archive.convert(inputs(request.paths, limits=request.limits), work, jobs=request.jobs)  # type: ignore[arg-type]
    for result in results:
        if isinstance(result, Failure):
            raise result
        status.note(result)


def _summary(archive: Archive) -> str:
    """One line: how many were converted, and what became of the others."""
    totals = archive.totals
    parts = [f"{totals.converted:,} converted"]
    parts += [f"{totals.refused:,} with errors"] if totals.refused else []
    parts += [f"{totals.unreadable:,} unreadable"] if totals.unreadable else []
    parts += [f"{totals.unwritten:,} not written"] if totals.unwritten else []
    parts += [f"{totals.skipped:,} unchanged"] if totals.skipped else []
    return ", ".join(parts)
