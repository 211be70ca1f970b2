"""CT303 and CT305 to CT307 in what a feed says of itself.

Only a well-formed feed is looked at, since the text between elements of another one is what is left
of tags.  All are warnings: nothing that a feed says of itself is in the body of a campaign.
"""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.diagnostics import Diagnostic, Fix, Safety, Severity
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.namespaces import XMLNS
from ctct_migrate.reader.tree import ATOM, CTCT, XML, Element
from ctct_migrate.rules.context import Reporter, trimmed
from ctct_migrate.rules.names.element_name_rules import (
    MISSPELT,
    NESTED,
    REPEATED,
    UNKNOWN,
    UNKNOWN_ATTRIBUTE,
)
from ctct_migrate.rules.names.instance_attributes import instance_attributes
from ctct_migrate.rules.names.stray_text import EMPTY, STRAY_TEXT, blank_references
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import clip, quoted
from ctct_migrate.v1.lexicon import lexicon


def check(document: Document) -> Iterator[Diagnostic]:
    """What does not belong in a feed, its entries left aside."""
    feed = document.tree
    if document.kind == "feed" and document.root is not None and feed is not None:
        report = Reporter(document.source)
        if feed.name != "feed":
            yield _misspelt(report, feed, "feed", Severity.WARNING)
        yield from _within(report, feed, "feed")
        yield from instance_attributes(report, feed, without="entry")


def _within(report: Reporter, element: Element, path: str) -> Iterator[Diagnostic]:
    facts, name = lexicon(), path.rpartition("/")[2]
    allowed, inner = facts.children(path), element.elements
    yield from _attributes(report, element, path)
    if name in facts.contents:
        return
    if allowed or name in EMPTY:
        yield from _stray_text(report, element, name)
    if not allowed:
        if inner:
            yield _nested(report, element, name)
        return
    seen: dict[str, Element] = {}
    for child in inner:
        if path == "feed" and child.name.lower() == "entry":
            continue  # looked at as an entry
        if child.space not in (ATOM, CTCT, None):
            if path != "feed":
                yield _foreign(report, child, name)
            continue  # a feed may be extended (RFC 4287, 6)
        if child.name not in allowed:
            yield _not_known(report, child, name, allowed)
            continue
        first = seen.setdefault(child.name, child)
        if first is not child and not facts.repeats(path, child.name):
            yield _repeated(report, child, first, name)
        yield from _within(report, child, f"{path}/{child.name}")


def _attributes(report: Reporter, element: Element, path: str) -> Iterator[Diagnostic]:
    known, text = lexicon().attributes(path), report.source.text
    for attribute in element.attributes:
        if attribute.namespace in (XMLNS, XML):
            continue
        if attribute.name in known if not attribute.prefix else attribute.namespace != ATOM:
            continue
        if attribute.name == "xmlns":
            continue
        start = attribute.start
        while text[start - 1].isspace():
            start -= 1
        yield report.at(
            UNKNOWN_ATTRIBUTE, attribute.start, attribute.name_end,
            f"`{element.name}` has no attribute `{clip(attribute.qname)}`",
            label="not an attribute that it has", help=(UNKNOWN_ATTRIBUTE.how,),
            element=f"{element.path}/@{attribute.qname}", severity=Severity.WARNING,
            fixes=report.fix("Delete it", (start, attribute.end, ""), safety=Safety.UNSAFE),
        )  # fmt: skip


def _stray_text(report: Reporter, element: Element, name: str) -> Iterator[Diagnostic]:
    if not element.filled:
        yield from blank_references(report, element, name)
        return
    run = element.filled[0]
    start, end = trimmed(report.source.text, run)
    yield report.at(
        STRAY_TEXT, start, end, f"text stands directly in `{name}`: {quoted(run.value.strip())}",
        label="no text here", help=(STRAY_TEXT.how,), element=element.path, severity=Severity.WARNING,
    )  # fmt: skip


def _nested(report: Reporter, element: Element, name: str) -> Diagnostic:
    first = element.elements[0]
    held = "is empty" if name in EMPTY else "holds text alone"
    return report.at(
        NESTED, first.name_start, first.name_end, f"`{name}` {held}, not `<{clip(first.qname)}>`",
        label="no markup here", help=("delete the markup, or encode it as text",), element=element.path,
        severity=Severity.WARNING,
    )  # fmt: skip


def _not_known(
    report: Reporter, element: Element, parent: str, allowed: frozenset[str]
) -> Diagnostic:
    """An element of Atom's namespace, or of none, that is not one of `allowed`.  An entry that is
    misspelt would be lost: that is an error."""
    meant = nearest(element.name, sorted({*allowed, "entry"} if parent == "feed" else allowed))
    if meant is None:
        return _foreign(report, element, parent)
    severity = Severity.ERROR if meant == "entry" else Severity.WARNING
    return _misspelt(report, element, meant, severity)


def _misspelt(report: Reporter, element: Element, meant: str, severity: Severity) -> Diagnostic:
    start = element.name_end - len(element.name)
    edits = [(start, element.name_end, meant)]
    if element.closed and not element.self_closing:
        at = report.source.text.find(element.name, element.close_start, element.end)
        if at >= 0:
            edits.append((at, at + len(element.name), meant))
    wrong_case = element.name.lower() == meant
    message = "is in the wrong letter case" if wrong_case else "is not an element of a feed"
    return report.at(
        MISSPELT, element.name_start, element.name_end, f"`{clip(element.name)}` {message}",
        label=f"expected `{meant}`", help=(f"did you mean `{meant}`?",), element=element.path,
        severity=severity, fixes=report.fix(f"Rename it to `{meant}`", *edits),
    )  # fmt: skip


def _foreign(report: Reporter, element: Element, parent: str) -> Diagnostic:
    return report.at(
        UNKNOWN, element.name_start, element.name_end,
        f"there is no element `{clip(element.name)}` in `{parent}`",
        label="not an element of the v1 format", help=(UNKNOWN.how,), element=element.path,
        severity=Severity.WARNING,
    )  # fmt: skip


def _repeated(report: Reporter, element: Element, first: Element, parent: str) -> Diagnostic:
    text = report.source.text
    equal = text[first.start : first.end] == text[element.start : element.end]
    fixes: tuple[Fix, ...] = ()
    if equal:
        fixes = report.fix("Delete it", (element.start, element.end, ""))
    return report.at(
        REPEATED, element.name_start, element.name_end, f"`{element.name}` stands twice in `{parent}`",
        label="the second one", element=element.path, severity=Severity.WARNING, fixes=fixes,
        help=("delete one of the two; they are equal" if equal else "delete one of the two; they differ",),
        labels=((first.start, first.name_end, "the first one"),),
    )  # fmt: skip
