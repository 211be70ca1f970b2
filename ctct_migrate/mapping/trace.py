"""Traces: where each part of a body came from, and what became of each part of a document.

Made when asked for, by running the engine once more with a trace and laying what its rows did over
the located tree.  The accounting names every element, attribute and text of a payload and its
envelope once; `Trace.unknown` are those that no row knows, which there may not be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from typing import Any, Protocol

from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.mapping.compiled_table import read_only
from ctct_migrate.mapping.engine import MappingOutcome, Note, run
from ctct_migrate.mapping.envelope_rows import EXTENSION
from ctct_migrate.mapping.rows import OF_REQUEST, ConversionOptions, Row, Table
from ctct_migrate.payload import Account, Fate
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import ATOM, XML, Attribute, Element
from ctct_migrate.resources import BY_SLUG
from ctct_migrate.source import Span

_UNKNOWN = "no row of the table knows it"
_EMPTY = "it is empty"
DECLARATION = "a namespace declaration"
#: Of attributes for programs that read XML (XML Schema 1.0, 2.6).
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_ABOUT_XML = "it speaks of the XML alone"

#: Which fate an element has whose rows differ.
_RANK = {Fate.MAPPED: 0, Fate.DROPPED: 1, Fate.IGNORED: 2}


class Place(Protocol):
    """One payload of a document as lxml has it: its `entry` element (None for a bare payload) and
    the payload element."""

    @property
    def index(self) -> int | None:
        """0-based number of the entry in a feed, else None."""

    @property
    def envelope(self) -> Any:
        """The `entry` element, or None."""

    @property
    def payload(self) -> Any:
        """The payload element."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What became of a part: see `Account`."""

    fate: Fate
    pointer: str
    reason: str


_FILLER = _Verdict(Fate.IGNORED, "", "clients wrote it there, and it says nothing")
_NOTHING = _Verdict(Fate.IGNORED, "", _EMPTY)


@cache
def _rows(table: Table) -> Mapping[str, tuple[Row, ...]]:
    """The rows of a table by plain path: no stars, no `[edit]`."""
    found: dict[str, tuple[Row, ...]] = {}
    for row in table.rows:
        path = row.path.replace("*", "").replace("[edit]", "")
        found[path] = (*found.get(path, ()), row)
    return found


@cache
def _steps(table: Table) -> frozenset[str]:
    """The plain paths of elements that rows lead through."""
    through: set[str] = set()
    for path in _rows(table):
        names = path.split("/")
        through.update("/".join(names[:depth]) for depth in range(1, len(names)))
    return frozenset(through)


class Trace:
    """The trace of one conversion."""

    def __init__(self, document: Document, place: Place, table: Table, options: ConversionOptions):
        self.document, self.place, self.table, self.options = document, place, table, options
        self.notes: list[Note] = []
        self.outcome: MappingOutcome = run(
            table, place.payload, place.envelope, options, self.notes
        )

    # -- where -----------------------------------------------------------------------------------

    def element(self, node: Any) -> Element:
        """The located element of an lxml element."""
        return self.document.by_node[node]

    def locate(self, pointer: str) -> tuple[Element, Attribute | None] | None:
        """The element, and the attribute of it if it is one, that the value at a JSON pointer came
        from; of what is inside an object, or missing there, the nearest there is."""
        while True:
            for note in self.notes:
                if note.pointer and (note.pointer + "/").startswith(pointer + "/"):
                    element = self.element(note.node)
                    return element, element.attribute(note.attribute) if note.attribute else None
            if not pointer:
                return None
            pointer = pointer.rpartition("/")[0]

    def span(self, note: Note) -> Span:
        """The span of the value that a row read."""
        return self.document.source.span(*self._range(note))

    def _range(self, note: Note) -> tuple[int, int]:
        """Its characters: with the white space around it, if that is a part of the value."""
        element, text = self.element(note.node), self.document.source.text
        codec = note.row.codec
        if not (codec.plain or codec.whole) or note.attribute or not element.texts:
            return value_range(element, note.attribute, text)
        return element.children[0].start, element.children[-1].end

    @cached_property
    def source_map(self) -> dict[str, Span]:
        """For each JSON pointer of the body, and each query parameter of the request (`?name`),
        the span of the XML that it came from; for an object or a list, from its first part to its last; for what no element says, what it
        stands in, or the payload's name."""
        source = self.document.source
        ranges: dict[str, tuple[int, int]] = {}
        for note in self.notes:
            if not note.pointer:
                continue
            start, end = self._range(note)
            pointer = note.pointer
            if pointer in ranges and pointer in self.table.composed:
                continue  # the element that the value was made from stands for the others
            while pointer:
                first, last = ranges.get(pointer, (start, end))
                ranges[pointer] = min(first, start), max(last, end)
                pointer = pointer.rpartition("/")[0]
        payload = self.element(self.place.payload)
        ranges[""] = payload.start, payload.end
        order = _pointers(self.outcome.attempt)
        order += [f"{OF_REQUEST}{name}" for name in self.outcome.request]
        for pointer in order:
            parent = pointer.rpartition("/")[0]
            own = parent and pointer.startswith("/") and ranges.get(parent)
            ranges.setdefault(pointer, own or (payload.name_start, payload.name_end))
        return {pointer: source.span(*ranges[pointer]) for pointer in order}

    # -- what became of it -----------------------------------------------------------------------

    @cached_property
    def _verdicts(self) -> dict[tuple[Any, str], _Verdict]:
        """What the rows did, by element and name of the attribute."""
        found: dict[tuple[Any, str], _Verdict] = {}
        for note in self.notes:
            key = (self.element(note.node), note.attribute)
            verdict = _Verdict(note.fate, note.pointer, note.reason)
            if key not in found or _RANK[note.fate] < _RANK[found[key].fate]:
                found[key] = verdict
        return found

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """What became of every element, attribute and non-blank text, in document order."""
        envelope, payload = self.place.envelope, self.place.payload
        if envelope is not None:
            return tuple(self._element(self.element(envelope), "entry", "entry"))
        element = self.element(payload)
        return tuple(self._element(element, "", element.name))

    @cached_property
    def unknown(self) -> tuple[Account, ...]:
        """The parts that no row knows."""
        return tuple(account for account in self.accounts if account.reason == _UNKNOWN)

    def _element(self, element: Element, path: str, shown: str) -> list[Account]:
        """The accounts of an element and all in it.  `path` is the table's, `shown` the user's."""
        deep = self._deep(element, path)
        if deep is not None:
            return list(self._all_in(element, path, shown, deep))
        attributes = list(self._attributes(element, path, shown, None))
        below: list[Account] = []
        for child, name in numbered(element):
            below += self._element(child, self._inner(element, child, path), f"{shown}/{name}")
        verdict = self._verdict(element, path, [*attributes, *below])
        text = element.text
        structural = path in self._through and not self._is_row(path)
        value = "" if structural else text
        own = [_account(shown, self._span(element, value), value, verdict)]
        if structural and text.strip():
            stray = _FILLER if self._is_filler(path, text) else _Verdict(Fate.DROPPED, "", _UNKNOWN)
            attributes.append(_account(f"{shown}/text()", self._span(element, text), text, stray))
        return own + attributes + below

    def _all_in(
        self, element: Element, path: str, shown: str, verdict: _Verdict
    ) -> Iterator[Account]:
        """The accounts of an element and all in it, where one verdict holds for all; markup may
        nest deeper than Python's functions may."""
        waiting = [(element, shown)]
        while waiting:
            part, place = waiting.pop()
            yield _account(place, self._span(part, part.text), part.text, verdict)
            yield from self._attributes(part, path, place, verdict)
            inner = [(child, f"{place}/{name}") for child, name in numbered(part)]
            waiting += reversed(inner)

    @property
    def _filler_texts(self) -> frozenset[str]:
        resource = BY_SLUG.get(self.table.resource)
        return resource.filler_texts if resource is not None else frozenset()

    def _is_filler(self, path: str, text: str) -> bool:
        """Whether a text in the payload itself is one that clients wrote and that says nothing."""
        return not path and text.strip() in self._filler_texts

    @property
    def _through(self) -> frozenset[str]:
        return _steps(self.table) | {"", "entry"}

    def _is_row(self, path: str) -> bool:
        return path in _rows(self.table) and path != "entry/content"

    def _inner(self, parent: Element, child: Element, path: str) -> str:
        """The table's path of a child element."""
        if child is self._payload:
            return ""
        if path.startswith("entry"):
            foreign = child.namespace != ATOM
        else:
            foreign = child.namespace not in (self.table.namespace, ATOM)
        name = f"{{{child.namespace}}}{child.name}" if foreign else child.name
        if child.namespace == ATOM and not path.startswith("entry"):
            name = f"atom:{name}"
        right = self._cased.get(f"{path}/{name}".lstrip("/").lower())
        return right or (f"{path}/{name}" if path else name)

    @cached_property
    def _cased(self) -> dict[str, str]:
        """The table's paths of what only the server writes, by those in small letters."""
        own = read_only(self.table.payload)
        paths = {*_rows(self.table), *_steps(self.table)}
        return {path.lower(): path for path in paths if path.split("/")[0] in own}

    @cached_property
    def _payload(self) -> Element:
        return self.element(self.place.payload)

    def _deep(self, element: Element, path: str) -> _Verdict | None:
        """What became of an element of which one row, or nobody, speaks for all in it."""
        own = self._verdicts.get((element, ""))
        for row in _rows(self.table).get(path, ()):
            if row.deep:
                return _Verdict(row.fate, "", row.reason)
            if row.codec.whole is not None and element.elements:
                return own or self._unsent(path)
        if path.startswith("entry/") and path.rpartition("/")[2].startswith("{"):
            return _Verdict(Fate.DROPPED, "", self.table.worded(EXTENSION))
        if path == "id" and element.parent is self._payload:
            return _Verdict(Fate.IGNORED, "", "it repeats the id")
        if not self._is_row(path) and path not in self._through:
            return _Verdict(Fate.DROPPED, "", _UNKNOWN)
        return None

    def _verdict(self, element: Element, path: str, below: list[Account]) -> _Verdict:
        """What became of an element that is not a part of another."""
        own = self._verdicts.get((element, ""))
        if own is not None:
            return _NOTHING if own.fate is Fate.DROPPED and not element.text.strip() else own
        if self._is_row(path):
            return self._unsent(path) if element.text.strip() else _NOTHING
        return self._container(path, below)

    def _unsent(self, path: str) -> _Verdict:
        """What becomes of what a row knows and did nothing with."""
        rows = _rows(self.table)[path]
        sent = [row for row in rows if row.pointer and self.options.shape in row.shapes]
        unsent = (row for row in rows if row.fate is Fate.DROPPED and row not in sent)
        row = next(unsent, rows[0])
        return _Verdict(row.fate, "", row.reason or "it says nothing")

    def _container(self, path: str, below: list[Account]) -> _Verdict:
        """What became of an element by what became of all in it."""
        mapped = [account.pointer for account in below if account.fate is Fate.MAPPED]
        if mapped:
            return _Verdict(Fate.MAPPED, _common(mapped, self._depth(path)), "")
        if path in _rows(self.table):  # entry/content
            return self._unsent(path)
        if any(account.fate is Fate.DROPPED for account in below):
            return _Verdict(Fate.DROPPED, "", "all in it is dropped")
        return _Verdict(Fate.IGNORED, "", _EMPTY if not below else "nothing in it is sent")

    def _depth(self, path: str) -> int | None:
        """How many tokens the pointer of a container has, where rows below it make a list: those
        of the list, and one more for the element that repeats; else None."""
        for row in self.table.rows:
            if "*" in row.path and row.pointer and row.path.replace("*", "").startswith(f"{path}/"):
                tokens = row.pointer.split("/*")[0].count("/")
                return tokens + row.path.partition("*")[0].endswith(path)
        return None

    def _attributes(
        self, element: Element, path: str, shown: str, cover: _Verdict | None
    ) -> Iterator[Account]:
        source = self.document.source
        for attribute in element.attributes:
            verdict = self._attribute(element, attribute, path, cover)
            span = source.span(attribute.value_start, attribute.value_end)
            yield _account(f"{shown}/@{attribute.qname}", span, attribute.value, verdict)

    def _attribute(
        self, element: Element, attribute: Attribute, path: str, cover: _Verdict | None
    ) -> _Verdict:
        if attribute.prefix == "xmlns" or attribute.qname == "xmlns":
            return _Verdict(Fate.IGNORED, "", DECLARATION)
        own = self._verdicts.get((element, attribute.name))
        if own is not None and attribute.namespace is None:
            return _NOTHING if own.fate is Fate.DROPPED and not attribute.value.strip() else own
        if cover is not None:
            return cover
        if attribute.namespace in (XML, _INSTANCE) or attribute.prefix == "xml":
            return _Verdict(Fate.IGNORED, "", _ABOUT_XML)
        place = f"{path}/@{attribute.name}" if path else f"@{attribute.name}"
        if attribute.namespace is None and place in _rows(self.table):
            return self._unsent(place) if attribute.value.strip() else _NOTHING
        if attribute.namespace is not None and path.startswith("entry"):
            return _Verdict(Fate.DROPPED, "", self.table.worded(EXTENSION))
        return _Verdict(Fate.DROPPED, "", _UNKNOWN)

    def _span(self, element: Element, value: str) -> Span:
        """The span of an element's text, or, where it says nothing, of its name."""
        if not value.strip():
            return self.document.source.span(element.name_start, element.name_end)
        return self.document.source.span(*value_range(element, "", self.document.source.text))


def value_range(element: Element, attribute: str, text: str) -> tuple[int, int]:
    """The characters of the value of an element or of an attribute of it: without the white space
    around text; all that stands in an element that holds others."""
    own = element.attribute(attribute) if attribute else None
    if own is not None:
        return own.value_start, own.value_end
    if element.elements:
        return element.open_end, element.close_start
    runs = element.filled
    if not runs:
        return element.open_end, element.open_end
    start, end = runs[0].start, runs[-1].end
    while start < end and text[start] in " \t\r\n":
        start += 1
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    return start, end


def _account(path: str, span: Span, value: str, verdict: _Verdict) -> Account:
    value = value if value.strip() else ""
    return Account(path, span, value, verdict.fate, verdict.pointer, verdict.reason)


def numbered(parent: Element) -> Iterator[tuple[Element, str]]:
    """The child elements, with their names; with a number (1-based) where a name comes again."""
    children = parent.elements
    counts: dict[str, int] = {}
    total: dict[str, int] = {}
    for child in children:
        total[child.name] = total.get(child.name, 0) + 1
    for child in children:
        counts[child.name] = counts.get(child.name, 0) + 1
        number = f"[{counts[child.name]}]" if total[child.name] > 1 else ""
        yield child, child.name + number


def _common(pointers: list[str], most: int | None) -> str:
    """The pointer of what holds all of these, of at most so many tokens."""
    first, *rest = [pointer.split("/") for pointer in dict.fromkeys(pointers)]
    depth = len(first) if most is None else min(len(first), most + 1)
    for tokens in rest:
        same = (a == b for a, b in zip(first, tokens, strict=False))
        depth = min(depth, next((i for i, equal in enumerate(same) if not equal), len(tokens)))
    return "/".join(first[:depth])


def _pointers(body: Any, at: str = "") -> list[str]:
    """All JSON pointers of a value, parents first, in its order."""
    found = [at]
    items = (
        body.items()
        if isinstance(body, dict)
        else enumerate(body)
        if isinstance(body, list)
        else ()
    )
    for key, value in items:
        found += _pointers(value, f"{at}/{key}")
    return found
