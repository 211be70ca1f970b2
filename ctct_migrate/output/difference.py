"""The unified diff between a document and its fixed form, which `patch` takes."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.output.cells import shown
from ctct_migrate.output.paint import Paint
from ctct_migrate.source import Source

_ROLES = {"-": "removed", "+": "added", "@": "help"}


def difference(before: Source, after: Source, paint: Paint, *, to_terminal: bool) -> Iterator[str]:
    """The diff's lines, with their ends; nothing if the texts are the same.  For a terminal, what
    it would obey is drawn; otherwise the lines are those of the documents, to the character."""
    from difflib import unified_diff

    path = shown(before.path)
    old, new = _lines(before.text), _lines(after.text)
    for number, line in enumerate(unified_diff(old, new, path, path)):
        body = line.removesuffix("\n")
        role = "title" if number < 2 else _ROLES.get(line[0], "")
        yield f"{paint(role, shown(body) if to_terminal else body)}\n"
        if not line.endswith("\n"):
            yield "\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """The lines with their ends, of which LF alone counts, as it does for `patch`."""
    pieces = text.split("\n")
    lines = [f"{piece}\n" for piece in pieces[:-1]]
    return [*lines, pieces[-1]] if pieces[-1] else lines
