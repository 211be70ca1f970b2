"""CT399: what the schema refuses and no rule has found; and the feed's own parts.

The safety net.  Wherever it shows up, a rule with better words is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.mapping.dates import read_date
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Reporter, value_place
from ctct_migrate.rules.envelope import (
    BAD_ID,
    BAD_UPDATED,
    MISSING_AUTHOR_NAME,
    MISSING_ID,
    MISSING_TITLE,
    MISSING_UPDATED,
    severity_of_date,
)
from ctct_migrate.rules.nearness import nearest
from ctct_migrate.rules.phrases import quoted
from ctct_migrate.vocabulary import vocabulary
from ctct_migrate.vocabulary.lexicon import lexicon

NOT_VALID = Rule(
    "CT399", "not-valid", Severity.ERROR,
    summary="Something that the schema does not allow, in a way not named elsewhere",
    why="The server checked documents against their schema, and refused those that did not fit.",
    bad='<title type="markdown">Spring sale</title>', good='<title type="text">Spring sale</title>',
    how="Look at the place shown. The words beside it are the schema checker's own.",
    fact="schemas/atom.xsd, schemas/campaign.xsd, schemas/schedule.xsd",
)  # fmt: skip

RULES = (NOT_VALID,)

#: Parts of a feed and of an entry's `source` that have a value to get wrong, and whose rule it is.
_PARTS = {"id": BAD_ID, "updated": BAD_UPDATED, "name": MISSING_AUTHOR_NAME}


def feed_parts(document: Document) -> Iterator[Diagnostic]:
    """Wrong values in what a feed says of itself, and in the copies of that which its entries
    hold (`source`)."""
    tree = document.tree
    if tree is None:
        return
    places = [(tree, "feed")] if document.kind == "feed" else []
    for entry in document.entries:
        source = entry.element.child("source") if entry.element is not None else None
        if source is not None:
            places.append((source, "entry/source"))
    if document.kind == "feed" and not document.cut:
        yield from _missing(document, tree)
    for parent, path in places:
        for child in parent.elements:
            if child.name == "author":
                name = child.child("name")
                if name is not None:
                    yield from _part(document, name, f"{path}/author/name")
            elif child.name in _PARTS:
                yield from _part(document, child, f"{path}/{child.name}")


def _missing(document: Document, feed: Element) -> Iterator[Diagnostic]:
    """What a feed has to say of itself (RFC 4287, 4.1.1)."""
    first = feed.child("entry")
    at = first.start if first is not None else feed.open_end
    for name, rule in (("id", MISSING_ID), ("title", MISSING_TITLE), ("updated", MISSING_UPDATED)):
        if feed.child(name) is None and nearest(name, [e.name for e in feed.elements]) is None:
            yield Reporter(document.source).at(
                rule, at, at, f"`feed` has no `{name}`", label=f"expected `<{name}>`",
                help=(rule.how,), element=f"feed/{name}",
            )  # fmt: skip


def _part(document: Document, element: Element, path: str) -> Iterator[Diagnostic]:
    fact = lexicon().fact(path)
    if fact is None or element.elements or fact.accepts(element.text):
        return
    rule = _PARTS[element.name]
    value = element.text.strip()
    message = f"{quoted(value)} is no {fact.type_kind}" if value else f"`{element.name}` is empty"
    if value and rule is BAD_ID:
        message = f"{quoted(value)} is no URI"
    start, end = value_place(document.source.text, element)
    yield Reporter(document.source).at(
        rule, start, end, message, label=fact.meaning.partition(";")[0], help=(rule.how,),
        element=element.path, severity=severity_of_date(value) if rule is BAD_UPDATED else None,
    )  # fmt: skip


def check(
    document: Document, found: list[Diagnostic], zone: tzinfo | None = None
) -> Iterator[Diagnostic]:
    """The schema's refusal, if nothing that was `found` explains it.  That a date names no zone is
    none where a `zone` is assumed."""
    root = document.root
    if root is None or any(each.severity is Severity.ERROR for each in found):
        return
    if document.kind == "other" or vocabulary().is_valid(root):
        return
    from ctct_migrate.vocabulary.explain import explain_invalid

    refusal = explain_invalid(root)
    tree = document.tree
    if refusal is None or tree is None:
        return
    element = next((each for each in tree.walk() if each.number == refusal.number), tree)
    if zone is not None and read_date(element.text, zone).certain is not None:
        return
    if any(each.element.rstrip("/@") == refusal.path for each in found):
        return
    yield Reporter(document.source).at(
        NOT_VALID, element.name_start, element.name_end, f"`{element.name}` is not as the schema has it",
        label=refusal.reason, help=(NOT_VALID.how,), element=element.path,
    )  # fmt: skip
