"""Bodies on standard output, or in one file `NAME.json`: one is bare JSON, several are JSON Lines,
unless one form is asked for.

What is written is UTF-8 whatever the locale.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO

from ctct_migrate.cli import CommandError, streams
from ctct_migrate.cli.conversion_work import (
    ConvertRequest,
    ConvertWork,
    RunStatus,
    prepared,
    work_of,
)
from ctct_migrate.cli.run_inputs import RunInputs
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import replace
from ctct_migrate.runs import work as batch
from ctct_migrate.runs.outcomes import DocumentOutcome, ResourceOutcome

#: The forms that can be asked for: an array, or a line for each body, with where it comes from.
FORMS = ("json", "jsonl")


class Several(Exception):
    """A second body has come where there is place for one."""


class Empty(Exception):
    """No body has come."""


def to_standard_output(request: ConvertRequest) -> int:
    """Converts what is asked for, and returns the exit status."""
    work = work_of(request, mapped=request.source_map is not None)
    status = RunStatus(quiet=request.quiet, drawn=work.style)
    _convert(request, work, status, streams.in_utf_8())
    return status.code


def is_one_file(output: Path) -> bool:
    """Whether an output of that name is one file of JSON."""
    return output.name.lower().endswith(".json") and not output.is_dir()


def to_file(request: ConvertRequest, path: Path) -> int:
    """Converts what is asked for into the file `path`, and returns the exit status.  Nothing is
    written where no document is converted."""
    from ctct_migrate.runs.atomic_files import output

    if path.exists() and not request.force:
        raise CommandError(f"{path} is there already; --force overwrites it")
    work = work_of(request)
    status = RunStatus(quiet=request.quiet, drawn=work.style)
    alone = request.format is None
    try:
        with suppress(Empty), output(path) as stream:
            _convert(request, work, status, stream, alone=alone)
    except Several:
        raise CommandError(
            f"{path} takes one body, and there are more; name a folder, or a file that ends in "
            ".jsonl, or say --format json for an array"
        ) from None
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error
    return status.code


def _convert(
    request: ConvertRequest,
    work: ConvertWork,
    status: RunStatus,
    stream: IO[str],
    *,
    alone: bool = False,
) -> None:
    inline = str(request.source_map) == "-"
    with ExitStack() as stack:
        maps = _opened(stack, request.source_map) if work.mapped and not inline else None
        writer = _Writer(stream, request.format or ("jsonl" if inline else None), alone=alone)
        for done in _results(request, work):
            if isinstance(done, InputError):
                status.note(done)
                writer.several = True
                continue
            item, result = done
            status.note(result)
            status.join(item, result)
            if maps is not None:
                maps.writelines(f"{line}\n" for line in result.source_maps)
            writer.add(item, result.resources, result.source_maps if inline else ())
        status.finish(several=writer.documents > 1 or writer.bodies > 1)
        status.sent_with(writer.close())


def _results(
    request: ConvertRequest, work: ConvertWork
) -> Iterator[tuple[Input, DocumentOutcome] | InputError]:
    """What came of each input, in order.  Raises `CommandError` where a configuration is wrong."""
    from ctct_migrate.runs.progress_bar import tracked

    run = RunInputs(request.paths, request.limits, request.stdin_name)
    quiet = request.quiet or (request.output is None and sys.stdout.isatty())
    with run.surveyed(jobs=request.jobs, quiet=quiet) as (found, facts):
        work = replace(work, facts=facts)
        results = batch.run(found, work, jobs=request.jobs, prepare=prepared)
        for result in tracked(results, request.paths, quiet=quiet):
            if isinstance(result, InputError):
                yield result
            elif isinstance(result.value, CommandError):
                raise result.value
            else:
                yield result.item, result.value


def _opened(stack: ExitStack, path: Path | None) -> IO[str]:
    from ctct_migrate.runs.atomic_files import output

    assert path is not None
    try:
        return stack.enter_context(output(path))
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror or error}") from error


class _Writer:
    """Writes bodies in a form; without one, the first resource is held back until it is known
    whether it is alone.  Where it has to be (`alone`), a second one raises `Several`, and none at
    all `Empty`."""

    def __init__(self, stream: IO[str], form: str | None, *, alone: bool):
        self._stream, self._form, self._alone = stream, form, alone
        self.several = form is not None
        self.documents = self.bodies = 0
        self._held: tuple[Input, ResourceOutcome, str] | None = None

    def add(
        self, item: Input, resources: tuple[ResourceOutcome, ...], maps: tuple[str, ...]
    ) -> None:
        """Takes the resources of one document."""
        self.documents += 1
        self.several |= self.documents > 1 or len(resources) > 1
        waiting = iter(maps)
        for resource in resources:
            if resource.body is None:
                continue
            line = next(waiting, "")
            if self._held is not None and self._alone:
                raise Several
            if self._form is None and (self._alone or not self.several):
                self._held = (item, resource, line)
                continue
            self._release()
            self._write(item, resource, line)
        if self.several and not self._alone:
            self._release()

    def _release(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            self._write(*held)

    def _write(self, item: Input, resource: ResourceOutcome, line: str) -> None:
        from ctct_migrate.runs.json_lines_output import line_of_body

        text = line_of_body(item.name, resource).decode("utf-8", "replace").rstrip("\n")
        if line:
            spans = json.dumps(json.loads(line)["source_map"], ensure_ascii=False)
            text = f'{text[:-1]},"source_map":{spans}}}'
        if self._form == "json":
            self._stream.write((",\n" if self.bodies else "[\n") + text)
        else:
            self._stream.write(text + "\n")
        self.bodies += 1

    def close(self) -> Mapping[str, str]:
        """Writes what was held back, as bare JSON, laid out on a terminal; ends an array.  The query
        parameters that belong to a bare body, which says nothing of them."""
        if self._held is not None:
            body = (self._held[1].body or b"").decode("utf-8", "replace")
            if self._stream.isatty():
                body = json.dumps(json.loads(body), ensure_ascii=False, indent=2)
            self._stream.write(body + "\n")
            return self._held[1].request
        if self._alone and not self.bodies:
            raise Empty
        if self._form == "json":
            self._stream.write("\n]\n" if self.bodies else "[]\n")
        return {}
