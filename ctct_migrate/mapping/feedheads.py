"""Feed heads: what becomes of what a feed says of itself, which is in no entry's accounting."""

from __future__ import annotations

from collections.abc import Iterator

from ctct_migrate.mapping.trace import DECLARATION, numbered, value_range
from ctct_migrate.payload import Account, Fate
from ctct_migrate.reader.document import Document

_REASON = "the feed says it of itself, and v2 has no feeds"


def feed_accounts(document: Document) -> tuple[Account, ...]:
    """What becomes of every element and attribute of a feed that is outside its entries, in
    document order: nothing.  Empty for any other document."""
    return tuple(_accounts(document)) if document.kind == "feed" else ()


def _accounts(document: Document) -> Iterator[Account]:
    assert document.tree is not None
    source = document.source
    entries = {entry.element for entry in document.entries}
    waiting = [(document.tree, "feed")]
    while waiting:
        element, shown = waiting.pop()
        value = element.text if element.text.strip() else ""
        place = element.name_start, element.name_end
        if value:
            place = value_range(element, "", source.text)
        yield Account(shown, source.span(*place), value, Fate.DROPPED, "", _REASON)
        for each in element.attributes:
            declares = each.prefix == "xmlns" or each.qname == "xmlns"
            fate, reason = (Fate.IGNORED, DECLARATION) if declares else (Fate.DROPPED, _REASON)
            span = source.span(each.value_start, each.value_end)
            yield Account(f"{shown}/@{each.qname}", span, each.value, fate, "", reason)
        inner = [(c, f"{shown}/{name}") for c, name in numbered(element) if c not in entries]
        waiting += reversed(inner)
