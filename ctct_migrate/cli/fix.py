"""`ctct-migrate fix`: fixes documents in place.

Parses, reads and writes; what is fixed, and how, is decided in `fixing`.  A file is replaced all at
once or not at all, and only if it still is what was read.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from ctct_migrate import read
from ctct_migrate.cli import CommandError
from ctct_migrate.cli.completed_values import complete_paths
from ctct_migrate.cli.configurations import (
    Configurations,
    Wanted,
    configured,
    file_of,
    jobs_option,
)
from ctct_migrate.cli.fix_output import (
    MOST_LEFT,
    MOST_LEFT_IN_ALL,
    applied_lines,
    left_lines,
    refused_lines,
)
from ctct_migrate.cli.standard_input import stdin_filename_option
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.fixing import Applied, Refusal, fixed
from ctct_migrate.inputs.paths import Input, InputError, inputs
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.output.cells import shown
from ctct_migrate.output.difference import difference
from ctct_migrate.output.document_report import counted
from ctct_migrate.output.drawn import exact
from ctct_migrate.output.paint import Paint
from ctct_migrate.payload import Shape
from ctct_migrate.runs import atomic_files
from ctct_migrate.runs import work as batch
from ctct_migrate.source import Source


@dataclass(frozen=True, slots=True)
class Fixed:
    """What became of one document.

    before   the document, without its bytes where there was nothing to fix
    data     its bytes with the fixes
    applied  the fixes that were applied, in the order of the document
    refused  those that would have done harm
    left     the errors and warnings that the result still has
    """

    before: Source
    data: bytes
    applied: tuple[Applied, ...]
    refused: tuple[Refusal, ...]
    left: tuple[Diagnostic, ...]

    @property
    def errors(self) -> int:
        """How many errors are left."""
        return sum(each.severity is Severity.ERROR for each in self.left)


@dataclass(frozen=True, slots=True)
class FixWork:
    """What is done with each document, perhaps in another process; nothing is written."""

    configurations: Configurations
    shape: Shape | None
    unsafe: bool
    writes_zone: bool

    def __call__(self, source: Source, item: Input) -> Fixed | str:
        """The fixed document; or what is wrong with the configuration."""
        try:
            configuration = self.configurations.of(item)
        except CommandError as error:
            return error.message
        path = file_of(item)

        def chosen(found: Sequence[Diagnostic]) -> list[Diagnostic]:
            return configuration.applied(found, path)

        result = fixed(
            read(source),
            unsafe=self.unsafe,
            shape=self.shape or configuration.shape,
            time_zone=configuration.zone,
            target=configuration.target,
            writes_zone=self.writes_zone,
            chosen=chosen,
        )
        data, left = result.data, chosen(result.left)
        if not result.applied and not item.is_standard_input:
            source, data = Source(source.path, b""), b""
        told = tuple(each for each in left if each.severity is not Severity.INFO)
        return Fixed(source, data, result.applied, result.refused, told)


@click.command("fix", short_help="Fix mistakes in place, as far as the meaning is certain.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, shell_complete=complete_paths)
@click.option("--unsafe", is_flag=True, help="Apply guesses as well.")
@click.option("--diff", is_flag=True, help="Print a unified diff instead, and write nothing.")
@click.option("--check", is_flag=True, help="Say what would be fixed instead, and write nothing.")
@click.option("-q", "--quiet", is_flag=True, help="Print what could not be read or written alone.")
@click.option(
    "--shape",
    type=click.Choice([shape.value for shape in Shape]),
    help="Fix for what the document is to become: a POST, a PUT, or an archived record.",
)
@stdin_filename_option
@configured(
    select="Fix only these: codes, families such as CT6, names, or ALL.",
    ignore="Never fix these, also of those selected.",
)
@jobs_option
@colour_option
def command(
    paths: tuple[str, ...], unsafe: bool, diff: bool, check: bool, quiet: bool, shape: str | None,
    stdin_name: str | None, wanted: Wanted, jobs: int | None, when: str,
) -> int:  # fmt: skip
    """Fix mistakes in place, as far as the meaning is certain.

    Lists what was fixed, then what is left. A fix that would make a document worse is not applied:
    what could be parsed still can be, and no error is new. With --time-zone, dates that name no
    zone get it. Bytes outside the fixes stay as they are, and so do the file's mode and encoding.
    Standard input (-) is fixed to standard output. Files in archives are not written.

    Exit status: 0 no errors are left, 1 some are (with --diff and --check: something would
    change), 2 something could not be read or written.
    """
    run = _Run(Paint(style(when)), dry=diff or check, quiet=quiet)
    work = FixWork(
        Configurations(wanted), Shape(shape) if shape else None, unsafe,
        writes_zone=wanted.time_zone is not None,
    )  # fmt: skip
    for result in batch.run(inputs(paths, split=False, stdin_name=stdin_name), work, jobs=jobs):
        if isinstance(result, InputError):
            run.complain(result)
        elif isinstance(result.value, str):
            raise CommandError(result.value)
        elif diff:
            run.show(result.item, result.value)
        elif check:
            run.tell(result.item, result.value)
        else:
            run.write(result.item, result.value)
    return run.finished(summed=not diff)


class _Run:
    """One run over the paths: writes and tells, and counts what came of it.

    dry    whether nothing is written
    quiet  whether only what could not be done is told
    """

    def __init__(self, paint: Paint, *, dry: bool, quiet: bool):
        self._paint, self._dry, self._quiet = paint, dry, quiet
        self._failed = False
        self._documents = self._fixes = self._errors = self._refused = 0
        self._left = MOST_LEFT_IN_ALL
        self._unlisted = 0
        #: Archives and packed files: how many mistakes in them have a fix.
        self._packed: Counter[str] = Counter()
        self._report = sys.stdout

    def complain(self, error: InputError) -> None:
        """Tells of something that could not be done."""
        self._failed = True
        self._warn(str(error))

    def _warn(self, line: str) -> None:
        sys.stdout.flush()
        click.echo(f"ctct-migrate: {line}", err=True)

    def show(self, item: Input, done: Fixed) -> None:
        """Prints the diff."""
        self._count(item, done)
        if self._quiet:
            return
        after = Source(done.before.path, done.data)
        to_terminal = sys.stdout.isatty()
        out = sys.stdout if to_terminal else exact(sys.stdout)  # for `patch`, to the character
        for line in difference(done.before, after, self._paint, to_terminal=to_terminal):
            out.write(line)
        for line in refused_lines(item.name, done.refused):
            self._warn(line)

    def write(self, item: Input, done: Fixed) -> None:
        """Puts the fixed document in the place of the other."""
        if item.is_standard_input:
            self._report = sys.stderr  # standard output is for the document
            sys.stdout.flush()
            if sys.stdout.isatty():
                sys.stdout.write(Source(item.name, done.data).text)
            else:
                sys.stdout.buffer.write(done.data)
        elif done.applied and item.path is None:
            self._failed = True
            self._packed[_file(item)] += len(done.applied)
            return
        elif done.applied:
            problem = _replaced(item.path, done)
            if problem:
                self.complain(InputError(item.name, problem))
                return
        self.tell(item, done)

    def tell(self, item: Input, done: Fixed) -> None:
        """Prints what was (or can be) fixed, what was refused, and what is left."""
        self._count(item, done)
        if self._quiet:
            return
        most = min(MOST_LEFT, self._left)
        listed = list(left_lines(done.left, most))
        self._left -= len(listed)
        self._unlisted += len(done.left) - len(listed)
        applied = () if _is_packed(item) else done.applied
        for line in (
            *applied_lines(item.name, applied),
            *refused_lines(item.name, done.refused),
            *listed,
        ):
            print(line, file=self._report)

    def _count(self, item: Input, done: Fixed) -> None:
        self._errors += done.errors
        self._refused += len(done.refused)
        if done.applied and _is_packed(item):
            self._packed[_file(item)] += len(done.applied)
        elif done.applied:
            self._documents += 1
            self._fixes += len(done.applied)

    def finished(self, *, summed: bool) -> int:
        """Prints what there is to say of all documents together, and returns the exit status."""
        if summed and not self._quiet:
            self._sum_up()
        for name, number in self._packed.items():
            self._warn(
                f"{shown(name)}: {counted(number, 'mistake')} in it {'has a' if number == 1 else 'have'} "
                f"{'fix' if number == 1 else 'fixes'}, but fix does not write into archives and "
                "packed files: unpack it, run fix on the files, and pack them again"
            )
        if self._failed:
            return 2
        if self._dry:
            return int(bool(self._fixes or self._packed))
        return int(bool(self._errors))

    def _sum_up(self) -> None:
        if self._unlisted:
            more = f"{self._unlisted:,} more" if self._left < MOST_LEFT_IN_ALL else "all"
            print(f"… {more} with ctct-migrate lint", file=self._report)
        parts = []
        if self._fixes:
            verb = "can be fixed" if self._dry else "fixed"
            documents = counted(self._documents, "document")
            parts.append(f"{counted(self._fixes, 'mistake')} in {documents} {verb}")
        if self._refused:
            parts.append(f"{counted(self._refused, 'fix', 'fixes')} refused")
        if self._errors:
            parts.append(f"{counted(self._errors, 'error')} left")
        if parts:
            print("; ".join(parts), file=self._report)


def _is_packed(item: Input) -> bool:
    """Whether a document is in an archive or a packed file."""
    return item.path is None and not item.is_standard_input


def _file(item: Input) -> str:
    """The archive or the packed file that a document is in."""
    return item.name.partition("!/")[0]


def _replaced(path: Path | None, done: Fixed) -> str:
    """Writes the file; empty, or why it was not written."""
    if path is None:
        return "it is not a file"
    try:
        atomic_files.replace(path, done.data, done.before.data)
    except atomic_files.Changed:
        return "it was changed while it was being fixed, and is left as it is"
    except OSError as error:
        return f"it cannot be written ({(error.strerror or str(error)).lower()})"
    return ""
