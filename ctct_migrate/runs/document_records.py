"""What came of a document as the process that writes wants it: bytes, ready to be written.

Made where the document is worked on, so that the one process that writes has little to do for each
of hundreds of thousands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ctct_migrate.inputs.input import Input
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.runs.manifest import line_of, with_output, written
from ctct_migrate.runs.outcomes import DocumentOutcome, ResourceOutcome, ResourceStatus
from ctct_migrate.runs.purpose import Purpose
from ctct_migrate.runs.work import Work
from ctct_migrate.source import Source

#: The bytes that an output is given for a converted resource of the document of that name.
Form = Callable[[str, ResourceOutcome], bytes]


class EntryRecord(NamedTuple):
    """What came of one resource.

    A tuple, as `DocumentRecord` is: they are pickled for each document, and a dataclass takes ten times as
    long.

    number  0-based, in a feed, else None
    data    what the output is given; None for a resource that was refused
    line    of the manifest, with its line end; empty without a manifest
    skipped  whether it has no data though nothing is wrong with it
    part    what it is called among the bodies that parts of the resource became: `fee-0`; else empty
    """

    number: int | None
    data: bytes | None
    line: bytes
    skipped: bool = False
    part: str = ""


class DocumentRecord(NamedTuple):
    """What came of one document; `text` is what is to be shown of it, ready for printing."""

    entries: tuple[EntryRecord, ...]
    text: str

    @property
    def refused(self) -> bool:
        """Whether anything in it has errors."""
        return any(entry.data is None and not entry.skipped for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Recording:
    """Work whose outcomes become records.

    form      of the output
    purpose   what the bodies of an input are for
    output    the file that all bodies go to, where there is one
    manifest  whether there is one
    """

    work: Work[DocumentOutcome]
    form: Form
    purpose: Callable[[Input], Purpose]
    output: str | None
    manifest: bool

    def __call__(self, source: Source, item: Input, sha256: str = "") -> DocumentRecord:
        """The record of a document.  What is not an outcome comes back as it is."""
        outcome = self.work(source, item)
        if not isinstance(outcome, DocumentOutcome):
            return outcome
        return DocumentRecord(
            tuple(self._entry(item, each, sha256) for each in outcome.resources), outcome.text
        )

    def _entry(self, item: Input, resource: ResourceOutcome, sha256: str) -> EntryRecord:
        converted = resource.status is ResourceStatus.CONVERTED
        line = b""
        if self.manifest:
            line = written(line_of(item, sha256, self.purpose(item), resource))
            if converted and self.output is not None:
                line = with_output(line, self.output)
        data = self.form(item.name, resource) if converted else None
        skipped = resource.status is ResourceStatus.SKIPPED
        part = "" if resource.part is None else f"{resource.resource}-{resource.part}"
        return EntryRecord(resource.entry, data, line, skipped, part)
