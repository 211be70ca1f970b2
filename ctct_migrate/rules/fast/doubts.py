"""Doubts: the elements of a payload that anything can be wrong with, where all names in it are right.

libxml2 says which values the schema refuses, and the mapping engine of which it can make nothing or which
the target would refuse; every other value has passed all of them.  Families that look at one value after
the other look at these alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

from ctct_migrate.mapping.compiled_table import key_of
from ctct_migrate.mapping.complaints import ComplaintKind
from ctct_migrate.mapping.outcome import MappingOutcome, Note
from ctct_migrate.mapping.rows import Table

#: Elements that are looked at one by one; where more are in doubt, all are looked at.
_MOST = 20


def nodes_in_doubt(
    payload: Any, paths: Iterable[str], outcome: MappingOutcome, trace: list[Note], table: Table
) -> frozenset[Any] | None:
    """The lxml elements of a payload that are in doubt, given libxml2's paths of those that the schema
    refuses; None where it is not known of all that is wrong to which elements it belongs."""
    if outcome.differs or outcome.repeats:
        return None
    found: set[Any] = set()
    for path in paths:
        found.update(nodes_at(payload, path))
    if outcome.body is None:
        complained = list(_nodes_of(outcome, trace, table))
        if None in complained or not complained:
            return None
        found.update(complained)
    return frozenset(found) if len(found) <= _MOST else None


def nodes_at(part: Any, path: str) -> Iterable[Any]:
    """The elements at one of libxml2's paths of a part that a schema refused, which begins there."""
    _, _, inside = path.removeprefix("/").partition("/")
    if not inside:
        return (part,)
    names = {prefix: uri for prefix, uri in part.nsmap.items() if prefix}
    return cast(list[Any], part.xpath(inside, namespaces=names))


def _nodes_of(outcome: MappingOutcome, trace: list[Note], table: Table) -> Iterator[Any]:
    """The elements that each complaint is about; None for one that is about none.  What is missing in a
    body since its value cannot be read is no further complaint."""
    unread = {each.path for each in outcome.complaints if each.kind is ComplaintKind.UNREADABLE}
    for complaint in outcome.complaints:
        if complaint.kind is ComplaintKind.UNREADABLE:
            yield complaint.node
        elif complaint.kind is not ComplaintKind.CONTRACT:
            yield None
        else:
            pointer = complaint.detail.pointer
            paths = {row.path for row in table.rows if row.pointer == pointer}
            if complaint.detail.keyword == "required" and not paths.isdisjoint(unread):
                continue
            made = {note.node for note in trace if note.pointer == pointer}
            empty = {outcome.found.get(key_of(path, table.namespace)) for path in paths} - {None}
            yield from made or empty or (None,)
