"""The located tree: elements, attributes and texts that know where they stand.

All positions are 0-based character indices into `Source.text`; `Source.span` makes them into
what users see.  The tree is what the scanner read, mistakes included, and is not changed
afterwards except by `repair`, which sets `Element.space`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from ctct_migrate.reader.characters import line_feeds, normalize_attribute, resolve

ATOM = "http://www.w3.org/2005/Atom"
CTCT = "http://ws.constantcontact.com/ns/1.0/"
XHTML = "http://www.w3.org/1999/xhtml"
XML = "http://www.w3.org/XML/1998/namespace"


class Attribute:
    """`start`..`end` is the whole `name="value"`; `value_start`..`value_end` the value without
    its quotes, which is given as written (`raw`)."""

    __slots__ = (
        "_raw", "_value", "end", "name", "namespace", "prefix", "start", "value_end", "value_start"
    )  # fmt: skip

    def __init__(
        self,
        prefix: str,
        name: str,
        raw: str,
        start: int,
        end: int,
        value_start: int,
        value_end: int,
    ):
        self.prefix, self.name, self._raw = prefix, name, raw
        self.start, self.end = start, end
        self.value_start, self.value_end = value_start, value_end
        self.namespace: str | None = None
        self._value: str | None = None

    @property
    def value(self) -> str:
        """The value, normalized (XML 1.0, 3.3.3), with references resolved."""
        if self._value is None:  # most are never asked for
            self._value = normalize_attribute(self._raw)
        return self._value

    @property
    def name_end(self) -> int:
        """Index after the name."""
        return self.start + len(self.qname)

    @property
    def qname(self) -> str:
        """The name as written, with its prefix."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name


class Text:
    """A run of character data or one CDATA section.  `start`..`end` are raw, a CDATA section's
    brackets included; what stands there is given as written (`raw`, without the brackets)."""

    __slots__ = ("_raw", "_value", "cdata", "end", "start")

    def __init__(self, raw: str, start: int, end: int, *, cdata: bool = False):
        self._raw, self.start, self.end, self.cdata = raw, start, end, cdata
        self._value: str | None = None

    @classmethod
    def meant(cls, value: str, start: int, end: int) -> Text:
        """Text that stands for the markup at `start`..`end`: `value`, whatever is written there."""
        text = cls("", start, end)
        text._value = value
        return text

    @property
    def value(self) -> str:
        """What an XML parser reports: references resolved, line ends as LF."""
        if self._value is None:  # most are never asked for
            self._value = line_feeds(self._raw) if self.cdata else resolve(self._raw)
        return self._value

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but white space."""
        return self._raw.isspace() or not (value := self.value) or value.isspace()


class Markup:
    """A comment or a processing instruction; `value` is what stands inside its brackets."""

    __slots__ = ("end", "kind", "start", "value")

    def __init__(self, kind: Literal["comment", "pi"], value: str, start: int, end: int):
        self.kind, self.value, self.start, self.end = kind, value, start, end


#: Names in a path, which nobody reads further.
_DEEPEST = 64

Node = "Element | Text | Markup"


class Element:
    """An element.

    start         index of its `<`
    name_start    index of its name (prefix included); `name_end` is after it
    open_end      index after the `>` of its start tag
    close_start   index of `</`; equal to `open_end` when it is self-closing, and to `end` when it
                  was never closed
    end           index after its end tag
    number        0-based, in document order, as libxml2 would count it in a well-formed document
    namespace     the URI in scope, None for none
    space         the namespace it is meant to be in; equal to `namespace` unless that is a
                  mistake which has been reported
    """

    __slots__ = (
        "attributes", "children", "close_start", "closed", "end", "name", "name_end", "name_start",
        "namespace", "number", "open_end", "parent", "prefix", "self_closing", "space", "start",
    )  # fmt: skip

    def __init__(self, prefix: str, name: str, start: int, name_start: int, parent: Element | None):
        self.prefix, self.name = prefix, name
        self.start, self.name_start = start, name_start
        self.name_end = name_start + len(prefix) + len(name) + bool(prefix)
        self.open_end = self.close_start = self.end = self.name_end
        self.attributes: list[Attribute] = []
        self.children: list[Element | Text | Markup] = []
        self.parent = parent
        self.namespace: str | None = None
        self.space: str | None = None
        self.number = 0
        self.self_closing = False
        self.closed = True

    @property
    def qname(self) -> str:
        """The name as written, with its prefix."""
        return f"{self.prefix}:{self.name}" if self.prefix else self.name

    @property
    def elements(self) -> list[Element]:
        """Its child elements."""
        return [child for child in self.children if isinstance(child, Element)]

    @property
    def has_elements(self) -> bool:
        """Whether elements stand in it."""
        return bool(self.elements)

    @property
    def is_empty(self) -> bool:
        """Whether it holds neither elements nor text that is more than blank."""
        for child in self.children:
            if isinstance(child, Element) or (isinstance(child, Text) and not child.is_blank):
                return False
        return True

    def when_read(self, change: Callable[[Element], None]) -> None:
        """Calls `change` with the element once its children are there: now."""
        change(self)

    @property
    def texts(self) -> list[Text]:
        """Its own runs of text."""
        return [child for child in self.children if isinstance(child, Text)]

    @property
    def filled(self) -> list[Text]:
        """Its own runs of text that hold more than white space."""
        return [child for child in self.texts if not child.is_blank]

    @property
    def text(self) -> str:
        """Its own text, joined; text of child elements is not in it."""
        children = self.children
        if len(children) == 1 and isinstance(children[0], Text):  # nearly always, for most
            return children[0].value
        return "".join(child.value for child in self.children if isinstance(child, Text))

    def child(self, name: str, space: str | None = None) -> Element | None:
        """The first child element of that name (and that `space`, if given)."""
        for child in self.children:
            if (
                isinstance(child, Element)
                and child.name == name
                and (space is None or child.space == space)
            ):
                return child
        return None

    def attribute(self, name: str, namespace: str | None = None) -> Attribute | None:
        """The attribute of that local name (and namespace: None for none)."""
        for attribute in self.attributes:
            if attribute.name == name and attribute.namespace == namespace:
                return attribute
        return None

    def walk(self) -> Iterator[Element]:
        """The element and all below it, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.elements))

    @property
    def path(self) -> str:
        """`entry/content/Campaign/Name`: plain names from the root; of one that stands very deep,
        the innermost alone, after a `…`."""
        names: list[str] = []
        element: Element | None = self
        while element is not None:
            if len(names) >= _DEEPEST:
                names.append("…")
                break
            names.append(element.name)
            element = element.parent
        return "/".join(reversed(names))


#: Those of all leaves; nobody adds to them, since what libxml2 has read is not changed.
_NO_ATTRIBUTES: list[Attribute] = []


class LeafElement(Element):
    """An element of a well-formed document that has no attributes and holds text alone, as most do; what
    stands between its tags is given as written (`raw`), and made into a `Text` when somebody asks."""

    __slots__ = ("_children", "_raw")

    def __init__(self, qname: str, start: int, end: int, raw: str, parent: Element | None):
        prefix, _, name = qname.rpartition(":") if ":" in qname else ("", "", qname)
        self.prefix, self.name, self.parent = prefix, name, parent
        self.start, self.name_start, self.end = start, start + 1, end
        self.name_end = start + 1 + len(qname)
        self.open_end = self.name_end + 1
        self.close_start = self.open_end + len(raw)
        self.attributes = _NO_ATTRIBUTES
        self.namespace = self.space = None
        self.number, self.self_closing, self.closed = 0, False, True
        self._raw = raw
        self._children: list[Element | Text | Markup] | None = None

    @property
    def children(self) -> list[Element | Text | Markup]:
        """Its text, if there is any."""
        if self._children is None:
            text = Text(self._raw, self.open_end, self.close_start) if self._raw else None
            self._children = [text] if text is not None else []
        return self._children

    @children.setter
    def children(self, children: list[Element | Text | Markup]) -> None:
        self._children = children

    @property
    def elements(self) -> list[Element]:
        """As of any element; none, as long as nobody has put any into it."""
        return [] if self._children is None else super().elements

    @property
    def text(self) -> str:
        """As of any element."""
        return self._raw if self._is_plain else super().text

    @property
    def is_empty(self) -> bool:
        """As of any element."""
        return self._raw.isspace() or not self._raw if self._is_plain else super().is_empty

    @property
    def _is_plain(self) -> bool:
        """Whether its text is what is written, and nobody has changed it."""
        return self._children is None and "&" not in self._raw and "\r" not in self._raw


class UnreadElement(Element):
    """An element of a well-formed document in which many elements stand that hardly anybody asks for,
    such as the HTML of an e-mail: its children are located by `read`, which adds them, when somebody
    asks for them."""

    __slots__ = ("_changes", "_children", "_read")

    def __init__(
        self, prefix: str, name: str, start: int, name_start: int, parent: Element | None,
        read: Callable[[Element], None],
    ):  # fmt: skip
        self._read: Callable[[Element], None] | None = None
        self._changes: list[Callable[[Element], None]] = []
        super().__init__(prefix, name, start, name_start, parent)
        self._read = read

    @property
    def is_unread(self) -> bool:
        """Whether nobody has asked for its children yet."""
        return self._read is not None

    @property
    def children(self) -> list[Element | Text | Markup]:
        """What stands in it, located now if it was not yet."""
        read, self._read = self._read, None
        if read is not None:
            read(self)
            for change in self._changes:
                change(self)
        return self._children

    @children.setter
    def children(self, children: list[Element | Text | Markup]) -> None:
        self._children = children

    @property
    def has_elements(self) -> bool:
        """As of any element; true of one that is not read."""
        return self.is_unread or super().has_elements

    @property
    def is_empty(self) -> bool:
        """As of any element; false of one that is not read."""
        return not self.is_unread and super().is_empty

    def when_read(self, change: Callable[[Element], None]) -> None:
        """Calls `change` with the element once its children are there: after those that were given
        before."""
        if self.is_unread:
            self._changes.append(change)
        else:
            change(self)
