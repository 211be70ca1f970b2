"""Which of a diagnostic's sentences say something that the others do not.

A label, a help and the title of a fix are often worded alike ("expected `None`", "Write `None`.").
Each is needed where it stands alone, in a program's output; under one excerpt the help is left out
when every word of it is in the message, the label or a fix's title.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_pattern import late_compile

_WORD = late_compile(r"[^\W_]+")

#: Words that carry nothing by themselves: what is to be done is said by label and fix alike.
_EMPTY = frozenset(
    [
        "a",
        "an",
        "the",
        "it",
        "its",
        "is",
        "are",
        "be",
        "to",
        "of",
        "in",
        "on",
        "at",
        "as",
        "and",
        "or",
        "with",
        "into",
        "for",
        "from",
        "by",
        "this",
        "that",
        "write",
        "add",
        "put",
        "give",
        "use",
        "expected",
        "move",
        "did",
        "you",
        "mean",
        "instead",
        "here",
        "there",
    ]
)


def words(text: str) -> frozenset[str]:
    """The words of `text` that carry meaning, in lower case, without the endings that a verb or a
    plural has."""
    found = (word.lower() for word in _WORD.findall(text))
    return frozenset(_stem(word) for word in found if word not in _EMPTY)


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s", "d", "e"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word


def sentences(text: str) -> Iterator[str]:
    """The sentences of `text`, with their marks: each ends at a full stop, a question mark or an
    exclamation mark before a blank, but not inside backquotes."""
    start, inside = 0, False
    for at, char in enumerate(text):
        if char == "`":
            inside = not inside
        elif char == " " and not inside and at and text[at - 1] in ".?!":
            yield text[start:at]
            start = at + 1
    if start < len(text):
        yield text[start:]


def new_help(diagnostic: Diagnostic) -> Iterator[str]:
    """The helps of `diagnostic` without the sentences that only repeat its message, its label and
    the titles of its fixes.  Where neither a label nor a fix says what to do, all of them."""
    said = [diagnostic.label, *(fix.title for fix in diagnostic.fixes)]
    if not any(said):
        yield from diagnostic.help
        return
    known = _all_words([diagnostic.message, *said])
    for text in diagnostic.help:
        kept = [each for each in sentences(text) if not words(each) <= known]
        if kept:
            yield " ".join(kept)
            known |= words(text)


def _all_words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset().union(*(words(text) for text in texts))
