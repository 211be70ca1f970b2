"""What a document says that other documents of a run have to know: who wants no e-mails, which lists
and contacts there are, which lists are named, what the account's addresses are.

Taken from lxml's tree where there is one, which takes microseconds; from what the rules make of a
document where something is wrong with it, so that a misspelt `Status` says what it meant.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from ctct_migrate.clark_names import local_name
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.mapping.ids import own_number, own_uri, references_of
from ctct_migrate.mapping.start_lines import lines_of
from ctct_migrate.reader.document import OTHER_PAYLOADS, Document
from ctct_migrate.reader.tree import ATOM
from ctct_migrate.resources import BY_SLUG, BY_TAG, RESOURCES, Resource
from ctct_migrate.resources.resource import account_in
from ctct_migrate.source import Source
from ctct_migrate.unseen import without_nothing
from ctct_migrate.v1 import vocabulary

if TYPE_CHECKING:
    from ctct_migrate.rules.context import Context


class Wish(IntEnum):
    """What is said of somebody's wish to be mailed; the greater one counts."""

    UNSAID = 0
    REMOVED = 1  #: taken off all lists
    OPTED_OUT = 2  #: wants no e-mails


class Statement(NamedTuple):
    """What one resource of a document says.

    entry     0-based number in the document, None outside feeds
    resource  its slug
    number    its own v1 id, None where it has none
    key       the text of its key (`Resource.key`); empty for none
    wish      of a recipient, what is said of the wish to be mailed
    names     ids of the resources that it names, by slug, without those that it lives in
    named     whether the element is there that names them, so that none means none
    usable    of a resource that says so, whether it can be used
    line      on which it begins, 1-based
    account   user name of the account in its own URI; empty where there is none
    """

    entry: int | None
    resource: str
    number: str | None
    key: str
    wish: Wish = Wish.UNSAID
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()
    named: bool = False
    usable: bool = True
    line: int = 1
    account: str = ""


_ENTRY, _FEED, _CONTENT = (f"{{{ATOM}}}{name}" for name in ("entry", "feed", "content"))


def statements(document: Document) -> list[Statement]:
    """What the resources of a document say, in their order.  Never raises on bad input."""
    root = document.root
    if root is None or document.wrapping is not None:
        return list(_located(document, None))
    found = list(_payloads(root))
    found = [each for each in found if local_name(each[2].tag) not in OTHER_PAYLOADS]
    if any(BY_TAG.get(payload.tag) is None for _, _, payload in found):
        return list(_located(document, None))
    lines = lines_of(document.source, [payload for _, _, payload in found])
    made: list[Statement] = []
    for at, (index, envelope, payload) in enumerate(found):
        resource = BY_TAG[payload.tag]
        if _is_odd(resource, payload):
            made += _located(document, index)
        else:
            line = lines[at] if lines is not None else _line(document.source, payload)
            made.append(_statement(resource, index, envelope, payload, line))
    return made


def _payloads(root: Any) -> Iterator[tuple[int | None, Any, Any]]:
    """Number, envelope and payload of each resource; nothing for an entry without one."""
    if root.tag == _FEED:
        for index, entry in enumerate(root.iterchildren(_ENTRY)):
            for payload in entry.iterfind(f"{_CONTENT}/*"):
                if isinstance(payload.tag, str):
                    yield index, entry, payload
                    break
    elif root.tag == _ENTRY:
        for payload in root.iterfind(f"{_CONTENT}/*"):
            if isinstance(payload.tag, str):
                yield None, root, payload
                break
    else:
        yield None, None, root


def _line(source: Source, node: Any) -> int:
    return int(node.sourceline or 1) + source.first_line - 1


@cache
def _children(resource: Resource) -> frozenset[str]:
    space = resource.tag.removesuffix(resource.name)
    return frozenset(f"{space}{name}" for name in vocabulary().children(resource.name))


def _is_odd(resource: Resource, payload: Any) -> bool:
    """Whether an element in it is not known, which may be the one that matters, misspelt."""
    known = _children(resource)
    return any(child.tag not in known for child in payload.iterchildren("*")) and (
        resource.recipient is not None or resource.usable is not None
    )


def _statement(
    resource: Resource, index: int | None, envelope: Any, payload: Any, line: int
) -> Statement:
    space = resource.tag.removesuffix(resource.name)

    def text(name: str) -> str:
        found = payload.find(f"{space}{name}") if name else None
        return "" if found is None else "".join(found.itertext()).strip()

    names = references_of(resource, payload, envelope)
    return Statement(
        index, resource.slug, own_number(resource, payload, envelope), text(resource.key),
        _wish(resource, text(resource.recipient.status) if resource.recipient else "", names),
        _others(resource, names), _has_names(resource, payload, space),
        _usable(resource, text(resource.usable[0]) if resource.usable else ""), line,
        account_in(own_uri(resource, payload, envelope)),
    )  # fmt: skip


def _others(
    resource: Resource, names: dict[str, tuple[str, ...]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    owner = resource.owner.to if resource.owner is not None else ""
    return tuple((to, ids) for to, ids in names.items() if to != owner)


def _has_names(resource: Resource, payload: Any, space: str) -> bool:
    return any(
        payload.find(f"{space}{path.split('/')[0]}") is not None
        for reference in resource.references
        for path in reference.paths
        if not path.startswith(("@", "entry"))
    )


_SEPARATORS = late_compile(r"[\s_\-]+")


def _wish(resource: Resource, status: str, names: dict[str, tuple[str, ...]]) -> Wish:
    """What a status says, and the lists that v1 made itself."""
    recipient = resource.recipient
    if recipient is None:
        return Wish.UNSAID
    words = {_SEPARATORS.sub("", status).lower()}
    words |= {recipient.lists.get(id, "") for ids in names.values() for id in ids}
    if recipient.opted_out in words:
        return Wish.OPTED_OUT
    return Wish.REMOVED if recipient.removed in words else Wish.UNSAID


def _usable(resource: Resource, text: str) -> bool:
    return resource.usable is None or text.lower() == resource.usable[1]


def _located(document: Document, only: int | None) -> Iterator[Statement]:
    """The same of the located tree, under the names that were meant; of one entry of a feed, if
    `only` is its number."""
    from ctct_migrate.rules.context import Context

    try:
        entries = document.entries
    except Exception:  # the rules meet the same, and say so
        return
    for entry in entries:
        if only is not None and entry.index != only:
            continue
        try:
            context = Context(document, entry, None)
            made = _meant(document, context)
        except Exception:  # the rules meet the same, and say so
            continue
        if made is not None:
            yield made


def _meant(document: Document, context: Context) -> Statement | None:
    resource = RESOURCES.get(context.resource or "")
    if resource is None or context.payload is None:
        return None
    names = _meant_names(document, context, resource)
    number, account = None, ""
    for place in ("payload", "entry"):
        element = context.payload if place == "payload" else context.part("id")
        attribute = element.attribute("id") if element is not None else None
        uri = attribute.value if attribute is not None else element.text if element else ""
        number = number or resource.id_in(uri)
        account = account or account_in(uri)
    if number is not None and resource.is_filler(number):
        number = None
    status = context.text(resource.recipient.status) if resource.recipient else None
    usable = context.text(resource.usable[0]) if resource.usable else None
    return Statement(
        context.entry.index, resource.slug, number, context.text(resource.key) or "",
        _wish(resource, status or "", names), _others(resource, names), bool(names),
        _usable(resource, usable or ""),
        document.source.span(context.payload.start, context.payload.start).start.line, account,
    )  # fmt: skip


def _meant_names(
    document: Document, context: Context, resource: Resource
) -> dict[str, tuple[str, ...]]:
    """The resources that an entry names: exactly where it is well-formed; else by any URI in it."""
    nodes = document.nodes
    if nodes and context.payload is not None:
        envelope = context.envelope
        return references_of(
            resource, nodes[context.payload.number],
            nodes[envelope.number] if envelope is not None else None,
        )  # fmt: skip
    found: dict[str, tuple[str, ...]] = {}
    waiting = [context.envelope or context.payload]
    uris: list[str] = []
    while waiting:
        element = waiting.pop()
        if element is None:
            continue
        waiting += reversed(element.elements)
        uris += [each.value for each in element.attributes if each.name in ("id", "href")]
    for reference in resource.references:
        to = BY_SLUG.get(reference.to)
        if to is not None:
            ids = [id for id in map(to.id_in, uris) if id is not None and not to.is_filler(id)]
            if ids:
                found[reference.to] = tuple(dict.fromkeys(ids))
    return found


# -- addresses --------------------------------------------------------------------------------------

_PART = r"[^\s<>\"',;:()@]"
_ADDRESS = late_compile(rf"(?<!{_PART}){_PART}++@(?:{_PART}|@)++")


def address_keys(text: str) -> tuple[bytes, ...]:
    """What the addresses in a text are known by, the usual one first: twelve bytes each, the same
    for every letter case, with blanks and characters that cannot be seen or without, with a display name or `mailto:` around them, and
    for both ways to write a domain outside ASCII.  Empty for a text without one."""
    if "@" not in text:
        return ()
    from ctct_migrate.targets.bulk_activity import address_key

    text = without_nothing(text)
    whole = address_key(text)
    found = [whole] if _ADDRESS.fullmatch(whole) else []
    if not found or any(char.isspace() for char in text.strip()):
        found += [address_key(each) for each in _ADDRESS.findall(text)]
        found += [address_key(each) for each in _ADDRESS.findall(whole)]
    return tuple(dict.fromkeys(_digest(_in_ascii(each.rstrip("."))) for each in found))


def _in_ascii(address: str) -> str:
    if address.isascii():
        return address
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def _digest(text: str) -> bytes:
    import hashlib

    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()


# -- which documents matter -------------------------------------------------------------------------


@cache
def light() -> frozenset[str]:
    """Names of the payloads that say nothing which another document has to know before it is
    converted: campaigns, say, of which there may be hundreds of thousands."""
    named = {
        reference.to
        for resource in RESOURCES.values()
        for reference in resource.references
        if not reference.owner
    }
    return frozenset(
        name
        for name, resource in RESOURCES.items()
        if resource.slug not in named and resource.recipient is None and resource.usable is None
    )


_WORD = b"content"
_PAYLOAD = late_compile(rb"<(?:[\w.-]+:)?content\b[^>]{0,300}>\s*<(?:[\w.-]+:)?([A-Za-z]\w*)")


def is_light(data: bytes) -> bool:
    """Whether all payloads of a document are surely light, by its bytes alone; what is written in
    another way than the server's, or in another encoding, is not surely so."""
    names = {name.decode("ascii") for name in _payload_names(data)}
    return bool(names) and names <= light()


def _payload_names(data: bytes) -> Iterator[bytes]:
    """The names in all matches of `_PAYLOAD`.  Its word is looked for first, which takes less time."""
    at, start = data.find(_WORD), 0
    while at >= 0:
        tag = data.rfind(b"<", start, at)
        match = _PAYLOAD.match(data, tag) if tag >= 0 else None
        if match is not None:
            yield match[1]
        start = at + 1
        at = data.find(_WORD, start)
