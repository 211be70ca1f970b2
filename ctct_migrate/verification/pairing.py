"""Pairing: which bodies are of which documents, where there are several of both.

By the first of these rules that fits a body:

1.  It is a line of `convert`, which names its document: the document of that name, or, where the
    folders are others, the only one whose name ends alike.
2.  It is in a JSON file of a folder: the document of the same relative path (`2010/a.json` is of
    `2010/a.xml`; so are `a.xml.json` and `a.create.json`), or the only one of the same stem.
3.  It has an `id`: the document whose campaign has that number, if every body of the file has an
    id that is the number of one document.
4.  Otherwise the bodies of a file are those of the documents in their order, and of their entries,
    if there are as many of both.  If there are not, something is missing, and an order would shift
    them: then a body is of the document whose payload has its name, if one alone has.

What is left without a partner is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field
from itertools import takewhile

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.late_dataclass import dataclass
from ctct_migrate.late_pattern import late_compile
from ctct_migrate.reader.document import Document
from ctct_migrate.rules.context import Reporter
from ctct_migrate.rules.conversion.bodies import NO_PARTNER
from ctct_migrate.source import Source
from ctct_migrate.verification.json_bodies import Body


@dataclass(frozen=True, slots=True)
class Named:
    """A document, and what it is called below the folder or the archive that was given."""

    relative: str
    document: Document


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A JSON file that was read: its path below the folder that was given (empty if it was given
    itself), its text, and the bodies in it."""

    relative: str
    source: Source
    bodies: Sequence[Body]


@dataclass(slots=True)
class Pairs:
    """What belongs together: for each document its bodies, in the order of the documents; and
    diagnostics of bodies that have no document, by the JSON file that they are in."""

    bodies: list[list[Body]]
    alone: list[tuple[Source, Diagnostic]] = field(default_factory=list)


def paired(documents: Sequence[Named], files: Iterable[JsonFile]) -> Pairs:
    """The bodies of each document."""
    index = _Index(documents)
    pairs = Pairs([[] for _ in documents])
    for file in files:
        for body, at in zip(file.bodies, _places(index, file), strict=True):
            if at is None:
                pairs.alone.append((file.source, _alone(file, body)))
            else:
                pairs.bodies[at].append(body)
    return pairs


class _Index:
    """The documents by their names, stems and numbers; what is ambiguous is left out."""

    def __init__(self, documents: Sequence[Named]):
        self.documents = documents
        self.names = _unique((each.document.path, at) for at, each in enumerate(documents))
        self.relatives = _unique((_key(each.relative), at) for at, each in enumerate(documents))
        #: The same below the archives that they are in.
        self.inner = _unique(
            (_key(each.document.path.partition("!/")[2]), at) for at, each in enumerate(documents)
        )
        self.stems = _unique((_stem(each.relative), at) for at, each in enumerate(documents))
        self.numbers = _unique(
            (number, at) for at, each in enumerate(documents) for number in _numbers(each.document)
        )
        self.payload_names = _unique(
            (name, at)
            for at, each in enumerate(documents)
            for name in _payload_names(each.document)
        )


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for key, at in pairs:
        found.setdefault(key, set()).add(at)
    return {key: next(iter(places)) for key, places in found.items() if len(places) == 1}


def _places(index: _Index, file: JsonFile) -> Iterator[int | None]:
    """The document of each body of a file; None for none."""
    if any(body.source is not None for body in file.bodies):
        yield from (_by_source(index, body.source or "") for body in file.bodies)
        return
    if file.relative:
        key = _key(file.relative)
        places = (table.get(key) for table in (index.relatives, index.inner))
        at = next((each for each in places if each is not None), index.stems.get(_stem(key)))
        yield from (at for _ in file.bodies)
        return
    ids = [_id(body) for body in file.bodies]
    if all(each in index.numbers for each in ids) and len(set(ids)) == len(ids):
        yield from (index.numbers[each] for each in ids)
        return
    slots = [
        at
        for at, each in enumerate(index.documents)
        for _ in range(max(1, sum(entry.resource is not None for entry in each.document.entries)))
    ]
    named = [index.payload_names.get(_name(body)) for body in file.bodies]
    if len(file.bodies) != len(slots) and any(at is not None for at in named):
        yield from named
        return
    for number in range(len(file.bodies)):
        yield slots[number] if number < len(slots) else None


def _by_source(index: _Index, name: str) -> int | None:
    if name in index.names:
        return index.names[name]
    key = _key(name)
    if key in index.relatives:
        return index.relatives[key]
    alike = [_alike(key, _key(each.relative)) for each in index.documents]
    most = max(alike, default=(0, False))
    return alike.index(most) if most[0] and alike.count(most) == 1 else None


def _alike(one: str, other: str) -> tuple[int, bool]:
    """How many parts of two paths are the same, counted from their ends, and whether these are all
    that one of the two has."""
    first, second = one.split("/"), other.split("/")
    parts = zip(reversed(first), reversed(second), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], parts))
    return same, same == min(len(first), len(second))


_JSON_SUFFIX = late_compile(
    r"(?:\.(?:create|update|record))?(?:\.[a-z_]+-\d+)?\.(?:json|jsonl|ndjson)$", re.I
)
_XML_SUFFIX = late_compile(r"\.(?:xml|atom|entry|feed)(?:\.(?:gz|bz2|xz|zst))?$", re.I)


def _key(name: str) -> str:
    """A relative path without what its kind of file adds."""
    plain = name.replace("\\", "/").replace("!/", "/").removeprefix("./")
    return _XML_SUFFIX.sub("", _JSON_SUFFIX.sub("", plain))


def _stem(name: str) -> str:
    return _key(name).rpartition("/")[2]


def _id(body: Body) -> str:
    value = body.value.get("id") if isinstance(body.value, dict) else None
    return str(value) if isinstance(value, str | int) else ""


def _name(body: Body) -> str:
    value = body.value.get("name") if isinstance(body.value, dict) else None
    return value if isinstance(value, str) else ""


def _payload_names(document: Document) -> Iterator[str]:
    """What the payloads in a document are called."""
    for entry in document.entries:
        element = entry.payload.child("Name") if entry.payload is not None else None
        if element is not None and element.text.strip():
            yield element.text.strip()


_NUMBER = late_compile(r"/campaigns/(\d+)(?=/|$)")


def _numbers(document: Document) -> Iterator[str]:
    """The numbers of the campaigns in a document, as their ids have them."""
    for entry in document.entries:
        payload = entry.payload
        attribute = payload.attribute("id") if payload is not None else None
        match = _NUMBER.search(attribute.value) if attribute is not None else None
        if match:
            yield match[1]


def _alone(file: JsonFile, body: Body) -> Diagnostic:
    """A body that is of none of the documents."""
    source = file.source
    start = source.index(body.line, 1)
    start += len(source.text[start:]) - len(source.text[start:].lstrip())
    of = f" of `{body.source}`" if body.source is not None else ""
    return Reporter(source).at(
        NO_PARTNER, start, min(start + 1, len(source.text)), f"no document belongs to this body{of}",
        label="nothing to compare it with", help=(NO_PARTNER.how,),
    )  # fmt: skip
