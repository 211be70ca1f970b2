"""Loss: what fixes take away of a document's text.  The law that no fix throws a document away.

1.  In a document that cannot be parsed it is a guess how far an element reaches: `<Name>` whose end
    tag is damaged seems to hold all that follows.  There a fix deletes no word that its diagnostic
    does not point at, with its span or a label, except around the root.
2.  As a backstop, in any document: fixes that leave less than three quarters of the text are not
    made.  What is unwrapped, or read in another encoding, is weighed anew if it can be parsed then:
    around it there may have been anything.

Text is letters and digits outside tags and references, so that `&amp;amp;`, prefixes and the names
of elements do not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ctct_migrate.diagnostics import Diagnostic, Edit, Fix
from ctct_migrate.fixing.harm import Look
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.rules.wellformed.malformed_rules import OUTSIDE
from ctct_migrate.source import Source

#: The share of the text that has to be left.
_LEFT = 0.75

#: A document that has less text than this (characters) is not weighed: one value is a large share.
_SHORT = 200

#: What a fix may shorten without being asked, in characters: a value that is written in fewer.
_WORDS = 40

_MARKUP = late_compile(r"<[^<>]*+>|&#?\w++;")

#: Why fixes are refused that take away too much, as words that can stand after a colon.
TOO_MUCH = "more than a quarter of the document's text would be lost"


def text_of(document_text: str) -> int:
    """How many letters and digits a text has outside tags and references."""
    return sum(map(str.isalnum, _MARKUP.sub(" ", document_text)))


def is_lost(before: Source, after: Source) -> bool:
    """Whether too little of the text of `before` is left in `after`."""
    if len(after.data) >= len(before.data):
        return False
    text = text_of(before.text)
    return text >= _SHORT and text_of(after.text) < _LEFT * text


def is_weighed_anew(after: Look, fixed: Iterable[Diagnostic]) -> bool:
    """Whether fixes unwrapped a document or read it in another encoding, so that what there was
    before says nothing of what should be left."""
    return after.is_parsed and any(each.code < "CT1" for each in fixed)


def deletes_unseen(diagnostic: Diagnostic, fix: Fix, source: Source) -> bool:
    """Whether a fix deletes words that its diagnostic does not point at."""
    if diagnostic.code == OUTSIDE.code or diagnostic.code < "CT1":
        return False
    spans = [diagnostic.span, *(label.span for label in diagnostic.labels)]
    shown = sorted((each.start.offset, each.end.offset) for each in spans)
    moved = "".join(edit.text for edit in fix.edits)
    return any(_is_unseen(edit, moved, shown, source) for edit in fix.edits)


def _is_unseen(edit: Edit, put: str, shown: list[tuple[int, int]], source: Source) -> bool:
    base = source.first_offset
    at, unseen = edit.offset, []
    for start, end in shown:
        if start > at:
            unseen.append(source.data[at - base : min(start, edit.end_offset) - base])
        at = max(at, min(end, edit.end_offset))
        if at >= edit.end_offset:
            break
    unseen.append(source.data[at - base : edit.end_offset - base])
    lost = " ".join(part.decode(source.decoding.encoding, "replace") for part in unseen)
    if not re.search(r"\w", lost) or lost.strip() in put:
        return False
    count = text_of(lost)
    return not put or count - text_of(put) > max(_WORDS, (1 - _LEFT) * count)
