"""The verdict: is there surely nothing to report?

The fast path.  libxml2 has parsed the document and validates it; the mapping engine makes the v2
body, which the contract checks; what neither schema can say, `questions` asks of the texts of the
payload's children.  No positions are worked out, no diagnostics made.  No verdict
means only that somebody has to look properly; a verdict is a promise that no family would report
anything, which a test holds the families to.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import partial
from typing import Any, NamedTuple, cast

from lxml import etree

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.held_results import cached_while_held
from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.mapping.compiled_table import clark
from ctct_migrate.mapping.complaints import OF_CREATES, ComplaintKind
from ctct_migrate.mapping.engine import MappingOutcome, Note, run
from ctct_migrate.mapping.ids import owner_ids
from ctct_migrate.mapping.rows import ConversionOptions, Table
from ctct_migrate.payload import Shape
from ctct_migrate.reader import bounds
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.reader.tree import ATOM
from ctct_migrate.resources import BY_SLUG, BY_TAG, RESOURCES, Resource
from ctct_migrate.rules.fast import suspects
from ctct_migrate.rules.fast.asked_fields import asked_fields
from ctct_migrate.rules.fast.envelope_parts import has_entry_parts, has_feed_parts
from ctct_migrate.rules.fast.fields import LISTED, Fields
from ctct_migrate.rules.fast.questions import questions
from ctct_migrate.rules.fast.remarks import RemarkedPayloads
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS
from ctct_migrate.v1 import vocabulary

_ENTRY, _FEED, _CONTENT = (f"{{{ATOM}}}{name}" for name in ("entry", "feed", "content"))
_AUTHOR = f"{{{ATOM}}}author"

#: Somebody's suppressions have to be looked at.
_DIRECTIVE = "ctct-migrate:"

#: Encodings in which ASCII can stand in one way alone.
_SEARCHABLE = frozenset({"utf-8", "ascii", "iso8859-1", "cp1252", "utf-16-le", "utf-16-be"})

#: Children of one element that any document may have, and characters that each further one needs.
_WIDEST, _NARROWEST = 5_000, 300
_WIDE = etree.XPath("boolean(//*[count(*) > $most])")
_COUNT = etree.XPath("count(//*)")
_INSTANCE = etree.XPath("boolean(//@i:nil | //@i:type)", namespaces={"i": suspects.INSTANCE})
_COMMENTS = etree.XPath(f"boolean(//comment()[contains(., '{_DIRECTIVE}')])")


@dataclass(frozen=True, slots=True)
class MappedPayload:
    """One payload as lxml has it: the number of its entry in a feed (None elsewhere), the `entry`
    element (None for a bare payload), the payload element, what the engine made of it, and by which
    table.  A part of another payload that became a body of its own has that as its `owner`, and its
    0-based number among the parts."""

    index: int | None
    envelope: Any
    payload: Any
    outcome: MappingOutcome
    table: Table
    owner: MappedPayload | None = None
    part: int | None = None


#: Shapes that are sent.
REQUESTS = frozenset({Shape.CREATE, Shape.UPDATE})


class QuickLook(NamedTuple):
    """What the fast path saw: what the engine made of each payload; and `remarks`, which works out
    what the target says of them, in no order, and stops no conversion: what would, the engine has
    refused.  None where somebody has to look properly for that."""

    seen: list[MappedPayload]
    remarks: Callable[[], list[Diagnostic] | None]


def look(document: Document, options: ConversionOptions, asked: Shape | None) -> QuickLook | None:
    """What the engine made of each payload, if there is nothing to report but what the target says, and
    what is remarked; else None.  `asked` is the shape that was asked for, None for none."""
    root = document.root
    if root is None or has_many_elements(root, document.source) or refused(document) is not None:
        return None
    if _has_directive(root, document.source) or suspects.has_suspect_bytes(document.source):
        return None
    if suspects.may_name_instance(document.source) and has_instance_attributes(root):
        return None
    seen: list[MappedPayload] = []
    said = RemarkedPayloads()
    target = TARGETS[options.target]
    resources: list[Resource] = []
    in_feed = root.tag == _FEED
    inherits = in_feed and next(root.iterchildren(_AUTHOR), None) is not None
    for index, envelope, payload in payloads(root):
        resource = None if payload is None else BY_TAG.get(payload.tag)
        delivery = target.delivery(resource.slug) if resource is not None else None
        if delivery is None or resource is None:
            return None
        alone = resource.is_recorded_alone(options.choices)
        skipped = alone and asked in REQUESTS
        if skipped and resource.is_half_chosen(options.choices):
            return None
        if envelope is not None:
            if not has_entry_parts(envelope, resource, inherits_author=inherits):
                return None
            resources.append(resource)
        if not names_its_owner(resource, payload, envelope):
            return None
        outcome = run(delivery.table, payload, envelope, options)
        if outcome.differs or outcome.repeats:
            return None
        shape = Shape.RECORD if alone else asked
        question, texts = (
            questions(resource.name),
            asked_fields(resource, outcome, envelope, in_feed=in_feed),
        )
        if outcome.body is None and not needs_no_body(
            resource, delivery.table, outcome, texts, shape
        ):
            return None
        # What stands inside may become a body of its own, also where the whole is only recorded.
        if not question.is_right(texts, shape) or not question.inside(payload, asked):
            return None
        mapped = MappedPayload(index, envelope, payload, outcome, delivery.table)
        said.mapped.append(mapped)
        if question.remarked(texts, shape):
            said.own.append(mapped)
        if LISTED in texts and shape is None:
            said.listed.append(mapped)
        if outcome.number in resource.built_in:
            said.built_in.append(mapped)
            continue
        if skipped:
            said.recorded.append(mapped)
        elif outcome.body is not None:
            seen.append(mapped)
        if shape is Shape.UPDATE and empties(delivery.table, outcome):
            said.emptied.append(mapped)
        if delivery.parts:
            parts = list(parts_of(mapped, options, asked))
            if outcome.body is None or any(each.outcome.body is None for each in parts):
                return None
            said.mapped += parts
            seen += parts
    if in_feed and not has_feed_parts(root, resources):
        return None
    return QuickLook(seen, partial(said.diagnostics, document, options, asked))


def needs_no_body(
    resource: Resource, table: Table, outcome: MappingOutcome, fields: Fields, shape: Shape | None
) -> bool:
    """Whether nothing is said of it that the engine made no body: of what v1 made itself none is made in
    any case; and where nobody has asked for a shape, it may be that nothing can be created."""
    kinds = {each.kind for each in outcome.complaints}
    if outcome.number in resource.built_in:
        return kinds == {ComplaintKind.CONTRACT}
    if shape is not None or (LISTED not in fields and kinds.isdisjoint(OF_CREATES)):
        return False
    question = questions(resource.name)
    lacking = [each.detail for each in outcome.complaints if each.kind not in OF_CREATES]
    return kinds <= OF_CREATES | {ComplaintKind.CONTRACT} and all(
        each.keyword == "required"
        and (names := table.children_for(each.pointer))
        and all(question.may_lack(fields, name) for name in names)
        for each in lacking
    )


class SchemaErrors(NamedTuple):
    """libxml2's errors in what a schema refuses: their types, and the paths of the elements that they are
    about, from the part on that was refused (`/*/*[3]`)."""

    types: frozenset[int] = frozenset()
    paths: frozenset[str] = frozenset()


class RefusedPart(NamedTuple):
    """What a schema refuses: the part of a document, and what is wrong in it."""

    part: Any
    errors: SchemaErrors


@cached_while_held  # one that is looked at properly is asked about once more
def refused(document: Document) -> RefusedPart | None:
    """The first part of a well-formed document that a schema refuses: the root or a payload; None for a
    valid document."""
    found = vocabulary().invalid_part(document.root) if document.root is not None else None
    return None if found is None else RefusedPart(found[0], errors_of(found[1]))


def errors_of(schema: etree.XMLSchema) -> SchemaErrors:
    """The errors in what a schema has just refused; one of the type 0 where it says nothing of why."""
    log: Any = schema.error_log
    errors = list(log)
    return SchemaErrors(
        frozenset([each.type for each in errors] or (0,)),
        frozenset([each.path or "" for each in errors]),
    )


Traced = tuple[MappingOutcome, list[Note]]
"""What the engine makes of a payload, and what each row did."""


@cached_while_held
def _runs(_: Document) -> dict[tuple[Table, Any, ConversionOptions], Traced]:
    """What was mapped already of a document."""
    return {}


def traced_run(
    document: Document, table: Table, payload: Any, envelope: Any, options: ConversionOptions
) -> Traced:
    """What the engine makes of a payload of a document: worked out once, for its families and for its
    conversion."""
    runs, key = _runs(document), (table, payload, options)
    found = runs.get(key)
    if found is None:
        trace: list[Note] = []
        found = runs[key] = run(table, payload, envelope, options, trace), trace
    return found


def parts_of(
    mapped: MappedPayload, options: ConversionOptions, asked: Shape | None
) -> Iterator[MappedPayload]:
    """What of a payload becomes bodies of their own, in document order; of equal ones the first.
    Where no shape was asked for, they are recorded if the whole is."""
    target = TARGETS[options.target]
    resource = BY_SLUG[mapped.table.resource]
    if asked is None and resource.is_recorded_alone(options.choices):
        options = replace(options, shape=Shape.RECORD)
    delivery = target.delivery(mapped.table.resource)
    number, seen = 0, list[Any]()
    for slug, part in (delivery.parts if delivery is not None else {}).items():
        table = target.table(slug)
        if table is None or options.shape not in part.shapes:
            continue
        for node in _elements(mapped.payload, part.path, table.namespace):
            outcome = run(table, node, None, options)
            if outcome.body is None or (slug, outcome.body) not in seen:
                seen.append((slug, outcome.body))
                yield MappedPayload(mapped.index, None, node, outcome, table, mapped, number)
                number += 1


def _elements(payload: Any, path: str, namespace: str | None) -> list[Any]:
    """The elements at a path below a payload, however often each of the names comes."""
    found = [payload]
    for name in path.split("/"):
        tag = clark(name.rstrip("*"), namespace)
        found = [child for node in found for child in node.iterchildren(tag)]
    return found


def is_clean(document: Document, shape: Shape | None) -> bool:
    """Whether no family would report anything on `document`."""
    found = look(document, ConversionOptions(shape or Shape.CREATE), shape)
    return found is not None and found.remarks() == []


def payloads(root: Any) -> Iterator[tuple[int | None, Any, Any]]:
    """Number, envelope and payload of each resource of a valid document."""
    if root.tag == _ENTRY:
        yield None, root, _payload(root)
    elif root.tag == _FEED:
        for index, entry in enumerate(root.iterchildren(_ENTRY)):
            yield index, entry, _payload(entry)
    else:
        yield None, None, root


def names_its_owner(resource: Resource, payload: Any, envelope: Any) -> bool:
    """Whether nothing can be said of the resource that this one lives in; where there is one at most
    in each, the engine looks."""
    owner = resource.owner
    if owner is None or resource.singleton or owner.to not in BY_SLUG:
        return True
    ids = owner_ids(resource, payload, envelope)
    return len(ids) == 1 or not (ids or owner.required)


def _has_directive(root: Any, source: Source) -> bool:
    return _may_hold(source, _DIRECTIVE) and bool(_COMMENTS(root))


def _may_hold(source: Source, text: str) -> bool:
    """Whether `text`, in ASCII, may stand in a document; surely not, if its bytes do not."""
    encoding = source.decoding.encoding
    return encoding not in _SEARCHABLE or text.encode(encoding) in source.data


def has_instance_attributes(root: Any) -> bool:
    """Whether there is an `xsi:nil` or an `xsi:type` anywhere in a document."""
    return bool(_INSTANCE(root))


def has_many_elements(root: Any, source: Source) -> bool:
    """Whether there are so many elements that only a part of them is read, or so many in one
    that a schema takes long over them: for each mistake libxml2 counts the siblings."""
    data = source.data
    if len(data) < 4 * bounds.elements(0):  # an element takes four characters
        return False
    length = len(source.text)
    most = max(_WIDEST, length // _NARROWEST)
    if source.decoding.encoding in suspects.ASCII_BYTES:
        start_tags = data.count(b"<") - data.count(b"</")  # at the most
        if start_tags <= min(most, bounds.elements(length)):
            return False
    return cast(float, _COUNT(root)) > bounds.elements(length) or bool(_WIDE(root, most=most))


def empties(table: Table, outcome: MappingOutcome) -> bool:
    """Whether an update would empty anything."""
    from ctct_migrate.mapping.emptying import emptied_by

    return bool(emptied_by(table, outcome))


def _payload(entry: Any) -> Any:
    content = next(entry.iterchildren(_CONTENT))
    return next(content.iterchildren("*"))


def outcomes(
    document: Document,
    options: ConversionOptions,
    trace: list[Note] | None = None,
    *,
    without: Container[int | None] = (),
) -> Iterator[MappedPayload]:
    """What the engine makes of each payload of a well-formed document, whatever is wrong with it,
    but for those that v1 made itself and those of the entries of the numbers `without`: the elements are those that the located
    tree calls payloads."""
    for entry in document.entries:
        if entry.index in without:
            continue
        mapped = outcome_of(document, entry, options, trace)
        if (
            mapped is not None
            and mapped.outcome.number not in BY_SLUG[mapped.table.resource].built_in
        ):
            yield mapped


def outcome_of(
    document: Document, entry: Entry, options: ConversionOptions, trace: list[Note] | None = None
) -> MappedPayload | None:
    """What the engine makes of the payload of one entry; None where there is none that converts,
    or the document is not well-formed."""
    if document.root is None or entry.payload is None or entry.resource is None:
        return None
    table = TARGETS[options.target].table(RESOURCES[entry.resource].slug)
    if table is None:
        return None
    payload = document.node(entry.payload.number)
    envelope = document.node(entry.element.number) if entry.element is not None else None
    if trace is None:
        outcome = traced_run(document, table, payload, envelope, options)[0]
    else:
        outcome = run(table, payload, envelope, options, trace)
    return MappedPayload(entry.index, envelope, payload, outcome, table)
