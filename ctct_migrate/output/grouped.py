"""The form for many documents: by code, with counts and two examples.

    error[CT310] greeting-name: 12 in 7 documents, 10 can be fixed
      a.xml:26:21: `cmp_grt_name` is not a greeting name
      b.xml:26:21: `first name` is not a greeting name
      … and 10 more

Errors come first, then warnings and infos; the most frequent codes first.  Nothing is printed before
the last document, and no more is kept than the examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field

from ctct_migrate.diagnostics import Diagnostic, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.output.cells import shown
from ctct_migrate.output.document_report import DocumentReport, SeverityTally, Style, counted
from ctct_migrate.output.paint import Paint
from ctct_migrate.output.text import ending

#: Examples of each code.
EXAMPLES = 2

_ORDER = list(Severity)


@dataclass(slots=True)
class Group:
    """What was found of one code in one severity.

    number     how many diagnostics, and of those
    fixable    how many have a safe fix
    documents  in how many documents they are
    examples   the first of them, each as `path:line:column: message`
    """

    code: str
    name: str
    severity: Severity
    number: int = 0
    fixable: int = 0
    documents: int = 0
    examples: list[str] = field(default_factory=list)
    _last: str | None = None

    def add(self, path: str, diagnostic: Diagnostic) -> None:
        """Takes one diagnostic of the document `path`; those of one document come in a row."""
        self.number += 1
        self.fixable += any(fix.safety is Safety.SAFE for fix in diagnostic.fixes)
        self.documents += path != self._last
        self._last = path
        if len(self.examples) < EXAMPLES:
            self.examples.append(_example(diagnostic))


class Groups:
    """The groups of a run."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, Severity], Group] = {}

    def add(self, report: DocumentReport) -> None:
        """Takes what is to be listed of one document."""
        for found in report.diagnostics:
            key = (found.code, found.severity)
            if key not in self._groups:
                self._groups[key] = Group(found.code, found.name, found.severity)
            self._groups[key].add(report.source.path, found)

    def join(self, other: Iterable[Group]) -> None:
        """Takes the groups of another document."""
        for group in other:
            mine = self._groups.setdefault((group.code, group.severity), group)
            if mine is not group:
                mine.number += group.number
                mine.fixable += group.fixable
                mine.documents += group.documents
                mine.examples += group.examples[: EXAMPLES - len(mine.examples)]

    def sorted(self) -> list[Group]:
        """Errors first, and the most frequent code first."""
        return sorted(
            self._groups.values(),
            key=lambda group: (_ORDER.index(group.severity), -group.number, group.code),
        )

    @property
    def codes(self) -> list[str]:
        """The codes, in the same order, each once."""
        return list(dict.fromkeys(group.code for group in self.sorted()))


def render(reports: Iterable[DocumentReport], style: Style) -> Iterator[str]:
    """A group for each code, a blank line after each, and what stands at the end."""
    tally, groups, paint = SeverityTally(), Groups(), Paint(style)
    for report in reports:
        tally = tally.plus(report)
        groups.add(report)
    yield from drawn(groups, paint)
    yield from ending(tally, groups.codes, paint)


def drawn(groups: Groups, paint: Paint) -> Iterator[str]:
    """The lines of each group, with a blank line after it."""
    for group in groups.sorted():
        yield "\n".join(_lines(group, paint)) + "\n\n"


def _lines(group: Group, paint: Paint) -> Iterator[str]:
    role = group.severity.value
    heading = paint(role, f"{role}[{paint.link(group.code, group.code)}]")
    where = f"{group.number:,} in {counted(group.documents, 'document')}"
    fixable = f", {group.fixable:,} can be fixed" if group.fixable else ""
    yield f"{heading} {paint('title', group.name)}: {where}{fixable}"
    yield from (f"  {example}" for example in group.examples)
    if group.number > len(group.examples):
        yield f"  … and {group.number - len(group.examples):,} more"


def _example(found: Diagnostic) -> str:
    start = found.span.start
    entry = "" if found.entry is None else f" (entry {found.entry})"
    return f"{shown(found.path)}:{start.line}:{start.column}:{entry} {shown(found.message)}"
