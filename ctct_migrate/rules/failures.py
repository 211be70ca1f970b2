"""CT099: what is said when a part of this program fails, instead of a traceback.

Each family of rules looks on its own: when one raises what nobody foresaw, what it and the others
found is still reported, and one diagnostic more says what happened.  That diagnostic is an error,
so that nothing is converted that was not checked, and no comment in the document switches it off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.rules.phrases import clip, listing
from ctct_migrate.source import Position, Span

INTERNAL = Rule(
    "CT099", "internal-error", Severity.ERROR,
    summary="A part of this program failed while it checked the document",
    why="A rule met something that its author did not foresee. Everything else about the document was checked and is reported; what that rule would have found is not, so the document is not converted.",
    bad="", good="",
    how="Report it, with the smallest part of the document that shows it. Until then correct what else is reported: the failure often comes from a mistake beside it.",
    fact="design: no document ends in a traceback",
)  # fmt: skip

RULES = (INTERNAL,)

_PACKAGE = Path(__file__).resolve().parents[1]


class Failures:
    """The failures of one document."""

    def __init__(self, document: Document):
        self._document = document
        self._found: dict[int | None, list[tuple[str, Exception]]] = {}
        self._entries: dict[int | None, Entry] = {}

    def guarded(
        self, part: str, look: Callable[[], Iterable[Diagnostic]], entry: Entry | None = None
    ) -> Iterator[Diagnostic]:
        """What `look` finds, up to where it raises; `part` is what users know it by."""
        try:
            yield from look()
        except Exception as error:  # also RecursionError and MemoryError
            self.note(part, error, entry)

    def note(self, part: str, error: Exception, entry: Entry | None = None) -> None:
        """Takes down that `part` raised `error` while it looked at `entry` (None: at the whole)."""
        index = entry.index if entry is not None else None
        self._found.setdefault(index, []).append((part, error))
        if entry is not None:
            self._entries[index] = entry

    def diagnostics(self) -> list[Diagnostic]:
        """One for each entry that something failed at, and one for the whole."""
        return [self._told(index, failed) for index, failed in self._found.items()]

    def _told(self, index: int | None, failed: list[tuple[str, Exception]]) -> Diagnostic:
        parts = listing(dict.fromkeys(part for part, _ in failed))
        first = failed[0][1]
        helps = list(dict.fromkeys(_words(error) for _, error in failed))
        return Diagnostic(
            path=self._document.path, entry=index, span=self._span(index),
            severity=INTERNAL.severity, code=INTERNAL.code, name=INTERNAL.name,
            message=f"an internal error ended the check of {parts}: {type(first).__name__} at {place_of(first)}",
            label="all other checks were made", help=(*helps, INTERNAL.how),
        )  # fmt: skip

    def _span(self, index: int | None) -> Span:
        """The name of the entry, or the beginning of the document, also where even that fails."""
        try:
            entry = self._entries.get(index)
            element = (entry.element or entry.payload) if entry is not None else None
            if element is None:
                return self._document.source.span(0, 0)
            return self._document.source.span(element.name_start, element.name_end)
        except Exception:
            start = Position(1, 1, 0)
            return Span(start, start)


def place_of(error: BaseException) -> str:
    """Where in this program an exception comes from: `rules/texts.py:68`; the innermost place of
    all where none is in this program."""
    from traceback import walk_tb

    frames = [
        (Path(frame.f_code.co_filename), line) for frame, line in walk_tb(error.__traceback__)
    ]
    here = Path(__file__).resolve()  # what caught it says nothing
    own = [each for each in frames if each[0].is_relative_to(_PACKAGE) and each[0] != here]
    path, line = (own or frames or [(Path("?"), 0)])[-1]
    name = path.relative_to(_PACKAGE).as_posix() if path.is_relative_to(_PACKAGE) else path.name
    return f"{name}:{line}"


def _words(error: Exception) -> str:
    text = clip(str(error), 120)
    return f"in Python's words: {type(error).__name__}{': ' + text if text else ''}"
