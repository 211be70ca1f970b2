"""PATH arguments to submissions: documents are read, linted and converted one after the other, and
read once more when something is to be shown of them.

Nothing is sent here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ctct_migrate import convert, read
from ctct_migrate.bodies import BodyRequest, is_body, named_on_command_line, read_bodies
from ctct_migrate.cli.configurations import Configurations, file_of
from ctct_migrate.cli.run_inputs import RunInputs
from ctct_migrate.configuration import Configuration
from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.inputs.feeds import parts
from ctct_migrate.inputs.paths import Input, InputError, UnreadableInput
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.mapping.rows import Choices
from ctct_migrate.payload import Payload, Shape
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.conversion import companion_rules
from ctct_migrate.rules.phrases import article
from ctct_migrate.runs.run_facts import NO_FACTS
from ctct_migrate.runs.run_findings import Intent, run_findings
from ctct_migrate.sender.plan import Submission
from ctct_migrate.sender.planning import document_path
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS

#: What the sender itself sees to, and tells more exactly: past schedules, updates that empty, files
#: that are not there.
_SENDERS = frozenset({"CT613", "CT803", companion_rules.MISSING.code})

Show = Callable[[Source, tuple[Diagnostic, ...]], None]


@dataclass(frozen=True, slots=True)
class _Read:
    """How to come by a document again."""

    item: Input
    sha256: str
    shape: Shape
    configuration: Configuration
    choices: Choices

    def source(self) -> Source | None:
        """The document; None when it is gone, or not what it was."""
        try:
            data = self.item.read()
            if hashlib.sha256(data).hexdigest() != self.sha256:
                return None
            return self.item.source(data)
        except UnreadableInput:
            return None

    def payload(self, entry: int | None, part: int | None = None) -> Payload | None:
        """The payload that was made of an entry of it, or of a part of that."""
        source = self.source()
        if source is None:
            return None
        configuration = self.configuration
        found = convert(
            read(source),
            self.shape,
            time_zone=configuration.zone,
            target=configuration.target,
            choices=self.choices,
        )
        payloads = _numbered(self.item, found)
        return next((p for p in payloads if (p.entry, p.part) == (entry, part)), None)


@dataclass(frozen=True, slots=True)
class _ReadBodies:
    """How to come by a JSON text again: from its file, or (`kept`) as it is."""

    item: Input | None
    kept: Source | None
    sha256: str
    request: BodyRequest

    def source(self) -> Source | None:
        """The text; None when it is gone, or not what it was."""
        if self.item is None:
            return self.kept
        try:
            data = self.item.read()
        except UnreadableInput:
            return None
        return self.item.source(data) if hashlib.sha256(data).hexdigest() == self.sha256 else None

    def payload(self, entry: int | None) -> Payload | None:
        """The payload of one of its bodies."""
        source = self.source()
        found = () if source is None else read_bodies(source, self.request)
        return next((each for each in found if each.entry == entry), None)


class Submissions:
    """The documents of a command line.  After they were gone through, `refused` is the number of
    those with errors, and `unreadable` says whether any could not be read."""

    def __init__(
        self,
        paths: Sequence[str],
        shape: Shape,
        configurations: Configurations,
        show: Show,
        complain: Callable[[InputError], None],
        bodies: BodyRequest | None = None,
        seen_to: frozenset[str] = frozenset(),
    ):
        """`bodies`: what is said of JSON bodies; None where documents of v1 alone are expected.
        `seen_to`: codes of what the sender will report itself."""
        self._paths, self._shape, self._configurations = paths, shape, configurations
        self._show, self._complain = show, complain
        self._bodies, self._seen_to = bodies, _SENDERS | seen_to
        self._read: dict[tuple[str, int | None], _Read | _ReadBodies] = {}
        self._facts = NO_FACTS
        self.refused, self.unreadable = 0, False

    def __iter__(self) -> Iterator[Submission]:
        if self._bodies is not None and not self._paths:
            yield from self._of_bodies(named_on_command_line(self._bodies), None)
            return
        with RunInputs(self._paths).surveyed() as (found, self._facts):
            for item in found:
                if isinstance(item, InputError):
                    self._unreadable(item)
                    continue
                try:
                    data = item.read()
                    source = item.source(data)
                except UnreadableInput as error:
                    self._unreadable(item.error(error))
                    continue
                yield from self._submissions(item, source, hashlib.sha256(data).hexdigest())

    def source(self, path: str, entry: int | None) -> Source:
        """A document that was gone through, by the path that the ledger has, again; empty when it is gone
        or has changed."""
        again = self._read.get((path, entry))
        return (again and again.source()) or Source(path, b"")

    def _unreadable(self, error: InputError) -> None:
        self.unreadable = True
        self._complain(error)

    def _submissions(self, item: Input, source: Source, sha256: str) -> Iterator[Submission]:
        if self._bodies is not None and is_body(source, self._bodies):
            yield from self._of_bodies(source, item)
            return
        if self._bodies is not None and self._bodies.removes:
            self._unreadable(InputError(source.path, _NOT_DELETED))
            return
        document = read(source)
        if document.root is None and (entries := parts(item, source.data)):
            for each in entries:
                data = each.read()
                digest = hashlib.sha256(data).hexdigest()
                yield from self._submissions(each, each.source(data), digest)
            return
        configuration = self._configurations.of(item)
        choices = self._facts.choices(configuration.choices)
        conversion = convert(
            document,
            self._shape,
            time_zone=configuration.zone,
            target=configuration.target,
            choices=choices,
        )
        intent = Intent(self._shape, configuration.target)
        across = run_findings(document, item, self._facts, intent, conversion)
        conversion = conversion.with_findings([_of_sent(each, self._shape) for each in across])
        found = self._found(item, conversion.diagnostics, configuration)
        if found:
            self._show(source, found)
        bad = {each.entry for each in found if each.stops_conversion}
        self.refused += bool(bad)
        again = _Read(item, sha256, self._shape, configuration, choices)
        for payload in _numbered(item, conversion):
            if payload.entry in bad:
                continue
            if payload.resource not in BY_SLUG:
                self._unreadable(InputError(payload.source, _FORM))
                return
            if (words := self._unsendable(payload, configuration.target)) is not None:
                self._unreadable(InputError(payload.source, words, payload.entry))
                continue
            self._read[document_path(payload.source, sha256), payload.entry] = again
            yield Submission(payload, sha256, partial(again.payload, payload.entry, payload.part))

    def _unsendable(self, payload: Payload, target: str) -> str | None:
        """Why a body cannot be sent though it can be made, in a sentence; None where it can."""
        delivery = TARGETS[target].delivery(payload.resource)
        is_update = payload.shape is Shape.UPDATE
        if delivery is None or (delivery.update if is_update else delivery.create):
            return None
        act = "updated" if is_update else "created"
        noun = BY_SLUG[payload.resource].noun
        return f"{article(noun)} {noun} is not {act} by JSON alone: convert it, and send what it becomes with its file"

    def _of_bodies(self, source: Source, item: Input | None) -> Iterator[Submission]:
        """The bodies of a JSON text; `item` is None for one that is no file."""
        assert self._bodies is not None, "bodies are expected"
        conversion = read_bodies(source, self._bodies)
        found = list(conversion.diagnostics)
        if item is not None:
            found = list(self._found(item, found, self._configurations.of(item)))
        if found:
            self._show(source, tuple(found))
        self.refused += len({each.entry for each in found if each.severity is Severity.ERROR})
        sha256 = hashlib.sha256(source.data).hexdigest()
        again = _ReadBodies(item, source if item is None else None, sha256, self._bodies)
        for payload in conversion:
            self._read[document_path(payload.source, sha256), payload.entry] = again
            delivery = TARGETS[self._bodies.target].delivery(payload.resource)
            if item is not None and delivery is not None:
                choices = self._configurations.of(item).choices
                payload = replace(payload, made_for=delivery.table.chosen(payload.shape, choices))
            yield Submission(
                payload, sha256, partial(again.payload, payload.entry), self._bodies.removes
            )

    def _found(
        self, item: Input, diagnostics: Iterable[Diagnostic], configuration: Configuration
    ) -> tuple[Diagnostic, ...]:
        """What is to be shown: as the configuration has it, but every error, since it is why a
        document is not sent."""
        if item.part is not None:
            entry = item.part.entry
            diagnostics = [replace(each, entry=entry) for each in diagnostics]
        found = [each for each in diagnostics if each.code not in self._seen_to]
        wanted = configuration.applied(found, Path(file_of(item)))
        shown = {(each.code, each.span) for each in wanted}
        kept = [
            each
            for each in found
            if each.severity is Severity.ERROR and (each.code, each.span) not in shown
        ]
        return tuple(sorted((*wanted, *kept), key=lambda each: each.span))


def _of_sent(diagnostic: Diagnostic, shape: Shape) -> Diagnostic:
    """What is said of a document that is sent: the file of a new one is not another than it describes."""
    if diagnostic.code == companion_rules.DIFFERS.code and shape is Shape.CREATE:
        return replace(diagnostic, severity=Severity.ERROR)
    return diagnostic


#: What is said of a document that is given where something is to be deleted.
_NOT_DELETED = "--delete takes JSON bodies of a --resource alone, and this is none: nothing is done"

#: What is said of a form, which becomes a request about many contacts and no resource.
_FORM = "a form is not sent: convert it, and send the request that it becomes"


def _numbered(item: Input, payloads: Iterable[Payload]) -> Iterable[Payload]:
    """The payloads, with the number that their entry has in the whole feed."""
    if item.part is None:
        return payloads
    entry = item.part.entry
    return [replace(payload, entry=entry) for payload in payloads]
