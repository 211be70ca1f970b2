"""Remarks: what is said of payloads in which nothing is wrong, without the located tree.

The first look notes of which payloads something is said all the same, and why.  What it is, is worked out
when somebody asks, by the modules that say the same of documents in which something is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import TYPE_CHECKING

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.targets import TARGETS

if TYPE_CHECKING:  # what only documents with remarks need is imported for them
    from ctct_migrate.diagnostics import Diagnostic
    from ctct_migrate.reader.document import Document
    from ctct_migrate.rules.fast.raw_payload import RawSubject


@dataclass(slots=True)
class RemarkedPayloads:
    """The payloads of a document in which nothing is wrong, each list in the order of the document.

    mapped    all of them: their target may say something
    own       those of which the rules of their resources do
    emptied   those by which an update would empty something
    built_in  those that v1 made itself
    recorded  those that are skipped, since only a record can be made of them
    listed    those that only list their resource, where no shape was asked for
    """

    mapped: list[RawSubject] = field(default_factory=list)
    own: list[RawSubject] = field(default_factory=list)
    emptied: list[RawSubject] = field(default_factory=list)
    built_in: list[RawSubject] = field(default_factory=list)
    recorded: list[RawSubject] = field(default_factory=list)
    listed: list[RawSubject] = field(default_factory=list)

    def diagnostics(
        self, document: Document, options: ConversionOptions, asked: Shape | None
    ) -> list[Diagnostic] | None:
        """What is said of them, in no order, and stops no conversion.  None where somebody has to look
        properly."""
        speaks = options.shape is not Shape.RECORD and _speaks(options.target, self.mapped)
        skipped = self.built_in if asked is not None else ()
        if not (speaks or self.own or self.emptied or skipped or self.recorded or self.listed):
            return []
        from ctct_migrate.rules.fast.raw_payload import UnclearPlace, remarks_of

        source, root = document.source, document.root
        try:
            said: list[Diagnostic] | None = []
            if speaks or self.own:
                said = remarks_of(source, root, self.mapped, self.own, options, asked)
            if said is None:
                return None
            if self.emptied:
                from ctct_migrate.rules.conversion import losses

                said += losses.remarks(source, root, self.emptied, options.target)
            if skipped:
                from ctct_migrate.rules.conversion import built_in

                said += built_in.remarks(source, root, skipped)
            if self.recorded and asked is not None:
                from ctct_migrate.rules.conversion import record_only

                said += record_only.remarks(source, root, self.recorded, asked, options.choices)
            if self.listed:
                from ctct_migrate.rules.required import missing

                said += missing.remarks(source, root, self.listed)
            return said
        except UnclearPlace:
            return None


def _speaks(target: str, mapped: Sequence[RawSubject]) -> bool:
    """Whether a target may say anything of payloads."""
    deliveries = filter(None, (TARGETS[target].delivery(each.table.resource) for each in mapped))
    return any(each.rules or each.table.weighed for each in deliveries)
