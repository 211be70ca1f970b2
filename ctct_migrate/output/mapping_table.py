"""What becomes of each element of a v1 resource in each target, as a table made from the mapping tables.

A cell says where a value goes in a body of some shape, what composes it, or why it is not sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ctct_migrate.mapping.rows import OF_COMPOSED, OF_REQUEST, Row, Table
from ctct_migrate.payload import Fate, Shape
from ctct_migrate.resources import Resource
from ctct_migrate.targets import Target


class MappingLine(NamedTuple):
    """One v1 path of a resource, and what each target makes of it, in the order of the targets."""

    path: str
    cells: tuple[str, ...]


def mapping_lines(
    resource: Resource, targets: Sequence[Target], shape: Shape
) -> Iterator[MappingLine]:
    """A line for each path that a table of the targets knows, the payload's in the order of the first
    table; what only the envelope has is left out, since no target takes it."""
    tables = [target.table(resource.slug) for target in targets]
    paths = dict.fromkeys(
        row.path for table in tables if table is not None for row in table.rows if _is_told(row)
    )
    for path in paths:
        yield MappingLine(path.replace("*", ""), tuple(fate_in(t, path, shape) for t in tables))


def _is_told(row: Row) -> bool:
    return not row.path.startswith("entry") and "atom:" not in row.path


def fate_in(table: Table | None, path: str, shape: Shape) -> str:
    """What a target makes of a path, as the rows of its table have it (`Urls/Url*/@id`)."""
    if table is None:
        return "no place for the resource"
    rows = [row for row in table.rows if row.path == path]
    sent = [row for row in rows if row.pointer and shape in row.shapes]
    found = dict.fromkeys(filter(None, (_place(table, row) for row in sent)))
    if found:
        return ", ".join(found)
    told = next((row for row in rows if row.fate is Fate.DROPPED and not row.pointer), None)
    told = told or next((row for row in rows if not sent), None) or next(iter(rows), None)
    if told is None:
        return "not known"
    return f"{told.fate}: {told.reason}" if told.reason else str(told.fate)


def _place(table: Table, row: Row) -> str:
    """Where the value of a row goes."""
    if row.pointer.startswith(OF_COMPOSED):
        name = row.pointer.removeprefix(OF_COMPOSED)
        into = (pointer for pointer, made in table.composed.items() if name in made.parts)
        return f"a part of `{next(into, '')}`"
    if row.pointer.startswith(OF_REQUEST):
        return f"`{row.pointer}` (query parameter)"
    return f"`{row.pointer}`"


def markdown(lines: Sequence[MappingLine], targets: Sequence[Target]) -> str:
    """The table as Markdown."""
    titles = ["v1", *(target.title for target in targets)]
    rows = [titles, ["---"] * len(titles)]
    rows += [[f"`{line.path}`", *line.cells] for line in lines]
    return "".join(
        f"| {' | '.join(each.replace('|', '&#124;') for each in row)} |\n" for row in rows
    )


def fields(lines: Sequence[MappingLine], targets: Sequence[Target]) -> list[dict[str, Any]]:
    """The table as JSON values."""
    names = [target.name for target in targets]
    return [{"v1": line.path, **dict(zip(names, line.cells, strict=True))} for line in lines]
