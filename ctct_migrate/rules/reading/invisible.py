"""CT121: characters that look like a space or like nothing, where only XML's own white space may
stand: as indentation between elements, and inside tags.

They come from web pages and word processors that the XML was copied out of.  It is one habit, so
one diagnostic names all of its places and one fix changes them all; the document is then looked
at as it is after that.  In texts they are nobody's business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import GOOD_ENTRY, listing, plural
from ctct_migrate.rules.reading.carrying import Change
from ctct_migrate.unseen import NOTHING, SPACES, called
from ctct_migrate.v1.lexicon import lexicon

_ANY = late_compile(f"[{SPACES}{NOTHING}]")
_RUN = late_compile(f"[{SPACES}{NOTHING} \t\r\n]+")
#: A tag: a name follows its `<`, and its quotes are closed.
_TAG = late_compile(
    rf"""<[{SPACES}{NOTHING} \t]*+/?+[{SPACES}{NOTHING} \t]*+[A-Za-z_]"""
    rf"""(?:[^<>"']++|"[^"<]*+"|'[^'<]*+')*+>"""
)
_QUOTED = late_compile(r""""[^"]*"|'[^']*'""")

INVISIBLE = Rule(
    "CT121", "invisible-space", Severity.ERROR,
    summary="An invisible character where XML wants its own white space",
    why="XML's white space is the space, the tab and the line ends. A no-break space or a zero width space looks the same, and is text to XML: between elements it is refused, inside a tag it makes the document malformed. A form feed and a vertical tab, which break pages, are not XML at all.",
    bad=GOOD_ENTRY.replace("  <id>", "\u00a0 <id>"), good=GOOD_ENTRY,
    how="Write ordinary spaces in their place. They come from web pages and word processors: copy XML as plain text.",
    fact="XML 1.0, 2.3: S",
)  # fmt: skip

RULES = (INVISIBLE,)

#: Places that the diagnostic points at besides the first.
_SHOWN = 2


def changes(document: Document) -> list[Change]:
    """The edits that put ordinary white space in the place of invisible characters that are none
    of a text; none where there are no such characters."""
    text = document.source.text
    if _has_none(text) or _ANY.search(text) is None or document.nature is not None:
        return []
    found: dict[int, Change] = {}
    for at in (*_in_tags(document, text), *_between(document, text)):
        found[at] = (at, at + 1, _instead(text, at))
    return [found[at] for at in sorted(found)]


def _has_none(text: str) -> bool:
    """Whether a text surely has no such characters: only two of them are ASCII."""
    return text.isascii() and "\x0b" not in text and "\x0c" not in text


def _instead(text: str, at: int) -> str:
    """What to write instead of an invisible character."""
    before = text[:at][-1:]
    return "" if text[at] in NOTHING or before in ("<", "/") else " "


def _in_tags(document: Document, text: str) -> Iterator[int]:
    if document.root is not None:
        return  # then they are part of names or of values
    for tag in _TAG.finditer(text):
        if _ANY.search(tag[0]) is None:
            continue
        kept = [quoted.span() for quoted in _QUOTED.finditer(tag[0])]
        for match in _ANY.finditer(tag[0]):
            if not any(start <= match.start() < end for start, end in kept):
                yield tag.start() + match.start()


def _between(document: Document, text: str) -> Iterator[int]:
    """Those between elements and around the root, where no text may stand."""
    tree = document.tree
    if tree is None:
        return
    for problem in document.problems:
        if problem.kind == "text-outside-root":
            raw = text[problem.start : problem.end]
            if _RUN.fullmatch(raw) and raw.strip("\ufeff"):  # that one has words of its own
                yield from (problem.start + match.start() for match in _ANY.finditer(raw))
    contents, leaves = lexicon().contents, lexicon().leaves
    waiting: list[Element] = [tree]
    while waiting:
        element = waiting.pop()
        if element.name in contents or element.name in leaves:
            continue
        inner = element.elements
        waiting.extend(inner)
        for run in element.texts if inner else ():
            raw = text[run.start : run.end]
            if not run.cdata and _RUN.fullmatch(raw):
                yield from (run.start + match.start() for match in _ANY.finditer(raw))


def diagnostic(document: Document, made: list[Change]) -> Diagnostic:
    """The one diagnostic of all the places that `changes` gave."""
    text = document.source.text
    first = made[0][0]
    match = re.compile(f"[{SPACES}{NOTHING}]+").match(text, first)
    end = match.end() if match else first + 1
    counts = Counter(text[start] for start, _, _ in made)
    kinds = listing(called(character) for character in list(counts)[:3])
    lines = sorted({document.source.position(start).line for start, _, _ in made})
    where = f" in {plural(len(lines), 'line')}" if len(lines) > 1 else ""
    others: list[tuple[int, int, str]] = []
    seen = {document.source.position(first).line}
    for start, _, _ in made:
        line = document.source.position(start).line
        if line not in seen and len(others) < _SHOWN:
            others.append((start, start + 1, "here too"))
            seen.add(line)
    many = len(made) > 1
    in_names = all(_is_in_name(text, start) for start, _, _ in made)
    only_nothing = all(not put for _, _, put in made)
    title = "Delete " if only_nothing else "Write ordinary spaces instead of "
    count = f"{plural(len(made), 'character')}{where}: " if many else ""
    return Reporter(document.source).at(
        INVISIBLE, first, end,
        f"{count}{kinds} {'stand' if many else 'stands'} {'in the name of a tag' if in_names else 'where XML wants ordinary white space'}",
        label=f"{called(text[first])}, which XML takes for {'a part of the name' if in_names else 'text'}", labels=others,
        help=(f"it {'is invisible' if in_names else 'looks like white space'} and comes from web pages and word processors: copy XML as plain text",),
        fixes=Reporter(document.source).fix(title + ("all of them" if many else "it"), *made),
    )  # fmt: skip


def _is_in_name(text: str, at: int) -> bool:
    """Whether a character stands inside a name: between characters of one, in the first word of a
    tag."""
    word = _NAME_BEFORE.search(text, max(0, at - 80), at)
    return word is not None and text[at + 1 : at + 2].isalnum() and text[at] in NOTHING


_NAME_BEFORE = late_compile(rf"</?+[\w.:-][\w.:{NOTHING}-]*+\Z")
