"""`ctct-migrate lint`: reports every mistake in the documents that are named.

Parses and prints; what is wrong is found in `rules`, how it looks stands in `render`.  Starting
quickly matters here more than anywhere: what only some runs need is imported where it is needed.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctct_migrate import lint, read
from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import complete_paths, complete_resources
from ctct_migrate.cli.configurations import (
    Configurations,
    Wanted,
    configuration_options,
    file_of,
    jobs_option,
)
from ctct_migrate.cli.limit_options import limits_option
from ctct_migrate.cli.run_inputs import RunInputs
from ctct_migrate.cli.standard_input import stdin_filename_option
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.configuration_files import absolute
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.inputs.byte_sources import InputLimits
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.output import AUTOMATIC, FORMATS, DocumentReport, Renderer, renderer
from ctct_migrate.output.document_report import counted
from ctct_migrate.payload import Shape
from ctct_migrate.runs import work as batch
from ctct_migrate.runs.companions import describes_files
from ctct_migrate.source import Source

if TYPE_CHECKING:
    from ctct_migrate.baseline import Recorder, Sieve
    from ctct_migrate.configuration import Configuration
    from ctct_migrate.runs.run_facts import RunFacts


@dataclass(frozen=True, slots=True)
class LintRequest:
    """What a command line asks for."""

    paths: tuple[str, ...]
    format: str | None
    shape: Shape | None
    wanted: Wanted
    colour: str
    baseline: Path | None
    write_baseline: bool
    counting: str | None
    errors_only: bool
    error_limit: int | None
    failing: frozenset[Severity]
    output: Path | None
    jobs: int | None
    limits: InputLimits
    quiet: bool = False
    stdin_name: str | None = None
    resource: str | None = None


@click.command("lint", short_help="Report every mistake in v1 documents, like a compiler.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_paths)
@click.option(
    "--format",
    type=click.Choice(list(FORMATS)),
    help="Form of the output; by default text, or grouped if more than 10 documents have something "
    "to report.",
)
@click.option("--errors-only", is_flag=True, help="Leave out warnings and infos.")
@click.option(
    "--error-limit", metavar="N", type=click.IntRange(min=0),
    help="List the first N errors, and the first N warnings and infos; count the others.",
)  # fmt: skip
@click.option(
    "--statistics", "counting", flag_value="statistics",
    help="Count by code, instead of listing (text, json).",
)  # fmt: skip
@click.option(
    "--summary", "counting", flag_value="summary",
    help="Print only how much was found (text, json).",
)  # fmt: skip
@click.option(
    "--shape",
    type=click.Choice([shape.value for shape in Shape]),
    help="Check for what the document is to become: a POST, a PUT, or an archived record.",
)
@click.option(
    "--resource", metavar="NAME", shell_complete=complete_resources,
    help="What JSON bodies are of: promocode, schedule, …; by default what each shows.",
)  # fmt: skip
@configuration_options
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Report only what is not recorded in FILE.",
)
@click.option(
    "--write-baseline",
    is_flag=True,
    help="Record in FILE everything that is found, and report nothing.",
)
@click.option("--watch", is_flag=True, help="Lint again whenever a file changes, until Ctrl-C.")
@click.option("--exit-zero", is_flag=True, help="Exit with status 0 also if there are errors.")
@click.option(
    "--fail-on", type=click.Choice([severity.value for severity in Severity]),
    help="Exit with status 1 also for what is less severe than an error: warnings, or infos as well.",
)  # fmt: skip
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write there instead of standard output; what was in FILE stays if anything fails.",
)
@click.option("-q", "--quiet", is_flag=True, help="Draw no progress bar.")
@stdin_filename_option
@jobs_option
@limits_option
@colour_option
def command(
    paths: tuple[str, ...], format: str | None, errors_only: bool, error_limit: int | None,
    counting: str | None, shape: str | None, wanted: Wanted, baseline: Path | None,
    write_baseline: bool, watch: bool, exit_zero: bool, fail_on: str | None, output: Path | None,
    quiet: bool, stdin_name: str | None, jobs: int | None, limits: InputLimits, when: str,
    resource: str | None,
) -> int:  # fmt: skip
    """Report every mistake in v1 documents, and in JSON bodies of a target, like a compiler.

    PATH is a file, a folder, a glob, an archive, @list.txt (a path a line), or - for standard
    input. Exit status: 0 no errors, 1 errors found, 2 something could not be read or written.
    """
    request = LintRequest(
        paths, format, Shape(shape) if shape else None, wanted, when, baseline, write_baseline,
        counting, errors_only, error_limit, _failing(fail_on, exit_zero=exit_zero), output, jobs, limits, quiet, stdin_name, resource,
    )  # fmt: skip
    if resource is not None:
        _check_resource(request, resource)
    if write_baseline and baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE.")
    if counting and format not in (None, "text", "json"):
        raise click.UsageError(f"--{counting} comes as text or json.")
    if counting and error_limit is not None:
        raise click.UsageError(f"--{counting} lists nothing that --error-limit could limit.")
    if errors_only and fail_on not in (None, Severity.ERROR):
        raise click.UsageError(f"--errors-only leaves out what --fail-on {fail_on} would fail for.")
    if not watch:
        return run(request)
    if "-" in paths:
        raise click.UsageError("--watch cannot watch standard input.")
    from ctct_migrate.cli.watching import watched

    return watched(request, run)


def _failing(fail_on: str | None, *, exit_zero: bool) -> frozenset[Severity]:
    """The severities that make the exit status 1."""
    if exit_zero and fail_on is not None:
        raise click.UsageError("--exit-zero and --fail-on exclude each other.")
    if exit_zero:
        return frozenset()
    known = list(Severity)  # the worst first
    return frozenset(known[: known.index(Severity(fail_on or Severity.ERROR)) + 1])


def _check_resource(request: LintRequest, resource: str) -> None:
    """Ends the run where no target that is asked for has such a resource."""
    from ctct_migrate.bodies import BodyRequest, BodyRequestError

    target = Configurations(request.wanted, several=True).here.target.partition(",")[0]
    try:
        BodyRequest.of(target, resource)
    except BodyRequestError as error:
        raise CommandError(str(error)) from error


def run(request: LintRequest) -> int:
    """Lints what is asked for once, prints, and returns the exit status."""
    linting = Linting(request)
    chunks = _renderer(request)(
        _selected(request, linting.reports()),
        style(request.colour, to_file=request.output is not None),
    )
    if request.output is None:
        for chunk in chunks:
            sys.stdout.write(chunk)
        sys.stdout.flush()
    else:
        from ctct_migrate.runs.atomic_files import output

        try:
            with output(request.output) as stream:
                for chunk in chunks:
                    stream.write(chunk)
        except OSError as error:
            raise CommandError(f"{request.output}: {error.strerror or error}") from error
    linting.finish()
    return linting.status


def _renderer(request: LintRequest) -> Renderer:
    if request.counting is None:
        return renderer(request.format or AUTOMATIC)
    from ctct_migrate.output import counts, statistics

    if request.counting == "statistics":
        return statistics.render_json if request.format == "json" else statistics.render
    return counts.render_json if request.format == "json" else counts.render


def _selected(request: LintRequest, reports: Iterator[DocumentReport]) -> Iterator[DocumentReport]:
    """What of the reports is to be listed.  A limit that left something out is reported on standard
    error where the format has no place for that."""
    if request.errors_only:
        from ctct_migrate.output.selection import errors_only

        reports = errors_only(reports)
    if request.error_limit is not None:
        from ctct_migrate.output.selection import limited

        reports = limited(reports, request.error_limit)
        if request.format not in (None, "text", "grouped"):
            reports = _warned(reports)
    return reports


def _warned(reports: Iterator[DocumentReport]) -> Iterator[DocumentReport]:
    unlisted = 0
    for report in reports:
        unlisted += len(report.unlisted)
        yield report
    if unlisted:
        more = counted(unlisted, "more diagnostic")
        click.echo(f"ctct-migrate: {more} not listed (--error-limit)", err=True)


@dataclass(frozen=True, slots=True)
class LintWork:
    """What is done with each document, perhaps in another process."""

    configurations: Configurations
    shape: Shape | None
    drawn: bool
    facts: RunFacts
    resource: str | None = None

    def __call__(self, source: Source, item: Input) -> DocumentReport | str | None:
        """The document's report, as its configuration has it, None if there is nothing to report;
        or what is wrong with the configuration."""
        try:
            configuration = self.configurations.of(item)
        except CommandError as error:
            return error.message
        shape = self.shape or configuration.shape
        if source.data[:64].lstrip()[:1] in _JSON_BEGINS:
            from ctct_migrate.bodies.linting_bodies import linted

            said = linted(source, configuration.target, self.resource, shape)
            if said is not None:
                return self._report(source, item, configuration, said)
        document, choices = read(source), self.facts.choices(configuration.choices)
        found: Iterable[Diagnostic] = lint(
            document,
            shape,
            time_zone=configuration.zone,
            target=configuration.target,
            choices=choices,
        )
        if self.facts or describes_files(source.data):
            from ctct_migrate.runs.run_findings import Intent, linted_findings

            intent = Intent(shape, configuration.target.partition(",")[0])
            across = linted_findings(document, item, self.facts, intent, choices)
            found = sorted((*found, *across), key=lambda each: each.span)
        return self._report(source, item, configuration, found)

    def _report(
        self, source: Source, item: Input, configuration: Configuration, found: Iterable[Diagnostic]
    ) -> DocumentReport | None:
        found = tuple(found)
        if not found:
            return None
        if item.part is not None:
            found = item.part.own(found)
        wanted = configuration.applied(found, file_of(item))
        # The bytes come along only where something is drawn from them.
        drawn = source if wanted and self.drawn else Source(source.path, b"")
        return DocumentReport(drawn, tuple(wanted), item.enclosed)


#: What JSON, and no document of v1, begins with; perhaps after a byte order mark.
_JSON_BEGINS = frozenset({b"{", b"[", b"\xef"})


def prepared() -> None:
    """Loads what the work needs, also for documents with mistakes."""
    lint(read(b"<entry/>"))


#: Formats that show the text of a document.
_DRAWN = frozenset({None, "text", "sarif", "gitlab", "rdjson"})


class Linting:
    """One run over the paths: yields the reports, and knows at the end what came of it."""

    def __init__(self, request: LintRequest):
        self.request = request
        self._failed = self._found = False
        self._sieve: Sieve | None = None
        self._recorder: Recorder | None = None
        if request.baseline is not None:
            self._open_baseline(request.baseline)

    @property
    def status(self) -> int:
        """The exit status."""
        if self._failed:
            return 2
        return int(self._found)

    def reports(self) -> Iterator[DocumentReport]:
        """A report for each document; of what cannot be read, a line on standard error.  Raises
        `CommandError` where a configuration is wrong."""
        from ctct_migrate.runs.progress_bar import tracked

        request = self.request
        drawn = (request.format in _DRAWN and not request.counting) or request.baseline is not None
        run = RunInputs(request.paths, request.limits, request.stdin_name)
        quiet = request.quiet or (request.output is None and sys.stdout.isatty())
        with run.surveyed(jobs=request.jobs, quiet=quiet) as (found, facts):
            work = LintWork(
                Configurations(request.wanted, several=True), request.shape, drawn, facts,
                request.resource,
            )  # fmt: skip
            results = batch.run(found, work, jobs=request.jobs, prepare=prepared)
            for result in tracked(results, request.paths, quiet=quiet):
                if isinstance(result, InputError):
                    self._complain(result)
                    continue
                if isinstance(result.value, str):
                    raise CommandError(result.value)
                clean = DocumentReport(Source(result.item.name, b""))
                report = self._sifted(result.item, result.value or clean)
                self._found |= any(d.severity in request.failing for d in report.diagnostics)
                yield report

    def finish(self) -> None:
        """Writes the baseline, if one is to be recorded.  Raises `CommandError`."""
        if self._sieve is not None:
            self._tell_stale(self._sieve)
        if self._recorder is None or self.request.baseline is None:
            return
        from ctct_migrate.baseline import written
        from ctct_migrate.runs.atomic_files import output

        path, baseline = self.request.baseline, self._recorder.baseline
        try:
            with output(path) as stream:
                stream.write(written(baseline))
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error
        click.echo(f"{path}: {baseline.size} diagnostics recorded", err=True)

    def _complain(self, error: InputError) -> None:
        self._failed = True
        sys.stdout.flush()
        click.echo(f"ctct-migrate: {error}", err=True)

    def _sifted(self, item: Input, report: DocumentReport) -> DocumentReport:
        """The report without what the baseline knows; all of it, if that is being recorded."""
        if self._recorder is not None:
            self._recorder.add(self._baseline_path(item), report.source, report.diagnostics)
            return DocumentReport(report.source)
        if self._sieve is not None:
            path = self._baseline_path(item)
            new = self._sieve.new(path, report.source, report.diagnostics)
            return DocumentReport(report.source, tuple(new), report.packed)
        return report

    def _open_baseline(self, path: Path) -> None:
        from ctct_migrate.baseline import BaselineError, Recorder, Sieve, parsed

        if self.request.write_baseline:
            self._recorder = Recorder()
            return
        if not path.exists():
            raise CommandError(f"{path}: there is no such baseline; --write-baseline records one")
        try:
            self._sieve = Sieve(parsed(path.read_bytes()))
        except BaselineError as error:
            raise CommandError(f"{path}: {error}") from error
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror or error}") from error

    def _tell_stale(self, sieve: Sieve) -> None:
        """Reports what of the baseline does not occur any more."""
        folder = absolute(self.request.baseline or "").parent

        def is_gone(path: str) -> bool:
            return path != "-" and not (folder / path.partition("!/")[0]).exists()

        stale = sieve.stale(is_gone)
        if stale:
            first = next(iter(stale))
            where = (
                first
                if len(stale) == 1
                else f"{first} and {counted(len(stale) - 1, 'other document')}"
            )
            click.echo(
                f"{self.request.baseline}: {counted(sum(stale.values()), 'diagnostic')} no longer "
                f"found, in {where}; --write-baseline records anew",
                err=True,
            )

    def _baseline_path(self, item: Input) -> str:
        """The document's name in the baseline: relative to the baseline's folder, so that it
        does not matter from where the program is called."""
        if item.name == "-":
            return item.name
        folder = absolute(self.request.baseline or "").parent
        try:
            return Path(os.path.relpath(item.name, folder)).as_posix()
        except ValueError:  # on another drive
            return absolute(item.name).as_posix()
