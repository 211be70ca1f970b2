"""`ctct-migrate fix`: mends documents in place.

Parses, reads and writes; what is mended, and how, stands in `fixing`.  A file is replaced all at
once or not at all, and only if it still is what was read.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from ctct_migrate import fix, lint, read
from ctct_migrate.batch import run as batch
from ctct_migrate.batch.inputs import Input, InputError, inputs
from ctct_migrate.cli import Failure, files
from ctct_migrate.cli.configurations import (
    Configurations,
    Wanted,
    configuration_options,
    file_of,
    jobs_option,
)
from ctct_migrate.cli.terminal import colour_option, style
from ctct_migrate.configuration import Configuration
from ctct_migrate.diagnostics import Diagnostic, Fix, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.render.cells import shown
from ctct_migrate.render.difference import difference
from ctct_migrate.render.paint import Paint
from ctct_migrate.render.report import counted
from ctct_migrate.source import Source


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of one document.

    before   the document, without its bytes where there was nothing to fix
    data     its bytes with the fixes
    applied  the fixes, in the order in which they were applied
    errors   how many errors are left
    """

    before: Source
    data: bytes
    applied: tuple[Fix, ...]
    errors: int


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with each document, perhaps in another process; nothing is written."""

    configurations: Configurations
    shape: Shape | None
    unsafe: bool

    def __call__(self, source: Source, item: Input) -> Mended | str:
        """The mended document; or what is wrong with the configuration."""
        try:
            configuration = self.configurations.of(item)
        except Failure as error:
            return error.message
        found = self._found(source, item, configuration)
        data, applied = fix(
            read(source),
            unsafe=self.unsafe,
            shape=self.shape or configuration.shape,
            time_zone=configuration.zone,
            diagnostics=found,
        )
        if applied:
            found = self._found(Source(source.path, data), item, configuration)
        elif item.name != "-":
            source, data = Source(source.path, b""), b""
        return Mended(source, data, applied, sum(d.severity is Severity.ERROR for d in found))

    def _found(
        self, source: Source, item: Input, configuration: Configuration
    ) -> Sequence[Diagnostic]:
        shape = self.shape or configuration.shape
        found = lint(read(source), shape, time_zone=configuration.zone)
        return configuration.applied(found, file_of(item))


@click.command("fix", short_help="Mend mistakes in place, as far as the meaning is certain.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--unsafe", is_flag=True, help="Apply guesses as well.")
@click.option("--diff", is_flag=True, help="Print a unified diff instead, and write nothing.")
@click.option("--check", is_flag=True, help="Say what would be fixed instead, and write nothing.")
@click.option(
    "--shape",
    type=click.Choice([shape.value for shape in Shape]),
    help="Mend for what the document is to become: a POST, a PUT, or an archived record.",
)
@configuration_options
@jobs_option
@colour_option
def command(
    paths: tuple[str, ...], unsafe: bool, diff: bool, check: bool, shape: str | None,
    wanted: Wanted, jobs: int | None, when: str,
) -> int:  # fmt: skip
    """Mend mistakes in place, as far as the meaning is certain.

    Bytes outside the fixes stay as they are, and so do the file's mode and encoding. Standard
    input (-) is mended to standard output. Files in archives are not written. Exit status: 0 no
    errors are left, 1 some are (with --diff and --check: something would change), 2 something
    could not be read or written.
    """
    run = _Run(Paint(style(when)))
    work = Work(Configurations(wanted), Shape(shape) if shape else None, unsafe)
    for result in batch.run(inputs(paths, split=False), work, jobs=jobs):
        if isinstance(result, InputError):
            run.complain(result)
        elif isinstance(result.value, str):
            raise Failure(result.value)
        elif diff:
            run.show(result.value)
        elif check:
            run.tell(result.item, result.value, "can be fixed")
        else:
            run.write(result.item, result.value)
    return run.finished(dry=diff or check, quiet=diff)


class _Run:
    """One run over the paths: writes and tells, and counts what came of it."""

    def __init__(self, paint: Paint):
        self._paint = paint
        self._failed = False
        self._documents = self._fixes = self._errors = 0
        self._report = sys.stdout

    def complain(self, error: InputError) -> None:
        """Tells of something that could not be done."""
        self._failed = True
        sys.stdout.flush()
        click.echo(f"ctct-migrate: {error}", err=True)

    def show(self, mended: Mended) -> None:
        """Prints the diff."""
        self._count(mended)
        after = Source(mended.before.path, mended.data)
        to_terminal = sys.stdout.isatty()
        for line in difference(mended.before, after, self._paint, to_terminal=to_terminal):
            sys.stdout.write(line)

    def write(self, item: Input, mended: Mended) -> None:
        """Puts the mended document in the place of the other."""
        if item.name == "-":
            self._report = sys.stderr  # standard output is for the document
            sys.stdout.flush()
            sys.stdout.buffer.write(mended.data)
        elif mended.applied:
            problem = _replaced(item.path, mended)
            if problem:
                self.complain(InputError(item.name, problem))
                return
        self.tell(item, mended, "fixed")

    def tell(self, item: Input, mended: Mended, done: str) -> None:
        """Prints what was (or can be) fixed."""
        self._count(mended)
        if not mended.applied:
            return
        left = f", {counted(mended.errors, 'error')} left" if mended.errors else ""
        print(f"{shown(item.name)}: {len(mended.applied)} {done}{left}", file=self._report)
        for title, number in Counter(each.title for each in mended.applied).items():
            times = f" (×{number})" if number > 1 else ""
            print(f"  {shown(title)}{times}", file=self._report)

    def _count(self, mended: Mended) -> None:
        self._documents += bool(mended.applied)
        self._fixes += len(mended.applied)
        self._errors += mended.errors

    def finished(self, *, dry: bool, quiet: bool) -> int:
        """Prints the summary line and returns the exit status."""
        parts = []
        if self._fixes:
            verb = "can be fixed" if dry else "fixed"
            documents = counted(self._documents, "document")
            parts.append(f"{counted(self._fixes, 'mistake')} in {documents} {verb}")
        if self._errors:
            parts.append(f"{counted(self._errors, 'error')} left")
        if parts and not quiet:
            print("; ".join(parts), file=self._report)
        if self._failed:
            return 2
        return int(bool(self._fixes) if dry else bool(self._errors))


def _replaced(path: Path | None, mended: Mended) -> str:
    """Writes the file; empty, or why it was not written."""
    if path is None:
        return "fix does not write into archives and packed files: unpack it first"
    try:
        files.replace(path, mended.data, mended.before.data)
    except files.Changed:
        return "it was changed while it was being fixed, and is left as it is"
    except OSError as error:
        return f"it cannot be written ({(error.strerror or str(error)).lower()})"
    return ""
