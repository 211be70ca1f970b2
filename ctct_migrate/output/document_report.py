"""What renderers are given: one document's diagnostics, and how the output is to look.

Values only, and their counting; layout stands with the formats.
"""

from __future__ import annotations

from collections.abc import Iterable

from ctct_migrate.diagnostics import Diagnostic, Safety, Severity
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.source import Source


@dataclass(frozen=True, slots=True)
class DocumentReport:
    """The diagnostics of one document, sorted by position.

    source    the document, from which excerpts are drawn; its `path` is what the user knows it by
    packed    whether it stands in an archive or a packed file, which `fix` does not write
    unlisted  further diagnostics, which are counted but not listed
    """

    source: Source
    diagnostics: tuple[Diagnostic, ...] = ()
    packed: bool = False
    unlisted: tuple[Diagnostic, ...] = ()

    @property
    def found(self) -> tuple[Diagnostic, ...]:
        """All diagnostics, listed or not."""
        return self.diagnostics + self.unlisted


@dataclass(frozen=True, slots=True)
class Style:
    """How output is to look; only `text` heeds it.

    colour  whether to write ANSI colours
    links   address of the explanations, to which a code is added, for hyperlinks (OSC 8); empty
            for none
    width   terminal cells that an excerpt of a line may take
    """

    colour: bool = False
    links: str = ""
    width: int = 100


@dataclass(frozen=True, slots=True)
class SeverityTally:
    """How much was found: documents, diagnostics by severity, and how many of them have a safe
    fix, or an unsafe one only; `packed` counts those of both kinds that stand in archives or packed
    files.  `unlisted` counts those that are not listed.  `last` is the path of the document that was
    counted last: a large feed comes as several reports in a row, and is one document."""

    documents: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    safe: int = 0
    unsafe: int = 0
    packed: int = 0
    unlisted: int = 0
    last: str | None = None

    def plus(self, report: DocumentReport) -> SeverityTally:
        """The tally with one more document."""
        found = report.found
        fixable = [diagnostic.fixes for diagnostic in found if diagnostic.fixes]
        safe = sum(any(fix.safety is Safety.SAFE for fix in fixes) for fixes in fixable)
        return replace(
            self,
            documents=self.documents + (report.source.path != self.last),
            errors=self.errors + _count(found, Severity.ERROR),
            warnings=self.warnings + _count(found, Severity.WARNING),
            infos=self.infos + _count(found, Severity.INFO),
            safe=self.safe + safe,
            unsafe=self.unsafe + len(fixable) - safe,
            packed=self.packed + (len(fixable) if report.packed else 0),
            unlisted=self.unlisted + len(report.unlisted),
            last=report.source.path,
        )

    @property
    def found(self) -> int:
        """All diagnostics."""
        return self.errors + self.warnings + self.infos


def _count(diagnostics: Iterable[Diagnostic], severity: Severity) -> int:
    return sum(diagnostic.severity is severity for diagnostic in diagnostics)


def counted(number: int, noun: str, plural: str = "") -> str:
    """`1 error`, `2 errors`; `plural` is for nouns that take more than an s."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {plural or noun + 's'}"


def summary(tally: SeverityTally) -> str:
    """`3 documents: 2 errors, 1 warning; 2 can be fixed with ctct-migrate fix`."""
    parts = [counted(tally.errors, "error")] if tally.errors else []
    parts += [counted(tally.warnings, "warning")] if tally.warnings else []
    parts += [counted(tally.infos, "info")] if tally.infos else []
    line = f"{counted(tally.documents, 'document')}: {', '.join(parts) or 'nothing to report'}"
    if tally.safe and tally.unsafe:
        line += (
            f"; {tally.safe} can be fixed with ctct-migrate fix, {tally.unsafe} more with --unsafe"
        )
    elif tally.safe:
        line += f"; {tally.safe} can be fixed with ctct-migrate fix"
    elif tally.unsafe:
        line += f"; {tally.unsafe} can be fixed with ctct-migrate fix --unsafe"
    if not tally.packed:
        return line
    fixable = tally.safe + tally.unsafe
    some = f" {tally.packed} of them" if tally.packed < fixable else ""
    return f"{line},{some} once {'it is' if tally.packed == 1 else 'they are'} unpacked"
