"""Whether an envelope has what its dialect asks for, asked of lxml's elements on the fast path.

The schema of the envelope requires only what both dialects do; the rest depends on the payload
(`Dialect.required_parts`, `Resource.author_may_be_empty`).  The family `envelope` words what is
missing; nothing is imported here that makes diagnostics.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import Any

from ctct_migrate.reader.tree import ATOM
from ctct_migrate.resources import Dialect, Resource

_AUTHOR, _NAME, _CONTENT, _LINK = (
    f"{{{ATOM}}}{name}" for name in ("author", "name", "content", "link")
)


def has_entry_parts(entry: Any, resource: Resource, *, inherits_author: bool = False) -> bool:
    """Whether a valid `entry` (an lxml element) has all that the dialect of its `resource` asks for,
    and no payload beside its content.  `inherits_author` says that its feed has an author."""
    children, dialect = list(entry), resource.dialect
    tags = tuple([child.tag for child in children])
    if children[tags.index(_CONTENT)].get("type") != dialect.content_type:
        return False
    if dialect.breaks_ids and any(
        len(link.get("href", "").split()) > 1 for link in entry.iterchildren(_LINK)
    ):
        return False
    if not _is_whole(tags, dialect, inherits_author):
        return False
    return _AUTHOR not in tags or _has_name(entry, resource)


@lru_cache(maxsize=512)
def _is_whole(tags: tuple[Any, ...], dialect: Dialect, inherits_author: bool) -> bool:
    """Whether an entry with these children, as lxml names them, has all that the dialect asks for,
    one author at most, and no payload.  Most documents of one program have the same."""
    names = {tag for tag in tags if isinstance(tag, str)}  # comments have no name
    lacking = {f"{{{ATOM}}}{name}" for name in dialect.required_parts} - names
    if lacking and not (inherits_author and lacking == {_AUTHOR}):
        return False
    return tags.count(_AUTHOR) < 2 and not any(map(_is_payload, names))


def has_feed_parts(feed: Any, resources: Sequence[Resource]) -> bool:
    """Whether a valid `feed`, whose entries are `resources`, says of itself what it has to say."""
    names = [child.tag for child in feed.iterchildren("*")]
    needed = required_of_feed([resource.dialect for resource in resources], feed.prefix or "")
    if not all(f"{{{ATOM}}}{name}" in names for name in needed):
        return False
    if any(_is_payload(tag) for tag in names):
        return False
    if _AUTHOR not in names:
        return True
    if names.count(_AUTHOR) > 1:
        return False
    return _named(feed) or (
        bool(resources) and all(resource.author_may_be_empty for resource in resources)
    )


def required_of_feed(dialects: Iterable[Dialect], prefix: str) -> frozenset[str]:
    """Names of the children that a feed has to have, by the dialects of its entries; of a feed
    without entries, one whose elements have a `prefix` is taken for the second dialect's.  Its author
    may be left to the entries (RFC 4287, 4.1.1)."""
    found = set(dialects) or {Dialect.PLAIN if prefix else Dialect.CTCT}
    return frozenset().union(*(dialect.required_parts for dialect in found)) - {"author"}


@cache
def _spaces() -> tuple[str, ...]:
    """How the Clark names of payloads begin that are in a namespace."""
    spaces = {dialect.payload_namespace for dialect in Dialect} - {None}
    return tuple(f"{{{space}}}" for space in spaces)


def _is_payload(tag: str) -> bool:
    return tag.startswith(_spaces())


def _has_name(entry: Any, resource: Resource) -> bool:
    """Whether an author has the name that it needs; the schema sees to it that it is not empty."""
    return (
        resource.author_may_be_empty
        or "author" not in resource.dialect.required_parts
        or _named(entry)
    )


def _named(parent: Any) -> bool:
    author = next(parent.iterchildren(_AUTHOR))
    return next(author.iterchildren(_NAME), None) is not None
