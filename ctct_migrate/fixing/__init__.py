"""`fix`: the edits of diagnostics, applied to the bytes of a document.

Edits of the source text alone, never a re-serialized tree: bytes outside the edits do not change.
Nothing is written that makes the document worse, which is checked each time and not assumed
(`harm`); nothing is read from or written to a file here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo

from ctct_migrate.diagnostics import Diagnostic, Fix
from ctct_migrate.fixing.passes import Applied, Chosen, Fixing, Passes, Refusal
from ctct_migrate.mapping.dates import time_zone as named_zone
from ctct_migrate.mapping.rows import DEFAULT_TARGET
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.targets import target_named, targets_named

__all__ = ["Applied", "Fixing", "Refusal", "fix", "fixed"]


def fix(
    document: Document,
    *,
    unsafe: bool = False,
    shape: Shape | str | None = None,
    time_zone: tzinfo | str | None = None,
    target: str = DEFAULT_TARGET,
    diagnostics: Iterable[Diagnostic] | None = None,
) -> tuple[bytes, tuple[Fix, ...]]:
    """The bytes of `document` with its safe fixes applied (guesses too, if `unsafe`), and the fixes
    that were applied, in the order of the document.

    A fix that would make the document worse is not applied: the result can be parsed if the
    document could, at least as far as before, and has no error that the edits caused; without
    anything to fix the bytes are those of the document.  Fixing the result again changes nothing.
    Never raises on bad input.

    `shape`, `time_zone` and `target` are those of `lint`; a date that names no zone gets that of `time_zone`.
    `diagnostics` restricts the fixes to those of these diagnostics (of this document, as `lint`
    returned them) and, where one fix brings further mistakes to light, of their codes.  Raises
    ValueError for a shape, a time zone or a target that does not exist.
    """
    chosen: Chosen | None = None
    if diagnostics is not None:
        given = list(diagnostics)
        chosen = _of_these(given)
    result = fixed(
        document, unsafe=unsafe, shape=shape, time_zone=time_zone, target=target_named(target).name,
        writes_zone=True, chosen=chosen,
    )  # fmt: skip
    return result.data, tuple(each.fix for each in result.applied)


def fixed(
    document: Document,
    *,
    unsafe: bool = False,
    shape: Shape | str | None = None,
    time_zone: tzinfo | str | None = None,
    target: str = DEFAULT_TARGET,
    writes_zone: bool = True,
    chosen: Chosen | None = None,
) -> Fixing:
    """As `fix`, with what was refused and what is left.

    `target` may name several targets, with commas between them, as for `lint`: then the mistakes for
    any of them are fixed, and no fix does harm for any of them.
    `writes_zone` says whether dates that name no zone get that of `time_zone`, or whether it is
    only assumed.  `chosen` gets what is found before each pass, and returns what is to be fixed of
    it; by default all.
    """
    zone = named_zone(time_zone) if isinstance(time_zone, str) else time_zone
    passes = Passes(
        unsafe=unsafe, shape=shape, zone=zone, target=",".join(targets_named(target)),
        writes_zone=writes_zone,
    )  # fmt: skip
    return passes.run(document, chosen or _all)


def _all(found: Sequence[Diagnostic]) -> Sequence[Diagnostic]:
    return found


def _of_these(given: Sequence[Diagnostic]) -> Chosen:
    """The given diagnostics in the first pass, later those of their codes."""
    codes = {each.code for each in given}
    first = [True]

    def chosen(found: Sequence[Diagnostic]) -> Iterable[Diagnostic]:
        if first.pop() if first else False:
            return given
        return [each for each in found if each.code in codes]

    return chosen
