"""Single fixes of a document, for somebody who picks one after the other and sees what it does.

Each is held to the law that `fix` keeps (`harm`), by itself: of a document that cannot be parsed one
mistake may be fixed while others are left.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import cached_property

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety, Severity
from ctct_migrate.fixing.choosing import is_sound
from ctct_migrate.fixing.harm import Look
from ctct_migrate.fixing.loss import deletes_unseen
from ctct_migrate.fixing.passes import FixCandidate, Passes
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document

_NOT_SOUND = "its edits do not fit the document"
_UNSEEN = "it would delete text that the message does not show"


class SingleFixes:
    """The fixes of one document, which is looked at with the same `shape`, `zone` and `target` (one, or
    several with commas between them) as its diagnostics were found with."""

    def __init__(
        self, document: Document, *, shape: Shape | None, zone: tzinfo | None, target: str
    ):
        self._document = document
        self._shape, self._zone, self._target = shape, zone, target

    @cached_property
    def _look(self) -> Look:
        return self._passes(Safety.SAFE).look(self._document)

    def _passes(self, safety: Safety) -> Passes:
        return Passes(
            unsafe=safety is Safety.UNSAFE, shape=self._shape, zone=self._zone,
            target=self._target, writes_zone=False,
        )  # fmt: skip

    def harm(self, diagnostic: Diagnostic, fix: Fix) -> str:
        """Why one fix of a diagnostic would make the document worse; empty if it would not."""
        look, source = self._look, self._document.source
        if not is_sound(fix, source):
            return _NOT_SOUND
        if not look.is_parsed and deletes_unseen(diagnostic, fix, source):
            return _UNSEEN
        allowed = int(diagnostic.severity is Severity.ERROR)
        candidate = FixCandidate(diagnostic, fix)
        return self._passes(fix.safety).tried(look, [candidate], allowed)[2].reason
