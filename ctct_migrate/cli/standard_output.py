"""Bodies on standard output: one is bare JSON, several are JSON Lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TextIO

from ctct_migrate.batch import run as batch
from ctct_migrate.batch.documents import Input, InputError
from ctct_migrate.batch.inputs import inputs
from ctct_migrate.batch.outcomes import Outcome, Resource
from ctct_migrate.cli import Failure
from ctct_migrate.cli.conversions import MARK, Request, Status, Work, prepared, work_of


def to_standard_output(request: Request) -> int:
    """Converts what is asked for, and returns the exit status."""
    mapped = request.source_map is not None
    work = work_of(request, mapped=mapped)
    status = Status(quiet=request.quiet, drawn=work.style)
    inline = str(request.source_map) == "-"
    with ExitStack() as stack:
        maps = _opened(stack, request.source_map) if mapped and not inline else None
        writer = _Writer(sys.stdout, inline=inline)
        for done in _results(request, work):
            if isinstance(done, InputError):
                status.note(done)
                writer.several = True
                continue
            item, result = done
            status.note(result)
            status.join(item, result)
            lines = result.text.partition(MARK)[2].splitlines()
            if maps is not None:
                maps.writelines(f"{line}\n" for line in lines)
            writer.add(item, result.resources, lines)
        writer.close()
        status.finish(several=writer.several)
    return status.code


def _results(request: Request, work: Work) -> Iterator[tuple[Input, Outcome] | InputError]:
    """What came of each input, in order.  Raises `Failure` where a configuration is wrong."""
    from ctct_migrate.batch.progress import tracked

    found = inputs(request.paths, limits=request.limits)
    results = batch.run(found, work, jobs=request.jobs, prepare=prepared)
    for result in tracked(results, request.paths, quiet=request.quiet or sys.stdout.isatty()):
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
        from ctct_migrate.batch.lines import line_of_body

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
