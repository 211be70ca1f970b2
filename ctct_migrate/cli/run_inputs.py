"""The documents of a command line, to be looked at twice: first for what they say of each other.

Standard input, and what else can be read only once, is kept meanwhile.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ctct_migrate.cli import CommandError
from ctct_migrate.inputs.byte_sources import InputLimits
from ctct_migrate.inputs.input import Input, InputError, PassedOver
from ctct_migrate.inputs.paths import inputs
from ctct_migrate.runs.run_facts import RunFacts, TemporaryFilesError
from ctct_migrate.runs.survey import surveyed

#: Bytes of standard input that are kept in memory; more go to a temporary file.
_HELD = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RunInputs:
    """The documents of a command line.

    paths       its arguments
    limits      what is still taken
    stdin_name  what standard input is called
    """

    paths: Sequence[str]
    limits: InputLimits | None = None
    stdin_name: str | None = None

    @contextmanager
    def surveyed(
        self, *, jobs: int | None = None, passed: PassedOver | None = None, resumed: bool = False
    ) -> Iterator[tuple[Iterable[Input | InputError], RunFacts]]:
        """The inputs, and what they say together, inside the `with`.  `passed` counts the files that
        are passed over; `resumed` is for `RunFacts.touches`.  Raises `CommandError` where the folder for temporary files cannot be
        written."""
        with ExitStack() as stack:
            standard = _Standard(stack) if self._has_standard_input() else None
            kept = list(self._inputs(standard, passed)) if any(map(_is_pipe, self.paths)) else None

            def again() -> Iterable[Input | InputError]:
                return self._inputs(standard, None) if kept is None else kept

            try:
                facts = stack.enter_context(surveyed(again, jobs=jobs, resumed=resumed))
            except TemporaryFilesError as error:
                raise CommandError(str(error)) from error
            yield kept if kept is not None else self._inputs(standard, passed), facts

    def _inputs(
        self, standard: _Standard | None, passed: PassedOver | None
    ) -> Iterator[Input | InputError]:
        return inputs(
            self.paths, limits=self.limits, passed=passed, stdin_name=self.stdin_name,
            stdin=standard.opened if standard is not None else None,
        )  # fmt: skip

    def _has_standard_input(self) -> bool:
        return any(path in ("-", "@-") and not _exists(path) for path in self.paths)


def _exists(path: str) -> bool:
    return path != "-" and os.path.lexists(path)


def _is_pipe(path: str) -> bool:
    """Whether a path is something that can be read only once, as `<(command)` is."""
    try:
        mode = Path(path).stat().st_mode
    except (OSError, ValueError):
        return False
    return path != "-" and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


class _Standard:
    """Standard input, kept so that it can be opened again."""

    def __init__(self, stack: ExitStack):
        self._stack = stack
        self._data: bytes | None = None
        self._path: Path | None = None

    def opened(self) -> BinaryIO:
        """Standard input from its beginning.  Raises OSError."""
        if self._data is None:
            self._data = sys.stdin.buffer.read(_HELD)
            if len(self._data) == _HELD:
                self._spool(self._data)
        if self._path is not None:
            return self._path.open("rb")
        return io.BytesIO(self._data)

    def _spool(self, start: bytes) -> None:
        import tempfile

        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ctct-migrate-"))
        path = Path(folder) / "stdin"
        with path.open("wb") as stream:
            stream.write(start)
            while block := sys.stdin.buffer.read(1 << 20):
                stream.write(block)
        self._path, self._data = path, b""
