"""The children of a payload, found in the source text of a document in which nothing is wrong.

The located tree knows all places, and takes as long to make as a whole conversion.  A document that
libxml2 has read, and in which nothing is wrong, has no tags but those that stand there: start tags
that are found in the order in which the parser found elements of these names are those elements'.  Where that cannot be told,
such as of a name that a CDATA section holds too, there is no raw payload, and the located tree is
asked.  A property test holds the two to each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from ctct_migrate.clark_names import local_name
from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.mapping.content import decoded
from ctct_migrate.mapping.outcome import MappingOutcome
from ctct_migrate.mapping.rows import Choices, ConversionOptions, Table
from ctct_migrate.payload import Shape
from ctct_migrate.reader.tags import read_proper_tag
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.rules.content.content_places import ContentPiece
from ctct_migrate.rules.content.content_view import ContentView
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.payload_view import PayloadChild
from ctct_migrate.source import Source
from ctct_migrate.targets import TARGETS

_SPACE = " \t\r\n"
_CDATA = "<![CDATA["
_CDATA_END = "]]>"


class UnclearPlace(Exception):
    """A place cannot be told without the located tree."""


class _RawTag(NamedTuple):
    """A start tag: where its name begins and ends, and where the tag does."""

    name_start: int
    name_end: int
    end: int
    is_empty: bool


@lru_cache(maxsize=64)
def _tags(names: frozenset[str]) -> re.Pattern[str]:
    each = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"<(?:[\w.\-]+:)?({each})(?=[\s/>])")


class RawSubject(Protocol):
    """One payload of a document: its entry's number, the lxml element, and what the engine made of it
    by which table."""

    @property
    def index(self) -> int | None:
        """0-based number of the entry in a feed, else None."""

    @property
    def payload(self) -> Any:
        """The payload element."""

    @property
    def outcome(self) -> MappingOutcome:
        """What the engine made of it."""

    @property
    def table(self) -> Table:
        """The table that the engine ran."""


class RawTags:
    """The start tags of all elements of some names below `root`, an lxml element, in the text that it was
    read from.  Raises UnclearPlace where the text has others too."""

    def __init__(self, text: str, root: Any, names: frozenset[str]):
        self.text = text
        nodes = list(root.iter(*(f"{{*}}{name}" for name in names))) if names else []
        found = list(_tags(names).finditer(text)) if nodes else []
        if [match[1] for match in found] != [local_name(node.tag) for node in nodes]:
            raise UnclearPlace
        self._found: dict[Any, re.Match[str]] = dict(zip(nodes, found, strict=True))

    def __bool__(self) -> bool:
        return bool(self._found)

    def of(self, node: Any) -> re.Match[str]:
        """Where the start tag of an element begins, up to its name, which is the first group."""
        found: re.Match[str] = self._found[node]
        return found


def _tag_at(text: str, start: int, name: str) -> _RawTag:
    """The start tag whose name begins at an index of a text.  Raises UnclearPlace for one with
    attributes."""
    end = start + len(name)
    if text[end] == ">":
        return _RawTag(start, end, end + 1, False)
    if text[end : end + 2] == "/>":
        return _RawTag(start, end, end + 2, True)
    raise UnclearPlace


class RawPayload:
    """A `PayloadView` of the source text: it sees the children of the names that `tags` has."""

    def __init__(
        self,
        report: Reporter,
        table: Table,
        shape: Shape | None,
        choices: Choices,
        outcome: MappingOutcome,
        tags: RawTags,
        names: frozenset[str],
    ):
        self.report, self.table, self.shape, self.choices = report, table, shape, choices
        self.outcome, self.whole = outcome, True
        self._tags, self._text = tags, tags.text
        payload = outcome.found[""]
        self._nodes: dict[str, Any] = {}
        self._children: dict[str, PayloadChild | None] = {}
        for child in payload.iterchildren("*"):
            name = child.tag.rpartition("}")[2]
            if name in names:
                self._nodes.setdefault(name, child)
        self._path = path_of(payload)

    def child(self, name: str) -> PayloadChild | None:
        """The first child of that name, or None."""
        if name not in self._children:
            node, found = self._nodes.get(name), None
            if node is not None:
                tag = _tag_at(self._text, self._tags.of(node).start(1), name)
                found = self._child(node, tag, self._path)
            self._children[name] = found
        return self._children[name]

    def child_of(self, node: Any) -> PayloadChild | None:
        """The child that an lxml element of the outcome is, or None."""
        name = local_name(node.tag)
        return self.child(name) if self._nodes.get(name) is node else None

    def _child(self, node: Any, tag: _RawTag, parent: str) -> PayloadChild:
        name, path = local_name(node.tag), f"{parent}/{local_name(node.tag)}"
        start = tag.end
        qname = self._text[self._text.rindex("<", 0, tag.name_start) + 1 : tag.name_end]
        end = start if tag.is_empty else self._text.find(f"</{qname}", start)
        if end < 0:
            raise UnclearPlace
        has_elements = next(node.iterchildren("*"), None) is not None

        def inside(inner: str) -> PayloadChild | None:
            found = [each for each in node.iterchildren("*") if local_name(each.tag) == inner]
            if not found:
                return None
            places = [
                match.start(1)
                for match in _tags(frozenset({inner})).finditer(self._text, start, end)
            ]
            if len(found) != 1 or len(places) != 1:
                raise UnclearPlace
            return self._child(found[0], _tag_at(self._text, places[0], inner), path)

        return PayloadChild(
            name,
            path,
            (tag.name_start, tag.name_end),
            lambda: self._value_span(node, start, end),
            decoded(node).strip(),
            has_elements,
            lambda: self._view(node, start, end, has_elements),
            inside,
        )

    def _value_span(self, node: Any, start: int, end: int) -> tuple[int, int]:
        """The text between two indices without white space, and without the brackets of a CDATA
        section, around it."""
        piece = self._piece(node, start, end)
        if piece is None:
            return start, start
        raw = piece.raw
        lead = len(raw) - len(raw.lstrip(_SPACE))
        return piece.start + lead, piece.start + lead + len(raw.strip(_SPACE))

    def _piece(self, node: Any, start: int, end: int) -> ContentPiece | None:
        """The one piece of text in an element, between two indices; None for none.  Raises
        UnclearPlace for several."""
        raw = self._text[start:end]
        if not raw or raw.isspace():
            return None
        if "<" not in raw:
            return ContentPiece("text", start, end, raw, decoded(node), 0)
        is_section = raw.startswith(_CDATA) and raw.endswith(_CDATA_END)
        if not is_section or raw.count(_CDATA) > 1 or raw.find(_CDATA_END) != len(raw) - 3:
            raise UnclearPlace
        inner = raw[len(_CDATA) : -len(_CDATA_END)]
        return ContentPiece("cdata", start + 9, end - 3, inner, decoded(node), 0)

    def _view(self, node: Any, start: int, end: int, has_elements: bool) -> ContentView:
        if has_elements:
            return ContentView(self._text[start:end], (), start)
        piece = self._piece(node, start, end)
        assert piece is not None, "only what is filled has a view"
        return ContentView(piece.value, (piece,), None)


def path_of(node: Any) -> str:
    """`entry/content/ContactList`: local names from the root."""
    above = [local_name(each.tag) for each in node.iterancestors()]
    return "/".join([*reversed(above), local_name(node.tag)])


def start_tags(text: str, root: Any, nodes: Sequence[Any]) -> list[Element]:
    """The start tags of some lxml elements, given in document order, as located elements with nothing in
    them.  Raises UnclearPlace, also for a tag that is not easily read."""
    tags, found = RawTags(text, root, frozenset(local_name(each.tag) for each in nodes)), []
    for node in nodes:
        match = tags.of(node)
        found.append(Element(node.prefix or "", match[1], match.start(), match.start() + 1, None))
        if read_proper_tag(text, match.end(), len(text), found[-1]) is None:
            raise UnclearPlace
    return found


def remarks_of(
    source: Source,
    root: Any,
    mapped: Sequence[RawSubject],
    remarked: Sequence[RawSubject],
    options: ConversionOptions,
    asked: Shape | None,
) -> list[Diagnostic] | None:
    """What is said of the payloads of a document, `mapped`, of which `root` is the root element: by the
    target, unless they are recorded, and of those that are `remarked` by the rules of their resources; None
    where something of it stops a conversion.  Raises UnclearPlace."""
    from ctct_migrate.rules.conversion.target_rules import names_of, remarks
    from ctct_migrate.rules.own_rules import own_rules

    target, speaks = TARGETS[options.target], options.shape is not Shape.RECORD
    deliveries = [target.delivery(each.table.resource) for each in mapped] if speaks else []
    rules = {each.table.resource: own_rules(each.table.payload) for each in remarked}
    names = frozenset().union(
        *(names_of(delivery) for delivery in deliveries if delivery),
        *(own.remarked for own in rules.values()),
    )
    tags = RawTags(source.text, root, names)
    if not tags:
        return []  # there is nothing that anything could be said of
    found: list[Diagnostic] = []
    own = {id(each) for each in remarked}
    for each in mapped:
        if not speaks and id(each) not in own:
            continue
        alone = BY_SLUG[each.table.resource].is_recorded_alone(options.choices)
        shape = Shape.RECORD if alone else asked
        report = Reporter(source, each.index, (target.name,))
        view = RawPayload(report, each.table, shape, options.choices, each.outcome, tags, names)
        if speaks:
            found += remarks(view, target.name)
        if id(each) in own:
            view.report = Reporter(source, each.index)  # it is about v1
            found += rules[each.table.resource].remarks(view)
    return None if any(each.stops_conversion for each in found) else found
