"""CT399: what the schema refuses and no rule has found; and the feed's own parts.

The safety net.  Wherever it shows up, a rule with better words is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Severity
from ctct_migrate.late_dataclass import replace
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.dates import read_date
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import NAMES, RESOURCES
from ctct_migrate.rules.context import Reporter, attribute_span, indentation, value_place
from ctct_migrate.rules.envelope.atom_parts import (
    AUTHOR_NAME,
    FILLER_DATE,
    FILLER_ID,
    MISSING_AUTHOR_NAME,
    MISSING_ID,
    MISSING_TITLE,
    MISSING_UPDATED,
    check_id,
    check_link,
    check_name,
    check_updated,
    markup_of,
    missing,
)
from ctct_migrate.rules.fast.doubts import nodes_at
from ctct_migrate.rules.fast.envelope_parts import required_of_feed
from ctct_migrate.rules.fast.fast_path import RefusedPart, refused
from ctct_migrate.rules.fast.signs import OF_TEXT, OF_UNIQUENESS, OF_VALUES
from ctct_migrate.rules.names import feed_names
from ctct_migrate.rules.names.element_name_rules import REPEATED
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.own_rules import own_rules
from ctct_migrate.rules.phrases import choice, clip, quoted
from ctct_migrate.rules.values.date_values import date_mistake
from ctct_migrate.source import Source
from ctct_migrate.v1 import ElementFact, TypeKind, vocabulary
from ctct_migrate.v1.lexicon import lexicon

NOT_VALID = Rule(
    "CT399", "not-valid", Severity.ERROR,
    summary="Something that the format does not allow, in a way not named elsewhere",
    why="The server checked documents against their schema, and refused those that did not fit.",
    bad='<title type="markdown">Spring sale</title>', good='<title type="text">Spring sale</title>',
    how="Write at the place shown what the label says, or delete the element if it is not needed.",
    fact="schemas/atom.xsd, schemas/campaign.xsd, schemas/schedule.xsd",
)  # fmt: skip

RULES = (NOT_VALID,)


def feed_parts(document: Document) -> Iterator[Diagnostic]:
    """Mistakes in what a feed says of itself, and in the copies of that which its entries hold
    (`source`)."""
    yield from feed_names.check(document)
    feed = document.tree
    if feed is not None and document.kind == "feed":
        if not document.cut:
            yield from _missing(document, feed)
            yield from _nameless_author(document)
            yield from _contributors(Reporter(document.source), feed)
        yield from _parts(Reporter(document.source), feed, _known_date(document))
    for entry in document.entries:
        source = entry.element.child("source") if entry.element is not None else None
        if source is not None:
            yield from _parts(Reporter(document.source, entry.index), source, FILLER_DATE)
        if entry.element is not None:
            yield from _contributors(Reporter(document.source, entry.index), entry.element)


def _contributors(report: Reporter, parent: Element) -> Iterator[Diagnostic]:
    """Contributors without the name that each has to have (RFC 4287, 3.2.1).  Who is meant cannot be
    known, and nothing reads it."""
    for each in parent.elements:
        if each.name != "contributor" or nearest("name", [c.name for c in each.elements]):
            named = each.child("name") if each.name == "contributor" else None
            if named is not None:
                yield from check_name(report, named)
            continue
        empty = not (each.elements or each.filled)
        yield report.at(
            MISSING_AUTHOR_NAME, each.name_start, each.name_end, "`contributor` has no `name`",
            label="expected `<name>…</name>` in it", help=("write the name, or delete the contributor",),
            element=each.path, severity=Severity.WARNING,
            fixes=report.fix("Delete it", (each.start, each.end, "")) if empty else (),
        )  # fmt: skip


def _known_date(document: Document) -> str:
    """The first right date at which an entry of the feed was updated."""
    dates = (
        entry.element.child("updated") for entry in document.entries if entry.element is not None
    )
    texts = (date.text.strip() for date in dates if date is not None)
    return next((text for text in texts if date_mistake(text) is None), FILLER_DATE)


def _missing(document: Document, feed: Element) -> Iterator[Diagnostic]:
    """What a feed has to say of itself (RFC 4287, 4.1.1): after the last thing that it says before
    its first entry."""
    text, report = document.source.text, Reporter(document.source)
    own = feed.elements
    head = own[: next((at for at, each in enumerate(own) if each.name == "entry"), len(own))]
    at = head[-1].end if head else feed.open_end
    indent = indentation(text, head[-1].start) if head else ""
    needed = required_of_feed([entry.dialect for entry in document.entries], feed.prefix)
    wanted = (
        ("id", MISSING_ID, FILLER_ID, ""),
        ("title", MISSING_TITLE, "", ' type="text"'),
        ("updated", MISSING_UPDATED, _known_date(document), ""),
    )
    for name, rule, inner, attributes in wanted:
        if name not in needed:
            continue
        if feed.child(name) is None and nearest(name, [each.name for each in own]) is None:
            markup = markup_of(feed, name, inner, attributes)
            yield missing(report, feed, rule, name, markup, (at, at, indent + markup))


def _nameless_author(document: Document) -> Iterator[Diagnostic]:
    """An author of the feed, which its entries inherit, without the name that one of them needs."""
    author = document.author
    if author is None or nearest("name", [each.name for each in author.elements]) is not None:
        return
    resources = (RESOURCES.get(entry.resource or "") for entry in document.entries)
    if (
        all(each is not None and each.author_may_be_empty for each in resources)
        and not author.filled
    ):
        return
    report = Reporter(document.source)
    markup = markup_of(author, "name", AUTHOR_NAME)
    if author.self_closing:
        slash = document.source.text.rindex("/", author.start, author.open_end)
        edit = (slash, author.open_end, f">{markup}</{author.qname}>")
    else:
        edit = (author.open_end, author.open_end, markup)
    yield missing(report, author, MISSING_AUTHOR_NAME, "name", markup, edit)


def _parts(report: Reporter, parent: Element, known: str) -> Iterator[Diagnostic]:
    for child in parent.elements:
        if child.name == "id":
            yield from check_id(report, child, None)
        elif child.name == "updated":
            yield from check_updated(report, child, known)
        elif child.name == "link":
            yield from check_link(report, child)
        elif child.name == "author":
            for name in child.elements:
                if name.name == "name":
                    yield from check_name(report, name)


def check(
    document: Document, found: list[Diagnostic], zone: tzinfo | None = None
) -> Iterator[Diagnostic]:
    """The schema's refusal, if nothing that was `found` explains it.  That a date names no zone is
    none where a `zone` is assumed."""
    root = document.root
    if root is None or any(each.stops_conversion for each in found):
        return
    refusal_of_part = refused(document) if document.kind != "other" else None
    if refusal_of_part is None:
        return
    if found and _are_told(document, refusal_of_part, found):
        return
    if found and _is_valid_with_fixes(document, found):
        return  # what has been said explains it
    if any(problem.kind.endswith("-namespace") for problem in document.problems):
        return  # a namespace that was reported, if only as a warning, is why
    from ctct_migrate.v1.invalid import explain_invalid

    refusal = explain_invalid(root)
    tree = document.tree
    if refusal is None or tree is None:
        return
    element = next((each for each in tree.walk() if each.number == refusal.number), tree)
    if any(own_rules(name).is_substituted(element.text) for name in NAMES):
        return  # reported by the resource's own rules, once for all of them
    if zone is not None and read_date(element.text, zone).certain is not None:
        return
    place = refusal.path.partition("/@")[0]
    reported = {each.element.partition("/@")[0] for each in found}
    reported |= {each.rpartition("/")[0] for each in reported if each.partition("/")[0] == "feed"}
    reported |= {"entry" for each in found if each.element == "entry/summary"}
    if place in reported:
        return
    if any(
        each.code == REPEATED.code and each.element.rpartition("/")[0] == place for each in found
    ):
        return
    report = Reporter(document.source)
    found_here = (
        _worded(report, element) or _worded_child(report, element, refusal.reason)
    ) or report.at(
        NOT_VALID, element.name_start, element.name_end, f"`{element.name}` is not as the format has it",
        label=refusal.reason, help=(NOT_VALID.how,), element=element.path,
    )  # fmt: skip
    yield replace(found_here, concern=Concern.V1) if _is_unread(element) else found_here


def _are_told(document: Document, part: RefusedPart, found: list[Diagnostic]) -> bool:
    """Whether all that libxml2 refuses are the values of elements of which something was said, or text
    between their children."""
    if not (OF_VALUES | OF_UNIQUENESS | OF_TEXT).issuperset(part.errors.types):
        return False
    told = {each.element.partition("/@")[0] for each in found}
    nodes = [node for path in part.errors.paths for node in nodes_at(part.part, path)]
    return bool(nodes) and all(document.by_node[node].path in told for node in nodes)


def _is_unread(element: Element) -> bool:
    """Whether an element stands in an entry's envelope, and a conversion reads nothing of it."""
    at: Element | None = element
    while at is not None and at.parent is not None and at.parent.name != "entry":
        at = at.parent
    return at is not None and at.parent is not None and at.name not in ("id", "link", "content")


def _is_valid_with_fixes(document: Document, found: list[Diagnostic]) -> bool:
    """Whether the schema takes the document once the first fix of each diagnostic is applied, of
    fixes that touch each other the first."""
    source = document.source
    edits = sorted(
        {edit for each in found for edit in (each.fixes[0].edits if each.fixes else ())},
        key=lambda edit: (edit.offset, edit.end_offset),
    )
    parts, at = [], 0
    for edit in edits:
        start, end = edit.offset - source.first_offset, edit.end_offset - source.first_offset
        if start < at:
            continue
        parts += [source.data[at:start], source.encode(edit.text)]
        at = end
    parts.append(source.data[at:])
    fixed = Document(Source(source.path, b"".join(parts))).root
    return fixed is not None and vocabulary().is_valid(fixed)


def _worded(report: Reporter, element: Element) -> Diagnostic | None:
    """What is wrong with an element, its attributes or its text by what the format says of it; None
    where that is not it."""
    names = element.path.split("/")
    root = max((at for at, name in enumerate(names) if name in (*NAMES, "entry")), default=0)
    fact = lexicon().fact("/".join(names[root:]))
    if fact is None:
        return None
    for held in fact.attributes:
        attribute = element.attribute(held.name)
        if attribute is None and held.required:
            at = element.name_end
            return report.at(
                NOT_VALID, at, at, f"`{element.name}` has no `{held.name}`", label=f'expected `{held.name}="…"`: {_small(held.meaning)}',
                help=(f"add `{held.name}`, or delete the element",), element=f"{element.path}/@{held.name}",
            )  # fmt: skip
        if attribute is not None and not held.type.accepts(attribute.value):
            values = choice(f"`{value.value}`" for value in held.enumeration)
            return report.at(
                NOT_VALID, *attribute_span(attribute), f"{quoted(attribute.value)} is not a value of `{held.name}`",
                label=f"expected {values or _small(held.meaning)}", help=("write one that the format has",),
                element=f"{element.path}/@{held.name}",
            )  # fmt: skip
    return _worded_text(report, element, fact)


#: What the engine says of children, in its words.
_UNEXPECTED = late_compile(r"Unexpected child with tag `(?:\w+:)?([^`]+)` at position (\d+)")
_INCOMPLETE = late_compile(
    r"The content of element `[^`]+` is not complete\. Tag `([^`]+)` expected"
)


def _worded_child(report: Reporter, element: Element, reason: str) -> Diagnostic | None:
    """What is wrong with the children of an element, by the engine's words; None where they are not
    about children."""
    if (match := _UNEXPECTED.match(reason)) is not None:
        at = int(match[2]) - 1
        child = element.elements[at] if at < len(element.elements) else None
        if child is not None and child.name == match[1]:
            return report.at(
                NOT_VALID, child.name_start, child.name_end, f"`{clip(child.qname)}` does not belong in `{element.name}`",
                label="not expected here", help=("delete it, or move it to where it belongs",), element=child.path,
            )  # fmt: skip
    if (match := _INCOMPLETE.match(reason)) is not None:
        return report.at(
            NOT_VALID, element.name_start, element.name_end, f"`{element.name}` has no `{match[1]}`",
            label=f"expected `<{match[1]}>` in it", help=(f"add `{match[1]}`, or delete `{element.name}`",),
            element=element.path,
        )  # fmt: skip
    return None


def _worded_text(report: Reporter, element: Element, fact: ElementFact) -> Diagnostic | None:
    held, value = fact.type, element.text.strip()
    if held is None or held.accepts(element.text) or element.elements:
        return None
    place = value_place(report.source.text, element)
    mistake = date_mistake(value) if value and fact.type_kind is TypeKind.DATE_TIME else None
    if mistake is not None:
        return report.at(
            NOT_VALID, *place, mistake.message, label=mistake.label, help=mistake.help, element=element.path
        )  # fmt: skip
    message = (
        f"{quoted(value)} does not belong in `{element.name}`"
        if value
        else f"`{element.name}` is empty"
    )
    return report.at(
        NOT_VALID, *place, message, label=f"expected {_small(held.documentation.partition(' (')[0])}",
        help=(f"it is there for this: {_small(fact.meaning)}",), element=element.path,
    )  # fmt: skip


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
