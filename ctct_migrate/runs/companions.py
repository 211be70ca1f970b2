"""Files that stand beside a document and are described in it, such as the image of an `Image`: whether
they are there, and are what the document says.

Looked for in the folder of the document, under the name that the document gives, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ctct_migrate.diagnostics import Diagnostic
from ctct_migrate.inputs.input import Input
from ctct_migrate.payload import Shape
from ctct_migrate.reader.document import Document
from ctct_migrate.reader.tree import Element
from ctct_migrate.resources import RESOURCES
from ctct_migrate.resources.resource import Companion

#: What the name of a file in the same folder has none of.
_ELSEWHERE = ("/", "\\", "\0")

#: Bytes of a file that are read at once.
_PIECE = 1 << 20


def describes_files(data: bytes) -> bool:
    """Whether a document, given by its bytes, may describe files."""
    return any(name in data for name in _NAMES)


_NAMES = tuple(
    each.companion.name.encode() for each in RESOURCES.values() if each.companion is not None
)


def companion_findings(
    document: Document, item: Input, shape: Shape | None
) -> Iterator[Diagnostic]:
    """What is to be said of the files that a document in a folder describes."""
    if not describes_files(document.source.data):
        return
    path = item.path
    if path is None:
        return
    for entry in document.entries:
        resource = RESOURCES.get(entry.resource or "")
        if resource is None or resource.companion is None or entry.payload is None:
            continue
        yield from _about(document, entry.index, entry.payload, resource.companion, path, shape)


def _about(
    document: Document, index: int | None, payload: Element, companion: Companion, path: Path,
    shape: Shape | None,
) -> Iterator[Diagnostic]:  # fmt: skip
    from ctct_migrate.rules.conversion import companion_rules

    named, given = payload.child(companion.name), payload.child(companion.sum)
    name = named.text.strip() if named is not None else ""
    if named is None or not name or any(each in name for each in _ELSEWHERE):
        return
    made = _sum_of(path.parent / name)
    if made is None:
        if shape is Shape.CREATE:
            yield companion_rules.missing(document, index, named, name)
    elif given is not None and given.text.strip() and given.text.strip().lower() != made:
        yield companion_rules.differs(document, index, given, name, made)


def _sum_of(path: Path) -> str | None:
    """The MD5 sum of a file; None where there is none, or it cannot be read."""
    from hashlib import md5

    found = md5(usedforsecurity=False)
    try:
        if not path.is_file():
            return None
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                found.update(piece)
    except OSError:
        return None
    return found.hexdigest()
