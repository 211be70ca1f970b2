"""CT301 to CT307: elements and attributes that are misspelt, misplaced, repeated or unknown, and
markup or text where none belongs.

What an element is meant to be is found in `naming`; here it is worded.  The server was
case-sensitive about names: `<emailaddress>` for `<EmailAddress>` was a 400.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Concern, Diagnostic, Fix, Safety, Severity
from ctct_migrate.held_results import cached_while_held
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.namespaces import XMLNS
from ctct_migrate.reader.tree import ATOM, CTCT, Attribute, Element
from ctct_migrate.resources import NAMES, RESOURCES
from ctct_migrate.rules.context import Context
from ctct_migrate.rules.envelope.envelope import misspelt_declaration
from ctct_migrate.rules.fast.signs import Signs
from ctct_migrate.rules.fast.suspects import INSTANCE
from ctct_migrate.rules.names.element_name_rules import (
    MISPLACED,
    MISSPELT,
    NESTED,
    REPEATED,
    REPEATED_ID,
    UNKNOWN,
    UNKNOWN_ATTRIBUTE,
)
from ctct_migrate.rules.names.instance_attributes import INSTANCE_ATTRIBUTE, instance_attributes
from ctct_migrate.rules.names.naming import ADDRESS_LINK, NameFinding
from ctct_migrate.rules.names.stray_text import EMPTY, STRAY_TEXT, stray_text
from ctct_migrate.rules.nearness import certain, nearest
from ctct_migrate.rules.phrases import choice, clip
from ctct_migrate.v1 import vocabulary
from ctct_migrate.v1.lexicon import lexicon

RULES = (
    UNKNOWN, MISSPELT, REPEATED, MISPLACED, UNKNOWN_ATTRIBUTE, STRAY_TEXT, NESTED, REPEATED_ID, INSTANCE_ATTRIBUTE,
)  # fmt: skip


def may_report(signs: Signs) -> bool:
    """Whether a name, an attribute or a text can stand where none belongs: the schemas have all of them."""
    return not signs.has_right_names


def check(context: Context) -> Iterator[Diagnostic]:
    """Diagnostics on names in one entry."""
    for finding in context.naming.findings:
        if finding.kind == "misspelt" and finding.element in _mismatched(context.document):
            continue  # reported with its end tag
        if finding.kind == "unknown" and not finding.element.closed:
            continue  # reported as never closed
        yield _WORDS[finding.kind](context, finding)
    if _is_all_else_right(context):
        return
    if context.resource is not None and context.payload is not None:
        yield from _inside(context, context.payload, context.resource, context.resource)
    for stray, path in context.naming.strays.items():
        yield from _inside(context, stray, path, path.rpartition("/")[2])
    if context.envelope is not None:
        yield from _envelope(context, context.envelope)
    whole = context.envelope or context.payload
    if whole is not None:
        yield from instance_attributes(context.report, whole)


@cached_while_held  # each of its entries asks
def _mismatched(document: Document) -> frozenset[Element]:
    """The elements of a document whose start tag and end tag have different names."""
    return frozenset(
        problem.element
        for problem in document.problems
        if problem.kind == "crossed-tags" and problem.element is not None
    )


def _is_all_else_right(context: Context) -> bool:
    """Whether the schemas take all of an entry, values aside, once its misspelt names are put right."""
    signs = context.meant_signs if context.signs is not None else None
    return signs is not None and signs.has_right_names


# -- names ------------------------------------------------------------------------------------


def _rename(context: Context, element: Element, name: str) -> list[tuple[int, int, str]]:
    """The edits that rename an element: its start tag, and its end tag if it has one."""
    start = element.name_end - len(element.name)
    edits = [(start, element.name_end, name)]
    if element.closed and not element.self_closing:
        text = context.source.text
        at = text.find(element.name, element.close_start, element.end)
        if at >= 0:
            edits.append((at, at + len(element.name), name))
    return edits


def _misspelt(context: Context, finding: NameFinding) -> Diagnostic:
    element, meant = finding.element, finding.meant
    written = element.name
    if written.casefold() == meant.casefold():
        message = f"`{clip(written)}` is in the wrong letter case"
    elif written == ADDRESS_LINK:  # the vocabulary has it, for something else
        message = (
            f"`{written}` holds an address: it is a link, which says by its `id` which is meant"
        )
    else:
        message = f"there is no element `{clip(written)}`" + (
            f" in `{finding.parent}`" if finding.parent else ""
        )
    harmless = _is_harmless(context, element, meant)
    near = len(meant) > 5 and nearest(written, [meant]) is not None
    sure = (
        near
        or written == ADDRESS_LINK
        or certain(written, meant)
        or written in context.naming.affixed
    )
    safety = Safety.SAFE if sure else Safety.UNSAFE
    return context.report.at(
        MISSPELT, element.name_start, element.name_end, message, label=f"expected `{meant}`",
        help=(f"did you mean `{meant}`?",), element=element.path,
        fixes=context.report.fix(f"Rename it to `{meant}`", *_rename(context, element, meant), safety=safety),
        severity=Severity.WARNING if harmless else None, concern=Concern.V1 if harmless else None,
    )  # fmt: skip


def _is_harmless(context: Context, element: Element, meant: str) -> bool:
    """Whether only the letter case is wrong of what only the server writes: its own answers have
    `URLS` and `value` (reference, v1-clients, Campaign, Schedule)."""
    if element.name.casefold() != meant.casefold():
        return False
    top = element
    while top.parent is not None and top.parent is not context.payload:
        top = top.parent
    name = context.naming.meant.get(top, top.name)
    fact = lexicon().fact(f"{context.resource}/{name}") if top.parent is not None else None
    return fact is not None and fact.read_only


def _unknown(context: Context, finding: NameFinding) -> Diagnostic:
    element = finding.element
    where = f" in `{finding.parent}`" if finding.parent else ""
    return context.report.at(
        UNKNOWN, element.name_start, element.name_end,
        f"there is no element `{clip(element.name)}`{where}",
        label="not an element of the v1 format", help=(UNKNOWN.how,), element=element.path,
        fixes=_deletion(context, element),
    )  # fmt: skip


def _deletion(context: Context, element: Element, *, repeated: bool = False) -> tuple[Fix, ...]:
    """An unsafe fix that deletes an element with the line that it stands on alone."""
    text = context.source.text
    start, end = element.start, element.end
    if end <= element.open_end and not element.self_closing:
        return ()
    if any(each.text.strip() for each in element.walk()) and not repeated:
        return ()  # what it says may belong elsewhere: nobody's text is deleted on a guess
    before = start
    while before > 0 and text[before - 1] in " \t":
        before -= 1
    if before > 0 and text[before - 1] == "\n" and text[end : end + 1] in ("\n", "\r", ""):
        start = before - (2 if text[before - 2 : before] == "\r\n" else 1)
    return context.report.fix("Delete it", (start, end, ""), safety=Safety.UNSAFE)


def _repeated(context: Context, finding: NameFinding) -> Diagnostic:
    element, first = finding.element, finding.first
    text = context.source.text
    same = first is not None and _outer(text, first) == _outer(text, element)
    labels = ((first.start, first.name_end, "the first one"),) if first is not None else ()
    twice = _written_twice(context, finding, labels, same)
    if twice is not None:
        return twice
    fixes = _deletion(context, element, repeated=same)
    if same:
        fixes = tuple(Fix(fix.title, Safety.SAFE, fix.edits) for fix in fixes)
    help_ = (
        "delete one of the two; they are equal" if same else "delete one of the two; they differ"
    )
    return context.report.at(
        REPEATED, element.name_start, element.name_end,
        f"`{clip(finding.meant)}` stands twice in `{finding.parent}`", label="the second one",
        help=(help_,), element=element.path, labels=labels, fixes=fixes,
        concern=Concern.V1 if finding.parent == "entry" and finding.meant not in _READ else None,
    )  # fmt: skip


def _written_twice(
    context: Context, finding: NameFinding, labels: tuple[tuple[int, int, str], ...], same: bool
) -> Diagnostic | None:
    """What is said of a child of the payload that v1's clients wrote twice; None for others."""
    resource, element = RESOURCES.get(context.resource or ""), finding.element
    if (
        resource is None
        or element.parent is not context.payload
        or finding.meant not in resource.written_twice
    ):
        return None
    fixes = _deletion(context, element, repeated=True)
    return context.report.at(
        REPEATED, element.name_start, element.name_end,
        f"`{finding.meant}` stands twice in `{finding.parent}`" + ("" if same else ", and the first one counts"),
        label="the second one", help=("delete the one that is wrong",), element=element.path, labels=labels,
        fixes=tuple(Fix(fix.title, Safety.SAFE if same else Safety.UNSAFE, fix.edits) for fix in fixes),
        severity=Severity.WARNING, concern=Concern.V1,
    )  # fmt: skip


#: Children of an entry that a conversion reads.
_READ = frozenset({"id", "content", "link"})


def _outer(text: str, element: Element) -> str:
    return text[element.start : element.end]


def _repeats_id(context: Context, element: Element) -> bool:
    """Whether an `id` inside the payload says what the payload's attribute says."""
    payload = context.payload
    own = payload.attribute("id") if payload is not None else None
    if own is None or element.parent is not payload or element.name != "id" or element.elements:
        return False
    value = own.value.strip()
    return bool(value) and element.text.strip() == value


def _repeated_id(context: Context, element: Element) -> Diagnostic:
    payload = context.payload
    assert payload is not None
    own = payload.attribute("id")
    fixes = _deletion(context, element, repeated=True)
    return context.report.at(
        REPEATED_ID, element.name_start, element.name_end,
        f"this `id` repeats the attribute of `{payload.name}`", label="not needed", help=(REPEATED_ID.how,),
        element=element.path, labels=((own.start, own.end, "the same"),) if own is not None else (),
        fixes=tuple(Fix(fix.title, Safety.SAFE, fix.edits) for fix in fixes),
    )  # fmt: skip


def _misplaced(context: Context, finding: NameFinding) -> Diagnostic:
    element = finding.element
    if _repeats_id(context, element):
        return _repeated_id(context, element)
    homes = choice(f"`{home}`" for home in finding.homes)
    fixes: tuple[Fix, ...] = ()
    if (
        finding.meant == "name"
        and finding.parent == "entry"
        and "author" not in context.naming.parts
    ):
        fixes = context.report.fix(
            "Put it into an `author`", (element.start, element.start, "<author>"), (element.end, element.end, "</author>")
        )  # fmt: skip
    return context.report.at(
        MISPLACED, element.name_start, element.name_end,
        f"`{clip(element.name)}` does not belong in `{finding.parent}`",
        label=f"belongs in {homes}", help=(f"move it into {homes}",), element=element.path, fixes=fixes,
    )  # fmt: skip


_WORDS = {
    "misspelt": _misspelt,
    "unknown": _unknown,
    "repeated": _repeated,
    "misplaced": _misplaced,
}


# -- what stands inside ------------------------------------------------------------------------


def _inside(context: Context, element: Element, path: str, name: str) -> Iterator[Diagnostic]:
    """Attributes, stray text and nested markup in the payload."""
    facts, renamed = lexicon(), context.naming.meant
    waiting = [(element, path, name)]
    while waiting:
        element, path, name = waiting.pop()
        if element.attributes:
            yield from _attributes(context, element, path, name)
        if name in facts.contents:
            continue
        allowed, inner = facts.children(path), element.elements
        if name in EMPTY and path.startswith("entry/"):  # in a payload `values` says so
            yield from stray_text(context, element, path, name)
        nameless = (
            name == "author" and not inner and element.filled
        )  # reported as the author's name
        if allowed and not nameless:
            yield from stray_text(context, element, path, name)
        elif inner and not allowed:
            yield from _nested(context, element, path, name)
        for child in inner:
            meant = renamed.get(child, child.name)
            if meant in allowed:
                waiting.append((child, f"{path}/{meant}", meant))


def _nested(context: Context, element: Element, path: str, name: str) -> Iterator[Diagnostic]:
    inner = element.elements
    first = inner[0]
    text = context.source.text
    start, end = element.open_end, element.close_start
    encoded = text[start:end].replace("&", "&amp;").replace("<", "&lt;")
    displaced = any(e in found for found in context.naming.displaced.values() for e in inner)
    if displaced:
        return
    root, _, below = path.partition("/")
    fact = vocabulary().element(root, below)
    if fact is not None and fact.type is None:  # an element that is empty but for attributes
        yield context.report.at(
            NESTED, first.name_start, first.name_end, f"`{name}` holds nothing, and `<{clip(first.qname)}>` stands in it",
            label="nothing may stand here", help=("leave it out",), element=element.path,
        )  # fmt: skip
        return
    yield context.report.at(
        NESTED, first.name_start, first.name_end, f"`{name}` holds text alone, not `<{clip(first.qname)}>`",
        label="no markup here", help=(NESTED.how,), element=element.path,
        fixes=context.report.fix("Encode the markup as text", (start, end, encoded), safety=Safety.UNSAFE),
    )  # fmt: skip


def _attributes(context: Context, element: Element, path: str, name: str) -> Iterator[Diagnostic]:
    known = lexicon().attributes(path)
    reported = misspelt_declaration(element)
    for attribute in element.attributes:
        if attribute is reported or attribute.namespace == XMLNS:
            continue
        if attribute.name in known and not attribute.prefix:
            continue
        if (
            attribute.prefix
            and attribute.namespace not in (ATOM, CTCT)
            and _may_have(path, attribute)
        ):
            continue
        yield _unknown_attribute(context, element, attribute, name, known)


def _may_have(path: str, attribute: Attribute) -> bool:
    """Whether an element may have an attribute of a namespace that is not its own; of XML Schema's,
    CT325 speaks."""
    if attribute.namespace == INSTANCE:
        return True
    fact = lexicon().fact(path)
    return fact is None or fact.takes_attributes_of(attribute.namespace or "")


def _unknown_attribute(
    context: Context, element: Element, attribute: Attribute, name: str, known: frozenset[str]
) -> Diagnostic:
    near = nearest(attribute.name, sorted(known))
    text = context.source.text
    start = attribute.start
    while text[start - 1].isspace():
        start -= 1
    if near is not None and element.attribute(near) is None:
        safety = Safety.SAFE if certain(attribute.name, near) else Safety.UNSAFE
        fixes = context.report.fix(
            f"Rename it to `{near}`", (attribute.start, attribute.name_end, near), safety=safety
        )
        helps = (f"did you mean `{near}`?",)
        label = f"expected `{near}`"
    else:
        fixes = context.report.fix("Delete it", (start, attribute.end, ""), safety=Safety.UNSAFE)
        helps = (UNKNOWN_ATTRIBUTE.how,)
        label = f"`{name}` has " + (
            f"the attribute {choice(sorted(known))} alone" if known else "no attributes"
        )
    return context.report.at(
        UNKNOWN_ATTRIBUTE, attribute.start, attribute.name_end,
        f"`{name}` has no attribute `{clip(attribute.qname)}`", label=label, help=helps,
        element=f"{element.path}/@{attribute.qname}", fixes=fixes,
    )  # fmt: skip


def _envelope(context: Context, element: Element) -> Iterator[Diagnostic]:
    """Stray text, attributes and markup in the envelope, the payload left aside."""
    yield from _attributes(context, element, "entry", "entry")
    yield from stray_text(context, element, "entry", "entry")
    for name, found in context.naming.parts.items():
        for child in found:
            if child.parent is not element:
                continue
            if name == "content":
                yield from _around_payload(context, child)
                continue
            yield from _inside(context, child, f"entry/{name}", name)


def _around_payload(context: Context, content: Element) -> Iterator[Diagnostic]:
    """Attributes of `content`, and text beside the payload in it; in a document that is not
    well-formed such text is what is left of tags."""
    if context.document.root is None or context.payload is None:
        return
    if context.payload.parent is content:
        yield from _attributes(context, content, "entry/content", "content")
        yield from stray_text(context, content, "entry/content", "content")
        for child in content.elements:
            if child is not context.payload and child.name not in NAMES:
                yield _unknown(context, NameFinding("unknown", child, "content"))
