"""Equivalence: whether a v2 body, made by any program, says what the XML says.

The measure is the engine's own conversion, compared property by property.  What v2 does not tell
apart is equal: a property that is null, empty or not there; the order of properties and of lists;
one moment in two offsets; CRLF and LF; text_content in a `<text>` wrapper; and, where v1 had
EmailContent as child elements, any HTML of the same tree.  All else is a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from itertools import zip_longest
from typing import Any

from lxml import etree

from ctct_migrate.late_dataclass import dataclass, replace
from ctct_migrate.mapping.codecs import DATE, MARKUP, TEXT_CONTENT
from ctct_migrate.mapping.compiled_table import key_of
from ctct_migrate.mapping.content import unwrapped
from ctct_migrate.mapping.dates import read_date
from ctct_migrate.mapping.divergence import Divergence, diverging
from ctct_migrate.mapping.divergence import short as literal_of
from ctct_migrate.mapping.rows import OF_REQUEST, Codec, ConversionOptions, Row, Table
from ctct_migrate.mapping.trace import Place, Trace, value_range
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.source import Span


class DifferenceKind(StrEnum):
    """How a body differs."""

    MISSING = "missing"  #: the XML says something, the body does not
    UNEXPECTED = "unexpected"  #: the body says something, the XML does not
    DIFFERENT = "different"  #: they say different things


@dataclass(frozen=True, slots=True)
class Difference:
    """One property in which a body differs.

    pointer   JSON pointer: into the conversion, or, where it is unexpected, into the given body
    expected  what the XML says; None for nothing
    found     what the body says; None for nothing
    shown     the two, so that the difference can be seen; None where one of them is nothing
    """

    kind: DifferenceKind
    pointer: str
    expected: Any
    found: Any
    shown: Divergence | None = None


@dataclass(frozen=True, slots=True)
class LocatedDifference:
    """A difference, with the element and the span of the XML that it is about."""

    difference: Difference
    element: Element
    span: Span


def shape_of(table: Table, body: dict[str, Any]) -> Shape:
    """The shape that a body seems to be of: a record if it has what only the server writes, an
    update if it has an id, else a create."""
    contract, resource = table.contract, table.resource
    allowed = contract.properties(resource, Shape.CREATE)
    more = {f"/{name}" for name, value in body.items() if not _is_nothing(value)} - set(allowed)
    changed = set(contract.properties(resource, Shape.UPDATE))
    if more and not more <= changed:
        recorded = set(contract.properties(resource, Shape.RECORD)) - ({"/id"} & changed)
        return Shape.RECORD if more & recorded else Shape.CREATE
    return Shape.UPDATE if more else Shape.CREATE


def differences(
    document: Document,
    place: Place,
    table: Table,
    options: ConversionOptions,
    body: Any,
    request: Any = None,
) -> tuple[LocatedDifference, ...]:
    """In what `body` differs from the conversion of one payload of `document`, in the order of the
    document's properties; and in what the query parameters do, unless `request` is None.
    `options.shape` is what `body` is taken for."""
    trace = Trace(document, place, table, options)
    found = compared(table, trace.outcome.attempt, body, place.payload)
    if request is not None:
        to = _Comparison(table, place.payload)
        found += [
            replace(each, pointer=f"{OF_REQUEST}{each.pointer.removeprefix('/')}")
            for each in _differences(to, dict(trace.outcome.request), request, "")
        ]
    return tuple(_located(trace, difference) for difference in found)


def compared(table: Table, expected: Any, found: Any, payload: Any = None) -> list[Difference]:
    """In what two bodies of one resource differ.  `payload` is the lxml element that `expected`
    was made of; without it, HTML is compared as text alone."""
    return list(_differences(_Comparison(table, payload), expected, found, ""))


@dataclass(frozen=True, slots=True)
class _Comparison:
    """What equality depends on besides the two values."""

    table: Table
    payload: Any

    def codec(self, pointer: str) -> Codec | None:
        """The codec of the value at a pointer."""
        row = _rows_by_pointer(self.table).get(_starred(pointer))
        return row.codec if row is not None else None

    def has_markup(self, pointer: str) -> bool:
        """Whether the value at a pointer was made of child elements."""
        row = _rows_by_pointer(self.table).get(_starred(pointer))
        if row is None or self.payload is None:
            return False
        node = self.payload.find(key_of(row.path, self.table.namespace))
        return node is not None and next(node.iterchildren("*"), None) is not None


@cache
def _rows_by_pointer(table: Table) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in table.rows:
        if row.pointer:
            found.setdefault(row.pointer, row)
    return found


def _starred(pointer: str) -> str:
    """A pointer into a body as the tables write it."""
    return "/".join("*" if token.isdigit() else token for token in pointer.split("/"))


def _differences(to: _Comparison, expected: Any, found: Any, at: str) -> Iterator[Difference]:
    if _is_nothing(expected) and _is_nothing(found):
        return
    if _is_nothing(found):
        for pointer, value in _leaves(expected, at):
            yield Difference(DifferenceKind.MISSING, pointer, value, None)
    elif _is_nothing(expected):
        for pointer, value in _leaves(found, at):
            yield Difference(DifferenceKind.UNEXPECTED, pointer, None, value)
    elif isinstance(expected, dict) and isinstance(found, dict):
        for name in dict.fromkeys((*expected, *found)):
            yield from _differences(to, expected.get(name), found.get(name), f"{at}/{name}")
    elif isinstance(expected, list) and isinstance(found, list):
        yield from _list_differences(to, expected, found, at)
    elif not _equal(to, expected, found, at):
        shown = _shown(to, expected, found, at)
        yield Difference(DifferenceKind.DIFFERENT, at, expected, found, shown)


def _list_differences(
    to: _Comparison, expected: list[Any], found: list[Any], at: str
) -> Iterator[Difference]:
    """Items are paired with their equals, wherever these stand; what is left over, in order."""
    left = list(enumerate(found))
    alone = []
    for index, item in enumerate(expected):
        place = f"{at}/{index}"
        same = (pair for pair in left if not any(_differences(to, item, pair[1], place)))
        match = next(same, None)
        if match is None:
            alone.append((place, item))
        else:
            left.remove(match)
    for (place, item), (_, other) in zip(alone, left, strict=False):
        yield from _differences(to, item, other, place)
    for place, item in alone[len(left) :]:
        yield from _differences(to, item, None, place)
    for index, other in left[len(alone) :]:
        yield from _differences(to, None, other, f"{at}/{index}")


def _leaves(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    """The parts of a value that are not objects or lists and say something, with their pointers;
    however deep they are."""
    waiting = [(at, value)]
    while waiting:
        pointer, part = waiting.pop()
        items = _items(part)
        if items is not None:
            waiting += [(f"{pointer}/{key}", inner) for key, inner in reversed(items)]
        elif part is not None and part != "":
            yield pointer, part


def _items(value: Any) -> list[tuple[Any, Any]] | None:
    if isinstance(value, dict):
        return list(value.items())
    return list(enumerate(value)) if isinstance(value, list) else None


def _is_nothing(value: Any) -> bool:
    """Whether a value says nothing: null, empty text, and what holds nothing else."""
    return next(_leaves(value, ""), None) is None


def _equal(to: _Comparison, expected: Any, found: Any, at: str) -> bool:
    """Whether two values that are not objects or lists mean the same."""
    if type(expected) is not type(found):
        return False
    if not isinstance(expected, str):
        return bool(expected == found)
    if _plain(expected) == _plain(found):
        return True
    codec = to.codec(at)
    if codec is DATE:
        return _same_moment(expected, found)
    if codec is TEXT_CONTENT:
        expected, found = unwrapped(expected), unwrapped(found)
        if _plain(expected) == _plain(found):
            return True
    if codec in (MARKUP, TEXT_CONTENT) and to.has_markup(at):
        return _same_html(expected, found)
    return False


def _shown(to: _Comparison, expected: Any, found: Any, at: str) -> Divergence:
    """The two values, or the first part of them that is not the same to `_equal`."""
    if not isinstance(expected, str) or not isinstance(found, str):
        return diverging(expected, found)
    codec = to.codec(at)
    one, other = _plain(expected), _plain(found)
    if codec is TEXT_CONTENT:
        one, other = unwrapped(one), unwrapped(other)
    if codec in (MARKUP, TEXT_CONTENT) and to.has_markup(at) and other.strip():
        pairs = zip_longest(_parts(one), _parts(other))
        part, given = next((pair for pair in pairs if pair[0] != pair[1]), (None, None))
        if isinstance(part, str) and isinstance(given, str):
            return diverging(part, given)
        if (part, given) != (None, None):
            note = "the pages differ there first"
            return Divergence(_as_markup(part), _as_markup(given), note=note)
    return diverging(one, other)


def _as_markup(part: Any) -> str:
    """One part of a page, as `_parts` gives it."""
    if part is None:
        return "the end of the page"
    if isinstance(part, str):
        return literal_of(part) if part else "no text"
    if isinstance(part, tuple) and len(part) == 2:
        name, rest = part
        if isinstance(rest, set):
            attributes = "".join(f" {key}={literal_of(value)}" for key, value in sorted(rest))
            return f"<{name}{attributes}>"
        if name == "end":
            return "an end tag"
        if name in ("comment", "pi"):
            return f"<!--{literal_of(rest or '')[1:-1]}-->"
    return "something else around the page"


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _same_moment(expected: str, found: str) -> bool:
    one, other = read_date(expected), read_date(found)
    if one.instant is None or other.instant is None or other.oddities:
        return False
    return one.instant == other.instant


def _same_html(expected: str, found: str) -> bool:
    """Whether two HTML texts are of one tree, as libxml2's HTML parser has it."""
    pairs = zip_longest(_parts(expected), _parts(found))
    return all(one == other for one, other in pairs)


def _parts(html: str) -> Iterator[Any]:
    """The parts of a page in their order: tags with their attributes, but for declarations of
    namespaces; texts; comments."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True)
    text = _plain(html)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    yield text[: text.find("<")], text[text.rfind(">") + 1 :]  # which the parser may pass over
    if root is None:  # there is nothing in it
        return
    yield [node.text for node in root.itersiblings(preceding=True)]
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            yield node.tag, {(n, v) for n, v in node.items() if not n.lower().startswith("xmlns")}
            yield node.text or ""
            continue
        yield (event, node.text if event != "end" else None)
        yield node.tail or ""


def _located(trace: Trace, difference: Difference) -> LocatedDifference:
    """The difference with its place: of the value that the property came from; of the element that
    it would have come from; of the payload."""
    source = trace.document.source
    exact = next((n for n in trace.notes if n.pointer == difference.pointer), None)
    if exact is not None:
        return LocatedDifference(difference, trace.element(exact.node), trace.span(exact))
    row = _rows_by_pointer(trace.table).get(_starred(difference.pointer))
    node = None
    if row is not None and "*" not in row.path and not row.path.startswith("entry"):
        node = trace.outcome.found.get(key_of(row.path, trace.table.namespace))
    element = trace.element(trace.place.payload if node is None else node)
    if node is None or node is trace.place.payload:
        span = source.span(element.name_start, element.name_end)
    else:
        span = source.span(*value_range(element, "", source.text))
    return LocatedDifference(difference, element, span)
