"""CT2: the Atom envelope: namespaces, id, title, updated, author, content.

These are the "common Atom sections" of v1's vaguest 400.  Facts: reference, v1-atom, "The
envelope" and "Transport".  A bare payload has no envelope, and only its namespace is looked at.
What an entry and a feed have alike stands in `atomparts`, `content` in `wrapping`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Rule, Severity
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import OTHER_PAYLOADS
from ctct_migrate.reader.problems import Problem
from ctct_migrate.reader.tree import ATOM, CTCT, Attribute, Element
from ctct_migrate.resources import NAMES, RESOURCES
from ctct_migrate.rules.context import Context, Reporter, indentation, trimmed
from ctct_migrate.rules.envelope import atom_parts, payload_wrapper
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
    is_uri,
    markup_of,
    missing,
)
from ctct_migrate.rules.envelope.broken_ids import without_breaks
from ctct_migrate.rules.envelope.payload_wrapper import check_content
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import GOOD_ENTRY, quoted
from ctct_migrate.rules.values.date_values import date_mistake
from ctct_migrate.v1 import TypeKind, vocabulary

_ENVELOPE = "reference, v1-atom, The envelope"

ATOM_NAMESPACE = Rule(
    "CT201", "atom-namespace", Severity.ERROR,
    summary="The Atom namespace is missing or wrong",
    why="An element is known by its name and its namespace. Without Atom's, the server does not see an entry at all.",
    bad=GOOD_ENTRY.replace(' xmlns="http://www.w3.org/2005/Atom"', ""), good=GOOD_ENTRY,
    how=f'Declare it on the root: `xmlns="{ATOM}"`.', fact="reference, v1-atom, Transport; RFC 4287, 2",
)  # fmt: skip
PAYLOAD_NAMESPACE = Rule(
    "CT202", "payload-namespace", Severity.ERROR,
    summary="The payload's namespace is missing or wrong",
    why="A payload is known by its namespace, which is not Atom's. Without a declaration it inherits Atom's, and the server finds no payload. Resources of the library and of event marketing stand in no namespace, all others in v1's own.",
    bad=GOOD_ENTRY.replace(' xmlns="http://ws.constantcontact.com/ns/1.0/"', ""), good=GOOD_ENTRY,
    how=f'Declare it on the payload: `xmlns="{CTCT}"`, or `xmlns=""` for one that stands in none.', fact="reference, v1-atom, Transport; v1-resources, Two dialects",
)  # fmt: skip
MISSING_AUTHOR = Rule(
    "CT208", "missing-author", Severity.ERROR,
    summary="The entry has no author",
    why="On campaigns and schedules a missing author is a known cause of failure; support's advice was to add it before `content`. The documentation's own minimal campaign has none, and v2 knows no author. Resources of the library and of event marketing have none.",
    bad="<!-- no author -->", good="<author><name>Constant Contact</name></author>",
    how="Add `<author><name>Constant Contact</name></author>` before `content`.",
    fact=f"{_ENVELOPE}: author; an entry inside a feed may inherit the feed's (RFC 4287, 4.1.2)",
    concern=Concern.V1,
)  # fmt: skip

RULES = (
    ATOM_NAMESPACE, PAYLOAD_NAMESPACE, MISSING_AUTHOR, *atom_parts.RULES, *payload_wrapper.RULES,
)  # fmt: skip


def namespaces(report: Reporter, problems: tuple[Problem, ...]) -> Iterator[Diagnostic]:
    """One diagnostic for each declaration that is missing or wrong, in the whole document.  Payloads
    that are not converted may stand in no namespace, as the server wrote some (reference,
    v1-resources, Two dialects): that they are not converted is all that is said of them."""
    for problem in problems:
        if problem.kind in ("atom-namespace", "payload-namespace"):
            names, element = set(), problem.element
            while element is not None:
                names.add(element.name)
                element = element.parent
            # A ContactList is a payload too, but for those that a Campaign holds.
            if names.isdisjoint(OTHER_PAYLOADS) or not names.isdisjoint(NAMES):
                yield _namespace(report, problem)


def _namespace(report: Reporter, problem: Problem) -> Diagnostic:
    element, meant, found = problem.element, problem.detail["meant"], problem.detail["found"]
    assert element is not None
    if meant is None:
        return _in_no_namespace(report, problem, element)
    rule = ATOM_NAMESPACE if meant == ATOM else PAYLOAD_NAMESPACE
    whose = "Atom's namespace" if meant == ATOM else "the payload's namespace"
    attribute = problem.detail["attribute"]
    misspelt = misspelt_declaration(element)
    if misspelt is not None and misspelt.value.strip() == meant:
        return report.at(
            rule, misspelt.start, misspelt.name_end, f"`{misspelt.qname}` declares no namespace", label="expected `xmlns`",
            help=("did you mean `xmlns`?",), element=f"{element.path}/@{misspelt.qname}",
            fixes=report.fix("Rename it to `xmlns`", (misspelt.start, misspelt.name_end, "xmlns")),
        )  # fmt: skip
    severity = concern = None
    if (
        element.name.lower() == "link"
        and meant == ATOM
        and element.parent is not None
        and element.parent.space == CTCT
    ):
        severity, concern = Severity.WARNING, Concern.V1  # the server never looked at these links
    if attribute is not None and not element.prefix:
        if attribute.value_end > attribute.value_start:
            edit = (attribute.value_start, attribute.value_end, meant)
        else:
            edit = (attribute.value_start, attribute.value_start, meant)
    elif attribute is not None:
        edit = (attribute.value_start, attribute.value_end, meant)
    else:
        edit = (element.name_end, element.name_end, f' xmlns="{meant}"')
    if found is None or attribute is None:
        message = f"`{element.qname}` is not in {whose}"
        label = f'expected `xmlns="{meant}"`'
        help_ = f'add `xmlns="{meant}"`'
    else:
        padded = found.strip() == meant
        message = f"{quoted(found)} is not {whose}" + (
            ": it is padded with spaces" if padded else ""
        )
        label = f"expected `{meant}`"
        help_ = f"write `{meant}`"
    return report.at(
        rule, problem.start, problem.end, message, label=label, help=(help_,), element=element.path,
        fixes=report.fix(f"Declare {whose}", edit), severity=severity, concern=concern,
    )  # fmt: skip


def _in_no_namespace(report: Reporter, problem: Problem, element: Element) -> Diagnostic:
    """A payload, or something in it, is in a namespace though its dialect has none."""
    inherited = _default_namespace(element.parent) is not None
    own = next((each for each in element.attributes if each.qname == "xmlns"), None)
    if element.prefix:
        title, edits = f"Take the prefix `{element.prefix}` away", _without_prefix(report, element)
        if inherited and own is None:
            edits.append((element.name_end, element.name_end, ' xmlns=""'))
        edits = _joined(edits, _unused_declaration(report, element))
    elif own is None:
        title, edits = 'Add `xmlns=""`', [(element.name_end, element.name_end, ' xmlns=""')]
    elif inherited:
        title, edits = 'Write `xmlns=""`', [(own.value_start, own.value_end, "")]
    else:
        title, edits = "Delete the declaration", [_deletion(report, own)]
    return report.at(
        PAYLOAD_NAMESPACE, problem.start, problem.end, f"`{element.qname}` is in a namespace, where it belongs in none",
        label=f"expected `<{element.name}>` in no namespace",
        help=(f"`{element.name}` is written in v1's second dialect, in which only Atom's elements are in a namespace",),
        element=element.path, fixes=report.fix(title, *edits),
    )  # fmt: skip


def _default_namespace(element: Element | None) -> str | None:
    """The namespace of names without a prefix, at and below `element`; None for none."""
    while element is not None:
        for attribute in element.attributes:
            if attribute.qname == "xmlns":
                return attribute.value or None
        element = element.parent
    return None


def _without_prefix(report: Reporter, element: Element) -> list[tuple[int, int, str]]:
    """The edits that take the prefix of an element away, from it and from all in it."""
    text, prefix = report.source.text, f"{element.prefix}:"
    edits = []
    for each in element.walk():
        if each.qname.startswith(prefix) and each.namespace == element.namespace:
            edits.append((each.name_start, each.name_start + len(prefix), ""))
            end = each.close_start + len("</")
            if text.startswith(prefix, end) and text.startswith("</", each.close_start):
                edits.append((end, end + len(prefix), ""))
    return edits


def _unused_declaration(report: Reporter, element: Element) -> list[tuple[int, int, str]]:
    """The edit that deletes the declaration of an element's prefix, if nothing uses the prefix but
    the elements that lose it; else none."""
    prefix, declaring = f"{element.prefix}:", element
    while True:
        found = next(
            (a for a in declaring.attributes if a.qname == f"xmlns:{element.prefix}"), None
        )
        if found is not None or declaring.parent is None:
            break
        declaring = declaring.parent
    if found is None:
        return []
    losing = set(map(id, element.walk()))
    for each in declaring.walk():
        if each.qname.startswith(prefix) and id(each) not in losing:
            return []
        if any(attribute.qname.startswith(prefix) for attribute in each.attributes):
            return []
    return [_deletion(report, found)]


def _deletion(report: Reporter, attribute: Attribute) -> tuple[int, int, str]:
    """The edit that deletes an attribute, with the white space before it."""
    start = attribute.start
    while report.source.text[start - 1].isspace():
        start -= 1
    return (start, attribute.end, "")


def _joined(
    edits: list[tuple[int, int, str]], more: list[tuple[int, int, str]]
) -> list[tuple[int, int, str]]:
    """All these edits; an insertion at the beginning of a deletion becomes one edit with it."""
    for start, end, text in more:
        inserted = [each for each in edits if each[0] == each[1] == start]
        edits = [each for each in edits if each not in inserted]
        edits.append((start, end, text + "".join(each[2] for each in inserted)))
    return edits


def misspelt_declaration(element: Element) -> Attribute | None:
    """The attribute of an element that was to declare its namespace, as `xmnls` or `XMLNS`."""
    for attribute in element.attributes:
        meant = attribute.value.strip() in (ATOM, CTCT) and attribute.qname != "xmlns"
        if meant and nearest(attribute.qname, ("xmlns",)) is not None:
            return attribute
    return None


def may_report(signs: Signs) -> bool:
    """Whether anything can be wrong with the envelope of an entry: its schema and its dialect say so."""
    return not signs.has_right_envelope


def check(context: Context) -> Iterator[Diagnostic]:
    """Diagnostics on the envelope of one entry."""
    envelope = context.envelope
    if envelope is None:
        return
    yield from _identity(context, envelope)
    yield from _updated(context, envelope)
    required = context.entry.dialect.required_parts
    if context.whole and "title" in required and context.part("title") is None:
        yield _missing(context, envelope, MISSING_TITLE, "title", "", ' type="text"')
    yield from _author(context, envelope)
    yield from check_content(context, envelope)
    for link in context.naming.parts.get("link", ()):
        yield from check_link(context.report, link)


def _missing(
    context: Context, parent: Element, rule: Rule, name: str, inner: str, attributes: str = ""
) -> Diagnostic:
    """A required child of `parent` is not there: it would be the last one."""
    markup = markup_of(parent, name, inner, attributes)
    return missing(context.report, parent, rule, name, markup, context.insert_into(parent, markup))


def _own_uri(context: Context) -> str | None:
    """The resource's URI as the payload's id, or else the edit link, gives it, escaped for text;
    None when neither does."""
    text, payload = context.source.text, context.payload
    attribute = payload.attribute("id") if payload is not None else None
    if attribute is not None and is_uri(attribute.value):
        return text[attribute.value_start : attribute.value_end].strip()
    for link in context.naming.parts.get("link", ()):
        rel, href = link.attribute("rel"), link.attribute("href")
        if rel is not None and rel.value == "edit" and href is not None:
            path = text[href.value_start : href.value_end].strip()
            if path.startswith("/ws/customers/"):
                return context.entry.dialect.server + path
    return None


def _identity(context: Context, envelope: Element) -> Iterator[Diagnostic]:
    element, own = context.part("id"), _own_uri(context)
    if element is not None and without_breaks(context, element.text) is None:
        yield from check_id(context.report, element, own, _concern_of_id(context, element, own))
    elif element is None and context.whole and "id" in context.entry.dialect.required_parts:
        yield _missing(context, envelope, MISSING_ID, "id", own or FILLER_ID)


def _concern_of_id(context: Context, element: Element, own: str | None) -> Concern | None:
    """The conversion's where the number in a wrong `id` would be missing in the body, or in the URL
    that it is sent to: of what is there already, if nothing else says which one it is."""
    if own is not None or context.shape in (None, Shape.CREATE):
        return None
    return Concern.CONVERSION if any(map(str.isdigit, element.text)) else None


def _updated(context: Context, envelope: Element) -> Iterator[Diagnostic]:
    element, known = context.part("updated"), _known_date(context)
    if element is not None:
        yield from check_updated(context.report, element, known)
    elif context.whole and "updated" in context.entry.dialect.required_parts:
        yield _missing(context, envelope, MISSING_UPDATED, "updated", known)


def _known_date(context: Context) -> str:
    """A date that the document itself gives, else one that is plainly a filler: the server ignores
    the value of `updated`.  That of the payload's last change is taken first."""
    known, resource = vocabulary(), context.resource or ""
    for name in sorted(known.children(resource), key=_is_date_of_change, reverse=True):
        fact, value = known.element(resource, name), context.text(name) or ""
        is_date = fact is not None and fact.type_kind is TypeKind.DATE_TIME
        if is_date and value and date_mistake(value) is None:
            return value
    return FILLER_DATE


def _is_date_of_change(name: str) -> bool:
    """Whether an element says, by its name, when the resource was changed last."""
    return name.startswith(("LastEdit", "LastUpdate"))


def _author(context: Context, envelope: Element) -> Iterator[Diagnostic]:
    author = context.part("author")
    if author is None:
        displaced = context.naming.displaced.get("name")
        needed = "author" in context.entry.dialect.required_parts
        if context.whole and needed and not displaced and not _inherits_author(context):
            yield _missing_author(context, envelope)
        return
    name = context.inside(author, "name")
    if name is not None:
        yield from check_name(context.report, name)
    elif context.whole and not _may_be_empty(context, author):
        # An empty author in a feed's entry still hides the feed's: RFC 4287, 4.1.2.
        yield _missing_name(context, author)


def _may_be_empty(context: Context, author: Element) -> bool:
    """Whether an author without a name is right, as it is on some resources, if it is empty."""
    resource = RESOURCES.get(context.resource or "")
    takes_it = resource is not None and (
        resource.author_may_be_empty or "author" not in resource.dialect.required_parts
    )
    return takes_it and not author.filled


def _missing_author(context: Context, envelope: Element) -> Diagnostic:
    """Before `content`, as support advised."""
    markup = markup_of(envelope, "author", markup_of(envelope, "name", AUTHOR_NAME))
    edit, where = context.insert_into(envelope, markup), " here"
    if context.entry.content is not None and context.entry.content.parent is envelope:
        at, where = context.entry.content.start, " before `content`"
        edit = at, at, markup + indentation(context.source.text, at)
    return missing(
        context.report, envelope, MISSING_AUTHOR, "author", markup, edit, label=f"expected `{markup}`{where}"
    )  # fmt: skip


def _missing_name(context: Context, author: Element) -> Diagnostic:
    runs = author.filled
    if not runs or author.elements:
        return _missing(context, author, MISSING_AUTHOR_NAME, "name", AUTHOR_NAME)
    # `<author>Constant Contact</author>`: the name without its element.
    start, end = trimmed(context.source.text, runs[0])
    opening, _, closing = markup_of(author, "name", "\n").partition("\n")
    return context.report.at(
        MISSING_AUTHOR_NAME, start, end, "the author's name is not in a `name` element",
        label="expected `<name>…</name>` around it", help=(MISSING_AUTHOR_NAME.how,), element=author.path,
        fixes=context.report.fix("Put it into a `name`", (start, start, opening), (end, end, closing)),
    )  # fmt: skip


def _inherits_author(context: Context) -> bool:
    """Whether the feed that an entry stands in names an author, which the entry inherits
    (RFC 4287, 4.1.2); that its name is missing or empty is said there."""
    return context.document.author is not None
