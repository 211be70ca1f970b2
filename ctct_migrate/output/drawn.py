"""The one place that all output of the command line passes: nothing a terminal would obey gets through.

What comes from a document, a file's name, a server or a ledger may hold escape sequences, or marks
that turn the direction of text around.  Texts for people draw them where they are laid out
(`cells.shown`); a text that forgets to is drawn here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any, TextIO, cast

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.output.cells import escaped
from ctct_migrate.output.paint import ROLES

#: What this program itself writes for a terminal to obey: colours, and links to explanations
#: (`output.paint`).
_OURS = late_compile(
    rf"(\x1b\[(?:0|{'|'.join(sorted(set(ROLES.values())))})m"
    r"|\x1b\]8;;(?:[!-~]*#CT[0-9]{3})?\x1b\\)"
)


class Drawn:
    """A text stream to which nothing is written that a terminal would obey.

    Control characters, C1 too, marks that turn the direction of text around, and what has no width
    come out as `\\u202e`: to people they are visible, and in JSON they are the same string.  Line
    feeds and tabs stay, and so do the colours and links that `output.paint` writes.  All else is
    the stream's own.
    """

    def __init__(self, stream: TextIO):
        self.stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def write(self, text: str) -> int:
        """Writes `text`, drawn; returns the number of its characters.  Raises OSError."""
        if "\x1b" in text:
            parts = _OURS.split(text)
            parts[::2] = map(escaped, parts[::2])
            self.stream.write("".join(parts))
        else:
            self.stream.write(escaped(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Writes each of `lines`."""
        for line in lines:
            self.write(line)


def drawn(stream: TextIO) -> TextIO:
    """The stream with `Drawn` before it, once."""
    return stream if isinstance(stream, Drawn) else cast(TextIO, Drawn(stream))


def exact(stream: IO[str]) -> TextIO:
    """The stream without `Drawn`: for a progress bar that moves the cursor, and for data that a
    program reads which is neither text nor JSON."""
    inner = stream.stream if isinstance(stream, Drawn) else stream
    return cast(TextIO, inner)
