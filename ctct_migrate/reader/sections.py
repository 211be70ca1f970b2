"""Comments, CDATA sections and processing instructions in a text, found without reading it twice.

A pattern such as `<!--.*?-->` reads to the end of the text at each `<!--` that is never closed; a
text that is full of them takes hours.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.ahead import Ahead

#: How each begins, and what ends it.
ENDS = {
    "<!--": late_compile("-->"),
    "<![CDATA[": late_compile("]]>"),
    "<?": late_compile(r"\?>"),
}

_BEGINNINGS = late_compile(r"<!--|<!\[CDATA\[|<\?")


def sections(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
    """How it begins (a key of `ENDS`), its first index and the index after its end, of each
    section of `text[start:end]` that is closed, in order.  One that never ends is passed over."""
    ends = {opening: Ahead(closing, text, end) for opening, closing in ENDS.items()}
    limit = len(text) if end is None else end
    at = start
    while (match := _BEGINNINGS.search(text, at, limit)) is not None:
        at = match.end()
        if (closing := ends[match[0]](at)) is not None:
            at = closing.end()
            yield match[0], match.start(), at


def without_sections(text: str) -> str:
    """`text` without the sections that are closed in it."""
    parts, done = [], 0
    for _, start, end in sections(text):
        parts.append(text[done:start])
        done = end
    return "".join((*parts, text[done:])) if parts else text
