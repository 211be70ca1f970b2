"""CT103 in a document in which each tag begins with `<<`.

It is one habit, of a template or of a search and replace that ran twice: one diagnostic, and one
fix.  The document is then looked at as it is after that (`rules.linting`).
"""

from __future__ import annotations

import re

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import plural
from ctct_migrate.rules.reading.carrying import Change
from ctct_migrate.rules.wellformed.malformed_rules import LESS_THAN
from ctct_migrate.v1.lexicon import lexicon

#: Two signs where a tag, a declaration, a comment or a CDATA section begins; the name of the tag.
_DOUBLED = late_compile(
    r"(?<!<)<<(?=\?xml\s|!--|!\[CDATA\[|/?+(?:[\w.-]{1,40}:)?(?P<name>[\w.-]{1,80}))"
)
_BEGINS, _ENDS = late_compile(r"<++"), late_compile(r">++")

#: Fewer than these are on their own.
_FEWEST = 3

_SHOWN = 2


def changes(document: Document) -> list[Change]:
    """The edits that leave one sign of each two; none where that is not a habit."""
    text = document.source.text
    if document.root is not None or document.nature is not None or "<<" not in text:
        return []
    names = {*lexicon().names, "entry", "feed", "content"}
    found = [
        (match.start() + 1, match.start() + 2, "")
        for match in _DOUBLED.finditer(text)
        if match["name"] is None or match["name"] in names
    ]
    if len(found) < _FEWEST:
        return []
    return sorted([*(_halved(text, _BEGINS) or found), *_halved(text, _ENDS)])


def _halved(text: str, signs: re.Pattern[str]) -> list[Change]:
    """The edits that leave half of the signs, if all of them, in contents too, stand in pairs."""
    found = list(signs.finditer(text))
    if any(len(match[0]) % 2 for match in found):
        return []
    return [(match.start() + len(match[0]) // 2, match.end(), "") for match in found]


def diagnostic(document: Document, made: list[Change]) -> Diagnostic:
    """The one diagnostic of all the places that `changes` gave."""
    text = document.source.text
    report = Reporter(document.source)
    starts = [at for at, _, _ in made if text[at] == "<"]
    labels = [(at - 1, at + 1, "here too") for at in starts[1 : 1 + _SHOWN]]
    both = "`<` and each `>`" if len(starts) < len(made) else "`<`"
    return report.at(
        LESS_THAN, starts[0] - 1, starts[0] + 1, f"each {both} is written twice, in {plural(len(starts), 'place')}",
        label="expected one", labels=labels,
        help=("a template, or a search and replace, has run twice: look for it",),
        fixes=report.fix("Write each of them once", *made),
    )  # fmt: skip
