"""A malformed document, read as it is after the smallest repair.

The scanner reads on after each breakage as best it can; where it guesses wrong, one lost character
becomes many mistakes.  Here the text is repaired first (`reader.repairing`), the repaired text is
looked at like any other, and what is said of it is carried back to the places of the text as it
is.  Of the two readings the one with fewer mistakes is believed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from ctct_migrate.diagnostics import Diagnostic, Edit, Safety, Severity
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.repairing import (
    BUDGET,
    Repair,
    is_whole_when_swapped,
    left_over,
    smallest_repair,
)
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.reading.carrying import Edited, carried, edited
from ctct_migrate.rules.wellformed.repair_words import worded
from ctct_migrate.source import Source

#: Repairs of one document, one after the other.
_MOST = 12

#: Breakages of a document that has not become well-formed after so many repairs, from which on it is
#: not looked at once more.
_MANY = 1_000

#: What encodes markup as text: right where text was meant, and wrong where a tag lost a character.
_ENCODING = frozenset({"CT101", "CT102", "CT103", "CT114"})

#: What is right where a tag is misspelt or its `/` is lost, and wrong where a character of it has
#: changed places with its neighbour: then that is left in the text.
_RENAMING = frozenset({"CT104", "CT105"})

#: Where a `/` is not lost but is not needed in HTML: at the end of a start tag, and in one of an
#: element whose end tag may be left out, if text follows.
_OPTIONAL = late_compile(
    r">|(?:p|li|td|th|tr|dt|dd|option|thead|tbody|tfoot)\b[^<>]*+>\s*+[^\s<]", re.I
)

_TAG_BEGINNING = late_compile(r"<[A-Za-z/!?]")

_Inspect = Callable[[Document], list[Diagnostic]]


@dataclass(frozen=True, slots=True)
class _Step:
    """One repair, and the document before and after it."""

    repair: Repair
    edited: Edited


def reread(
    document: Document, found: list[Diagnostic], inspect: _Inspect
) -> list[Diagnostic] | None:
    """What is said of a malformed document after its smallest repair; None where that is not
    better than `found`, which the scanner's reading gave.  `inspect` gives the diagnostics of a
    document by the scanner's reading."""
    if not _is_repairable(document):
        return None
    errors = _errors(found)
    certain = len(errors) == 1 and _is_certain(document, errors[0], inspect)
    if certain and errors[0].code not in _ENCODING | _RENAMING:
        return None
    renamed = certain and errors[0].code in _RENAMING
    left = _left_by(document, errors[0]) if renamed else 0
    if renamed and not left and not is_whole_when_swapped(document.source.text):
        return None  # no repair is tidier
    steps, last = _repaired(document)
    if not steps:
        return None
    if last.root is None and len(steps) == _MOST and len(document.problems) > _MANY:
        return None
    rest = inspect(last)
    count = len(steps) + len(_errors(rest))
    if count > len(errors) or (last.root is None and count == len(errors)):
        return None
    if len(errors) == 1 and errors[0].code in _ENCODING and not _outdoes(errors[0], steps):
        return None
    if renamed:
        tidier = left_over(last.source.text.encode("utf-8", "replace")) < left
        if len(steps) > 1 or not (_is_swap(steps) or tidier):
            return None
    if count == len(errors) > 1 and _mends(document, found):
        return None
    changes = [step.edited for step in steps]
    said = [
        carried(worded(Reporter(step.edited.before.source), step.repair), changes[:at])
        for at, step in enumerate(steps)
    ]
    return said + [carried(each, changes) for each in rest]


def _is_repairable(document: Document) -> bool:
    decoding = document.source.decoding
    return (
        document.root is None
        and document.nature is None
        and decoding.known
        and not decoding.contradicted
        and document.source.undecodable is None
        and not any(
            problem.kind in ("doctype", "too-deep", "too-many") for problem in document.problems
        )
    )


def _errors(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [each for each in found if each.severity is Severity.ERROR]


def _is_certain(document: Document, error: Diagnostic, inspect: _Inspect) -> bool:
    """Whether the one error has a safe fix after which nothing is wrong."""
    fix = next(iter(error.fixes), None)
    if fix is None or fix.safety is not Safety.SAFE:
        return False
    fixed = _after(document.source, fix.edits)
    return fixed.root is not None and not _errors(inspect(fixed))


def _left_by(document: Document, error: Diagnostic) -> int:
    """How many pieces of damaged tags are left after the first fix of an error."""
    text = _after(document.source, error.fixes[0].edits).source.text
    return left_over(text.encode("utf-8", "replace"))


def _mends(document: Document, found: Sequence[Diagnostic]) -> bool:
    """Whether the safe fixes of `found` make the document well-formed."""
    edits = [
        edit
        for each in found
        if each.fixes and each.code.startswith("CT1") and each.fixes[0].safety is Safety.SAFE
        for edit in each.fixes[0].edits
    ]
    return _after(document.source, edits).root is not None


def _after(source: Source, edits: Sequence[Edit]) -> Document:
    parts, at, base = [], 0, source.first_offset
    for edit in sorted(edits):
        if edit.offset - base < at:
            continue
        parts += [source.data[at : edit.offset - base], source.encode(edit.text)]
        at = edit.end_offset - base
    parts.append(source.data[at:])
    return Document(
        Source(source.path, b"".join(parts), first_line=source.first_line, first_offset=base)
    )


def _repaired(document: Document) -> tuple[list[_Step], Document]:
    """The repairs of a document, one after the other, and the document after them."""
    steps: list[_Step] = []
    current = document
    for _ in range(_MOST):
        repair = smallest_repair(current.source.text, BUDGET // (1 + len(steps)))
        if repair is None:
            break
        step = edited(current, [(repair.start, repair.end, repair.put)])
        if step.after.source.decoding.encoding != current.source.decoding.encoding:
            break
        if not repair.certain and step.after.root is None:
            break  # a guess, and what is found after it would be invented
        steps.append(_Step(repair, step))
        current = step.after
        if current.root is not None:
            break
    return steps, current


def _outdoes(error: Diagnostic, steps: Sequence[_Step]) -> bool:
    """Whether a repair is better than encoding as text what breaks the XML."""
    if len(steps) > 1:
        return False
    step = steps[0]
    text = step.edited.before.source.text
    put, removed = step.repair.put, text[step.repair.start : step.repair.end]
    if removed.startswith("&"):
        return True
    if error.code == "CT114" and re.fullmatch(r"/\w|\w/", removed):
        return False  # one tag of HTML beside encoded ones, such as `</p>`
    if put == "<" and text.endswith("&lt;", 0, step.repair.start):
        return False  # its start tag is not lost but encoded
    if error.code in ("CT101", "CT102") or (removed and not put):
        return False  # what would be encoded is not lost, what is deleted is
    if put == "/" and _OPTIONAL.match(text, step.repair.start):
        return False  # HTML that is not XML, such as `<br>`
    if put in ("<", "/", "&lt;") and error.code == "CT103":
        return False
    if put == "&lt;" and _TAG_BEGINNING.match(text, step.repair.start):
        return False  # of HTML that is not XML all is encoded, not one tag
    return step.repair.certain


def _is_swap(steps: Sequence[_Step]) -> bool:
    """Whether two neighbours that have changed places are all that is wrong."""
    repair = steps[0].repair
    return len(steps) == 1 and repair.certain and repair.end - repair.start == len(repair.put) == 2
