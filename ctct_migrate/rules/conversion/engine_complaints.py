"""Complaints of the mapping engine, as diagnostics: what was in the way of a body though no rule
has reported it.

A second safety net, after the rules: no wrong JSON leaves, and nothing is lost in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.payloads import LocatedComplaint
from ctct_migrate.mapping.rows import UnreadableValue
from ctct_migrate.reader.document import Document
from ctct_migrate.rules.conversion.losses import UNACCOUNTED
from ctct_migrate.rules.phrases import quoted

#: kind -> message and label; `{value}` is the text in backquotes, `{name}` the element's name,
#: `{detail}` what the contract says; `{expected}` what the codec expected; `{target}` the target's title
_WORDS = {
    ComplaintKind.UNKNOWN_ELEMENT: ("`{name}` is not converted", "{target} has no place for it"),
    ComplaintKind.UNKNOWN_ATTRIBUTE: ("an attribute of `{name}` is not converted", "{target} has no place for it"),
    ComplaintKind.STRAY_TEXT: ("text in `{name}` is not converted", "{target} has no place for it"),
    ComplaintKind.REPEATED_ELEMENT: ("a second `{name}` is not converted", "{target} has this once"),
    ComplaintKind.NESTED_ELEMENT: ("markup in `{name}` is not converted", "only text is"),
    ComplaintKind.UNREADABLE: ("{value} cannot be converted", "expected {expected}"),
    ComplaintKind.NUMBERS_DIFFER: ("the document's ids differ", "which one is meant?"),
    ComplaintKind.NO_NUMBER: ("no id says which one this is", "expected it in `id`"),
    ComplaintKind.NOT_TO_BE_MAILED: ("{value} is not to be mailed, and is not created", "a new contact would be mailed"),
    ComplaintKind.STOCK: ("a STOCK campaign cannot be created", "{target} makes none"),
    ComplaintKind.COMPOSED: ("{target} would break on this: {detail}", "not as {target} needs it"),
    ComplaintKind.CONTRACT: ("{target} would refuse this: {detail}", "not as {target} has it"),
}  # fmt: skip


def diagnostics(
    document: Document, complaints: Iterable[LocatedComplaint], target: str
) -> Iterator[Diagnostic]:
    """One diagnostic for each complaint; `target` is the title of the API that is converted for."""
    for located in complaints:
        complaint = located.complaint
        message, label = _WORDS[complaint.kind]
        detail = complaint.detail
        words = {
            "target": target,
            "name": located.element.name,
            "value": quoted(complaint.text),
            "detail": getattr(detail, "message", None) or detail or "",
            "expected": UnreadableValue(str(detail)).expected,
        }
        yield Diagnostic(
            path=document.path,
            entry=located.entry,
            span=located.span,
            severity=UNACCOUNTED.severity,
            code=UNACCOUNTED.code,
            name=UNACCOUNTED.name,
            message=message.format(**words),
            label=label.format(**words),
            help=(UNACCOUNTED.how,),
            element=located.element.path,
        )
