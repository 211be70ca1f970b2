"""The documents of a command line, to be looked at twice: first for what they say of each other.

Standard input, and what else can be read only once, is kept meanwhile.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ctct_migrate.cli import CommandError
from ctct_migrate.inputs.byte_sources import File, InputLimits
from ctct_migrate.inputs.input import Input, InputError, PassedOver
from ctct_migrate.inputs.joined_entries import joined_entries
from ctct_migrate.inputs.paths import inputs
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.runs.run_facts import RunFacts, TemporaryFilesError
from ctct_migrate.runs.survey import SurveyAnswer, surveyed
from ctct_migrate.runs.work import Done

_Result = Done[SurveyAnswer] | InputError

#: Bytes of a pipe that are kept in memory; more go to a temporary file.
_HELD = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class RunInputs:
    """The documents of a command line.

    paths       its arguments
    limits      what is still taken
    stdin_name  what standard input is called
    joined      whether entries of a large feed come some at a time
    """

    paths: Sequence[str]
    limits: InputLimits | None = None
    stdin_name: str | None = None
    joined: bool = False

    @contextmanager
    def surveyed(
        self, *, jobs: int | None = None, passed: PassedOver | None = None, resumed: bool = False,
        quiet: bool = True,
    ) -> Iterator[tuple[Iterator[Input | InputError], RunFacts]]:  # fmt: skip
        """The inputs, and what they say together, inside the `with`.  `passed` counts the files that
        are passed over; `resumed` is for `RunFacts.touches`; not `quiet` draws a bar while the
        documents are looked at.  Raises `CommandError` where the folder for temporary files cannot be
        written."""

        def shown(results: Iterator[_Result]) -> Iterator[_Result]:
            from ctct_migrate.runs.progress_bar import tracked

            return tracked(results, self.paths, quiet=quiet)

        with ExitStack() as stack:
            once = _ReadOnce(stack)
            again = partial(self._inputs, once)
            try:
                survey = surveyed(again, jobs=jobs, resumed=resumed, shown=shown)
                facts = stack.enter_context(survey)
            except TemporaryFilesError as error:
                raise CommandError(str(error)) from error
            yield self._inputs(once, passed), facts

    def _inputs(
        self, once: _ReadOnce, passed: PassedOver | None = None
    ) -> Iterator[Input | InputError]:
        found = inputs(
            self.paths, limits=self.limits, passed=passed, stdin_name=self.stdin_name,
            stdin=partial(once.opened, "-"), pipe=once.opened,
        )  # fmt: skip
        return joined_entries(found) if self.joined else found


class _ReadOnce:
    """Standard input and pipes, kept so that they can be opened again."""

    def __init__(self, stack: ExitStack):
        self._stack = stack
        self._kept: dict[str, bytes | Path] = {}

    def opened(self, path: str) -> BinaryIO:
        """A pipe, or `-` for standard input, from its beginning.  Raises OSError."""
        if path not in self._kept:
            if path == "-":
                self._kept[path] = self._read(sys.stdin.buffer)
            else:
                with File(path).open() as pipe:
                    self._kept[path] = self._read(pipe)
        kept = self._kept[path]
        return io.BytesIO(kept) if isinstance(kept, bytes) else kept.open("rb")

    def _read(self, pipe: BinaryIO) -> bytes | Path:
        start = pipe.read(_HELD)
        if len(start) < _HELD:
            return start
        import tempfile

        folder = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="ctct-migrate-"))
        path = Path(folder) / "kept"
        with path.open("wb") as stream:
            stream.write(start)
            while block := pipe.read(1 << 20):
                stream.write(block)
        return path
