"""Compiling: a table becomes a plan for one shape.

Done once for each table and shape, and kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from ctct_migrate.late_dataclass import replace
from ctct_migrate.mapping.compiled_table import (
    ITEM,
    Alternatives,
    CompiledRow,
    CompiledTable,
    Direct,
    InEnvelope,
    Items,
    Members,
    Nested,
    clark,
    key_of,
    pointer_of,
    read_only,
    tokens_of,
)
from ctct_migrate.mapping.rows import OF_COMPOSED, OF_REQUEST, RECORD, OfRequests, Row, Table
from ctct_migrate.payload import Shape
from ctct_migrate.resources import BY_SLUG, Resource


@cache
def plan_of(table: Table, shape: Shape) -> CompiledTable:
    """The plan of `table` for `shape`; made once."""
    rows = [row for row in table.rows if row.pointer and shape in row.shapes]
    paths = [row.path for row in table.rows if not row.path.startswith("entry")]
    space = table.namespace
    slots = tuple(dict.fromkeys(_place(row) for row in rows))
    in_body = [row for row in rows if row.pointer.startswith("/")]
    body = tuple(_body(table, shape, in_body, paths, slots))
    sent = shape is not Shape.RECORD
    single = [row for row in rows if "*" not in row.pointer + row.path and not row.number]
    chosen = [row for row in rows if "*" in row.path and "*" not in row.pointer]
    number = next((row.pointer for row in rows if row.number), None)
    by_path, by_slot = Counter(r.path for r in rows), Counter(r.pointer for r in rows)
    direct: dict[str, Direct] = {}
    late: list[CompiledRow] = []
    for row in single:
        step = _step(row, shape, slots.index(row.pointer), space)
        alone = by_path[row.path] == by_slot[row.pointer] == 1 and step.when is None
        if alone and "/" not in row.path and "@" not in row.path:
            direct[step.key] = (step.slot, step.values, step.read, step)
        else:
            late.append(step)
    return CompiledTable(
        table=table,
        shape=shape,
        known=_known(paths, space) | {""},
        cased={name.lower(): name for name in _clark_names(read_only(table.payload), space)},
        nested=tuple(_nested([row.path for row in rows], paths, space)),
        direct=direct,
        late=tuple(late),
        lists=tuple(part for part in body if isinstance(part, Items)),
        repeated=tuple(_repeated(table, shape, chosen, paths, slots)),
        added=tuple(
            (tokens_of(place), value) for place, value in table.added.get(shape, {}).items()
        ),
        body=body,
        composed=tuple(
            (
                slots.index(pointer),
                {
                    name: slots.index(f"{OF_COMPOSED}{name}")
                    for name in (*composition.parts, *composition.reads)
                    if f"{OF_COMPOSED}{name}" in slots
                },
                composition,
            )
            for pointer, composition in table.composed.items()
            if pointer in slots
        ),
        request=tuple(
            (slot, pointer.removeprefix(OF_REQUEST))
            for slot, pointer in enumerate(slots)
            if pointer.startswith(OF_REQUEST) and sent
        ),
        given={
            pointer.removeprefix(OF_REQUEST): value
            for pointer, value in table.constants.items()
            if pointer.startswith(OF_REQUEST) and sent
        },
        identified=_identified(table),
        resource=BY_SLUG.get(table.resource),
        needed=_is_owned(table),
        numbers=tuple(_step(row, shape, -1, space) for row in table.rows if row.number),
        number_slot=None if number is None else slots.index(number),
        slots=slots,
        id_tag=clark("id", space),
        twice=frozenset(_clark_names(_written_twice(table), space)),
    )


def _written_twice(table: Table) -> frozenset[str]:
    resource = BY_SLUG.get(table.resource)
    return resource.written_twice if resource is not None else frozenset()


def _is_owned(table: Table) -> bool:
    """Whether the resource has one id at most, so that it is its owner that says which one it is."""
    resource = BY_SLUG.get(table.resource)
    owner = resource.owner if resource is not None else None
    return (
        resource is not None and bool(resource.singleton) and owner is not None and owner.required
    )


def _identified(table: Table) -> Resource | None:
    resource = BY_SLUG.get(table.resource)
    if resource is not None and resource.owner is not None and _is_owned(table):
        return BY_SLUG.get(resource.owner.to)
    return resource


def _place(row: Row) -> str:
    """The pointer of what the row's value has a slot for: a property, or a whole list."""
    return row.pointer.partition("/*")[0]


def _known(paths: Sequence[str], space: str | None) -> frozenset[str]:
    heads = {path.split("/")[0].rstrip("*") for path in paths if not path.startswith("@")}
    return frozenset(_clark_names(heads, space))


def _clark_names(names: Iterable[str], space: str | None) -> Iterator[str]:
    return (clark(name, space) for name in names)


def _step(row: Row, shape: Shape, slot: int, space: str | None, below: str = "") -> CompiledRow:
    """`row` as a step; `below` is the path of the item that it is relative to."""
    path, codec, when = row.path.removeprefix(below), row.codec, row.when
    attribute = path.rpartition("@")[2] if "@" in path else ""
    values = codec.values() if codec.values is not None else None
    read = None if codec.plain else codec.read
    if when is not None and shape not in when.shapes:
        when = None
    place = _in_envelope(path) if path.startswith("entry/") else None
    return CompiledRow(
        slot, key_of(path, space), attribute, values, read, codec.whole, when, row, place
    )


def _in_envelope(path: str) -> InEnvelope:
    """The place of a path such as `entry/id`, `entry/link[edit]/@href`."""
    name, _, rel = path.split("/")[1].rstrip("]").partition("[")
    return InEnvelope(clark(f"atom:{name}", None), rel)


def _nested(sources: Sequence[str], paths: Sequence[str], space: str | None) -> Iterator[Nested]:
    """What has to be looked into so as to find `sources`, of all the `paths` that are known."""
    wanted: dict[str, None] = {}
    for path in sources:
        names = [name for name in path.split("/") if not name.startswith("@")]
        for depth in range(1, len(names)):
            if names[0] != "entry" and "*" not in "".join(names[: depth + 1]):
                wanted["/".join(names[:depth])] = None
    for path in wanted:
        children = {p[len(path) + 1 :].split("/")[0] for p in paths if p.startswith(path + "/")}
        names = [name for name in children if not name.startswith("@")]
        yield Nested(
            key_of(path, space),
            {clark(name.rstrip("*"), space): key_of(f"{path}/{name}", space) for name in names},
            frozenset(
                clark(name.rstrip("*"), space) for name in names if "*" in name or ":" in name
            ),
        )


def _body(
    table: Table, shape: Shape, rows: list[Row], paths: list[str], slots: Sequence[str]
) -> Iterator[Members | Items]:
    """The rows in groups that go into one object, in their order."""
    groups: list[tuple[tuple[str, ...], list[Row]]] = []
    for row in rows:
        tokens = tokens_of(row.pointer)
        if tokens[-1] != ITEM:
            tokens = tokens[:-1]
        if not groups or groups[-1][0] != tokens:
            groups.append((tokens, []))
        groups[-1][1].append(row)
    for tokens, group in groups:
        pointer = pointer_of(tokens)
        constants = {
            place.rpartition("/")[2]: value.value if isinstance(value, OfRequests) else value
            for place, value in table.constants.items()
            if place.rpartition("/")[0] == pointer
            and not place.startswith(OF_REQUEST)
            and not (isinstance(value, OfRequests) and shape is Shape.RECORD)
        }
        if tokens[-1:] == (ITEM,):
            items = _items(tokens[:-1], group, paths, constants, slots, shape, table.namespace)
            empty = shape in table.empty_lists.get(items.pointer, ())
            distinct = items.pointer in table.distinct
            yield replace(items, may_be_empty=empty, distinct=distinct)
        else:
            pointers = tuple(dict.fromkeys(row.pointer for row in group))
            start = slots.index(pointers[0])
            names = tuple(tokens_of(each)[-1] for each in pointers)
            whole = table.wholes.get(pointer)
            yield Members(tokens, start, start + len(names), names, whole, constants)


def _items(
    tokens: tuple[str, ...],
    rows: list[Row],
    paths: list[str],
    constants: Mapping[str, Any],
    slots: Sequence[str],
    shape: Shape,
    space: str | None,
) -> Items:
    stem, star, _ = rows[0].path.partition("*/")
    below = stem + star
    parent, _, name = stem.rpartition("/")
    inside = [path.removeprefix(below) for path in paths if path.startswith(below)]
    names = tuple(dict.fromkeys(tokens_of(row.pointer)[-1] for row in rows))
    pointer = pointer_of(tokens)
    return Items(
        tokens,
        pointer,
        slots.index(pointer),
        key_of(parent, space) if parent else "",
        clark(name, space),
        _known(inside, space) | {""},
        _cased(rows, [clark(name, space), *_known(inside, space)]),
        tuple(_nested([row.path.removeprefix(below) for row in rows], inside, space)),
        tuple(
            _step(row, shape, names.index(tokens_of(row.pointer)[-1]), space, below) for row in rows
        ),
        names,
        constants,
        may_be_empty=False,
        distinct=False,
    )


def _repeated(
    table: Table, shape: Shape, rows: list[Row], paths: list[str], slots: Sequence[str]
) -> Iterator[Alternatives]:
    """Elements that repeat, of which one gives each value, in the order of the rows."""
    space = table.namespace
    stems: dict[str, list[Row]] = {}
    for row in rows:
        stems.setdefault(row.path.partition("*/")[0], []).append(row)
    for stem, group in stems.items():
        below = f"{stem}*/"
        parent, _, name = stem.rpartition("/")
        inside = [path.removeprefix(below) for path in paths if path.startswith(below)]
        yield Alternatives(
            key_of(parent, space) if parent else "",
            clark(name, space),
            _known(inside, space),
            tuple(_nested([row.path.removeprefix(below) for row in group], inside, space)),
            tuple(_step(row, shape, slots.index(row.pointer), space, below) for row in group),
            stem in table.first,
        )


def _cased(rows: Sequence[Row], names: Sequence[str]) -> dict[str, str]:
    """`names` by those in small letters, if the rows are about what only the server writes."""
    if any(row.shapes != RECORD for row in rows):
        return {}
    return {name.lower(): name for name in names}
