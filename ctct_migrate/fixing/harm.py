"""Harm: whether a document is worse after edits than before.  The law that `fix` keeps.

Edits are made only if all of this holds.

1.  **It parses as far.**  A document that could be parsed still can be.  In one that could not, a
    parser gets at least as far as before.  (That it can be parsed at the end of all passes, or is
    not changed at all, is held by `passes`.)
2.  **What was to be fixed is fixed.**  The diagnostics that the fixes were for are gone.
3.  **There is no new error.**  An error after the edits is an old one if an error of the same code
    was at the same place, moved by the edits, or said the same; each old error answers for one.
    A new one has to have been *revealed*, not caused:

    -   it is said by a rule that speaks only when nothing else is wrong (`_LAST_WORDS`), about
        text that the edits did not write, and something else was wrong; or
    -   the document could not be parsed before, and its element had not been read: it ends after
        the first place at which the parser stopped, and the edits did not write it.  What such an
        element holds, no rule may have been asked about; or
    -   it takes the place of the one error that a single fix was for, in text that the fix did not
        write.  `Yes` is not a flag; once it is `YES`, the text that belongs to the flag is missing.

Where nothing of a document was read as a resource (its root is misspelt, say), or it could not be
parsed and the edits replace more than half of it (it was packed in JSON), everything in it counts
as not read, whoever wrote it.

Guesses (`fix --unsafe`) are held to 1 and 2, and to the number of errors, which must not grow in a
document that could be parsed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from xml.parsers import expat

from ctct_migrate.diagnostics import Diagnostic, Severity
from ctct_migrate.fixing.offsets import Offsets
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.conversion.losses import UNACCOUNTED
from ctct_migrate.rules.conversion.schema_refusals import NOT_VALID
from ctct_migrate.source import Source

#: Rules that are asked only when no other has found anything.
_LAST_WORDS = frozenset({NOT_VALID.code, UNACCOUNTED.code})


class Look:
    """A document with what was found in it."""

    def __init__(self, document: Document, found: Iterable[Diagnostic]):
        self.document = document
        self.found = tuple(found)

    @property
    def is_parsed(self) -> bool:
        """Whether it can be parsed."""
        return self.document.root is not None or self.document.form is not None

    @cached_property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The errors among what was found."""
        return tuple(each for each in self.found if each.severity is Severity.ERROR)

    @cached_property
    def reach(self) -> int:
        """How far a parser gets: the offset of the first byte that it does not take."""
        source = self.document.source
        end = source.first_offset + len(source.data)
        return end if self.is_parsed else reach(source)


def reach(source: Source) -> int:
    """Where a parser stops: the offset, in bytes of the file, of the first tag, reference or other
    token that is not well-formed, or of a DOCTYPE; the end of the file if there is none.

    Expat is asked, since libxml2 counts columns and not bytes.
    """
    data = source.text.encode("utf-8", "surrogatepass")
    parser = expat.ParserCreate("utf-8")
    parser.StartDoctypeDeclHandler = _refused
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _Doctype):
        at = _token(data, max(0, parser.CurrentByteIndex))
        return source.offset(len(data[:at].translate(None, _CONTINUED)))
    return source.first_offset + len(source.data)


def _token(data: bytes, at: int) -> int:
    """Where the tag or the reference begins that is wrong at `at`: Expat may name a character."""
    start = data.rfind(b"<", 0, at)
    if start >= 0 and not _WHOLE_TAG.match(data, start, at):
        return start
    reference = data.rfind(b"&", max(0, start), at)
    return reference if reference >= 0 and _NAME.fullmatch(data, reference + 1, at) else at


#: What stands between `&` and `;`, as far as it goes.
_NAME = late_compile(rb"#?[\w.:-]*+")

_WHOLE_TAG = late_compile(rb"""<(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>""")

#: The bytes of UTF-8 that begin no character.
_CONTINUED = bytes(range(0x80, 0xC0))


class _Doctype(Exception):
    """There is a DOCTYPE, which is not read."""


def _refused(*_: object) -> None:
    raise _Doctype


@dataclass(frozen=True, slots=True)
class Harm:
    """What edits do to a document.

    reason  why it is worse, in words that can stand after a colon; empty if it is not
    new     how many errors they brought in the place of those that were fixed
    """

    reason: str = ""
    new: int = 0


def harm(
    before: Look,
    after: Look,
    offsets: Offsets,
    fixed: Sequence[Diagnostic],
    *,
    unsafe: bool,
    allowed: int,
) -> Harm:
    """The harm that edits did which turned `before` into `after`.

    `fixed` are the diagnostics that they were for; `allowed` is how many new errors may take the
    place of errors that were fixed.
    """
    if not after.is_parsed:
        if before.is_parsed:
            return Harm("the document could not be parsed afterwards")
        if after.reach < offsets.after(before.reach):
            return Harm("a parser would not get as far as before")
    if _stays(after, offsets, fixed):
        return Harm("the same error would still be reported at its place")
    if unsafe:
        more = before.is_parsed and len(after.errors) > len(before.errors)
        return Harm("the document would have more errors than before" if more else "")
    caused = list(_caused(before, after, offsets))
    if len(caused) > allowed or any(_is_inside(each, offsets) for each in caused):
        line = caused[0].span.start.line
        reported = f"it would cause an error in line {line}: {caused[0].code} {caused[0].message}"
        return Harm(reported, len(caused))
    return Harm("", len(caused))


def _is_inside(diagnostic: Diagnostic, offsets: Offsets) -> bool:
    """Whether what a diagnostic points at was written by the edits."""
    start, end = diagnostic.span.start.offset, diagnostic.span.end.offset
    return start < end and offsets.is_written(start, end)


def _stays(after: Look, offsets: Offsets, fixed: Sequence[Diagnostic]) -> bool:
    """Whether one of the diagnostics that were to be fixed is still found."""
    expected = {(d.code, d.message, offsets.after(d.span.start.offset)) for d in fixed}
    return any((d.code, d.message, d.span.start.offset) in expected for d in after.found)


def _caused(before: Look, after: Look, offsets: Offsets) -> Iterator[Diagnostic]:
    """The errors of `after` that are neither old nor revealed."""
    new = _new(before.errors, after.errors, offsets)
    if not new:
        return
    unpacked = _is_unpacked(before, offsets)
    for each in new:
        start, end = each.span.start.offset, each.span.end.offset
        written = offsets.is_written(start, end)
        if each.code in _LAST_WORDS and before.errors and not written:
            continue
        if unpacked or (
            not before.is_parsed and not written and not _was_read(before, after, offsets, start)
        ):
            continue
        yield each


def _new(
    old: Sequence[Diagnostic], now: Sequence[Diagnostic], offsets: Offsets
) -> list[Diagnostic]:
    """Those of the errors `now` for which none of the `old` ones answers."""
    places: dict[str, list[Diagnostic]] = defaultdict(list)
    for each in old:
        places[each.code].append(each)
    waiting = []
    for each in now:
        same = _at_one_place(each, places[each.code], offsets)
        if same is None:
            waiting.append(each)
        else:
            places[each.code].remove(same)
    words = Counter((each.code, each.message) for left in places.values() for each in left)
    new = []
    for each in waiting:
        words[each.code, each.message] -= 1
        if words[each.code, each.message] < 0:
            new.append(each)
    return new


def _at_one_place(
    now: Diagnostic, old: Iterable[Diagnostic], offsets: Offsets
) -> Diagnostic | None:
    start, end = now.span.start.offset, now.span.end.offset
    for each in old:
        low = offsets.after(each.span.start.offset)
        high = offsets.after(each.span.end.offset)
        if low <= end and start <= high:
            return each
    return None


def _is_unpacked(before: Look, offsets: Offsets) -> bool:
    """Whether nothing of the document was read as a resource, or it could not be parsed and the
    edits replace most of it."""
    if before.document.form is not None:
        return False
    if not any(entry.payload for entry in before.document.entries):
        return True
    source = before.document.source
    return not before.is_parsed and 2 * offsets.replaced > len(source.data)


def _was_read(before: Look, after: Look, offsets: Offsets, start: int) -> bool:
    """Whether a parser had come to the end of the element that stands at `start` now."""
    source = after.document.source
    element = _innermost(after.document.tree, source.character(start))
    if element is None:
        return False
    return offsets.before(source.offset(element.end)) <= before.reach


def _innermost(element: Element | None, index: int) -> Element | None:
    """The innermost element around the character at `index`; None if there is none."""
    found, waiting = None, [element] if element is not None else []
    while waiting:
        inner = next((each for each in waiting if each.start <= index < each.end), None)
        if inner is None:
            break
        found, waiting = inner, inner.elements
    return found
