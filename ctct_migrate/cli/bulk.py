"""`convert --bulk`: contacts of many documents as few requests, grouped by their lists.

Documents are read in several processes; their rows are gathered in a temporary file, so that memory
does not grow with their number; the bodies are written when all have been read.
"""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import IO, Any

import click
import orjson

from ctct_migrate import read
from ctct_migrate.bulk.grouping import BulkBody, Grouping, SingleBody
from ctct_migrate.cli import CommandError, Interrupted, streams
from ctct_migrate.cli.bulk_work import BulkOutcome, BulkWork, bulk_payloads
from ctct_migrate.cli.configurations import file_of
from ctct_migrate.cli.conversion_work import ConvertRequest, ConvertWork, prepared, work_of
from ctct_migrate.cli.diagnostic_output import Complaints
from ctct_migrate.cli.run_inputs import RunInputs
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.inputs.byte_sources import UnreadableInput
from ctct_migrate.inputs.input import Input, InputError, PassedOver
from ctct_migrate.late_dataclass import replace
from ctct_migrate.payload import Payload
from ctct_migrate.rules.conversion.bulk_rules import left_out, twice
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import choice, plural
from ctct_migrate.runs.bulk_output import BulkFolder, BulkManifest, line_of_bulk, line_of_single
from ctct_migrate.runs.outcomes import ResourceStatus
from ctct_migrate.runs.outputs import OutputError
from ctct_migrate.runs.work import Done, run_changed
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS
from ctct_migrate.targets.bulk_activity import BulkActivity

#: Contacts that come twice and are shown with their lines; more are counted.
_SHOWN = 100


def to_bulk(request: ConvertRequest, name: str) -> int:
    """Converts what is asked for into requests of that name, and returns the exit status."""
    work = work_of(request, detailed=request.manifest is not None)
    configuration = work.configurations.here
    target = TARGETS[configuration.target]
    activity = target.bulk.get(name)
    if activity is None or not activity.takes:
        known = [each.name for each in target.bulk.values() if each.takes]
        near = nearest(name, known)
        expected = choice(f"`{each}`" for each in known) or "none"
        hint = f"did you mean `{near}`?" if near else f"expected {expected}."
        raise click.UsageError(
            f"{target.title} has no request `{name}` that is made of contacts; {hint}"
        )
    try:
        with Grouping(activity, target.contract) as grouping:
            return _Run(request, work, activity, grouping).run()
    except OutputError as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{request.output}: {error.strerror or error}") from error
    except sqlite3.Error as error:
        raise CommandError(
            f"the folder for temporary files ({tempfile.gettempdir()}): {error}"
        ) from error
    except KeyboardInterrupt:
        raise Interrupted("interrupted; nothing was written") from None


class _Run:
    """One run."""

    def __init__(
        self, request: ConvertRequest, work: ConvertWork, activity: BulkActivity, grouping: Grouping
    ):
        self.request, self.work, self.activity, self.grouping = request, work, activity, grouping
        self.complaints = Complaints(work.style, grouped=work.detailed)
        self.failed = self.refused = False
        self.counts = Counter[str]()
        self.left_out: dict[str, list[Any]] = {}
        self.passed = PassedOver()
        self.folder: BulkFolder | None = None
        self.manifest: BulkManifest | None = None

    def run(self) -> int:
        """Reads, gathers and writes; returns the exit status."""
        request = self.request
        output = request.output
        into_folder = output is not None and not output.name.lower().endswith(".jsonl")
        if output is not None and into_folder:
            self.folder = BulkFolder(
                output, self.activity.name, force=request.force, resume=request.resume
            )
        elif output is not None and output.exists() and not request.force:
            raise CommandError(f"{output} is there already; --force overwrites it")
        with ExitStack() as stack:
            if request.manifest is not None:
                self.manifest = BulkManifest(
                    request.manifest, self.activity.name, self.work.configurations.here.target,
                    force=request.force or request.resume,
                )  # fmt: skip
                stack.callback(self.manifest.abandon)
            self._read()
            self._write(output)
            if self.manifest is not None:
                self.manifest.complete()
            stack.pop_all()
        if not (request.quiet and self.work.detailed):
            self._say_left_out()
            self.complaints.finish()
        if not request.quiet:
            click.echo(self._summary(), err=True)
        return 2 if self.failed else int(self.refused)

    # -- reading --------------------------------------------------------------------------------

    def _read(self) -> None:
        from ctct_migrate.runs.progress_bar import tracked

        request = self.request
        run = RunInputs(request.paths, request.limits, request.stdin_name)
        quiet = request.quiet or (request.output is None and sys.stdout.isatty())
        survey = run.surveyed(jobs=request.jobs, passed=self.passed, quiet=quiet)
        with survey as (found, facts):
            work = BulkWork(replace(self.work, facts=facts), self.activity.name)
            results = run_changed(
                found, work, lambda item: None, jobs=request.jobs, prepare=prepared
            )
            for result in tracked(results, request.paths, quiet=quiet):
                if isinstance(result, InputError):
                    self._note_error(result)
                elif isinstance(result, Done):
                    if isinstance(result.value, CommandError):
                        raise result.value
                    self._take(result.item, result.value)

    def _note_error(self, error: InputError) -> None:
        self.failed = True
        click.echo(f"ctct-migrate: {error}", err=True)
        if self.manifest is not None:
            place = {"source": error.name, "entry": error.entry}
            self.manifest.note(ResourceStatus.UNREADABLE, place, message=error.message)

    def _take(self, item: Input, outcome: BulkOutcome) -> None:
        self.refused |= outcome.refused
        self.complaints.take(outcome.text)
        for status, apart in outcome.apart:
            self.counts[status.value] += 1
            if self.manifest is not None:
                self.manifest.note(status, apart)
        self.counts["others"] += outcome.others
        for alone in outcome.alone:
            self.counts["alone"] += 1
            self.grouping.add_single(alone.resource, alone.row, alone.body, alone.place)
        for row, place in outcome.gathered:
            twin = self.grouping.add(row, place)
            if twin is not None:
                self._twin(item, orjson.loads(place), row.address, twin.place, differs=twin.differs)
                continue
            self.counts["converted"] += 1
            for pointer in row.left_out:
                seen = self.left_out.setdefault(_unnumbered(pointer), [item, place, pointer, 0])
                seen[3] += 1

    def _twin(
        self, item: Input, place: dict[str, Any], address: str, kept: str, *, differs: bool
    ) -> None:
        self.counts["twice"] += 1
        first = orjson.loads(kept)
        if self.manifest is not None:
            line = {"source": first["source"], "entry": first["entry"]}
            self.manifest.note(ResourceStatus.SKIPPED, place, same_as=line)
        if self.request.quiet or self.counts["twice"] > _SHOWN:
            return
        self._draw(
            item, place,
            lambda source, payload: twice(
                source, payload, self.activity.contact_address, address,
                f"{first['source']}:{first['line']}", differs=differs,
            ),
        )  # fmt: skip

    def _draw(
        self, item: Input, place: dict[str, Any],
        worded: Callable[[Source, Payload], Diagnostic | None],
    ) -> None:  # fmt: skip
        """Shows what is to be said of a contact: its document is read once more.  One that is gone
        since is converted all the same, and nothing is shown of it."""
        try:
            source = item.source()
        except (UnreadableInput, OSError):
            return
        configuration = self.work.configurations.of(item)
        _, payloads = bulk_payloads(read(source), self.activity, configuration)
        for payload in payloads:
            number = payload.entry if item.part is None else item.part.number(payload.entry)
            if number == place["entry"]:
                found = worded(source, payload)
                if found is not None and configuration.applied([found], file_of(item)):
                    self.complaints.draw(source, found)

    def _say_left_out(self) -> None:
        if self.request.quiet:
            return
        for item, place, pointer, count in self.left_out.values():
            worded = partial(left_out, pointer=pointer, contacts=count, activity=self.activity.name)
            self._draw(item, orjson.loads(place), worded)

    # -- writing --------------------------------------------------------------------------------

    def _write(self, output: Path | None) -> None:
        if self.folder is not None:
            for body in self.grouping.bodies():
                self._wrote(body, self.folder.put(body))
            for single in self.grouping.singles():
                self._wrote_single(single, self.folder.put_single(single))
            self.folder.complete()
        elif output is not None:
            from ctct_migrate.runs.atomic_files import output as output_file

            with output_file(output) as stream:
                self._lines(stream, str(output))
        else:
            self._lines(streams.in_utf_8(), "-")

    def _lines(self, stream: IO[str], name: str) -> None:
        for body in self.grouping.bodies():
            stream.write(line_of_bulk(body).decode("utf-8"))
            self._wrote(body, name)
        for single in self.grouping.singles():
            stream.write(line_of_single(single).decode("utf-8"))
            self._wrote_single(single, name)

    def _wrote(self, body: BulkBody, name: str) -> None:
        self.counts["bodies"] += 1
        if self.manifest is not None:
            self.manifest.put(body, name)

    def _wrote_single(self, single: SingleBody, name: str) -> None:
        if self.manifest is not None:
            self.manifest.put_single(single, name)

    def _summary(self) -> str:
        counts = self.counts
        parts = [
            f"{plural(counts['converted'], 'contact')} in {plural(counts['bodies'], 'request')}"
        ]
        parts += [f"{counts['alone']:,} by themselves"] if counts["alone"] else []
        parts += [f"{counts['twice']:,} twice"] if counts["twice"] else []
        parts += [f"{counts['refused']:,} with errors"] if counts["refused"] else []
        parts += [f"{counts['skipped']:,} skipped"] if counts["skipped"] else []
        parts += [f"{counts['others']:,} of another kind"] if counts["others"] else []
        if self.folder is not None and self.folder.unchanged:
            parts.append(f"{plural(self.folder.unchanged, 'request')} unchanged")
        return "; ".join([", ".join(parts), *([str(self.passed)] if str(self.passed) else [])])


def _unnumbered(pointer: str) -> str:
    """A pointer without the numbers of items."""
    return "/".join(token for token in pointer.split("/") if not token.isdigit())
