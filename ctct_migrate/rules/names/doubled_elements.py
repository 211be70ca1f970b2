"""CT378: an element that stands in another of its name, which holds nothing else.

Whoever puts a document together from parts writes such a pair of tags once around the part, and once
in it.  Everything inside would be in the wrong place; so the document is looked at as it is
without the pair that says nothing (`rules.linting`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ctct_migrate.diagnostics import Diagnostic, Rule, Severity
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element, LeafElement, UnreadElement
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.phrases import listing
from ctct_migrate.rules.reading.carrying import Change
from ctct_migrate.v1.lexicon import lexicon

IN_ITSELF = Rule(
    "CT378", "element-in-itself", Severity.ERROR,
    summary="An element that stands in another of its name",
    why="The same tags were written twice, around a part and in it. The format has no element that holds another of its name: what is inside would be in the wrong place.",
    bad="<FromEmail><FromEmail><EmailAddress>joe@example.com</EmailAddress></FromEmail></FromEmail>",
    good="<FromEmail><EmailAddress>joe@example.com</EmailAddress></FromEmail>",
    how="Delete one of the two pairs of tags.",
    fact="schemas/v1: what each element may hold",
)  # fmt: skip

RULES = (IN_ITSELF,)


def changes(document: Document) -> list[Change]:
    """The edits that delete the tags of each such pair which say nothing; none where there are
    none."""
    if document.root is None:
        return _unclosed(document)
    return sorted(change for _, spare in _pairs(document) for change in _tags(spare))


#: A start tag, and another one of its name after it, perhaps with a declaration between them.
_TWO = late_compile(
    r"<(?P<name>(?:[\w.-]{1,40}:)?[\w.-]{1,80})(?P<said>\s[^<>]{0,500})?>\s*+(?P<declaration>(?:<\?xml\s[^<>?]*+\?>\s*+)?)"
    r"(?=(?P<second><(?P=name)(?P<more>\s[^<>]{0,500})?>))"
)


def _unclosed(document: Document) -> list[Change]:
    """The edit that deletes one of two start tags that follow each other, of which there is one end
    tag; the one that says less.  None where that is not all that is in the way."""
    text = document.source.text
    if document.nature is not None:
        return []
    names = {*lexicon().names, "entry", "feed"} - lexicon().contents
    asked: set[str] = set()  # each name is counted once
    for match in _TWO.finditer(text):
        name = match["name"]
        if name.rpartition(":")[2] not in names or name in asked:
            continue
        asked.add(name)
        starts = len(re.findall(rf"<{re.escape(name)}(?:\s[^<>]*)?(?<!/)>", text))
        if starts != text.count(f"</{name}>") + 1:
            continue
        if len((match["said"] or "").strip()) <= len((match["more"] or "").strip()):
            # A declaration between the two is right where nothing stands before the first.
            first = not text[: match.start()].strip()
            return [(match.start(), match.start("declaration" if first else "second"), "")]
        if not (match["more"] or "").strip():
            return [(*match.span("second"), "")]
    return []


def diagnostic(document: Document, made: list[Change]) -> Diagnostic:
    """The one diagnostic of all pairs."""
    report = Reporter(document.source)
    if document.root is None:
        start, end, _ = made[0]
        text = document.source.text
        name = _NAME.match(text, start)
        tag = text.index(">", start) + 1
        return report.at(
            IN_ITSELF, start, tag, f"the start tag of `{name[1] if name else ''}` is written twice, and closed once",
            label="the same tag once more", help=("delete one of the two",),
            fixes=report.fix("Delete it", (start, end, "")),
        )  # fmt: skip
    inner = [max(pair, key=lambda each: each.start) for pair in _pairs(document)]
    first = inner[0]
    names = listing(f"`{name}`" for name in dict.fromkeys(each.name for each in inner))
    labels = [(each.start, each.name_end, "here too") for each in inner[1:3]]
    if len(inner) == 1 and first.parent is not None:
        labels = [(first.parent.start, first.parent.name_end, "it stands in this one")]
    one = len(made) == 2
    return report.at(
        IN_ITSELF, first.start, first.name_end, f"{names} stands in {names}" if len(inner) == 1 else f"{names} stand in elements of their own names",
        label="the same tag once more", labels=labels, help=(IN_ITSELF.how,), element=first.path,
        fixes=report.fix("Delete the tags that stand there twice" if one else "Delete all tags that stand there twice", *made),
    )  # fmt: skip


def _pairs(document: Document) -> Iterator[tuple[Element, Element]]:
    """The element that stays, and the one whose tags say nothing, of each pair."""
    tree = document.tree
    if tree is None or document.nature is not None:
        return
    contents, names = lexicon().contents - {"content"}, _doubled_names()
    waiting = [tree]
    while waiting:
        outer = waiting.pop()
        if outer.name in contents:
            continue
        if isinstance(outer, UnreadElement) and outer.is_unread and not _may_hold(document, outer):
            continue
        inner = outer.elements
        waiting.extend([each for each in reversed(inner) if not isinstance(each, LeafElement)])
        if len(inner) != 1 or inner[0].name != outer.name or outer.name not in names:
            continue
        if outer.filled or not (outer.closed and inner[0].closed):
            continue
        first, second = _said(outer), _said(inner[0])
        if second.items() <= first.items():
            yield outer, inner[0]
        elif first.items() <= second.items():
            yield inner[0], outer


#: A start tag, and after it, comments and the like aside, another one of its name.
_IN_ITSELF = late_compile(
    r"""<(?:[^\s<>/!?:]++:)?([^\s<>/!?:]++)(?:[^<>"']++|"[^"]*+"|'[^']*+')*+>\s*+"""
    r"""<(?:(?:[^\s<>/!?:]++:)?\1(?![^\s<>/])|[!?])"""
)


def _may_hold(document: Document, element: Element) -> bool:
    """Whether an element of a well-formed document that is not read may be or hold such a pair."""
    return _IN_ITSELF.search(document.source.text, element.start, element.close_start) is not None


@cache
def _doubled_names() -> frozenset[str]:
    """Names of elements that a pair of tags may be written twice of."""
    words = lexicon()
    return (words.names | {"entry", "feed"}) - words.contents | {"content"}


_NAME = late_compile(r"<([\w.:-]++)")


def _said(element: Element) -> dict[str, str]:
    return {attribute.qname: attribute.value for attribute in element.attributes}


def _tags(element: Element) -> Iterator[Change]:
    if element.self_closing:
        yield element.start, element.end, ""
        return
    yield element.start, element.open_end, ""
    yield element.close_start, element.end, ""
