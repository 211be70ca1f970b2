"""One version of one document, with what `lint` says of it: what every answer is worked out from.

An `Analysis` is not changed; a new version has a new one.  It is made in a worker thread, and asked
from several: what it works out later (`document.tree`) may be worked out twice, to the same end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from ctct_migrate.bodies.linting_bodies import linted
from ctct_migrate.configuration import Configuration
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.language_server.body_targets import body_target
from ctct_migrate.language_server.editor_source import EditorSource, editor_source
from ctct_migrate.language_server.editor_text import EditorPlace, EditorText
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import DIALECTS, Document
from ctct_migrate.rules.linting import lint
from ctct_migrate.source import Source, Span

#: What begins the text of JSON, perhaps after white space and a byte order mark.
_JSON = late_compile(r"\ufeff?\s*[\[{]")

#: What begins a document with a single entry, which hardly anything but v1 has.
_ENTRY = late_compile(r"\ufeff?(?>\s++|<\?.*?\?>|<!--.*?-->)*+<(?:[\w.-]+:)?entry[\s>]", re.S)

#: What no document but one of v1 has: its namespace or its addresses, or the tag of a resource.
_OURS = late_compile(
    rf"constantcontact|</?(?:[\w.-]+:)?(?:{'|'.join(sorted(DIALECTS, key=len, reverse=True))})\b",
    re.I,
)


@dataclass(frozen=True)
class Snapshot:
    """A version of a document, as its editor sent it.

    uri      what the editor calls it
    name     what messages call it
    file     where it is saved; None if it is not
    version  the editor's number of it
    text     the text
    """

    uri: str
    name: str
    file: Path | None
    version: int
    text: EditorText

    @cached_property
    def is_json(self) -> bool:
        """Whether it begins as JSON does."""
        return _JSON.match(self.text.text) is not None

    @cached_property
    def is_ours(self) -> bool:
        """Whether it may be a document of v1: an editor sends whatever XML it has open, and one of
        another kind is no mistake."""
        text = self.text.text
        return _ENTRY.match(text) is not None or _OURS.search(text) is not None

    @cached_property
    def _made(self) -> EditorSource:
        return editor_source(self.name, self.text.text, self.file)

    @property
    def source(self) -> Source:
        """Its bytes."""
        return self._made.source

    @cached_property
    def document(self) -> Document:
        """The document, read as XML."""
        return Document(self.source)

    def index(self, place: EditorPlace) -> int:
        """The index in `source.text` of a place in the editor."""
        return max(0, self.text.index(place) - self._made.shift)

    def place(self, index: int) -> EditorPlace:
        """The place in the editor of an index of `source.text`."""
        return self.text.place(index + self._made.shift)

    def places(self, span: Span) -> tuple[EditorPlace, EditorPlace]:
        """The places in the editor between which a span stands."""
        source = self.source
        start, end = (source.index(each.line, each.column) for each in (span.start, span.end))
        return self.place(start), self.place(end)


@dataclass(frozen=True)
class Analysis:
    """What is known of a version of a document.

    snapshot       the version
    configuration  what holds for it
    found          what is wrong with it, by place, as it was found
    wanted         those of `found` that the configuration wants, as severe as it wants them
    is_read        whether it is read at all; False for one that is larger than the limit
    failure        what ended the look, an error of ours, which is not read then; else empty
    body_target    of JSON bodies, the name of the target that they are for; else empty
    """

    snapshot: Snapshot
    configuration: Configuration
    found: Sequence[Diagnostic] = ()
    wanted: Sequence[Diagnostic] = ()
    is_read: bool = True
    body_target: str = ""
    failure: str = ""

    @property
    def shape(self) -> Shape:
        """What it is converted to."""
        return self.configuration.shape or Shape.CREATE

    @property
    def is_v1(self) -> bool:
        """Whether it is read as a document of v1."""
        return self.is_read and not self.body_target and self.snapshot.is_ours


def analysed(snapshot: Snapshot, configuration: Configuration, largest: int) -> Analysis:
    """What is known of a version of a document.  Of one with more characters than `largest`, and of
    one that is neither a v1 document nor JSON bodies of a target, nothing is found.  Never raises on
    bad input."""
    if len(snapshot.text.text) > largest:
        return Analysis(snapshot, configuration, is_read=False)
    found: Sequence[Diagnostic] = ()
    target = body_target(snapshot.source, configuration.target) if snapshot.is_json else ""
    if target:
        found = linted(snapshot.source, target, None, configuration.shape) or ()
    elif snapshot.is_ours:
        found = lint(
            snapshot.document,
            configuration.shape,
            time_zone=configuration.zone,
            target=configuration.target,
            choices=configuration.choices,
        )
    wanted = configuration.applied(found, snapshot.file or Path(snapshot.name))
    return Analysis(snapshot, configuration, found, wanted, body_target=target)
