"""Completion in v1 documents: elements that may stand here and are missing, attributes, values.

It works while the document is not well-formed, since somebody is typing: what is being typed is taken
out, and the rest is read by the reader that never gives up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

from ctct_migrate.language_server.skeletons import Skeleton
from ctct_migrate.language_server.under_cursor import innermost, schema_place
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.rules.context import Context, indentation
from ctct_migrate.rules.values.states import values_in_country
from ctct_migrate.source import Source
from ctct_migrate.v1 import ElementFact, Value, vocabulary
from ctct_migrate.v1.vocabulary import ROOTS


class Completes(StrEnum):
    """What a proposal is."""

    ELEMENT = "element"
    END_TAG = "end tag"
    ATTRIBUTE = "attribute"
    VALUE = "value"
    PROPERTY = "property"


@dataclass(frozen=True)
class Proposal:
    """Something that may stand where the cursor is.

    label         what is shown
    kind          what it is
    text          what is inserted in place of the characters `start` to `end` of the text
    is_snippet    whether `text` has stops
    detail        a few words beside the label
    documentation what it means
    weight        the order in which proposals are shown, the lowest first
    """

    label: str
    kind: Completes
    text: str
    start: int
    end: int
    is_snippet: bool = False
    detail: str = ""
    documentation: str = ""
    weight: int = 0


_NAME = r"[A-Za-z_][\w.:-]*"
_ATTRIBUTES = r"""(?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*"""
_OPENING = late_compile(r"<([\w.:-]*)")
_CLOSING = late_compile(r"</([\w.:-]*)")
_IN_TAG = late_compile(rf"<({_NAME}){_ATTRIBUTES}\s+([\w.:-]*)")
_IN_VALUE = late_compile(rf"""<({_NAME}){_ATTRIBUTES}\s+([\w.:-]+)\s*=\s*(["'])([^"'<]*)""")
_REST_OF_NAME = late_compile(r"[\w.:-]*")

#: A start tag that is longer than this is not looked into.
_LONGEST_TAG = 4_000

_SECTIONS = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"))


def document_proposals(text: str, at: int, *, snippets: bool) -> list[Proposal]:
    """What may stand at `at` (characters of `text`), the most useful first; nothing inside comments,
    CDATA sections and content of any kind.  Never raises on bad input."""
    for opening, closing in _SECTIONS:
        begun = text.rfind(opening, 0, at)
        if begun >= 0 and text.find(closing, begun, at) < 0:
            return []
    start = text.rfind("<", max(0, at - _LONGEST_TAG), at)
    head = text[start:at] if start >= 0 else ""
    if (match := _CLOSING.fullmatch(head)) is not None:
        return list(_end_tag(text, start, at))
    if (match := _OPENING.fullmatch(head)) is not None:
        return list(_elements(text, start, at, snippets))
    if (match := _IN_VALUE.fullmatch(head)) is not None:
        return list(_attribute_values(text, start, at, match))
    if (match := _IN_TAG.fullmatch(head)) is not None:
        return list(_attributes(text, start, at, match, snippets))
    if head and ">" not in head:
        return []
    return list(_in_text(text, at, snippets))


def _around(text: str, start: int, end: int) -> tuple[Document, Element | None]:
    """The document without the characters `start` to `end`, and the element that stands around
    them."""
    document = Document(Source("-", f"{text[:start]} {text[end:]}".encode("utf-8", "replace")))
    return document, innermost(document.tree, start)


def _open_for_elements(document: Document, element: Element | None) -> Element | None:
    """The element, or the innermost one around it that holds elements where it was never closed."""
    while element is not None and not element.closed and element.parent is not None:
        fact = schema_place(document, element).fact
        if fact is not None and (fact.children or fact.open):
            break
        element = element.parent
    return element


def _end_of_name(text: str, at: int) -> int:
    match = _REST_OF_NAME.match(text, at)
    return match.end() if match is not None else at


def _end_tag(text: str, start: int, at: int) -> Iterator[Proposal]:
    end = _end_of_name(text, at)
    end += text[end : end + 1] == ">"
    _, element = _around(text, start, end)
    if element is not None:
        tag = f"</{element.qname}>"
        yield Proposal(tag, Completes.END_TAG, tag, start, end)


def _elements(text: str, start: int, at: int, snippets: bool) -> Iterator[Proposal]:
    end = _end_of_name(text, at)
    document, found = _around(text, start, end)
    parent = _open_for_elements(document, found)
    indent = indentation(text, start)
    if parent is None:
        if document.tree is None:  # the document is still empty
            yield from _roots(start, end, snippets, indent)
        return
    yield from _children(document, parent, start, end, snippets, indent)


def _roots(start: int, end: int, snippets: bool, indent: str) -> Iterator[Proposal]:
    for weight, root in enumerate(ROOTS):
        fact = vocabulary().element(root)
        if fact is not None:
            yield _proposal(fact, Skeleton(prefix="", space="", snippet=snippets, indent=indent or "\n"),
                            root, "", start, end, snippets, weight)  # fmt: skip


def _children(
    document: Document, parent: Element, start: int, end: int, snippets: bool, indent: str
) -> Iterator[Proposal]:
    stands = schema_place(document, parent)
    fact = stands.fact
    if fact is None or fact.open:
        return
    there = {each.name for each in parent.elements}
    is_content = stands.root == "entry" and stands.path == "content"
    if is_content and there:
        return  # one payload is all that it holds
    for weight, name in enumerate(fact.children):
        root, path = (name, "") if is_content else (stands.root, _below(stands.path, name))
        child = vocabulary().element(root, path)
        if child is None or (name in there and not child.repeatable):
            continue
        prefix, space = _prefix_in(parent, child.namespace)
        skeleton = Skeleton(prefix=prefix, space=space, snippet=snippets, indent=indent)
        yield _proposal(child, skeleton, root, path, start, end, snippets, weight + _rank(child))


def _rank(fact: ElementFact) -> int:
    """What is required first, what only the server writes last."""
    if fact.read_only or fact.undocumented:
        return 2_000
    return 0 if fact.required or fact.required_when else 1_000


def _proposal(
    fact: ElementFact, skeleton: Skeleton, root: str, path: str, start: int, end: int,
    snippets: bool, weight: int,
) -> Proposal:  # fmt: skip
    required = bool(path) and (fact.required or fact.required_when == "full")
    details = [
        word for word, said in (("required", required), ("read-only", fact.read_only)) if said
    ]
    return Proposal(
        fact.name, Completes.ELEMENT, skeleton.of(root, path), start, end, snippets,
        ", ".join(details), fact.meaning, weight,
    )  # fmt: skip


def _below(path: str, name: str) -> str:
    return f"{path}/{name}" if path else name


def _prefix_in(parent: Element, namespace: str) -> tuple[str, str]:
    """The prefix that a child of a namespace is written with, and the namespace in which it then
    stands without further ado: that of the parent, or of a prefix that is declared there."""
    if (parent.space or parent.namespace) == namespace:
        return parent.prefix, namespace
    at: Element | None = parent
    while at is not None:
        for attribute in at.attributes:
            if attribute.prefix == "xmlns" and attribute.value == namespace:
                return attribute.name, namespace
        at = at.parent
    default = "" if parent.prefix else (parent.namespace or "")
    return "", default


def _tag(text: str, start: int, at: int, qname: str) -> tuple[Document, Element] | None:
    """The element whose start tag begins at `start` and is being typed at `at`."""
    document = Document(Source("-", text.encode("utf-8", "replace")))
    element = innermost(document.tree, start + 1)
    if element is not None and element.start == start and element.open_end > at:
        return document, element
    end, next_tag = text.find(">", at), text.find("<", at)
    whole = end >= 0 and (next_tag < 0 or end < next_tag)
    rest = text[end + 1 :] if whole else text[at:]
    document = Document(Source("-", f"{text[:start]}<{qname}/>{rest}".encode("utf-8", "replace")))
    element = innermost(document.tree, start + 1)
    return None if element is None or element.start != start else (document, element)


def _attributes(
    text: str, start: int, at: int, match: re.Match[str], snippets: bool
) -> Iterator[Proposal]:
    found = _tag(text, start, at, match[1])
    fact = schema_place(*found).fact if found else None
    if found is None or fact is None:
        return
    there = set(re.findall(r"([\w.:-]+)\s*=", text[start:at]))
    there |= {each.qname for each in found[1].attributes if not each.start <= at <= each.name_end}
    first, end = at - len(match[2]), _end_of_name(text, at)
    has_value = text[end : end + 1] == "="
    for weight, attribute in enumerate(fact.attributes):
        if attribute.name in there:
            continue
        written = attribute.name if has_value else f'{attribute.name}="{"$1" if snippets else ""}"'
        yield Proposal(
            attribute.name, Completes.ATTRIBUTE, written, first, end, snippets and not has_value,
            "required" if attribute.required else "", attribute.meaning,
            weight if attribute.required else weight + 1_000,
        )  # fmt: skip


def _attribute_values(text: str, start: int, at: int, match: re.Match[str]) -> Iterator[Proposal]:
    found = _tag(text, start, at, match[1])
    fact = schema_place(*found).fact if found else None
    attribute = fact.attribute(match[2]) if fact is not None else None
    if attribute is None:
        return
    first, end = at - len(match[4]), at
    while end < len(text) and text[end] not in "\"'<>\r\n":
        end += 1
    yield from _values(attribute.enumeration, first, end)


def _values(values: Sequence[Value], start: int, end: int) -> Iterator[Proposal]:
    for weight, each in enumerate(values):
        other = each.spelling_of is not None
        yield Proposal(
            each.value, Completes.VALUE, each.value, start, end, False,
            f"for {each.spelling_of}" if other else each.documentation, each.documentation,
            weight + 1_000 * other,
        )  # fmt: skip


def _in_text(text: str, at: int, snippets: bool) -> Iterator[Proposal]:
    tag = text.rfind("<", 0, at)
    if tag < 0:
        if not text.strip():
            yield from _roots(at, at, snippets, "")
        return
    document = Document(Source("-", f"{text[:at]}\u200b{text[at:]}".encode("utf-8", "replace")))
    element = innermost(document.tree, tag + 1)
    is_after = element is None or element.start != tag or element.self_closing
    if is_after or (element is not None and element.open_end > at):
        element = _open_for_elements(document, innermost(document.tree, at + 1))
    if element is None or element.self_closing or at < element.open_end:
        return
    place = schema_place(document, element)
    fact = place.fact
    if fact is None or fact.open:
        return
    start = text.rfind(">", 0, at) + 1
    if fact.enumeration and not element.elements:
        end = at
        while end < len(text) and text[end] not in "<\r\n":
            end += 1
        lead = len(text[start:at]) - len(text[start:at].lstrip())
        tail = len(text[at:end]) - len(text[at:end].rstrip())
        values: Sequence[Value] = fact.enumeration
        if place.entry is not None and any(each.country for each in values):
            values = values_in_country(Context(document, place.entry, None), place.path, values)
        yield from _values(values, start + lead, end - tail)
    elif fact.children and not text[start:at].strip():
        yield from _children(document, element, at, at, snippets, indentation(text, at))
