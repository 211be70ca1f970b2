"""What `convert` does with each document, and what it reports of it.

`ConvertRequest` is what the command line asks for, `ConvertWork` what is done with a document in whichever
process, `RunStatus` what came of the run.  Where the bodies go stands in `convert` and
`standard_output`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ctct_migrate import convert, read
from ctct_migrate.api.conversion import convert_at_first_look
from ctct_migrate.cli import CommandError
from ctct_migrate.cli.configurations import Configurations, Wanted, file_of
from ctct_migrate.cli.cross_document import CrossDocument
from ctct_migrate.cli.diagnostic_output import PIECE, Complaints, tallied, told
from ctct_migrate.cli.terminal import style
from ctct_migrate.configuration import Configuration
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.inputs.byte_sources import InputLimits
from ctct_migrate.inputs.feeds import parts
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.output.document_report import Style
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.resources import RESOURCES
from ctct_migrate.runs.outcomes import DocumentOutcome, ResourceOutcome, outcome
from ctct_migrate.runs.purpose import Purpose
from ctct_migrate.runs.run_facts import NO_FACTS, RunFacts
from ctct_migrate.runs.run_findings import Intent, run_findings
from ctct_migrate.source import Source

if TYPE_CHECKING:
    from ctct_migrate.runs.document_records import DocumentRecord


#: What documents are of, unless they are bodies of a target.
V1 = "v1"


@dataclass(frozen=True, slots=True)
class ConvertRequest:
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
    limits: InputLimits
    format: str | None = None
    stdin_name: str | None = None
    origin: str = V1


@dataclass(frozen=True, slots=True)
class ConvertWork:
    """What is done with each document, perhaps in another process."""

    configurations: Configurations
    shape: Shape | None
    style: Style
    quiet: bool
    detailed: bool
    mapped: bool = False
    facts: RunFacts = NO_FACTS
    origin: str = V1
    listed: bool = True

    # quiet     warnings and infos are left out
    # detailed  for a manifest: what was found stands there, and comes back in groups
    # mapped    source maps come along
    # facts     what the documents of the run say of each other
    # listed    whether what is dropped is listed
    # origin    `v1` for documents in XML; else the name of the target that they are bodies of

    def __call__(self, source: Source, item: Input) -> DocumentOutcome | CommandError:
        """The document's outcome; or what is wrong with the configuration."""
        try:
            configuration = self.configurations.of(item)
        except CommandError as error:
            return error
        shape, target, _ = self._purpose(configuration)
        if self.origin != V1:
            return self._from_bodies(source, item, configuration, shape, target)
        document = read(source)
        if document.root is None and (entries := parts(item, source.data)):
            return _joined(self(each.source(), each) for each in entries)
        zone, choices = configuration.zone, self.facts.choices(configuration.choices)
        made = None
        if item.part is not None and item.part.pieces:  # several entries, most of which are right
            made = convert_at_first_look(
                document, shape, time_zone=zone, target=target, choices=choices
            )
            if made is None and (entries := parts(item, source.data)):
                return _joined(self(each.source(), each) for each in entries)
        if made is None:
            made = convert(document, shape, time_zone=zone, target=target, choices=choices)
        intent = Intent(Shape(shape), target)
        made = made.with_findings(run_findings(document, item, self.facts, intent, made))
        if made.diagnostics and item.part is not None and (entries := parts(item, source.data)):
            return _joined(self(each.source(), each) for each in entries)

        def names() -> dict[int | None, str | None]:
            return {
                entry.index: RESOURCES[entry.resource].slug if entry.resource else None
                for entry in document.entries
            }

        return outcome(
            item, source, made, made.diagnostics, text=self.text_of(source, item, configuration, made.diagnostics),
            names=names,
            source_maps=tuple(_source_maps(item, made)) if self.mapped else (), target=target,
            detailed=self.detailed, listed=self.listed,
        )  # fmt: skip

    def _from_bodies(
        self, source: Source, item: Input, configuration: Configuration, shape: str, target: str
    ) -> DocumentOutcome:
        """The outcome of JSON bodies of another target."""
        from ctct_migrate.readback import convert_bodies

        made = convert_bodies(
            source, shape, origin=self.origin, target=target, time_zone=configuration.zone,
            choices=configuration.choices,
        )  # fmt: skip
        return outcome(
            item, source, made, made.diagnostics, text=self.text_of(source, item, configuration, made.diagnostics),
            source_maps=tuple(_source_maps(item, made)) if self.mapped else (), target=target,
            detailed=self.detailed,
        )  # fmt: skip

    def text_of(
        self,
        source: Source,
        item: Input,
        configuration: Configuration,
        diagnostics: Sequence[Diagnostic],
    ) -> str:
        """What is to be shown of a document in which `diagnostics` were found."""
        found: list[Diagnostic] = []
        if diagnostics:
            wanted = configuration.applied(diagnostics, file_of(item))
            found = _told(diagnostics, wanted)
        if item.part is not None:
            found = list(item.part.own(found))
        if self.quiet:
            found = [each for each in found if each.severity is Severity.ERROR]
        return self._drawn(source, found)

    def purpose(self, item: Input) -> Purpose:
        """What the bodies of `item` are for.  Raises `CommandError` where the configuration is
        wrong."""
        return self._purpose(self.configurations.of(item))

    def _purpose(self, configuration: Configuration) -> Purpose:
        shape = self.shape or configuration.shape or Shape.CREATE
        return Purpose(shape.value, configuration.target, configuration.choices.words)

    def _drawn(self, source: Source, found: list[Diagnostic]) -> str:
        if not found:
            return ""
        if self.detailed:
            return tallied(source, found)
        return told(source, found, self.style)


def _told(every: Iterable[Diagnostic], wanted: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics that the configuration wants, and all errors: they are why there is no
    JSON."""
    chosen = set(wanted)
    return [each for each in every if each.severity is Severity.ERROR or each in chosen]


def _joined(outcomes: Iterable[DocumentOutcome | CommandError]) -> DocumentOutcome | CommandError:
    """What became of a feed, from what became of its entries; the first failure, if any failed."""
    resources: list[ResourceOutcome] = []
    texts: list[str] = []
    maps: list[str] = []
    for each in outcomes:
        if isinstance(each, CommandError):
            return each
        resources += each.resources
        texts += [each.text] if each.text else []
        maps += each.source_maps
    return DocumentOutcome(tuple(resources), PIECE.join(texts), tuple(maps))


def _source_maps(item: Input, payloads: Iterable[Payload]) -> Iterator[str]:
    """A JSON line for each payload: for each JSON pointer, the span of the XML."""
    import json

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
        yield json.dumps(line, ensure_ascii=False)


def prepared() -> None:
    """Loads what the work needs, also for documents with mistakes."""
    convert(read(b"<entry/>"))


def work_of(
    request: ConvertRequest, *, detailed: bool = False, mapped: bool = False
) -> ConvertWork:
    """What is done with each document; `detailed` for a manifest, `mapped` with source maps."""
    drawn = style(request.colour, to_file=not sys.stderr.isatty())
    configurations = Configurations(request.wanted)
    return ConvertWork(
        configurations, request.shape, drawn, request.quiet, detailed, mapped, origin=request.origin
    )


class RunStatus:
    """What came of a run, and what is printed on standard error meanwhile."""

    def __init__(
        self,
        *,
        quiet: bool = False,
        drawn: Style | None = None,
        grouped: bool = False,
        held: bool = True,
    ) -> None:
        self.failed = self.refused = False
        self._quiet = quiet
        self._complaints = Complaints(drawn or Style(), grouped=grouped, held=held)
        self._together = CrossDocument()

    @property
    def code(self) -> int:
        """The exit status."""
        return 2 if self.failed else int(self.refused)

    def join(self, item: Input, result: DocumentOutcome) -> None:
        """Remembers which resources the document has."""
        self._together.add(item, result.resources)

    def finish(self, *, several: bool = False) -> None:
        """Prints what the documents of the run say together, if there were `several`, and what
        stands after all diagnostics."""
        if several and not self._quiet:
            for source, each in self._together.diagnostics():
                self._complaints.draw(source, each)
        self._complaints.finish()

    def sent_with(self, request: Mapping[str, str]) -> None:
        """Says which query parameters a body is to be sent with that stands alone, as JSON."""
        if request and not self._quiet:
            from urllib.parse import urlencode

            words = urlencode(request)
            click.echo(f"the body is to be sent with the query parameters ?{words}", err=True)

    def note(self, result: InputError | DocumentOutcome | DocumentRecord) -> None:
        """Takes one result in, and prints what is to be shown of it."""
        if isinstance(result, InputError):
            self.failed = True
            click.echo(f"ctct-migrate: {result}", err=True)
            return
        self.refused |= result.refused
        self._complaints.take(result.text)
