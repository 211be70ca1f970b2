"""`fix`: the edits of diagnostics, applied to the bytes of a document.

Edits of the source text alone, never a re-serialized tree: bytes outside the edits do not change.
Fixes are applied in passes until none is left, since one may bring another mistake to light; a
pass that would make a well-formed document malformed is not taken.  Nothing is read from or
written to a file here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import tzinfo

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.rules import lint
from ctct_migrate.source import Source

#: More passes than nested mistakes have ever needed; what is left after them is left.
_PASSES = 12


def fix(
    document: Document,
    *,
    unsafe: bool = False,
    shape: Shape | str | None = None,
    time_zone: tzinfo | None = None,
    diagnostics: Iterable[Diagnostic] | None = None,
) -> tuple[bytes, tuple[Fix, ...]]:
    """The bytes of `document` with its safe fixes applied (all fixes, if `unsafe`), and the fixes
    that were, in the order in which they were.

    Never raises on bad input; without anything to fix the bytes are those of the document.
    `shape` and `time_zone` are those of `lint`.  `diagnostics` restricts the first pass to these (already filtered by a configuration); further
    passes then fix only their codes.  Fixing the result again changes nothing.
    """
    given = None if diagnostics is None else list(diagnostics)
    codes = None if given is None else {diagnostic.code for diagnostic in given}
    applied: list[Fix] = []
    seen = {document.source.data}
    for _ in range(_PASSES):
        found = lint(document, shape, time_zone=time_zone) if given is None else given
        given = None
        wanted = [d for d in found if codes is None or d.code in codes]
        source = document.source
        data, taken = _one_pass(document, list(_applicable(wanted, unsafe)))
        if not taken or data in seen:
            break
        seen.add(data)
        applied.extend(taken)
        document = Document(Source(source.path, data))
    return document.source.data, tuple(applied)


def _applicable(found: Iterable[Diagnostic], unsafe: bool) -> Iterator[Fix]:
    """The best allowed fix of each diagnostic."""
    for diagnostic in found:
        for each in diagnostic.fixes:
            if unsafe or each.safety is Safety.SAFE:
                yield each
                break


def _one_pass(document: Document, fixes: list[Fix]) -> tuple[bytes, list[Fix]]:
    """The document's bytes with as many of `fixes` as do not overlap and break nothing."""
    chosen = _apart(fixes)
    data = apply_edits(document.source, chosen)
    if document.root is None or _is_well_formed(document, data):
        return data, chosen
    # One of them breaks the document: take them one by one.
    kept: list[Fix] = []
    for each in chosen:
        if _is_well_formed(document, apply_edits(document.source, [*kept, each])):
            kept.append(each)
    return apply_edits(document.source, kept), kept


def _is_well_formed(document: Document, data: bytes) -> bool:
    return Document(Source(document.path, data)).root is not None


def _apart(fixes: list[Fix]) -> list[Fix]:
    """Those of `fixes`, in order, that touch no byte which an earlier one touches.  Insertions at
    one place are made in order; one inside a replaced part waits for the next pass."""
    chosen: list[Fix] = []
    taken: list[tuple[int, int]] = []
    for each in fixes:
        ranges = [(edit.offset, edit.end_offset) for edit in each.edits]
        if any(_collide(a, b) for a in ranges for b in taken):
            continue
        chosen.append(each)
        taken.extend(ranges)
    return chosen


def _collide(a: tuple[int, int], b: tuple[int, int]) -> bool:
    if a[0] == a[1] or b[0] == b[1]:
        empty, other = (a, b) if a[0] == a[1] else (b, a)
        return other[0] < empty[0] < other[1]
    return a[0] < b[1] and b[0] < a[1]


def apply_edits(source: Source, fixes: Iterable[Fix]) -> bytes:
    """The bytes of `source` with the edits of `fixes`, which must not overlap, applied."""
    edits = [edit for each in fixes for edit in each.edits]
    edits.sort(key=lambda edit: (edit.offset, edit.end_offset))
    parts, at, base = [], 0, source.first_offset
    for edit in edits:
        parts.append(source.data[at : edit.offset - base])
        parts.append(source.encode(edit.text))
        at = edit.end_offset - base
    parts.append(source.data[at:])
    return b"".join(parts)
