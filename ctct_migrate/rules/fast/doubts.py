"""Doubts: the elements of a payload that anything can be wrong with, where all names in it are right.

libxml2 says which values the schema refuses, and the mapping engine of which it can make nothing or which
the target would refuse; every other value has passed all of them.  Families that look at one value after
the other look at these alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from ctct_migrate.mapping.complaints import Complaint, ComplaintKind
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
        complained = list(_nodes_of(outcome.complaints, trace, table))
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


def _nodes_of(complaints: list[Complaint], trace: list[Note], table: Table) -> Iterator[Any]:
    """The element that each complaint is about; None for one that is about no one element.  What is
    missing in a body since its value cannot be read is no further complaint."""
    unread = {each.path for each in complaints if each.kind is ComplaintKind.UNREADABLE}
    pointers: Mapping[str, Any] | None = None
    for complaint in complaints:
        if complaint.kind is ComplaintKind.UNREADABLE:
            yield complaint.node
        elif complaint.kind is not ComplaintKind.CONTRACT:
            yield None
        elif complaint.detail.keyword == "required" and complaint.detail.pointer in {
            row.pointer for row in table.rows if row.path in unread
        }:
            continue
        else:
            if pointers is None:
                pointers = {note.pointer: note.node for note in trace if note.pointer}
            yield pointers.get(complaint.detail.pointer)
