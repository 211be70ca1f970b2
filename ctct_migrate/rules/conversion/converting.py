"""What of a document with diagnostics converts: the last part of `linting.judge`.

The mapping engine runs on every entry that no error is about.  What is in its way though no rule
has called it an error becomes one: the diagnostic that is there already at that place, made an
error, or else CT804 (`complaining`).  So an entry has a body exactly where no error about it stops
the conversion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ctct_migrate.diagnostics import Concern, Diagnostic, Severity
from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.complaints import OF_CREATES, ComplaintKind
from ctct_migrate.mapping.payloads import LocatedComplaint, complaints_of
from ctct_migrate.mapping.rows import ConversionOptions
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document, Entry, other_payload
from ctct_migrate.resources import BY_SLUG, NAMES, RESOURCES
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversion import engine_complaints
from ctct_migrate.rules.conversion.built_in import is_built_in
from ctct_migrate.rules.conversion.losses import UNACCOUNTED
from ctct_migrate.rules.failures import Failures
from ctct_migrate.rules.fast import fast_path
from ctct_migrate.rules.fast.fast_path import MappedPayload
from ctct_migrate.rules.own_rules import own_rules
from ctct_migrate.rules.phrases import article, choice
from ctct_migrate.rules.reading.not_readable import NO_COUNTERPART
from ctct_migrate.rules.required.missing_rules import FEED_SUMMARY
from ctct_migrate.targets import TARGETS


def decided(
    document: Document, shape: Shape | None, options: ConversionOptions, found: list[Diagnostic]
) -> tuple[list[Diagnostic], list[MappedPayload]]:
    """`found`, and what else is in the way of a body; and the payloads that have one."""
    failures = Failures(document)
    try:
        found, seen = _decided(document, shape, options, found, failures)
    except Exception as error:
        failures.note("what it converts to", error)
        seen = []
    return found + failures.diagnostics(), seen


def _decided(
    document: Document, shape: Shape | None, options: ConversionOptions, found: list[Diagnostic],
    failures: Failures,
) -> tuple[list[Diagnostic], list[MappedPayload]]:  # fmt: skip
    errors = {each.entry for each in found if each.stops_conversion}
    if document.kind == "feed" and None in errors:
        return found, []
    if document.root is None or document.kind == "other":
        is_said = errors or any(each.code == NO_COUNTERPART.code for each in found)
        return (found, []) if is_said else (found + list(_unread(document)), [])
    seen: list[MappedPayload] = []
    for entry in document.entries:
        if entry.index in errors:
            continue
        try:
            found = _entry(document, entry, shape, options, found, seen)
        except Exception as error:
            failures.note("what it converts to", error, entry)
    return found, seen


def _entry(
    document: Document, entry: Entry, shape: Shape | None, options: ConversionOptions,
    found: list[Diagnostic], seen: list[MappedPayload],
) -> list[Diagnostic]:  # fmt: skip
    """`found`, with what is in the way of an entry that no error is about; what converts is added
    to `seen`."""
    each = fast_path.outcome_of(document, entry, options)
    if each is None and entry.payload is not None and other_payload(entry.payload.name):
        return found  # `not_readable` says what it is
    if each is None and entry.resource is not None:
        slug = RESOURCES[entry.resource].slug
        if TARGETS[options.target].delivery(slug) is None:
            return found  # and here `placeless`
    if each is None:
        is_said = any(d.code == NO_COUNTERPART.code and d.entry == entry.index for d in found)
        return found if is_said else [*found, _nothing(document, entry)]
    if is_built_in(each):  # `built_in` says that it is skipped
        return found
    alone = BY_SLUG[each.table.resource].is_recorded_alone(options.choices)
    skipped = alone and shape in (Shape.CREATE, Shape.UPDATE)  # and here `record_only`
    made = [*(() if skipped else (each,)), *fast_path.parts_of(each, options, shape)]
    if all(one.outcome.body is not None for one in made):
        seen.extend(made)
        return found
    located = [place for one in made for place in complaints_of(document, one)]
    if shape is None and _is_only_not_created(entry, found, located):
        return found
    return _with_complaints(document, found, located, each.table.target)


def _is_only_not_created(
    entry: Entry, found: Sequence[Diagnostic], located: Sequence[LocatedComplaint]
) -> bool:
    """Whether all that is in the way is that nothing can be created, which nobody has asked for."""
    resource = RESOURCES[entry.resource or ""]
    said = {FEED_SUMMARY.code, *own_rules(resource.name).not_created}
    if any(each.code in said and each.entry == entry.index for each in found):
        return True
    if any(each.complaint.kind in OF_CREATES for each in located):
        return True
    return resource.limits_unknown and all(_is_too_long(each) for each in located)


def _is_too_long(located: LocatedComplaint) -> bool:
    complaint = located.complaint
    return (
        complaint.kind is ComplaintKind.CONTRACT
        and getattr(complaint.detail, "keyword", "") == "maxLength"
    )


def _with_complaints(
    document: Document,
    found: Sequence[Diagnostic],
    located: Sequence[LocatedComplaint],
    target: str,
) -> list[Diagnostic]:
    """`found`, with the complaints: those that a diagnostic speaks of already make it an error."""
    found = list(found)
    new = []
    for complaint in located:
        about = [n for n, each in enumerate(found) if _speaks_of(document, each, complaint)]
        if any(found[n].stops_conversion for n in about):
            continue  # what is an error says it; what else is said there stays what it is
        for number in about:
            found[number] = replace(
                found[number], severity=Severity.ERROR, concern=Concern.CONVERSION
            )
        if not about:
            new.append(complaint)
    return found + list(engine_complaints.diagnostics(document, new, target))


def _speaks_of(document: Document, found: Diagnostic, complaint: LocatedComplaint) -> bool:
    """Whether a diagnostic is about the guilty text, or stands in the start tag of its element."""
    if found.entry != complaint.entry:
        return False
    at, end = found.span.start.offset, found.span.end.offset
    first, last = complaint.span.start.offset, complaint.span.end.offset
    if at == first or (at < last and first < end):
        return True
    element, source = complaint.element, document.source
    return source.offset(element.start) <= at < source.offset(element.open_end)


def _unread(document: Document) -> Iterator[Diagnostic]:
    """That the XML parser does not take a document that nothing serious was found in."""
    report = Reporter(document.source)
    error = document.syntax_error
    start = 0
    if error is not None:
        start = document.source.index(error[0] + document.source.first_line - 1, error[1])
    end = min(len(document.source.text), start + 1)
    yield report.at(
        UNACCOUNTED, start, end, "this document cannot be converted",
        label=f"the XML parser says: {error[2]}" if error else "it cannot be read as XML",
        help=("correct what else is reported",),
    )  # fmt: skip


def _nothing(document: Document, entry: Entry) -> Diagnostic:
    """That there is nothing in an entry that converts, though nothing serious was found in it."""
    element = entry.payload or entry.element
    report = Reporter(document.source, entry.index)
    start, end = (element.name_start, element.name_end) if element is not None else (0, 0)
    return report.at(
        UNACCOUNTED, start, end, "there is nothing here that converts",
        label=f"expected {choice(f'{article(name)} {name}' for name in NAMES)}", help=("correct what else is reported",),
        element=element.path if element is not None else "",
    )  # fmt: skip
