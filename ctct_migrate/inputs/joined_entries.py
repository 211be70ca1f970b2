"""Entries of a large feed, some at a time.

Of small entries, such as the events of tracking feeds, of which there are millions, handing each one
out by itself takes longer than working on it.  Here those that follow each other become one input:
a feed of some entries, positioned as in its file.  Whoever finds something to report in one takes it
apart again (`feeds.parts`), so that what is reported is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from ctct_migrate.inputs.byte_sources import Held
from ctct_migrate.inputs.input import Input, InputError
from ctct_migrate.late_dataclass import replace

if TYPE_CHECKING:  # a document that is no feed needs no reader of feeds
    from ctct_migrate.inputs.feeds import Part

#: Entries of one input, and bytes.
_ENTRIES, _BYTES = 64, 96 * 1024

#: Bytes of an entry that stays alone: handing it out takes little beside the work on it, and it is not
#: taken apart again for a mistake in another.
_LARGE = 4 * 1024


def joined_entries(items: Iterable[Input | InputError]) -> Iterator[Input | InputError]:
    """The inputs in their order, entries that follow each other in one feed put together.  The first
    and the last entry of a feed, which are read with its beginning and its end, stay alone, and so do
    large ones."""
    waiting: list[tuple[Input, Part, bytes]] = []
    size = 0
    for item in items:
        part = item.part if isinstance(item, Input) else None
        held = isinstance(item, Input) and isinstance(item.content, Held)
        small = held and part is not None and part.size < _LARGE
        if small and isinstance(item, Input) and part is not None and part.head and part.tail:
            if waiting and not (
                _follows(waiting[-1], item, part) and len(waiting) < _ENTRIES and size < _BYTES
            ):
                yield _joined(waiting)
                waiting, size = [], 0
            waiting.append((item, part, item.read()))
            size += part.size
            continue
        if waiting:
            yield _joined(waiting)
            waiting, size = [], 0
        yield item
    if waiting:
        yield _joined(waiting)


def _follows(last: tuple[Input, Part, bytes], item: Input, part: Part) -> bool:
    """Whether an entry stands right after another one, and is read with the same head and tail."""
    before, first, _ = last
    return (
        before.name == item.name
        and before.relative == item.relative
        and part.entry == first.entry + 1
        and part.offset == first.offset + first.size + len(part.before)
        and part.head == first.head
        and part.tail == first.tail
    )


def _joined(several: list[tuple[Input, Part, bytes]]) -> Input:
    item, first, data = several[0]
    if len(several) == 1:
        return item
    pieces = [data]
    for _, part, each in several[1:]:
        pieces += [part.before, each]
    whole = b"".join(pieces)
    places = tuple((part.line, part.column, part.offset, part.size) for _, part, _ in several)
    part = replace(first, size=len(whole), pieces=places)
    return Input(item.name, item.relative, Held(whole), len(whole), len(whole), part)
