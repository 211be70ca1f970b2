"""`lint --watch`: does the work again whenever a file that it is about changes.

The folders are watched, not the files: editors replace a file when they save it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import strftime
from typing import TYPE_CHECKING

import click

from ctct_migrate.cli import CommandError
from ctct_migrate.configuration_files import CONFIGURATION_FILES, absolute
from ctct_migrate.inputs.file_names import is_archive, is_xml
from ctct_migrate.output.drawn import exact

if TYPE_CHECKING:
    from ctct_migrate.cli.lint import LintRequest


def watched(request: LintRequest, run: Callable[[LintRequest], int]) -> int:
    """Runs, and runs again after each change, until Ctrl-C; then the last run's exit status.
    What cannot be done in one run is told, and does not end the watching."""
    try:
        from watchfiles import watch
    except ImportError as error:
        raise CommandError('--watch needs watchfiles: pip install "ctct-migrate[watch]"') from error

    named = {absolute(path) for path in request.paths}
    ours = {absolute(path) for path in (request.output, request.baseline) if path}

    def concerns(_change: object, changed: str) -> bool:
        path, name = Path(changed), Path(changed).name
        return path not in ours and (
            path in named or is_xml(name) or is_archive(name) or name in CONFIGURATION_FILES
        )

    folders = {_folder(path) for path in named}
    # It yields nothing at all once, when it has begun to watch: no change during the first run
    # is missed.
    changes = watch(
        *folders, watch_filter=concerns, raise_interrupt=True, debounce=400,
        rust_timeout=100, yield_on_timeout=True,
    )  # fmt: skip
    status: int | None = None
    with suppress(KeyboardInterrupt):
        for changed in changes:
            if status is not None and not changed:
                continue
            if status is not None and sys.stdout.isatty():
                exact(sys.stdout).write("\x1b[2J\x1b[H")
            # Kept before it is told: who reads of it may press Ctrl-C at once.
            status = _once(request, run)
            _tell(status)
    return status or 0


def _once(request: LintRequest, run: Callable[[LintRequest], int]) -> int:
    try:
        return run(request)
    except CommandError as error:
        error.show()
        return error.exit_code


def _tell(status: int) -> None:
    outcome = {0: "no errors", 1: "errors found"}.get(status, "not everything could be done")
    click.echo(f"{strftime('%H:%M:%S')} {outcome}; waiting for changes (Ctrl-C ends)", err=True)


def _folder(path: Path) -> Path:
    """The folder itself, or the nearest one above that exists (a glob's, a missing file's)."""
    return next(folder for folder in (path, *path.parents) if folder.is_dir())
