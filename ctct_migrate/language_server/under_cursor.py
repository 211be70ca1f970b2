"""What stands under the cursor in a v1 document, and what the schemas call it."""

from __future__ import annotations

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.reader.document import Document, Entry
from ctct_migrate.reader.tree import Attribute, Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.v1 import ElementFact, vocabulary


@dataclass(frozen=True)
class SchemaPlace:
    """Where an element stands.

    root   `entry`, `feed`, or the name of the payload that it is or stands in
    path   its plain path below the root; empty for the root itself
    entry  the entry that it stands in, if it stands in one
    """

    root: str
    path: str
    entry: Entry | None

    @property
    def fact(self) -> ElementFact | None:
        """What the schemas say of it; None where they have no such element."""
        known = self.root in RESOURCES or self.root in ("entry", "feed")
        return vocabulary().element(self.root, self.path) if known else None


@dataclass(frozen=True)
class Pointed:
    """What the cursor is on: an element's name (in either tag), one of its attributes, or its text.

    start, end   where that stands, in characters of the document's text
    attribute    the attribute, if it is on one
    on_value     whether it is on the attribute's value, or on the element's text
    """

    element: Element
    start: int
    end: int
    attribute: Attribute | None = None
    on_value: bool = False


def innermost(element: Element | None, index: int) -> Element | None:
    """The innermost element around the place before the character at `index`; None if there is
    none."""
    found, waiting = None, [element] if element is not None else []
    while waiting:
        inner = next((each for each in waiting if each.start < index < each.end), None)
        if inner is None:
            break
        found, waiting = inner, inner.elements
    return found


def pointed(document: Document, index: int) -> Pointed | None:
    """What stands at `index` of the document's text; None between elements."""
    element = innermost(document.tree, index + 1)
    if element is None:
        return None
    if index <= element.name_end:
        return Pointed(element, element.name_start, element.name_end)
    for attribute in element.attributes:
        if attribute.start <= index <= attribute.end:
            on_value = attribute.value_start <= index <= attribute.value_end
            if on_value and attribute.value_start > attribute.start:
                return Pointed(element, attribute.value_start, attribute.value_end, attribute, True)
            return Pointed(element, attribute.start, attribute.name_end, attribute)
    if element.close_start < index and element.closed and not element.self_closing:
        start = element.close_start + 2
        return Pointed(element, start, start + len(element.qname))
    if index >= element.open_end and element.filled:
        texts = element.filled
        return Pointed(element, texts[0].start, texts[-1].end, on_value=True)
    return None


def schema_place(document: Document, element: Element) -> SchemaPlace:
    """Where an element stands, as the schemas name places."""
    payloads = {id(each.payload): each for each in document.entries if each.payload is not None}
    envelopes = {id(each.element): each for each in document.entries if each.element is not None}
    names: list[str] = []
    at: Element | None = element
    while at is not None:
        path = "/".join(reversed(names))
        if entry := payloads.get(id(at)):
            return SchemaPlace(entry.resource or at.name, path, entry)
        if entry := envelopes.get(id(at)):
            return SchemaPlace("entry", path, entry)
        if at.parent is None:
            return SchemaPlace(at.name, path, None)
        names.append(at.name)
        at = at.parent
    raise AssertionError("an element stands below its root")
