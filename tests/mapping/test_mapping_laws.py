"""The laws of conversion, on documents made from the schemas."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from mapping_tables import TABLES
from strategies import documents, uri_of

from ctct_migrate import Document, Payload, Severity, Shape, convert, read
from ctct_migrate.mapping.codecs import LIST_ID, URI_SEGMENT
from ctct_migrate.mapping.equivalence import compared, differences, shape_of
from ctct_migrate.mapping.rows import Chosen, ConversionOptions, Row, Table
from ctct_migrate.payload import Fate
from ctct_migrate.reader.document import parser
from ctct_migrate.reader.tree import CTCT
from ctct_migrate.resources import RESOURCES
from ctct_migrate.rules.fast import fast_path
from ctct_migrate.v1 import vocabulary

SHAPES = list(Shape)
#: Resources that the strategy writes as v1 did: payloads in v1's namespace, without the events of
#: tracking feeds, whose ids are made of several parts.  The others are held to the same laws by
#: `tests/conformance`, on samples.
NAMES = [
    name
    for name in TABLES
    if RESOURCES[name].dialect.payload_namespace == CTCT
    and not RESOURCES[name].slug.endswith(("_event", "reports_summary"))
]

#: Each law is tried on some documents of each resource for each shape.
some = settings(max_examples=max(5, settings.default.max_examples // 10))
each_shape = pytest.mark.parametrize("shape", SHAPES)
each_resource = pytest.mark.parametrize("resource", NAMES)
#: What a body is made of: of what v1 only answered, records alone.
each_made = pytest.mark.parametrize(
    ("shape", "resource"),
    [
        (shape, name)
        for name in NAMES
        for shape in SHAPES
        if shape is Shape.RECORD or not RESOURCES[name].read_only
    ],
)


def table_of(payload: Payload) -> Table:
    return next(table for table in TABLES.values() if table.resource == payload.resource)


def leaves(value: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """The values in a body that are not objects or lists, by pointer."""
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, f"{at}/{key}")
    else:
        yield at, value


@each_resource
@each_shape
@some
@given(st.data())
def test_it_converts_or_says_why_not(resource: str, shape: Shape, data: st.DataObject) -> None:
    conversion = convert(read(data.draw(documents(resource))), shape)
    errors = any(d.severity is Severity.ERROR for d in conversion.diagnostics)
    skipped = any(d.code in {"CT807", "CT820"} for d in conversion.diagnostics)
    assert bool(len(conversion)) != (errors or skipped)  # what is skipped may have mistakes too
    for payload in conversion:
        assert table_of(payload).contract.is_valid(payload.resource, shape, payload.body)


def _every_part_is_accounted_for_once(document: Document, payload: Payload, shape: Shape) -> None:
    accounts = payload.accounting
    assert document.tree is not None
    elements = list(document.tree.walk())
    attributes = sum(len(element.attributes) for element in elements)
    by_kind = Counter("/@" in account.path for account in accounts)
    assert by_kind == {False: len(elements), True: attributes}
    assert len({account.path for account in accounts}) == len(accounts)
    assert all(account.reason for account in accounts if account.fate is not Fate.MAPPED)
    assert not any("no row" in account.reason for account in accounts)
    pointers = {account.pointer for account in accounts if account.fate is Fate.MAPPED}
    sources = _sources(table_of(payload), pointers)
    for pointer, _ in leaves(payload.body):
        starred = _starred(pointer)
        above = {starred[:at] for at in range(len(starred)) if starred[at] == "/"}
        assert not sources.isdisjoint({starred, *above} - {""}), pointer


def _starred(pointer: str) -> str:
    return re.sub(r"/[0-9]+(?=/|$)", "/*", pointer)


def _sources(table: Table, pointers: set[str]) -> set[str]:
    """The pointers that have been accounted for, with those of an element that goes to several
    places, of which its account names one, and with what is constant; `*` for places in lists."""
    paths = {row.path for row in table.rows if _starred(row.pointer) in map(_starred, pointers)}
    several = {row.pointer for row in table.rows if row.path in paths}
    added = {pointer for each in table.added.values() for pointer in each}
    return {_starred(each) for each in (*pointers, *several, *table.constants, *added)}


def _what_is_dropped_is_what_the_accounting_says(
    document: Document, payload: Payload, shape: Shape
) -> None:
    accounts = {account.path: account for account in payload.accounting}
    lost = {
        path
        for path, account in accounts.items()
        if account.fate is Fate.DROPPED and account.value.strip()
    }
    reported = {drop.path: drop for drop in payload.dropped}
    assert len(reported) == len(payload.dropped)
    for path, drop in reported.items():
        assert accounts[path].fate is Fate.DROPPED
        assert drop.line == document.source.position(_index(document, path)).line
    for path in lost:
        element, _, attribute = path.partition("/@")
        if path in reported:
            assert reported[path].value == accounts[path].value.strip(" \t\r\n")
        elif accounts[element].value.strip():
            assert attribute == "type"
        else:  # an element without text stands for its attributes
            assert accounts[path].value.strip(" \t\r\n") in reported[element].value


def _index(document: Document, path: str) -> int:
    """Where the element at an account's path begins."""
    assert document.tree is not None
    element = document.tree
    for step in path.split("/")[1:]:
        if step.startswith("@"):
            break
        name, _, number = step.rstrip("]").partition("[")
        same = [child for child in element.elements if child.name == name]
        element = same[int(number or 1) - 1]
    return element.start


def _every_span_holds_the_value(document: Document, payload: Payload, shape: Shape) -> None:
    parameters = {f"?{name}" for name in payload.request}
    assert set(payload.source_map) == {"", *_pointers(payload.body), *parameters}
    table = table_of(payload)
    text = document.source.text
    offsets = {document.source.offset(index): index for index in range(len(text) + 1)}
    for pointer, value in leaves(payload.body):
        span = payload.source_map[pointer]
        raw = text[offsets[span.start.offset] : offsets[span.end.offset]]
        options = ConversionOptions(shape)
        if value in _constants(table, pointer, options):  # no element says it
            continue
        if any(pointer.startswith(f"{row.pointer}/") for row in table.rows if row.codec.whole):
            continue  # a part of what one element says
        assert any(
            value in (read := _read(row, raw, options), *map(itemgetter(1), leaves(read)))
            for row in _rows(table, pointer)
        ), pointer


def _constants(table: Table, pointer: str, options: ConversionOptions) -> list[Any]:
    """What may stand at a pointer whatever the document says."""
    given = {**table.constants, **table.added.get(options.shape, {})}
    found = [given[k] for k in given if _starred(k) == _starred(pointer)]
    return [
        getattr(options.choices, each.name) if isinstance(each, Chosen) else each for each in found
    ]


def _pointers(value: Any, at: str = "") -> Iterator[str]:
    if isinstance(value, dict | list):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield f"{at}/{key}"
            yield from _pointers(part, f"{at}/{key}")


def _rows(table: Table, pointer: str) -> list[Row]:
    every = [row for row in table.rows if _starred(row.pointer) == _starred(pointer)]
    return every or [row for row in table.rows if pointer.startswith(f"{row.pointer}/")]


def _read(row: Row, raw: str, options: ConversionOptions) -> Any:
    """The value of a row for what stands in the XML, read on its own."""
    if "@" in row.path:
        text = etree.fromstring(f"<x>{raw}</x>", parser()).text or ""
        return row.codec.read(text, options)
    element = etree.fromstring(f'<x xmlns="{CTCT}">{raw}</x>', parser())
    text = element.text or ""
    if row.codec.whole is not None:
        text = row.codec.whole(element)
    return text if row.codec.plain else row.codec.read(text, options)


# -- record -> v1 names -> record -------------------------------------------------------------------


def v1_of(table: Table, body: dict[str, Any]) -> bytes:
    """A v1 document that says what a record says, made by reading the table backwards."""
    payload = etree.Element(f"{{{CTCT}}}{table.payload}", nsmap={None: CTCT})
    written: set[str] = set()
    for row in table.rows:
        if not row.pointer.startswith("/") or row.path.startswith("entry"):
            continue  # of the envelope, or of the request
        if row.pointer in written:
            continue
        values = list(_at(body, row.pointer.split("/")[1:], table.constants))
        if values and row.path not in written:
            written |= {row.pointer, row.path}
        for number, value in values:
            _write(payload, row, number, _v1_value(table.payload, row, value))
    return etree.tostring(payload)


def _at(
    value: Any, tokens: list[str], constants: Mapping[str, Any], above: str = "", number: int = 0
) -> Iterator[tuple[int, Any]]:
    """The values at a pointer, with the numbers of their items.  Of a list of numbered objects it
    is the one that has the constants of that number."""
    if not tokens:
        yield number, value
        return
    token, rest = tokens[0], tokens[1:]
    if token == "*":
        for index, item in enumerate(value):
            yield from _at(item, rest, constants, f"{above}/*", index)
    elif token.isdigit():
        at = f"{above}/{token}"
        named = {
            k.rpartition("/")[2]: v
            for k, v in constants.items()
            if k.startswith(f"{at}/") and not isinstance(v, Chosen)
        }
        same = [each for each in value if named.items() <= each.items()]
        for item in same[:1]:
            yield from _at(item, rest, constants, at, number)
    elif token in value:
        yield from _at(value[token], rest, constants, f"{above}/{token}", number)


def _v1_value(payload: str, row: Row, value: Any) -> str:
    if row.codec.values is not None:
        return next(v1 for v1, v2 in row.codec.values().items() if v2 == value)
    fact = vocabulary().element(payload, row.path)
    for each in fact.enumeration if fact is not None else ():
        if row.codec.read(each.value, ConversionOptions(Shape.RECORD)) == value:
            return each.value
    text = str(value)
    if row.pointer == "/id":
        text = uri_of(RESOURCES[payload], text)
    elif row.codec in (LIST_ID, URI_SEGMENT):
        text = f"http://x/ws/customers/u/lists/{text}"
    return f"<Text>{text}</Text>" if row.codec.name == "text content" else text


def _write(payload: Any, row: Row, number: int, text: str) -> None:
    node = payload
    for step in row.path.split("/"):
        if step.startswith("@"):
            node.set(step[1:], text)
            return
        same = node.findall(f"{{*}}{step.rstrip('*')}")
        index = number if step.endswith("*") else 0
        while len(same) <= index:
            same.append(etree.SubElement(node, f"{{{CTCT}}}{step.rstrip('*')}"))
        node = same[index]
    node.text = text


def _a_record_written_in_v1_is_the_same_record(
    document: Document, payload: Payload, shape: Shape
) -> None:
    if shape is not Shape.RECORD:
        return
    table = table_of(payload)
    back = v1_of(table, payload.body)
    again = fast_path.outcomes(read(back), ConversionOptions(Shape.RECORD))
    (seen,) = again
    expected = deepcopy(payload.body)
    if RESOURCES[table.payload].owner and "id" not in expected:
        return  # what it lives in is named in its id alone
    if any(row.codec.whole and row.codec.name == "errors" for row in table.rows):
        return  # what its elements are called is not known
    assert seen.outcome.attempt == expected


# -- verify ---------------------------------------------------------------------------------------


def _verify_accepts_it_and_refuses_every_change_of_one_property(
    document: Document, payload: Payload, shape: Shape
) -> None:
    options = ConversionOptions(shape)
    (place,) = fast_path.outcomes(document, options)
    table = table_of(payload)
    assert differences(document, place, table, options, payload.body) == ()
    for pointer, value in leaves(payload.body):
        for other in _others(value):
            mutant = _with(payload.body, pointer, other)
            found = compared(table, payload.body, mutant, place.payload)
            assert found, (pointer, value, other)
            assert {each.pointer.split("/")[1] for each in found} == {pointer.split("/")[1]}
    extra = compared(table, payload.body, {**payload.body, "unheard_of": "x"})
    assert [each.pointer for each in extra] == ["/unheard_of"]


def _others(value: Any) -> Iterator[Any]:
    """Values that mean something else.  Of an empty text none is: nothing says the same."""
    if value != "":
        yield None
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        yield str(value)
    else:
        yield f"{value} and more"
        yield f"x{value}"
        yield 5


def _with(body: dict[str, Any], pointer: str, value: Any) -> dict[str, Any]:
    """A copy of `body` with another value at a pointer; None takes it away."""
    copy = deepcopy(body)
    *way, last = pointer.split("/")[1:]
    target: Any = copy
    for token in way:
        target = target[int(token)] if isinstance(target, list) else target[token]
    if value is None:
        del target[last]
    else:
        target[last] = value
    return copy


def _the_order_of_lists_and_null_make_no_difference(
    document: Document, payload: Payload, shape: Shape
) -> None:
    if shape is not Shape.RECORD:
        return
    table = table_of(payload)
    turned = deepcopy(payload.body)
    for value in turned.values():
        if isinstance(value, list):
            value.reverse()
    for pointer in table.contract.properties(payload.resource, Shape.RECORD):
        if pointer.count("/") == 1:
            turned.setdefault(pointer[1:], None)
    assert compared(table, payload.body, turned) == []
    assert compared(table, turned, payload.body) == []


#: What holds for a document, and the one payload that is made of it.
LAWS = (
    _every_part_is_accounted_for_once,
    _what_is_dropped_is_what_the_accounting_says,
    _every_span_holds_the_value,
    _verify_accepts_it_and_refuses_every_change_of_one_property,
    _a_record_written_in_v1_is_the_same_record,
    _the_order_of_lists_and_null_make_no_difference,
)


@each_made
@some
@given(st.data())
def test_the_laws_hold(resource: str, shape: Shape, data: st.DataObject) -> None:
    """Each document is held to all laws: thinking of one takes longer than checking them."""
    document = read(data.draw(documents(resource, likely=True)))
    conversion = convert(document, shape)
    assume(len(conversion) == 1)
    for law in LAWS:
        law(document, conversion[0], shape)


@each_shape
def test_the_shape_of_a_body_is_seen(shape: Shape) -> None:
    bodies: dict[Shape, dict[str, Any]] = {
        Shape.CREATE: {"name": "a", "id": None},
        Shape.UPDATE: {"name": "a", "id": "5"},
        Shape.RECORD: {"name": "a", "id": "5", "status": "SENT"},
    }
    assert shape_of(TABLES["Campaign"], bodies[shape]) is shape
